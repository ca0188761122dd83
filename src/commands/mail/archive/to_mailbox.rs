//! mail archive --to-mailbox: messages into another mailbox, and out of this one.

use crate::archive::Carried;
use crate::cli::mail::MailArchive;
use crate::decide::emptying::Emptying;
use crate::decide::finishing::age;
use crate::decide::receiving::{Receiving, parcels};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::journey::Watch;
use crate::journey::filed;
use crate::journey::over::{End, carried_over};
use crate::journey::terms::Terms;
use crate::journey::verdict;
use crate::journey::visit::Visit;
use crate::model::digest::sha256;
use crate::model::outcome::Outcome;
use crate::model::selection::Selection;
use crate::model::whom::Whom;
use crate::output::NewFile;
use crate::profile::names;
use crate::report::mail::taken::{TakenReport, To};
use crate::run::{Question, Run, never_undone};
use std::collections::BTreeSet;
use std::path::Path;

/// Has the messages that `selection` means lie in the mailbox that was typed as `to`, and not in this one any more.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn to_mailbox(args: &MailArchive, to: &str, selection: &Selection, run: &Run) -> Result<Exit> {
    never_undone(&args.change)?;
    if args.only.is_some() {
        // What nobody could judge by is refused before anybody logs in.
        age(selection)?;
    }
    let (dry_run, output) = (args.change.preview.dry_run, run.output());
    let manifest = args.manifest.as_deref().map(place).transpose()?;
    let provider = run.provider()?;
    let another = args.to_profile.as_deref();
    let another = another.map(|profile| run.provider_called(profile));
    let another = another.transpose()?;
    let target = another.as_ref().unwrap_or(provider);
    let name = names::mailbox(&args.target.mailbox, provider.profile())?;
    let into = names::mailbox(to, target.profile())?;
    if name == into && provider.profile().imap.host == target.profile().imap.host {
        let what = "the mailbox is its own archive";
        let error = Error::new(Exit::Usage, what).about(name.to_string());
        return Err(error.hint("--to-folder moves mail into folders of the same mailbox"));
    }
    let watch = Watch::new(Whom::None);
    let terms = Terms::new(&watch);
    let preview = &args.change.preview;
    let mut turn = run.turn(provider, &name, preview)?;
    let mut turn_there = run.turn(target, &into, preview)?;
    let wanted = (args.only.is_some(), args.target_share);
    let (opened, withheld, choice) = run.choice(provider, &name, selection, wanted)?;
    let first = Emptying {
        selection,
        safe: None,
        withheld: &withheld,
        asks_quota: false,
    };
    let mut visit = Visit::within(opened, &first, terms, provider, output)?;
    let plan = visit.foresee()?;
    let parcels = parcels(visit.state(), args.to_folder.as_ref(), &withheld);
    let paths: BTreeSet<String> = parcels.iter().map(|parcel| parcel.to.clone()).collect();
    let receiving = Receiving { paths: &paths };
    let to = To::mailbox(&into);
    let planned = TakenReport::planned(&to, visit.state(), &plan, dry_run);
    let planned = planned
        .withheld(withheld.stays(visit.state()))
        .chosen(&choice);
    if plan.is_empty() || paths.is_empty() {
        output.report(&planned)?;
        return Ok(planned.exit());
    }
    // What the other mailbox refuses is known before anybody is asked.
    let other = Visit::to(&into, &receiving, terms, target, output)?;
    other.foresee()?;
    if dry_run {
        output.report(&planned)?;
        let would = args.change.preview.detailed_exitcode && planned.is_pending();
        return Ok(verdict([planned.exit()], would));
    }
    let question = Question {
        text: planned.question(),
        unless: "nothing was copied or deleted",
        begins: None,
    };
    run.ask(&mut visit, &plan, question, &args.change)?;
    turn.enter(visit.state())?;
    turn_there.enter(other.state())?;
    let state = visit.leave();
    let (there, made) = other.carry()?;
    let made = made.outcome();
    if !made.is_complete() {
        let report = TakenReport::done(&to, &state, &Outcome::default());
        let report = report.barred(&made, &there.dialect);
        output.report(&report)?;
        return Ok(report.exit());
    }
    let from = End {
        name: &name,
        provider,
    };
    let end = End {
        name: &into,
        provider: target,
    };
    let over = carried_over(&from, &end, &parcels, &mut turn_there, output)?;
    let is_whole = over.cut_short.is_none() && over.told.iter().all(|(_, told)| told.is_ok());
    if is_whole {
        turn_there.landed();
    }
    // What came meanwhile may be held, and what is held may be more.
    // What is to be proved later is on the disk, and its hash in the log, before anything goes.
    let sha256 = match manifest {
        Some(file) if !over.lines.is_empty() => {
            let text = Carried::text(&over.lines).map_err(|error| {
                let what = format!("the manifest cannot be written: {error}");
                Error::new(Exit::Failure, what)
            })?;
            let hash = sha256(text.as_bytes());
            file.fill(&text)?;
            let to = (into.to_string(), over.safe.len());
            filed::told(&state.name, to, &hash, provider)?;
            Some(hash)
        }
        _ => None,
    };
    let (opened, again) = run.withheld(provider, &name, selection)?;
    let withheld = again.choosing_as(&withheld);
    let emptying = Emptying {
        selection,
        safe: Some(&over.safe),
        withheld: &withheld,
        asks_quota: false,
    };
    let visit = Visit::within(opened, &emptying, terms, provider, output)?;
    let (state, done) = turn.carry(visit)?;
    let report = TakenReport::done(&to, &state, &done.outcome());
    let report = report.withheld(withheld.stays(&state)).chosen(&choice);
    let report = report.carried(over.safe.len(), over.told, over.cut_short);
    let report = match (&args.manifest, sha256) {
        (Some(path), Some(hash)) => report.proved(path, hash),
        _ => report,
    };
    output.report(&report)?;
    Ok(report.exit())
}

/// A file that is not there yet.
fn place(path: &Path) -> Result<NewFile> {
    if path.symlink_metadata().is_ok() {
        let what = "it is there already: what a manifest tells is never written over";
        let error = Error::new(Exit::Usage, what).about(path.display().to_string());
        return Err(error.hint("name a new one"));
    }
    NewFile::at(path)
}
