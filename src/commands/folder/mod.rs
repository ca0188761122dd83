//! folder: list, create, rename, delete and subscribe the folders of a shared mailbox.

mod create;
mod delete;
mod list;
mod rename;
mod subscribe;

use crate::cli::folder::{Folder, FolderCommand};
use crate::error::Result;
use crate::exit::Exit;
use crate::model::pace::Pace;
use crate::model::state::Mailbox;
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
