//! Reports of the parts of one run, put together: JSON in, JSON out, whatever they report.
//!
//! Each part is an object with `report`, its kind, and `partition`, such as `3/8`. Lists are put
//! one behind the other, those of mailboxes by name; `complete` holds where it holds of all parts;
//! numbers are added; a `checksum` becomes one of several `checksums`; everything else must be the
//! same in all of them.

use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fmt;

/// What stands in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Apart {
    /// This one is no part of a report.
    NoPart(String, &'static str),
    /// These two are of different runs: what differs in them.
    Strangers(String, String, String),
    /// This one is told by both.
    Twice(String, String, String),
    /// These parts, of so many, are missing.
    Missing(Vec<usize>, usize),
}

/// A part: how people call it, and what it says.
pub type Part = (String, Value);

/// All of `parts` in one, without `partition`.
///
/// # Errors
/// Where they are not exactly the parts of one run.
pub fn merge(parts: Vec<Part>) -> Result<Value, Apart> {
    let mut parts: Vec<(usize, usize, String, Map<String, Value>)> =
        parts.into_iter().map(read).collect::<Result<_, _>>()?;
    parts.sort_by_key(|(part, ..)| *part);
    complete(&parts)?;
    let mut parts = parts.into_iter();
    let Some((_, _, name, mut whole)) = parts.next() else {
        return Ok(Value::Null);
    };
    for (_, _, other, part) in parts {
        add(&mut whole, part, "", &name, &other)?;
    }
    for (key, value) in &mut whole {
        settle(key, value)?;
    }
    whole.insert("partition".to_owned(), Value::Null);
    Ok(Value::Object(whole))
}

/// Which part of how many, and what it says.
fn read((name, value): Part) -> Result<(usize, usize, String, Map<String, Value>), Apart> {
    let no = |name: String, why| Err(Apart::NoPart(name, why));
    let Value::Object(mut object) = value else {
        return no(name, "it is no report in JSON");
    };
    if !object.get("report").is_some_and(Value::is_string) {
        return no(name, "it does not say which report it is");
    }
    // Each part has a checksum of its own: the whole has all of them, in the order of the parts.
    if let Some(checksum) = object.remove("checksum") {
        object.insert("checksums".to_owned(), Value::Array(vec![checksum]));
    }
    let text = object.remove("partition");
    let numbers = text.as_ref().and_then(Value::as_str);
    let numbers = numbers.and_then(|text| text.split_once('/'));
    let numbers = numbers.and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
    match numbers {
        Some((part, of)) if 1 <= part && part <= of => Ok((part, of, name, object)),
        _ => no(name, "it is not of a run with --partition"),
    }
}

/// Whether every part is there, once.
fn complete(parts: &[(usize, usize, String, Map<String, Value>)]) -> Result<(), Apart> {
    for pair in parts.windows(2) {
        let [(part, of, name, _), (next, whole, other, _)] = pair else {
            continue;
        };
        if of != whole {
            let differs = format!("one is of {of} parts, the other of {whole}");
            return Err(Apart::Strangers(name.clone(), other.clone(), differs));
        }
        if part == next {
            let twice = format!("part {part}/{of}");
            return Err(Apart::Twice(twice, name.clone(), other.clone()));
        }
    }
    let of = parts.first().map_or(0, |(_, of, ..)| *of);
    let there: BTreeSet<usize> = parts.iter().map(|(part, ..)| *part).collect();
    // Of a number beyond all measure only the first few are told.
    let missing = (1..=of).filter(|part| !there.contains(part)).take(20);
    match missing.collect::<Vec<_>>() {
        missing if missing.is_empty() => Ok(()),
        missing => Err(Apart::Missing(missing, of)),
    }
}

/// Adds what `part` says to `whole`; `path` is where both stand.
fn add(
    whole: &mut Map<String, Value>,
    part: Map<String, Value>,
    path: &str,
    name: &str,
    other: &str,
) -> Result<(), Apart> {
    for (key, value) in part {
        let path = format!("{path}{key}");
        let Some(there) = whole.get_mut(&key) else {
            whole.insert(key, value);
            continue;
        };
        match (there, value) {
            (Value::Array(all), Value::Array(more)) => all.extend(more),
            (Value::Object(all), Value::Object(more)) => {
                add(all, more, &format!("{path}."), name, other)?;
            }
            (Value::Bool(all), Value::Bool(part)) if key == "complete" => *all &= part,
            (Value::Number(all), Value::Number(part)) => {
                if let (Some(a), Some(b)) = (all.as_u64(), part.as_u64()) {
                    *all = a.saturating_add(b).into();
                }
            }
            // The run began when its first part did.
            (Value::String(all), Value::String(part)) if key == "at" => {
                if part < *all {
                    *all = part;
                }
            }
            (there @ Value::Null, value) => *there = value,
            (_, Value::Null) => {}
            (there, value) if *there == value => {}
            (there, value) => {
                let differs = format!("{path} is {there} in one and {value} in the other");
                return Err(Apart::Strangers(name.to_owned(), other.to_owned(), differs));
            }
        }
    }
    Ok(())
}

