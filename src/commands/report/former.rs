//! What a review is compared with: a file such as `export` writes.

use crate::cli::report::Report as Args;
use crate::commands::survey::Survey;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::manifest;
use crate::model::address::MailboxName;
use crate::model::desired::Desired;
use crate::model::level::Levels;
use crate::model::state::Mailbox;
use crate::output::Output;
use crate::reach::Provider;
use crate::report::review::{Reviewed, Since, changes, gone};
use std::collections::BTreeSet;
use std::path::Path;

/// The file at `path`, or those in the folder there.
///
/// # Errors
/// The last thing that is wrong with it; the others are told.
pub(super) fn former(path: &Path, provider: &Provider, output: &Output) -> Result<Desired> {
    let domain = provider.profile().domain.as_deref();
    let read = manifest::read(&[path.to_owned()], domain);
    read.map_err(|mut faults| {
        let last = faults.pop();
        faults.iter().for_each(|fault| output.error(fault));
        last.unwrap_or_else(|| Error::new(Exit::BadInput, "the former file cannot be read"))
    })
}

/// Adds to `told` what changed on `mailbox`.
pub(super) fn compare(told: &mut Reviewed, mailbox: &Mailbox, former: &Desired, levels: &Levels) {
    let mut named = former.mailboxes.iter();
    let there = named.find(|(name, _)| name.to_string() == mailbox.name);
    let there = there.map(|(_, former)| former);
    told.new = there.is_none();
    told.changes = changes(mailbox, there, levels);
}

/// What else to tell of the former file.
pub(super) fn since(args: &Args, former: Option<&Desired>, survey: &Survey) -> Option<Since> {
    let found = survey.mailboxes.iter().map(|mailbox| mailbox.name.as_str());
    let failed = survey.failures.iter().map(|(name, _)| name.as_str());
    let known: BTreeSet<&str> = found.chain(failed).collect();
    // Of those that were not asked for nothing is known.
    let asked = |name: &MailboxName| {
        args.mailboxes.is_empty() && args.partition.is_none_or(|part| part.holds(name))
    };
    Some(Since {
        file: args.since.as_ref()?.display().to_string(),
        gone: gone(former?, &known, asked),
    })
}
