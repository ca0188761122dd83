//! `sharemail rule show`.

use crate::cli::options::shared::Target;
use crate::cli::value::text;

/// Show one rule in full, and the script that it becomes
///
/// Tells as which it is asked, its conditions and what happens, in TOML, and the same as the server is told it in Sieve.
/// A folder that is missing is told in place of the script.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail rule show support@ invoices
  sharemail rule show support@ invoices -o json")]
pub struct RuleShow {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,

    /// What it is called
    #[arg(value_name = "NAME", value_parser = text::text)]
    pub name: String,
}
