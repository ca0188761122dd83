//! `sharemail label define`.

use crate::cli::options::shared::{Change, Target};
use crate::cli::value::text;

/// Give a label a word, a name and a colour, or change its name or colour
///
/// The word is what commands and files call it, and stays. The keyword that messages carry is made of the word as
/// Thunderbird makes it, or is what --key says, and stays too. The names lie in the mailbox, in the folder
/// Team/Settings, which members may read and not change. Nothing is changed on messages.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail label define support@ invoice --name Invoice
  sharemail label define support@ urgent --key '$label1' --colour '#cc0000'
  sharemail label define support@ important --dry-run")]
pub struct LabelDefine {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,

    /// Word by which commands and files call it
    #[arg(value_name = "WORD", value_parser = text::text)]
    pub word: String,

    /// What people call it; the word itself unless given
    #[arg(long, value_name = "NAME", value_parser = text::text)]
    pub name: Option<String>,

    /// Keyword that it is, such as $label1
    #[arg(long, value_name = "KEYWORD", value_parser = text::text)]
    pub key: Option<String>,

    /// Its colour, as #cc0000
    #[arg(long, value_name = "#RRGGBB", value_parser = text::text)]
    pub colour: Option<String>,

    /// Whether to change anything.
    #[command(flatten)]
    pub change: Change,
}
