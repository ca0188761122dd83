//! `sharemail show`.

use super::shared::Target;

/// Show who has access to a shared mailbox, and to what
///
/// Names each member with the level of access, the folders where a member's rights differ from
/// the mailbox's, the folders and, where the server tells, the storage used.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail show support@
  sharemail show support@ --folders
  sharemail show support@ --output json")]
pub struct Show {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,

    /// Show every folder with every member's rights
    #[arg(long)]
    pub folders: bool,
}
