//! From an address to a protected connection whose server has said what it can do (RFC 5321,
//! section 3.1; RFC 3207).

use super::capability::Capabilities;
use super::reply::Reply;
use super::wire::Wire;
use crate::error::Error;
use crate::exit::Exit;
use crate::model::login::Tls;
use crate::net::{Connection, Endpoint, Kind, OpenError, Trace};
use std::net::IpAddr;

/// Connects, protects the connection as the endpoint says, and asks what the server can do
/// under the protection that holds now.
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
    // Whatever was said in the clear may have been said by anybody.
    let capabilities = hello(&mut wire)?;
    Ok((wire, capabilities))
}

/// Takes the greeting, and asks what the server can do.
pub(super) fn greet(wire: &mut Wire) -> Result<Capabilities, OpenError> {
    let greeting = wire.reply()?;
    if greeting.is_positive() {
        return hello(wire);
    }
    Err(not_now(wire, "takes no mail", &greeting))
}

/// EHLO. We are called by our address, which is always at hand and always well-formed.
fn hello(wire: &mut Wire) -> Result<Capabilities, OpenError> {
    let name = match wire.connection().local_ip() {
        Some(IpAddr::V6(ip)) => format!("[IPv6:{ip}]"),
        Some(ip) => format!("[{ip}]"),
        None => "[127.0.0.1]".to_owned(),
    };
    let reply = wire.ask(&format!("EHLO {name}"))?;
    if reply.is_positive() {
        return Ok(Capabilities::parse(&reply));
    }
    Err(not_now(wire, "refuses EHLO", &reply))
}

/// STARTTLS, after which the next byte must be of the handshake.
fn start_tls(wire: &mut Wire, capabilities: &Capabilities) -> Result<(), OpenError> {
    let refused = |error: Error| OpenError::new(Kind::Tls, error);
    if !capabilities.starttls {
        let connection = wire.connection();
        let error = connection.error(Exit::Unreachable, "the server offers no STARTTLS");
        let hint = "use tls = \"implicit\" (port 465) where the server has it";
        return Err(refused(error.hint(hint)));
    }
    let reply = wire.ask("STARTTLS")?;
    if !reply.is_positive() {
        let what = format!("the server refused STARTTLS: {reply}");
        return Err(refused(wire.connection().error(Exit::Unreachable, what)));
    }
    if wire.has_input() {
        let how = "it sent more in the clear after STARTTLS; somebody may be in between";
        return Err(wire.broke(how).into());
    }
    Ok(())
}

fn not_now(wire: &mut Wire, how: &str, reply: &Reply) -> OpenError {
    let what = format!("the server {how}: {reply}");
    let (kind, exit) = if reply.is_temporary() {
        (Kind::Temporary, Exit::TryAgain)
    } else {
        (Kind::Unreachable, Exit::Unreachable)
    };
    OpenError::new(kind, wire.connection().error(exit, what))
}
