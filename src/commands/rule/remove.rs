//! rule remove: one rule less.

use crate::cli::rule::RuleRemove;
use crate::decide::ruling;
use crate::decide::settings::Settling;
use crate::error::Result;
use crate::exit::Exit;
use crate::model::setting::Kind;
use crate::run::Run;

/// Has the settings of the mailbox say the rule no more.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn remove(args: &RuleRemove, run: &Run) -> Result<Exit> {
    let text = |state: &_| ruling::without(state, &args.name);
    let settling = Settling {
        kind: Kind::Rules,
        text: &text,
    };
    run.settle(&args.target, &args.change, "rule remove", &settling)
}
