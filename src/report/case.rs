//! The case of one WHO and one mailbox: which entries count, what they come to, and what would
//! mend it. Pure: what a session showed is given.

use super::explain::{Counting, Effective, Way};
use super::words::{count, some};
use crate::model::command::word;
use crate::model::dialect::{Family, Reading};
use crate::model::effect::{Effect, FolderEffect, Visible};
use crate::model::identity::{Identity, Unread};
use crate::model::level::Levels;
use crate::model::rights::Rights;
use crate::model::state::{Folder, Mailbox};

/// A mailbox and the one who is asked about.
pub struct Case<'a> {
    /// The mailbox.
    pub state: &'a Mailbox,
    /// What the levels mean.
    pub levels: &'a Levels,
    /// How the server spells WHO.
    pub identifier: &'a str,
    /// The folders that are asked about.
    pub folders: &'a [&'a Folder],
}

/// Something worth saying about the case, with the command that would mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// In a sentence whose subject is WHO.
    pub says: String,
    /// The words behind `sharemail`, where there is such a command: verb, then options.
    pub mend: Option<Mend>,
}

/// A command for the mailbox that is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mend {
    /// Give WHO these options of `grant`.
    Grant(String),
    /// Take the entry of this one away, called as on the command line.
    Revoke(String),
    /// Subscribe WHO.
    Subscribe,
    /// Mend the mailbox.
    Check,
    /// Give WHO an identity, which she may rightly lack.
    Give(Identity),
}

