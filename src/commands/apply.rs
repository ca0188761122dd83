//! apply: makes mailboxes what a file, or a saved plan, says of them.

use crate::cli;
use crate::cli::options::shared::Target;
use crate::decide::errand::Errand;
use crate::decide::rulebook;
use crate::decide::{self, Applying, Asked, Saved};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::input;
use crate::interrupt;
use crate::journey;
use crate::journey::{Foreseen, Order, Planned, Unsettled, Watch, carry, find_named, verdict};
use crate::manifest::{SavedMailbox, SavedPlan};
use crate::model::address::MailboxName;
use crate::model::change::Change;
use crate::model::change::Entry;
use crate::model::desired::Desired;
use crate::model::done::Seen;
use crate::model::failure::Unopened;
use crate::model::outcome::Fate;
use crate::model::outcome::Outcome;
use crate::model::proof::Proof;
use crate::model::rights::Rights;
use crate::model::setting::Kind;
use crate::model::whom::Whom;
use crate::output::Output;
use crate::profile::names;
use crate::reach::Provider;
use crate::report::access::unseen::Unseen;
use crate::report::file::applied::{Applied, ApplyReport};
use crate::report::file::people::People;
use crate::report::part::Part;
use crate::run::Run;
use crate::run::wishes;
use std::collections::BTreeSet;
use std::path::Path;

/// Shows the plan, asks, carries it out, proves it, and tells what became of it.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn apply(args: &cli::apply::Apply, run: &Run) -> Result<Exit> {
    let output = run.output();
    let provider = &run.undoable(&args.change.undoable, "apply")?;
    can_be_answered(args)?;
    let (foreseen, wishes) = match &args.plan {
        Some(path) => (saved(path, provider, output)?, None),
        None => {
            let wishes = wishes::read(&args.files, provider.profile(), output)?;
            let foreseen = Foreseen::new(provider, &wishes, args.files.prune, output)?;
            foreseen.warn(output);
            (foreseen, Some(wishes))
        }
    };
    let checksum = foreseen.saved(provider).checksum;
    if let Some(wanted) = args
        .checksum
        .as_ref()
        .filter(|wanted| !checksum.starts_with(*wanted))
    {
        return Err(another_plan(wanted, &checksum));
    }
    let todo: Vec<&Planned> = foreseen.changed().collect();
    let partition = args.files.partition;
    let difference = || {
        let difference = foreseen.difference(provider, &checksum);
        Part::new("plan", partition, difference)
    };
    if args.change.preview.dry_run {
        output.report(&difference())?;
        if !args.force {
            foreseen.unobjectionable(output)?;
        }
        let found = if args.change.preview.detailed_exitcode {
            Exit::Found
        } else {
            Exit::Done
        };
        return Ok(foreseen.exit(found));
    }
    if !todo.is_empty() {
        output.preview(&difference())?;
        if !args.force {
            foreseen.unobjectionable(output)?;
        }
        output.agree(
            args.change.yes,
            "Make these changes?",
            "nothing was changed",
        )?;
    }
    let order = Order {
        exactly: args.checksum.is_some(),
        watch: &Watch::new(args.change.watched(Whom::Some)),
    };
    let terms = decide::Terms {
        levels: &provider.profile().levels,
        prune: args.files.prune,
    };
    let saved: Vec<SavedMailbox> = todo.iter().map(|planned| planned.saved()).collect();
    let asked = asked(&todo, &saved, wishes.as_ref(), terms);
    let results = carry(provider, &asked, order, output)?;
    let changes = |planned: &&Planned| planned.plan.changes.len();
    let mut report = ApplyReport {
        mailboxes: Vec::new(),
        unchanged: foreseen.planned.len() - todo.len(),
        failures: foreseen.failures.iter().map(Unopened::new).collect(),
        checksum: checksum.clone(),
        planned: todo.iter().map(changes).sum(),
        untouched: 0,
        differing: todo.len(),
        people: People::default(),
        notes: Vec::new(),
    };
    let mut unseen = Unseen::default();
    let mut ruled = Vec::new();
    for (planned, result) in todo.iter().zip(results) {
        let name = planned.name.to_string();
        match result {
            Ok(done) => {
                let mut outcome = done.outcome();
                order.watch.settle(&mut outcome);
                ruled.extend(rules_changed(&outcome).then(|| name.clone()));
                let proof = |seen: &Seen| (seen.who.clone(), seen.proved.proof.clone());
                let proofs: Vec<(String, Proof)> = done.seen.iter().map(proof).collect();
                listed_since(planned, &outcome, &proofs, &mut unseen);
                let exposed = done.seen.iter();
                let exposed = exposed.filter_map(|seen| seen.proved.exposed.clone());
                let warnings = exposed.chain(done.warnings).collect();
                let (dialect, is_new) = (&planned.state.dialect, planned.is_new);
                let applied = Applied::new(&name, dialect, is_new, outcome, proofs, warnings);
                report.mailboxes.push(applied.of(changes(planned)));
            }
            Err(hindrance) => {
                report.untouched += planned.plan.changes.len();
                let failed = (name, hindrance.into_error());
                report.failures.push(Unopened::new(&failed));
            }
        }
    }
    if let Some(wishes) = wishes.as_ref().filter(|_| !interrupt::requested()) {
        let (seen, most) = (report.seen(), order.watch.left());
        let seen = |who: &str| seen.contains(who);
        report.people = journey::unknown(&foreseen, wishes, most, seen, provider, output);
    }
    report.notes.extend(unseen.note());
    let exit = exit(&report);
    output.report(&Part::new("apply", partition, report))?;
    followed(&ruled, args, exit, run)
}

