//! Whether an account is there, by a session that opens it.

use crate::error::Error;
use crate::exit::Exit;
use crate::imap::Session;
use crate::interrupt;
use crate::model::address::MailboxName;
use crate::model::dialect::{Dialect, Family};
use crate::model::login::Spelling;
use crate::model::state::Mailbox;
use crate::model::words::count;
use crate::reach::accounts::{Ended, has_login};
use crate::reach::{Opened, Provider};
use std::thread;
use std::time::{Duration, Instant};

/// So long a server may take to see what a program has done: it may look at a list of accounts once a
/// second, and a program may hand its work on.
const PATIENCE: Duration = Duration::from_secs(5);

/// The same after a program that does not say that it has done anything.
const LESS_PATIENCE: Duration = Duration::from_secs(2);

/// So long nobody looks at what shall be gone. Seen on Dovecot: it knows an account for up to a second
/// longer, and a session then makes an empty mailbox where the old one was.
const BREATH: Duration = Duration::from_millis(1_500);

/// What a session shows.
pub(crate) enum Presence {
    /// It is there.
    There(Box<Opened>),
    /// The server says by name that it is not.
    Absent,
    /// Nobody knows.
    Unknown(Error),
}

/// Opens the mailbox called `name`.
pub(crate) fn look(provider: &Provider, name: &MailboxName) -> Presence {
    match provider.open_if_there(name) {
        Ok(opened) => Presence::There(Box::new(opened)),
        Err(error) if error.exit() == Exit::NotFound => Presence::Absent,
        Err(error) => Presence::Unknown(error),
    }
}

/// The same, until it is as `wanted` says, or for as long as a server may take to see it after a program
/// that `ended` so.
pub(crate) fn look_until(
    provider: &Provider,
    name: &MailboxName,
    ended: &Ended,
    wanted: impl Fn(&Presence) -> bool,
) -> Presence {
    let patience = match ended {
        Ended::Well => PATIENCE,
        Ended::Badly(_) | Ended::Stopped(_) => LESS_PATIENCE,
    };
    let end = Instant::now() + patience;
    let mut pause = Duration::from_millis(100);
    loop {
        let presence = look(provider, name);
        if wanted(&presence) || Instant::now() + pause > end || interrupt::requested() {
            return presence;
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_secs(1));
    }
}

/// Gives the server the time to forget what a program has removed.
pub(crate) fn take_a_breath() {
    let end = Instant::now() + BREATH;
    while Instant::now() < end {
        thread::sleep(Duration::from_millis(50));
    }
}

/// What to warn of in an account that was made just now: what somebody has left in it, and that it can be
/// logged in to.
pub fn remains(provider: &Provider, name: &MailboxName, state: &Mailbox) -> Vec<String> {
    let mut warnings = Vec::new();
    if let Some(n @ 1..) = crate::model::state::messages(&state.folders) {
        warnings.push(format!(
            "the new account is not empty: {} in it, perhaps of one that had this name before",
            count(n as usize, "message")
        ));
    }
    match has_login(provider, name) {
        Ok(Some(true)) => warnings.push(
            "the new account has a login of its own: whoever knows its password may do everything in \
             it, whatever is granted"
                .to_owned(),
        ),
        Ok(_) => {}
        Err(error) => warnings.push(error.what().to_owned()),
    }
    warnings
}

/// The mailbox called `name`, which is not there yet, as far as plans are made from it.
pub fn unborn(provider: &Provider, name: &MailboxName) -> Mailbox {
    let profile = provider.profile();
    // A master user need not have a login of its own.
    let session = provider.administrator().ok();
    let family = session.as_ref().map(Session::server_family);
    let dialect = Dialect {
        family: family.unwrap_or(Family::Other),
        people: profile.identifier.unwrap_or(Spelling::Address),
        home: profile.domain.clone(),
    };
    Mailbox {
        owner: Some(name.to_string()),
        login: profile.imap.user.clone(),
        identity_names: profile.identities.clone(),
        takes_limits: session.as_ref().and_then(Session::takes_limits),
        keeps_special_uses: true,
        ..Mailbox::named(name.to_string(), dialect)
    }
}
