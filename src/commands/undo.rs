//! undo: what an earlier command changed is put back, as far as it is as that command left it.

use crate::apply::carry_out;
use crate::cli;
use crate::decide::{self, Kept, Reversal};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::interrupt;
use crate::model::change::{Change, Create, Delete};
use crate::model::failure::Failure;
use crate::model::failure::Unopened;
use crate::model::outcome::Outcome;
use crate::model::pace::Pace;
use crate::model::state::Mailbox;
use crate::observe::{self, Ask};
use crate::output::Output;
use crate::profile::names;
use crate::reach::crowd;
use crate::reach::{Opened, Provider};
use crate::report::undo::{UndoReport, Undone};
use crate::run::Run;
use crate::undo::{Record, Recorded, read};
use std::collections::BTreeSet;

/// Looks at everything that the file names, says what would be put back, asks, and does it.
///
/// # Errors
/// A file that cannot be believed, or was made on another provider; whatever stands in the way
/// before the first change.
pub fn undo(args: &cli::undo::Undo, run: &Run) -> Result<Exit> {
    let output = run.output();
    let provider = &run.undoable(&args.undoable, "undo")?;
    let record = read(&args.file)?;
    record.header.must_be_of(provider.profile())?;
    let mut report = UndoReport {
        file: args.file.display().to_string(),
        command: record.header.command.clone(),
        dry_run: args.change.dry_run,
        mailboxes: Vec::new(),
        failures: Vec::new(),
        undo_file: None,
        notes: notes(&record),
    };
    let foreseen = |recorded: &Recorded| foresee(recorded, provider);
    each(&record, provider, output, &mut report, "reading", foreseen);
    let pending: usize = report.mailboxes.iter().map(|undone| undone.put_back).sum();
    if !args.change.dry_run && pending > 0 {
        confirm(args, &report, output)?;
        report.failures.clear();
        let named = report.going();
        let put_back = |recorded: &Recorded| put_back(recorded, &named, provider, output);
        each(
            &record,
            provider,
            output,
            &mut report,
            "putting back",
            put_back,
        );
        let file = args.undoable.undo_file.as_ref();
        report.undo_file = file.map(|path| path.display().to_string());
    }
    if !args.change.dry_run {
        report.mailboxes.iter_mut().for_each(|m| m.changes.clear());
    }
    output.report(&report)?;
    Ok(exit(&report, args, pending))
}

fn each(
    record: &Record,
    provider: &Provider,
    output: &Output,
    report: &mut UndoReport,
    what: &str,
    work: impl Fn(&Recorded) -> Result<Undone> + Sync,
) {
    let progress = output.progress(Some(record.mailboxes.len() as u64), what);
    let work = |recorded: &Recorded| {
        let undone = work(recorded);
        progress.tick(1);
        undone
    };
    let hands = provider.profile().imap.connections_of_many;
    let results = crowd::each(&record.mailboxes, hands, work);
    report.mailboxes.clear();
    for (recorded, result) in record.mailboxes.iter().zip(results) {
        match result {
            Ok(undone) => report.mailboxes.push(undone),
            Err(error) => {
                let failure = Unopened::new(&(recorded.mailbox.clone(), error));
                report.failures.push(failure);
            }
        }
    }
}

/// What there is to put back; nothing where the command made the mailbox and it is gone again.
fn look(recorded: &Recorded, provider: &Provider) -> Result<Option<(Opened, Mailbox, Reversal)>> {
    if interrupt::requested() {
        return Err(Error::new(Exit::Interrupted, "interrupted"));
    }
    let profile = provider.profile();
    let ask = Ask::ALL;
    let name = names::mailbox(&recorded.mailbox, profile)?;
    let mut opened = match provider.open_and_look(&name, &ask.look()) {
        Err(error) if error.exit() == Exit::NotFound && made_it(recorded) => return Ok(None),
        opened => opened?,
    };
    let state = observe::mailbox(&mut opened, ask, &profile.imap.user, &Pace::unattended())?;
    let reversal = decide::reversal(&state, &recorded.changes);
    decide::lock_out(&state, &reversal.plan)?;
    Ok(Some((opened, state, reversal)))
}

fn made_it(recorded: &Recorded) -> bool {
    let mut changes = recorded.changes.iter();
    changes
        .any(|change| matches!(change, Change::Create(Create { folder, .. }) if folder == "INBOX"))
}

