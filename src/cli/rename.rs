//! `sharemail rename`.

use super::options::shared::{Change, Target};
use super::value::text;

/// Give a shared mailbox another name
///
/// Its folders, messages and members stay. Says first how many folders and messages will move,
/// and asks. Where mailboxes are accounts, the program that the profile names renames it
/// (sharemail-accounts(7)). The file of --undo-file gives it its name back, by the program where that
/// renamed it; --proof all looks as each member whether she sees it by its new name, which is always done
/// after the program.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail rename support@ helpdesk@
  sharemail rename support@ helpdesk@ --dry-run
  sharemail rename support@ helpdesk@ --undo-file name.undo
  sharemail rename support@ helpdesk@ --yes")]
pub struct Rename {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,

    /// The new name
    #[arg(value_name = "NEW", value_parser = text::text)]
    pub new: String,

    /// Whether to change anything.
    #[command(flatten)]
    pub change: Change,
}
