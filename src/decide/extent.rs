//! How much of what there is a plan would change: the guard against mass changes.

use crate::model::plan::{Change, Plan};
use crate::model::state::{Folder, Mailbox};

/// From this many entries on, changing many of them at once is refused.
const MANY: usize = 10;
/// More than this many of a hundred are too many.
const PERCENT: usize = 30;

/// What a plan does to the entries that there are; those of the owner and the administrator are
/// not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// How many there are.
    pub entries: usize,
    /// How many of them would be changed or removed.
    pub touched: usize,
    /// How many there would be afterwards.
    pub left: usize,
}

impl Extent {
    /// What `plan` does to the mailbox of `state`.
    pub fn new(state: &Mailbox, plan: &Plan) -> Self {
        let folders = state.folders.iter().chain(&state.identity_folders);
        let of = |folder: &Folder| {
            folder
                .entries()
                .filter(|(name, _)| !state.is_keeper(name))
                .count()
        };
        let mut extent = Self {
            entries: folders.map(of).sum(),
            ..Self::default()
        };
        extent.left = extent.entries;
        for change in &plan.changes {
            let Change::Entry {
                identifier,
                before,
                after,
                ..
            } = change
            else {
                continue;
            };
            if state.is_keeper(identifier) {
                continue;
            }
            extent.touched += usize::from(before.is_some());
            extent.left += usize::from(before.is_none() && after.is_some());
            extent.left -= usize::from(before.is_some() && after.is_none()).min(extent.left);
        }
        extent
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            entries: self.entries + other.entries,
            touched: self.touched + other.touched,
            left: self.left + other.left,
        }
    }

    /// Why that is too much at once, where it is.
    pub fn objection(self) -> Option<String> {
        let Self {
            entries,
            touched,
            left,
        } = self;
        if left == 0 && touched > 0 {
            return Some(format!(
                "nobody would be left: all entries ({entries}) would go"
            ));
        }
        let too_much = entries >= MANY && touched * 100 > entries * PERCENT;
        too_much.then(|| {
            format!(
                "{touched} of {entries} entries would be changed or removed, more than {PERCENT} %"
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extent(entries: usize, touched: usize, left: usize) -> Extent {
        Extent {
            entries,
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
