//! retention check: what stands in the way of keeping mail as long as it shall be kept.

use crate::cli::retention::RetentionCheck;
use crate::decide::retaining;
use crate::error::Result;
use crate::exit::Exit;
use crate::journey::opening::read_with_help;
use crate::model::pace::Pace;
use crate::model::state::Folder;
use crate::observe::{self, Ask};
use crate::profile::names;
use crate::report::mail::retention_check::RetentionCheckReport;
use crate::run::Run;
use chrono::Utc;

/// Tells it, and which folders could not be looked into.
///
/// # Errors
/// Whatever opening and reading the mailbox may meet, and where its settings cannot be believed.
pub fn check(args: &RetentionCheck, run: &Run) -> Result<Exit> {
    let (provider, output, ask) = (run.provider()?, run.output(), Ask::SETTINGS);
    let name = names::mailbox(&args.target.mailbox, provider.profile())?;
    let mut opened = provider.open_for_mail(&name, &ask.look())?;
    let state = read_with_help(provider, &mut opened, ask, output)?;
    let (policies, holds) = (retaining::policies(&state)?, retaining::holds(&state)?);
    let folders: Vec<&Folder> = state.folders.iter().collect();
    let progress = output.progress(Some(folders.len() as u64), "looking at messages");
    let tick = |n: usize| progress.tick(n as u64);
    let (now, pace) = (Utc::now(), Pace::telling(&tick));
    let aged = observe::aged_together(provider, &mut opened, &folders, &holds, now, &pace)?;
    drop(progress);
    let folders: Vec<_> = folders.into_iter().zip(aged).collect();
    let today = now.date_naive();
    let report = RetentionCheckReport::new(&state, &policies, &holds, &folders, today);
    output.report(&report)?;
    Ok(report.exit())
}
