//! What changed since a former file of the same organisation, such as `export` writes.

use crate::model::address::MailboxName;
use crate::model::desired::{Desired, DesiredMailbox};
use crate::model::identity::Identity;
use crate::model::level::{Levels, Naming};
use crate::model::member::{Member, member, members};
use crate::model::rights::Rights;
use crate::model::state::{Folder, Mailbox};
use crate::model::who::Who;
use crate::model::wish::Access;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The file that a review is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Since {
    /// How people call it.
    pub file: String,
    /// Mailboxes that it names and that were not found now.
    pub gone: Vec<String>,
}

/// What changed for somebody on a mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// As one would write it on the command line.
    pub who: String,
    /// As the server spells it.
    pub identifier: String,
    /// In which direction.
    pub change: Turn,
    /// What was held, in words.
    pub before: String,
    /// What is held, in words.
    pub after: String,
}

/// In which direction something changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Turn {
    /// Nothing was held before.
    Granted,
    /// Nothing is held any more.
    Revoked,
    /// Something else is held.
    Changed,
}

impl Turn {
    /// As JSON and CSV spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Turn::Granted => "granted",
            Turn::Revoked => "revoked",
            Turn::Changed => "changed",
        }
    }
}

/// What one holder held by the file.
#[derive(Clone, Debug, Default)]
struct Former {
    everywhere: Option<Access>,
    here: BTreeMap<String, Access>,
    identities: BTreeSet<Identity>,
}

/// What changed on `mailbox` since `former`; everything that is held is new where the file does not
/// name the mailbox.
pub fn changes(
    mailbox: &Mailbox,
    former: Option<&DesiredMailbox>,
    levels: &Levels,
) -> Vec<Changed> {
    let mut formers = former.map(|f| formers(mailbox, f)).unwrap_or_default();
    for member in members(mailbox, levels) {
        // What the file leaves out of those who keep the mailbox is no news.
        if !mailbox.is_keeper(&member.identifier) {
            formers.entry(member.identifier).or_default();
        }
    }
    let one = |(identifier, former): (String, Former)| {
        let now = member(mailbox, levels, &identifier);
        let same = is_same(mailbox, levels, &former, &now);
        (!same).then(|| told(mailbox, &former, now))
    };
    formers.into_iter().filter_map(one).collect()
}

/// The mailboxes of `former` that are neither among `found` nor left out on purpose.
pub fn gone(
    former: &Desired,
    found: &BTreeSet<&str>,
    asked: impl Fn(&MailboxName) -> bool,
) -> Vec<String> {
    let names = former.mailboxes.keys().filter(|name| asked(name));
    let names = names.map(ToString::to_string);
    names
        .filter(|name| !found.contains(name.as_str()))
        .collect()
}

fn formers(mailbox: &Mailbox, former: &DesiredMailbox) -> BTreeMap<String, Former> {
    let spelled = |who: &Who| {
        let spelled = mailbox.dialect.spell(who);
        spelled.unwrap_or_else(|_| who.to_string())
    };
    let mut all: BTreeMap<String, Former> = BTreeMap::new();
    for share in &former.access {
        all.entry(spelled(&share.who)).or_default().everywhere = Some(share.access);
    }
    for (path, shares) in &former.here {
        for share in shares {
            let one = all.entry(spelled(&share.who)).or_default();
            one.here.insert(path.clone(), share.access);
        }
    }
    for (identity, holders) in &former.identities {
        for who in holders {
            let one = all.entry(spelled(who)).or_default();
            one.identities.insert(*identity);
        }
    }
    all
}

impl Former {
    fn on(&self, folder: &Folder) -> Option<Access> {
        let here = self.here.iter().find(|(path, _)| folder.is_called(path));
        here.map(|(_, access)| *access).or(self.everywhere)
    }
}

/// Whether `former` means what is held now, folder by folder.
fn is_same(mailbox: &Mailbox, levels: &Levels, former: &Former, now: &Member) -> bool {
    let held = |folder: &Folder| folder.rights_of(&now.identifier).unwrap_or_default();
    let folders = mailbox.folders.iter().filter(|folder| folder.acl.is_ok());
    let as_before = |folder: &Folder| {
        let rights = held(folder);
        match former.on(folder) {
            Some(Access::Level(level)) => {
                levels.name(rights, &mailbox.vocabulary) == Naming::Level(level)
            }
            Some(Access::Rights(meant)) => mailbox.vocabulary.normal(meant) == rights,
            Some(Access::None | Access::Same) | None => rights.is_empty(),
        }
    };
    let identities: BTreeSet<Identity> = now.identities.iter().copied().collect();
    identities == former.identities && { folders }.all(as_before)
}

fn told(mailbox: &Mailbox, former: &Former, now: Member) -> Changed {
    let (before, after) = (former_in_words(former), now_in_words(&now));
    let change = match (before.is_empty(), after.is_empty()) {
        (true, _) => Turn::Granted,
        (false, true) => Turn::Revoked,
        (false, false) => Turn::Changed,
    };
    let nothing = |words: String| match words.as_str() {
        "" => "nothing".to_owned(),
        _ => words,
    };
    Changed {
        who: mailbox.dialect.who(&now.identifier),
        identifier: now.identifier,
        change,
        before: nothing(before),
        after: nothing(after),
    }
}

