//! mail clean: what waits to go, and spare copies.

mod duplicates;
mod empty_folders;

use crate::cli::mail::MailClean;
use crate::decide::cleaning::Cleaning;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::journey::terms::Terms;
use crate::journey::visit::Visit;
use crate::journey::{Watch, verdict};
use crate::model::retention::Leave;
use crate::model::whom::Whom;
use crate::model::words::{self};
use crate::profile::names;
use crate::report::mail::kept::{Kept, KeptReport};
use crate::run::{Judged, Question, Run};

/// Has what is asked for by name be gone.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn clean(args: &MailClean, run: &Run) -> Result<Exit> {
    if args.change.watched(Whom::None) != Whom::None {
        let what = "no member is looked at for mail that goes: what lies where is read back always";
        return Err(Error::new(Exit::Usage, what).hint("leave --proof out"));
    }
    if args.duplicates {
        return duplicates::duplicates(args, run);
    }
    if args.empty_folders {
        return empty_folders::empty_folders(args, run);
    }
    let provider = &run.undoable(&args.change.undoable, "mail clean")?;
    let name = names::mailbox(&args.target.mailbox, provider.profile())?;
    let dry_run = args.change.preview.dry_run;
    let mut turn = run.turn(provider, &name, &args.change.preview)?;
    let cleaning = Cleaning {
        trash: args.trash,
        junk: args.junk,
        drafts: args.drafts,
    };
    // Whoever names a folder, and is asked, means all that is as old there.
    let leave = Leave {
        much: true,
        all: true,
    };
    let policies = |state: &_| cleaning.policies(state);
    let judged = run.judged_by(provider, &name, leave, !dry_run, &policies)?;
    let Judged {
        opened,
        state,
        keeping,
        missing,
    } = judged;
    turn.looks(&state);
    let watch = Watch::new(Whom::None);
    let terms = Terms::new(&watch);
    let mut visit = Visit::within(opened, &keeping, terms, provider, run.output())?;
    let plan = visit.foresee()?;
    let kept = if dry_run || plan.is_empty() {
        Kept::planned(&state.name, &keeping, missing)
    } else {
        if keeping.is_pending() {
            let all = keeping.all();
            let messages = words::messages(all);
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
        Kept::done(&state, &keeping, missing, &done.outcome())
    };
    let report = KeptReport {
        dry_run,
        mailboxes: vec![kept],
        ..KeptReport::default()
    };
    run.output().report(&report)?;
    let would = args.change.preview.detailed_exitcode && report.is_pending();
    Ok(verdict(report.exits(), would))
}
