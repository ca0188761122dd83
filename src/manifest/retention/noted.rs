//! What runs note for later ones: since when mail lies where it lies, and which messages are held.

use crate::manifest::fault::{Faults, cut};
use crate::manifest::node::{self, Node};
use crate::manifest::source::Source;
use crate::model::retention::{Held, Mark, Marks, Seen};
use chrono::NaiveDate;

/// Reads the table called `label`: `"Trash" = "1795946967 2026-11-29:15 2026-11-30:20"`.
pub fn seen(source: &Source, node: &Node, label: &str, faults: &mut Faults) -> Seen {
    let mut seen = Seen::default();
    for (name, node) in node::table(source, node, label, faults) {
        let label = format!("{label}.{:?}", cut(&name.text));
        let Some(text) = node::text(source, node, &label, faults) else {
            continue;
        };
        match marks(text) {
            Some(marks) if seen.0.len() < Seen::MOST => {
                seen.0.insert(name.text.clone(), marks);
            }
            _ => faults.add(source, node.at, format!("{label} makes no sense"), None),
        }
    }
    seen
}

/// Reads the table called `label`: `"2026-17" = ["0f3c…", "88ab…"]`.
pub fn held(source: &Source, node: &Node, label: &str, faults: &mut Faults) -> Held {
    let mut held = Held::default();
    for (name, node) in node::table(source, node, label, faults) {
        let label = format!("{label}.{:?}", cut(&name.text));
        for item in node::list(source, node, &label, faults) {
            let text = node::text(source, item, &label, faults).unwrap_or_default();
            for word in text.split(' ') {
                let is_noted = Mark::parse(word).is_some_and(|mark| held.note(&name.text, mark));
                if !is_noted {
                    let what = format!("{label}: {:?} makes no sense there", cut(word));
                    faults.add(source, item.at, what, None);
                }
            }
        }
    }
    held
}

fn marks(text: &str) -> Option<Marks> {
    let mut words = text.split(' ');
    let uid_validity = words.next()?.parse().ok()?;
    let mark = |word: &str| {
        let (day, highest) = word.split_once(':')?;
        Some((day.parse().ok()?, highest.parse().ok()?))
    };
    let days: Vec<(NaiveDate, u32)> = words.map(mark).collect::<Option<_>>()?;
    days.is_sorted_by(|one, next| one.0 < next.0 && one.1 < next.1)
        .then_some(Marks { uid_validity, days })
}
