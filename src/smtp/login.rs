//! AUTH (RFC 4954).

use super::capability::Capabilities;
use super::reply::Reply;
use super::wire::Wire;
use crate::error::Result;
use crate::net::{Credentials, Endpoint, Exchange, OpenError, Refused, hung_up, not_offered};
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
    let reply = converse(wire, &exchange).map_err(|error| hung_up(wire.connection(), error))?;
    wire.set_echo(None);
    if reply.is_positive() {
        return Ok(());
    }
    let connection = wire.connection();
    Err(refused(&reply).of(connection, credentials, &exchange, &reply.to_string()))
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

/// The way that `credentials` ask for.
fn choose(
    credentials: &Credentials,
    endpoint: &Endpoint,
    capabilities: &Capabilities,
) -> Result<Exchange> {
    let offers = |name: &str| capabilities.offers(name);
    Exchange::choose(credentials, endpoint, &offers)?.map_err(|name| {
        let error = not_offered(name, &capabilities.auth);
        error.hint(match capabilities.auth.is_empty() {
            true => "use the submission port (465 or 587), and TLS",
            false => "choose another mechanism",
        })
    })
}

/// What a refusal means (RFC 4954, section 6).
fn refused(reply: &Reply) -> Refused {
    match reply.code() {
        400..500 => Refused::LATER,
        504 => Refused::config("choose another mechanism"),
        530 | 538 => Refused::config("use TLS"),
        _ => Refused::login("check the user name and the password or token"),
    }
}
