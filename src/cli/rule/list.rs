//! `sharemail rule list`.

use crate::cli::options::shared::Target;

/// List the rules of a mailbox in the order in which they are asked
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail rule list support@
  sharemail rule list support@ -o json")]
pub struct RuleList {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,
}
