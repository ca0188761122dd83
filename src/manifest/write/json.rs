//! The JSON of a file: indented, and nothing in it drives a terminal.

use super::Page;
use super::page::{Item, Table, mailbox};
use crate::error::is_printable;
use crate::manifest::key;
use std::fmt::Write as _;

/// The file that says all of `pages`.
pub(super) fn write(pages: &[Page]) -> String {
    let one = |page: &Page| Some((page.name.to_owned(), Item::Table(mailbox(page.mailbox?))));
    let mailboxes = Item::Table(Table(pages.iter().filter_map(one).collect()));
    let root = Table(vec![(key::MAILBOX.to_owned(), mailboxes)]);
    // Nothing in it can fail: every key is text.
    let text = serde_json::to_string_pretty(&root).unwrap_or_default();
    escaped(&text) + "\n"
}

/// `text` as a string of JSON, which TOML reads as well.
pub(super) fn quoted(text: &str) -> String {
    escaped(&serde_json::Value::from(text).to_string())
}

/// What JSON leaves as it is and a terminal obeys can stand only within strings, and is escaped
/// there.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c == '\n' || is_printable(c) {
            out.push(c);
        } else {
            // Writing to memory cannot fail. None of them lies beyond the first plane.
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        }
    }
    out
}
