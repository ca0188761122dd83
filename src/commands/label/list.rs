//! label list: the labels in use.

use crate::cli::label::LabelList;
use crate::cli::options::shared::{Scope, Target};
use crate::decide::{self, naming};
use crate::error::Result;
use crate::exit::Exit;
use crate::journey::opening::read;
use crate::model::dialect::Family;
use crate::model::pace::Pace;
use crate::model::setting::Labels;
use crate::observe::{self, Ask};
use crate::profile::names;
use crate::report::mail::labels::LabelsReport;
use crate::run::Run;

/// Tells them, and which folders could not be looked into.
///
/// # Errors
/// Whatever opening and reading the mailbox may meet.
pub fn list(args: &LabelList, run: &Run) -> Result<Exit> {
    let (report, ..) = carried(&args.target, &args.scope, run)?;
    run.output().report(&report)?;
    Ok(report.exit())
}

/// The labels that messages carry, those that have names, and what kind of server it is; where the names are not
/// known, that is told.
pub(super) fn carried(
    target: &Target,
    scope: &Scope,
    run: &Run,
) -> Result<(LabelsReport, Labels, Family)> {
    let (provider, output) = (run.provider()?, run.output());
    let name = names::mailbox(&target.mailbox, provider.profile())?;
    let ask = Ask::SETTINGS;
    let mut opened = provider.open_for_mail(&name, &ask.look())?;
    let state = read(provider, &mut opened, ask, output)?;
    let folders = decide::select(&state, &scope.meant())?;
    let progress = output.progress(Some(folders.len() as u64), "counting labels");
    let tick = |n: usize| progress.tick(n as u64);
    let carried = observe::keywords(&mut opened, &folders, &Pace::telling(&tick))?;
    drop(progress);
    let paths = folders.iter().map(|folder| folder.path.clone());
    let (names, unknown) = naming::told(&state);
    unknown.iter().for_each(|why| output.warning(why));
    let report = LabelsReport::new(&state.name, &names, paths.zip(carried));
    Ok((report, names, state.dialect.family))
}
