//! offboard: somebody leaves every shared mailbox, every folder and every identity.

mod nobody;
mod remains;
mod whole;

use crate::cli;
use crate::decide;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::interrupt;
use crate::journey::notes::OPEN_SESSIONS;
use crate::journey::own_session::must_exist;
use crate::journey::parting::Leavers;
use crate::model::failure::Unopened;
use crate::model::level::Levels;
use crate::model::state::Mailbox;
use crate::model::who::Who;
use crate::output::Output;
use crate::profile::names;
use crate::reach::Provider;
use crate::reach::crowd;
use crate::report::access::offboard::OffboardReport;
use crate::report::access::unseen::Unseen;
use crate::run::{Run, advice};
use crate::undo::UndoFile;
use nobody::must_be_somebody;
use whole::Whole;

/// Takes everybody named out of all shared mailboxes, after handing over what they had where that
/// is asked for, and proves it.
///
/// # Errors
/// Whatever stands in the way before the first change; a mailbox that cannot be read is told.
pub fn offboard(args: &cli::offboard::Offboard, run: &Run) -> Result<Exit> {
    let (provider, output) = (run.provider()?, run.output());
    let (who, to) = people(args, provider)?;
    let whole = Whole::look(&who, provider, output)?;
    let levels = provider.profile().levels.clone();
    let planned = Leavers {
        who: &who,
        to: to.as_ref(),
        force: args.force,
        provider,
        levels: &levels,
        output,
    };
    let mut report = planned.foreseen(&whole)?;
    if let Some(to) = &to {
        must_exist(to, provider, &whole.mailboxes)?;
    }
    planned.guard(&whole.mailboxes)?;
    must_be_somebody(&whole, args.missing_ok, &mut report)?;
    report.dry_run = args.change.dry_run;
    if args.change.dry_run {
        output.report(&report)?;
        let pending = report.left.iter().any(|left| left.changed > 0);
        return Ok(
            match (report.complete, args.change.detailed_exitcode && pending) {
                (false, _) => Exit::Partly,
                (true, true) => Exit::Found,
                (true, false) => Exit::Done,
            },
        );
    }
    let concerned = concerned(&whole, &report);
    if !concerned.is_empty() {
        confirm(args, &report, output)?;
    }
    let (provider, file) = run.always_undoable(&args.undoable, "offboard")?;
    let leavers = Leavers {
        who: &who,
        to: to.as_ref(),
        force: args.force,
        provider: &provider,
        levels: &levels,
        output,
    };
    leavers.part_from(&concerned, &mut report);
    look_back(&who, &whole, &levels, &provider, &mut report);
    finish(&file, &mut report);
    output.report(&report)?;
    Ok(exit(&report))
}

/// Who leaves, and who gets what they had.
fn people(args: &cli::offboard::Offboard, provider: &Provider) -> Result<(Vec<Who>, Option<Who>)> {
    let profile = provider.profile();
    let who = names::everybody(&args.members.who, profile)?;
    let to = args.to.as_ref().map(|to| names::who(to, profile));
    let to = to.transpose()?;
    let usage = |what: &str| Err(Error::new(Exit::Usage, what));
    if who.iter().chain(&to).any(Who::is_everybody) {
        return usage("anyone is nobody who could leave or be given what others had");
    }
    if to.as_ref().is_some_and(Who::takes_away) {
        return usage("a negative entry can be given nothing: it takes away");
    }
    if to.as_ref().is_some_and(|to| who.contains(to)) {
        return usage("whoever leaves cannot be given what they had");
    }
    Ok((who, to))
}

/// The mailboxes where there is something to take away or to hand over.
fn concerned<'a>(whole: &'a Whole, report: &OffboardReport) -> Vec<&'a Mailbox> {
    let named = |name: &str| {
        let mut left = report.left.iter().map(|left| &left.mailbox);
        left.any(|mailbox| mailbox == name)
    };
    let mailboxes = whole.mailboxes.iter();
    mailboxes.filter(|mailbox| named(&mailbox.name)).collect()
}

/// Says what is about to be done, and asks.
fn confirm(args: &cli::offboard::Offboard, report: &OffboardReport, output: &Output) -> Result<()> {
    report.sentences().iter().for_each(|line| output.note(line));
    if !args.confirmation.yes && !output.confirm(&report.question(), "--yes")? {
        return Err(Error::new(
            Exit::Failure,
            "nobody was taken out of anything",
        ));
    }
    Ok(())
}

