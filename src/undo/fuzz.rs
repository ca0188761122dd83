//! Undo files of anybody, for the fuzzer: see [`crate::fuzz`].

use super::read::{Record, parse};
use crate::decide;
use crate::fuzz::{is_same, is_told};
use crate::model::change::Change;
use crate::model::change::Entry;
use crate::model::who::is_speakable;

/// A whole file.
pub fn file(bytes: &[u8]) {
    let record = match parse(bytes) {
        Ok(record) => record,
        Err(error) => return is_told(&error, bytes.len()),
    };
    let written = written(&record);
    match parse(&written) {
        Ok(read) => is_same(
            &Record {
                cut_short: record.cut_short,
                ..read
            },
            &record,
        ),
        Err(error) => panic!("what is written cannot be read: {error}"),
    }
    let counted: usize = record
        .mailboxes
        .iter()
        .map(|m| record.of(&m.mailbox).len())
        .sum();
    assert_eq!(counted, record.len());
    for mailbox in &record.mailboxes {
        decide::fuzz::taken_back(&mailbox.changes);
    }
    for change in record.mailboxes.iter().flat_map(|mailbox| &mailbox.changes) {
        assert!(change.folder().len() <= 64 << 10);
        if let Change::Entry(Entry { identifier, .. }) = change {
            assert!(is_speakable(identifier));
        }
    }
}

fn written(record: &Record) -> Vec<u8> {
    let mut out = serde_json::to_vec(&record.header).unwrap_or_default();
    for mailbox in &record.mailboxes {
        out.push(b'\n');
        out.extend(serde_json::to_vec(mailbox).unwrap_or_default());
    }
    out.push(b'\n');
    out
}
