//! How long mail is kept: the table `retention` and the tables `hold` in the mailbox's own settings.
//!
//! ```toml
//! [retention]
//! "Trash" = { after = "30d", then = "delete" }
//! "INBOX" = { after = "1y", then = "archive", to = "Archive/{year}", only = "answered" }
//!
//! [[hold]]
//! case = "2026-17"
//! match = { from = "*@acme.example" }
//! until = 2028-01-01
//! ```

mod hold;
mod noted;
mod policy;
#[cfg(test)]
mod tests;

pub(super) use hold::holds;
pub(super) use policy::policies;

use super::fault::Faults;
use super::key::{HELD, HOLD, RETENTION, SEEN};
use super::node::Node;
use super::source::Source;
use super::{toml, unknown};
use crate::error::Error;
use crate::model::retention::{Held, Holds, Policies, Seen};
use crate::model::setting::FOLDER;
use noted::{held, seen};

/// What the settings of a mailbox say, in `text`, of how long its mail is kept.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse_policies(text: &str) -> Result<Policies, Vec<Error>> {
    parse(text, RETENTION, policies)
}

/// The same of what is kept whatever else is said.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse_holds(text: &str) -> Result<Holds, Vec<Error>> {
    parse_holds_in(FOLDER, text)
}

/// What the settings of a mailbox say, in `text`, of since when its mail lies where it lies.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse_seen(text: &str) -> Result<Seen, Vec<Error>> {
    parse(text, SEEN, seen)
}

/// The same of which messages are held.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse_held(text: &str) -> Result<Held, Vec<Error>> {
    parse(text, HELD, held)
}

/// The same of a text that lies in `place`.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse_holds_in(place: &str, text: &str) -> Result<Holds, Vec<Error>> {
    parse_in(place, text, HOLD, holds)
}

fn parse<T: Default>(
    text: &str,
    key: &str,
    read: fn(&Source, &Node, &str, &mut Faults) -> T,
) -> Result<T, Vec<Error>> {
    parse_in(FOLDER, text, key, read)
}

fn parse_in<T: Default>(
    place: &str,
    text: &str,
    key: &str,
    read: fn(&Source, &Node, &str, &mut Faults) -> T,
) -> Result<T, Vec<Error>> {
    let (source, mut faults) = (Source::new(1, place, text), Faults::default());
    let mut all = T::default();
    if let Some(root) = toml::parse(&source, &mut faults) {
        for (name, node) in root.entries() {
            match name.text == key {
                true => all = read(&source, node, key, &mut faults),
                false => unknown(&source, name, "in the settings", &[key], &mut faults),
            }
        }
    }
    faults.into_result().map(|()| all)
}
