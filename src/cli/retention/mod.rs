//! `sharemail retention`: how long the mail of a shared mailbox is kept.

mod check;
mod hold;
mod plan;
mod release;
mod run;
mod set;
mod show;

pub use check::RetentionCheck;
pub use hold::RetentionHold;
pub use plan::RetentionPlan;
pub use release::RetentionRelease;
pub use run::RetentionRun;
pub use set::{Only, RetentionSet, Then};
pub use show::RetentionShow;

use clap::Subcommand;

/// Say how long mail is kept, and let go what is old enough
///
/// A policy is about one folder: after so long, mail goes into the archive, into the trash, or for good. A hold
/// keeps mail for a case until a day, whatever a policy says. Both lie in the mailbox itself, in the folder
/// Team/Settings, which members may read and not change. A folder without a policy loses nothing.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail retention set support@ Trash --after 30d --then delete
  sharemail retention set support@ INBOX --after 1y --then archive \\
      --to 'Archive/{year}' --only answered
  sharemail retention hold support@ 2026-17 \\
      --match 'from = \"*@acme.example\"' --until 2028-01-01
  sharemail retention plan support@
  sharemail retention run support@ --yes")]
pub struct Retention {
    /// What to do.
    #[command(subcommand)]
    pub command: RetentionCommand,
}

/// The verbs of `sharemail retention`.
#[allow(missing_docs)]
#[derive(Clone, Debug, Subcommand)]
pub enum RetentionCommand {
    Plan(RetentionPlan),
    Run(Box<RetentionRun>),
    Check(RetentionCheck),
    Show(RetentionShow),
    Set(Box<RetentionSet>),
    Hold(Box<RetentionHold>),
    Release(RetentionRelease),
}
