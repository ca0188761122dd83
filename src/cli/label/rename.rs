//! `sharemail label rename`.

use crate::cli::options::shared::{Change, Target};
use crate::cli::value::text;

/// Give a label another name
///
/// The name alone changes, for everybody. Its word and its keyword stay, and no message is touched.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail label rename support@ invoice 'Invoice or bill'
  sharemail label rename support@ urgent 'Sofort 🔥' --undo-file rename.undo")]
pub struct LabelRename {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,

    /// Label by its word, or its name as it is
    #[arg(value_name = "LABEL", value_parser = text::text)]
    pub label: String,

    /// What people shall call it
    #[arg(value_name = "NAME", value_parser = text::text)]
    pub name: String,

    /// Whether to change anything.
    #[command(flatten)]
    pub change: Change,
}
