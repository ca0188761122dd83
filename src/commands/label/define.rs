//! label define: a word, a name and a colour for a label.

use crate::cli::label::LabelDefine;
use crate::decide::naming::Naming;
use crate::decide::settings::Settling;
use crate::error::Result;
use crate::exit::Exit;
use crate::model::setting::Kind;
use crate::run::Run;

/// Has the settings of the mailbox say what the label is called.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn define(args: &LabelDefine, run: &Run) -> Result<Exit> {
    // What can never be a label is known before anybody logs in.
    let naming = Naming::new(
        &args.word,
        args.name.as_deref(),
        args.key.as_deref(),
        args.colour.as_deref(),
    )?;
    let text = |state: &_| naming.text(state);
    let settling = Settling {
        kind: Kind::Labels,
        text: &text,
    };
    run.settle(&args.target, &args.change, "label define", &settling)
}
