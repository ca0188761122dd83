//! What `check` finds out of order.

use super::counts::count;
use crate::report::doubt::sentences;
use crate::report::html::Html;
use crate::report::review::{Review, Reviewed};

/// The findings, mailbox by mailbox.
pub(super) fn section(html: &mut Html, review: &Review) {
    html.within(
        "section",
        &[("id", "findings"), ("aria-labelledby", "findings-h")],
        |html| {
            html.leaf("h2", &[("id", "findings-h")], "Findings");
            let unknown = not_looked_up(review);
            if review.findings() == 0 {
                let nothing = if unknown == 0 && review.complete {
                    "Nothing is out of order."
                } else {
                    "Nothing was found out of order in what could be looked at."
                };
                html.leaf("p", &[], nothing);
            } else {
                table(html, review);
            }
            if unknown > 0 {
                let people = count(unknown, "person");
                let note =
                    format!("Of {people} it could not be found out whether the server knows them.");
                html.leaf("p", &[("class", "dim")], &note);
            }
            for why in in_doubt(review) {
                html.leaf("p", &[("class", "dim")], &why);
            }
        },
    );
    html.line();
}

fn not_looked_up(review: &Review) -> usize {
    let all = review
        .mailboxes
        .iter()
        .flat_map(|m| &m.people_not_looked_up);
    let all: std::collections::BTreeSet<&String> = all.collect();
    all.len()
}

/// Each once, however many mailboxes they stand in.
fn in_doubt(review: &Review) -> std::collections::BTreeSet<String> {
    let all = review.mailboxes.iter();
    all.flat_map(|mailbox| sentences(&mailbox.people_in_doubt))
        .collect()
}

fn table(html: &mut Html, review: &Review) {
    html.within("table", &[("class", "sortable")], |html| {
        html.leaf("caption", &[], "What sharemail check finds");
        html.within("thead", &[], |html| {
            html.within("tr", &[], |html| {
                for title in ["Mailbox", "Finding", "Entry", "What it is"] {
                    html.leaf("th", &[("scope", "col")], title);
                }
            });
        });
        html.within("tbody", &[], |html| {
            for (place, mailbox) in review.mailboxes.iter().enumerate() {
                rows(html, place, mailbox);
            }
        });
    });
}

fn rows(html: &mut Html, place: usize, mailbox: &Reviewed) {
    let link = format!("#m{place}");
    for told in &mailbox.findings {
        html.within("tr", &[("data-m", &place.to_string())], |html| {
            html.within("th", &[("scope", "row")], |html| {
                html.leaf("a", &[("href", &link)], &mailbox.mailbox);
            });
            html.leaf("td", &[], &told.finding.replace('-', " "));
            html.leaf("td", &[], &told.who);
            html.leaf("td", &[], &told.says);
        });
        html.line();
    }
}
