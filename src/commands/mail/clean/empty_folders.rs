//! mail clean --empty-folders: folders without messages go.

use crate::cli::mail::MailClean;
use crate::decide::vacant::Vacant;
use crate::error::Result;
use crate::exit::Exit;
use crate::journey::filtered::texts;
use crate::journey::terms::Terms;
use crate::journey::visit::Visit;
use crate::journey::{Watch, verdict};
use crate::model::whom::Whom;
use crate::model::words::count;
use crate::observe::Ask;
use crate::profile::names;
use crate::report::mailbox::plan::PlanReport;
use crate::run::{Question, Run};

/// Has the folders go in which nothing lies.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn empty_folders(args: &MailClean, run: &Run) -> Result<Exit> {
    let provider = &run.undoable(&args.change.undoable, "mail clean")?;
    let (output, preview) = (run.output(), &args.change.preview);
    let name = names::mailbox(&args.target.mailbox, provider.profile())?;
    let mut turn = run.turn(provider, &name, preview)?;
    let asked = Ask {
        messages: true,
        ..Ask::SETTINGS
    };
    let opened = provider.open_for_mail(&name, &asked.look())?;
    let filters = match provider.profile().sieve.is_some() {
        true => texts(&opened, &run.filterer()?)?,
        false => {
            output.note(&format!(
                "{name}: whether a filter of the server names a folder is not known (no sieve in the profile)"
            ));
            Vec::new()
        }
    };
    let errand = Vacant { filters: &filters };
    let watch = Watch::new(Whom::None);
    let mut visit = Visit::within(opened, &errand, Terms::new(&watch), provider, output)?;
    turn.looks(visit.state());
    let plan = visit.foresee()?;
    let stays = errand.parted(visit.state())?.stays;
    if preview.dry_run || plan.is_empty() {
        let mut report = PlanReport::dry(&plan, &visit.state().dialect).staying(stays);
        report.dry_run = preview.dry_run;
        output.report(&report)?;
        let would = preview.detailed_exitcode && !plan.is_empty();
        return Ok(verdict([Exit::Done], would));
    }
    let folders = count(plan.changes.len(), "empty folder");
    let question = Question {
        text: format!("Delete {folders} of {}?", visit.state().name),
        unless: "nothing was deleted",
        begins: None,
    };
    run.ask(&mut visit, &plan, question, &args.change)?;
    let (state, done) = turn.carry(visit)?;
    let outcome = done.outcome();
    let report = PlanReport::done(&state.name, &outcome, &state.dialect).staying(stays);
    output.report(&report)?;
    Ok(verdict([outcome.exit()], false))
}
