//! `sharemail folder delete`.

use crate::cli::options::shared::{Change, Target};
use crate::cli::value::text;

/// Delete a folder with everything in it
///
/// Says first how many messages and folders below it will go, and asks. There is no way back.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail folder delete support@ Archive/2019 --dry-run
  sharemail folder delete support@ Archive/2019
  sharemail folder delete support@ Archive/2019 --yes")]
pub struct FolderDelete {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,

    /// Folder to delete
    #[arg(value_name = "FOLDER", value_parser = text::text)]
    pub folder: String,

    /// Whether to change anything.
    #[command(flatten)]
    pub change: Change,
}
