//! What somebody reaches, by a session of her own: her rights on every folder that she is shown, and
//! the identities that she holds.

use crate::error::Result;
use crate::exit::Exit;
use crate::imap::Session;
use crate::model::dialect::{Family, Reading};
use crate::model::failure::Unopened;
use crate::model::identity::{Identity, Standing};
use crate::model::level::{Levels, Vocabulary};
use crate::model::pace::Pace;
use crate::model::reached::Reached;
use crate::model::rights::Rights;
use crate::model::state::{Folder, Mailbox};
use crate::model::who::Who;
use crate::model::words::some;
use crate::observe::{self, Look, Seen};
use crate::reach::Provider;

/// How the entries of a mailbox that a session sees are known.
pub trait Insight {
    /// The entry that opens a folder.
    fn through(&self, seen: &Seen, folder: &str) -> String;

    /// Whether the folder of an identity is believed.
    fn believes(&self, seen: &Seen, identity: Identity) -> bool;

    /// The rights that the mailbox knows, where the server said.
    fn vocabulary(&self, _: &Seen) -> Option<&Vocabulary> {
        None
    }
}

/// Nothing is known but what the session itself is told.
pub struct OwnEyes;

impl Insight for OwnEyes {
    fn through(&self, _: &Seen, _: &str) -> String {
        "login".to_owned()
    }

    fn believes(&self, _: &Seen, _: Identity) -> bool {
        true
    }
}

/// The administrator has read the entries.
pub struct Entries<'a> {
    /// Whose access it is.
    pub who: &'a Who,
    /// The mailboxes whose entries were read.
    pub mailboxes: &'a [Mailbox],
}

impl Insight for Entries<'_> {
    fn through(&self, seen: &Seen, folder: &str) -> String {
        opening(self.who, self.mailboxes, seen, folder)
    }

    fn believes(&self, seen: &Seen, identity: Identity) -> bool {
        let mut known = self.mailboxes.iter();
        known
            .find(|mailbox| seen.is_called(&mailbox.name))
            .is_none_or(|mailbox| matches!(mailbox.standing(identity), Standing::Holders(_)))
    }

    fn vocabulary(&self, seen: &Seen) -> Option<&Vocabulary> {
        let mut known = self.mailboxes.iter();
        let mailbox = known.find(|mailbox| seen.is_called(&mailbox.name));
        mailbox.map(|mailbox| &mailbox.vocabulary)
    }
}

/// What a session's login may do in the namespaces of others.
#[derive(Debug, Default)]
pub struct Reaches {
    /// What it may, as far as the server said.
    pub reached: Vec<Reached>,
    /// Each mailbox with folders of which the server did not say, and why.
    pub untold: Vec<Unopened>,
}

/// What the session's login may do in the namespaces of others (MYRIGHTS).
///
/// # Errors
/// Whatever the session may meet.
pub fn by_session(
    session: &mut Session,
    provider: &Provider,
    levels: &Levels,
    insight: &dyn Insight,
) -> Result<Reaches> {
    let pace = Pace::interruptible();
    let look = Look {
        rights: true,
        messages: false,
    };
    let all = observe::seen(session, provider.profile().domain.as_deref(), look)?;
    let mut held = observe::rights(session, &all, &pace)?.into_iter();
    let promised = promised(session);
    let names = &provider.profile().identities;
    let mut reaches = Reaches::default();
    for seen in &all {
        let vocabulary = insight.vocabulary(seen).unwrap_or(&promised);
        let held = held.by_ref().take(seen.folders.len());
        let paths = seen.folders.iter().map(|f| f.path.as_str());
        let mut names = names.clone();
        names.learn(paths.clone());
        let mut folders: Vec<(&str, Rights)> = Vec::new();
        let mut untold: Vec<(&str, String)> = Vec::new();
        for (path, held) in paths.zip(held) {
            match held {
                Ok(rights) => folders.push((path, vocabulary.normal(rights))),
                Err(why) => untold.push((path, why)),
            }
        }
        reaches.untold.extend(untold_of(&seen.name, &untold));
        let folders = folders.into_iter();
        let (kept, folders): (Vec<_>, Vec<_>) = folders.partition(|(path, _)| names.reserve(path));
        let identities = Identity::ALL.into_iter().filter(|identity| {
            let holds = |(path, rights): &(&str, Rights)| {
                *path == names.path(*identity) && Identity::is_held_by(*rights, vocabulary)
            };
            kept.iter().any(holds) && insight.believes(seen, *identity)
        });
        let identities: Vec<Identity> = identities.collect();
        let row = |through: String, rights, folder: Option<&str>| Reached {
            mailbox: seen.name.clone(),
            through,
            level: levels.name(rights, vocabulary),
            rights,
            folders: folder.into_iter().map(str::to_owned).collect(),
            of: None,
            listed: true,
            identities: identities.clone(),
        };
        let mut rows = Vec::new();
        for (path, rights) in folders.into_iter().filter(|(_, rights)| !rights.is_empty()) {
            let through = insight.through(seen, path);
            add(&mut rows, row(through, rights, Some(path)));
        }
        if let ([], Some(identity)) = (rows.as_slice(), identities.first()) {
            let through = insight.through(seen, names.path(*identity));
            rows.push(row(through, Rights::NONE, None));
        }
        reaches.reached.append(&mut rows);
    }
    Ok(reaches)
}

