//! How much of what there is a plan would change: the guard against mass changes.

use super::guard::lock_out;
use crate::model::change::Change;
use crate::model::change::Entry;
use crate::model::plan::Plan;
use crate::model::state::Mailbox;
use std::collections::BTreeMap;

/// From this many members on, changing many of them at once is refused.
const MANY: usize = 10;
/// More than this many of a hundred are too many.
const PERCENT: usize = 30;

/// What a plan does to the members that there are, each counted once for each mailbox, however
/// many folders it has; the owner and the administrator are not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// How many there are.
    pub members: usize,
    /// How many of them would have entries changed or removed.
    pub touched: usize,
    /// How many there would be afterwards.
    pub left: usize,
}

/// The entries of one member: how many there are, and would be, and whether any that is there
/// would become another.
#[derive(Default)]
struct Held {
    now: usize,
    then: usize,
    is_touched: bool,
}

impl Extent {
    /// What `plan` does to the mailbox of `state`.
    pub fn new(state: &Mailbox, plan: &Plan) -> Self {
        let mut all: BTreeMap<&str, Held> = BTreeMap::new();
        let folders = state.folders.iter().chain(&state.identity_folders);
        for (name, _) in folders.flat_map(|folder| folder.entries()) {
            let held = all.entry(name).or_default();
            held.now += 1;
            held.then += 1;
        }
        for change in &plan.changes {
            let Change::Entry(Entry {
                identifier,
                before,
                after,
                ..
            }) = change
            else {
                continue;
            };
            let held = all.entry(identifier).or_default();
            held.is_touched |= before.is_some();
            held.then += usize::from(before.is_none() && after.is_some());
            let goes = before.is_some() && after.is_none();
            held.then = held.then.saturating_sub(usize::from(goes));
        }
        all.retain(|name, _| !state.is_keeper(name));
        let count = |is: fn(&Held) -> bool| all.values().filter(|held| is(held)).count();
        Self {
            members: count(|held| held.now > 0),
            touched: count(|held| held.now > 0 && held.is_touched),
            left: count(|held| held.then > 0),
        }
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            members: self.members + other.members,
            touched: self.touched + other.touched,
            left: self.left + other.left,
        }
    }

    /// Why that is too much at once, where it is.
    pub fn objection(self) -> Option<String> {
        let Self {
            members,
            touched,
            left,
        } = self;
        if left == 0 && touched > 0 {
            return Some(match members {
                1 => "nobody would be left: the only member would go".to_owned(),
                _ => format!("nobody would be left: all {members} members would go"),
            });
        }
        let too_much = members >= MANY && touched * 100 > members * PERCENT;
        too_much.then(|| {
            format!(
                "{touched} of {members} members would lose or change entries, more than {PERCENT} %"
            )
        })
    }
}

/// What speaks against making all of these at once: each the plan of a mailbox by its name.
pub fn objections<'p>(
    plans: impl IntoIterator<Item = (String, &'p Mailbox, &'p Plan)>,
) -> Vec<String> {
    let mut objections = Vec::new();
    let mut all = Extent::default();
    for (name, state, plan) in plans {
        let extent = Extent::new(state, plan);
        let last = lock_out(state, plan).err();
        let objection = extent
            .objection()
            .or(last.map(|error| error.what().to_owned()));
        objections.extend(objection.map(|why| about(&name, &why)));
        all = all.and(extent);
    }
    if objections.is_empty() {
        let together = all.objection();
        objections.extend(together.map(|why| format!("all mailboxes together: {why}")));
    }
    objections
}

fn about(name: &str, why: &str) -> String {
    match why.starts_with(name) {
        true => why.to_owned(),
        false => format!("{name}: {why}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extent(members: usize, touched: usize, left: usize) -> Extent {
        Extent {
            members,
            touched,
            left,
        }
    }

    #[test]
    fn a_third_of_ten_is_too_much_and_of_nine_is_not() {
        assert!(extent(10, 4, 10).objection().is_some());
        assert!(extent(10, 3, 10).objection().is_none());
        assert!(extent(9, 9, 9).objection().is_none());
        assert!(extent(0, 0, 500).objection().is_none());
    }

    #[test]
    fn a_mailbox_is_never_emptied() {
        assert!(extent(1, 1, 0).objection().is_some());
        assert!(extent(0, 0, 0).objection().is_none());
    }
}
