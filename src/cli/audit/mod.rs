//! `sharemail audit`: the log of changes.

mod rotate;
mod show;
mod verify;

pub use rotate::AuditRotate;
pub use show::AuditShow;
pub use verify::AuditVerify;

use crate::cli::value::text;
use clap::Subcommand;
use clap::ValueHint::FilePath;
use std::path::PathBuf;

/// Show and check the log of changes
///
/// Every change that sharemail makes is logged before it is sent, and again with what became of
/// it: in sharemail/audit.jsonl in $XDG_STATE_HOME, or in the profile's audit-file. A change that
/// cannot be logged is not made. Each line carries the hash of the line before.
///
/// The log is written and read only where nobody but its owner and root could have changed it: a
/// regular file of the user at work or of root, in such a folder. Else the run ends with 78 and says
/// what to mend. Files named on the command line are read as they are.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail audit show --since 7d
  sharemail audit verify")]
pub struct Audit {
    /// What to do with it.
    #[command(subcommand)]
    pub command: AuditCommand,
}

/// The verbs of `sharemail audit`.
#[allow(missing_docs)]
#[derive(Clone, Debug, Subcommand)]
pub enum AuditCommand {
    Show(AuditShow),
    Verify(AuditVerify),
    Rotate(AuditRotate),
}

/// Which files, where it is not the profile's log.
#[derive(Clone, Debug, clap::Args)]
pub struct LogFiles {
    /// Files of a log, the oldest first; without any, the profile's log with its rotated files
    #[arg(value_name = "FILE", value_parser = text::path(), value_hint = FilePath)]
    pub files: Vec<PathBuf>,
}
