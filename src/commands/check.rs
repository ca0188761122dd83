//! check: what is out of order in the mailboxes' entries, and with --fix, in order again; with -f, where they are
//! not what a file says of them.

use crate::cli;
use crate::decide::{self, Mending};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::journey::checked::checked;
use crate::journey::somebody::People;
use crate::journey::terms::Terms;
use crate::journey::viewed::{Viewed, view_all};
use crate::journey::visit::Visit;
use crate::journey::{self, Foreseen, Many, Watch, unobjectionable, verdict};
use crate::model::command::command;
use crate::model::failure::Unopened;
use crate::model::plan::Plan;
use crate::model::state::Mailbox;
use crate::model::whom::Whom;
use crate::observe::Ask;
use crate::observe::everywhere::{Survey, survey_part};
use crate::output::Output;
use crate::profile::names;
use crate::reach::crowd;
use crate::reach::{Provider, Sessions};
use crate::report::mailbox::check::{CheckReport, Checked};
use crate::report::part::Part;
use crate::run::{Run, wishes};
use std::path::Path;

/// Looks into the mailboxes named, or all there are; tells what is out of order and, asked to,
/// mends what can be mended without guessing.
///
/// # Errors
/// Whatever stands in the way of reading any.
pub fn check(args: &cli::check::Check, run: &Run) -> Result<Exit> {
    if !args.files.files.is_empty() {
        return drift(args, run);
    }
    let output = run.output();
    let provider = &run.undoable(&args.change.undoable, "check")?;
    no_files(&args.mailboxes)?;
    let Survey {
        mailboxes,
        failures,
        ..
    } = survey_part(
        provider,
        &args.mailboxes,
        Ask::QUOTA,
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
    let viewed: Vec<&Result<(Mailbox, Viewed)>> = viewed.iter().collect();
    let hands = provider.profile().imap.connections_of_many;
    let results = crowd::each(&viewed, hands, |viewed| {
        let (mailbox, viewed) = viewed.as_ref().map_err(Clone::clone)?;
        let (mut checked, mending) = checked(mailbox, viewed, &people, provider);
        checked.dry_run = args.change.preview.dry_run;
        if args.fix {
            checked.changes = mending.plan().changes.clone();
        }
        progress.tick(1);
        Ok((checked, mending))
    });
    drop(progress);
    let mut report = CheckReport {
        mailboxes: Vec::new(),
        failures: failures.iter().map(Unopened::new).collect(),
        quiet: output.is_quiet(),
    };
    let mut mendings = Vec::new();
    for (mailbox, result) in mailboxes.iter().zip(results) {
        match result {
            Ok((checked, mending)) => {
                report.mailboxes.push(checked);
                mendings.push(mending);
            }
            Err(error) => {
                let failed = (mailbox.name.clone(), error);
                report.failures.push(Unopened::new(&failed));
            }
        }
    }
    mendings.retain(|mending| args.fix && !mending.plan().is_empty());
    if !args.change.preview.dry_run && !mendings.is_empty() {
        fix(args, &mendings, &mut report, provider, output)?;
    }
    let exit = exit(&report, args);
    output.report(&Part::new("check", args.files.partition, report))?;
    match args.change.preview.dry_run && !args.force {
        true => unobjectionable(&objections(&mendings), output).map(|()| exit),
        false => Ok(exit),
    }
}

/// check -f: says nothing where all is as the files say and the server knows everybody in them, else the
/// difference.
///
/// # Errors
/// What is wrong with the files, and what stands in the way of reading any mailbox.
fn drift(args: &cli::check::Check, run: &Run) -> Result<Exit> {
    let (provider, output) = (run.provider()?, run.output());
    let files = &args.files;
    let wishes = wishes::read(files, provider.profile(), output)?;
    let foreseen = Foreseen::new(provider, &wishes, files.prune, output)?;
    let foreseen = foreseen.with_what_is_out_of_reach();
    let most = journey::most(args.look_up.map_or(Whom::All, Whom::from));
    let people = journey::unknown(&foreseen, &wishes, most, |_| false, provider, output);
    let differs = foreseen.changed().next().is_some();
    // What differs is certain, whoever could not be asked about.
    let asked = match people.failed && !differs {
        true => Exit::Partly,
        false => Exit::Done,
    };
    let is_found = differs || !people.findings.is_empty();
    let exit = verdict([foreseen.exit(Exit::Done), asked], is_found);
    let is_told = exit != Exit::Done || !people.people_in_doubt.is_empty();
    let checksum = foreseen.saved(provider).checksum;
    let difference = foreseen.difference(provider, &checksum);
    let difference = difference.with(people).found_by_check();
    if is_told {
        output.report(&Part::new("check", files.partition, difference))?;
    } else {
        output.report(&Part::new("check", files.partition, difference.silent()))?;
    }
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

/// What speaks against mending all of these at once. A folder of identities that nobody believes is emptied
/// as a whole, and nobody loses access by it.
fn objections(mendings: &[Mending]) -> Vec<String> {
    let of_mail = |mending: &Mending| {
        let (mut then, mut plan) = (mending.then().clone(), mending.plan().clone());
        let names = &then.identity_names;
        plan.changes
            .retain(|change| !names.reserve(&change.folder().path));
        then.identity_folders.clear();
        (then, plan)
    };
    let all: Vec<(Mailbox, Plan)> = mendings.iter().map(of_mail).collect();
    let plans = all.iter();
    decide::objections(plans.map(|(then, plan)| (then.name.clone(), then, plan)))
}

/// Shows what would be mended, asks, and mends it.
///
/// # Errors
/// That it is too much at once, and that nobody said yes.
fn fix(
    args: &cli::check::Check,
    mendings: &[Mending],
    report: &mut CheckReport,
    provider: &Provider,
    output: &Output,
) -> Result<()> {
    // Whoever has said yes before has nothing to read first.
    if !args.change.yes {
        let mut shown = report.clone();
        shown.mailboxes.iter_mut().for_each(|m| m.dry_run = true);
        output.preview(&Part::new("check", args.files.partition, shown))?;
    }
    if !args.force {
        unobjectionable(&objections(mendings), output)?;
    }
    output.agree(args.change.yes, &report.question(), "nothing was mended")?;
    mend(mendings, args, report, provider, output);
    Ok(())
}

/// Mends it, and puts what became of it in place of what was planned.
fn mend(
    mendings: &[Mending],
    args: &cli::check::Check,
    report: &mut CheckReport,
    provider: &Provider,
    output: &Output,
) {
    let watch = Watch::new(args.change.watched(Whom::None));
    let terms = Terms {
        insist: args.force,
        thrifty: true,
        ..Terms::new(&watch)
    };
    let work = |mending: &Mending, provider: &Provider| {
        let name = names::mailbox(&mending.then().name, provider.profile())?;
        let visit = Visit::to(&name, mending, terms, provider, output)?;
        Ok(visit.carry()?.1)
    };
    let results = Many::new("mending", provider, output)
        .of_one_session()
        .each(mendings, |_| 1, work);
    report.mailboxes.iter_mut().for_each(|m| m.changes.clear());
    for (mending, result) in mendings.iter().zip(results) {
        let name = &mending.then().name;
        let is_meant = |checked: &Checked| checked.mailbox == *name;
        match result {
            Ok(done) => {
                let mut meant = report.mailboxes.iter_mut();
                if let Some(checked) = meant.find(|checked| is_meant(checked)) {
                    checked.became(mending, &done);
                }
            }
            Err(hindrance) => {
                report.mailboxes.retain(|checked| !is_meant(checked));
                let failed = (name.clone(), hindrance.into_error());
                report.failures.push(Unopened::new(&failed));
            }
        }
    }
}

/// 2 where something is left out of order, 0 where nothing is or all was mended.
fn exit(report: &CheckReport, args: &cli::check::Check) -> Exit {
    let fixed = args.fix && !args.change.preview.dry_run;
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
    verdict(failed.chain(ends), report.mailboxes.iter().any(left))
}