/// A mailbox that is as it was before: not there.
fn gone(recorded: &Recorded) -> Undone {
    Undone {
        mailbox: recorded.mailbox.clone(),
        put_back: 0,
        unknown: 0,
        already: recorded.changes.len(),
        kept: Vec::new(),
        stay: Vec::new(),
        mailbox_stays: false,
        failures: Vec::new(),
        cut_short: None,
        changes: Vec::new(),
        exit: Exit::Done,
        dialect: None,
    }
}

fn foresee(recorded: &Recorded, provider: &Provider) -> Result<Undone> {
    let Some((_, state, reversal)) = look(recorded, provider)? else {
        return Ok(gone(recorded));
    };
    let put_back = reversal.len();
    let changes = reversal.plan.changes.clone();
    Ok(Undone {
        put_back,
        changes,
        ..undone(recorded, &state, reversal, &Outcome::default())
    })
}

/// Puts `recorded` back; of folders only those go that were `named` before.
fn put_back(
    recorded: &Recorded,
    named: &BTreeSet<(String, String)>,
    provider: &Provider,
    output: &Output,
) -> Result<Undone> {
    let Some((mut opened, state, reversal)) = look(recorded, provider)? else {
        return Ok(gone(recorded));
    };
    let plan = &reversal.plan;
    let unnamed = plan.changes.iter().find_map(|change| match change {
        Change::Delete(Delete { folder, .. }) => {
            let going = (recorded.mailbox.clone(), folder.path.clone());
            (!named.contains(&going)).then_some(&folder.path)
        }
        _ => None,
    });
    if let Some(path) = unnamed {
        let what = format!("{path:?} would be deleted now, and was not when it was asked");
        return Err(Error::new(Exit::TryAgain, what).hint("run it again"));
    }
    let outcome = carry_out(provider, &mut opened, &state.vocabulary, plan, output)?;
    Ok(undone(recorded, &state, reversal, &outcome))
}

fn undone(recorded: &Recorded, state: &Mailbox, reversal: Reversal, outcome: &Outcome) -> Undone {
    let kept = |kept: Kept| Failure {
        folder: kept.folder,
        who: kept
            .identifier
            .as_deref()
            .map(|name| state.dialect.who(name)),
        identifier: kept.identifier,
        why: kept.why,
        is_unknown: false,
    };
    // Something else than what was asked for came of it, or nothing at all.
    let exit = match reversal.kept.is_empty() {
        true => outcome.exit(),
        false => Exit::Partly,
    };
    Undone {
        exit,
        mailbox: recorded.mailbox.clone(),
        put_back: outcome.done(),
        unknown: outcome.tally().unknown,
        already: reversal.already,
        stay: reversal.stay,
        mailbox_stays: reversal.mailbox_stays,
        kept: reversal.kept.into_iter().map(kept).collect(),
        failures: Failure::called(outcome, &state.dialect),
        cut_short: outcome.cut_short.clone(),
        changes: Vec::new(),
        dialect: Some(state.dialect.clone()),
    }
}

/// Says what is about to be done, and asks: the file may come from anybody.
fn confirm(args: &cli::undo::Undo, report: &UndoReport, output: &Output) -> Result<()> {
    report.sentences().iter().for_each(|line| output.note(line));
    if !args.confirmation.yes && !output.confirm(&report.question(), "--yes")? {
        return Err(Error::new(Exit::Failure, "nothing was put back"));
    }
    Ok(())
}

fn notes(record: &Record) -> Vec<String> {
    let cut_short = record.cut_short.then(|| {
        "the command ended while it wrote the last line of the file: nothing of that line was sent"
            .to_owned()
    });
    cut_short.into_iter().collect()
}

fn exit(report: &UndoReport, args: &cli::undo::Undo, pending: usize) -> Exit {
    let failed = report.failures.iter().map(|failure| failure.exit);
    let undone = report.mailboxes.iter().map(|undone| undone.exit);
    match Exit::of_all(failed.chain(undone)) {
        _ if interrupt::requested() => Exit::Interrupted,
        Exit::Done if args.change.detailed_exitcode && pending > 0 => Exit::Found,
        exit => exit,
    }
}
