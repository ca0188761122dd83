//! ManageSieve (RFC 5804): reading and putting the scripts by which a server filters a mailbox.
//!
//! From the outside in:
//!
//! - [`Filters`] is a login that is asked for its scripts, or given some.
//! - `greeting` and `login` make a session out of a connection; [`Capabilities`] are asked for again wherever they
//!   may have changed: under TLS, and after the login.
//! - `reply` is an answer with the lines before it, `token` the grammar of a line; `wire` cuts the stream into
//!   lines, literals by their octets; [`crate::net`] carries it.
//!
//! Names and texts come from whoever may write scripts: sizes are bounded before anything is kept, and a session
//! that met a surprise is broken for good.

mod capability;
#[cfg(test)]
mod dialogue;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod greeting;
mod login;
mod name;
mod reply;
mod session;
mod token;
mod wire;

pub use capability::Capabilities;
pub use name::{Misnamed, ScriptName};
pub use reply::Refusal;
pub use session::{Filters, LONGEST, Listed};
