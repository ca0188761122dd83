//! The TOML of rules: the same rules are always the same bytes.

use super::json::quoted;
use crate::manifest::key::{NAME, RULE, THEN, WHEN};
use crate::model::rule::{Goes, Rule, Rules, Then, When};
use crate::model::size;

/// The text of settings that says `all`; nothing where there are none.
pub fn write_rules(all: &Rules) -> String {
    let rules: Vec<String> = all.iter().map(write_rule).collect();
    rules.join("\n")
}

/// The table of `rule`.
pub fn write_rule(rule: &Rule) -> String {
    format!(
        "[[{RULE}]]\n{NAME} = {}\n{WHEN} = {}\n{THEN} = {{ {} }}\n",
        quoted(&rule.name),
        when(&rule.when),
        then(&rule.then)
    )
}

/// The conditions of a rule, as they stand between the braces.
pub fn when_in_toml(when: &When) -> String {
    condition(when)
}

/// What a rule does, as it stands between the braces.
pub fn then_in_toml(then: &Then) -> String {
    self::then(then)
}

fn when(when: &When) -> String {
    format!("{{ {} }}", condition(when))
}

/// What stands between the braces.
fn condition(when: &When) -> String {
    match when {
        When::All(all) if is_table(all) => {
            let all: Vec<String> = all.iter().map(entry).collect();
            all.join(", ")
        }
        one => entry(one),
    }
}

/// A key and its value.
fn entry(when: &When) -> String {
    match when {
        When::All(all) => format!("all = [{}]", several(all)),
        When::Any(any) => format!("any = [{}]", several(any)),
        When::Not(one) => format!("not = {}", self::when(one)),
        When::From(pattern) => format!("from = {}", quoted(pattern.as_str())),
        When::To(pattern) => format!("to = {}", quoted(pattern.as_str())),
        When::Subject(pattern) => format!("subject = {}", quoted(pattern.as_str())),
        When::Header(name, pattern) => {
            format!(
                "header = {{ {} = {} }}",
                quoted(name),
                quoted(pattern.as_str())
            )
        }
        When::Text(pattern) => format!("text = {}", quoted(pattern.as_str())),
        When::Larger(kib) => format!("larger = {}", quoted(&size::write(*kib))),
        When::Smaller(kib) => format!("smaller = {}", quoted(&size::write(*kib))),
    }
}

/// Whether `all` is what a table of theirs reads as: their keys are others each, and in order.
fn is_table(all: &[When]) -> bool {
    all.len() > 1 && all.is_sorted_by(|one, next| key(one) < key(next))
}

fn key(when: &When) -> &'static str {
    match when {
        When::All(_) => "all",
        When::Any(_) => "any",
        When::Not(_) => "not",
        When::From(_) => "from",
        When::To(_) => "to",
        When::Subject(_) => "subject",
        When::Header(..) => "header",
        When::Text(_) => "text",
        When::Larger(_) => "larger",
        When::Smaller(_) => "smaller",
    }
}

fn several(all: &[When]) -> String {
    let all: Vec<String> = all.iter().map(when).collect();
    all.join(", ")
}

fn then(then: &Then) -> String {
    let mut parts = Vec::new();
    if !then.labels.is_empty() {
        let labels = then.labels.iter().map(|given| quoted(&given.written));
        parts.push(format!(
            "label = [{}]",
            labels.collect::<Vec<_>>().join(", ")
        ));
    }
    parts.extend(then.flag.then(|| "flag = true".to_owned()));
    parts.extend(one_or_more("copy", &then.copies));
    parts.extend(one_or_more("forward", &then.forward));
    parts.extend(then.goes.as_ref().map(|goes| match goes {
        Goes::To(path) => format!("move = {}", quoted(path)),
        Goes::ToTrash => "trash = true".to_owned(),
    }));
    parts.extend(then.stop.then(|| "stop = true".to_owned()));
    parts.join(", ")
}

/// A key with one text, or several; nothing where there is none.
fn one_or_more(key: &str, texts: &[String]) -> Option<String> {
    let quoted: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    match quoted.as_slice() {
        [] => None,
        [one] => Some(format!("{key} = {one}")),
        several => Some(format!("{key} = [{}]", several.join(", "))),
    }
}
