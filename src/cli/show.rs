//! `sharemail show`.

use super::complete;
use super::value::text;
use clap_complete::engine::ArgValueCandidates;

/// Show who has access to a shared mailbox, and to what
///
/// Names each member with the level of access, the folders where a member's rights differ from
/// the mailbox's, the folders and, where the server tells, the storage used.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail show support@
  sharemail show support@ sales@
  sharemail show support@ --folders
  sharemail show support@ --output json")]
pub struct Show {
    /// Shared mailboxes: support@, support@example.com, or a path in a namespace
    #[arg(value_name = "MAILBOX", required = true, value_parser = text::text)]
    #[arg(add = ArgValueCandidates::new(complete::mailboxes))]
    pub mailboxes: Vec<String>,

    /// Show every folder with every member's rights
    #[arg(long)]
    pub folders: bool,
}
