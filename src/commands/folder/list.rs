//! folder list: the folders of a shared mailbox.

use super::open;
use crate::cli::folder::FolderList;
use crate::error::Result;
use crate::exit::Exit;
use crate::report::mailbox::folders::FoldersReport;
use crate::run::Run;

/// Tells them, and which of them could not be read.
///
/// # Errors
/// Whatever opening and reading the mailbox may meet.
pub fn list(args: &FolderList, run: &Run) -> Result<Exit> {
    let (provider, output) = (run.provider()?, run.output());
    let (_, state) = open(&args.target.mailbox, provider)?;
    let report = FoldersReport::new(&state);
    output.report(&report)?;
    Ok(match report.unread.is_empty() {
        true => Exit::Done,
        false => Exit::Partly,
    })
}
