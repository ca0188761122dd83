//! From an address to a protected connection whose server has said what it can do (RFC 5804, sections 1.7 and 2.2).

use super::capability::Capabilities;
use super::reply::{Condition, Reply};
use super::wire::Wire;
use crate::error::Error;
use crate::exit::Exit;
use crate::model::login::Tls;
use crate::net::{Connection, Endpoint, Kind, OpenError, Trace};

/// Connects, protects the connection as the endpoint says, and reads what the server can do under the protection
/// that holds now.
pub(super) fn connect(
    endpoint: &Endpoint,
    trace: Option<Trace>,
) -> Result<(Wire, Capabilities), OpenError> {
    let mut wire = Wire::new(Connection::open(endpoint, trace)?);
    let capabilities = greet(&mut wire)?;
    if endpoint.tls != Tls::Starttls {
        return Ok((wire, capabilities));
    }
    start_tls(&mut wire, &capabilities)?;
    let mut wire = Wire::new(wire.into_connection().protect(endpoint)?);
    // Whatever was said in the clear may have been said by anybody. The server tells anew without being asked.
    let capabilities = greet(&mut wire)?;
    Ok((wire, capabilities))
}

/// Takes the greeting, which says what the server can do.
pub(super) fn greet(wire: &mut Wire) -> Result<Capabilities, OpenError> {
    let reply = wire.reply()?;
    match reply.answer.condition {
        Condition::Ok => Ok(Capabilities::read(&reply.lines)),
        _ => Err(not_now(wire, &reply)),
    }
}

/// STARTTLS, after which the next byte must be of the handshake.
fn start_tls(wire: &mut Wire, capabilities: &Capabilities) -> Result<(), OpenError> {
    let refused = |error: Error| OpenError::new(Kind::Tls, error);
    if !capabilities.starttls {
        let connection = wire.connection();
        let error = connection.error(Exit::Unreachable, "the server offers no STARTTLS");
        let hint = "its administrator has to give it a certificate: without TLS only this machine itself is talked to";
        return Err(refused(error.hint(hint)));
    }
    let reply = wire.ask("STARTTLS")?;
    if let Some(refusal) = reply.answer.refusal() {
        let what = format!("the server refused STARTTLS: {refusal}");
        return Err(refused(wire.connection().error(Exit::Unreachable, what)));
    }
    if wire.has_input() {
        let how = "it sent more in the clear after STARTTLS; somebody may be in between";
        return Err(wire.broke(how).into());
    }
    Ok(())
}

fn not_now(wire: &mut Wire, reply: &Reply) -> OpenError {
    let why = reply.answer.refusal().map(|refusal| refusal.to_string());
    let what = format!("the server takes no login now: {}", why.unwrap_or_default());
    let error = wire.connection().error(Exit::TryAgain, what);
    OpenError::new(Kind::Temporary, error.hint("try again later"))
}
