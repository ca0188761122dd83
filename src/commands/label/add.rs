//! label add: a label on messages.

use crate::cli::label::LabelAdd;
use crate::error::Result;
use crate::exit::Exit;
use crate::run::Run;

/// Has the messages that are meant carry the label.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn add(args: &LabelAdd, run: &Run) -> Result<Exit> {
    super::change(&args.labelled, true, run)
}
