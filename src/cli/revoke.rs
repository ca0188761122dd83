//! `sharemail revoke`.

use super::options::shared::{Change, Members, Scope, Target};

/// Take access to a shared mailbox away again
///
/// Removes the entries of each WHO on every folder, or on the folders that --folder names with
/// those below them; without --folder, permission to send goes too, and --send-as and
/// --send-on-behalf take that alone. The last holder of the right to grant is never removed.
///
/// A mail program that has a folder open right now may go on reading it until it reconnects.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail revoke support@ alice
  sharemail revoke support@ alice group:helpdesk
  sharemail revoke support@ alice --folder Archive
  sharemail revoke support@ alice --send-as
  sharemail revoke support@ alice --undo-file alice.undo
  sharemail revoke support@ alice --dry-run
  sharemail revoke support@ id:-bob")]
pub struct Revoke {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,
    /// Who.
    #[command(flatten)]
    pub members: Members,
    /// Which folders.
    #[command(flatten)]
    pub scope: Scope,
    /// Only the right to send as the mailbox
    #[arg(long, conflicts_with = "folders")]
    pub send_as: bool,

    /// Only the right to send on the mailbox's behalf
    #[arg(long, conflicts_with = "folders")]
    pub send_on_behalf: bool,

    /// Whether to change anything.
    #[command(flatten)]
    pub change: Change,
}
