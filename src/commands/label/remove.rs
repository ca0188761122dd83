//! label remove: a label off messages.

use crate::cli::label::LabelRemove;
use crate::error::Result;
use crate::exit::Exit;
use crate::run::Run;

/// Has the messages that are meant carry the label no more.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn remove(args: &LabelRemove, run: &Run) -> Result<Exit> {
    super::change(&args.labelled, false, run)
}
