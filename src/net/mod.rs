//! A protected connection to a server: what IMAP and submission travel on.
//!
//! `socket` is TCP under a deadline, `tls` protects it, `endpoint` says where the server is and
//! who logs in, `trace` shows the dialogue with its secrets masked, `open` tells which step of
//! getting in failed. Nothing here knows a protocol.

mod endpoint;
mod open;
mod socket;
mod tls;
mod trace;

pub use endpoint::{Credentials, Endpoint};
pub use open::{Kind, OpenError};
pub(crate) use socket::{Socket, is_timeout};
pub(crate) use tls::Stream;
pub(crate) use trace::MASK;
pub use trace::{Direction, Trace};