impl Case<'_> {
    /// The entries that may count for WHO, one for each identifier and set of rights.
    pub fn entries(&self) -> Vec<Counting> {
        let mut entries: Vec<Counting> = Vec::new();
        for folder in self.folders {
            for (identifier, rights) in folder.entries() {
                let Some(way) = self.way(identifier) else {
                    continue;
                };
                let same = |e: &&mut Counting| e.identifier == identifier && e.rights == rights;
                match entries.iter_mut().find(same) {
                    Some(entry) => entry.folders.push(folder.path.clone()),
                    None => entries.push(Counting {
                        who: self.state.dialect.who(identifier),
                        identifier: identifier.to_owned(),
                        way,
                        level: self.levels.name(rights, &self.state.vocabulary),
                        rights,
                        folders: vec![folder.path.clone()],
                    }),
                }
            }
        }
        entries
    }

    /// The folders asked about whose entries could not be read.
    pub fn unread(&self) -> Vec<Unread> {
        let folders = self.folders.iter();
        folders.filter_map(|folder| folder.unread()).collect()
    }

    /// In which way an entry for `identifier` counts, if it may.
    pub(super) fn way(&self, identifier: &str) -> Option<Way> {
        if identifier == self.identifier {
            return Some(Way::Own);
        }
        let read = |name| self.state.dialect.read(name);
        let is_person = matches!(read(self.identifier), Reading::Person(_));
        match read(identifier) {
            Reading::Negative(name) if name == self.identifier => Some(Way::Negative),
            Reading::Negative(name) => match read(name) {
                Reading::Group(_) if is_person => Some(Way::NegativeGroup),
                Reading::Special(_) => Some(Way::Negative),
                _ => None,
            },
            Reading::Group(_) if is_person => Some(Way::Group),
            Reading::Special("owner") if self.state.owner.as_deref() == Some(self.identifier) => {
                Some(Way::Own)
            }
            Reading::Special("owner" | "administrators") => None,
            Reading::Special(_) => Some(Way::Everybody),
            Reading::Person(name)
                if is_person && self.state.dialect.is_misspelt(name, self.identifier) =>
            {
                Some(Way::Misspelt)
            }
            _ => None,
        }
    }

    /// Whether WHO is an entry that takes away (RFC 4314, section 2): nobody, who could be given
    /// anything.
    pub(super) fn takes_away(&self) -> bool {
        let reading = self.state.dialect.read(self.identifier);
        matches!(reading, Reading::Negative(_))
    }

    /// What a session of WHO's own showed, folder by folder.
    pub fn seen(&self, effect: &Effect, visible: &Visible) -> Vec<Effective> {
        let folder = |seen: &FolderEffect| Effective {
            hidden_by: self.hidden_by(&seen.path, visible),
            visible: Some(visible.listed.contains(&seen.path)),
            subscribed: Some(visible.subscribed.contains(&seen.path)),
            ..self.effective(&seen.path, self.with_stored(effect, seen))
        };
        effect.folders.iter().map(folder).collect()
    }

    /// What was seen, and what is stored for WHO of what no session can show.
    fn with_stored(&self, effect: &Effect, seen: &FolderEffect) -> Rights {
        let folder = self.state.folder(&seen.path);
        let entry = folder.and_then(|folder| folder.rights_of(self.identifier));
        let unseen = effect.untold(seen).intersection(entry.unwrap_or_default());
        seen.rights.union(unseen)
    }

    /// What WHO's own entry says, folder by folder; on Courier, which adds up whatever names her,
    /// what her own, the owner's and everybody's come to.
    pub fn by_entries(&self) -> Vec<Effective> {
        let own = |folder: &Folder| match self.state.dialect.family {
            Family::Courier => self.sum(folder),
            _ => folder.rights_of(self.identifier).unwrap_or_default(),
        };
        self.folders
            .iter()
            .map(|folder| self.effective(&folder.path, own(folder)))
            .collect()
    }

    fn sum(&self, folder: &Folder) -> Rights {
        let all = |counts: fn(Way) -> bool| {
            let named = folder.entries().filter(|(name, _)| {
                let way = self.way(name);
                way.is_some_and(counts)
            });
            named.fold(Rights::NONE, |all, (_, rights)| all.union(rights))
        };
        let given = all(|way| matches!(way, Way::Own | Way::Everybody));
        given.minus(all(|way| way == Way::Negative))
    }

    fn effective(&self, path: &str, rights: Rights) -> Effective {
        let entry = self
            .state
            .folder(path)
            .and_then(|folder| folder.rights_of(self.identifier));
        Effective {
            folder: path.to_owned(),
            level: self.levels.name(rights, &self.state.vocabulary),
            rights,
            entry,
            visible: None,
            hidden_by: None,
            subscribed: None,
        }
    }

    /// The nearest folder above `path` that exists and that a list does not show.
    fn hidden_by(&self, path: &str, visible: &Visible) -> Option<String> {
        let parents = path.rmatch_indices('/').map(|(at, _)| &path[..at]);
        let mut hidden = parents.filter(|parent| {
            self.state.folder(parent).is_some() && !visible.listed.contains(*parent)
        });
        hidden.next().map(str::to_owned)
    }

    /// What there is to say of somebody whom the server does not know.
    pub fn nobody(&self) -> Remark {
        let kept = self.state.identity_folders.iter();
        let mut all = self.folders.iter().copied().chain(kept);
        let held = all.any(|f| f.rights_of(self.identifier).is_some());
        let revoke = held.then(|| Mend::Revoke(self.state.dialect.who(self.identifier)));
        remark("is nobody whom the server knows", revoke)
    }

    /// The answer in sentences; `verified` where `folders` is what a session showed.
    pub fn remarks(
        &self,
        folders: &[Effective],
        entries: &[Counting],
        verified: bool,
    ) -> Vec<Remark> {
        let mut remarks = vec![readable(folders)];
        if !verified && let Some(first) = remarks.first_mut() {
            first.says = format!("by the entries alone: {}", first.says);
        }
        let unread = self.unread();
        let is_read = |f: &&Effective| !unread.iter().any(|unread| unread.folder == f.folder);
        let read: Vec<Effective> = folders.iter().filter(is_read).cloned().collect();
        if !unread.is_empty() {
            let paths: Vec<String> = unread.into_iter().map(|unread| unread.folder).collect();
            let says = format!(
                "may hold more: the entries of {} could not be read",
                some(&paths)
            );
            remarks.push(remark(says, None));
        }
        if !self.takes_away() {
            remarks.extend(unnamed(folders, entries, read.len() < folders.len()));
            remarks.extend(bare(&read));
        }
        remarks.extend(entries.iter().filter_map(against));
        if verified {
            remarks.extend(less_than_entry(folders));
            remarks.extend(more_than_entries(&read, entries));
            remarks.extend(unlisted(folders));
            remarks.extend(hidden(folders));
            remarks.extend(unsubscribed(folders));
        }
        remarks
    }
}

fn remark(says: impl Into<String>, mend: Option<Mend>) -> Remark {
    Remark {
        says: says.into(),
        mend,
    }
}

