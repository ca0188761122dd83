//! What lies in the outbox, for the fuzzer: see [`crate::fuzz`].

use super::entry::Entry;
use super::series::marks;
use super::store::{parse_name, read_entry};
use crate::fuzz::{is_same, text};

/// A message's file, its name, and the marks of a series.
pub fn records(bytes: &[u8]) {
    if let Ok(entry) = read_entry(&mut &*bytes) {
        let mut written = serde_json::to_vec(&entry).unwrap_or_default();
        written.extend_from_slice(b"\nFrom: x\r\n");
        let read: Option<Entry> = read_entry(&mut &*written).ok();
        let _ = entry.age();
        is_same(&read, &Some(entry));
    }
    let (whole, read) = marks(bytes);
    assert!(whole == 0 || bytes.get(whole - 1) == Some(&b'\n'));
    if let Ok(read) = read {
        let mut written = Vec::new();
        for mark in read.rows.values() {
            written.extend(serde_json::to_vec(mark).unwrap_or_default());
            written.push(b'\n');
        }
        if let Some(ended) = read.ended {
            written.extend(format!("{{\"ended\":{ended}}}\n").into_bytes());
        }
        let (length, again) = marks(&written);
        assert_eq!(length, written.len());
        is_same(&again.ok(), &Some(read));
    }
    if let Some((id, state)) = text(bytes).and_then(parse_name) {
        assert_eq!(Some(format!("{id}.{}", state.name()).as_str()), text(bytes));
    }
}
