//! rule remove: one rule less.

use super::settle;
use crate::cli::rule::RuleRemove;
use crate::decide::ruling;
use crate::error::Result;
use crate::exit::Exit;
use crate::run::Run;

/// Has the settings of the mailbox say the rule no more.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn remove(args: &RuleRemove, run: &Run) -> Result<Exit> {
    let text = |state: &_| ruling::without(state, &args.name);
    settle(&args.target, &args.change, "rule remove", &text, run)
}
