//! rule add: one more rule.

use crate::cli::rule::RuleAdd;
use crate::decide::forwarding;
use crate::decide::rulebook;
use crate::decide::settings::Settling;
use crate::error::Result;
use crate::exit::Exit;
use crate::model::setting::Kind;
use crate::profile::names;
use crate::run::Run;

/// Has the settings of the mailbox say the rule too.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn add(args: &RuleAdd, run: &Run) -> Result<Exit> {
    // What can be no rule is known before anybody logs in.
    let rule = rulebook::written(&args.name, &args.when, &args.then)?;
    let profile = run.provider()?.profile();
    let name = names::mailbox(&args.target.mailbox, profile)?.to_string();
    forwarding::permitted(&name, [&rule], &profile.forward_domains)?;
    let text = |state: &_| rulebook::with(state, &rule);
    let settling = Settling {
        kind: Kind::Rules,
        text: &text,
    };
    let exit = run.settle(&args.target, &args.change, "rule add", &settling)?;
    run.follow(exit, &args.target, &args.change, &|state| {
        rulebook::parsed(state, &text(state)?)
    })
}
