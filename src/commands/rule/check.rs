//! rule check: rules that do not do what they say.

use crate::cli::options::shared::{Change, Preview};
use crate::cli::rule::RuleCheck;
use crate::decide::forwarding;
use crate::decide::rule_findings::{RuleFinding, forward_findings, rule_findings, senders};
use crate::decide::rulebook;
use crate::error::Result;
use crate::exit::Exit;
use crate::journey::opening::read;
use crate::model::state::Known;
use crate::observe::Ask;
use crate::observe::known::known;
use crate::profile::names;
use crate::report::mail::installed::InstalledReport;
use crate::report::mail::rule_check::RuleCheckReport;
use crate::run::Run;
use std::collections::BTreeSet;

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
    let mut found = rule_findings(&state, &rules);
    let domains = &provider.profile().forward_domains;
    found.extend(forward_findings(&state, &rules, domains));
    let senders = senders(&state, &rules);
    let asked: BTreeSet<&str> = senders.iter().map(|sender| &*sender.spelled).collect();
    let asked: Vec<&str> = asked.into_iter().collect();
    let (known, untold) = match asked.is_empty() {
        true => Default::default(),
        false => known(&asked, state.owner.as_deref(), provider, output),
    };
    let gone = senders
        .iter()
        .filter(|sender| known.get(&sender.spelled) == Some(&Known::No));
    found.extend(gone.map(|sender| {
        let finding = RuleFinding::SenderUnknown(sender.address.clone());
        (sender.rule.clone(), finding)
    }));
    let mut report = RuleCheckReport::new(&state.name, rules.len(), found).untold(untold);
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
        if let Ok(InstalledReport {
            active: Some(script),
            redirects,
            ..
        }) = &foreseen
        {
            let barred = redirects
                .iter()
                .filter(|to| !forwarding::is_named(to, domains));
            report = report.redirected(script, barred.cloned());
        }
        report = report.at_server(foreseen.map_err(|error| error.to_string()));
    }
    output.report(&report)?;
    Ok(report.exit())
}
