//! A protected connection to a server: what IMAP and submission travel on.
//!
//! `connection` is what a protocol holds; `socket` is TCP under a deadline, `tls` protects it,
//! `trust` says which certificates count. `patience` is how long a server may take for all of it,
//! `endpoint` says where the server is and who logs in,
//! `sasl` puts the secret into words, `login` chooses which and tells a refusal, `echo` keeps it out of what servers repeat, `trace` shows the
//! dialogue with its secrets masked, `open` tells which step of getting in failed. Nothing here
//! knows a protocol.

mod connection;
mod echo;
mod endpoint;
mod login;
mod open;
mod patience;
#[cfg(test)]
pub(crate) mod peer;
mod sasl;
mod socket;
#[cfg(any(test, fuzzing))]
pub(crate) mod tape;
mod tls;
mod trace;
mod trust;

pub(crate) use connection::Connection;
pub(crate) use echo::Echo;
pub use endpoint::{Credentials, Endpoint};
pub(crate) use login::{Refused, hung_up, no_authzid, not_offered, slammed};
pub use open::{Kind, OpenError};
pub(crate) use sasl::Exchange;
pub(crate) use trace::MASK;
pub use trace::{Direction, Trace};
pub use trust::Trust;
