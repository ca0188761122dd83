//! What earlier sessions showed of the server, so that later ones take a round trip less.

use crate::imap::{Capabilities, OpenError, Session};
use crate::model::dialect::Family;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is known of a server, and whether it takes questions behind the login, before its reply.
///
/// RFC 9051 (section 5.5) lets clients send on where no answer changes the meaning of the next
/// command. Dovecot puts up with it behind a login too, but a proxy before it may not: one session
/// tries it first, and the others follow once it works. Cyrus does not (seen on 3.6.1: it reads the
/// login itself once more, "BAD Already authenticated").
#[derive(Debug, Default)]
pub(super) struct Acquaintance(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    capabilities: Option<Arc<Capabilities>>,
    early: Early,
    trials: u8,
    password: Password,
    /// Whether the server keeps the logins of a domain apart from those of the same local part.
    domains: BTreeMap<String, bool>,
}

/// Whether the administrator's password is right: a wrong one is not tried again and again, which
/// would lock the account.
#[derive(Clone, Debug)]
pub(super) enum Password {
    /// Nobody knows yet, though so many logins were refused.
    Untried(u8),
    /// A login was taken.
    Right,
    /// The administrator's own login was refused too, like this.
    Wrong(OpenError),
}

impl Default for Password {
    fn default() -> Self {
        Self::Untried(0)
    }
}

/// So many refused logins before any was taken are those of a wrong password, if the
/// administrator's own is refused too: a single one may be that of an account which is not there,
/// and a master user need not have a login of its own.
const REFUSALS: u8 = 5;

/// So often it is tried with a login that turns out to be refused either way.
const TRIALS: u8 = 3;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Early {
    #[default]
    Untried,
    /// A session is trying it.
    OnTrial,
    Works,
    Fails,
}

/// What became of a session that was to ask before the login's reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trial {
    /// It did, and was answered.
    Good,
    /// The same login is taken when it waits for the reply.
    Bad,
    /// The login is refused either way, which tells nothing.
    Refused,
    /// It had to wait: nothing is known of this server yet.
    NotMade,
}

/// Leave to ask before the login's reply.
pub(super) struct Leave {
    /// What the server could do in an earlier session, if there was one.
    pub capabilities: Option<Arc<Capabilities>>,
    /// Whether nobody knows yet that it works.
    pub on_trial: bool,
}

impl Acquaintance {
    /// Leave for the next session, where there is.
    pub fn leave(&self) -> Option<Leave> {
        let mut known = self.known();
        let on_trial = known.early == Early::Untried && known.trials < TRIALS;
        if on_trial {
            known.early = Early::OnTrial;
        }
        let may = on_trial || known.early == Early::Works;
        may.then(|| Leave {
            capabilities: known.capabilities.clone(),
            on_trial,
        })
    }

    /// What became of the session on trial.
    pub fn tried(&self, trial: Trial) {
        let mut known = self.known();
        known.trials += u8::from(trial == Trial::Refused);
        known.early = match trial {
            Trial::Good => Early::Works,
            Trial::Bad => Early::Fails,
            Trial::NotMade | Trial::Refused => Early::Untried,
        };
    }

    /// Whether logins of `domain` are known to be kept apart from those of other domains.
    pub fn keeps_apart(&self, domain: &str) -> Option<bool> {
        self.known().domains.get(domain).copied()
    }

    /// What was found out of them.
    pub fn told_apart(&self, domain: &str, apart: bool) {
        self.known().domains.insert(domain.to_owned(), apart);
    }

    /// A session was opened.
    pub fn met(&self, session: &Session) {
        let mut known = self.known();
        known.password = Password::Right;
        let is_dovecot = session.server_family() == Family::Dovecot;
        if known.capabilities.is_none() && is_dovecot {
            known.capabilities = Some(Arc::new(session.capabilities().clone()));
        }
    }

    /// What is known of the password.
    pub fn password(&self) -> Password {
        self.known().password.clone()
    }

    /// A login was refused before any was taken. Whether it is time to try the administrator's own.
    pub fn was_refused(&self) -> bool {
        let mut known = self.known();
        let Password::Untried(times) = &mut known.password else {
            return false;
        };
        *times += 1;
        *times == REFUSALS
    }

    /// The administrator's own login was refused.
    pub fn password_is_wrong(&self, refused: &OpenError) {
        self.known().password = Password::Wrong(refused.clone());
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
