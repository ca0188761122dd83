//! rule show: one rule in full.

use crate::cli::rule::RuleShow;
use crate::decide::{forwarding, rulebook};
use crate::error::Result;
use crate::exit::Exit;
use crate::journey::filtered::script;
use crate::journey::opening::read;
use crate::model::rule::Rules;
use crate::observe::Ask;
use crate::profile::names;
use crate::report::mail::rule::RuleReport;
use crate::run::Run;

/// Tells it, and the script that it becomes.
///
/// # Errors
/// Whatever opening and reading the mailbox may meet, where its settings cannot be believed, and where there is no such
/// rule.
pub fn show(args: &RuleShow, run: &Run) -> Result<Exit> {
    let (provider, output) = (run.provider()?, run.output());
    let name = names::mailbox(&args.target.mailbox, provider.profile())?;
    let ask = Ask::SETTINGS;
    let mut opened = provider.open_for_mail(&name, &ask.look())?;
    let state = read(provider, &mut opened, ask, output)?;
    let rules = rulebook::rules(&state)?;
    let (number, rule) = rulebook::called(&state, &rules, &args.name)?;
    let mut alone = Rules::default();
    // It is the only one of that name.
    let _ = alone.add(rule.clone());
    let domains = &provider.profile().forward_domains;
    let sieve = forwarding::permitted(&state.name, alone.iter(), domains)
        .and_then(|()| script(&state, &alone, &opened))
        .map_err(|error| error.to_string());
    output.report(&RuleReport::new(&state.name, number, rule, sieve))?;
    Ok(Exit::Done)
}
