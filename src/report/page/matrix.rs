//! Who against where, in one table: what fits at once. For more the script lays out a part, page
//! by page, of what the filters leave.

use super::levels::Levels;
use super::row::{access, sends};
use crate::model::identity::Identity;
use crate::report::html::Html;
use crate::report::review::{Grant, Review};
use std::collections::BTreeMap;

/// As many mailboxes as fit beside each other.
const WIDE: usize = 24;
/// As many people as make a table that is still read.
const HIGH: usize = 120;

/// The matrix, or the place for it.
pub(super) fn section(html: &mut Html, review: &Review, levels: &Levels) {
    let rows = rows(review);
    html.within("section", &[("id", "matrix"), ("aria-labelledby", "matrix-h")], |html| {
        html.leaf("h2", &[("id", "matrix-h")], "Matrix");
        html.within("p", &[("class", "dim key")], |html| {
            for entry in levels.all() {
                // By which the script knows it.
                let key = [("class", entry.code.class()), ("data-k", entry.code.key())];
                let key = key.each_ref().map(|(name, value)| (*name, value.as_str()));
                html.leaf("span", &key, entry.short);
                html.text(&format!(" {}  ", entry.name));
            }
            html.text("a: Send As, b: on Behalf, *: some folders differ");
        });
        html.within("div", &[("id", "grid"), ("tabindex", "0"), ("role", "region"), ("aria-labelledby", "matrix-h")], |html| {
            if review.mailboxes.len() <= WIDE && rows.len() <= HIGH {
                table(html, review, &rows, levels);
            } else {
                let many = "The matrix is too large for one table. The script of this page shows it part by \
                            part; without it, the lists below say the same.";
                html.leaf("p", &[], many);
            }
        });
    });
    html.line();
}

/// Whoever holds an entry, with it for each mailbox where there is one.
fn rows(review: &Review) -> BTreeMap<&str, BTreeMap<usize, &Grant>> {
    let mut rows: BTreeMap<&str, BTreeMap<usize, &Grant>> = BTreeMap::new();
    for (place, mailbox) in review.mailboxes.iter().enumerate() {
        for grant in &mailbox.grants {
            rows.entry(&grant.who).or_default().insert(place, grant);
        }
    }
    rows
}

fn table(
    html: &mut Html,
    review: &Review,
    rows: &BTreeMap<&str, BTreeMap<usize, &Grant>>,
    levels: &Levels,
) {
    html.within("table", &[], |html| {
        html.leaf(
            "caption",
            &[],
            "Levels and identities of everybody on every mailbox",
        );
        html.within("thead", &[], |html| {
            html.within("tr", &[], |html| {
                html.leaf("th", &[("scope", "col")], "Who");
                for mailbox in &review.mailboxes {
                    html.within("th", &[("scope", "col")], |html| {
                        html.leaf("span", &[], &mailbox.mailbox);
                    });
                }
            });
        });
        html.within("tbody", &[], |html| {
            for (who, grants) in rows {
                html.within("tr", &[], |html| {
                    html.leaf("th", &[("scope", "row")], who);
                    for place in 0..review.mailboxes.len() {
                        html.within("td", &[], |html| {
                            if let Some(grant) = grants.get(&place) {
                                cell(html, grant, levels);
                            }
                        });
                    }
                });
            }
        });
    });
}

fn cell(html: &mut Html, grant: &Grant, levels: &Levels) {
    let code = levels.code(grant);
    let mut short = levels.short(code).to_owned();
    let holds = |identity| grant.identities.contains(&identity);
    if holds(Identity::SendAs) {
        short.push('a');
    }
    if holds(Identity::SendOnBehalf) {
        short.push('b');
    }
    if !grant.differs.is_empty() {
        short.push('*');
    }
    let words = [access(grant), sends(grant)].join(" ");
    let class = code.class();
    html.leaf(
        "span",
        &[("class", &class), ("title", words.trim())],
        &short,
    );
}
