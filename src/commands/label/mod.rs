//! label: add, remove and list the labels on messages of a shared mailbox, and name them.

mod add;
mod check;
mod define;
mod export;
mod list;
mod merge;
mod remove;
mod rename;

use crate::cli::label::{Label, LabelCommand, Labelled};
use crate::decide::labelling::Labelling;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::journey::Watch;
use crate::journey::terms::Terms;
use crate::journey::verdict;
use crate::journey::visit::Visit;
use crate::model::whom::Whom;
use crate::profile::names;
use crate::report::mail::label::LabelReport;
use crate::run::Run;

/// Does what was asked for with the labels.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn label(args: &Label, run: &Run) -> Result<Exit> {
    match &args.command {
        LabelCommand::Add(args) => add::add(args, run),
        LabelCommand::Remove(args) => remove::remove(args, run),
        LabelCommand::List(args) => list::list(args, run),
        LabelCommand::Define(args) => define::define(args, run),
        LabelCommand::Rename(args) => rename::rename(args, run),
        LabelCommand::Merge(args) => merge::merge(args, run),
        LabelCommand::Check(args) => check::check(args, run),
        LabelCommand::Export(args) => export::export(args, run),
    }
}

/// Has the messages that are meant carry the label (`set`), or not.
fn change(args: &Labelled, set: bool, run: &Run) -> Result<Exit> {
    let output = run.output();
    // What is meant is known before anybody logs in.
    let selection = args.selection.meant()?;
    if args.change.watched(Whom::None) != Whom::None {
        let what = "no member is looked at for a label: it lies on the message itself, and what each message carries \
             is read back always";
        return Err(Error::new(Exit::Usage, what)
            .hint("leave --proof out; who may read these messages, explain tells"));
    }
    let verb = if set { "label add" } else { "label remove" };
    let provider = &run.undoable(&args.change.undoable, verb)?;
    let labelling = Labelling {
        selection: &selection,
        label: &args.label,
        set,
        most: provider.profile().max_keywords,
    };
    let name = names::mailbox(&args.target.mailbox, provider.profile())?;
    let watch = Watch::new(Whom::None);
    let (terms, dry_run) = (Terms::new(&watch), args.change.preview.dry_run);
    let visit = Visit::to(&name, &labelling, terms, provider, output)?;
    let report = match dry_run {
        true => {
            let plan = visit.foresee()?;
            let called = labelling.called(visit.state())?;
            LabelReport::dry((&labelling, &called), visit.state(), &plan)
        }
        false => {
            let called = labelling.called(visit.state())?;
            let (state, done) = visit.carry()?;
            LabelReport::done((&labelling, &called), &state, &done.outcome())
        }
    };
    output.report(&report)?;
    let would = args.change.preview.detailed_exitcode && report.is_pending();
    Ok(verdict([report.exit()], would))
}
