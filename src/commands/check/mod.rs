//! check: what is out of order in the mailboxes' entries, and with --fix, in order again.

mod drift;

use crate::apply::carry_out;
use crate::cli;
use crate::decide;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::interrupt;
use crate::journey::accounts;
use crate::journey::fresh::fresh;
use crate::journey::identity_folders::make;
use crate::journey::reveal_named;
use crate::journey::viewed::{Viewed, view_all};
use crate::model::change::Change;
use crate::model::command::command;
use crate::model::dialect::Reading;
use crate::model::failure::Failure;
use crate::model::failure::Unopened;
use crate::model::finding::{Finding, FindingKind};
use crate::model::folder::WireName;
use crate::model::outcome::{Fate, Outcome};
use crate::model::plan::Plan;
use crate::model::state::{Known, Mailbox};
use crate::observe::Ask;
use crate::observe::everywhere::{Survey, survey_part};
use crate::observe::known::known;
use crate::output::Output;
use crate::reach::crowd;
use crate::reach::{Provider, Sessions};
use crate::report::doubt::doubts;
use crate::report::mailbox::check::{CheckReport, Checked};
use crate::report::part::Part;
use crate::run::Run;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Looks into the mailboxes named, or all there are; tells what is out of order and, asked to,
/// mends what can be mended without guessing.
///
/// # Errors
/// Whatever stands in the way of reading any.
pub fn check(args: &cli::check::Check, run: &Run) -> Result<Exit> {
    if !args.files.files.is_empty() {
        return drift::drift(args, run);
    }
    let output = run.output();
    let provider = &run.undoable(&args.undoable, "check")?;
    no_files(&args.mailboxes)?;
    let Survey {
        mailboxes,
        failures,
        ..
    } = survey_part(
        provider,
        &args.mailboxes,
        Ask::default(),
        args.files.partition,
        output,
    )?
    .of_something()?;
    let sessions = Sessions::new(provider);
    let viewed = view_all(&mailboxes, &sessions, output);
    // What was lent is not needed any more.
    drop(sessions);
    let people = People::look_up(&viewed, provider, output);
    let progress = output.progress(Some(mailboxes.len() as u64), "checking");
    let work = |viewed: &Result<(Mailbox, Viewed)>| {
        let (mailbox, viewed) = viewed.as_ref().map_err(Clone::clone)?;
        let checked = one(args, mailbox, viewed, &people, provider, output);
        progress.tick(1);
        checked
    };
    let results = crowd::each(&viewed, provider.profile().imap.connections_of_many, work);
    drop(progress);
    let mut report = CheckReport {
        mailboxes: Vec::new(),
        failures: failures.iter().map(Unopened::new).collect(),
        quiet: output.is_quiet(),
    };
    for (mailbox, result) in mailboxes.iter().zip(results) {
        match result {
            Ok(checked) => report.mailboxes.push(checked),
            Err(error) => report
                .failures
                .push(Unopened::new(&(mailbox.name.clone(), error))),
        }
    }
    let exit = exit(&report, args);
    output.report(&Part::new("check", args.files.partition, report))?;
    Ok(exit)
}

/// Refuses a file that stands where mailboxes do.
fn no_files(mailboxes: &[String]) -> Result<()> {
    let is_file = |name: &&String| {
        let path = Path::new(name);
        let known = path
            .extension()
            .is_some_and(|end| end == "toml" || end == "json");
        known && path.is_file()
    };
    match mailboxes.iter().find(is_file) {
        None => Ok(()),
        Some(file) => {
            let error = Error::new(Exit::Usage, format!("{file:?} is a file, and no mailbox"));
            Err(error.hint(format!(
                "to compare with what the file says: {}",
                command(["check", "-f", file])
            )))
        }
    }
}

/// Who of all the people in the entries is somebody.
struct People {
    known: BTreeMap<String, Known>,
    /// Why not all of them could be asked for.
    untold: Vec<String>,
}

impl People {
    /// Asks for each of them once, however many mailboxes name her. Whoever was looked through is
    /// known, and nobody else need be asked for.
    fn look_up(viewed: &[Result<(Mailbox, Viewed)>], provider: &Provider, output: &Output) -> Self {
        let viewed: Vec<&(Mailbox, Viewed)> = viewed.iter().flatten().collect();
        let seen: BTreeSet<&str> = viewed
            .iter()
            .flat_map(|(_, viewed)| viewed.looked.seen.iter().map(String::as_str))
            .collect();
        let unseen = viewed.iter().flat_map(|(mailbox, _)| {
            let person = |name: &&str| matches!(mailbox.dialect.read(name), Reading::Person(_));
            mailbox.identifiers().into_iter().filter(person)
        });
        let asked: BTreeSet<&str> = unseen.filter(|name| !seen.contains(name)).collect();
        let asked: Vec<&str> = asked.into_iter().collect();
        let control = viewed
            .iter()
            .find_map(|(mailbox, _)| mailbox.owner.as_deref());
        let (mut known, untold) = known(&asked, control, provider, output);
        known.extend(seen.iter().map(|name| ((*name).to_owned(), Known::Yes)));
        Self { known, untold }
    }

