//! Mail: what a message looks like (RFC 5322, MIME), written and read; its addresses and envelope.
//!
//! Messages come from anybody and from every program of the last forty years. What they say is
//! read as most programs read it, and what cannot be read is told: see [`Reading`].
//!
//! - [`charset`] knows what bytes mean under the name of a charset.
//! - [`words`] reads header fields (RFC 2047).
//! - [`html`] makes text of HTML, [`body`] finds the text of a message, [`files`] what goes with it (RFC 2046).
//! - [`message`] makes a [`message::Composed`] out of a draft, a finished file, or an answer to
//!   somebody: its bytes as they travel and as they are filed, and its envelope.
//! - [`letter`] is a message to many, with columns of a sheet in it.
//! - [`content`] says what may travel at all, and stuffs dots.
//! - [`mbox`] is how messages stand behind each other in one file.
//!
//! [`MailAddress`], [`Contact`] and [`Envelope`] are the words of those who hand it over.

mod address;
pub mod body;
pub mod charset;
mod contact;
pub mod content;
mod dsn;
mod envelope;
pub mod files;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
pub mod html;
mod label;
pub mod letter;
mod list;
pub mod mbox;
mod media;
pub mod message;
mod notify;
pub mod setting;
pub mod turn;
pub mod words;

pub use address::{BadMailAddress, MailAddress};
pub use contact::{BadContact, Contact, Unchecked};
pub use content::check_content;
pub use envelope::Envelope;
pub use media::media_type;
pub use notify::Notify;

/// Text, and whether all of it could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// What it says. Characters that could not be read are U+FFFD.
    pub text: String,
    /// Something could not be read, or nothing says how it is to be read.
    pub lossy: bool,
}

impl Reading {
    /// Text that is as it was meant.
    pub fn whole(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            lossy: false,
        }
    }
}
