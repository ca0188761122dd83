//! `sharemail folder create`.

use crate::cli::options::shared::{Change, Target};
use crate::cli::value::text;

/// Make folders, with the mailbox's grants on them
///
/// Missing parents are made too. Whoever has access to the mailbox has the same access to the new
/// folder, whatever the server let it inherit.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail folder create support@ Invoices
  sharemail folder create support@ Archive/2024 Archive/2025
  sharemail folder create support@ 'Entwürfe & Ideen'")]
pub struct FolderCreate {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,

    /// Folder to make, such as Archive/2025
    #[arg(value_name = "FOLDER", required = true, value_parser = text::text)]
    pub folders: Vec<String>,

    /// Whether to change anything.
    #[command(flatten)]
    pub change: Change,
}
