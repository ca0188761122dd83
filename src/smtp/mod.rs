//! Message submission (RFC 6409): handing a message to the server, and hearing what became of it.
//!
//! From the outside in:
//!
//! - [`Submission`] is a login over which messages are sent, or a sender is only asked about.
//! - `transaction` is one MAIL, its RCPTs and its DATA, pipelined (RFC 2920) where the server
//!   offers it; [`Delivery`] is what came of it; `refusal` tells a refused sender from the rest.
//! - `greeting` and `login` make a session out of a connection.
//! - `reply` is the grammar, `wire` cuts the stream into replies; [`crate::net`] carries it.
//!
//! What a message looks like is [`crate::mail`]'s business. A message is never sent twice: when the
//! connection dies between the final dot and its answer, the verdict is [`Verdict::Unknown`], and
//! nothing here tries again.

mod answers;
mod capability;
mod delivery;
#[cfg(test)]
mod dialogue;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod greeting;
#[cfg(test)]
mod hostile;
mod login;
mod probe;
mod refusal;
mod reply;
mod session;
mod transaction;
mod window;
mod wire;

pub use capability::Capabilities;
pub use delivery::{Delivery, Fate, Recipient, Step, Verdict};
pub use probe::Probe;
pub use reply::{Reply, Status};
pub use session::Submission;
pub use transaction::OnStep;
