//! `sharemail label list`.

use crate::cli::options::shared::{Scope, Target};

/// List labels with their names, words and colours, and how many messages carry each, folder by folder
///
/// Counted by what each message carries, and not by what the server remembers. Says too which folders keep
/// labels that are new to them, and which labels nobody defines where the mailbox names its own.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail label list support@
  sharemail label list support@ --folder INBOX --no-recurse
  sharemail label list support@ -o csv")]
pub struct LabelList {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,
    /// Which folders.
    #[command(flatten)]
    pub scope: Scope,
}