/// That the server did not say what may be done on these folders of a mailbox.
fn untold_of(mailbox: &str, untold: &[(&str, String)]) -> Option<Unopened> {
    let (_, why) = untold.first()?;
    let paths: Vec<String> = untold.iter().map(|(path, _)| (*path).to_owned()).collect();
    Some(Unopened {
        mailbox: mailbox.to_owned(),
        why: format!(
            "the server did not say what may be done on {} {why}",
            some(&paths)
        ),
        exit: Exit::Refused,
    })
}

/// The rights that the capabilities promise: a member may not ask LISTRIGHTS.
fn promised(session: &Session) -> Vocabulary {
    match session.server_family() {
        Family::Courier => Vocabulary::of_courier(),
        _ => Vocabulary::promised(session.capabilities().rights()),
    }
    .of(session.server_family())
}

/// The entries that may open a folder to WHO: her own, else those for everybody, else those of
/// groups, one of which she must be in.
fn opening(who: &Who, mailboxes: &[Mailbox], seen: &Seen, folder: &str) -> String {
    let unseen = || "unseen".to_owned();
    let Some(mailbox) = mailboxes.iter().find(|m| seen.is_called(&m.name)) else {
        return unseen();
    };
    let mut kept = mailbox.identity_folders.iter();
    let is_kept = |kept: &&Folder| kept.path == folder;
    let Some(folder) = mailbox.folder(folder).or_else(|| kept.find(is_kept)) else {
        return unseen();
    };
    let own = mailbox.dialect.spell(who).ok();
    if own
        .as_ref()
        .is_some_and(|own| mailbox.owner.as_ref() == Some(own))
    {
        return "owner".to_owned();
    }
    if let Some(own) = own.filter(|own| folder.rights_of(own).is_some()) {
        return called(mailbox, &own);
    }
    let names = |wanted: fn(&Reading) -> bool| {
        let read = |name: &str| wanted(&mailbox.dialect.read(name));
        let names = folder
            .entries()
            .map(|(name, _)| name)
            .filter(|name| read(name));
        let names: Vec<String> = names.map(|name| called(mailbox, name)).collect();
        names.join(" or ")
    };
    let everybody = names(|r| matches!(r, Reading::Special("anyone" | "authenticated")));
    let groups = names(|r| matches!(r, Reading::Group(_)));
    [everybody, groups]
        .into_iter()
        .find(|names| !names.is_empty())
        .unwrap_or_else(unseen)
}

/// An entry as one would write it; what stands for everybody keeps its bare name, by which it is
/// told from somebody in particular.
pub fn called(mailbox: &Mailbox, identifier: &str) -> String {
    match mailbox.dialect.read(identifier) {
        Reading::Special(name) => name.to_owned(),
        _ => mailbox.dialect.who(identifier),
    }
}

/// Folders that the same entry opens with the same rights stand together.
pub fn add(all: &mut Vec<Reached>, mut new: Reached) {
    let alike = |g: &&mut Reached| {
        g.mailbox == new.mailbox && g.through == new.through && g.rights == new.rights
    };
    match all.iter_mut().rev().find(alike) {
        Some(group) => group.folders.append(&mut new.folders),
        None => all.push(new),
    }
}