/// Puts lists in order: mailboxes by name, none of them twice; anything else that several parts
/// say alike, once.
fn settle(key: &str, value: &mut Value) -> Result<(), Apart> {
    let list = match value {
        Value::Array(list) => list,
        Value::Object(inner) => {
            return inner
                .iter_mut()
                .try_for_each(|(key, value)| settle(key, value));
        }
        _ => return Ok(()),
    };
    let name = |one: &Value| Some(one.get("mailbox")?.as_str()?.to_owned());
    if list.iter().all(|one| name(one).is_some()) {
        list.sort_by_cached_key(name);
        let twice = list
            .windows(2)
            .find(|pair| name(&pair[0]) == name(&pair[1]));
        // Many findings or failures may be about one mailbox.
        if let (Some([one, _]), "mailboxes") = (twice, key) {
            let both = "two parts".to_owned();
            return Err(Apart::Twice(
                name(one).unwrap_or_default(),
                both,
                String::new(),
            ));
        }
        return Ok(());
    }
    let mut told = BTreeSet::new();
    list.retain(|one| told.insert(one.to_string()));
    Ok(())
}

impl fmt::Display for Apart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Apart::NoPart(name, why) => write!(f, "{name}: {why}"),
            Apart::Strangers(one, other, what) => {
                write!(f, "{one} and {other} are no parts of one run: {what}")
            }
            Apart::Twice(what, one, other) if other.is_empty() => {
                write!(f, "{what} is told twice, by {one}")
            }
            Apart::Twice(what, one, other) => {
                write!(f, "{what} is told twice, by {one} and {other}")
            }
            Apart::Missing(parts, of) => {
                let parts: Vec<String> = parts.iter().map(|part| format!("{part}/{of}")).collect();
                write!(f, "not all parts are there: {} missing", parts.join(", "))
            }
        }
    }
}

impl std::error::Error for Apart {}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn part(partition: &str, mailbox: &str) -> Part {
        let value = json!({
            "report": "check",
            "partition": partition,
            "complete": mailbox != "b@",
            "about": {"provider": "imap.example.com", "at": format!("2026-{mailbox}")},
            "changes": 2,
            "mailboxes": [{"mailbox": mailbox, "findings": []}],
            "failures": [],
            "checksum": partition,
            "notes": ["the same"],
        });
        (format!("{partition}.json"), value)
    }

    fn refused(parts: Vec<Part>) -> String {
        merge(parts).unwrap_err().to_string()
    }

    #[test]
    fn all_parts_make_a_whole() {
        let whole = merge(vec![
            part("2/3", "a@"),
            part("1/3", "c@"),
            part("3/3", "b@"),
        ]);
        let expected = json!({
            "report": "check",
            "partition": null,
            "complete": false,
            "about": {"provider": "imap.example.com", "at": "2026-a@"},
            "changes": 6,
            "mailboxes": [
                {"mailbox": "a@", "findings": []},
                {"mailbox": "b@", "findings": []},
                {"mailbox": "c@", "findings": []},
            ],
            "failures": [],
            "checksums": ["1/3", "2/3", "3/3"],
            "notes": ["the same"],
        });
        assert_eq!(whole.unwrap(), expected);
    }

    #[test]
    fn a_part_that_is_missing_or_there_twice_is_named() {
        assert_eq!(
            refused(vec![part("2/4", "a@"), part("3/4", "b@")]),
            "not all parts are there: 1/4, 4/4 missing"
        );
        assert_eq!(
            refused(vec![part("1/2", "a@"), part("1/2", "b@")]),
            "part 1/2 is told twice, by 1/2.json and 1/2.json"
        );
        assert_eq!(
            refused(vec![part("1/2", "a@"), part("2/2", "a@")]),
            "a@ is told twice, by two parts"
        );
        assert!(refused(vec![part("1/18446744073709551615", "a@")]).starts_with("not all"));
    }

    #[test]
    fn parts_of_different_runs_do_not_mix() {
        let mut other = part("2/2", "b@");
        other.1["report"] = "plan".into();
        assert_eq!(
            refused(vec![part("1/2", "a@"), other]),
            "1/2.json and 2/2.json are no parts of one run: report is \"check\" in one and \"plan\" in \
             the other"
        );
        let mut other = part("2/2", "b@");
        other.1["about"]["provider"] = "imap.example.org".into();
        assert!(refused(vec![part("1/2", "a@"), other]).contains("about.provider is"));
        assert!(refused(vec![part("1/2", "a@"), part("2/3", "b@")]).contains("of 2 parts"));
    }

    #[test]
    fn what_is_no_part_is_refused() {
        for (value, why) in [
            (json!([]), "no report in JSON"),
            (json!({}), "which report"),
            (json!({"report": "check"}), "--partition"),
            (
                json!({"report": "check", "partition": "0/2"}),
                "--partition",
            ),
            (
                json!({"report": "check", "partition": "3/2"}),
                "--partition",
            ),
        ] {
            let said = refused(vec![("x".to_owned(), value)]);
            assert!(said.contains(why), "{said}");
        }
    }
}
