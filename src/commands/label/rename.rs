//! label rename: another name for a label.

use crate::cli::label::LabelRename;
use crate::decide::naming;
use crate::decide::settings::Settling;
use crate::error::Result;
use crate::exit::Exit;
use crate::model::setting::Kind;
use crate::run::Run;

/// Has the settings of the mailbox call the label so.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn rename(args: &LabelRename, run: &Run) -> Result<Exit> {
    // What can never be a name is known before anybody logs in.
    naming::fits(&args.name)?;
    let text = |state: &_| naming::renamed(state, &args.label, &args.name);
    let settling = Settling {
        kind: Kind::Labels,
        text: &text,
    };
    run.settle(&args.target, &args.change, "label rename", &settling)
}
