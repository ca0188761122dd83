//! access copy: a newcomer gets what a colleague has.

use crate::cli::access::AccessCopy;
use crate::decide;
use crate::decide::Giving;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::journey::own_session::{Own, must_exist, own_session};
use crate::journey::terms::Terms;
use crate::journey::visit::Visit;
use crate::journey::{Many, Watch, verdict};
use crate::model::dialect::Reading;
use crate::model::failure::Unopened;
use crate::model::state::Mailbox;
use crate::model::who::Who;
use crate::model::whom::Whom;
use crate::model::words::count;
use crate::observe::Ask;
use crate::observe::everywhere::survey;
use crate::output::Output;
use crate::profile::names;
use crate::reach::Provider;
use crate::report::access::given;
use crate::report::access::handed::CopyReport;
use crate::report::access::unseen::Unseen;
use crate::run::Run;

/// Gives TO what FROM has on every mailbox, or those named, added to what TO has, and proves it.
///
/// # Errors
/// Whatever stands in the way before the first change; a mailbox that cannot be read is told.
pub fn copy(args: &AccessCopy, run: &Run) -> Result<Exit> {
    let output = run.output();
    let provider = &run.undoable(&args.change.undoable, "access-copy")?;
    let profile = provider.profile();
    let from = [names::who(&args.from, profile)?];
    let to = names::who(&args.to, profile)?;
    if from.contains(&to) {
        let what = format!("{to} has already what {to} has");
        return Err(Error::new(Exit::Usage, what));
    }
    if from.iter().chain([&to]).any(Who::takes_away) {
        let what = "a negative entry has nothing that could be copied, and can be given nothing";
        return Err(Error::new(Exit::Usage, what));
    }
    let survey = survey(provider, &args.mailboxes, Ask::default(), output)?.of_something()?;
    must_exist(&to, provider, &survey.mailboxes)?;
    let giving = Giving {
        from: &from,
        to: &to,
    };
    let mut report = CopyReport {
        from: from.iter().map(Who::to_string).collect(),
        to: to.to_string(),
        dry_run: args.change.preview.dry_run,
        looked_into: survey.mailboxes.len(),
        received: Vec::new(),
        failures: survey.failures.iter().map(Unopened::new).collect(),
        undo_file: args
            .change
            .undoable
            .undo_file
            .as_ref()
            .map(|path| path.display().to_string()),
        notes: notes(survey.missed()),
    };
    let mut concerned = Vec::new();
    for mailbox in &survey.mailboxes {
        report.failures.extend(decide::unreadable(mailbox));
        if let Some(received) = given::foreseen(giving, mailbox, &profile.levels)? {
            concerned.push(mailbox);
            report.received.push(received);
        }
    }
    if report.received.is_empty() && report.failures.is_empty() {
        must_have_been_somebody(&from[0], provider, &survey.mailboxes)?;
    } else if report.received.is_empty()
        && let Some(near) = decide::alike(&survey.mailboxes, &report.from)
    {
        report.notes.push(format!(
            "{} holds nothing in what could be read: did you mean {near}?",
            report.from
        ));
    }
    if !args.change.preview.dry_run {
        confirm(args, &to, &concerned, &report, output)?;
        let proof = args.change.watched(Whom::All);
        give(giving, &concerned, &mut report, proof, (provider, output));
    }
    if report.received.iter().all(|received| received.changed == 0) {
        report.undo_file = None;
    }
    output.report(&report)?;
    Ok(exit(&report, args))
}

