//! What a review is compared with: a file such as `export` writes.

use crate::cli::report::Report as Args;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::manifest;
use crate::model::address::MailboxName;
use crate::model::desired::{Desired, DesiredMailbox};
use crate::model::level::Levels;
use crate::model::state::Mailbox;
use crate::observe::everywhere::Survey;
use crate::output::Output;
use crate::reach::Provider;
use crate::report::review::{Reviewed, Since, changes, gone};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The file at `path`, or those in the folder there.
///
/// # Errors
/// The last thing that is wrong with it; the others are told.
pub(super) fn former(path: &Path, provider: &Provider, output: &Output) -> Result<Desired> {
    let profile = provider.profile();
    let reading = manifest::Reading {
        domain: profile.domain.as_deref(),
        levels: &profile.levels,
    };
    let read = manifest::read(&[path.to_owned()], reading);
    read.map_err(|mut faults| {
        let last = faults.pop();
        faults.iter().for_each(|fault| output.error(fault));
        last.unwrap_or_else(|| Error::new(Exit::BadInput, "the former file cannot be read"))
    })
}

/// The mailboxes of the former file by the names that people read.
pub(super) fn by_name(former: &Desired) -> BTreeMap<String, &DesiredMailbox> {
    let named = former.mailboxes.iter();
    named
        .map(|(name, mailbox)| (name.to_string(), mailbox))
        .collect()
}

/// Adds to `told` what changed on `mailbox` since it was as `former` says.
pub(super) fn compare(
    told: &mut Reviewed,
    mailbox: &Mailbox,
    former: &BTreeMap<String, &DesiredMailbox>,
    levels: &Levels,
) {
    let there = former.get(&mailbox.name).copied();
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
