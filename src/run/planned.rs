//! A plan for one mailbox, told before or after it was carried out, and how the run ends.

use crate::cli::options::shared::Change as ChangeOptions;
use crate::error::Result;
use crate::exit::Exit;
use crate::interrupt;
use crate::model::outcome::Outcome;
use crate::model::plan::Plan;
use crate::model::state::Mailbox;
use crate::output::Output;
use crate::profile::Call;
use crate::report::mailbox::plan::PlanReport;

/// Tells a plan for the mailbox of `state`, or what became of it, and how the run ends.
///
/// # Errors
/// When the report cannot be delivered.
pub fn plan_report(
    state: &Mailbox,
    plan: &Plan,
    outcome: Option<&Outcome>,
    options: ChangeOptions,
    output: &Output,
) -> Result<Exit> {
    plan_report_by(None, state, plan, outcome, options, output)
}

/// The same, where the account is made, renamed or removed by `call`.
///
/// # Errors
/// As [`plan_report`].
pub fn plan_report_by(
    call: Option<&Call>,
    state: &Mailbox,
    plan: &Plan,
    outcome: Option<&Outcome>,
    options: ChangeOptions,
    output: &Output,
) -> Result<Exit> {
    let Some(outcome) = outcome else {
        let program = call.map(Call::to_string);
        output.report(&PlanReport::dry(plan, &state.dialect).by(program))?;
        let found = options.detailed_exitcode && !plan.is_empty();
        return Ok(if found { Exit::Found } else { Exit::Done });
    };
    output.report(&PlanReport::done(&plan.mailbox, outcome, &state.dialect))?;
    Ok(match (outcome.is_complete(), outcome.done()) {
        _ if interrupt::requested() => Exit::Interrupted,
        (true, _) => Exit::Done,
        // What nobody has seen may have been made.
        (false, 0) if outcome.has_unknown() => Exit::Partly,
        (false, 0) if outcome.cut_short.is_some() => Exit::Unreachable,
        (false, 0) => Exit::Refused,
        (false, _) => Exit::Partly,
    })
}

/// How a run ends that was done, with `warnings` of what the program left or said.
pub fn partly(exit: Exit, warnings: &[String]) -> Exit {
    match exit {
        Exit::Done if !warnings.is_empty() => Exit::Partly,
        exit => exit,
    }
}
