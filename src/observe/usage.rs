//! Where the storage of a mailbox goes.

use super::listing::{Fold, Looked, fold};
use crate::error::Result;
use crate::model::message::Message;
use crate::model::pace::Pace;
use crate::model::selection::Query;
use crate::model::state::Folder;
use crate::model::usage::Usage;
use crate::reach::Opened;

/// Counts into `usage` the messages of `folders` that `query` means. No body is read, and none is marked as
/// read.
///
/// # Errors
/// Whatever the session may meet; a folder that refuses is part of what was counted.
pub fn usage(
    opened: &mut Opened,
    folders: &[&Folder],
    query: &Query,
    pace: &Pace,
    usage: &mut Usage,
) -> Result<()> {
    fold(opened, folders, query, pace, usage)
}

impl Fold for Usage {
    fn message(&mut self, folder: &Folder, message: Message) {
        Usage::message(self, &folder.path, &message);
    }

    fn end(&mut self, folder: &Folder, looked: Result<Looked, String>) {
        self.folder(
            &folder.path,
            looked.map(|looked| looked.not_read_to_the_end),
        );
    }
}
