//! What `sharemail label add` and `remove` take.

use crate::cli::options::selection::Selection;
use crate::cli::options::shared::{Change, Target};
use crate::cli::value::query;
use crate::model::label::Typed;

/// A label, and the messages that get it or lose it.
#[derive(Clone, Debug, clap::Args)]
pub struct Labelled {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,

    /// Word or name of a label, as "label list" has them; any other name, or a $keyword
    #[arg(value_name = "LABEL", value_parser = query::label)]
    pub label: Typed,

    /// Which messages.
    #[command(flatten)]
    pub selection: Selection,
    /// Whether to change anything.
    #[command(flatten)]
    pub change: Change,
}
