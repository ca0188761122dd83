//! rule list: the rules of a mailbox.

use crate::cli::rule::RuleList;
use crate::decide::rulebook;
use crate::error::Result;
use crate::exit::Exit;
use crate::journey::opening::read;
use crate::observe::Ask;
use crate::profile::names;
use crate::report::mail::rules::RulesReport;
use crate::run::Run;

/// Tells them in their order.
///
/// # Errors
/// Whatever opening and reading the mailbox may meet, and where its settings cannot be believed.
pub fn list(args: &RuleList, run: &Run) -> Result<Exit> {
    let (provider, output) = (run.provider()?, run.output());
    let name = names::mailbox(&args.target.mailbox, provider.profile())?;
    let ask = Ask::SETTINGS;
    let mut opened = provider.open_for_mail(&name, &ask.look())?;
    let state = read(provider, &mut opened, ask, output)?;
    let rules = rulebook::rules(&state)?;
    output.report(&RulesReport::new(&state.name, &rules))?;
    Ok(Exit::Done)
}
