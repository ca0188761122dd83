//! `sharemail rule check`.

use crate::cli::options::shared::Target;

/// Find rules that do not do what they say
///
/// Finds a rule whose folder is gone (folder-missing), one that is never asked as one before it takes all that it would
/// and ends (never-reached), one that wants mail from an address of the mailbox's own domain whom the server does not
/// know, as of somebody who left (sender-unknown), one that forwards where the profile does not let it or to the
/// mailbox itself (forward-barred), and, where the profile has a table sieve, whatever keeps the server from filtering by the
/// rules (not-filtered): another text in their script, a script of somebody else that is active without an include of
/// it; and where that one forwards, to domains that the profile does not name (foreign-forward). Exit 2 where something is found, 3 where the server could not be asked. Nothing is changed.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail rule check support@
  sharemail rule check support@ -o json")]
pub struct RuleCheck {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,
}
