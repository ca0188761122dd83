//! The login itself, spoken by the `imap` crate behind a [`door`](super::door).
//!
//! The door is taken off its hinges afterwards, and the wire behind it serves the session.

use super::answer::{Answer, Refusal};
use super::argument::Style;
use super::batch::Link;
use super::capability::Capabilities;
use super::collect::Nothing;
use super::door::{Door, Handle};
use super::request::Request;
use super::sasl::{LINE, Method};
use super::wire::Wire;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::pace::Pace;
use crate::net::{Credentials, Echo, Endpoint, Kind, OpenError, slammed};
use secrecy::ExposeSecret as _;

/// A login that succeeded.
pub(super) struct LoggedIn {
    /// Where the session goes on.
    pub wire: Wire,
    /// What the server can do now, if it told by itself.
    pub told: Capabilities,
    /// Whether the words that were to go out behind the login did so.
    pub sent_behind: bool,
}

/// Logs in on `wire`. `advertised` is what the server can do so far, empty to ask it; `behind` goes
/// out right behind the login, before its reply, where the login is one line.
pub(super) fn log_in(
    wire: Wire,
    advertised: Capabilities,
    endpoint: &Endpoint,
    credentials: &Credentials,
    behind: Vec<u8>,
) -> Result<LoggedIn, OpenError> {
    let door = Handle::new(wire);
    let mut client = imap::Client::new(door.share());
    let advertised = if advertised.is_empty() {
        let _ = client.capabilities();
        door.with(Door::advertised)?
    } else {
        advertised
    };
    let about = |error: Error| OpenError::from(error.about(endpoint.to_string()));
    let method = Method::choose(credentials, endpoint, &advertised).map_err(about)?;
    let words = !behind.is_empty();
    door.with(|door| {
        door.wire.set_echo(Some(echo(credentials, &method)));
        door.put_behind(behind);
    });
    let mut complaint = None;
    match &method {
        Method::Login if !needs_literal(credentials) => {
            let secret = credentials.secret.expose_secret();
            drop(client.login(&credentials.user, secret));
        }
        Method::Login => {
            drop(client);
            let style = Style::of(&advertised);
            return log_in_with_literals(close(door)?.wire, style, credentials);
        }
        Method::Sasl(exchange) => {
            // Only some servers take a first response at once (RFC 4959).
            let room = if advertised.has("SASL-IR") { LINE } else { 0 };
            let opening = exchange.opening(room);
            drop(client.authenticate(opening.as_str(), exchange));
            let echo = echo(credentials, &method);
            complaint = exchange.complaint().map(|text| echo.blotted(&text));
        }
    }
    let mut door = close(door)?;
    door.wire.set_echo(None);
    let was_slammed = door.was_slammed();
    let sent_behind = words && !door.has_behind();
    let answer = match (door.answer, door.error) {
        (Some(answer), _) => answer,
        (None, Some(error)) if was_slammed => {
            let what = "the server hung up on the login";
            return Err(slammed(door.wire.error(error.exit(), what)));
        }
        (None, Some(error)) => return Err(error.into()),
        (None, None) => return Err(door.wire.broke("the login has no end").into()),
    };
    accept(&answer, &door.wire, credentials, complaint)?;
    Ok(LoggedIn {
        wire: door.wire,
        told: door.told,
        sent_behind,
    })
}

/// What the server must not be heard to repeat.
fn echo(credentials: &Credentials, method: &Method) -> Echo {
    let secret = credentials.secret.expose_secret().as_bytes();
    match method {
        Method::Login => Echo::of([secret]),
        Method::Sasl(exchange) => exchange.echo(credentials),
    }
}

/// LOGIN with arguments that the `imap` crate cannot send: they are not ASCII.
fn log_in_with_literals(
    wire: Wire,
    style: Style,
    credentials: &Credentials,
) -> Result<LoggedIn, OpenError> {
    let request = Request::login(&credentials.user, credentials.secret.expose_secret());
    let mut link = Link::new(wire, style);
    let batch = link.run(&[request], &Pace::unattended(), &mut Nothing);
    if let Some(error) = batch.broken {
        return Err(error.into());
    }
    for answer in &batch.answers {
        accept(answer, &link.wire, credentials, None)?;
    }
    link.wire.set_echo(None);
    Ok(LoggedIn {
        wire: link.wire,
        told: Capabilities::default(),
        sent_behind: false,
    })
}

fn needs_literal(credentials: &Credentials) -> bool {
    !credentials.user.is_ascii() || !credentials.secret.expose_secret().is_ascii()
}

/// The login's tagged reply, as success or as the step that failed (RFC 5530).
fn accept(
    answer: &Answer,
    wire: &Wire,
    credentials: &Credentials,
    complaint: Option<String>,
) -> Result<(), OpenError> {
    let Some(refusal) = answer.refusal() else {
        return Ok(());
    };
    let (kind, exit, hint) = match refusal.code.as_deref() {
        _ if refusal.puts_off() => (Kind::Temporary, Exit::TryAgain, refusal.when_put_off()),
        Some("AUTHORIZATIONFAILED") => (
            Kind::Authorization,
            Exit::Refused,
            "the other account does not exist, or this login may not act as it",
        ),
        Some("PRIVACYREQUIRED") => (Kind::Config, Exit::Config, "use TLS"),
        _ => (
            Kind::Authentication,
            Exit::Refused,
            "check the user name and the password or token",
        ),
    };
    let what = describe(&refusal, credentials, complaint);
    let error = wire.error(exit, what).hint(hint);
    Err(OpenError::new(
        kind,
        match kind {
            Kind::Authentication => error.of_login(),
            _ => error,
        },
    ))
}

fn describe(refusal: &Refusal, credentials: &Credentials, complaint: Option<String>) -> String {
    let acting = match &credentials.authzid {
        Some(authzid) => format!(" as \"{authzid}\""),
        None => String::new(),
    };
    let complaint = complaint
        .map(|c| format!(" (token: {c})"))
        .unwrap_or_default();
    let user = &credentials.user;
    format!("the server refused the login of \"{user}\"{acting} {refusal}{complaint}")
}

/// Takes the door away, once the `imap` crate has let go of its handle.
fn close(door: Handle) -> Result<Door, OpenError> {
    let lost = || {
        Error::new(
            Exit::Failure,
            "the connection was not given back after the login",
        )
    };
    door.into_door().ok_or_else(|| lost().into())
}
