//! grant and revoke: who shall have which access to a mailbox, and who shall send for it.

use super::errand::{Errand, Expectation, Found, Otherwise, Stage};
use super::unkept::Unkept;
use super::verdict::Expected;
use super::{access, identifiers, identities, rights, select, with_included};
use crate::error::Result;
use crate::model::change::Change;
use crate::model::done::Done;
use crate::model::level::Levels;
use crate::model::rights::Rights;
use crate::model::state::{Folder, Mailbox};
use crate::model::who::Who;
use crate::model::wish::{Access, AccessWish};
use crate::profile::Profile;

/// What is wished for, as an errand.
pub struct Granting<'a> {
    /// Who shall have what, where.
    pub wish: &'a AccessWish,
    /// What the profile says: its levels among it.
    pub profile: &'a Profile,
}

impl Errand for Granting<'_> {
    fn first(&self) -> Option<&Who> {
        self.wish.who.first()
    }

    fn takes_from(&self, state: &Mailbox) -> Result<Option<Vec<String>>> {
        if self.wish.access != Access::None {
            return Ok(None);
        }
        identifiers(state, self.wish).map(Some)
    }

    fn next(&self, found: &Found, done: &Done) -> Result<Option<Stage>> {
        Ok(match done.stages.len() {
            // Before anybody could make them who is given the right to.
            0 if gives(self.wish) => Some(Stage::optional(found.missing_identity_folders())),
            0 => Some(Stage::default()),
            1 => {
                // Refused before anybody gets anything.
                let (wish, left_out) = with_included(found.state, self.wish);
                Unkept::new(found.state, &wish, left_out, done.lacking(), self.profile)?;
                Some(Stage {
                    changes: changes(&wish, found.state, &self.profile.levels)?,
                    otherwise: Otherwise::TakeBack,
                    is_optional: false,
                })
            }
            _ => None,
        })
    }

    fn expected<'s>(&self, state: &'s Mailbox, done: &Done) -> Result<Vec<Expectation<'s>>> {
        if done.last() != 1 {
            return Ok(Vec::new());
        }
        let (wish, _) = with_included(state, self.wish);
        let expected = expected(state, &wish, &self.profile.levels)?;
        let each = identifiers(state, &wish)?.into_iter();
        let each = each.map(|identifier| Expectation {
            part: 0,
            identifier,
            expected: expected.clone(),
            of: None,
        });
        Ok(each.collect())
    }
}

/// Whether `wish` gives anybody anything: then the identity folders are made first, before anybody
/// who might make them themselves.
pub fn gives(wish: &AccessWish) -> bool {
    !matches!(wish.access, Access::None | Access::Same) || !wish.give.is_empty()
}

/// What would make `wish` true in `state`, unguarded.
///
/// # Errors
/// Where the wish cannot be true here.
pub(crate) fn changes(wish: &AccessWish, state: &Mailbox, levels: &Levels) -> Result<Vec<Change>> {
    let mut changes = access(state, wish, levels)?.changes;
    let who = identifiers(state, wish)?;
    changes.extend(identities(state, &who, &wish.give, &wish.take)?.changes);
    Ok(changes)
}

/// What each member of `wish` should find: the rights on the mailbox's folders, and on those of the
/// identities that the wish is about.
///
/// # Errors
/// As [`changes`].
pub(crate) fn expected<'s>(
    state: &'s Mailbox,
    wish: &AccessWish,
    levels: &Levels,
) -> Result<Vec<Expected<'s>>> {
    let meant = rights(state, wish.access, levels)?.unwrap_or_default();
    // What is gone is gone everywhere: her session may show that it is not where nobody can read
    // the entries.
    let looked = |folder: &&&Folder| match wish.access {
        Access::Same => false,
        Access::None => true,
        _ => folder.acl.is_ok(),
    };
    let folders = select(state, &wish.folders)?;
    let asked = folders.iter().filter(looked);
    let mut expected: Vec<Expected> = asked
        .map(|folder| Expected {
            folder,
            rights: meant,
        })
        .collect();
    let given = wish
        .give
        .iter()
        .map(|given| (given, state.identity_rights()));
    let taken = wish.take.iter().map(|taken| (taken, Rights::NONE));
    for (identity, rights) in given.chain(taken) {
        let path = state.identity_names.path(*identity);
        let folder = state.identity_folders.iter().find(|f| f.path == path);
        expected.extend(folder.map(|folder| Expected { folder, rights }));
    }
    Ok(expected)
}
