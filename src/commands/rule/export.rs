//! rule export: the rules as a script for the server that filters mail.

use crate::cli::rule::RuleExport;
use crate::decide::{naming, ruling};
use crate::error::Result;
use crate::exit::Exit;
use crate::journey::opening::read;
use crate::model::state::Folder;
use crate::observe::Ask;
use crate::profile::names;
use crate::reach::Reach;
use crate::run::Run;

/// Prints the script.
///
/// # Errors
/// Whatever opening and reading the mailbox may meet, and where its settings cannot be believed.
pub fn export(args: &RuleExport, run: &Run) -> Result<Exit> {
    let (provider, output) = (run.provider()?, run.output());
    let name = names::mailbox(&args.target.mailbox, provider.profile())?;
    let ask = Ask::SETTINGS;
    let mut opened = provider.open_for_mail(&name, &ask.look())?;
    let state = read(provider, &mut opened, ask, output)?;
    let rules = ruling::some_rules(&state)?;
    // As its owner calls it, for whom the script runs.
    let is_own = matches!(opened.reach, Reach::Impersonate { .. });
    let called = |folder: &Folder| match is_own {
        true => folder.wire.to_unicode(),
        false => folder.path.clone(),
    };
    let labels = naming::names(&state)?;
    output.text(&ruling::script(&state, &rules, &labels, &called)?)?;
    Ok(Exit::Done)
}
