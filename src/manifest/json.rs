//! JSON to nodes. What a value is made of is kept as a slice of the file, which says where it
//! stands.

use super::fault::Faults;
use super::node::{Name, Node, Value};
use super::source::Source;
use crate::memory;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// What the files say is not deeper than this; anything that is, is told as what it is not.
const DEEPEST: usize = 32;

/// What a part of a file takes once it is understood, in bytes (measured: 110).
const PART: u64 = 120;

/// What the JSON of `source` says; nothing where it is none.
pub(super) fn parse(source: &Source, faults: &mut Faults) -> Option<Node> {
    if let Err(excess) = memory::fits(source.text.as_bytes(), PART) {
        let error = excess.of_file();
        faults.add(source, 0, error.what().to_owned(), Some(excess.file_hint()));
        return None;
    }
    match serde_json::from_str::<&RawValue>(&source.text) {
        Ok(root) => Some(Parser { source, faults }.node(root, 0)),
        Err(error) => {
            let at = offset(&source.text, error.line(), error.column());
            let told = error.to_string();
            let what = told
                .rsplit_once(" at line ")
                .map_or(&*told, |(what, _)| what);
            faults.add(source, at, what.to_owned(), None);
            None
        }
    }
}

/// The entries of an object in their order, repeated names included.
struct Entries<'a>(Vec<(&'a RawValue, &'a RawValue)>);

struct Parser<'a, 'f> {
    source: &'a Source,
    faults: &'f mut Faults,
}

impl<'a> Parser<'a, '_> {
    fn node(&mut self, raw: &'a RawValue, depth: usize) -> Node {
        let value = match raw.get().as_bytes().first() {
            _ if depth > DEEPEST => Value::Other("something too deep"),
            Some(b'"') => Value::Text(text(raw)),
            Some(b'[') => self.list(raw, depth),
            Some(b'{') => self.table(raw, depth),
            Some(first @ (b't' | b'f')) => Value::Truth(*first == b't'),
            Some(b'n') => Value::Other("null"),
            _ => Value::Other("a number"),
        };
        Node {
            at: self.place(raw),
            value,
        }
    }

    fn list(&mut self, raw: &'a RawValue, depth: usize) -> Value {
        let items: Vec<&RawValue> = serde_json::from_str(raw.get()).unwrap_or_default();
        Value::List(
            items
                .into_iter()
                .map(|item| self.node(item, depth + 1))
                .collect(),
        )
    }

    fn table(&mut self, raw: &'a RawValue, depth: usize) -> Value {
        let Entries(entries) = serde_json::from_str(raw.get()).unwrap_or(Entries(Vec::new()));
        let mut table = Vec::with_capacity(entries.len());
        let mut seen = std::collections::BTreeSet::new();
        for (key, value) in entries {
            let name = Name {
                at: self.place(key),
                text: text(key),
            };
            if !seen.insert(name.text.clone()) {
                let hint = "what belongs together stands in one place".to_owned();
                self.faults
                    .add(self.source, name.at, "duplicate key".to_owned(), Some(hint));
            }
            table.push((name, self.node(value, depth + 1)));
        }
        Value::Table(table)
    }

    /// Where `raw`, which is a slice of the file, begins in it.
    fn place(&self, raw: &RawValue) -> usize {
        let file = self.source.text.as_ptr() as usize;
        (raw.get().as_ptr() as usize).saturating_sub(file)
    }
}

fn text(raw: &RawValue) -> String {
    serde_json::from_str(raw.get()).unwrap_or_default()
}

/// The byte at which `line` (from 1) and `column` (in bytes) stand.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    before + column.saturating_sub(1)
}

impl<'de: 'a, 'a> Deserialize<'de> for Entries<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Gather;
        impl<'de> Visitor<'de> for Gather {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Gather)
    }
}
