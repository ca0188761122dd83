//! offboard: somebody leaves every shared mailbox, every folder and every identity.

use crate::cli;
use crate::decide;
use crate::decide::Leaving;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::interrupt;
use crate::journey::offboard::nobody::must_be_somebody;
use crate::journey::offboard::remains;
use crate::journey::offboard::whole::Whole;
use crate::journey::own_session::must_exist;
use crate::journey::terms::Terms;
use crate::journey::visit::Visit;
use crate::journey::{Many, Watch, unobjectionable, verdict};
use crate::model::failure::Unopened;
use crate::model::level::Levels;
use crate::model::plan::Plan;
use crate::model::state::Mailbox;
use crate::model::who::Who;
use crate::model::whom::Whom;
use crate::output::Output;
use crate::profile::names;
use crate::reach::Provider;
use crate::report::access::notes::OPEN_SESSIONS;
use crate::report::access::offboard::OffboardReport;
use crate::report::access::unseen::Unseen;
use crate::report::access::{given, left};
use crate::run::{Run, advice};
use crate::undo::UndoFile;

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
    let leaving = Leaving {
        who: &who,
        to: to.as_ref(),
    };
    let mut report = foreseen(&leaving, &whole, &levels)?;
    if let Some(to) = &to {
        must_exist(to, provider, &whole.mailboxes)?;
    }
    guard(&leaving, &whole.mailboxes, args.force, provider)?;
    must_be_somebody(&whole, args.missing_ok, &mut report)?;
    let concerned = concerned(&whole, &report);
    let objections = match args.force {
        true => Vec::new(),
        false => objections(&leaving, &concerned)?,
    };
    report.dry_run = args.change.preview.dry_run;
    if args.change.preview.dry_run {
        output.report(&report)?;
        unobjectionable(&objections, output)?;
        let pending = report.left.iter().any(|left| left.changed > 0);
        return Ok(
            match (
                report.complete,
                args.change.preview.detailed_exitcode && pending,
            ) {
                (false, _) => Exit::Partly,
                (true, true) => Exit::Found,
                (true, false) => Exit::Done,
            },
        );
    }
    unobjectionable(&objections, output)?;
    if !concerned.is_empty() {
        confirm(args, &report, output)?;
    }
    let (provider, file) = run.always_undoable(&args.change.undoable, "offboard")?;
    part_from(
        &leaving,
        &concerned,
        (args.force, args.change.watched(Whom::All)),
        &mut report,
        &provider,
        output,
    );
    let watched = args.change.watched(Whom::All);
    look_back(&who, &whole, &levels, (&provider, watched), &mut report);
    report.notes.extend(unseen(&report, watched));
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
    let unless = "nobody was taken out of anything";
    output.agree(args.change.yes, &report.question(), unless)
}

/// What would be done, mailbox by mailbox.
fn foreseen(leaving: &Leaving, whole: &Whole, levels: &Levels) -> Result<OffboardReport> {
    let mut report = OffboardReport {
        who: leaving.who.iter().map(Who::to_string).collect(),
        to: leaving.to.map(Who::to_string),
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
        for who in leaving.who {
            report.left.extend(left::foreseen(mailbox, who, levels)?);
        }
        if let Some(giving) = leaving.giving() {
            report
                .received
                .extend(given::foreseen(giving, mailbox, levels)?);
        }
    }
    report.complete = report.failures.is_empty() && !whole.may_miss_accounts && !whole.unanswered;
    Ok(report)
}

/// Refuses, before anything is done, what would leave a folder without anybody who could give
/// rights there, and to take out the login that does it.
///
/// # Errors
/// [`Exit::Refused`], naming every such mailbox.
fn guard(leaving: &Leaving, mailboxes: &[Mailbox], force: bool, provider: &Provider) -> Result<()> {
    let user = &provider.profile().imap.user;
    let mut refused = Vec::new();
    for mailbox in mailboxes {
        if leaving
            .who
            .iter()
            .any(|who| mailbox.dialect.means(user, who))
        {
            let what = format!("{user} is the login that does this: log in as somebody else");
            return Err(Error::new(Exit::Refused, what));
        }
        if !force {
            let plan = leaving.whole_plan(mailbox)?;
            refused.extend(decide::lock_out(mailbox, &plan).err());
        }
    }
    let Some(first) = refused.first() else {
        return Ok(());
    };
    let what: Vec<&str> = refused.iter().map(Error::what).collect();
    Err(Error::new(first.exit(), what.join("; "))
        .hint("--to OTHER hands it over; --force takes it away all the same; nothing was changed"))
}

