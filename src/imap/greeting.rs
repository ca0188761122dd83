//! From an address to a protected connection whose server has greeted (RFC 9051, sections 6.2.1
//! and 7.1).

use super::answer::{Answer, is_busy, put_off};
use super::argument::Style;
use super::batch::Link;
use super::capability::Capabilities;
use super::collect::{Aloft, Collect, Nothing};
use super::request::Request;
use super::response::{Condition, Data, Response};
use super::token::Malformed;
use super::wire::Wire;
use crate::error::Error;
use crate::exit::Exit;
use crate::model::login::Tls;
use crate::model::pace::Pace;
use crate::net::{Connection, Direction, Endpoint, Kind, OpenError, Trace};

/// What a server says first.
#[derive(Debug)]
pub(super) struct Greeting {
    /// Its text.
    pub text: String,
    /// What it can do before the login, where it said so under the protection that holds now.
    pub capabilities: Capabilities,
}

/// Connects, protects the connection as the endpoint says, and takes the greeting.
pub(super) fn connect(
    endpoint: &Endpoint,
    trace: Option<Trace>,
) -> Result<(Wire, Greeting), OpenError> {
    let mut wire = Wire::new(Connection::open(endpoint, trace)?);
    let greeting = greet(&mut wire)?;
    if endpoint.tls != Tls::Starttls {
        return Ok((wire, greeting));
    }
    let connection = start_tls(wire, &greeting)?;
    let wire = Wire::new(connection.protect(endpoint)?);
    // Whatever was said in the clear may have been said by anybody.
    let greeting = Greeting {
        capabilities: Capabilities::default(),
        ..greeting
    };
    Ok((wire, greeting))
}

/// Takes the greeting.
pub(super) fn greet(wire: &mut Wire) -> Result<Greeting, OpenError> {
    wire.advance()?;
    wire.show(Direction::Received, wire.current());
    let Ok(Response::Status(state)) = Response::parse(wire.current()) else {
        return Err(wire
            .broke("this is not the greeting of an IMAP server")
            .into());
    };
    let text = state.printable_text();
    let error = |exit, what: &str| wire.error(exit, what);
    let full = || {
        let error = error(
            Exit::TryAgain,
            &format!("the server takes no login now: {text}"),
        );
        OpenError::new(Kind::Temporary, error.hint(put_off(&text)))
    };
    match state.condition {
        Condition::Ok => Ok(Greeting {
            text,
            capabilities: state
                .code_values("CAPABILITY")
                .map(Capabilities::parse)
                .unwrap_or_default(),
        }),
        Condition::Bye => Err(full()),
        // These are no greetings, but that is how some say that they are full.
        Condition::No | Condition::Bad if is_busy(&text) => Err(full()),
        Condition::Preauth => Err(OpenError::new(
            Kind::Protocol,
            error(
                Exit::Protocol,
                "the server greets as if the login were already done",
            ),
        )),
        Condition::No | Condition::Bad => Err(wire.broke("it greets with an error").into()),
    }
}

/// STARTTLS, after which the next byte must be of the handshake.
fn start_tls(wire: Wire, greeting: &Greeting) -> Result<Connection, OpenError> {
    let mut link = Link::new(wire, Style::default());
    let mut capabilities = Advertised(greeting.capabilities.clone());
    if capabilities.0.is_empty() {
        run(&mut link, Request::plain("CAPABILITY"), &mut capabilities)?;
    }
    if !capabilities.0.has("STARTTLS") {
        let error = link
            .wire
            .error(Exit::Unreachable, "the server offers no STARTTLS");
        let error = error.hint("use tls = \"implicit\" (port 993) where the server has it");
        return Err(OpenError::new(Kind::Tls, error));
    }
    let answer = run(&mut link, Request::plain("STARTTLS"), &mut Nothing)?;
    if let Some(refusal) = answer.refusal() {
        let error = refusal.error("STARTTLS").about(link.wire.peer());
        return Err(OpenError::new(Kind::Tls, error));
    }
    if link.wire.has_input() {
        let how = "it sent more in the clear after STARTTLS; somebody may be in between";
        return Err(link.wire.broke(how).into());
    }
    Ok(link.wire.into_connection())
}

/// One command before the login.
pub(super) fn run(
    link: &mut Link,
    request: Request,
    collector: &mut dyn Collect,
) -> Result<Answer, Error> {
    let batch = link.run(&[request], &Pace::unattended(), collector);
    match (batch.broken, batch.answers.into_iter().next()) {
        (Some(error), _) => Err(error),
        (None, answer) => Ok(answer.unwrap_or(Answer::Unsent)),
    }
}

/// Collects the CAPABILITY response.
#[derive(Default)]
pub(super) struct Advertised(pub Capabilities);

impl Collect for Advertised {
    fn collect(&mut self, data: Data<'_>, _: &Aloft<'_>) -> Result<(), Malformed> {
        if data.is("CAPABILITY") {
            self.0 = Capabilities::parse(data.values);
        }
        Ok(())
    }
}
