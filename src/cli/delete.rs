//! `sharemail delete`.

use super::options::shared::{Change, Target};

/// Delete a shared mailbox with everything in it
///
/// Says first how many folders and messages will go, and asks. There is no way back. Where mailboxes
/// are accounts, the program that the profile names deletes it (sharemail-accounts(7)).
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail delete support@ --dry-run
  sharemail delete support@
  sharemail delete support@ --yes")]
pub struct Delete {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,
    /// Whether to change anything.
    #[command(flatten)]
    pub change: Change,
}
