//! retention set: how long the mail of a folder is kept.

use crate::cli::retention::{Only, RetentionSet, Then};
use crate::decide::retaining;
use crate::decide::settings::Settling;
use crate::error::Result;
use crate::exit::Exit;
use crate::model::retention::{self, Policy};
use crate::model::setting::Kind;
use crate::run::Run;

/// Has the settings of the mailbox say it.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn set(args: &RetentionSet, run: &Run) -> Result<Exit> {
    // What can be no policy is known before anybody logs in.
    let policy = policy(args)?;
    let text = |state: &_| match &policy {
        Some(policy) => retaining::with(state, &args.folder, policy),
        None => retaining::without(state, &args.folder),
    };
    let settling = Settling {
        kind: Kind::Retention,
        text: &text,
    };
    run.settle(&args.target, &args.change, "retention set", &settling)
}

fn policy(args: &RetentionSet) -> Result<Option<Policy>> {
    let (Some(after), Some(then)) = (args.after, args.then) else {
        return Ok(None);
    };
    let then = match (then, &args.to) {
        (Then::Archive, Some(to)) => retention::Then::Archive { to: to.clone() },
        (Then::Trash, _) => retention::Then::Trash,
        (Then::Delete | Then::Archive, _) => retention::Then::Delete,
    };
    let policy = Policy {
        after,
        then,
        only: args.only.map(|only| match only {
            Only::Answered => retention::Only::Answered,
            Only::Finished => retention::Only::Finished,
        }),
        grace: args.grace,
        at_once: args.at_once,
    };
    retaining::sound(&policy, args.to.is_some())?;
    Ok(Some(policy))
}