impl Leavers<'_> {
    /// What would be done, mailbox by mailbox.
    fn foreseen(&self, whole: &Whole) -> Result<OffboardReport> {
        let mut report = OffboardReport {
            who: self.who.iter().map(Who::to_string).collect(),
            to: self.to.map(Who::to_string),
            dry_run: false,
            looked_into: whole.mailboxes.len(),
            left: Vec::new(),
            received: Vec::new(),
            remains: Vec::new(),
            failures: whole.failures.clone(),
            nonexistent: whole.nonexistent.clone(),
            complete: true,
            undo_file: None,
            warnings: whole.warnings.clone(),
            notes: whole.notes.clone(),
        };
        for mailbox in &whole.mailboxes {
            report.failures.extend(decide::unreadable(mailbox));
            for who in self.who {
                report.left.extend(self.left(mailbox, who)?);
            }
            if let Some(giving) = self.giving() {
                report.received.extend(giving.foreseen(mailbox)?);
            }
        }
        report.complete =
            report.failures.is_empty() && !whole.may_miss_accounts && !whole.unanswered;
        Ok(report)
    }

    /// Does it on each mailbox, and puts what became of it in place of what was foreseen.
    fn part_from(&self, concerned: &[&Mailbox], report: &mut OffboardReport) {
        let total = Some(concerned.len() as u64);
        let progress = self.output.progress(total, "taking away");
        let work = |mailbox: &&Mailbox| {
            let parted = self.part(mailbox);
            progress.tick(1);
            parted
        };
        // Each mailbox may take a session of the same person too, who has fewer connections.
        let hands = (self.provider.profile().imap.connections_of_many / 2).max(1);
        let results = crowd::each(concerned, hands, work);
        report.left.clear();
        report.received.clear();
        let mut unseen = Unseen::default();
        for (mailbox, result) in concerned.iter().zip(results) {
            match result {
                Ok(parted) => {
                    let given = parted.received.iter();
                    given.for_each(|one| one.told_to(&mut unseen, mailbox));
                    report.left.extend(parted.left);
                    report.received.extend(parted.received);
                    report.warnings.extend(parted.warnings);
                }
                Err(error) => {
                    let failure = Unopened::new(&(mailbox.name.clone(), error));
                    report.failures.push(failure);
                }
            }
        }
        report.notes.extend(unseen.note());
    }
}

/// Asks sessions of those who left what they still reach.
fn look_back(
    who: &[Who],
    whole: &Whole,
    levels: &Levels,
    provider: &Provider,
    report: &mut OffboardReport,
) {
    if interrupt::requested() {
        return;
    }
    for who in who {
        match remains::remains(who, whole, levels, provider) {
            Ok(remains) => {
                report.remains.extend(remains.all);
                report.failures.extend(remains.untold);
            }
            Err(why) => report.notes.push(format!(
                "nobody looked through the eyes of {who}, but at the entries alone: {why}"
            )),
        }
    }
}

fn finish(file: &UndoFile, report: &mut OffboardReport) {
    let only_everybody = |mailbox: &str| {
        let mut rows = report
            .remains
            .iter()
            .filter(|r| r.reached.mailbox == mailbox);
        let first = rows.next();
        first.into_iter().chain(rows).all(remains::is_everybodys) && first.is_some()
    };
    let lacking = report.left.iter().any(|left| match left.is_lacking() {
        true if left.has_remains_only() => !only_everybody(&left.mailbox),
        lacking => lacking,
    });
    let reached = report.remains.iter().any(|r| !remains::is_everybodys(r));
    report.complete = report.complete && report.failures.is_empty() && !lacking && !reached;
    report.undo_file = file.written().map(|path| path.display().to_string());
    if report.left.iter().any(|left| left.changed > 0) {
        report.notes.push(OPEN_SESSIONS.to_owned());
    }
    report.notes.extend(advice(file));
}

fn exit(report: &OffboardReport) -> Exit {
    let failed = report.failures.iter().map(|failure| failure.exit);
    let left = report.left.iter().map(|left| left.exit);
    let received = report.received.iter().map(|received| received.exit);
    // One without an entry is as it was to be.
    let idle = report.left.is_empty() && report.received.is_empty() && report.looked_into > 0;
    let idle = idle.then_some(Exit::Done);
    match Exit::of_all(failed.chain(left).chain(received).chain(idle)) {
        _ if interrupt::requested() => Exit::Interrupted,
        _ if report.complete => Exit::Done,
        // Something is left to them that no change was about.
        Exit::Done => Exit::Partly,
        exit => exit,
    }
}
