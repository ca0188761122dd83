//! Written down before and after: a change that cannot be written down is not made.

use crate::error::Result;
use crate::ledger::{Ledger, Witness};
use crate::model::outcome::Outcome;
use crate::model::plan::Plan;

/// Writes down that `plan` is about to be made, in a session that acts as `owner` or, without that, in
/// the administrator's own.
///
/// # Errors
/// When that cannot be written: then nothing of it may be sent.
pub(super) fn before(ledger: &Ledger, owner: Option<&str>, plan: &Plan) -> Result<()> {
    ledger.acting(&plan.mailbox, owner);
    ledger.about_to(plan)
}

/// Writes down what became of it. Where that cannot be written the changes are made all the same, and
/// nothing more is begun.
pub(super) fn after(ledger: &Ledger, plan: &Plan, outcome: &mut Outcome) {
    if let Err(error) = ledger.became(&plan.mailbox, outcome) {
        let why = format!("the changes were made, and that could not be written down: {error}");
        outcome.cut_short.get_or_insert(why);
    }
}

/// Makes `plan` by `work`, between the two.
///
/// # Errors
/// As [`before`], where nothing of the mailbox was begun.
pub(super) fn around(
    ledger: &Ledger,
    owner: Option<&str>,
    plan: &Plan,
    work: impl FnOnce() -> Outcome,
) -> Result<Outcome> {
    if let Err(error) = before(ledger, owner, plan) {
        // An earlier step was made, and of an error alone nobody would learn that.
        return match ledger.has_begun(&plan.mailbox) {
            true => Ok(Outcome::untried(plan, Some(error.to_string()))),
            false => Err(error),
        };
    }
    let mut outcome = work();
    after(ledger, plan, &mut outcome);
    Ok(outcome)
}
