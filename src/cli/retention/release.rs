//! `sharemail retention release`.

use crate::cli::options::shared::{Change, Target};
use crate::cli::value::text;

/// Keep mail no longer for a case
///
/// What happens to it then, the policies of its folders say. The undo file puts the hold back.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail retention release support@ 2026-17
  sharemail retention release support@ 2026-17 --dry-run")]
pub struct RetentionRelease {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,

    /// What people call the case
    #[arg(value_name = "CASE", value_parser = text::text)]
    pub case: String,

    /// Whether to change anything.
    #[command(flatten)]
    pub change: Change,
}
