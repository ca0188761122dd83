//! mail archive: messages into folders of the archive.

use crate::cli::mail::MailArchive;
use crate::decide::archiving::Archiving;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::journey::Watch;
use crate::journey::terms::Terms;
use crate::journey::verdict;
use crate::journey::visit::Visit;
use crate::model::whom::Whom;
use crate::profile::names;
use crate::report::mail::archived::ArchivedReport;
use crate::run::Run;

/// Has the messages that are meant lie in the archive.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn archive(args: &MailArchive, run: &Run) -> Result<Exit> {
    let output = run.output();
    // What is meant is known before anybody logs in.
    let selection = args.selection.meant()?;
    if args.change.watched(Whom::None) != Whom::None {
        let what =
            "no member is looked at for mail that is moved: what lies where is read back always";
        return Err(Error::new(Exit::Usage, what)
            .hint("leave --proof out; who may read the archive, explain tells"));
    }
    let provider = &run.undoable(&args.change.undoable, "mail archive")?;
    let archiving = Archiving {
        selection: &selection,
        to: &args.to_folder,
    };
    let name = names::mailbox(&args.target.mailbox, provider.profile())?;
    let watch = Watch::new(Whom::None);
    let (terms, dry_run) = (Terms::new(&watch), args.change.preview.dry_run);
    let _turn = match dry_run {
        true => None,
        false => Some(run.turn(provider, &name)?),
    };
    let visit = Visit::to(&name, &archiving, terms, provider, output)?;
    let report = match dry_run {
        true => {
            let plan = visit.foresee()?;
            ArchivedReport::dry(visit.state(), &plan)
        }
        false => {
            let (state, done) = visit.carry()?;
            ArchivedReport::done(&state, &done.outcome())
        }
    };
    output.report(&report)?;
    let would = args.change.preview.detailed_exitcode && report.is_pending();
    Ok(verdict([report.exit()], would))
}
