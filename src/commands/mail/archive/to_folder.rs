//! mail archive --to-folder: messages into folders of the archive.

use crate::cli::mail::{MailArchive, Only};
use crate::decide::archiving::{Archiving, Template};
use crate::decide::finishing::age;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::journey::Watch;
use crate::journey::terms::Terms;
use crate::journey::verdict;
use crate::journey::visit::Visit;
use crate::model::selection::Selection;
use crate::model::whom::Whom;
use crate::profile::names;
use crate::report::mail::archived::ArchivedReport;
use crate::run::Run;

/// Has the messages that `selection` means lie in the folders that `to` says.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn to_folder(
    args: &MailArchive,
    to: &Template,
    selection: &Selection,
    run: &Run,
) -> Result<Exit> {
    if args.target_share.is_some() {
        let what = "mail that moves within the mailbox makes it no smaller";
        return Err(Error::new(Exit::Usage, what).hint("--to-mailbox and --to-file take it out"));
    }
    if args.only.is_some() {
        // What nobody could judge by is refused before anybody logs in.
        age(selection)?;
    }
    let output = run.output();
    let provider = &run.undoable(&args.change.undoable, "mail archive")?;
    let name = names::mailbox(&args.target.mailbox, provider.profile())?;
    let watch = Watch::new(Whom::None);
    let (terms, dry_run) = (Terms::new(&watch), args.change.preview.dry_run);
    let mut turn = run.turn(provider, &name, &args.change.preview)?;
    let (opened, finished) = match args.only {
        Some(Only::Finished) => {
            let (opened, finished) = run.finished(provider, &name, selection, Some(to), None)?;
            (Some(opened), Some(finished))
        }
        None => (None, None),
    };
    let archiving = Archiving {
        selection,
        to,
        only: finished.as_ref(),
        most: provider.profile().max_keywords,
    };
    let visit = match opened {
        Some(opened) => Visit::within(opened, &archiving, terms, provider, output)?,
        None => Visit::to(&name, &archiving, terms, provider, output)?,
    };
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
    let report = report.judged(finished.as_ref());
    output.report(&report)?;
    let would = args.change.preview.detailed_exitcode && report.is_pending();
    Ok(verdict([report.exit()], would))
}