    /// What is known of those who stand in this mailbox.
    fn of(&self, mailbox: &Mailbox) -> BTreeMap<String, Known> {
        let names = mailbox.identifiers().into_iter();
        names
            .filter_map(|name| Some((name.to_owned(), self.known.get(name)?.clone())))
            .collect()
    }
}

fn one(
    args: &cli::check::Check,
    mailbox: &Mailbox,
    viewed: &Viewed,
    people: &People,
    provider: &Provider,
    output: &Output,
) -> Result<Checked> {
    let looked = &viewed.looked;
    let (dialect, members) = (&mailbox.dialect, mailbox.identifiers());
    let known = people.of(mailbox);
    let mut findings = decide::findings(mailbox, &known);
    viewed.without_twins(mailbox, &mut findings);
    findings.extend(viewed.findings(mailbox));
    let own_login = accounts::own_login(mailbox, provider);
    if let Ok(true) = own_login {
        findings.push(Finding::of_folder(FindingKind::OwnLogin, "INBOX"));
    }
    let mut plan = decide::mend(mailbox, &findings);
    plan.changes.extend(viewed.mends.iter().cloned());
    let mut planned = plan.changes.clone();
    if is_unprotected(&findings) {
        // Only told: a name on the wire is not needed.
        let missing = decide::missing_identity_folders(mailbox, |_| WireName::inbox());
        planned.extend(missing.changes);
    }
    let person = |name: &&&str| matches!(dialect.read(name), Reading::Person(_));
    let unknown = members
        .iter()
        .filter(person)
        .filter(|name| !known.get(**name).is_some_and(Known::is_told));
    let unknown: Vec<String> = unknown.map(|name| dialect.who(name)).collect();
    let unasked = people.untold.iter().filter(|_| !unknown.is_empty());
    let mut checked = Checked {
        mailbox: mailbox.name.clone(),
        findings,
        changes: if args.dry_run { planned } else { Vec::new() },
        dry_run: args.dry_run,
        failures: looked
            .broken
            .iter()
            .map(unlooked)
            .chain(unasked.map(|why| of_mailbox(why.clone())))
            .chain(
                own_login
                    .err()
                    .map(|error| of_mailbox(error.what().to_owned())),
            )
            .collect(),
        not_looked_through: looked.blind(mailbox),
        people_not_looked_up: unknown,
        identities_not_tried: viewed.untried(),
        people_in_doubt: doubts(&known, dialect, |_| true),
        dialect: dialect.clone(),
        unknown: 0,
        mended: Exit::Done,
    };
    if !checked.failures.is_empty() {
        checked.mended = Exit::Partly;
    }
    if args.fix && !args.dry_run {
        mend(&mut checked, mailbox, &plan, provider, output)?;
    }
    Ok(checked)
}

fn unlooked(error: &Error) -> Failure {
    of_mailbox(format!(
        "folders that the owner's list may not show were not looked for: {error}"
    ))
}

fn of_mailbox(why: String) -> Failure {
    Failure {
        folder: "INBOX".to_owned(),
        who: None,
        identifier: None,
        why,
        is_unknown: false,
    }
}

/// Whether members could make the identity folders, which are missing.
fn is_unprotected(findings: &[Finding]) -> bool {
    let mut kinds = findings.iter().map(|finding| finding.kind);
    kinds.any(|kind| kind == FindingKind::IdentityUnprotected)
}