fn readable(folders: &[Effective]) -> Remark {
    let all = folders.len();
    let says = match with(folders, |folder| folder.rights.has('r')) {
        0 => "cannot read any folder".to_owned(),
        n if n == all && n > 1 => format!("can read all {n} folders"),
        n => format!("can read {n} of {}", count(all, "folder")),
    };
    remark(says, None)
}

fn unnamed(folders: &[Effective], entries: &[Counting], in_part: bool) -> Option<Remark> {
    if entries.iter().any(|entry| entry.way == Way::Own) {
        return None;
    }
    let nothing = with(folders, |folder| folder.rights.has('r')) == 0;
    let says = match in_part {
        true => "no entry that could be read names them",
        false => "no entry names them",
    };
    Some(remark(
        says,
        nothing.then(|| Mend::Grant("--read-only".into())),
    ))
}

/// Folders that never got, or lost, the entry that WHO has on the mailbox itself.
fn bare(folders: &[Effective]) -> Option<Remark> {
    let root = folders.iter().find(|folder| folder.folder == "INBOX")?;
    let bare = |f: &&Effective| f.rights.is_empty() && f.entry.is_none();
    let bare: Vec<&Effective> = folders.iter().filter(bare).collect();
    let option = |folder: &&Effective| format!(" --folder {}", word(&folder.folder));
    let options: String = bare.iter().map(option).collect();
    let mend = Mend::Grant(format!("--rights {}{options} --no-recurse", root.entry?));
    let says = format!(
        "has an entry on the mailbox and none on {}",
        count(bare.len(), "folder")
    );
    (!bare.is_empty()).then(|| remark(says, Some(mend)))
}

/// Entries that take away, or that look right and are not.
fn against(entry: &Counting) -> Option<Remark> {
    let Counting { who, rights, .. } = entry;
    let revoke = || Some(Mend::Revoke(who.clone()));
    match entry.way {
        Way::Negative => Some(remark(format!("{who} takes {rights} away"), revoke())),
        Way::Misspelt => Some(remark(
            format!("{who} is spelled as this server never reads it"),
            revoke(),
        )),
        Way::Own | Way::Group | Way::Everybody | Way::NegativeGroup => None,
    }
}

fn less_than_entry(folders: &[Effective]) -> Option<Remark> {
    let less = |f: &Effective| f.entry.is_some_and(|entry| !f.rights.contains(entry));
    let says = |n| {
        format!(
            "on {} the server gives less than their entry says",
            count(n, "folder")
        )
    };
    some_of(folders, less, says, None)
}

/// Seen on Dovecot with `acl_defaults_from_inbox`: GETACL does not show what a folder without an
/// ACL of its own takes from INBOX.
fn more_than_entries(folders: &[Effective], entries: &[Counting]) -> Option<Remark> {
    let unshown = |f: &Effective| {
        !f.rights.is_empty()
            && !entries
                .iter()
                .any(|entry| entry.folders.contains(&f.folder))
    };
    let says = |n| {
        format!(
            "on {} the server gives rights that no entry there shows",
            count(n, "folder")
        )
    };
    some_of(folders, unshown, says, None)
}

fn unlisted(folders: &[Effective]) -> Option<Remark> {
    let unlisted = |f: &Effective| f.rights.has('r') && f.visible == Some(false);
    let says = |n| {
        format!(
            "can read {} that no list shows: l is missing there",
            count(n, "folder")
        )
    };
    some_of(folders, unlisted, says, None)
}

fn hidden(folders: &[Effective]) -> Option<Remark> {
    let readable = folders.iter().filter(|folder| folder.rights.has('r'));
    let above = readable
        .filter_map(|folder| folder.hidden_by.as_ref())
        .next()?;
    let says = format!("does not see {above}: some mail programs hide what lies below it too");
    let options = format!("--rights l --folder {} --no-recurse", word(above));
    Some(remark(says, Some(Mend::Grant(options))))
}

fn unsubscribed(folders: &[Effective]) -> Option<Remark> {
    let unsubscribed = |f: &Effective| f.rights.has('l') && f.subscribed == Some(false);
    let says = |n| {
        let folders = count(n, "folder");
        format!("is not subscribed to {folders}: many mail programs show only what is")
    };
    some_of(folders, unsubscribed, says, Some(Mend::Subscribe))
}

