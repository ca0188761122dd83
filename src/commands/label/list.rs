//! label list: the labels in use.

use crate::cli::label::LabelList;
use crate::decide::{self, naming};
use crate::error::Result;
use crate::exit::Exit;
use crate::journey::opening::read;
use crate::model::pace::Pace;
use crate::observe::{self, Ask};
use crate::profile::names;
use crate::report::mail::labels::LabelsReport;
use crate::run::Run;

/// Tells them, and which folders could not be looked into.
///
/// # Errors
/// Whatever opening and reading the mailbox may meet.
pub fn list(args: &LabelList, run: &Run) -> Result<Exit> {
    let (provider, output) = (run.provider()?, run.output());
    let name = names::mailbox(&args.target.mailbox, provider.profile())?;
    let ask = Ask::SETTINGS;
    let mut opened = provider.open_for_mail(&name, &ask.look())?;
    let state = read(provider, &mut opened, ask, output)?;
    let folders = decide::select(&state, &args.scope.meant())?;
    let progress = output.progress(Some(folders.len() as u64), "counting labels");
    let tick = |n: usize| progress.tick(n as u64);
    let carried = observe::keywords(&mut opened, &folders, &Pace::telling(&tick))?;
    drop(progress);
    let paths = folders.iter().map(|folder| folder.path.clone());
    let (names, unknown) = naming::told(&state);
    unknown.iter().for_each(|why| output.warning(why));
    let report = LabelsReport::new(&state.name, &names, paths.zip(carried));
    output.report(&report)?;
    Ok(report.exit())
}
