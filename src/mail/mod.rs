//! Reading mail: what the bytes of a message say, as text.
//!
//! Messages come from anybody and from every program of the last forty years. What they say is
//! read as most programs read it, and what cannot be read is told: see [`Reading`].
//!
//! - [`charset`] knows what bytes mean under the name of a charset.
//! - [`words`] reads header fields (RFC 2047).
//! - [`html`] makes text of HTML, and [`body`] finds the text of a message (RFC 2046).

pub mod body;
pub mod charset;
pub mod html;
mod label;
pub mod words;

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
