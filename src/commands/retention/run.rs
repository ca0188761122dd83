//! retention run: what is old enough goes.

use crate::cli::retention::RetentionRun;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::interrupt;
use crate::journey::terms::Terms;
use crate::journey::visit::Visit;
use crate::journey::{Watch, verdict};
use crate::model::address::MailboxName;
use crate::model::retention::Leave;
use crate::model::whom::Whom;
use crate::model::words::count;
use crate::profile::names;
use crate::reach::Provider;
use crate::report::mail::kept::{Kept, KeptReport};
use crate::run::{Judged, Question, Run};

/// Carries the policies of the mailboxes out.
///
/// # Errors
/// Whatever stands in the way before the first change of the only mailbox; of several it is told beside the others.
pub fn run(args: &RetentionRun, run: &Run) -> Result<Exit> {
    if args.change.watched(Whom::None) != Whom::None {
        let what = "no member is looked at for mail that goes: what lies where is read back always";
        return Err(Error::new(Exit::Usage, what).hint("leave --proof out"));
    }
    let provider = &run.undoable(&args.change.undoable, "retention run")?;
    let mut report = KeptReport {
        dry_run: args.change.preview.dry_run,
        ..KeptReport::default()
    };
    for mailbox in &args.mailboxes {
        let name = names::mailbox(mailbox, provider.profile())?;
        if interrupt::requested() {
            let error = Error::new(Exit::Interrupted, "not tried: interrupted");
            report.fails(&name.to_string(), &error);
            continue;
        }
        match one(args, run, provider, &name) {
            Ok(kept) => report.mailboxes.push(kept),
            Err(error) if args.mailboxes.len() == 1 => return Err(error),
            Err(error) => report.fails(&name.to_string(), &error),
        }
    }
    run.output().report(&report)?;
    let would = args.change.preview.detailed_exitcode && report.is_pending();
    Ok(verdict(report.exits(), would))
}

fn one(args: &RetentionRun, run: &Run, provider: &Provider, name: &MailboxName) -> Result<Kept> {
    let dry_run = args.change.preview.dry_run;
    let mut turn = run.turn(provider, name, &args.change.preview)?;
    let leave = Leave {
        much: args.force,
        all: args.unsafe_allow_remove_all,
    };
    let Judged {
        opened,
        state,
        keeping,
        missing,
    } = run.judged(provider, name, leave, !dry_run)?;
    turn.looks(&state);
    let watch = Watch::new(Whom::None);
    let terms = Terms::new(&watch);
    let mut visit = Visit::within(opened, &keeping, terms, provider, run.output())?;
    let plan = visit.foresee()?;
    if dry_run || plan.is_empty() {
        return Ok(Kept::planned(&state.name, &keeping, missing));
    }
    if keeping.for_good() > 0 {
        let messages = count(
            usize::try_from(keeping.for_good()).unwrap_or(usize::MAX),
            "message",
        );
        let question = Question {
            text: format!(
                "Delete {messages} of {} for good? There is no way back.",
                state.name
            ),
            unless: "nothing was deleted",
            begins: Some(format!("{}: deleting {messages} for good", state.name)),
        };
        run.ask(&mut visit, &plan, question, &args.change)?;
    }
    let (state, done) = turn.carry(visit)?;
    Ok(Kept::done(&state, &keeping, missing, &done.outcome()))
}
