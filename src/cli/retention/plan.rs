//! `sharemail retention plan`.

use crate::cli::complete;
use crate::cli::value::text;
use clap_complete::ArgValueCandidates;

/// Tell what a run would do: what goes of each folder, and why the rest stays
///
/// Nothing is changed, and nothing is marked as read. What stays is told with the reason: it is not old enough, was not
/// answered, is held for a case, or it is not known how old it is. A folder that would lose more than 30 % of ten or
/// more messages, or all of them, is told with the option that a run needs for that.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail retention plan support@
  sharemail retention plan support@ sales@ -o json")]
pub struct RetentionPlan {
    /// Shared mailboxes: support@, support@example.com, or a path in a namespace
    #[arg(value_name = "MAILBOX", required = true, value_parser = text::text)]
    #[arg(add = ArgValueCandidates::new(complete::mailboxes))]
    pub mailboxes: Vec<String>,
}
