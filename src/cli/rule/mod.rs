//! `sharemail rule`: what happens to mail of a shared mailbox by itself.

mod add;
mod check;
mod export;
mod install;
mod list;
mod remove;
mod run;
mod show;

pub use add::RuleAdd;
pub use check::RuleCheck;
pub use export::RuleExport;
pub use install::RuleInstall;
pub use list::RuleList;
pub use remove::RuleRemove;
pub use run::RuleRun;
pub use show::RuleShow;

use clap::Subcommand;

/// Keep rules for mail, and carry them out on mail that is there
///
/// A rule says which messages it takes and what happens to them: labels, a flag. Rules lie in the mailbox
/// itself, in the folder Team/Settings, which members may read and not change; where the profile has a table sieve, the
/// server filters what comes by them. They are asked in their order;
/// one that stops is the last one for the messages that it takes.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail rule add support@ invoices --when 'from = \"*@bank.example\"' \\
      --then 'label = \"invoice\"'
  sharemail rule list support@
  sharemail rule run support@ --dry-run")]
pub struct Rule {
    /// What to do with them.
    #[command(subcommand)]
    pub command: RuleCommand,
}

/// The verbs of `sharemail rule`.
#[allow(missing_docs)]
#[derive(Clone, Debug, Subcommand)]
pub enum RuleCommand {
    Add(RuleAdd),
    Remove(RuleRemove),
    List(RuleList),
    Show(RuleShow),
    Check(RuleCheck),
    Export(RuleExport),
    Install(RuleInstall),
    Run(Box<RuleRun>),
}
