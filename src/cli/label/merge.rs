//! `sharemail label merge`.

use crate::cli::options::shared::{Change, Target};
use crate::cli::value::query;
use crate::model::label::Typed;

/// Make one label of two
///
/// In all folders, messages that carry FROM get INTO first, and lose FROM once all of them have it: each is
/// labelled throughout. Then the name of FROM goes from the mailbox, unless a folder could not be looked
/// into. It asks before it begins. Run again, it goes on where it was cut short.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail label merge support@ bill invoice --dry-run
  sharemail label merge support@ urgent important --undo-file merge.undo
  sharemail label merge support@ 'Waiting for Bob' later --yes")]
pub struct LabelMerge {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,

    /// Label that goes, by its word, its name or its $keyword
    #[arg(value_name = "FROM", value_parser = query::label)]
    pub from: Typed,

    /// Label that stays: one that is defined, or one of the five
    #[arg(value_name = "INTO", value_parser = query::label)]
    pub into: Typed,

    /// Whether to change anything.
    #[command(flatten)]
    pub change: Change,
}