fn former_in_words(former: &Former) -> String {
    let word = |access: Access| match access {
        Access::Level(level) => level.to_string(),
        Access::Rights(rights) => custom(rights),
        Access::None | Access::Same => String::new(),
    };
    let mut here: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (path, access) in &former.here {
        here.entry(word(*access)).or_default().push(path);
    }
    let differs = here
        .into_iter()
        .map(|(level, folders)| (level, folders.join(", ")));
    let identities: Vec<Identity> = former.identities.iter().copied().collect();
    in_words(
        former.everywhere.map(word).unwrap_or_default(),
        differs,
        &identities,
    )
}

fn now_in_words(now: &Member) -> String {
    let word = |naming: Naming| match naming {
        Naming::None => String::new(),
        Naming::Level(level) => level.to_string(),
        Naming::Custom(rights) => custom(rights),
    };
    let differs = now.differs.iter();
    let differs = differs.map(|differs| (word(differs.level), differs.folders.join(", ")));
    in_words(word(now.level), differs, &now.identities)
}

fn custom(rights: Rights) -> String {
    if rights.is_empty() {
        String::new()
    } else {
        format!("custom ({rights})")
    }
}

/// `write; nothing on Archive; Send As`. Empty where nothing at all is held.
fn in_words(
    level: String,
    differs: impl Iterator<Item = (String, String)>,
    identities: &[Identity],
) -> String {
    let differs: Vec<(String, String)> = differs.collect();
    let has = |(word, _): &(String, String)| !word.is_empty();
    if level.is_empty() && !differs.iter().any(has) && identities.is_empty() {
        return String::new();
    }
    let elsewhere = differs.into_iter().map(|(word, folders)| {
        let word = if word.is_empty() { "nothing" } else { &word };
        format!("{word} on {folders}")
    });
    let level = (!level.is_empty()).then_some(level).into_iter();
    let identities = identities.iter().map(ToString::to_string);
    let all: Vec<String> = level.chain(elsewhere).chain(identities).collect();
    all.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;
    use crate::model::desired::Share;
    use crate::model::level::Level;

    fn share(who: &str, access: Access) -> Share {
        let who = Who::parse(who, Some("example.com")).unwrap();
        Share { who, access }
    }

    fn told(state: &Mailbox, former: Option<&DesiredMailbox>) -> Vec<String> {
        let all = changes(state, former, &Levels::default()).into_iter();
        let line =
            |c: Changed| format!("{} {}: {} -> {}", c.change.name(), c.who, c.before, c.after);
        all.map(line).collect()
    }

    #[test]
    fn only_what_is_held_otherwise_has_changed() {
        let state = mailbox(&[
            (
                "INBOX",
                &[
                    ("alice@example.com", "lrs"),
                    ("bob@example.com", "lrswip"),
                    ("dave@example.com", "lrs"),
                    ("erin@example.com", "lrs"),
                ],
            ),
            (
                "Archive",
                &[
                    ("alice@example.com", "lrs"),
                    ("bob@example.com", "lrswip"),
                    ("dave@example.com", "lrswip"),
                    ("erin@example.com", "lr"),
                ],
            ),
        ]);
        let read = Access::Level(Level::ReadOnly);
        let here = [
            share("dave", Access::Level(Level::Write)),
            share("erin", read),
        ];
        let former = DesiredMailbox {
            access: ["alice", "bob", "carol", "dave", "erin"]
                .map(|who| share(who, read))
                .to_vec(),
            here: BTreeMap::from([("Archive".to_owned(), here.to_vec())]),
            ..DesiredMailbox::default()
        };
        assert_eq!(
            told(&state, Some(&former)),
            [
                "changed bob@example.com: read-only -> write",
                "revoked carol@example.com: read-only -> nothing",
                "changed erin@example.com: read-only; read-only on Archive -> read-only; custom (lr) on \
                 Archive",
            ]
        );
    }

    #[test]
    fn on_a_new_mailbox_everything_is_new_and_a_mailbox_that_is_gone_is_named() {
        let state = mailbox(&[("INBOX", &[("alice@example.com", "lrs")])]);
        assert_eq!(
            told(&state, None),
            ["granted alice@example.com: nothing -> read-only"]
        );
        let name = MailboxName::parse("old@example.com", None).unwrap();
        let former = Desired {
            mailboxes: BTreeMap::from([(name, DesiredMailbox::default())]),
        };
        assert_eq!(
            gone(&former, &BTreeSet::new(), |_| true),
            ["old@example.com"]
        );
        assert!(gone(&former, &BTreeSet::from(["old@example.com"]), |_| true).is_empty());
        assert!(gone(&former, &BTreeSet::new(), |_| false).is_empty());
    }
}
