//! `sharemail label check`.

use crate::cli::options::shared::{Scope, Target};

/// Find labels that will be lost or that nobody knows
///
/// Folders that keep no new labels; folders whose messages carry 20 different ones or more, where Dovecot's Maildir
/// keeps no more than 26; keywords of more than 50 characters on Dovecot; and, where the mailbox names its own,
/// those that nobody defines. Exits with 2 where there is any of that.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail label check support@
  sharemail label check support@ --folder INBOX --no-recurse -o json")]
pub struct LabelCheck {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,
    /// Which folders.
    #[command(flatten)]
    pub scope: Scope,
}
