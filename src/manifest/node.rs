//! What a file says before anybody knows what it means: texts, lists and tables, each with its
//! place. TOML and JSON are the same from here on.

use super::fault::{Faults, cut};
use super::source::Source;
use chrono::NaiveDate;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    /// The byte in the file where it begins.
    pub(super) at: usize,
    pub(super) value: Value,
}

/// A key and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Name {
    pub(super) at: usize,
    pub(super) text: String,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Text(String),
    Truth(bool),
    /// A day of the calendar, as TOML has one.
    Day(String),
    List(Vec<Node>),
    Table(Vec<(Name, Node)>),
    /// What has no meaning in these files, by the name of its type.
    Other(&'static str),
}

impl Node {
    /// The entries of a table; none of anything else.
    pub(super) fn entries(&self) -> &[(Name, Node)] {
        match &self.value {
            Value::Table(entries) => entries,
            _ => &[],
        }
    }

    fn kind(&self) -> &'static str {
        match &self.value {
            Value::Text(_) => "a string",
            Value::Truth(_) => "a boolean",
            Value::Day(_) => "a date or time",
            Value::List(_) => "an array",
            Value::Table(_) => "a table",
            Value::Other(kind) => kind,
        }
    }
}

/// The entries of the table `label`.
pub(super) fn table<'n>(
    source: &Source,
    node: &'n Node,
    label: &str,
    faults: &mut Faults,
) -> &'n [(Name, Node)] {
    if !matches!(node.value, Value::Table(_)) {
        expected(source, node, label, "a table", faults);
    }
    node.entries()
}

/// The string `label`.
pub(super) fn text<'n>(
    source: &Source,
    node: &'n Node,
    label: &str,
    faults: &mut Faults,
) -> Option<&'n str> {
    if let Value::Text(text) = &node.value {
        return Some(text);
    }
    expected(source, node, label, "a string", faults);
    None
}

/// Whether `label` is true.
pub(super) fn truth(
    source: &Source,
    node: &Node,
    label: &str,
    faults: &mut Faults,
) -> Option<bool> {
    if let Value::Truth(truth) = node.value {
        return Some(truth);
    }
    expected(source, node, label, "true or false", faults);
    None
}

/// The day `label`; JSON has none but in strings.
pub(super) fn day(
    source: &Source,
    node: &Node,
    label: &str,
    faults: &mut Faults,
) -> Option<NaiveDate> {
    let (Value::Day(text) | Value::Text(text)) = &node.value else {
        expected(source, node, label, "a date", faults);
        return None;
    };
    let day = text.parse().ok();
    // Ten letters: no year beyond those of which people think.
    let day = day.filter(|_| text.len() == "2026-11-29".len());
    if day.is_none() {
        let what = format!("{label}: {:?} is no date: write 2026-11-29", cut(text));
        faults.add(source, node.at, what, None);
    }
    day
}

/// The items of the array `label`.
pub(super) fn list<'n>(
    source: &Source,
    node: &'n Node,
    label: &str,
    faults: &mut Faults,
) -> &'n [Node] {
    match &node.value {
        Value::List(items) => items,
        _ => {
            expected(source, node, label, "an array", faults);
            &[]
        }
    }
}

/// The strings of the array `label`, each with its place.
pub(super) fn texts<'n>(
    source: &Source,
    node: &'n Node,
    label: &str,
    faults: &mut Faults,
) -> Vec<(usize, &'n str)> {
    let Value::List(items) = &node.value else {
        expected(source, node, label, "an array of strings", faults);
        return Vec::new();
    };
    let item = |item: &'n Node| Some((item.at, text(source, item, label, faults)?));
    items.iter().filter_map(item).collect()
}

fn expected(source: &Source, node: &Node, label: &str, wanted: &str, faults: &mut Faults) {
    let what = format!("{label}: expected {wanted}, found {}", node.kind());
    faults.add(source, node.at, what, None);
}
