//! `sharemail folder list`.

use crate::cli::options::shared::Target;

/// List the folders of a shared mailbox
///
/// With messages, storage and special use where the server tells.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail folder list support@
  sharemail folder list support@ --output csv")]
pub struct FolderList {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,
}
