//! Writing mail: what a message looks like, and how it is handed to the server.
//!
//! - [`message`] makes a [`message::Composed`] out of a draft, a finished file, or an answer to
//!   somebody: its bytes as they travel and as they are filed, and its envelope.
//! - [`submission`] hands it over (RFC 6409) and tells what became of it, recipient by recipient.
//!
//! [`MailAddress`], [`Contact`] and [`Envelope`] are the words that both use.

mod address;
mod contact;
mod envelope;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod list;
pub mod message;
mod notify;
pub mod submission;

pub use address::{BadMailAddress, MailAddress};
pub use contact::{BadContact, Contact, Unchecked};
pub use envelope::Envelope;
pub use notify::Notify;
