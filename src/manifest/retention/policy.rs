//! The table `retention`: how long mail of which folder is kept.

use crate::error::is_printable;
use crate::manifest::fault::{Faults, cut};
use crate::manifest::key::{AFTER, AT_ONCE, GRACE, ONLY, THEN, TO};
use crate::manifest::node::{self, Node, Value};
use crate::manifest::source::Source;
use crate::manifest::unknown;
use crate::model::retention::{Only, Policies, Policy, Then};
use crate::model::template::Template;

/// What may stand in a policy.
const FIELDS: [&str; 6] = [AFTER, THEN, TO, ONLY, GRACE, AT_ONCE];
/// What a policy may do.
const ACTIONS: [&str; 3] = ["archive", "trash", "delete"];
/// No path of a folder is longer, in bytes.
const LONGEST: usize = 1_000;

/// Reads the table called `label`.
pub fn policies(source: &Source, node: &Node, label: &str, faults: &mut Faults) -> Policies {
    let mut policies = Policies::default();
    let entries = node::table(source, node, label, faults);
    if entries.len() > Policies::MOST {
        let what = format!("{label} names more than {} folders", Policies::MOST);
        faults.add(source, node.at, what, None);
        return policies;
    }
    for (name, node) in entries {
        if !is_path(&name.text) {
            let what = format!("{:?} is no path of a folder", cut(&name.text));
            faults.add(source, name.at, what, None);
            continue;
        }
        let label = format!("{label}.{:?}", cut(&name.text));
        let Some(policy) = policy(source, node, &label, faults) else {
            continue;
        };
        if policies.set(&name.text, policy).is_some() {
            let what = format!("{label}: the folder is named twice");
            faults.add(source, name.at, what, None);
        }
    }
    policies
}

fn is_path(path: &str) -> bool {
    !path.is_empty() && path.len() <= LONGEST && path.chars().all(is_printable)
}

/// A policy as far as it is read.
#[derive(Default)]
struct Read<'n> {
    then: Option<(usize, &'n str)>,
    to: Option<(usize, &'n str)>,
    after: Option<(usize, &'n str)>,
    grace: Option<(usize, &'n str)>,
    only: Option<(usize, &'n str)>,
    at_once: bool,
}

fn policy(source: &Source, node: &Node, label: &str, faults: &mut Faults) -> Option<Policy> {
    let mut read = Read::default();
    for (field, value) in node::table(source, node, label, faults) {
        let place = format!("{label}.{}", cut(&field.text));
        let field_read = match field.text.as_str() {
            AFTER => &mut read.after,
            THEN => &mut read.then,
            TO => &mut read.to,
            ONLY => &mut read.only,
            GRACE => &mut read.grace,
            AT_ONCE => {
                read.at_once = node::truth(source, value, &place, faults)?;
                continue;
            }
            _ => {
                unknown(source, field, &format!("in {label}"), &FIELDS, faults);
                return None;
            }
        };
        *field_read = Some((value.at, node::text(source, value, &place, faults)?));
    }
    if !matches!(node.value, Value::Table(_)) {
        return None;
    }
    read.policy(source, node.at, label, faults)
}

impl Read<'_> {
    fn policy(
        &self,
        source: &Source,
        at: usize,
        label: &str,
        faults: &mut Faults,
    ) -> Option<Policy> {
        let mut wrong = |at: usize, what: String| {
            faults.add(source, at, format!("{label}: {what}"), None);
            None
        };
        let missing = |key: &str| format!("it says no {key:?}");
        let then = match (self.then, self.to) {
            (None, _) => return wrong(at, missing(THEN)),
            (Some((_, "archive")), None) => return wrong(at, missing(TO)),
            (Some((_, "archive")), Some((at, to))) => match to.parse() {
                Ok(to) if is_path(text(&to)) => Then::Archive { to },
                Ok(_) => return wrong(at, format!("{:?} is no path of a folder", cut(to))),
                Err(why) => return wrong(at, format!("{:?} is no folder: {why}", cut(to))),
            },
            (Some((_, "trash")), None) => Then::Trash,
            (Some((_, "delete")), None) => Then::Delete,
            (Some((_, "trash" | "delete")), Some((at, _))) => {
                return wrong(at, "\"to\" is for then = \"archive\" alone".to_owned());
            }
            (Some((at, other)), _) => {
                let what = format!("{:?} is none of {}", cut(other), ACTIONS.join(", "));
                return wrong(at, what);
            }
        };
        let Some((at_after, after)) = self.after else {
            return wrong(at, missing(AFTER));
        };
        let after = match after.parse() {
            Ok(after) => after,
            Err(why) => return wrong(at_after, format!("{:?}: {why}", cut(after))),
        };
        let grace = match self.grace.map(|(at, text)| (at, text, text.parse())) {
            None => None,
            Some((_, _, Ok(grace))) => Some(grace),
            Some((at, text, Err(why))) => return wrong(at, format!("{:?}: {why}", cut(text))),
        };
        if then != Then::Delete && (grace.is_some() || self.at_once) {
            let what = "\"grace\" and \"at-once\" are for then = \"delete\" alone";
            return wrong(at, what.to_owned());
        }
        if grace.is_some() && self.at_once {
            return wrong(
                at,
                "\"grace\" and \"at-once\" exclude each other".to_owned(),
            );
        }
        let only = match self.only {
            None => None,
            Some((_, "answered")) => Some(Only::Answered),
            Some((_, "finished")) => Some(Only::Finished),
            Some((at, other)) => {
                let what = format!("{:?} is neither \"answered\" nor \"finished\"", cut(other));
                return wrong(at, what);
            }
        };
        Some(Policy {
            after,
            then,
            only,
            grace,
            at_once: self.at_once,
        })
    }
}

fn text(to: &Template) -> &str {
    to.as_str()
}
