//! AUTH (RFC 4954).

use super::capability::Capabilities;
use super::reply::Reply;
use super::wire::Wire;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::login::Mechanism;
use crate::net::{Credentials, Endpoint, Exchange, Kind, OpenError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::zeroize::Zeroizing;

/// A command line has 512 bytes; a first response that does not fit waits for its turn (RFC
/// 4954, section 4).
const ROOM: usize = 512 - "AUTH OAUTHBEARER \r\n".len();
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
    if first.is_empty() {
        wire.queue(&format!("AUTH {name}"));
    } else {
        let command = Zeroizing::new(format!("AUTH {}", *opening));
        wire.queue_secret(&format!("AUTH {name} "), &command);
    }
    wire.set_echo(Some(exchange.echo(credentials)));
    let reply = converse(wire, &exchange).map_err(|error| hung_up(wire, error))?;
    wire.set_echo(None);
    if reply.is_positive() {
        return Ok(());
    }
    Err(refused(wire, credentials, &exchange, &reply))
}

/// Answers challenges until the server has made up its mind.
fn converse(wire: &mut Wire, exchange: &Exchange) -> Result<Reply> {
    for _ in 0..TURNS {
        wire.flush()?;
        let patience = wire.connection().timeout();
        let reply = wire.reply_within(patience, true)?;
        if reply.code() != 334 {
            return Ok(reply);
        }
        let challenge = reply.lines().concat();
        let Ok(challenge) = STANDARD.decode(challenge) else {
            return Err(wire.broke("a challenge that is not in base64"));
        };
        let response = Zeroizing::new(STANDARD.encode(exchange.respond(&challenge)));
        wire.queue_secret("", &response);
    }
    Err(wire.broke("a login without end"))
}

/// The way that `credentials` ask for. Nothing weaker is taken in its place: LOGIN says the same
/// as PLAIN, as long as nobody acts as somebody else.
fn choose(
    credentials: &Credentials,
    endpoint: &Endpoint,
    capabilities: &Capabilities,
) -> Result<Exchange> {
    credentials.check()?;
    let offered = |name: &str| capabilities.offers(name);
    let acts_as = credentials.authzid.is_some();
    match credentials.mechanism {
        Mechanism::Plain if offered("PLAIN") => Ok(Exchange::plain(credentials)),
        Mechanism::Plain if !acts_as && offered("LOGIN") => Ok(Exchange::login(credentials)),
        Mechanism::Plain => Err(missing("PLAIN", capabilities)),
        Mechanism::Login if acts_as => Err(no_authzid("LOGIN")),
        Mechanism::Login if offered("LOGIN") => Ok(Exchange::login(credentials)),
        Mechanism::Login => Err(missing("LOGIN", capabilities)),
        Mechanism::Xoauth2 if acts_as => Err(no_authzid("XOAUTH2")),
        Mechanism::Xoauth2 if offered("XOAUTH2") => Ok(Exchange::xoauth2(credentials)),
        Mechanism::Xoauth2 => Err(missing("XOAUTH2", capabilities)),
        Mechanism::Oauthbearer if offered("OAUTHBEARER") => {
            Ok(Exchange::oauthbearer(credentials, endpoint))
        }
        Mechanism::Oauthbearer => Err(missing("OAUTHBEARER", capabilities)),
    }
}

fn missing(name: &str, capabilities: &Capabilities) -> Error {
    let what = |offered: &str| {
        format!("the server does not take {name} here; mechanisms offered: {offered}")
    };
    if capabilities.auth.is_empty() {
        let hint = "use the submission port (465 or 587), and TLS";
        return Error::new(Exit::Config, what("none")).hint(hint);
    }
    let offered = capabilities.auth.join(", ").to_lowercase();
    Error::new(Exit::Config, what(&offered)).hint("choose another mechanism")
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

/// A refusal, as the step that failed (RFC 4954, section 6).
fn refused(
    wire: &mut Wire,
    credentials: &Credentials,
    exchange: &Exchange,
    reply: &Reply,
) -> OpenError {
    let (kind, exit, hint) = match reply.code() {
        400..500 => (Kind::Temporary, Exit::TryAgain, "try again later"),
        504 => (Kind::Config, Exit::Config, "choose another mechanism"),
        530 | 538 => (Kind::Config, Exit::Config, "use TLS"),
        _ => (
            Kind::Authentication,
            Exit::Refused,
            "check the user name and the password or token",
        ),
    };
    let acting = credentials.authzid.as_ref();
    let acting = acting.map_or(String::new(), |name| format!(" as \"{name}\""));
    let complaint = exchange.complaint();
    let complaint = complaint.map(|text| exchange.echo(credentials).blotted(&text));
    let complaint = complaint.map_or(String::new(), |c| format!(" (token: {c})"));
    let user = &credentials.user;
    let what = format!("the server refused the login of \"{user}\"{acting}: {reply}{complaint}");
    OpenError::new(kind, wire.connection().error(exit, what).hint(hint))
}
