//! mail show: one message as text.

use crate::cli::mail::MailShow;
use crate::cli::options::selection::called;
use crate::decide::{self, naming};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::journey::opening::read;
use crate::journey::printed;
use crate::model::pace::Pace;
use crate::model::state::Folder;
use crate::observe::{self, Ask};
use crate::profile::names;
use crate::report::mail::message::MessageReport;
use crate::run::Run;

/// Prints the message that is named; where it lies more than once, the first, and says where the others are.
///
/// # Errors
/// [`Exit::NotFound`] where it is not there, [`Exit::Partly`] where it may be in a folder that could not be
/// looked into, and whatever opening and reading the mailbox may meet.
pub fn show(args: &MailShow, run: &Run) -> Result<Exit> {
    let selection = called(std::slice::from_ref(&args.id), &args.scope)?;
    let (provider, output) = (run.provider()?, run.output());
    let name = names::mailbox(&args.target.mailbox, provider.profile())?;
    let ask = Ask::SETTINGS;
    let mut opened = provider.open_for_mail(&name, &ask.look())?;
    let state = read(provider, &mut opened, ask, output)?;
    let folders = decide::select(&state, &selection.folders)?;
    let query = naming::query(&state, &selection)?;
    let progress = output.progress(Some(folders.len() as u64), "looking for the message");
    let tick = |n: usize| progress.tick(n as u64);
    let pace = Pace::telling(&tick);
    let listed = observe::listing(&mut opened, &folders, &query, &pace)?;
    drop(progress);
    let (mut found, mut unread) = (Vec::new(), Vec::new());
    for (folder, listed) in folders.iter().copied().zip(listed) {
        match listed {
            Ok(listed) => {
                let validity = listed.uid_validity;
                let each = listed.messages.into_iter();
                found.extend(each.map(|one| (folder, validity, one)));
            }
            Err(why) => unread.push(format!("{:?} {why}", folder.path)),
        }
    }
    let mut found = found.into_iter();
    let Some((folder, validity, message)) = found.next() else {
        return Err(missing(&unread).about(&state.name));
    };
    // A beginning may be that of several.
    let others: Vec<(&Folder, _, _)> = found.collect();
    if let Some((_, _, other)) = others
        .iter()
        .find(|(_, _, other)| other.head.id != message.head.id)
    {
        let id = |id: &Option<String>| id.clone().unwrap_or_default();
        let what = format!(
            "several messages are called so: {}, {}",
            id(&message.head.id),
            id(&other.head.id)
        );
        let error = Error::new(Exit::Usage, what).about(&state.name);
        return Err(error.hint("write more of the Message-ID"));
    }
    let text = printed(provider, &mut opened, folder, (validity, message.uid))?;
    let elsewhere = others.iter().map(|(folder, ..)| folder.path.clone());
    let (names, unknown) = naming::told(&state);
    unknown.iter().for_each(|why| output.warning(why));
    let report = MessageReport::new(
        &state.name,
        &folder.path,
        (validity, message),
        &names,
        &text,
        elsewhere.collect(),
    );
    output.report(&report)?;
    Ok(Exit::Done)
}

fn missing(unread: &[String]) -> Error {
    if unread.is_empty() {
        let what = "there is no such message in the folders that are meant";
        return Error::new(Exit::NotFound, what).hint(
            "a UID is the number that IMAP gives a message in one folder, and an ID that ends with ... is the \
             beginning of a Message-ID",
        );
    }
    let what = format!(
        "there is no such message in the folders that could be looked into; it may be in {}",
        unread.join(", ")
    );
    Error::new(Exit::Partly, what)
}
