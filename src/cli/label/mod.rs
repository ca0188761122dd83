//! `sharemail label`: the labels on messages of a shared mailbox.

mod add;
mod check;
mod define;
mod export;
mod labelled;
mod list;
mod merge;
mod remove;
mod rename;

pub use add::LabelAdd;
pub use check::LabelCheck;
pub use define::LabelDefine;
pub use export::{LabelExport, Program};
pub use labelled::Labelled;
pub use list::LabelList;
pub use merge::LabelMerge;
pub use remove::LabelRemove;
pub use rename::LabelRename;

use clap::Subcommand;

/// Put labels on messages, take them off, list and name them
///
/// A label is an IMAP keyword, which mail programs show as a tag: all who have access to the mailbox see
/// the same ones. The names that define and rename give them count first, in the mailbox itself. Important,
/// Work, Personal, To Do and Later are those that Thunderbird and others know from the start; any other name
/// becomes the keyword that Thunderbird makes of it, and what begins with $ is taken as it is.
///
/// No member's session proves a label: it lies on the message itself, is the same for everybody who may
/// read that, and is read back from each message. --proof is refused (64) unless it is none.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail label add support@ important --from '*@billing.example.com'
  sharemail label remove support@ important --folder INBOX
  sharemail label define support@ invoice --name Invoice --colour '#cc0000'
  sharemail label list support@")]
pub struct Label {
    /// What to do with them.
    #[command(subcommand)]
    pub command: LabelCommand,
}

/// The verbs of `sharemail label`.
#[allow(missing_docs)]
#[derive(Clone, Debug, Subcommand)]
pub enum LabelCommand {
    Add(Box<LabelAdd>),
    Remove(Box<LabelRemove>),
    List(LabelList),
    Define(Box<LabelDefine>),
    Rename(Box<LabelRename>),
    Merge(Box<LabelMerge>),
    Check(LabelCheck),
    Export(LabelExport),
}
