//! retention plan: what a run would do.

use crate::cli::retention::RetentionPlan;
use crate::error::Result;
use crate::exit::Exit;
use crate::journey::verdict;
use crate::model::retention::Leave;
use crate::profile::names;
use crate::report::mail::kept::{Kept, KeptReport};
use crate::run::Run;

/// Tells it, mailbox by mailbox.
///
/// # Errors
/// Whatever opening and reading the only mailbox may meet; of several it is told beside the others.
pub fn plan(args: &RetentionPlan, run: &Run) -> Result<Exit> {
    let provider = run.provider()?;
    let mut report = KeptReport::default();
    for mailbox in &args.mailboxes {
        let name = names::mailbox(mailbox, provider.profile())?;
        match run.judged(provider, &name, Leave::default(), false) {
            Ok(judged) => {
                let kept = Kept::planned(&judged.state.name, &judged.keeping, judged.missing);
                report.mailboxes.push(kept);
            }
            Err(error) if args.mailboxes.len() == 1 => return Err(error),
            Err(error) => report.fails(&name.to_string(), &error),
        }
    }
    run.output().report(&report)?;
    Ok(verdict(report.exits(), false))
}
