//! How much of what there is a plan would change: the guard against mass changes.

use super::guard::lock_out;
use crate::model::change::Change;
use crate::model::change::Entry;
use crate::model::plan::Plan;
use crate::model::state::Mailbox;
use std::collections::{BTreeMap, BTreeSet};

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

/// What speaks against taking people out of all these mailboxes at once, where they are several: each the
/// plan of a mailbox by its name. Whoever leaves was named, so that she is one however many mailboxes she
/// leaves, and may be the only member that there was.
pub fn too_many_leave<'p>(plans: &[(&'p Mailbox, &'p Plan)]) -> Vec<String> {
    if plans.len() < 2 {
        return Vec::new();
    }
    let mut objections = Vec::new();
    let (mut people, mut leave) = (BTreeSet::new(), BTreeSet::new());
    for (state, plan) in plans {
        let extent = Extent::new(state, plan);
        let objection = extent.objection().filter(|_| extent.members > 1);
        objections.extend(objection.map(|why| about(&state.name, &why)));
        let members = state.identifiers().into_iter();
        let members = members.filter(|name| !state.is_keeper(name));
        people.extend(members.map(|name| state.dialect.who(name)));
        leave.extend(plan.changes.iter().filter_map(|change| match change {
            Change::Entry(Entry {
                identifier,
                before: Some(_),
                after: None,
                ..
            }) if !state.is_keeper(identifier) => Some(state.dialect.who(identifier)),
            _ => None,
        }));
    }
    if objections.is_empty() && people.len() > 1 {
        let together = Extent {
            members: people.len(),
            touched: leave.len(),
            left: people.len().saturating_sub(leave.len()),
        };
        let why = together.objection();
        objections.extend(why.map(|why| format!("all mailboxes together: {why}")));
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
    fn whoever_leaves_is_one_however_many_mailboxes_she_leaves() {
        use crate::decide::tests::{mailbox, who};
        let names: Vec<String> = (0..12).map(|n| format!("p{n}@example.com")).collect();
        let entries = |range: std::ops::Range<usize>| -> Vec<(&str, &str)> {
            names[range].iter().map(|name| (&**name, "lrs")).collect()
        };
        let objections = |folders: &[&[(&str, &str)]], leavers: &[&str]| {
            let states = folders.iter().map(|entries| mailbox(&[("INBOX", entries)]));
            let states: Vec<Mailbox> = states.collect();
            let plan = |state: &Mailbox| {
                let mut plan = Plan::new(&state.name);
                let each = leavers
                    .iter()
                    .map(|name| crate::decide::leaving(state, &who(name)));
                plan.changes.extend(each.flat_map(|plan| plan.changes));
                plan
            };
            let plans: Vec<Plan> = states.iter().map(plan).collect();
            let plans: Vec<(&Mailbox, &Plan)> = states.iter().zip(&plans).collect();
            too_many_leave(&plans)
        };
        let alone = entries(0..1);
        assert!(objections(&[&alone, &alone, &alone], &["p0"]).is_empty());
        let pair = entries(0..2);
        let told = objections(&[&pair, &alone], &["p0", "p1"]);
        assert!(told[0].contains("all 2 members would go"), "{told:?}");
        // It is about one mailbox alone.
        assert!(objections(&[&pair], &["p0", "p1"]).is_empty());
        let parts = [entries(0..3), entries(3..6), entries(6..9), entries(9..12)];
        let parts: Vec<&[(&str, &str)]> = parts.iter().map(Vec::as_slice).collect();
        assert!(objections(&parts, &["p0", "p3", "p6"]).is_empty());
        let told = objections(&parts, &["p0", "p3", "p6", "p9"]);
        assert_eq!(
            told,
            [
                "all mailboxes together: 4 of 12 members would lose or change entries, more than 30 %"
            ]
        );
    }

    #[test]
    fn a_mailbox_is_never_emptied() {
        assert!(extent(1, 1, 0).objection().is_some());
        assert!(extent(0, 0, 0).objection().is_none());
    }
}
