//! `sharemail audit show`.

use super::LogFiles;
use crate::cli::value::moment::{self, Moment};
use crate::cli::value::text;

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
