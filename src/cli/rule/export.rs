//! `sharemail rule export`.

use crate::cli::options::shared::Target;

/// Print the rules as a Sieve script, for mail that comes
///
/// The script says of mail that comes what the rules say of mail that is there, and gives it the same
/// labels and flags, before it goes into the same folder. rule install puts it in place where the profile has a table
/// sieve; else it is put there as any script of the mailbox is, in the web mailer or by whoever keeps the server, which
/// has to know imap4flags, fileinto where a rule moves mail, and copy where one leaves copies. A
/// folder that is missing is refused (67). Nothing is changed; after a change of rules or of the names of labels it
/// has to be printed anew.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail rule export support@ > sharemail.sieve
  sharemail rule export support@ | diff sharemail.sieve -")]
pub struct RuleExport {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,
}
