//! State to Desired: a shared mailbox as a file would say it. With that file, a plan changes nothing.
//!
//! Whoever a file names has exactly what it says, on every folder: so a member is told whole, or
//! left out whole with the reason. What most folders give is said of the mailbox, and of a folder
//! only what it gives besides.

mod entries;
mod folders;
mod identities;
mod settings;
mod share;

use crate::model::desired::DesiredMailbox;
use crate::model::level::Levels;
use crate::model::state::Mailbox;

/// A mailbox in the words of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Described {
    /// What the file says; the same state is always told the same.
    pub mailbox: DesiredMailbox,
    /// What it does not say, and why, a sentence each.
    pub remarks: Vec<String>,
}

/// `state` in the words of a file, where the levels mean `levels`. The owner's own entries are not
/// told: the server gives them by itself.
pub fn describe(state: &Mailbox, levels: &Levels) -> Described {
    let mut described = Described::default();
    described.folders(state);
    described.quota(state);
    let left_out = described.entries(state, levels);
    described.identities(state, &left_out);
    described.settings(state);
    described
}

impl Described {
    fn remark(&mut self, remark: String) {
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }
}

#[cfg(test)]
mod tests;
