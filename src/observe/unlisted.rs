//! What the owner's list does not show, looked for through the sessions of members.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::change::Change;
use crate::model::change::Entry;
use crate::model::dialect::Reading;
use crate::model::effect::Visible;
use crate::model::finding::{Finding, FindingKind};
use crate::model::state::Mailbox;
use crate::model::words::some;
use crate::observe;
use crate::reach::crowd;
use crate::reach::{NotImpersonated, Opened, Provider};
use std::collections::BTreeSet;

/// What came of it.
#[derive(Debug, Default)]
pub struct Looked {
    /// The folders that were found so, by their paths; they are in the mailbox now.
    pub revealed: Vec<String>,
    /// Those whose sessions were looked through, as the server spells them.
    pub seen: BTreeSet<String>,
    /// Those whose sessions could not be, and why.
    pub unseen: Vec<(String, Error)>,
    /// Why what was shown could not be read, where it could not.
    pub broken: Option<Error>,
}

impl Looked {
    /// A finding for each folder of `mailbox` that was found so, with the entry that hides it where one
    /// of `mends` is about it.
    pub fn findings(&self, mailbox: &Mailbox, mends: &[Change]) -> impl Iterator<Item = Finding> {
        self.revealed.iter().map(|path| {
            let hides = mends.iter().find(|change| change.folder().path == *path);
            match hides {
                Some(Change::Entry(Entry { identifier, .. })) => Finding::new(
                    FindingKind::Unlisted,
                    &mailbox.dialect,
                    identifier,
                    vec![path.clone()],
                ),
                _ => Finding::of_folder(FindingKind::Unlisted, path),
            }
        })
    }

    /// What to warn of: folders that were found so, and that nobody could look for others.
    pub fn warnings(&self, mailbox: &Mailbox) -> Vec<String> {
        let mut warnings = Vec::new();
        if !self.revealed.is_empty() {
            warnings.push(format!(
                "the owner's list does not show {}, which members see: somebody took the owner's l \
                 there",
                some(&self.revealed)
            ));
        }
        if let Some(error) = &self.broken {
            warnings.push(format!(
                "folders that the owner's list may not show were not looked for: {error}"
            ));
        }
        if let Some((_, error)) = self.not_looked_through().next() {
            let who: Vec<String> = self.blind(mailbox);
            warnings.push(format!(
                "folders that the owner's list may not show were not looked for through the eyes of \
                 {}: {}",
                some(&who),
                error.what()
            ));
        }
        warnings
    }

    /// Those whose eyes could not be borrowed, as one would write them on the command line.
    pub fn blind(&self, mailbox: &Mailbox) -> Vec<String> {
        let who = |(identifier, _): &(String, Error)| mailbox.dialect.who(identifier);
        self.not_looked_through().map(who).collect()
    }

    /// Somebody whom the server does not know sees nothing.
    fn not_looked_through(&self) -> impl Iterator<Item = &(String, Error)> {
        let there = |(_, error): &&(String, Error)| error.exit() != Exit::NotFound;
        self.unseen.iter().filter(there)
    }
}

/// The people with an entry anywhere in `mailbox`.
pub fn people(mailbox: &Mailbox) -> Vec<String> {
    let person = |name: &&str| matches!(mailbox.dialect.read(name), Reading::Person(_));
    let all = mailbox.identifiers().into_iter().filter(person);
    all.filter(|name| !mailbox.is_keeper(name))
        .map(str::to_owned)
        .collect()
}

/// Those of them who hold `a` somewhere, and so could hide a folder.
pub fn masters(mailbox: &Mailbox) -> Vec<String> {
    let mut people = people(mailbox);
    people.retain(|name| {
        let mut all = mailbox.folders.iter();
        all.any(|folder| folder.rights_of(name).is_some_and(|rights| rights.has('a')))
    });
    people
}

/// Whoever takes something from those spelled as one of `about` takes it on the folders too that the
/// owner's list does not show: they are looked for by `look` through their sessions, and through those
/// of whoever could hide them.
pub fn before_taking(
    provider: &Provider,
    opened: &mut Opened,
    mailbox: &mut Mailbox,
    about: &[String],
    look_as: impl Fn(&Opened, &str) -> Result<Visible> + Sync,
) -> Looked {
    let whose = |mailbox: &Mailbox| {
        let mut whose = masters(mailbox);
        let person = |name: &&String| matches!(mailbox.dialect.read(name), Reading::Person(_));
        let about = about.iter().filter(person);
        whose.extend(about.filter(|name| !mailbox.is_keeper(name)).cloned());
        whose
    };
    look(provider, opened, mailbox, whose, look_as)
}

/// A look through a session of the member's own.
///
/// # Errors
/// Whatever connecting may meet, or why she cannot be impersonated.
pub fn by_member(provider: &Provider, opened: &Opened, identifier: &str) -> Result<Visible> {
    let view = provider.member(opened, identifier)?;
    let mut view = view.map_err(NotImpersonated::into_error)?;
    observe::glimpse(&mut view)
}

/// Looks through the sessions of those whom `whose` names, and of those whom it names once more is
/// known, by `look`; adds to `mailbox` what they show.
pub fn look(
    provider: &Provider,
    opened: &mut Opened,
    mailbox: &mut Mailbox,
    whose: impl Fn(&Mailbox) -> Vec<String>,
    look: impl Fn(&Opened, &str) -> Result<Visible> + Sync,
) -> Looked {
    let mut looked = Looked::default();
    if !observe::hides(opened.dialect.family) {
        return looked;
    }
    let hands = provider.profile().imap.connections.saturating_sub(1).max(1);
    let mut seen = match observe::subscriptions(opened) {
        Ok(seen) => seen,
        Err(error) => {
            looked.broken = Some(error);
            return looked;
        }
    };
    let mut asked = BTreeSet::new();
    loop {
        let mut next = whose(mailbox);
        next.retain(|name| asked.insert(name.clone()));
        let glimpses = crowd::each(&next, hands, |name| look(opened, name));
        for (name, glimpse) in next.into_iter().zip(glimpses) {
            match glimpse {
                Ok(glimpse) => {
                    seen.listed.extend(glimpse.listed);
                    seen.subscribed.extend(glimpse.subscribed);
                    looked.seen.insert(name);
                }
                Err(error) => looked.unseen.push((name, error)),
            }
        }
        match observe::reveal(opened, mailbox, &seen) {
            // Whoever stands there and nowhere else may see more.
            Ok(revealed) if !revealed.is_empty() => looked.revealed.extend(revealed),
            Ok(_) => return looked,
            Err(error) => {
                looked.broken = Some(error);
                return looked;
            }
        }
    }
}
