//! `sharemail undo`.

use super::options::shared::Change;
use super::value::text;
use std::path::PathBuf;

/// Put back what an earlier command changed
///
/// FILE was written by --undo-file, or by offboard. Whatever is still as that command left it is put
/// back as it was before; what somebody changed since is left alone and named, and the run ends with
/// 3. What is back already is fine: a second undo changes nothing. Works after a command that was
/// killed, too.
///
/// A folder that was made goes again only if nothing lies in it or below it and nobody has an entry
/// there that the command did not make; it is named before it goes. The folders that keep identities
/// stay, and so does a mailbox that was made: the run names it and ends with 0, and 'sharemail delete'
/// removes it. A folder that was deleted cannot come back (3). A mailbox that was renamed gets its name
/// back, unless another has that by then.
///
/// The file says on which provider it was made, by profile, host and port, and is refused on another
/// one (78). It may come from anybody: read what is about to be done before saying yes.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail undo leavers.undo --dry-run
  sharemail undo leavers.undo
  sharemail undo leavers.undo --yes --undo-file redo.undo")]
pub struct Undo {
    /// The undo file
    #[arg(value_name = "FILE", value_parser = text::path())]
    #[arg(value_hint = clap::ValueHint::FilePath)]
    pub file: PathBuf,

    /// Whether to change anything.
    #[command(flatten)]
    pub change: Change,
}
