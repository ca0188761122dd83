//! show: who has access to a mailbox, and to what.

use crate::cli;
use crate::error::Result;
use crate::exit::Exit;
use crate::model::failure::Unopened;
use crate::model::pace::Pace;
use crate::model::state::Mailbox;
use crate::observe::everywhere::survey;
use crate::observe::{self, Ask};
use crate::output::Output;
use crate::profile::names;
use crate::reach::Provider;
use crate::report::mailbox::several::SeveralReport;
use crate::report::mailbox::show::ShowReport;
use crate::run::Run;

/// Tells the members of mailboxes with their levels, the folders and the quota.
///
/// # Errors
/// Whatever stands in the way of reading any.
pub fn show(args: &cli::show::Show, run: &Run) -> Result<Exit> {
    let (provider, output) = (run.provider()?, run.output());
    let levels = provider.profile().levels.clone();
    let report = |state: &Mailbox| ShowReport::new(state, &levels, args.folders);
    match args.mailboxes.as_slice() {
        [name] => {
            let state = one(name, provider, output)?;
            output.report(&report(&state))?;
            Ok(match state.is_partly_unread() {
                true => Exit::Partly,
                false => Exit::Done,
            })
        }
        names => {
            let survey = survey(provider, names, Ask::ALL, output)?;
            output.report(&SeveralReport {
                mailboxes: survey.mailboxes.iter().map(report).collect(),
                failures: survey.failures.iter().map(Unopened::new).collect(),
            })?;
            Ok(survey.exit(|mailbox| !mailbox.is_partly_unread()))
        }
    }
}

fn one(name: &str, provider: &Provider, output: &Output) -> Result<Mailbox> {
    let name = names::mailbox(name, provider.profile())?;
    let mut opened = provider.open_and_look(&name, &Ask::ALL.look())?;
    output.detail(&opened.in_words());
    let progress = output.progress(None, "reading");
    let tick = |n: usize| progress.tick(n as u64);
    let pace = Pace::telling(&tick);
    observe::mailbox(&mut opened, Ask::ALL, &provider.profile().imap.user, &pace)
}
