//! `sharemail mail usage`.

use crate::cli::options::selection::Selection;
use crate::cli::options::shared::Target;
use crate::cli::value::text;
use std::path::PathBuf;

/// Tell where the storage of a mailbox goes, and for how long it will do
///
/// By folder, sender, size, year and month of arrival; the largest messages, and those that lie there more than
/// once by Message-ID and size (their contents are not compared). With the quota, where the server tells it: how
/// full it is, and for how many days it will do at the pace of the last 90 days. That pace is of what is still
/// there; what was deleted since is not seen. Sizes are those that the server tells of each message, and servers
/// count otherwise for the quota, so that both are told. No message is downloaded or marked as read.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail mail usage support@
  sharemail mail usage support@ --folder Archive --before 730d --top 20
  sharemail mail usage support@ --out usage.html
  sharemail mail usage support@ -o csv")]
pub struct MailUsage {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,

    /// Which messages.
    #[command(flatten)]
    pub selection: Selection,

    /// So many folders, senders, large messages and duplicates are told one by one
    #[arg(long, value_name = "NUMBER", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub top: u16,

    /// Write a page with bars into FILE, which nobody else can read; with -o json or csv, that
    #[arg(long, value_name = "FILE", value_parser = text::path())]
    #[arg(value_hint = clap::ValueHint::FilePath)]
    pub out: Option<PathBuf>,
}