/// Whether `outcome` is one of other rules.
fn rules_changed(outcome: &Outcome) -> bool {
    let are_rules = |(change, fate): &(Change, Fate)| match change {
        Change::Setting(setting) => setting.kind == Kind::Rules && *fate == Fate::Done,
        _ => false,
    };
    outcome.changes.iter().any(are_rules)
}

/// How the run ends that ended with `exit`, once the server filters what comes to each of `mailboxes` by its new
/// rules, where the profile says where scripts are kept.
fn followed(mailboxes: &[String], args: &cli::apply::Apply, exit: Exit, run: &Run) -> Result<Exit> {
    let mut ends = vec![exit];
    for mailbox in mailboxes {
        let target = Target {
            mailbox: mailbox.clone(),
        };
        ends.push(run.follow(Exit::Done, &target, &args.change, &rulebook::rules)?);
    }
    Ok(verdict(ends, false))
}

/// Adds to `unseen` those who were given to be listed somewhere in `planned`, and see it.
fn listed_since(
    planned: &Planned,
    outcome: &Outcome,
    proofs: &[(String, Proof)],
    unseen: &mut Unseen,
) {
    let lists = |rights: &Option<Rights>| rights.is_some_and(|rights| rights.has('l'));
    let given = |(change, fate): &(Change, Fate)| match change {
        Change::Entry(Entry {
            identifier,
            before,
            after,
            ..
        }) if *fate == Fate::Done && lists(after) && !lists(before) => Some(identifier.clone()),
        _ => None,
    };
    let given: BTreeSet<String> = outcome.changes.iter().filter_map(given).collect();
    for (who, proof) in proofs {
        // How people are spelled in a new mailbox was not known when it was planned.
        let its = |name: &&String| planned.is_new || planned.state.dialect.who(name) == *who;
        if let Some(identifier) = given.iter().find(its) {
            unseen.add(&planned.state, who, identifier, proof);
        }
    }
}

/// Where a file comes from standard input, nobody can answer there.
fn can_be_answered(args: &cli::apply::Apply) -> Result<()> {
    let mut read = args.files.files.iter().chain(&args.plan);
    if args.change.yes || args.change.preview.dry_run || !read.any(|path| input::is_stdin(path)) {
        return Ok(());
    }
    let what = "the question whether to make the changes is answered on standard input, which is to be \
                read";
    let hint = "see what it is with --dry-run, then add --yes to do it without being asked";
    Err(Error::new(Exit::Usage, what).hint(hint))
}

fn another_plan(wanted: &str, checksum: &str) -> Error {
    let what = format!(
        "the plan is another now: its checksum is {checksum}, not {wanted}; nothing was done"
    );
    Error::new(Exit::BadInput, what).hint("sharemail plan with the same files shows what it is now")
}

