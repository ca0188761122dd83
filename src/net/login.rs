//! What the logins of all protocols share: which SASL mechanism is taken, and how a refusal is told.

use super::connection::Connection;
use super::endpoint::{Credentials, Endpoint};
use super::open::{Kind, OpenError};
use super::sasl::Exchange;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::login::Mechanism;

/// A refusal of a login, as its protocol tells it.
pub(crate) struct Refused {
    /// Which step failed.
    pub kind: Kind,
    /// How the run ends.
    pub exit: Exit,
    /// What to do.
    pub hint: &'static str,
}

impl Refused {
    /// Later it may be taken.
    pub const LATER: Self = Self {
        kind: Kind::Temporary,
        exit: Exit::TryAgain,
        hint: "try again later",
    };

    /// Something is to be written otherwise in the profile.
    pub const fn config(hint: &'static str) -> Self {
        Self {
            kind: Kind::Config,
            exit: Exit::Config,
            hint,
        }
    }

    /// The login itself is wrong.
    pub const fn login(hint: &'static str) -> Self {
        Self {
            kind: Kind::Authentication,
            exit: Exit::Refused,
            hint,
        }
    }

    /// The same as an error of `connection`: `said` is what the server said to `credentials` after `exchange`.
    pub fn of(
        self,
        connection: &Connection,
        credentials: &Credentials,
        exchange: &Exchange,
        said: &str,
    ) -> OpenError {
        let acting = credentials.authzid.as_ref();
        let acting = acting.map_or(String::new(), |name| format!(" as \"{name}\""));
        let complaint = exchange.complaint();
        let complaint = complaint.map(|text| exchange.echo(credentials).blotted(&text));
        let complaint = complaint.map_or(String::new(), |c| format!(" (token: {c})"));
        let user = &credentials.user;
        let what = format!("the server refused the login of \"{user}\"{acting}: {said}{complaint}");
        let error = connection.error(self.exit, what).hint(self.hint);
        let error = match self.kind {
            Kind::Authentication => error.of_login(),
            _ => error,
        };
        OpenError::new(self.kind, error)
    }
}

impl Exchange {
    /// The way that `credentials` ask for on a server that `offers` mechanisms; the name of the one that it lacks.
    /// Nothing weaker is taken in its place: LOGIN says the same as PLAIN, as long as nobody acts as somebody else.
    ///
    /// # Errors
    /// [`Exit::Config`] where the credentials fit no login.
    pub fn choose(
        credentials: &Credentials,
        endpoint: &Endpoint,
        offers: &dyn Fn(&str) -> bool,
    ) -> Result<Result<Self, &'static str>> {
        credentials.check()?;
        let acts_as = credentials.authzid.is_some();
        let plain = || offers("PLAIN").then(|| Self::plain(credentials));
        let login = || (!acts_as && offers("LOGIN")).then(|| Self::login(credentials));
        let (name, chosen) = match credentials.mechanism {
            Mechanism::Login if acts_as => return Err(no_authzid("LOGIN")),
            Mechanism::Xoauth2 if acts_as => return Err(no_authzid("XOAUTH2")),
            Mechanism::Plain => ("PLAIN", plain().or_else(login)),
            Mechanism::Login => ("LOGIN", login().or_else(plain)),
            Mechanism::Xoauth2 => {
                let exchange = offers("XOAUTH2").then(|| Self::xoauth2(credentials));
                ("XOAUTH2", exchange)
            }
            Mechanism::Oauthbearer => {
                let exchange = || Self::oauthbearer(credentials, endpoint);
                ("OAUTHBEARER", offers("OAUTHBEARER").then(exchange))
            }
        };
        Ok(chosen.ok_or(name))
    }
}

/// The server takes no login by the mechanism called `name`: it offers others.
pub(crate) fn not_offered<S: AsRef<str>>(name: &str, offered: &[S]) -> Error {
    let names: Vec<&str> = offered.iter().map(AsRef::as_ref).collect();
    let offered = match names.is_empty() {
        true => "none".to_owned(),
        false => names.join(", ").to_lowercase(),
    };
    let what = format!("the server does not take {name} here; mechanisms offered: {offered}");
    Error::new(Exit::Config, what)
}

/// The mechanism called `name` has no word for somebody else.
pub(crate) fn no_authzid(name: &str) -> Error {
    let what = format!("{name} cannot act as somebody else");
    Error::new(Exit::Config, what).hint("use mechanism = \"plain\", or a login-name template")
}

/// What it means that `connection` met `error` while it waited for the answer to a login: some servers hang up in
/// place of one.
pub(crate) fn hung_up(connection: &Connection, error: Error) -> OpenError {
    if error.exit() != Exit::Unreachable || !connection.is_closed() {
        return error.into();
    }
    slammed(connection.error(error.exit(), "the server hung up on the login"))
}

/// The server hung up on a login, which `error` tells.
pub(crate) fn slammed(error: Error) -> OpenError {
    let hint = "when this login acts as another account, see that it exists";
    OpenError::new(Kind::Dropped, error.hint(hint))
}
