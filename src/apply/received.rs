//! Messages of another mailbox, put into a folder: written down before and after.

use super::deeds;
use crate::error::Result;
use crate::imap::{Appended, Letter, Refusal};
use crate::ledger::Ledger;
use crate::model::deed::{Deed, Deeds};
use crate::model::pace::Pace;
use crate::model::plan::Place;
use crate::model::uids::Uids;
use crate::reach::Opened;

/// Puts `letters` out of the mailbox `from` into the folder `to` of the one that is `opened`, called `mailbox`; each
/// answer in their order.
///
/// # Errors
/// When it cannot be written down, and whatever the session may meet: then nobody knows which of them lie there.
pub fn receive(
    ledger: &Ledger,
    opened: &mut Opened,
    (mailbox, from): (&str, &str),
    to: &Place,
    letters: &[Letter],
    pace: &Pace,
) -> Result<Vec<Result<Appended, Refusal>>> {
    let deed = Deed::Receive {
        folder: to.path.clone(),
        from: from.to_owned(),
        messages: letters.len() as u64,
    };
    let deeds = Deeds::new(mailbox, opened.acting(), vec![deed]);
    let session = &mut opened.session;
    deeds::one(ledger, &deeds, || {
        session.append_all(&to.wire, letters, pace)
    })
}

/// Takes `uids` out of `folder`, which is selected and numbered as `uid_validity` tells: they were put there by this run,
/// and lie there from another one too.
///
/// # Errors
/// As [`receive`]; the inner one where the server refuses.
pub fn withdraw(
    ledger: &Ledger,
    opened: &mut Opened,
    mailbox: &str,
    folder: &Place,
    (uid_validity, uids): (u32, &Uids),
) -> Result<Result<(), Refusal>> {
    let deed = Deed::Withdraw {
        folder: folder.path.clone(),
        uid_validity,
        uids: uids.clone(),
    };
    let deeds = Deeds::new(mailbox, opened.acting(), vec![deed]);
    let session = &mut opened.session;
    deeds::one(ledger, &deeds, || session.remove_exactly(uids))
}
