//! What is asked of a mailbox by a file or a saved plan, and what people have seen of it.

use crate::decide::Terms;
use crate::model::change::Change;
use crate::model::desired::DesiredMailbox;
use crate::model::plan::Plan;
use crate::model::state::Mailbox;

/// What is asked for.
#[derive(Clone, Copy)]
pub enum Asked<'a> {
    /// What a file says of the mailbox.
    File {
        /// It.
        wish: &'a DesiredMailbox,
        /// How it is to be taken.
        terms: Terms<'a>,
    },
    /// The very changes that were saved, and may have been reviewed.
    Saved(Saved<'a>),
}

/// Changes that were saved.
#[derive(Clone, Copy)]
pub struct Saved<'a> {
    /// They.
    pub changes: &'a [Change<String>],
    /// What the mailbox was like.
    pub fingerprint: &'a str,
    /// Whether it was not there.
    pub is_new: bool,
}

/// A plan that people have seen.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    /// It.
    pub plan: &'a Plan,
    /// What the mailbox was like.
    pub state: &'a Mailbox,
    /// Whether it was not there.
    pub is_new: bool,
}
