//! `sharemail audit rotate`.

/// Begin another file for the log
///
/// The log is renamed, to audit.jsonl.DATE.NUMBER after its last line's number, and the first line
/// of the new file names it and carries on the chain. With audit-rotate = "100MiB" in the profile
/// this happens by itself. Old files are never removed.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail audit rotate")]
pub struct AuditRotate {}
