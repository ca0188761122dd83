//! folder: list, create, rename, delete and subscribe the folders of a shared mailbox.

mod create;
mod delete;
mod list;
mod rename;
mod subscribe;

use crate::cli::folder::{Folder, FolderCommand};
use crate::decide;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::pace::Pace;
use crate::model::plan::Place;
use crate::model::state::Mailbox;
use crate::model::wish::Scope;
use crate::observe::{self, Ask};
use crate::profile::names;
use crate::reach::{Opened, Provider};
use crate::run::Run;

/// Does what was asked for with the folders.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn folder(args: &Folder, run: &Run) -> Result<Exit> {
    match &args.command {
        FolderCommand::List(args) => list::list(args, run),
        FolderCommand::Create(args) => create::create(args, run),
        FolderCommand::Rename(args) => rename::rename(args, run),
        FolderCommand::Delete(args) => delete::delete(args, run),
        FolderCommand::Subscribe(args) => subscribe::subscribe(args, run),
    }
}

/// The mailbox and its state, with its messages.
fn open(mailbox: &str, provider: &Provider) -> Result<(Opened, Mailbox)> {
    let name = names::mailbox(mailbox, provider.profile())?;
    let mut opened = provider.open(&name)?;
    let ask = Ask {
        messages: true,
        ..Ask::default()
    };
    let pace = Pace::interruptible();
    let state = observe::mailbox(&mut opened, ask, &provider.profile().imap.user, &pace)?;
    Ok((opened, state))
}

/// A folder that is there and is not the mailbox itself.
fn existing(state: &Mailbox, path: &str) -> Result<Place> {
    let scope = Scope::Folders {
        paths: vec![path.to_owned()],
        recurse: false,
    };
    let found = decide::select(state, &scope)?;
    match found.first() {
        Some(folder) if folder.path != "INBOX" => Ok(folder.place()),
        _ => Err(Error::new(
            Exit::Usage,
            "INBOX is the mailbox itself: it stays as it is",
        )
        .about(&state.name)
        .hint("sharemail rename and sharemail delete work on whole mailboxes")),
    }
}
