//! Making a message: who it is from, what it says, and who gets it.
//!
//! - [`Draft`] is what somebody wants to say; [`Composed`] is the same as bytes and an envelope.
//! - [`compose_raw`] takes a finished message and only sets who it is from.
//! - [`resend`] sends a message on as it is, unless that is [`needless`].
//! - [`Original`] is a message that is answered, and [`Answer`] where the answer goes; [`Answering`] says how
//!   a draft becomes one.
//!
//! Header fields are written by `field`, which encodes or refuses whatever could end one field
//! and begin another; the parts of the body are encoded by lettre.
//!
//! Send As: From is the mailbox, there is no Sender, and the envelope is from the mailbox. Send
//! on Behalf: From is the mailbox, Sender and envelope are the person (RFC 5322, section 3.6.2).

mod answer;
mod answering;
mod body;
mod composed;
mod content;
mod custom;
mod draft;
mod field;
mod fields;
mod fold;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod head;
mod id;
#[cfg(test)]
mod injection;
mod original;
mod quote;
mod raw;
mod resend;

pub use self::answer::Answer;
pub use self::answering::Answering;
pub use self::body::Attachment;
pub use self::composed::Composed;
pub use self::content::content;
pub use self::draft::{Draft, Parts};
pub use self::fields::fields;
pub use self::head::{head, names};
pub use self::id::MessageId;
pub use self::original::Original;
pub use self::quote::escaped;
pub use self::raw::compose_raw;
pub use self::resend::{needless, resend};
