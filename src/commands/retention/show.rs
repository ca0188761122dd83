//! retention show: the policies and holds of a mailbox.

use crate::cli::retention::RetentionShow;
use crate::decide::retaining;
use crate::error::Result;
use crate::exit::Exit;
use crate::journey::opening::read;
use crate::observe::Ask;
use crate::profile::names;
use crate::report::mail::retention::RetentionReport;
use crate::run::Run;
use chrono::Utc;

/// Tells them.
///
/// # Errors
/// Whatever opening and reading the mailbox may meet, and where its settings cannot be believed.
pub fn show(args: &RetentionShow, run: &Run) -> Result<Exit> {
    let (provider, output) = (run.provider()?, run.output());
    let name = names::mailbox(&args.target.mailbox, provider.profile())?;
    let ask = Ask::SETTINGS;
    let mut opened = provider.open_for_mail(&name, &ask.look())?;
    let state = read(provider, &mut opened, ask, output)?;
    let (policies, holds) = (retaining::policies(&state)?, retaining::holds(&state)?);
    let today = Utc::now().date_naive();
    let gone = retaining::gone(&state, &policies);
    output.report(&RetentionReport::new(
        &state.name,
        &policies,
        &holds,
        &gone,
        today,
    ))?;
    Ok(Exit::Done)
}
