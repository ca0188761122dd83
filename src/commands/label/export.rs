//! label export: the labels for a mail program.

use crate::cli::label::{LabelExport, Program};
use crate::decide::naming;
use crate::error::Result;
use crate::exit::Exit;
use crate::export::thunderbird;
use crate::journey::opening::read;
use crate::observe::Ask;
use crate::profile::names;
use crate::run::Run;

/// Prints what makes the program show them by their names.
///
/// # Errors
/// Whatever opening and reading the mailbox may meet, and where nobody knows what its labels are called.
pub fn export(args: &LabelExport, run: &Run) -> Result<Exit> {
    let (provider, output) = (run.provider()?, run.output());
    let name = names::mailbox(&args.target.mailbox, provider.profile())?;
    let ask = Ask::SETTINGS;
    let mut opened = provider.open_for_mail(&name, &ask.look())?;
    let state = read(provider, &mut opened, ask, output)?;
    let labels = naming::names(&state)?;
    match args.format {
        Program::Thunderbird => output.text(&thunderbird::write(&labels))?,
    }
    if labels.is_empty() {
        output.warning(&format!("{}: no label is defined", state.name));
    }
    Ok(Exit::Done)
}
