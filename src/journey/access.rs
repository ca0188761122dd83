//! What grant and revoke share: one wish about one mailbox, carried out and told.

use super::terms::Terms;
use super::verdict::verdict;
use super::visit::Visit;
use super::watch::Watch;
use crate::decide;
use crate::decide::granting::Granting;
use crate::error::Result;
use crate::exit::Exit;
use crate::model::address::MailboxName;
use crate::model::plan::Plan;
use crate::model::state::Mailbox;
use crate::model::whom::Whom;
use crate::model::wish::AccessWish;
use crate::output::Output;
use crate::reach::Provider;
use crate::report::access::told::{self, Manner, Told};
use crate::report::mailbox::plan::PlanReport;

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
    /// How to go about it.
    pub manner: Manner,
}

/// Does the job and tells what became of it.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn run(job: &Job, provider: &Provider, output: &Output) -> Result<Exit> {
    let profile = provider.profile();
    let granting = Granting {
        wish: &job.wish,
        profile,
    };
    // A dry run proves nothing.
    let watch = Watch::new(match job.dry_run {
        true => Whom::None,
        false => job.manner.proof,
    });
    let terms = Terms {
        subscribe: job.manner.subscribe,
        keep: job.manner.force,
        ..Terms::new(&watch)
    };
    let visit = Visit::to(&job.mailbox, &granting, terms, provider, output)?;
    if job.dry_run {
        let plan = visit.foresee()?;
        return dry(job, visit.state(), &plan, provider, output);
    }
    let (state, done) = visit.carry()?;
    let whole = (0, done.outcome());
    let meant = decide::with_included(&state, &job.wish);
    let about = (&state, &done);
    let told = Told::new(&job.wish, meant, about, whole, job.manner, provider)?;
    let mut report = told.report()?;
    report.warnings.extend(done.unlisted.iter().cloned());
    output.report(&report)?;
    Ok(verdict([told::verdict(&report)], false))
}

fn dry(
    job: &Job,
    state: &Mailbox,
    plan: &Plan,
    provider: &Provider,
    output: &Output,
) -> Result<Exit> {
    // What would have to change where nothing could be read, nobody knows.
    let unread = decide::unread(state, &job.wish)?;
    let levels = &provider.profile().levels;
    let report = PlanReport::dry(plan, &state.dialect).called(levels, &state.vocabulary);
    let report = report.without(&unread);
    output.report(&report)?;
    if !report.unread.is_empty() {
        return Ok(Exit::Partly);
    }
    let found = job.detailed_exitcode && !plan.is_empty();
    Ok(if found { Exit::Found } else { Exit::Done })
}
