//! `sharemail folder subscribe`.

use crate::cli::options::shared::{Members, Preview, Scope, Target};

/// Subscribe members to the folders, so that their mail programs show them
///
/// A subscription is the member's own: this works where members can be impersonated. Folders that
/// a member cannot see are left out.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail folder subscribe support@ alice
  sharemail folder subscribe support@ alice bob --folder INBOX --no-recurse")]
pub struct FolderSubscribe {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,
    /// Who.
    #[command(flatten)]
    pub members: Members,
    /// Which folders.
    #[command(flatten)]
    pub scope: Scope,
    /// Whether to change anything.
    #[command(flatten)]
    pub change: Preview,
}
