//! `sharemail label export`.

use crate::cli::options::shared::Target;

/// Print the labels of a mailbox for the mail program that is to show them
///
/// Lines for Thunderbird's user.js, in the folder of its profile: it reads them when it starts, and then shows each
/// label by its name and in its colour. Only labels that the mailbox defines are printed.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail label export support@ --format thunderbird
  sharemail label export support@ --format thunderbird >> user.js")]
pub struct LabelExport {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,

    /// For which program
    #[arg(
        long,
        value_name = "PROGRAM",
        value_enum,
        default_value = "thunderbird"
    )]
    pub format: Program,
}

/// A mail program that shows labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Program {
    /// Lines for Thunderbird's user.js
    Thunderbird,
}
