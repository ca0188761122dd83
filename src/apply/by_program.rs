//! A change that the provider's own program makes: written down before it is started, and with what a
//! session showed afterwards.

use crate::error::Result;
use crate::ledger::Witness;
use crate::model::change::Change;
use crate::model::outcome::{Fate, Outcome};
use crate::model::plan::Plan;
use crate::profile::Call;
use crate::reach::Provider;
use crate::reach::accounts::{Ended, change};

/// Writes down what is meant to be done and by which program, and runs it.
///
/// # Errors
/// When it cannot be written down, or the program not be started: then nothing was done.
pub fn begin(provider: &Provider, plan: &Plan, call: &Call) -> Result<Ended> {
    let ledger = provider.ledger();
    ledger.by_program(&plan.mailbox, &call.program.display().to_string());
    ledger.about_to(plan)?;
    change(provider, call).inspect_err(|error| {
        let untried = Outcome::untried(plan, Some(error.to_string()));
        // That it was not started is told in any case.
        let _ = ledger.became(&plan.mailbox, &untried);
    })
}

/// Writes down what became of `plan`, and gives `result` back. Where that cannot be written, what was
/// done is done, and the rest stops.
///
/// # Errors
/// That of `result`.
pub fn end<T>(
    provider: &Provider,
    plan: &Plan,
    fate: Fate,
    outcome: &mut Outcome,
    result: Result<T>,
) -> Result<T> {
    let changes = plan.changes.iter();
    let mut made = Outcome {
        changes: changes
            .map(|change: &Change| (change.clone(), fate.clone()))
            .collect(),
        ..Outcome::default()
    };
    if let Err(error) = provider.ledger().became(&plan.mailbox, &made) {
        let why = format!("it was done, and that could not be written down: {error}");
        made.cut_short = Some(why);
    }
    let result = result.map_err(|error| error.about(&plan.mailbox))?;
    outcome.extend(made);
    Ok(result)
}
