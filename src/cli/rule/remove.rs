//! `sharemail rule remove`.

use crate::cli::options::shared::{Change, Target};
use crate::cli::value::text;

/// Remove a rule
///
/// What it did to mail stays. The undo file puts the rule back.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail rule remove support@ invoices
  sharemail rule remove support@ invoices --undo-file invoices.undo")]
pub struct RuleRemove {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,

    /// What it is called
    #[arg(value_name = "NAME", value_parser = text::text)]
    pub name: String,

    /// Whether to change anything.
    #[command(flatten)]
    pub change: Change,
}
