//! mail clean --duplicates: spare copies go into the trash.

use crate::cli::mail::MailClean;
use crate::decide::spares::Spares;
use crate::error::Result;
use crate::exit::Exit;
use crate::journey::terms::Terms;
use crate::journey::visit::Visit;
use crate::journey::{Watch, verdict};
use crate::model::whom::Whom;
use crate::profile::names;
use crate::report::mail::archived::ArchivedReport;
use crate::run::Run;

/// Has spare copies lie in the trash.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn duplicates(args: &MailClean, run: &Run) -> Result<Exit> {
    let provider = &run.undoable(&args.change.undoable, "mail clean")?;
    let output = run.output();
    let name = names::mailbox(&args.target.mailbox, provider.profile())?;
    let watch = Watch::new(Whom::None);
    let (terms, dry_run) = (Terms::new(&watch), args.change.preview.dry_run);
    let mut turn = run.turn(provider, &name, &args.change.preview)?;
    let visit = Visit::to(&name, &Spares, terms, provider, output)?;
    let report = match dry_run {
        true => {
            let plan = visit.foresee()?;
            ArchivedReport::dry(visit.state(), &plan)
        }
        false => {
            let (state, done) = turn.carry(visit)?;
            ArchivedReport::done(&state, &done.outcome())
        }
    };
    let report = report.of_spares();
    output.report(&report)?;
    let would = args.change.preview.detailed_exitcode && report.is_pending();
    Ok(verdict([report.exit()], would))
}
