//! AUTHENTICATE (RFC 5804, section 2.1).

use super::capability::Capabilities;
use super::reply::{Answer, Condition};
use super::token::said;
use super::wire::{Turn, Wire};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::login::Mechanism;
use crate::net::{Credentials, Endpoint, Exchange, Kind, OpenError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::zeroize::Zeroizing;

/// The longest first response; what is longer waits for its turn.
const ROOM: usize = 8 << 10;
/// The most challenges that a login has.
const TURNS: usize = 5;

/// Logs in on `wire`.
pub(super) fn log_in(
    wire: &mut Wire,
    capabilities: &Capabilities,
    endpoint: &Endpoint,
    credentials: &Credentials,
) -> Result<(), OpenError> {
    let exchange = choose(credentials, endpoint, capabilities)
        .map_err(|error| OpenError::from(error.about(endpoint.to_string())))?;
    let opening = exchange.opening(ROOM);
    let (name, first) = opening.split_once(' ').unwrap_or((&opening, ""));
    let command = format!("AUTHENTICATE \"{name}\"");
    if first.is_empty() {
        wire.queue(&command, command.as_bytes());
    } else {
        let first = Zeroizing::new(said(first.as_bytes()));
        let line = Zeroizing::new([command.as_bytes(), b" ", &first].concat());
        wire.queue_secret(&format!("{command} "), &line);
    }
    wire.set_echo(Some(exchange.echo(credentials)));
    let answer = converse(wire, &exchange).map_err(|error| hung_up(wire, error))?;
    wire.set_echo(None);
    match answer.condition {
        Condition::Ok => Ok(()),
        _ => Err(refused(wire, credentials, &exchange, &answer)),
    }
}

/// Answers challenges until the server has made up its mind.
fn converse(wire: &mut Wire, exchange: &Exchange) -> Result<Answer> {
    for _ in 0..TURNS {
        wire.flush()?;
        let challenge = match wire.turn()? {
            Turn::Done(reply) if reply.lines.is_empty() => return Ok(reply.answer),
            Turn::Done(_) => return Err(wire.broke("it answers what nobody asked")),
            Turn::Asked(challenge) => challenge,
        };
        let Ok(challenge) = STANDARD.decode(challenge) else {
            return Err(wire.broke("a challenge that is not in base64"));
        };
        let response = Zeroizing::new(STANDARD.encode(exchange.respond(&challenge)));
        let response = Zeroizing::new(said(response.as_bytes()));
        wire.queue_secret("", &response);
    }
    Err(wire.broke("a login without end"))
}

/// The way that `credentials` ask for. Nothing weaker is taken in its place.
fn choose(
    credentials: &Credentials,
    endpoint: &Endpoint,
    capabilities: &Capabilities,
) -> Result<Exchange> {
    credentials.check()?;
    let acts_as = credentials.authzid.is_some();
    let offered = |name: &str| match capabilities.offers(name) {
        true => Ok(()),
        false => Err(missing(name, capabilities)),
    };
    match credentials.mechanism {
        Mechanism::Plain => offered("PLAIN").map(|()| Exchange::plain(credentials)),
        Mechanism::Login if acts_as => Err(no_authzid("LOGIN")),
        Mechanism::Login => match capabilities.offers("LOGIN") {
            true => Ok(Exchange::login(credentials)),
            // It says the same, as long as nobody acts as somebody else.
            false => offered("PLAIN").map(|()| Exchange::plain(credentials)),
        },
        Mechanism::Xoauth2 if acts_as => Err(no_authzid("XOAUTH2")),
        Mechanism::Xoauth2 => offered("XOAUTH2").map(|()| Exchange::xoauth2(credentials)),
        Mechanism::Oauthbearer => {
            offered("OAUTHBEARER").map(|()| Exchange::oauthbearer(credentials, endpoint))
        }
    }
}

fn missing(name: &str, capabilities: &Capabilities) -> Error {
    let offered = match capabilities.sasl.is_empty() {
        true => "none".to_owned(),
        false => capabilities.sasl.join(", ").to_lowercase(),
    };
    let what = format!("the server does not take {name} here; mechanisms offered: {offered}");
    Error::new(Exit::Config, what).hint("use TLS, or choose another mechanism")
}

fn no_authzid(name: &str) -> Error {
    let what = format!("{name} cannot act as somebody else");
    Error::new(Exit::Config, what).hint("use mechanism = \"plain\", or a login-name template")
}

/// Some servers hang up in place of an answer to a login that they do not like.
fn hung_up(wire: &mut Wire, error: Error) -> OpenError {
    if error.exit() != Exit::Unreachable || !wire.connection().is_closed() {
        return error.into();
    }
    let what = "the server hung up on the login";
    let error = wire.connection().error(error.exit(), what);
    let hint = "when this login acts as another account, see that it exists";
    OpenError::new(Kind::Dropped, error.hint(hint))
}

/// A refusal, as the step that failed (RFC 5804, section 1.3).
fn refused(
    wire: &mut Wire,
    credentials: &Credentials,
    exchange: &Exchange,
    answer: &Answer,
) -> OpenError {
    let (kind, exit, hint) = match answer.code.as_deref() {
        Some("TRYLATER") => (Kind::Temporary, Exit::TryAgain, "try again later"),
        Some("ENCRYPT-NEEDED") => (Kind::Config, Exit::Config, "use TLS"),
        Some("AUTH-TOO-WEAK") => (Kind::Config, Exit::Config, "choose another mechanism"),
        _ if answer.condition == Condition::Bye => {
            (Kind::Temporary, Exit::TryAgain, "try again later")
        }
        _ => (
            Kind::Authentication,
            Exit::Refused,
            "check that the account exists, and the user name and the password or token of who logs in as it",
        ),
    };
    let acting = credentials.authzid.as_ref();
    let acting = acting.map_or(String::new(), |name| format!(" as \"{name}\""));
    let complaint = exchange.complaint();
    let complaint = complaint.map(|text| exchange.echo(credentials).blotted(&text));
    let complaint = complaint.map_or(String::new(), |c| format!(" (token: {c})"));
    let user = &credentials.user;
    let why = answer.refusal().map(|refusal| refusal.to_string());
    let why = why.unwrap_or_default();
    let what = format!("the server refused the login of \"{user}\"{acting}: {why}{complaint}");
    let error = wire.connection().error(exit, what).hint(hint);
    let error = match kind {
        Kind::Authentication => error.of_login(),
        _ => error,
    };
    OpenError::new(kind, error)
}
