//! `sharemail folder rename`.

use crate::cli::options::shared::{Change, Target};
use crate::cli::value::text;

/// Give a folder another name
///
/// The folders below it move along; messages and rights stay. Asks first.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail folder rename support@ Invoices Archive/Invoices
  sharemail folder rename support@ Invoices Bills --yes")]
pub struct FolderRename {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,

    /// Folder to rename
    #[arg(value_name = "FOLDER", value_parser = text::text)]
    pub folder: String,

    /// The new name, from the top of the mailbox
    #[arg(value_name = "NEW", value_parser = text::text)]
    pub new: String,

    /// Whether to change anything.
    #[command(flatten)]
    pub change: Change,
}
