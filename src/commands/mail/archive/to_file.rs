//! mail archive --to-file: messages into files, and out of the mailbox.

use crate::archive::{Archive, Form, Kept};
use crate::cli::mail::MailArchive;
use crate::decide::emptying::Emptying;
use crate::decide::finishing::age;
use crate::error::Result;
use crate::exit::Exit;
use crate::journey::Watch;
use crate::journey::filed::{self, Written};
use crate::journey::terms::Terms;
use crate::journey::verdict;
use crate::journey::visit::Visit;
use crate::model::selection::Selection;
use crate::model::whom::Whom;
use crate::profile::names;
use crate::report::mail::taken::{TakenReport, To};
use crate::run::{Question, Run, never_undone};
use std::path::Path;

/// Has the messages that `selection` means lie in files, and not in the mailbox any more.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn to_file(args: &MailArchive, path: &Path, selection: &Selection, run: &Run) -> Result<Exit> {
    never_undone(&args.change)?;
    if args.only.is_some() {
        // What nobody could judge by is refused before anybody logs in.
        age(selection)?;
    }
    let dry_run = args.change.preview.dry_run;
    let (before, archive) = place(path, dry_run)?;
    let (provider, output) = (run.provider()?, run.output());
    let name = names::mailbox(&args.target.mailbox, provider.profile())?;
    let watch = Watch::new(Whom::None);
    let terms = Terms::new(&watch);
    let mut turn = run.turn(provider, &name, &args.change.preview)?;
    let wanted = (args.only.is_some(), args.target_share);
    let (opened, withheld, choice) = run.choice(provider, &name, selection, wanted)?;
    let first = Emptying {
        selection,
        safe: before.as_ref().map(|kept| &kept.safe),
        withheld: &withheld,
        asks_quota: false,
    };
    let mut visit = Visit::within(opened, &first, terms, provider, output)?;
    let plan = visit.foresee()?;
    let to = To::of(path, before.as_ref());
    if dry_run || plan.is_empty() {
        let report = TakenReport::planned(&to, visit.state(), &plan, dry_run);
        let report = report
            .withheld(withheld.stays(visit.state()))
            .chosen(&choice);
        output.report(&report)?;
        let would = args.change.preview.detailed_exitcode && report.is_pending();
        return Ok(verdict([report.exit()], would));
    }
    let planned = TakenReport::planned(&to, visit.state(), &plan, true);
    let question = Question {
        text: planned.question(),
        unless: "nothing was written or deleted",
        begins: None,
    };
    run.ask(&mut visit, &plan, question, &args.change)?;
    turn.enter(visit.state())?;
    let state = visit.leave();
    let Written { exported, kept } = match (archive, before.as_ref()) {
        (Some(archive), _) => {
            filed::written(&name, selection, &withheld, archive, provider, output)?
        }
        (None, Some(kept)) => filed::alike(&name, kept, provider, output)?,
        (None, None) => Written::default(),
    };
    // Of what is known to be kept nothing goes before it is written down where.
    let report = match &kept {
        Some(kept) => {
            filed::noted(&state.name, kept, provider)?;
            // What came meanwhile may be held, and what is held may be more.
            let (opened, again) = run.withheld(provider, &name, selection)?;
            let withheld = again.choosing_as(&withheld);
            let emptying = Emptying {
                selection,
                safe: Some(&kept.safe),
                withheld: &withheld,
                asks_quota: false,
            };
            let visit = Visit::within(opened, &emptying, terms, provider, output)?;
            let (state, done) = turn.carry(visit)?;
            let to = To {
                is_gone_on: before.is_some(),
                ..To::of(path, Some(kept))
            };
            let report = TakenReport::done(&to, &state, &done.outcome());
            report.withheld(withheld.stays(&state)).chosen(&choice)
        }
        None => TakenReport::done(&to, &state, &Default::default()),
    };
    let report = report.missing(exported);
    output.report(&report)?;
    Ok(report.exit())
}

/// What is there already, or else what is begun there, unless nothing shall be.
fn place(path: &Path, dry_run: bool) -> Result<(Option<Kept>, Option<Archive>)> {
    let form = match path.extension().is_some_and(|end| end == "mbox") {
        true => Form::Mbox,
        false => Form::Eml,
    };
    let before = Kept::at(form, path)?;
    let archive = match before.is_some() || dry_run {
        true => None,
        false => Some(Archive::begin(form, path)?),
    };
    Ok((before, archive))
}
