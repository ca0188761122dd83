//! `sharemail label`: the labels on messages of a shared mailbox.

mod add;
mod labelled;
mod list;
mod remove;

pub use add::LabelAdd;
pub use labelled::Labelled;
pub use list::LabelList;
pub use remove::LabelRemove;

use clap::Subcommand;

/// Put labels on messages, take them off, and list those in use
///
/// A label is an IMAP keyword, which mail programs show as a tag: all who have access to the mailbox see
/// the same ones. Important, Work, Personal, To Do and Later are those that Thunderbird and others know
/// from the start; any other name becomes the keyword that Thunderbird makes of it, and what begins with
/// $ is taken as it is.
///
/// No member's session proves a label: it lies on the message itself, is the same for everybody who may
/// read that, and is read back from each message. --proof is refused (64) unless it is none.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail label add support@ important --from '*@billing.example.com'
  sharemail label remove support@ important --folder INBOX
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
}
