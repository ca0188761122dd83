//! `sharemail retention run`.

use crate::cli::complete;
use crate::cli::options::shared::Change;
use crate::cli::value::text;
use clap_complete::ArgValueCandidates;

/// Let go what is old enough, as the policies say
///
/// Mail goes into the archive or the trash as mail archive moves it, and for good by removing exactly those messages
/// (UIDPLUS, without which it is refused). For good has no way back, and is asked before; --yes answers. What is held
/// stays. A second run finds nothing to do, which makes it fit for cron; one run at a time has a mailbox (75).
///
/// Without SAVEDATE on the server, mail lies in the trash since the first run that saw it there. The t and e rights
/// are needed where mail lies, and i where it goes (77). --proof is refused (64) unless it is none.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail retention run support@ --dry-run
  sharemail retention run support@ sales@ --yes
  sharemail retention run support@ --yes --force")]
pub struct RetentionRun {
    /// Shared mailboxes: support@, support@example.com, or a path in a namespace
    #[arg(value_name = "MAILBOX", required = true, value_parser = text::text)]
    #[arg(add = ArgValueCandidates::new(complete::mailboxes))]
    pub mailboxes: Vec<String>,

    /// Let a folder lose more than 30 % of ten or more messages
    #[arg(long)]
    pub force: bool,

    /// Let a folder lose every message
    #[arg(long)]
    pub unsafe_allow_remove_all: bool,

    /// Whether to change anything.
    #[command(flatten)]
    pub change: Change,
}