/// What speaks against taking away so much at once.
fn objections(leaving: &Leaving, concerned: &[&Mailbox]) -> Result<Vec<String>> {
    let plan = |mailbox: &&Mailbox| leaving.whole_plan(mailbox);
    let plans: Vec<Plan> = concerned.iter().map(plan).collect::<Result<_>>()?;
    let states = concerned.iter().copied();
    let all: Vec<(&Mailbox, &Plan)> = states.zip(&plans).collect();
    Ok(decide::too_many_leave(&all))
}

/// That what was handed over was read back alone, where nobody was to be looked at.
fn unseen(report: &OffboardReport, watched: Whom) -> Option<String> {
    let to = report.to.as_ref().filter(|_| watched == Whom::None)?;
    let is_taken = report.left.iter().any(|left| left.changed > 0);
    let is_given = report.received.iter().any(|received| received.changed > 0);
    (is_taken && is_given).then(|| {
        format!(
            "what {to} got was read back, and no session of {to}'s was looked at (--proof none): on that \
             alone it was taken from {}",
            report.who.join(", ")
        )
    })
}

/// Does it on each mailbox, and puts what became of it in place of what was foreseen.
fn part_from(
    leaving: &Leaving,
    concerned: &[&Mailbox],
    (insist, proof): (bool, Whom),
    report: &mut OffboardReport,
    provider: &Provider,
    output: &Output,
) {
    let watch = Watch::new(proof);
    let terms = Terms {
        insist,
        ..Terms::new(&watch)
    };
    let work = |mailbox: &&Mailbox, provider: &Provider| {
        let profile = provider.profile();
        let name = names::mailbox(&mailbox.name, profile)?;
        let visit = Visit::to(&name, leaving, terms, provider, output)?;
        let (state, done) = visit.carry()?;
        let received = match leaving.giving() {
            Some(giving) => given::became(giving, &state, &done, &profile.levels)?,
            None => None,
        };
        let left = left::became(leaving, &state, &done, received.as_ref(), &profile.levels)?;
        Ok((left, received, done.unlisted))
    };
    let results = Many::new("taking away", provider, output).each(concerned, |_| 1, work);
    report.left.clear();
    report.received.clear();
    let mut unseen = Unseen::default();
    for (mailbox, result) in concerned.iter().zip(results) {
        match result {
            Ok((left, received, unlisted)) => {
                let given = received.iter();
                given.for_each(|one| one.told_to(&mut unseen, mailbox));
                report.left.extend(left);
                report.received.extend(received);
                let unlisted = unlisted.into_iter();
                report
                    .warnings
                    .extend(unlisted.map(|why| format!("{}: {why}", mailbox.name)));
            }
            Err(hindrance) => {
                let failed = (mailbox.name.clone(), hindrance.into_error());
                report.failures.push(Unopened::new(&failed));
            }
        }
    }
    report.notes.extend(unseen.note());
}

/// Asks sessions of those who left what they still reach.
fn look_back(
    who: &[Who],
    whole: &Whole,
    levels: &Levels,
    (provider, watched): (&Provider, Whom),
    report: &mut OffboardReport,
) {
    if interrupt::requested() {
        return;
    }
    for who in who {
        if watched == Whom::None {
            report.notes.push(format!(
                "nobody looked through the eyes of {who}, but at the entries alone: nobody asked for it"
            ));
            continue;
        }
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
    match verdict(failed.chain(left).chain(received).chain(idle), false) {
        Exit::Interrupted => Exit::Interrupted,
        _ if report.complete => Exit::Done,
        // Something is left to them that no change was about.
        Exit::Done => Exit::Partly,
        exit => exit,
    }
}
