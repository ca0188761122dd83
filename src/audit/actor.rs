//! Who makes the changes of this process: the login, the system's user, the machine, the command.

use super::bounded::bounded;
use crate::model::invocation::Typed;
use std::hash::{BuildHasher as _, RandomState};

/// Who makes changes, and with which words.
#[derive(Clone, Debug, Default)]
pub struct Actor {
    /// The name of this process in the log.
    pub(super) run: String,
    /// The profile.
    pub(super) profile: String,
    /// The IMAP server.
    pub(super) server: String,
    /// Who logs in there.
    pub(super) login: String,
    /// The system's user.
    pub(super) user: String,
    /// The verb.
    pub(super) command: String,
    /// What came after it.
    pub(super) arguments: Vec<String>,
}

impl Actor {
    /// Who logs in as `login` to `server` by `profile`, in this process, for `command`.
    pub fn new(profile: &str, server: String, login: &str, command: Typed) -> Self {
        let random = RandomState::new().hash_one(std::process::id());
        Self {
            run: format!("{random:016x}"),
            profile: bounded(profile),
            server,
            login: bounded(login),
            user: user().1,
            command: command.command,
            arguments: command.arguments,
        }
    }
}

/// The system's user by number and by name; who has none is called by the number.
#[cfg(unix)]
pub(super) fn user() -> (Option<u32>, String) {
    let uid = nix::unistd::getuid();
    let known = nix::unistd::User::from_uid(uid).ok().flatten();
    let name = known.map_or_else(|| uid.to_string(), |user| bounded(&user.name));
    (Some(uid.as_raw()), name)
}

#[cfg(not(unix))]
pub(super) fn user() -> (Option<u32>, String) {
    (None, std::env::var("USERNAME").unwrap_or_default())
}

#[cfg(unix)]
pub(super) fn host() -> Option<String> {
    nix::unistd::gethostname().ok()?.into_string().ok()
}

#[cfg(not(unix))]
pub(super) fn host() -> Option<String> {
    std::env::var("COMPUTERNAME").ok()
}