/// Asks where more people get it than one, and nobody sees from here who they are.
fn confirm(
    args: &AccessCopy,
    to: &Who,
    concerned: &[&Mailbox],
    report: &CopyReport,
    output: &Output,
) -> Result<()> {
    let is_group = |mailbox: &&Mailbox| {
        let spelled = mailbox.dialect.spell(to);
        spelled.is_ok_and(|name| matches!(mailbox.dialect.read(&name), Reading::Group(_)))
    };
    let them = if to.is_everybody() {
        "which is everybody"
    } else if concerned.iter().any(is_group) {
        "which is a group"
    } else {
        return Ok(());
    };
    let pending: usize = report.received.iter().map(|r| r.changed).sum();
    if pending == 0 {
        return Ok(());
    }
    let question = format!(
        "Give {to}, {them}, what {} has on {} ({})?",
        report.from,
        count(report.received.len(), "shared mailbox"),
        count(pending, "change")
    );
    output.agree(args.change.yes, &question, "nothing was given to anybody")
}

fn give(
    giving: Giving,
    concerned: &[&Mailbox],
    report: &mut CopyReport,
    proof: Whom,
    (provider, output): (&Provider, &Output),
) {
    let watch = Watch::new(proof);
    let work = |mailbox: &&Mailbox, provider: &Provider| {
        let (name, terms) = (
            names::mailbox(&mailbox.name, provider.profile())?,
            Terms::new(&watch),
        );
        let visit = Visit::to(&name, &giving, terms, provider, output)?;
        let (state, done) = visit.carry()?;
        given::became(giving, &state, &done, &provider.profile().levels)
    };
    let results = Many::new("granting", provider, output).each(concerned, |_| 1, work);
    report.received.clear();
    let mut unseen = Unseen::default();
    for (mailbox, result) in concerned.iter().zip(results) {
        match result {
            Ok(received) => {
                let given = received.iter();
                given.for_each(|one| one.told_to(&mut unseen, mailbox));
                report.received.extend(received);
            }
            Err(error) => {
                let failure = Unopened::new(&(mailbox.name.clone(), error.into_error()));
                report.failures.push(failure);
            }
        }
    }
    report.notes.extend(unseen.note());
}

/// Refuses somebody who holds nothing and whom nothing shows to exist: a name that was mistyped is
/// no colleague who has nothing.
///
/// # Errors
/// [`Exit::NotFound`], and whatever connecting may meet.
fn must_have_been_somebody(who: &Who, provider: &Provider, mailboxes: &[Mailbox]) -> Result<()> {
    let looked = count(mailboxes.len(), "mailbox");
    let why = match own_session(who, provider, mailboxes)? {
        Own::Session(_) => return Ok(()),
        Own::Unclear(error) => {
            let what = format!(
                "holds nothing, and could not be looked up: {}",
                error.what()
            );
            return Err(Error::new(error.exit(), what).about(who.to_string()));
        }
        Own::Nobody(_) => "the server knows no such user",
        Own::None if *who == Who::Anyone => return Ok(()),
        Own::None => "whether there is one cannot be found out here",
    };
    let what = format!("nobody of that name holds anything in the {looked} looked into, and {why}");
    let error = Error::new(Exit::NotFound, what).about(who.to_string());
    let tells = "sharemail access WHO tells what somebody holds; nothing was changed";
    Err(
        error.hint(match decide::alike(mailboxes, &who.to_string()) {
            Some(near) => format!("did you mean {near}? {tells}"),
            None => tells.to_owned(),
        }),
    )
}

fn notes(missed: Option<String>) -> Vec<String> {
    let mut notes = vec![
        "groups cannot be seen over IMAP: whoever is to be in one is put there by \
                          the provider"
            .to_owned(),
    ];
    notes.extend(missed);
    notes
}

fn exit(report: &CopyReport, args: &AccessCopy) -> Exit {
    let failed = report.failures.iter().map(|failure| failure.exit);
    let received = report.received.iter().map(|received| received.exit);
    let pending = report.received.iter().any(|received| received.changed > 0);
    // One without an entry is as it was to be.
    let idle = report.received.is_empty() && report.looked_into > 0;
    let idle = idle.then_some(Exit::Done);
    let is_found = args.change.preview.detailed_exitcode && pending;
    verdict(failed.chain(received).chain(idle), is_found)
}
