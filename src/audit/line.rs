//! A line of the file: an event, sealed with its number, its time and the hash of the line before.

use super::actor::{Actor, host, user};
use super::bounded::bounded;
use super::link::{Hash, Link};
use super::told::Told;
use crate::error::is_printable;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

/// No line that is written or read is longer, in bytes.
pub const LONGEST: usize = 1 << 20;

/// What a line says.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// A process begins to change things.
    Run(Run),
    /// A change is about to be made.
    Intent(Told),
    /// What became of it.
    Outcome(Told),
    /// Here the log goes on from another file.
    Rotated {
        /// That file's name, where this program gave it.
        from: Option<String>,
    },
    /// Before this line stands what a crash left of one.
    Torn {
        /// How long that is.
        bytes: u64,
        /// Its hash.
        sha256: String,
    },
    /// The file did not end as it had been left.
    Broken {
        /// The last line as it is remembered, where it is.
        expected: Option<String>,
        /// The last line as it was found, where it is one.
        found: Option<String>,
    },
}

/// The process that makes changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its name in the lines of its changes.
    pub run: String,
    /// The profile.
    pub profile: String,
    /// The IMAP server.
    pub server: String,
    /// Who logs in there.
    pub login: String,
    /// The system's user, by name.
    pub user: String,
    /// And by number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid: Option<u32>,
    /// Who called sudo, as sudo says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sudo_user: Option<String>,
    /// This machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The process.
    pub pid: u32,
    /// The verb.
    pub command: String,
    /// What came after it, without secrets and content.
    pub arguments: Vec<String>,
    /// The version of this program.
    pub version: String,
}

impl Run {
    /// What is told of the process of `actor`, once.
    pub(super) fn of(actor: &Actor) -> Self {
        Self {
            run: actor.run.clone(),
            profile: actor.profile.clone(),
            server: actor.server.clone(),
            login: actor.login.clone(),
            user: actor.user.clone(),
            uid: user().0,
            sudo_user: std::env::var("SUDO_USER").ok().map(|name| bounded(&name)),
            host: host(),
            pid: std::process::id(),
            command: actor.command.clone(),
            arguments: actor.arguments.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

#[derive(Serialize)]
struct Sealed<'a> {
    n: u64,
    at: &'a str,
    #[serde(flatten)]
    event: &'a Event,
    prev: String,
}

/// What the chain needs to know of a line.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Mark {
    /// Its number.
    pub n: u64,
    /// The hash of the line before.
    pub prev: String,
    /// What it is.
    #[serde(default)]
    pub event: String,
    /// The file that a `rotated` line goes on from.
    #[serde(default)]
    pub from: Option<String>,
    /// The length that a `torn` line names.
    #[serde(default)]
    pub bytes: Option<u64>,
    /// The hash that a `torn` line names.
    #[serde(default)]
    pub sha256: Option<String>,
    /// The end that a `broken` line expected.
    #[serde(default)]
    pub expected: Option<String>,
    /// The end that it found.
    #[serde(default)]
    pub found: Option<String>,
}

/// Adds the line that says `event` after `link` to `out`, with its line break; what it is linked
/// by.
///
/// # Errors
/// When it cannot be put into words.
pub fn seal(
    link: Link,
    at: &str,
    event: &Event,
    out: &mut Vec<u8>,
) -> Result<Link, serde_json::Error> {
    let sealed = Sealed {
        n: link.number.saturating_add(1),
        at,
        event,
        prev: link.hash.to_string(),
    };
    let line = harmless(serde_json::to_string(&sealed)?);
    out.extend_from_slice(line.as_bytes());
    out.push(b'\n');
    Ok(Link {
        number: sealed.n,
        hash: Hash::of(line.as_bytes()),
    })
}

/// This moment as lines tell it.
pub fn now() -> String {
    rfc3339(Utc::now())
}

/// A moment as lines tell it: RFC 3339 with milliseconds, in UTC.
pub fn rfc3339(moment: DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Millis, true)
}

impl Mark {
    /// What the chain needs to know of `line`, if it is one.
    pub fn of(line: &[u8]) -> Option<Self> {
        let mark: Self = serde_json::from_slice(line).ok()?;
        (mark.n > 0 && mark.hash().is_some()).then_some(mark)
    }

    /// The hash of the line before.
    pub fn hash(&self) -> Option<Hash> {
        self.prev.parse().ok()
    }

    /// The line that this one was written after.
    pub fn before(&self) -> Link {
        Link {
            number: self.n.saturating_sub(1),
            hash: self.hash().unwrap_or(Hash::NONE),
        }
    }
}

/// The same JSON with escapes for what JSON leaves as it is and a terminal obeys: people do read
/// such files with `cat`. Outside of strings there is none of it.
fn harmless(json: String) -> String {
    if json.chars().all(is_printable) {
        return json;
    }
    let mut out = String::with_capacity(json.len() + 64);
    for c in json.chars() {
        if is_printable(c) {
            out.push(c);
        } else {
            // All of them have four digits or fewer. Writing to memory cannot fail.
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_looks_like_this() {
        let (told, mut out) = (Told::default(), Vec::new());
        let told = Told {
            folder: Some("Entwürfe\u{9b}\u{202e}".into()),
            ..told
        };
        let at = rfc3339(DateTime::from_timestamp_millis(1_700_000_000_000).unwrap());
        seal(Link::START, &at, &Event::Intent(told), &mut out).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r#"{"n":1,"at":"2023-11-14T22:13:20.000Z","event":"intent","run":"","id":0,"profile":"","login":"","user":"","command":"","mailbox":"","change":"","folder":"Entwürfe\u009b\u202e","prev":"0000000000000000000000000000000000000000000000000000000000000000"}"#);
    }

    proptest! {
        #[test]
        fn every_line_is_one_line_and_links_to_the_next(folder in any::<String>()) {
            let told = Told { folder: Some(folder), ..Told::default() };
            let mut out = Vec::new();
            let event = Event::Outcome(told);
            let first = seal(Link::START, "", &event, &mut out).unwrap();
            let length = out.len();
            seal(first, "", &event, &mut out).unwrap();
            let second = Mark::of(&out[length..out.len() - 1]).unwrap();
            prop_assert_eq!(second.before(), first);
            prop_assert_eq!(out.iter().filter(|b| **b == b'\n').count(), 2);
            let text = String::from_utf8(out).unwrap();
            prop_assert!(text.chars().all(|c| c == '\n' || is_printable(c)));
        }
    }
}