fn mend(
    checked: &mut Checked,
    mailbox: &Mailbox,
    plan: &Plan,
    provider: &Provider,
    output: &Output,
) -> Result<()> {
    decide::lock_out(mailbox, plan)?;
    let unprotected = is_unprotected(&checked.findings);
    if plan.is_empty() && !unprotected {
        return Ok(());
    }
    // What was looked at may be long ago: nothing is done that was not found so.
    let (mut opened, mut now) = fresh(mailbox, provider)?;
    reveal_named(&mut opened, &mut now, &plan.changes)?;
    if !is_as_it_was(mailbox, &now, plan) {
        let what = "somebody changed it since it was looked at: nothing was mended";
        return Err(Error::new(Exit::TryAgain, what).hint("run it again"));
    }
    let parts = decide::mending(mailbox, plan);
    let vocabulary = &mailbox.vocabulary;
    let mut outcome = carry_out(provider, &mut opened, vocabulary, &parts.disarmed, output)?;
    let kept = |path: &str| mailbox.identity_names.reserve(path);
    let remains = |(change, _): (&Change, &Fate)| kept(&change.folder().path);
    let stays = !parts.emptied.is_empty() && outcome.failures().any(remains);
    let is_held_back = outcome.cut_short.is_some() || stays;
    if !is_held_back {
        let emptied = carry_out(provider, &mut opened, vocabulary, &parts.emptied, output)?;
        outcome.extend(emptied);
    }
    // Whoever was disarmed goes in any case; whoever was not holds what she held.
    let mut last = parts.believed;
    let is_disarmed = |change: &Change| {
        let mut changes = outcome.changes.iter();
        changes.any(|(made, fate)| *fate == Fate::Done && made.leads_to(change))
    };
    last.changes.retain(is_disarmed);
    if outcome.cut_short.is_none() {
        outcome.extend(carry_out(provider, &mut opened, vocabulary, &last, output)?);
    }
    if unprotected && outcome.cut_short.is_none() {
        let made = make(provider, &mut opened, &mut mailbox.clone(), output)?;
        outcome.extend(made.outcome);
        outcome.changes.extend(made.lacking);
    }
    checked
        .failures
        .extend(Failure::called(&outcome, &mailbox.dialect));
    if let (true, Some(change)) = (is_held_back, parts.emptied.changes.first()) {
        checked.failures.push(Failure {
            folder: change.folder().path.clone(),
            who: None,
            identifier: None,
            why: unemptied(&outcome, kept).to_owned(),
            is_unknown: false,
        });
    }
    checked.unknown = outcome.tally().unknown;
    checked.mended = match (checked.mended, outcome.exit()) {
        // A refusal is none of the whole run: the mailbox was looked into, and what is told of it stays.
        (Exit::Done, Exit::Refused) => Exit::Partly,
        (Exit::Done, mended) => mended,
        (told, _) => told,
    };
    if let (Some(why), true) = (&outcome.cut_short, checked.failures.is_empty()) {
        checked.failures.push(of_mailbox(why.clone()));
    }
    let done = outcome
        .changes
        .into_iter()
        .filter(|(_, fate)| *fate == Fate::Done);
    checked.changes = done.map(|(change, _)| change).collect();
    Ok(())
}

/// Whether the folders that `plan` is about have the entries in `now` that they had in `then`.
fn is_as_it_was(then: &Mailbox, now: &Mailbox, plan: &Plan) -> bool {
    let entries = |mailbox: &Mailbox, path: &str| {
        let mut all = mailbox.folders.iter().chain(&mailbox.identity_folders);
        let folder = all.find(|folder| folder.path == path)?;
        folder.acl.as_ref().ok().cloned()
    };
    let mut paths = plan.changes.iter().map(|change| &*change.folder().path);
    paths.all(|path| entries(then, path) == entries(now, path))
}

/// Why an identity folder was not emptied: what became of the entries of those who could change it,
/// which are on folders that are `kept`.
fn unemptied(outcome: &Outcome, kept: impl Fn(&str) -> bool) -> &'static str {
    let of_those = outcome.failures();
    let mut of_those = of_those.filter(|(change, _)| kept(&change.folder().path));
    let answered = |fate: &Fate| matches!(fate, Fate::Refused(_) | Fate::Differs(_));
    let fates: Vec<&Fate> = of_those.by_ref().map(|(_, fate)| fate).collect();
    if fates.iter().any(|fate| matches!(fate, Fate::Unknown(_))) {
        "it was not emptied: whether somebody else could still change it is unknown"
    } else if !fates.is_empty() && fates.iter().all(|fate| answered(fate)) {
        "it was not emptied: whoever could change it still can, perhaps by the server's \
         configuration (on Dovecot a global ACL file, or acl in dovecot.conf)"
    } else {
        "it was not emptied: the work was cut short before"
    }
}

/// 2 where something is left out of order, 0 where nothing is or all was mended.
fn exit(report: &CheckReport, args: &cli::check::Check) -> Exit {
    let fixed = args.fix && !args.dry_run;
    let left = |checked: &Checked| {
        checked
            .findings
            .iter()
            .any(|finding| !fixed || !finding.can_be_mended())
    };
    let unanswered = |checked: &Checked| checked.people_in_doubt.iter().any(|d| d.may_pass);
    let failed = report.failures.iter().map(|failure| failure.exit);
    let ends = report.mailboxes.iter().map(|checked| match checked.mended {
        Exit::Done if unanswered(checked) => Exit::Partly,
        mended => mended,
    });
    match Exit::of_all(failed.chain(ends)) {
        _ if interrupt::requested() => Exit::Interrupted,
        Exit::Done if report.mailboxes.iter().any(left) => Exit::Found,
        exit => exit,
    }
}
