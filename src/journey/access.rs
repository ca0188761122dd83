//! The journey that grant and revoke share: wish, state, plan, outcome, proof, report.

use super::ahead::Ahead;
use super::identity_folders::{Missing, assumed};
use super::told::{Told, exit};
use crate::apply::carry_out;
use crate::decide;
use crate::error::Result;
use crate::exit::Exit;
use crate::interrupt;
use crate::model::address::MailboxName;
use crate::model::level::Levels;
use crate::model::outcome::Outcome;
use crate::model::pace::Pace;
use crate::model::plan::Plan;
use crate::model::state::Mailbox;
use crate::model::wish::{Access, AccessWish};
use crate::model::words::count;
use crate::observe::unlisted;
use crate::observe::unlisted::Looked;
use crate::observe::{self, Ask};
use crate::output::Output;
use crate::reach::{Opened, Provider};
use crate::report::access::unkept::Unkept;
use crate::report::mailbox::plan::PlanReport;
use std::thread;

/// A wish about one mailbox, and how to go about it.
pub struct Job {
    /// The mailbox.
    pub mailbox: MailboxName,
    /// Who shall have what, where.
    pub wish: AccessWish,
    /// Only say what would be done.
    pub dry_run: bool,
    /// With `dry_run`: end with 2 where something would be done.
    pub detailed_exitcode: bool,
    /// Subscribe the members.
    pub subscribe: bool,
    /// Keep what gives nothing.
    pub force: bool,
    /// What to tell besides, where something was changed.
    pub note: Option<&'static str>,
}

/// Whether `wish` gives anybody anything: then the identity folders are made first, before anybody
/// who might make them themselves.
pub(crate) fn gives(wish: &AccessWish) -> bool {
    !matches!(wish.access, Access::None | Access::Same) || !wish.give.is_empty()
}

/// Does the job and tells what became of it.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn run(job: &Job, provider: &Provider, output: &Output) -> Result<Exit> {
    let ahead = Ahead::default();
    let (mut opened, mut state) = read_and_look_ahead(job, provider, &ahead, output)?;
    let levels = provider.profile().levels.clone();
    let looked = unlisted(job, provider, &ahead, &mut opened, &mut state)?;
    let missing = if gives(&job.wish) {
        Missing::of(provider, &opened, &mut state)?
    } else {
        Missing::none(&state)
    };
    // Refused before anything is made.
    let after = assumed(&state, &missing.plan);
    let (wish, _) = decide::with_included(&after, &job.wish);
    let foreseen = plan(&wish, &after, &levels)?;
    if job.dry_run {
        let changes = missing.plan.changes.into_iter().chain(foreseen.changes);
        let changes = changes.collect();
        return dry(
            job,
            &state,
            &Plan {
                changes,
                ..foreseen
            },
            &levels,
            output,
        );
    }
    let made = missing.make(provider, &mut opened, &mut state, output)?;
    let (wish, left_out) = decide::with_included(&state, &job.wish);
    let unkept = Unkept::new(&state, &wish, left_out, made.lacking, provider.profile())?;
    let mut outcome = made.outcome;
    let plan = plan(&wish, &state, &levels)?;
    if !plan.is_empty() {
        ahead.expire();
    }
    if outcome.cut_short.is_none() {
        outcome.extend(carry_out(
            provider,
            &mut opened,
            &state.vocabulary,
            &plan,
            output,
        )?);
    } else {
        // Nobody shall take for granted what the work did not get to.
        outcome.extend(Outcome::untried(&plan, None));
    }
    let mut told = Told {
        job,
        wish: &wish,
        unkept,
        ahead,
        provider,
        opened: &mut opened,
        state: &state,
        levels: &levels,
        output,
    };
    let mut report = told.report(outcome)?;
    report.warnings.extend(looked.warnings(&state));
    output.report(&report)?;
    Ok(exit(&report))
}

/// Whoever takes something away takes it on the folders too that the owner's list does not show: they
/// are looked for through the sessions of the members that it is about, and of those who could hide
/// them.
fn unlisted(
    job: &Job,
    provider: &Provider,
    ahead: &Ahead,
    opened: &mut Opened,
    state: &mut Mailbox,
) -> Result<Looked> {
    if job.wish.access != Access::None {
        return Ok(Looked::default());
    }
    let about = decide::identifiers(state, &job.wish)?;
    let look = |opened: &Opened, login: &str| ahead.glimpse(provider, opened, login);
    Ok(unlisted::before_taking(
        provider, opened, state, &about, look,
    ))
}

/// What would make the wish true, checked by the guards.
fn plan(wish: &AccessWish, state: &Mailbox, levels: &Levels) -> Result<Plan> {
    let plan = changes(wish, state, levels)?;
    decide::lock_out(state, &plan)?;
    Ok(plan)
}

/// What would make the wish true, unguarded.
///
/// # Errors
/// Where the wish cannot be true here.
pub(crate) fn changes(wish: &AccessWish, state: &Mailbox, levels: &Levels) -> Result<Plan> {
    let mut plan = decide::access(state, wish, levels)?;
    let who = decide::identifiers(state, wish)?;
    let identities = decide::identities(state, &who, &wish.give, &wish.take)?;
    plan.changes.extend(identities.changes);
    Ok(plan)
}

fn dry(job: &Job, state: &Mailbox, plan: &Plan, levels: &Levels, output: &Output) -> Result<Exit> {
    // What would have to change where nothing could be read, nobody knows.
    let unread = decide::unread(state, &job.wish)?;
    let report = PlanReport::dry(plan, &state.dialect).called(levels, &state.vocabulary);
    let report = report.without(&unread);
    output.report(&report)?;
    if !report.unread.is_empty() {
        return Ok(Exit::Partly);
    }
    let found = job.detailed_exitcode && !plan.is_empty();
    Ok(if found { Exit::Found } else { Exit::Done })
}

/// The state of the opened mailbox, with progress.
///
/// # Errors
/// Whatever the session may meet.
pub(crate) fn read(provider: &Provider, opened: &mut Opened, output: &Output) -> Result<Mailbox> {
    let progress = output.progress(None, "reading");
    let tick = |n: usize| progress.tick(n as u64);
    let pace = Pace {
        tick: &tick,
        stop: interrupt::flag(),
    };
    let state = observe::mailbox(opened, Ask::default(), &provider.profile().imap.user, &pace)?;
    output.detail(&format!(
        "{}: {} read",
        state.name,
        count(state.folders.len(), "folder")
    ));
    Ok(state)
}

/// The mailbox and its state, while the first member's session is opened for the proof. A dry run
/// proves nothing.
fn read_and_look_ahead(
    job: &Job,
    provider: &Provider,
    ahead: &Ahead,
    output: &Output,
) -> Result<(Opened, Mailbox)> {
    let first = job.wish.who.first().filter(|_| !job.dry_run);
    let guess = first.and_then(|who| Ahead::guess(provider, who));
    thread::scope(|scope| {
        let open = |login: String| {
            scope.spawn(|| ahead.open(provider, login));
        };
        guess.clone().into_iter().for_each(open);
        let mut opened = provider.open_and_look(&job.mailbox, &Ask::default().look())?;
        output.detail(&opened.in_words());
        let login = first.and_then(|who| Ahead::login(provider, &opened, who));
        login
            .filter(|login| guess.as_ref() != Some(login))
            .into_iter()
            .for_each(open);
        let state = read(provider, &mut opened, output)?;
        Ok((opened, state))
    })
}
