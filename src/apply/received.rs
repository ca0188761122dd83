//! Messages of another mailbox, put into a folder: written down before and after.

use super::deeds;
use crate::error::Result;
use crate::imap::{Letter, Refusal};
use crate::ledger::Ledger;
use crate::model::deed::{Deed, Deeds};
use crate::model::pace::Pace;
use crate::model::plan::Place;
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
) -> Result<Vec<Result<(), Refusal>>> {
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
