//! rule export: the rules as a script for the server that filters mail.

use crate::cli::rule::RuleExport;
use crate::decide::{forwarding, rulebook};
use crate::error::Result;
use crate::exit::Exit;
use crate::journey::filtered::script;
use crate::journey::opening::read;
use crate::observe::Ask;
use crate::profile::names;
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
    let rules = rulebook::some_rules(&state)?;
    let domains = &provider.profile().forward_domains;
    forwarding::permitted(&state.name, rules.iter(), domains)?;
    output.text(&script(&state, &rules, &opened)?)?;
    Ok(Exit::Done)
}
