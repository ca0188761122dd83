//! rule add: one more rule.

use super::settle;
use crate::cli::rule::RuleAdd;
use crate::decide::ruling;
use crate::error::Result;
use crate::exit::Exit;
use crate::run::Run;

/// Has the settings of the mailbox say the rule too.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn add(args: &RuleAdd, run: &Run) -> Result<Exit> {
    // What can be no rule is known before anybody logs in.
    let rule = ruling::written(&args.name, &args.when, &args.then)?;
    let text = |state: &_| ruling::with(state, &rule);
    settle(&args.target, &args.change, "rule add", &text, run)
}
