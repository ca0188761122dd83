//! The tables `hold`: what is kept whatever else is said.

use crate::manifest::fault::{Faults, cut};
use crate::manifest::key::{CASE, MATCH, UNTIL};
use crate::manifest::labels::fits;
use crate::manifest::node::{self, Name, Node, Value};
use crate::manifest::source::Source;
use crate::manifest::{rules, unknown};
use crate::model::retention::{Hold, Holds};
use crate::model::rule::When;

/// Reads the tables called `label`.
pub fn holds(source: &Source, node: &Node, label: &str, faults: &mut Faults) -> Holds {
    let mut holds = Holds::default();
    let items = node::list(source, node, label, faults);
    if items.len() > Holds::MOST {
        let what = format!("there are more than {} holds", Holds::MOST);
        faults.add(source, node.at, what, None);
        return holds;
    }
    for item in items {
        let Some(hold) = hold(source, item, label, faults) else {
            continue;
        };
        if let Err(other) = holds.add(hold) {
            let what = format!("another hold is of the case {:?} too", cut(&other.case));
            faults.add(source, item.at, what, None);
        }
    }
    holds
}

/// What is held is told by the header alone, of however many messages.
fn of_header(source: &Source, node: &Node, label: &str, faults: &mut Faults) -> Option<When> {
    let when = rules::condition(source, node, label, faults)?;
    if when.reads_text() {
        let what = format!("{label} asks headers alone, and cannot look for a text");
        faults.add(source, node.at, what, None);
        return None;
    }
    Some(when)
}

fn hold(source: &Source, node: &Node, label: &str, faults: &mut Faults) -> Option<Hold> {
    let (mut case, mut what, mut until) = (None, None, None);
    for (field, value) in node::table(source, node, label, faults) {
        let place = format!("{label}.{}", cut(&field.text));
        match field.text.as_str() {
            CASE => case = Some(self::case(source, value, &place, faults)),
            MATCH => what = Some(of_header(source, value, &place, faults)),
            UNTIL => until = Some(node::day(source, value, &place, faults)),
            _ => known(source, field, label, faults),
        }
    }
    for (key, is_there) in [
        (CASE, case.is_some()),
        (MATCH, what.is_some()),
        (UNTIL, until.is_some()),
    ] {
        if !is_there && matches!(node.value, Value::Table(_)) {
            faults.add(source, node.at, format!("{label} says no {key:?}"), None);
        }
    }
    Some(Hold {
        case: case??,
        what: what??,
        until: until??,
    })
}

fn known(source: &Source, field: &Name, label: &str, faults: &mut Faults) {
    unknown(
        source,
        field,
        &format!("in {label}"),
        &[CASE, MATCH, UNTIL],
        faults,
    );
}

fn case(source: &Source, node: &Node, label: &str, faults: &mut Faults) -> Option<String> {
    let text = node::text(source, node, label, faults)?;
    match fits(text) {
        Ok(()) => Some(text.to_owned()),
        Err(why) => {
            let what = format!("{:?} names no case: {why}", cut(text));
            faults.add(source, node.at, what, None);
            None
        }
    }
}
