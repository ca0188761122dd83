//! `sharemail audit verify`.

use super::LogFiles;
use crate::audit::Link;
use crate::cli::value::text;

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

fn head(given: &str) -> Result<Link, String> {
    text::text(given)?.parse()
}
