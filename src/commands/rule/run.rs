//! rule run: the rules of a mailbox, carried out on mail that is there.

use crate::cli::rule::RuleRun;
use crate::decide::judging::Memory;
use crate::decide::ruling::Ruling;
use crate::decide::{self, forwarding, naming, rulebook};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::journey::opening::read;
use crate::journey::terms::Terms;
use crate::journey::visit::Visit;
use crate::journey::{Watch, verdict};
use crate::model::address::{Address, MailboxName};
use crate::model::pace::Pace;
use crate::model::rule::Rules;
use crate::model::whom::Whom;
use crate::model::wish::Scope;
use crate::model::words::count;
use crate::observe::{self, Ask};
use crate::profile::names;
use crate::reach::Submitter;
use crate::report::mail::ruled::RuledReport;
use crate::run::Run;
use crate::undo::FORWARDING;

/// Who takes what `rules` of the mailbox called `name` forward.
///
/// # Errors
/// Where the profile does not let them forward there, where it names no server for that, and where the server that
/// filters forwards all that `is_everything` is, too.
fn forwarded(
    rules: &Rules,
    is_everything: bool,
    name: &MailboxName,
    run: &Run,
) -> Result<(Submitter, Address)> {
    let (profile, mailbox) = (run.provider()?.profile(), name.to_string());
    forwarding::permitted(&mailbox, rules.iter(), &profile.forward_domains)?;
    if profile.sieve.is_some() && is_everything && rules.forwarding().is_some() {
        let what = "the server forwards what comes by these rules, and mail that it has forwarded would go again";
        let error = Error::new(Exit::Usage, what).about(mailbox);
        return Err(error.hint("say which mail it has not: --before DATE, --since DATE, an ID"));
    }
    run.submitter_of(name)
}

/// Judges the messages that are meant, and does with each what the rules say that take it.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn run(args: &RuleRun, run: &Run) -> Result<Exit> {
    let output = run.output();
    // What is meant is known before anybody logs in.
    let mut selection = args.selection.meant_of_all()?;
    if selection.folders == Scope::Every {
        selection.folders = Scope::Folders {
            paths: vec!["INBOX".to_owned()],
            recurse: false,
        };
    }
    if args.change.watched(Whom::None) != Whom::None {
        let what = "no member is looked at for a rule: what it does lies on the message itself, and is read back \
             always";
        return Err(Error::new(Exit::Usage, what)
            .hint("leave --proof out; who may read these messages, explain tells"));
    }
    let command = match args.forward {
        true => FORWARDING,
        false => "rule run",
    };
    let provider = &run.undoable(&args.change.undoable, command)?;
    let name = names::mailbox(&args.target.mailbox, provider.profile())?;
    let ask = Ask::SETTINGS;
    let mut opened = provider.open_for_mail(&name, &ask.look())?;
    let state = read(provider, &mut opened, ask, output)?;
    let rules = rulebook::some_rules(&state)?;
    let submitter = match args.forward {
        true => Some(forwarded(&rules, selection.is_everything(), &name, run)?),
        false => None,
    };
    let mut turn = run.turn(provider, &name, &args.change.preview)?;
    turn.looks(&state);
    let folders = decide::select(&state, &selection.folders)?;
    let query = naming::query(&state, &selection)?;
    // What somebody names is judged, whatever was before.
    let is_whole = selection.is_everything();
    let how = (args.all || !is_whole, is_whole);
    let memory = Memory::new(&state, &rules, how, args.forward)?;
    let before = |path: &str, uid_validity| memory.before(path, uid_validity);
    let progress = output.progress(Some(folders.len() as u64), "judging messages");
    let tick = |n: usize| progress.tick(n as u64);
    let pace = Pace::telling(&tick);
    let judged = observe::ruled(&mut opened, &folders, &query, &rules, &before, &pace)?;
    drop(progress);
    let places = folders.iter().map(|folder| folder.place());
    let most = provider.profile().max_keywords;
    let judged = places.zip(judged).collect();
    let ruling = Ruling::new(&state, &rules, judged, most, memory, args.forward)?;
    let watch = Watch::new(Whom::None);
    let (terms, dry_run) = (Terms::new(&watch), args.change.preview.dry_run);
    let mut visit = Visit::within(opened, &ruling, terms, provider, output)?;
    let report = match dry_run {
        true => {
            let plan = visit.foresee()?;
            RuledReport::dry(&ruling, &rules, visit.state(), &plan)
        }
        false => {
            if let Some(submitter) = submitter {
                run.send_on(submitter, provider, &mut visit, &ruling, &mut turn)?;
            }
            let carried = turn.carry(visit);
            let (state, done) = carried.map_err(|error| match ruling.letters.sent() {
                0 => error,
                n => error.hint_too(format!(
                    "{} forwarded before that, and will not be again",
                    count(n, "message")
                )),
            })?;
            RuledReport::done(&ruling, &rules, &state, &done.outcome())
        }
    };
    output.report(&report)?;
    let would = args.change.preview.detailed_exitcode && report.is_pending();
    Ok(verdict([report.exit()], would))
}
