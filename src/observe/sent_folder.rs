//! Whether copies of what is sent find a folder: told before the first message is sent.

use crate::exit::Exit;
use crate::model::address::Address;
use crate::model::command::command;
use crate::model::login::SentCopy;
use crate::model::state::Mailbox;
use crate::reach::Provider;

/// Whether a copy could not be filed, as the mailbox has no Sent folder.
pub fn lacks_sent_folder(mailbox: &Mailbox, provider: &Provider) -> bool {
    let by_us = provider.profile().sent_copy == SentCopy::Imap;
    by_us && mailbox.sent_folder().is_none() && !owner_sees_one(mailbox, provider)
}

/// The command that makes it.
pub fn make_sent_folder(mailbox: &Mailbox) -> String {
    command(["folder", "create", &mailbox.name, "Sent"])
}

/// Some folders are marked as Sent for the owner alone (Cyrus). Where her session may show one another
/// time, nobody says that there is none.
fn owner_sees_one(mailbox: &Mailbox, provider: &Provider) -> bool {
    let Ok(address) = Address::parse(&mailbox.name, None) else {
        return false;
    };
    let seen = provider.sender(&address, &address).and_then(|mut owner| {
        let seen = owner.sent_folder()?;
        owner.session.logout();
        Ok(seen.is_some())
    });
    let passing = [Exit::Unreachable, Exit::TryAgain, Exit::Protocol];
    seen.unwrap_or_else(|error| passing.contains(&error.exit()))
}
