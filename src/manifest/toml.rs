//! TOML to nodes. Everything that is wrong with the grammar is told.

use super::fault::Faults;
use super::node::{Name, Node, Value};
use super::source::Source;
use crate::nesting;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What the TOML of `source` says; nothing where it is none.
pub(super) fn parse(source: &Source, faults: &mut Faults) -> Option<Node> {
    if let Err(unfit) = nesting::toml(&source.text) {
        faults.add(source, unfit.at(), unfit.to_string(), unfit.hint());
        return None;
    }
    let (root, wrong) = DeTable::parse_recoverable(&source.text);
    for error in &wrong {
        let at = error.span().unwrap_or_default().start;
        let what = error.message().replace('\n', " ");
        let twice = what.starts_with("duplicate key");
        let hint = twice.then(|| "what belongs together stands in one place".to_owned());
        faults.add(source, at, what, hint);
    }
    // What is left of a broken file is not what was written.
    wrong.is_empty().then(|| Node {
        at: root.span().start,
        value: table(root.get_ref()),
    })
}

fn table(table: &DeTable<'_>) -> Value {
    let entry = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
        let name = Name {
            at: key.span().start,
            text: AsRef::<str>::as_ref(key.get_ref()).to_owned(),
        };
        (name, node(value))
    };
    Value::Table(table.iter().map(entry).collect())
}

fn node(value: &Spanned<DeValue<'_>>) -> Node {
    Node {
        at: value.span().start,
        value: match value.get_ref() {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Array(items) => Value::List(items.iter().map(node).collect()),
            DeValue::Table(inner) => table(inner),
            DeValue::Integer(_) => Value::Other("an integer"),
            DeValue::Float(_) => Value::Other("a float"),
            DeValue::Boolean(truth) => Value::Truth(*truth),
            DeValue::Datetime(when) if when.time.is_none() => Value::Day(when.to_string()),
            DeValue::Datetime(_) => Value::Other("a date or time"),
        },
    }
}
