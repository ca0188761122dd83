//! The mail of a mailbox into files, folder by folder, written down before it is read.

use super::opening::read;
use crate::apply::deeds;
use crate::archive::{Archive, Summary};
use crate::decide::{self, naming};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::address::MailboxName;
use crate::model::deed::{Deed, Deeds};
use crate::model::pace::{Audience, Pace};
use crate::model::selection::Selection;
use crate::model::state::Folder;
use crate::observe::{self, Ask, Copied};
use crate::reach::Provider;

/// What became of each folder.
pub struct Exported {
    /// What people call the mailbox.
    pub mailbox: String,
    /// Each folder that was to be looked into, by its path; a refusal in the server's words.
    pub folders: Vec<(String, Result<Copied, String>)>,
    /// How many messages are longer than is read for the text: what was read does not hold it, and the rest may.
    pub not_read_to_the_end: u64,
    /// What was kept; nothing where no folder could be looked into.
    pub kept: Option<Summary>,
}

/// Copies the messages that `selection` means out of the mailbox called `name` into `archive`.
///
/// # Errors
/// Whatever opening and reading the mailbox may meet, and when the disk does not take it; then nothing of the
/// archive is left. [`Exit::NotFound`] where messages are named, and none of them is there.
pub fn export(
    name: &MailboxName,
    selection: &Selection,
    archive: Archive,
    provider: &Provider,
    audience: &dyn Audience,
) -> Result<Exported> {
    let all = Part {
        folder: &|_| true,
        message: &|_, _, _| true,
    };
    export_of(name, selection, &all, archive, provider, audience)
}

/// Which part of a selection is meant.
pub(super) struct Part<'a> {
    /// Whether a folder of it is.
    pub folder: &'a dyn Fn(&Folder) -> bool,
    /// Whether a message is, by the path of its folder, the identity of its numbering and its UID.
    pub message: &'a dyn Fn(&str, Option<u32>, u32) -> bool,
}

/// The same of a part of the selection.
///
/// # Errors
/// As [`export`].
pub(super) fn export_of(
    name: &MailboxName,
    selection: &Selection,
    meant: &Part,
    mut archive: Archive,
    provider: &Provider,
    audience: &dyn Audience,
) -> Result<Exported> {
    let ask = Ask::SETTINGS;
    let mut opened = provider.open_for_mail(name, &ask.look())?;
    audience.detail(&opened.in_words());
    let state = read(provider, &mut opened, ask, audience)?;
    let mut folders = decide::select(&state, &selection.folders)?;
    folders.retain(|folder| (meant.folder)(folder));
    let query = naming::query(&state, selection)?;
    let acting = opened.acting().map(str::to_owned);
    let steps = audience.begins(None, "exporting messages");
    let tick = |n: usize| steps.tick(n as u64);
    let (quiet, pace) = (Pace::interruptible(), Pace::telling(&tick));
    let mut exported = Exported {
        mailbox: state.name.clone(),
        folders: Vec::new(),
        not_read_to_the_end: 0,
        kept: None,
    };
    // What is meant together is looked for together; else one folder's messages are held at a time.
    let at_once = match query.together {
        None => 1,
        Some(_) => folders.len().max(1),
    };
    for part in folders.chunks(at_once) {
        let all = observe::listing(&mut opened, part, &query, &quiet)?;
        for (folder, listed) in part.iter().zip(all) {
            let mut listed = match listed {
                Ok(listed) => listed,
                Err(why) => {
                    exported.folders.push((folder.path.clone(), Err(why)));
                    continue;
                }
            };
            // The others were looked into since then.
            if at_once > 1
                && let Err(why) = observe::entered_again(&mut opened, folder, &listed)?
            {
                exported.folders.push((folder.path.clone(), Err(why)));
                continue;
            }
            let validity = listed.uid_validity;
            let is_meant = |uid| (meant.message)(&folder.path, validity, uid);
            listed.messages.retain(|message| is_meant(message.uid));
            exported.not_read_to_the_end += listed.not_read_to_the_end;
            archive.enter(&folder.path, listed.uid_validity)?;
            let mut copied = Copied::default();
            if !listed.messages.is_empty() {
                let deed = Deed::Export {
                    folder: folder.path.clone(),
                    uid_validity: listed.uid_validity,
                    uids: listed.messages.iter().map(|message| message.uid).collect(),
                };
                let deeds = Deeds::new(&state.name, acting.as_deref(), vec![deed]);
                let session = &mut opened.session;
                let mut work = || observe::copy(session, &listed.messages, &mut archive, &pace);
                copied = deeds::reading(provider.ledger(), &deeds, &mut work)?;
            }
            exported.folders.push((folder.path.clone(), Ok(copied)));
        }
    }
    let looked_into = exported
        .folders
        .iter()
        .filter_map(|(_, copied)| copied.as_ref().ok());
    let is_blind = looked_into.clone().count() == 0 && !exported.folders.is_empty();
    let is_nothing = looked_into
        .clone()
        .all(|copied| *copied == Copied::default());
    let is_unread = exported.folders.iter().any(|(_, copied)| copied.is_err());
    if query.names_messages() && is_nothing && !is_unread {
        let what = "there is no such message in the folders that are meant";
        return Err(Error::new(Exit::NotFound, what).about(&state.name));
    }
    // Files that hold nothing, as nobody could look, would say that there is nothing.
    if !is_blind {
        exported.kept = Some(archive.finish()?);
    }
    Ok(exported)
}
