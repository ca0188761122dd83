//! grant --csv: the rows of a sheet that are about one mailbox, each of which may fail by itself.

use super::errand::{Errand, Expectation, Found, Otherwise, Stage};
use super::granting::{changes, expected, gives};
use super::{apart, assume, identifiers, lock_out, with_included};
use crate::error::Result;
use crate::model::change::Change;
use crate::model::done::Done;
use crate::model::identity::Identity;
use crate::model::level::Levels;
use crate::model::plan::Plan;
use crate::model::state::Mailbox;
use crate::model::wish::AccessWish;
use std::collections::HashSet;

/// What the rows ask for, as one errand.
pub struct Rows<'a> {
    /// What each row asks for.
    pub wishes: Vec<&'a AccessWish>,
    /// What the levels mean.
    pub levels: &'a Levels,
}

/// What a row comes to in the mailbox.
pub struct Part {
    /// Its wish, with the identities that come with the level.
    pub wish: AccessWish,
    /// Those that cannot be given.
    pub left_out: Vec<Identity>,
    /// What no row before it changes too.
    pub changes: Vec<Change>,
}

impl Rows<'_> {
    /// What each row would change in `state`, or why it cannot.
    pub fn parts(&self, state: &Mailbox) -> Vec<Result<Part>> {
        let mut taken = HashSet::new();
        let mut one = |wish: &Result<AccessWish>| {
            let wish = wish.as_ref().map_err(Clone::clone)?;
            let (wish, left_out) = with_included(state, wish);
            let mut plan = Plan::new(&state.name);
            plan.changes = changes(&wish, state, self.levels)?;
            lock_out(state, &plan)?;
            plan.changes.retain(|change| match change {
                Change::Entry(entry) => {
                    taken.insert((entry.folder.wire.clone(), entry.identifier.clone()))
                }
                _ => true,
            });
            Ok(Part {
                wish,
                left_out,
                changes: plan.changes,
            })
        };
        let parts = apart(state, &self.wishes).iter().map(&mut one).collect();
        guarded(parts, state)
    }

    /// The changes that make what is missing for identities, where any row that can come true gives
    /// anything.
    fn identity_folders(&self, found: &Found) -> Vec<Change> {
        let missing = found.missing_identity_folders();
        if missing.is_empty() {
            return missing;
        }
        let mut after = found.state.clone();
        assume(&mut after, &missing);
        let parts = self.parts(&after);
        match parts.iter().flatten().any(|part| gives(&part.wish)) {
            true => missing,
            false => Vec::new(),
        }
    }
}

impl Errand for Rows<'_> {
    fn next(&self, found: &Found, done: &Done) -> Result<Option<Stage>> {
        Ok(match done.stages.len() {
            // Before anybody could make them who is given the right to.
            0 => Some(Stage::optional(self.identity_folders(found))),
            1 => {
                let parts = self.parts(found.state).into_iter().flatten();
                Some(Stage {
                    changes: parts.flat_map(|part| part.changes).collect(),
                    otherwise: Otherwise::TakeBack,
                    is_optional: false,
                })
            }
            _ => None,
        })
    }

    fn expected<'s>(&self, state: &'s Mailbox, done: &Done) -> Result<Vec<Expectation<'s>>> {
        let mut all = Vec::new();
        if done.last() != 1 {
            return Ok(all);
        }
        for (n, part) in self.parts(state).into_iter().enumerate() {
            let Ok(part) = part else { continue };
            let of = part.changes.iter();
            let of = of.map(|change| change.folder().wire.clone());
            let of: std::collections::BTreeSet<_> = of.collect();
            for identifier in identifiers(state, &part.wish)? {
                all.push(Expectation {
                    part: n,
                    identifier,
                    expected: expected(state, &part.wish, self.levels)?,
                    of: Some(of.clone()),
                });
            }
        }
        Ok(all)
    }
}

/// `parts` without the rows that only together with those above them would lock everybody out.
fn guarded(mut parts: Vec<Result<Part>>, state: &Mailbox) -> Vec<Result<Part>> {
    let mut sum = Plan::new(&state.name);
    let all = parts.iter().flatten();
    sum.changes
        .extend(all.flat_map(|part| part.changes.iter().cloned()));
    if lock_out(state, &sum).is_ok() {
        return parts;
    }
    sum.changes.clear();
    for row in &mut parts {
        let Ok(part) = row else { continue };
        let before = sum.changes.len();
        sum.changes.extend(part.changes.iter().cloned());
        if let Err(error) = lock_out(state, &sum) {
            sum.changes.truncate(before);
            *row = Err(error);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::{mailbox, who};
    use crate::model::level::Level;
    use crate::model::wish::{Access, Scope};

    #[test]
    fn rows_that_only_together_would_lock_everybody_out_are_refused() {
        let all = "lrswipkxtea";
        let mut state = mailbox(&[(
            "INBOX",
            &[("alice@example.com", all), ("bob@example.com", all)],
        )]);
        state.owner = None;
        let row = |name: &str| {
            let wish = AccessWish {
                who: vec![who(name)],
                access: Access::Level(Level::ReadOnly),
                folders: Scope::Every,
                give: Vec::new(),
                include: Vec::new(),
                take: Vec::new(),
            };
            let mut plan = Plan::new(&state.name);
            plan.changes = changes(&wish, &state, &Levels::default()).unwrap();
            lock_out(&state, &plan).unwrap();
            Ok(Part {
                wish,
                left_out: Vec::new(),
                changes: plan.changes,
            })
        };
        let rows = guarded(vec![row("alice"), row("bob"), row("carol")], &state);
        let refused: Vec<bool> = rows.iter().map(Result::is_err).collect();
        assert_eq!(refused, [false, true, false]);
    }
}
