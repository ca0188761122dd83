//! How to go about an errand.

use super::watch::Watch;

/// How to go about an errand, beside what it is.
#[derive(Clone, Copy)]
pub struct Terms<'a> {
    /// Whose own sessions are looked at.
    pub watch: &'a Watch,
    /// Subscribe those who are looked at.
    pub subscribe: bool,
    /// Keep what gives nothing.
    pub keep: bool,
    /// Take the last right to grant away too.
    pub insist: bool,
    /// Refuse what changes very much of the mailbox at once.
    pub guard: bool,
    /// End the mailbox's own session while its members' are open: it takes one at a time. Where more is to be
    /// done after that, another is opened.
    pub thrifty: bool,
}

impl<'a> Terms<'a> {
    /// The usual ones.
    pub fn new(watch: &'a Watch) -> Self {
        Self {
            watch,
            subscribe: false,
            keep: false,
            insist: false,
            guard: false,
            thrifty: false,
        }
    }
}
