//! The errors of sessions that are not who they should be.

use crate::error::Error;
use crate::exit::Exit;

/// Whoever `login` names, the session is that of the one spelled `spelled`, of the domain `home`.
pub(super) fn namesake(login: &str, spelled: &str, home: &str) -> Error {
    let local = spelled.split('@').next().unwrap_or(spelled);
    let what = if spelled.contains('@') {
        format!("no session as {login}: the server opens one as {spelled} instead")
    } else {
        format!(
            "no session as {login}: the server drops the domain of a login, and opens one as \
             {local}, who is {local}@{home}"
        )
    };
    Error::new(Exit::NotFound, what)
        .hint("the bare names of the server are those of the profile's domain alone")
}

pub(super) fn no_mailbox(login: &str) -> Error {
    let what = format!("nobody called {login} has a mailbox on this server, which takes any name");
    Error::new(Exit::NotFound, what)
}

pub(super) fn nobody_may(login: &str) -> Error {
    let what = format!("no session as {login}: Courier lets nobody act as somebody else");
    Error::new(Exit::Refused, what)
}

/// Seen on Courier 5.0: SASL PLAIN with any authorisation identity is OK, and the session is the
/// administrator's own.
pub(super) fn ignored(login: &str) -> Error {
    let what = format!(
        "the server said OK to a session as {login}, but it is not {login}'s: Courier ignores the \
         authorisation identity, and the session is the login's own"
    );
    Error::new(Exit::Refused, what).hint(
        "set reach = \"namespace\" in the profile, and log in as a member of Courier's group \
         administrators, who may change every mailbox below #shared",
    )
}

pub(super) fn unproven(login: &str) -> Error {
    Error::new(
        Exit::Refused,
        format!(
            "the server said OK to a session as {login}, but nothing shows that it is {login}'s"
        ),
    )
    .hint(
        "the server may ignore the authorisation identity; set impersonate or reach in the profile",
    )
}
