//! What reads that which others write, each as a function of bytes that panics where something is
//! said that must not be: for the fuzzer (`tests/fuzz`), and for tests.
//!
//! Not to panic is the least. Where something can be written again, what is written is read as the
//! same; what people are told holds nothing that a terminal obeys and is not longer than what was
//! read allows; and a server's answers are read the same however the network cuts them.

use crate::error::{Error, is_printable};
use std::fmt::Debug;

/// A reader, and what it is called in `tests/fuzz` and `tests/seeds`.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    /// The name of its target and of the folder of its seeds.
    pub name: &'static str,
    /// Reads bytes.
    pub read: fn(&[u8]),
}

/// All of them.
pub const READERS: &[Reader] = &[
    Reader {
        name: "addresses",
        read: crate::mail::fuzz::addresses,
    },
    Reader {
        name: "audit_log",
        read: crate::audit::fuzz::log,
    },
    Reader {
        name: "config",
        read: crate::profile::fuzz::config,
    },
    Reader {
        name: "each_rows",
        read: crate::sheet::letters::fuzz::rows,
    },
    Reader {
        name: "grant_rows",
        read: crate::sheet::fuzz::rows,
    },
    Reader {
        name: "imap_login",
        read: crate::imap::fuzz::login,
    },
    Reader {
        name: "imap_replies",
        read: crate::imap::fuzz::replies,
    },
    Reader {
        name: "imap_requests",
        read: crate::imap::fuzz::requests,
    },
    Reader {
        name: "imap_session",
        read: crate::imap::fuzz::session,
    },
    Reader {
        name: "imap_tokens",
        read: crate::imap::fuzz::tokens,
    },
    Reader {
        name: "managesieve_line",
        read: crate::managesieve::fuzz::line,
    },
    Reader {
        name: "managesieve_session",
        read: crate::managesieve::fuzz::session,
    },
    Reader {
        name: "manifest",
        read: crate::manifest::fuzz::files,
    },
    Reader {
        name: "message",
        read: crate::mail::message::fuzz::original,
    },
    Reader {
        name: "names",
        read: crate::model::fuzz::names,
    },
    Reader {
        name: "outbox",
        read: crate::outbox::fuzz::records,
    },
    Reader {
        name: "raw_message",
        read: crate::mail::message::fuzz::raw,
    },
    Reader {
        name: "report_parts",
        read: crate::report::fuzz::parts,
    },
    Reader {
        name: "saved_plan",
        read: crate::manifest::fuzz::saved_plan,
    },
    Reader {
        name: "sender_tables",
        read: crate::export::fuzz::tables,
    },
    Reader {
        name: "smtp_replies",
        read: crate::smtp::fuzz::replies,
    },
    Reader {
        name: "smtp_session",
        read: crate::smtp::fuzz::session,
    },
    Reader {
        name: "undo_file",
        read: crate::undo::fuzz::file,
    },
    Reader {
        name: "words",
        read: crate::cli::fuzz::words,
    },
];

/// Gives `bytes` to the reader called `name`.
///
/// # Panics
/// Where there is no such reader, and where it says what must not be said.
pub fn read(name: &str, bytes: &[u8]) {
    let found = READERS.iter().find(|reader| reader.name == name);
    let Some(reader) = found else {
        panic!("no reader is called {name}");
    };
    (reader.read)(bytes);
}

/// Words for people are one line that no terminal obeys, and of a length that people read.
#[track_caller]
pub(crate) fn is_fit(text: &str, most: usize) {
    assert!(text.chars().all(is_printable), "{text:?}");
    assert!(text.len() <= most, "{} bytes: {text:?}", text.len());
}

/// The same of an error about something of `length` bytes.
#[track_caller]
pub(crate) fn is_told(error: &Error, length: usize) {
    // A hostile byte becomes an escape of ten characters at most.
    let most = 4096 + 12 * length;
    is_fit(error.what(), most);
    is_fit(error.advice().unwrap_or_default(), most);
    assert!(!error.what().is_empty());
}

/// The same of all that is wrong with something of `length` bytes, which is something, and of
/// which no more is told than people read.
#[track_caller]
pub(crate) fn are_told(errors: &[Error], length: usize) {
    assert!((1..=300).contains(&errors.len()), "{}", errors.len());
    errors.iter().for_each(|error| is_told(error, length));
}

/// What is read again is what was written.
#[track_caller]
pub(crate) fn is_same<T: PartialEq + Debug>(read: &T, written: &T) {
    assert_eq!(read, written, "what is read is not what was written");
}

/// `bytes` without their first, which chooses among `choices`.
pub(crate) fn choice(bytes: &[u8], choices: usize) -> (usize, &[u8]) {
    match bytes.split_first() {
        Some((first, rest)) => (usize::from(*first) % choices, rest),
        None => (0, bytes),
    }
}

/// How a network may cut what a server says: by sizes that the bytes themselves give.
pub(crate) fn cuts(bytes: &[u8]) -> [Vec<u8>; 2] {
    let some = bytes.iter().rev().take(7).map(|byte| byte % 24);
    [vec![1], some.collect()]
}

/// `bytes` as text, if they are some.
pub(crate) fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests;
