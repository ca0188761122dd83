//! rule check: rules that do not do what they say.

use crate::cli::options::shared::{Change, Preview};
use crate::cli::rule::RuleCheck;
use crate::decide::rule_findings::rule_findings;
use crate::decide::rulebook;
use crate::error::Result;
use crate::exit::Exit;
use crate::journey::opening::read;
use crate::observe::Ask;
use crate::profile::names;
use crate::report::mail::rule_check::RuleCheckReport;
use crate::run::Run;

/// Tells them, and what the server filters by in their place. Nothing is changed.
///
/// # Errors
/// Whatever opening and reading the mailbox may meet, and where its settings cannot be believed.
pub fn check(args: &RuleCheck, run: &Run) -> Result<Exit> {
    let (provider, output) = (run.provider()?, run.output());
    let name = names::mailbox(&args.target.mailbox, provider.profile())?;
    let ask = Ask::SETTINGS;
    let mut opened = provider.open_for_mail(&name, &ask.look())?;
    let state = read(provider, &mut opened, ask, output)?;
    let rules = rulebook::rules(&state)?;
    let found = rule_findings(&state, &rules);
    let mut report = RuleCheckReport::new(&state.name, rules.len(), found);
    if provider.profile().sieve.is_some() {
        let preview = Preview {
            dry_run: true,
            ..Preview::default()
        };
        let options = Change {
            preview,
            ..Change::default()
        };
        let foreseen = run.install(&args.target, &options, &rulebook::rules);
        report = report.at_server(foreseen.map_err(|error| error.to_string()));
    }
    output.report(&report)?;
    Ok(report.exit())
}
