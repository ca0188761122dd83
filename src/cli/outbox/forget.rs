//! `sharemail outbox forget`.

use crate::cli::value::text;

/// Remove messages from the outbox
///
/// They are neither sent nor filed: their only copy is gone. What a rule forwarded counts as sent after that.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail outbox forget 6560f2a1c0ffee00")]
pub struct OutboxForget {
    /// Which messages
    #[arg(value_name = "ID", required = true, value_parser = text::text)]
    pub ids: Vec<String>,
}