fn some_of(
    folders: &[Effective],
    which: impl Fn(&Effective) -> bool,
    says: impl Fn(usize) -> String,
    mend: Option<Mend>,
) -> Option<Remark> {
    match with(folders, which) {
        0 => None,
        n => Some(remark(says(n), mend)),
    }
}

fn with(folders: &[Effective], which: impl Fn(&Effective) -> bool) -> usize {
    folders.iter().filter(|folder| which(folder)).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;
    use std::collections::BTreeSet;

    fn effective(path: &str, rights: &str) -> Effective {
        Effective {
            folder: path.to_owned(),
            level: crate::model::level::Naming::None,
            rights: Rights::parse(rights).unwrap(),
            entry: None,
            visible: Some(true),
            hidden_by: None,
            subscribed: Some(true),
        }
    }

    fn says(state: &Mailbox, folders: &[Effective]) -> Vec<String> {
        let all: Vec<&Folder> = state.folders.iter().collect();
        let identifier = "alice@example.com";
        let case = Case {
            state,
            levels: &Levels::default(),
            identifier,
            folders: &all,
        };
        let remarks = case.remarks(folders, &case.entries(), true);
        remarks.into_iter().map(|remark| remark.says).collect()
    }

    #[test]
    fn rights_that_no_entry_shows_are_the_servers_own_doing() {
        let state = mailbox(&[("INBOX", &[("alice@example.com", "lr")]), ("Sent", &[])]);
        let folders = [effective("INBOX", "lr"), effective("Sent", "lr")];
        assert_eq!(
            says(&state, &folders),
            [
                "can read all 2 folders",
                "on 1 folder the server gives rights that no entry there shows"
            ]
        );
    }

    #[test]
    fn what_could_not_be_read_is_told_as_that() {
        let mut state = mailbox(&[("INBOX", &[("alice@example.com", "lr")]), ("Sent", &[])]);
        state.folders[1].acl = Err("(NOPERM): no".to_owned());
        let folders = [
            Effective {
                entry: Rights::parse("lr").ok(),
                ..effective("INBOX", "lr")
            },
            effective("Sent", "lr"),
        ];
        let told = "may hold more: the entries of Sent could not be read";
        assert_eq!(says(&state, &folders), ["can read all 2 folders", told]);
        state.folders[0].acl = Ok(std::collections::BTreeMap::new());
        let folders = [effective("INBOX", ""), effective("Sent", "")];
        let unnamed = "no entry that could be read names them";
        assert_eq!(
            says(&state, &folders),
            ["cannot read any folder", told, unnamed]
        );
    }

    #[test]
    fn a_negative_entry_and_what_it_does_are_told() {
        let entries = [("alice@example.com", "lr"), ("-alice@example.com", "r")];
        let state = mailbox(&[("INBOX", &entries)]);
        let inbox = Effective {
            entry: Rights::parse("lr").ok(),
            ..effective("INBOX", "l")
        };
        assert_eq!(
            says(&state, &[inbox]),
            [
                "cannot read any folder",
                "id:-alice@example.com takes r away",
                "on 1 folder the server gives less than their entry says"
            ]
        );
    }

    #[test]
    fn a_spelling_that_only_looks_right_is_named() {
        let state = mailbox(&[("INBOX", &[("Alice@Example.com", "lr")])]);
        let said = says(&state, &[effective("INBOX", "")]);
        assert!(said.contains(&"no entry names them".to_owned()));
        assert!(
            said.iter()
                .any(|line| line.starts_with("id:Alice@Example.com is spelled"))
        );
    }

    #[test]
    fn a_parent_that_is_not_listed_hides_what_is_below() {
        let state = mailbox(&[("INBOX", &[]), ("a", &[]), ("a/b", &[])]);
        let all: Vec<&Folder> = state.folders.iter().collect();
        let identifier = "alice@example.com";
        let case = Case {
            state: &state,
            levels: &Levels::default(),
            identifier,
            folders: &all,
        };
        let visible = Visible {
            listed: BTreeSet::from(["a/b".to_owned()]),
            subscribed: BTreeSet::new(),
        };
        assert_eq!(case.hidden_by("a/b", &visible).as_deref(), Some("a"));
        assert_eq!(case.hidden_by("a", &visible), None);
    }
}
