//! mail export: messages into files.

use crate::archive::Archive;
use crate::cli::mail::MailExport;
use crate::error::Result;
use crate::exit::Exit;
use crate::journey::copied;
use crate::profile::names;
use crate::report::mail::exported::ExportedReport;
use crate::run::Run;

/// Writes them, and tells how many of which folder, and which could not be had.
///
/// # Errors
/// Whatever opening and reading the mailbox may meet; [`Exit::Usage`] where something is in the way of the files;
/// [`Exit::NotFound`] where messages are named, and none of them is there.
pub fn export(args: &MailExport, run: &Run) -> Result<Exit> {
    // What is meant, and whether it can be written, is known before anybody logs in.
    let selection = args.selection.meant_of_all()?;
    let (form, path) = args.place()?;
    let (provider, output) = (run.provider()?, run.output());
    let name = names::mailbox(&args.target.mailbox, provider.profile())?;
    let archive = Archive::begin(form, path)?;
    let exported = copied::export(&name, &selection, archive, provider, output)?;
    let report = ExportedReport::new(
        form,
        &exported.mailbox,
        exported.folders,
        exported.not_read_to_the_end,
        exported.kept.as_ref(),
    );
    output.report(&report)?;
    Ok(report.exit())
}
