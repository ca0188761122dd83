//! `sharemail label remove`.

use super::labelled::Labelled;

/// Take a label off messages
///
/// Without --folder, off those of the whole mailbox that are meant; something has to be said of them. Only
/// messages that carry the label are changed, and what they carry then is read back in a fresh session.
///
/// --proof is refused (64) unless it is none: a label lies on the message itself, is the same for everybody
/// who may read that, and is read back from each message.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail label remove support@ urgent --folder INBOX
  sharemail label remove support@ 'To Do' --from alice@example.com --dry-run
  sharemail label remove support@ '$Junk' --label '$NotJunk' --undo-file junk.undo")]
pub struct LabelRemove {
    /// The label and the messages.
    #[command(flatten)]
    pub labelled: Labelled,
}
