//! `sharemail apply`.

use super::options::files::Files;
use super::options::shared::Change;
use super::value::text;
use std::path::PathBuf;

/// Make mailboxes what a file says of them
///
/// With -f, shows what 'sharemail plan' shows, asks, makes the changes and proves them. With a saved
/// plan, makes exactly its changes, and none where a mailbox is no longer what it was (exit 65).
/// What fails is named and the rest is done (exit 3). A second run finds nothing to do.
///
/// Unless --proof says otherwise, each person is looked at once, of up to 50; as many of the people in the
/// files of whom that shows nothing are looked up, so that somebody whom the server does not know is told
/// in every run (exit 3), until she stands there no more.
#[derive(Clone, Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("source").required(true).args(["plan", "files"]))]
#[command(after_help = "\
Examples:
  sharemail apply -f access.toml
  sharemail apply -f mailboxes/ --prune --yes
  sharemail apply plan.json --undo-file undo.json
  sharemail apply -f access.toml --yes --checksum 3f2a90c15be4d7a8")]
pub struct Apply {
    /// A plan that 'sharemail plan --out' saved
    #[arg(value_name = "PLAN", value_parser = text::path(), conflicts_with_all = ["partition", "prune"])]
    pub plan: Option<PathBuf>,

    /// The files.
    #[command(flatten)]
    pub files: Files,

    /// Change nothing unless the plan has this checksum
    ///
    /// As 'sharemail plan' printed it, or at least its first sixteen digits.
    #[arg(long, value_name = "SUM", value_parser = checksum)]
    pub checksum: Option<String>,

    /// Do even what changes very much at once
    ///
    /// More than 30 % of a mailbox's ten or more members, the last holder of the right to grant, or all that a
    /// mailbox has.
    #[arg(long)]
    pub force: bool,

    /// Whether to change anything.
    #[command(flatten)]
    pub change: Change,
}

fn checksum(text: &str) -> Result<String, String> {
    let text = text.to_lowercase();
    let fits = (16..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit());
    fits.then_some(text)
        .ok_or_else(|| "it is not 16 to 64 hexadecimal digits".to_owned())
}
