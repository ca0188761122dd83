//! Who takes the untagged responses, and what helps to understand them.

use super::argument::Style;
use super::response::{Data, State};
use super::token::Malformed;
use std::borrow::Cow;
use std::collections::HashMap;

/// What is told of the untagged responses, one by one.
pub(super) trait Collect {
    /// Takes what is wanted of `data` and leaves the rest.
    fn collect(&mut self, data: Data<'_>, aloft: &Aloft<'_>) -> Result<(), Malformed>;

    /// How many bytes more than usual may come, by what was told so far.
    fn expected(&self) -> u64 {
        0
    }

    /// Learns what an untagged condition says, such as `* OK [UIDVALIDITY 7]`.
    fn told(&mut self, _: &State<'_>, _: &Aloft<'_>) {}
}

/// Nothing is wanted but the tagged replies.
pub(super) struct Nothing;

impl Collect for Nothing {
    fn collect(&mut self, _: Data<'_>, _: &Aloft<'_>) -> Result<(), Malformed> {
        Ok(())
    }
}

/// What is in flight, as far as it helps to understand a reply.
#[derive(Debug, Default)]
pub(super) struct Aloft<'r> {
    pub style: Style,
    /// The command that touches each folder.
    pub askers: HashMap<&'r [u8], usize>,
    /// The first of the commands that were sent which is not answered yet: where they must be carried out in
    /// order, what comes belongs to it.
    pub oldest: Option<usize>,
}

impl Aloft<'_> {
    /// A folder name as the rest of the crate spells it.
    pub fn folder<'a>(&self, wire: Cow<'a, [u8]>) -> Cow<'a, [u8]> {
        self.style.folder(wire)
    }

    /// The command in flight that asks about the folder which the server calls `wire`.
    pub fn asker(&self, wire: Cow<'_, [u8]>) -> Option<usize> {
        self.askers.get(&*self.folder(wire)).copied()
    }
}
