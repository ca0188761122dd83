//! `sharemail rule run`.

use crate::cli::options::selection::Selection;
use crate::cli::options::shared::{Change, Target};

/// Carry the rules out on mail that is there
///
/// Looks at the messages of INBOX unless other folders are named. Each message is judged once by each rule, as the
/// mailbox's settings keep it: a label that somebody took off does not come back with the next run. A rule that is
/// new, or says something else, judges all that is there. --all judges everything again, and so does whatever means
/// less than a folder (--since, --from, ...) with that.
/// Which rules take a message is judged by its header, and its text where a rule asks for that, on every server alike, and told for each
/// message. Nothing is marked as read. A message gets its labels first and goes into another folder then; copies are made in between, and none where the
/// message lies in that folder already, byte for byte. Where a folder is missing (67), or the t, e or i right (77),
/// nothing is changed. Rules that forward do so with --forward alone.
///
/// --proof is refused (64) unless it is none: what a rule does lies on the message itself, is the same for everybody
/// who may read that, and is read back from each message.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail rule run support@ --dry-run
  sharemail rule run support@ --since 7d
  sharemail rule run support@ --forward
  sharemail rule run support@ --folder Archive --undo-file rules.undo")]
pub struct RuleRun {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,

    /// Which messages.
    #[command(flatten)]
    pub selection: Selection,

    /// Judge again what was judged before
    #[arg(long)]
    pub all: bool,

    /// Forward what rules forward, each message once to each address
    ///
    /// From the mailbox, by the SMTP server of the profile, before anything else is done with a message. Nothing is
    /// forwarded without it, and only how many messages would be is told. Forwarding cannot be undone.
    #[arg(long)]
    pub forward: bool,

    /// Whether to change anything.
    #[command(flatten)]
    pub change: Change,
}