/// What each of `todo` was made of: what the file says, else the very changes that were saved.
fn asked<'a>(
    todo: &[&'a Planned],
    saved: &'a [SavedMailbox],
    wishes: Option<&'a Desired>,
    terms: decide::Terms<'a>,
) -> Vec<(&'a Planned, Asked<'a>)> {
    let each = todo.iter().zip(saved);
    each.map(|(planned, saved)| {
        let wish = wishes.and_then(|wishes| wishes.mailboxes.get(&planned.name));
        let asked = match wish {
            Some(wish) => Asked::File { wish, terms },
            None => Asked::Saved(of(saved)),
        };
        (*planned, asked)
    })
    .collect()
}

fn of(saved: &SavedMailbox) -> Saved<'_> {
    Saved {
        changes: &saved.changes,
        fingerprint: &saved.fingerprint,
        is_new: saved.new,
    }
}

/// The plan in the file at `path`, if the mailboxes are what they were when it was made.
///
/// # Errors
/// [`Exit::BadInput`] where one is not, or the file is no plan for this provider.
fn saved(path: &Path, provider: &Provider, output: &Output) -> Result<Foreseen> {
    let plan = interrupt::idle(|| SavedPlan::read(path))?;
    let (host, port) = (&provider.profile().imap.host, provider.profile().imap.port);
    if (&plan.host, plan.port) != (host, port) {
        let what = format!(
            "is a plan for {}:{}, and this profile's server is {host}:{port}",
            plan.host, plan.port
        );
        return Err(Error::new(Exit::BadInput, what).about(path.display().to_string()));
    }
    for saved in &plan.mailboxes {
        for change in &saved.changes {
            if let Change::Setting(setting) = change
                && setting.kind == Kind::Rules
            {
                wishes::forwards(&saved.mailbox, &setting.after, provider.profile())?;
            }
        }
    }
    let named = |saved: &SavedMailbox| {
        let name = names::mailbox(&saved.mailbox, provider.profile());
        name.map_err(|error| {
            Error::new(Exit::BadInput, error.what()).about(path.display().to_string())
        })
    };
    let names: Vec<MailboxName> = plan.mailboxes.iter().map(named).collect::<Result<_>>()?;
    if names.iter().collect::<BTreeSet<_>>().len() < names.len() {
        let what = "names a mailbox twice";
        return Err(Error::new(Exit::BadInput, what).about(path.display().to_string()));
    }
    if names.is_empty() {
        return Ok(Foreseen::default());
    }
    let is_limit = |change: &Change<String>| matches!(change, Change::Quota(..));
    let mut changes = plan.mailboxes.iter().flat_map(|saved| &saved.changes);
    let limits = changes.any(is_limit);
    let mut found = journey::states(provider, &names, limits, output)?;
    let sets = |n: usize| {
        let saved = plan.mailboxes.get(n);
        saved.is_some_and(|saved| saved.changes.iter().any(Change::is_setting))
    };
    journey::learn_settings(provider, &mut found, sets, output);
    let mut planned = Vec::new();
    let mut errors: Vec<Error> = Vec::new();
    for ((name, saved), found) in names.into_iter().zip(plan.mailboxes).zip(found) {
        let unsettled = Unsettled::of(provider, &name.to_string());
        let asked = Asked::Saved(of(&saved));
        let applying = Applying {
            asked,
            shown: None,
            exactly: false,
            part: decide::Part::Whole,
        };
        let found = found.and_then(|found| find_named(provider, &name, found, applying.folders()));
        match found.and_then(|found| Planned::new(&name, asked, found, &unsettled)) {
            Ok(one) => planned.push(one),
            Err(error) => errors.push(error),
        }
    }
    let Some(last) = errors.pop() else {
        return Ok(Foreseen {
            planned,
            ..Foreseen::default()
        });
    };
    errors.iter().for_each(|error| output.error(error));
    Err(last)
}

/// How the run ends: 0 only where every mailbox is as it was to be, and the members see it.
fn exit(report: &ApplyReport) -> Exit {
    let unclear = !report.people.findings.is_empty()
        || report
            .people
            .people_in_doubt
            .iter()
            .any(|doubt| doubt.may_pass);
    let failed = report.failures.iter().map(|failure| failure.exit);
    let applied = report.mailboxes.iter().map(|applied| applied.exit);
    let unchanged = std::iter::repeat_n(Exit::Done, report.unchanged);
    let people = unclear.then_some(Exit::Partly);
    verdict(failed.chain(applied).chain(unchanged).chain(people), false)
}
