//! The system's keyring, which a headless machine does not have and need not have.

use super::environment::Environment;
use super::secret_text::checked;
use super::server::Server;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

const SERVICE: &str = "sharemail";

/// How long the service may take when nobody can be asked to unlock it.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long somebody in front of a screen may take to unlock it.
const UNLOCKING: Duration = Duration::from_secs(60);

/// Why the keyring was of no use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoKeyring {
    /// There is no keyring service on this machine or in this session.
    Absent,
    /// There is one, but it gave no answer.
    Silent,
    /// There is one, and this is what it said.
    Failed(String),
}

/// Keeps the secret for `server` in the keyring.
///
/// # Errors
/// When there is no keyring service here, or it does not take the secret.
pub fn keyring_store(
    server: &Server,
    secret: &SecretString,
    environment: &Environment,
) -> Result<(), NoKeyring> {
    let secret = secret.clone();
    let task = move |entry: keyring::Entry| entry.set_password(secret.expose_secret());
    SystemKeyring::new(environment).ask(&server.keyring_account, task)
}

/// Forgets the secret for `server`. Says whether there was one.
///
/// # Errors
/// When there is no keyring service here, or it does not let go of the secret.
pub fn keyring_forget(server: &Server, environment: &Environment) -> Result<bool, NoKeyring> {
    let task = |entry: keyring::Entry| match entry.delete_credential() {
        Ok(()) => Ok(true),
        Err(keyring::Error::NoEntry) => Ok(false),
        Err(error) => Err(error),
    };
    SystemKeyring::new(environment).ask(&server.keyring_account, task)
}

/// Where secrets are read from; a test brings its own.
pub(super) trait Keyring {
    fn read(&self, account: &str) -> Result<Option<SecretString>, NoKeyring>;
}

/// The keyring of this machine.
#[derive(Debug)]
pub(super) struct SystemKeyring {
    patience: Duration,
}

impl Default for SystemKeyring {
    fn default() -> Self {
        let patience = PATIENCE;
        Self { patience }
    }
}

impl Keyring for SystemKeyring {
    fn read(&self, account: &str) -> Result<Option<SecretString>, NoKeyring> {
        let task = |entry: keyring::Entry| match entry.get_password() {
            Ok(secret) => Ok(Some(Zeroizing::new(secret))),
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(error) => Err(error),
        };
        let found = self.ask(account, task)?;
        let secret = found.map(|secret| checked(secret.as_bytes(), "its entry"));
        secret
            .transpose()
            .map_err(|error| NoKeyring::Failed(error.what().to_owned()))
    }
}

impl SystemKeyring {
    pub(super) fn new(environment: &Environment) -> Self {
        let patience = if environment.is_graphical() {
            UNLOCKING
        } else {
            PATIENCE
        };
        Self { patience }
    }

    fn ask<T: Send + 'static>(
        &self,
        account: &str,
        task: impl FnOnce(keyring::Entry) -> keyring::Result<T> + Send + 'static,
    ) -> Result<T, NoKeyring> {
        // One silence is enough: whoever waited for it must not wait again for the next server.
        static SILENT: AtomicBool = AtomicBool::new(false);
        if SILENT.load(Ordering::Relaxed) {
            return Err(NoKeyring::Silent);
        }
        let account = account.to_owned();
        let ask = move || {
            let entry = keyring::Entry::new(SERVICE, &account);
            entry.and_then(task).map_err(failed)
        };
        let answer = within(PATIENCE, connect).and_then(|()| within(self.patience, ask));
        SILENT.fetch_or(matches!(answer, Err(NoKeyring::Silent)), Ordering::Relaxed);
        answer
    }
}

fn connect() -> Result<(), NoKeyring> {
    // No bus, no service on it, no permission: for us it is not there.
    let status = keyring::Entry::store_status().as_ref();
    status.map(|_| ()).map_err(|_| NoKeyring::Absent)
}

fn failed(error: keyring::Error) -> NoKeyring {
    match error {
        keyring::Error::NoDefaultStore => NoKeyring::Absent,
        // Some of the others hold the secret itself: what they say is not shown.
        keyring::Error::BadEncoding(_) => NoKeyring::Failed("its entry is not UTF-8 text".into()),
        keyring::Error::BadDataFormat(..) => NoKeyring::Failed("its entry is malformed".into()),
        other => NoKeyring::Failed(other.to_string()),
    }
}

/// Runs `task` in a thread of its own, which is left behind when it takes longer than `patience`.
fn within<T: Send + 'static>(
    patience: Duration,
    task: impl FnOnce() -> Result<T, NoKeyring> + Send + 'static,
) -> Result<T, NoKeyring> {
    let (sender, answer) = sync_channel(1);
    let send = move || {
        let _ = sender.send(task());
    };
    std::thread::Builder::new()
        .spawn(send)
        .map_err(|error| NoKeyring::Failed(error.to_string()))?;
    match answer.recv_timeout(patience) {
        Ok(answer) => answer,
        Err(RecvTimeoutError::Timeout) => Err(NoKeyring::Silent),
        Err(RecvTimeoutError::Disconnected) => Err(NoKeyring::Failed("it broke down".into())),
    }
}

impl fmt::Display for NoKeyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoKeyring::Absent => f.write_str("there is no keyring service here"),
            NoKeyring::Silent => f.write_str("the keyring service gave no answer"),
            NoKeyring::Failed(why) => write!(f, "the keyring service failed: {why}"),
        }
    }
}

impl std::error::Error for NoKeyring {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyring_that_never_answers_is_left_behind() {
        let never = || loop {
            std::thread::park();
        };
        let answer = within(Duration::from_millis(50), never);
        assert_eq!(answer, Err::<(), _>(NoKeyring::Silent));
    }

    #[test]
    fn what_holds_the_secret_is_not_shown() {
        let error = keyring::Error::BadEncoding(b"hunter2".to_vec());
        assert!(!format!("{:?}", failed(error)).contains("hunter2"));
    }

    #[test]
    fn without_a_screen_nobody_is_waited_for() {
        let graphical: Environment = [("DISPLAY", ":0")].into_iter().collect();
        assert_eq!(
            SystemKeyring::new(&Environment::default()).patience,
            PATIENCE
        );
        assert_eq!(SystemKeyring::new(&graphical).patience, UNLOCKING);
    }
}
