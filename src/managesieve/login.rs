//! AUTHENTICATE (RFC 5804, section 2.1).

use super::capability::Capabilities;
use super::reply::{Answer, Condition};
use super::token::said;
use super::wire::{Turn, Wire};
use crate::error::Result;
use crate::net::{Credentials, Endpoint, Exchange, OpenError, Refused, hung_up, not_offered};
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
    let answer = converse(wire, &exchange).map_err(|error| hung_up(wire.connection(), error))?;
    wire.set_echo(None);
    match answer.condition {
        Condition::Ok => Ok(()),
        _ => {
            let why = answer.refusal().map(|refusal| refusal.to_string());
            let (connection, why) = (wire.connection(), why.unwrap_or_default());
            Err(refused(&answer).of(connection, credentials, &exchange, &why))
        }
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

/// The way that `credentials` ask for.
fn choose(
    credentials: &Credentials,
    endpoint: &Endpoint,
    capabilities: &Capabilities,
) -> Result<Exchange> {
    let offers = |name: &str| capabilities.offers(name);
    Exchange::choose(credentials, endpoint, &offers)?.map_err(|name| {
        not_offered(name, &capabilities.sasl).hint("use TLS, or choose another mechanism")
    })
}

/// What a refusal means (RFC 5804, section 1.3).
fn refused(answer: &Answer) -> Refused {
    match answer.code.as_deref() {
        Some("TRYLATER") => Refused::LATER,
        Some("ENCRYPT-NEEDED") => Refused::config("use TLS"),
        Some("AUTH-TOO-WEAK") => Refused::config("choose another mechanism"),
        _ if answer.condition == Condition::Bye => Refused::LATER,
        _ => Refused::login(
            "check that the account exists, and the user name and the password or token of who logs in as it",
        ),
    }
}
