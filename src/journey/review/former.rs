//! What a review is compared with: a file such as `export` writes.

use crate::model::address::MailboxName;
use crate::model::desired::{Desired, DesiredMailbox};
use crate::model::level::Levels;
use crate::model::state::Mailbox;
use crate::observe::everywhere::Survey;
use crate::report::review::{Reviewed, Since, changes, gone};
use std::collections::{BTreeMap, BTreeSet};

/// What mailboxes were like, as a file says.
#[derive(Debug)]
pub struct Former {
    /// The file.
    pub file: String,
    /// What it says.
    pub desired: Desired,
}

impl Former {
    /// Adds to what is told of each of `mailboxes` what changed since.
    pub(super) fn compare(&self, told: &mut [Reviewed], mailboxes: &[Mailbox], levels: &Levels) {
        let named = self.desired.mailboxes.iter();
        let former: BTreeMap<String, &DesiredMailbox> = named
            .map(|(name, mailbox)| (name.to_string(), mailbox))
            .collect();
        for (told, mailbox) in told.iter_mut().zip(mailboxes) {
            let there = former.get(&mailbox.name).copied();
            told.new = there.is_none();
            told.changes = changes(mailbox, there, levels);
        }
    }

    /// What else to tell of it. Of a mailbox that was not `asked` for nothing is known.
    pub(super) fn since(&self, survey: &Survey, asked: impl Fn(&MailboxName) -> bool) -> Since {
        let found = survey.mailboxes.iter().map(|mailbox| mailbox.name.as_str());
        let failed = survey.failures.iter().map(|(name, _)| name.as_str());
        let known: BTreeSet<&str> = found.chain(failed).collect();
        Since {
            file: self.file.clone(),
            gone: gone(&self.desired, &known, asked),
        }
    }
}
