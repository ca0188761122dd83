//! mail archive: messages into the archive, wherever that is.

mod to_file;
mod to_folder;
mod to_mailbox;

use crate::cli::mail::MailArchive;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::whom::Whom;
use crate::run::Run;

/// Has the messages that are meant lie in the archive.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn archive(args: &MailArchive, run: &Run) -> Result<Exit> {
    // What is meant is known before anybody logs in.
    let selection = args.selection.meant()?;
    if args.change.watched(Whom::None) != Whom::None {
        let what =
            "no member is looked at for mail that is moved: what lies where is read back always";
        return Err(Error::new(Exit::Usage, what)
            .hint("leave --proof out; who may read the archive, explain tells"));
    }
    if let Some(path) = &args.to_file {
        return to_file::to_file(args, path, &selection, run);
    }
    if let Some(to) = &args.to_mailbox {
        return to_mailbox::to_mailbox(args, to, &selection, run);
    }
    match &args.to_folder {
        Some(to) => to_folder::to_folder(args, to, &selection, run),
        None => Err(Error::new(Exit::Usage, "it is not said where they go")),
    }
}
