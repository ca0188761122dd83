//! rule remove: one rule less.

use crate::cli::rule::RuleRemove;
use crate::decide::rulebook;
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
    let text = |state: &_| rulebook::without(state, &args.name);
    let settling = Settling {
        kind: Kind::Rules,
        text: &text,
    };
    let exit = run.settle(&args.target, &args.change, "rule remove", &settling)?;
    // What was removed is not there to be removed again.
    let is_dry = args.change.preview.dry_run;
    run.follow(exit, &args.target, &args.change, &|state| match is_dry {
        true => rulebook::parsed(state, &text(state)?),
        false => rulebook::rules(state),
    })
}
