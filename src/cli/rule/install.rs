//! `sharemail rule install`.

use crate::cli::options::shared::{Change, Target};

/// Have the server filter what comes by the rules
///
/// The rules become a script called sharemail, put by ManageSieve, as the mailbox's owner, at the server that the
/// profile's table sieve names. rule add and rule remove do so by themselves; this mends what others changed
/// since. Where another script is active, it gets an include of that one between two marks, or the rules themselves
/// where the server offers no include; all else in it stays byte for byte what it was. Where none is active, a small
/// one is made that includes it. A script that somebody changes meanwhile is left alone (77).
/// Rules that may forward one message to more addresses than the server says it takes (MAXREDIRECTS) are refused (77):
/// it would forward it to nobody.
///
/// --undo-file and --proof are refused (64): scripts are made of the rules, and read back always.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail rule install support@ --dry-run
  sharemail rule install support@")]
pub struct RuleInstall {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,

    /// Whether to change anything.
    #[command(flatten)]
    pub change: Change,
}
