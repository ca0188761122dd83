//! mail list: the messages that are meant.

use crate::cli::mail::{MailList, Order};
use crate::decide::{self, naming};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::journey::opening::{read, read_with_help};
use crate::model::pace::Pace;
use crate::model::wish::Scope;
use crate::observe::{self, Ask};
use crate::profile::names;
use crate::report::mail::messages::{CountReport, MessagesReport};
use crate::run::Run;

/// Tells them, and which folders could not be looked into.
///
/// # Errors
/// Whatever opening and reading the mailbox may meet; [`Exit::NotFound`] where messages are named, and none of
/// them is there.
pub fn list(args: &MailList, run: &Run) -> Result<Exit> {
    // What is meant is known before anybody logs in.
    let selection = args.selection.meant_of_all()?;
    let (provider, output) = (run.provider()?, run.output());
    let name = names::mailbox(&args.target.mailbox, provider.profile())?;
    let ask = Ask::SETTINGS;
    let mut opened = provider.open_for_mail(&name, &ask.look())?;
    let state = match selection.folders == Scope::Every {
        true => read_with_help(provider, &mut opened, ask, output)?,
        false => read(provider, &mut opened, ask, output)?,
    };
    let folders = decide::select(&state, &selection.folders)?;
    let query = naming::query(&state, &selection)?;
    let progress = output.progress(Some(folders.len() as u64), "looking for messages");
    let tick = |n: usize| progress.tick(n as u64);
    let pace = Pace::telling(&tick);
    let listed = observe::listing_together(provider, &mut opened, &folders, &query, &pace)?;
    drop(progress);
    let paths = folders.iter().map(|folder| folder.path.clone());
    let (names, unknown) = naming::told(&state);
    unknown.iter().for_each(|why| output.warning(why));
    let mut report = MessagesReport::new(&state.name, paths.zip(listed), &names);
    if query.names_messages() && report.messages.is_empty() && report.unread.is_empty() {
        let what = "there is no such message in the folders that are meant";
        let error = Error::new(Exit::NotFound, what).about(&state.name);
        return Err(error.hint(
            "a UID is the number that IMAP gives a message in one folder, and an ID that ends with ... is the \
             beginning of a Message-ID",
        ));
    }
    let exit = report.exit();
    if args.count {
        output.report(&CountReport::new(&report))?;
        return Ok(exit);
    }
    match args.sort {
        // Those of one folder stand in the order in which they came already.
        Order::Folder => {}
        // What nobody knows is before everything.
        Order::Arrived => report.sort(|message| message.arrived, |a, b| b.cmp(a)),
        Order::Size => report.sort(|message| message.size, |a, b| b.cmp(a)),
        Order::From => report.sort_by_text(|message| &message.head.from),
        Order::Subject => report.sort_by_text(|message| &message.head.subject),
    }
    if args.reverse {
        report.reverse();
    }
    report.limit(args.limit);
    output.long(&report)?;
    Ok(exit)
}
