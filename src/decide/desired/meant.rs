//! What a file means on one server: people as it spells them, levels as it can express them.

use super::Terms;
use crate::decide::{rights, spell, unreserved};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::desired::{DesiredMailbox, Share};
use crate::model::identity::Identity;
use crate::model::rights::Rights;
use crate::model::state::Mailbox;
use std::collections::{BTreeMap, BTreeSet};

/// Identifier to the entry that it shall have; nothing where it shall have none.
type Entries = BTreeMap<String, Option<Rights>>;

/// What shall be.
pub(super) struct Meant<'a> {
    everywhere: Entries,
    here: BTreeMap<&'a str, Entries>,
    identities: BTreeMap<Identity, BTreeSet<String>>,
    /// Everybody whom the file names.
    named: BTreeSet<String>,
    prune: bool,
}

impl<'a> Meant<'a> {
    /// What `wish` means in the mailbox of `state`.
    ///
    /// # Errors
    /// Where somebody cannot be spelled, or a level not be expressed.
    pub(super) fn new(state: &Mailbox, wish: &'a DesiredMailbox, terms: Terms) -> Result<Self> {
        let mut meant = Self {
            everywhere: entries(state, &wish.access, terms)?,
            here: BTreeMap::new(),
            identities: BTreeMap::new(),
            named: BTreeSet::new(),
            prune: terms.prune,
        };
        for (path, shares) in &wish.here {
            unreserved(state, path)?;
            is_there(state, wish, path)?;
            meant.here.insert(path, entries(state, shares, terms)?);
        }
        for (identity, people) in &wish.identities {
            let holders = people
                .iter()
                .map(|who| spell(state, who))
                .collect::<Result<BTreeSet<_>>>()?;
            meant.identities.insert(*identity, holders);
        }
        let listed = [&meant.everywhere]
            .into_iter()
            .chain(meant.here.values())
            .flat_map(Entries::keys);
        let holders = meant.identities.values().flatten();
        meant.named = listed.chain(holders).cloned().collect();
        Ok(meant)
    }

    /// Everybody whom the file names.
    pub(super) fn named(&self) -> impl Iterator<Item = &str> {
        self.named.iter().map(String::as_str)
    }

    /// Whether the entries of `identifier` are the file's business.
    pub(super) fn manages(&self, state: &Mailbox, identifier: &str) -> bool {
        self.named.contains(identifier) || self.prune && !state.is_keeper(identifier)
    }

    /// The entry that `identifier` shall have on the folder called `path`.
    pub(super) fn entry(&self, path: &str, identifier: &str) -> Option<Rights> {
        let here = self.here.get(path).and_then(|here| here.get(identifier));
        here.or_else(|| self.everywhere.get(identifier))
            .copied()
            .flatten()
    }

    /// Whether `identifier` shall hold `identity`.
    pub(super) fn holds(&self, identity: Identity, identifier: &str) -> bool {
        self.identities
            .get(&identity)
            .is_some_and(|holders| holders.contains(identifier))
    }

    /// Whether anybody but those who keep them shall hold `identity`.
    pub(super) fn gives(&self, state: &Mailbox, identity: Identity) -> bool {
        let holders = self.identities.get(&identity).into_iter().flatten();
        holders.into_iter().any(|holder| !state.is_keeper(holder))
    }
}

fn entries(state: &Mailbox, shares: &[Share], terms: Terms) -> Result<Entries> {
    let mut entries = Entries::new();
    for share in shares {
        let identifier = spell(state, &share.who)?;
        let after = rights(state, share.access, terms.levels)?;
        match entries.insert(identifier.clone(), after) {
            Some(other) if other != after => {
                let what = format!(
                    "{identifier:?} would have two different entries: it stands there under two names"
                );
                return Err(Error::new(Exit::BadInput, what).about(&state.name));
            }
            _ => {}
        }
    }
    Ok(entries)
}

/// A folder of which something is said must be there, or be made.
fn is_there(state: &Mailbox, wish: &DesiredMailbox, path: &str) -> Result<()> {
    let above = |folder: &String| {
        folder
            .strip_prefix(path)
            .is_some_and(|rest| rest.starts_with('/'))
    };
    let is_made = wish
        .folders
        .iter()
        .any(|folder| folder == path || above(folder));
    let is_new = state.folders.is_empty() && path == "INBOX";
    if is_made || is_new || state.folder(path).is_some() {
        return Ok(());
    }
    let what = format!("no folder {path:?}, of which the file says who has access");
    let known = state.folders.iter().map(|folder| folder.path.as_str());
    let error = Error::new(Exit::NotFound, what).about(&state.name);
    Err(match crate::model::near::nearest(path, known) {
        Some(near) => error.hint(format!("did you mean {near:?}?")),
        None => error.hint("list it under folders if it is to be made"),
    })
}
