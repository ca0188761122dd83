//! An argument of a program, in which a mailbox is still to be named.

use super::Task;
use crate::profile::problem::{Wrong, quoted};
use std::fmt;

/// No argument needs to be longer, in bytes.
const LONGEST: usize = 4096;

/// A piece of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Literal(String),
    Address,
    Local,
    Domain,
    To,
    ToLocal,
    ToDomain,
}

/// The placeholders, by the names that stand between their braces.
const PLACEHOLDERS: [(&str, Part); 6] = [
    ("address", Part::Address),
    ("local", Part::Local),
    ("domain", Part::Domain),
    ("to", Part::To),
    ("to-local", Part::ToLocal),
    ("to-domain", Part::ToDomain),
];

impl Task {
    /// What its arguments may hold.
    pub(super) fn takes(self, part: &Part) -> bool {
        match part {
            Part::Literal(_) => true,
            Part::Address | Part::Local | Part::Domain => self != Task::List,
            Part::To | Part::ToLocal | Part::ToDomain => self == Task::Rename,
        }
    }
}

/// One argument, taken apart; a brace itself is written twice.
pub(super) fn parts(argument: &str) -> Result<Vec<Part>, Wrong> {
    if argument.len() > LONGEST {
        return Err(Wrong::new(format!("an argument exceeds {LONGEST} bytes")));
    }
    if let Some(c) = argument.chars().find(|c| c.is_control()) {
        let name = c.escape_unicode();
        let what = format!("an argument holds the control character {name}");
        return Err(Wrong::new(what));
    }
    let alone = || {
        let what = format!("a brace in {} has no partner", quoted(argument));
        Wrong::new(what).hint("a brace itself is written twice: {{ or }}")
    };
    let (mut parts, mut literal) = (Vec::new(), String::new());
    let mut rest = argument;
    while let Some(at) = rest.find(['{', '}']) {
        literal.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            literal.push_str(brace);
            rest = after;
            continue;
        }
        let (name, after) = match (brace, rest.split_once('}')) {
            ("{", Some(found)) => found,
            _ => return Err(alone()),
        };
        let known = PLACEHOLDERS.into_iter().find(|(known, _)| *known == name);
        let Some((_, part)) = known else {
            let what = format!("{} is no placeholder", quoted(&format!("{{{name}}}")));
            let hint = "there are {address}, {local}, {domain}, and for rename {to}, {to-local}, \
                        {to-domain}; a brace itself is written twice: {{ or }}";
            return Err(Wrong::new(what).hint(hint));
        };
        if !literal.is_empty() {
            parts.push(Part::Literal(std::mem::take(&mut literal)));
        }
        parts.push(part);
        rest = after;
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        parts.push(Part::Literal(literal));
    }
    Ok(parts)
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match PLACEHOLDERS.iter().find(|(_, part)| part == self) {
            Some((name, _)) => write!(f, "{{{name}}}"),
            None => f.write_str("a text"),
        }
    }
}
