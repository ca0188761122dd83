//! Every mailbox in a line.

use super::counts::Counts;
use super::levels::Levels;
use crate::report::html::Html;
use crate::report::review::{Review, Reviewed};

/// The columns before those of the levels that profiles make up, and behind them.
const COLUMNS: ([&str; 5], [&str; 4]) = (
    ["Mailbox", "Entries", "Full access", "Write", "Read-only"],
    ["Other", "Send As", "On Behalf", "Findings"],
);

/// A table of mailboxes and of how many hold what there.
pub(super) fn section(html: &mut Html, review: &Review, levels: &Levels) {
    html.within(
        "section",
        &[("id", "glance"), ("aria-labelledby", "glance-h")],
        |html| {
            html.leaf("h2", &[("id", "glance-h")], "At a glance");
            html.within("table", &[("class", "sortable numbers")], |html| {
                html.leaf("caption", &[], "How many hold what on each mailbox");
                html.within("thead", &[], |html| {
                    html.within("tr", &[], |html| {
                        for title in COLUMNS.0.iter().chain(levels.own()).chain(&COLUMNS.1) {
                            html.leaf("th", &[("scope", "col")], title);
                        }
                    });
                });
                html.within("tbody", &[], |html| {
                    for (place, mailbox) in review.mailboxes.iter().enumerate() {
                        row(html, place, mailbox, levels);
                    }
                });
            });
        },
    );
    html.line();
}

fn row(html: &mut Html, place: usize, mailbox: &Reviewed, levels: &Levels) {
    let counts = Counts::of(mailbox, levels);
    html.within("tr", &[("data-m", &place.to_string())], |html| {
        html.within("th", &[("scope", "row")], |html| {
            html.leaf("a", &[("href", &format!("#m{place}"))], &mailbox.mailbox);
            if !mailbox.unread.is_empty() {
                html.text(" ");
                html.leaf("span", &[("class", "bad")], "read in part");
            }
        });
        let before = [counts.members, counts.full, counts.write, counts.read];
        let behind = [
            counts.other,
            counts.send_as,
            counts.on_behalf,
            counts.findings,
        ];
        for n in before.into_iter().chain(counts.own).chain(behind) {
            // An empty cell says nothing, and is found at once among numbers.
            let shown = if n == 0 {
                "·".to_owned()
            } else {
                n.to_string()
            };
            html.leaf("td", &[], &shown);
        }
    });
    html.line();
}
