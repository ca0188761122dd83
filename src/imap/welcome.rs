//! What a server says to somebody who has not logged in.

use super::argument::Style;
use super::batch::Link;
use super::capability::Capabilities;
use super::collect::Nothing;
use super::greeting::{Advertised, connect, run};
use super::request::Request;
use crate::model::pace::Pace;
use crate::net::{Endpoint, OpenError, Trace};
use std::time::Duration;

/// What a server says before the login, under the protection that the endpoint asks for.
#[derive(Clone, Debug)]
pub struct Welcome {
    /// The text of its greeting.
    pub greeting: String,
    /// What it can do before the login: which mechanisms it takes (`AUTH=…`), among others.
    pub capabilities: Capabilities,
}

/// How long a server may take to say goodbye to somebody who never came in.
const GOODBYE: Duration = Duration::from_secs(2);

impl Welcome {
    /// Connects, protects the connection, listens, and leaves without a login.
    ///
    /// # Errors
    /// An [`OpenError`] that tells which step failed.
    pub fn receive(endpoint: &Endpoint, trace: Option<Trace>) -> Result<Self, OpenError> {
        let (wire, greeting) = connect(endpoint, trace)?;
        let mut link = Link::new(wire, Style::default());
        let mut advertised = Advertised(greeting.capabilities);
        if advertised.0.is_empty() {
            let answer = run(&mut link, Request::plain("CAPABILITY"), &mut advertised)?;
            if let Some(refusal) = answer.refusal() {
                return Err(refusal.error("CAPABILITY").into());
            }
        }
        let patience = link.wire.timeout().min(GOODBYE);
        link.wire.set_timeout(patience);
        link.run(
            &[Request::plain("LOGOUT")],
            &Pace::unattended(),
            &mut Nothing,
        );
        Ok(Self {
            greeting: greeting.text,
            capabilities: advertised.0,
        })
    }
}
