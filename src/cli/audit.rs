//! `sharemail audit`: the log of changes.

use super::value::moment::{self, Moment};
use super::value::text;
use crate::audit::Link;
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

/// Show the changes that were made, and what became of them
///
/// A change without an outcome was cut short, or is being made: nobody knows of it.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail audit show --mailbox support@ --since 7d
  sharemail audit show --who alice --command grant
  sharemail audit show --since 2026-11-01 --until 2026-12-01 --output csv
  sharemail audit show --by admin audit.jsonl.2026-10-31.20417 audit.jsonl")]
pub struct AuditShow {
    /// Which files.
    #[command(flatten)]
    pub files: LogFiles,

    /// Changes of this mailbox; support@ is support at any domain
    #[arg(long, value_name = "MAILBOX", value_parser = text::text)]
    pub mailbox: Option<String>,

    /// Changes for this person or group; alice is alice at any domain too
    #[arg(long, value_name = "WHO", value_parser = text::text)]
    pub who: Option<String>,

    /// Changes by this login, or user of the system
    #[arg(long, value_name = "LOGIN", value_parser = text::text)]
    pub by: Option<String>,

    /// Changes by this command: grant, 'folder create', or folder for all of them
    #[arg(long, value_name = "COMMAND", value_parser = text::text)]
    pub command: Option<String>,

    /// From then on: 7d, 12h, 2026-11-21, '2026-11-21 14:30', 2026-11-21T14:30Z
    ///
    /// Without a time zone it is the time of this machine, which is told. The log is in UTC.
    #[arg(long, value_name = "WHEN", value_parser = moment::parse)]
    pub since: Option<Moment>,

    /// Before then
    #[arg(long, value_name = "WHEN", value_parser = moment::parse)]
    pub until: Option<Moment>,
}

/// Find lines of the log that were changed, removed or put in
///
/// Checks the number of every line and the hash that it carries of the line before, over all
/// rotated files, and that the log still ends as it is remembered in the file beside it
/// (audit.jsonl.head). Exits with 2 when something was found.
///
/// Whoever can write the log can write all of it anew, with other hashes, and what is remembered
/// beside it too. To find that, keep the last line's number and hash, which this command prints, on
/// another machine, and give it to a later run with --head.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail audit verify
  sharemail audit verify --output json
  sharemail audit verify --head 1233:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
  sharemail audit verify --archived")]
pub struct AuditVerify {
    /// Which files.
    #[command(flatten)]
    pub files: LogFiles,

    /// A line, by number and hash as an earlier run printed it, that must be there
    #[arg(long, value_name = "NUMBER:HASH", value_parser = head)]
    pub head: Option<Link>,

    /// The oldest files were moved away on purpose
    #[arg(long)]
    pub archived: bool,
}

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

fn head(given: &str) -> Result<Link, String> {
    text::text(given)?.parse()
}
