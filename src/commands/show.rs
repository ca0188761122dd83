//! show: who has access to a mailbox, and to what.

use super::connect::levels;
use super::names;
use crate::cli;
use crate::error::Result;
use crate::exit::Exit;
use crate::imap::Pace;
use crate::interrupt;
use crate::observe::{self, Ask};
use crate::output::Output;
use crate::reach::Provider;
use crate::report::show::ShowReport;

/// Tells the members of a mailbox with their levels, its folders and its quota.
///
/// # Errors
/// Whatever stands in the way of reading it.
pub fn show(args: &cli::show::Show, provider: &Provider, output: &Output) -> Result<Exit> {
    let name = names::mailbox(&args.target.mailbox, provider.profile())?;
    let mut opened = provider.open(&name)?;
    output.detail(&opened.in_words());
    let progress = output.progress(None, "reading");
    let tick = |n: usize| progress.tick(n as u64);
    let pace = Pace {
        tick: &tick,
        stop: interrupt::flag(),
    };
    let ask = Ask {
        messages: true,
        quota: true,
    };
    let state = observe::mailbox(&mut opened, ask, &provider.profile().imap.user, &pace)?;
    drop(progress);
    output.report(&ShowReport::new(
        &state,
        &levels(provider.profile()),
        args.folders,
    ))?;
    let unreadable = state.folders.iter().any(|folder| folder.acl.is_err());
    Ok(if unreadable { Exit::Partly } else { Exit::Done })
}
