//! mail: the messages of a shared mailbox.

mod archive;
mod clean;
mod export;
mod list;
mod show;
mod usage;

use crate::cli::mail::{Mail, MailCommand};
use crate::error::Result;
use crate::exit::Exit;
use crate::run::Run;

/// Does what was asked for with the messages.
///
/// # Errors
/// Whatever opening and reading the mailbox may meet.
pub fn mail(args: &Mail, run: &Run) -> Result<Exit> {
    match &args.command {
        MailCommand::List(args) => list::list(args, run),
        MailCommand::Show(args) => show::show(args, run),
        MailCommand::Export(args) => export::export(args, run),
        MailCommand::Archive(args) => archive::archive(args, run),
        MailCommand::Clean(args) => clean::clean(args, run),
        MailCommand::Usage(args) => usage::usage(args, run),
    }
}
