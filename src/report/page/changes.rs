//! What changed since a former file.

use crate::report::html::Html;
use crate::report::review::{Changed, Review, Reviewed, Since};

/// What was granted, revoked or changed, mailbox by mailbox; nothing where there is nothing to
/// compare with.
pub(super) fn section(html: &mut Html, review: &Review) {
    let Some(since) = &review.since else {
        return;
    };
    let attributes = [("id", "changes"), ("aria-labelledby", "changes-h")];
    html.within("section", &attributes, |html| {
        let title = format!("Changes since {}", since.file);
        html.leaf("h2", &[("id", "changes-h")], &title);
        for note in notes(review, since) {
            html.leaf("p", &[], &note);
        }
        if review.changes() > 0 {
            table(html, review);
        }
    });
    html.line();
}

fn notes(review: &Review, since: &Since) -> Vec<String> {
    let mut notes = Vec::new();
    let new = review.mailboxes.iter().filter(|mailbox| mailbox.new);
    let new: Vec<&str> = new.map(|mailbox| mailbox.mailbox.as_str()).collect();
    if !new.is_empty() {
        notes.push(format!("New mailboxes: {}.", new.join(", ")));
    }
    if !since.gone.is_empty() {
        let gone = since.gone.join(", ");
        notes.push(format!("Mailboxes that are not there any more: {gone}."));
    }
    if review.changes() == 0 {
        notes.push("Nobody holds anything else than then.".to_owned());
    }
    notes
}

fn table(html: &mut Html, review: &Review) {
    html.within("table", &[("class", "sortable")], |html| {
        html.leaf("caption", &[], "What was granted, revoked or changed");
        html.within("thead", &[], |html| {
            html.within("tr", &[], |html| {
                for title in ["Mailbox", "Who", "What", "Before", "Now"] {
                    html.leaf("th", &[("scope", "col")], title);
                }
            });
        });
        html.within("tbody", &[], |html| {
            for (place, mailbox) in review.mailboxes.iter().enumerate() {
                for changed in &mailbox.changes {
                    row(html, place, mailbox, changed);
                }
            }
        });
    });
}

fn row(html: &mut Html, place: usize, mailbox: &Reviewed, changed: &Changed) {
    html.within("tr", &[("data-m", &place.to_string())], |html| {
        html.within("th", &[("scope", "row")], |html| {
            let link = format!("#m{place}");
            html.leaf("a", &[("href", &link)], &mailbox.mailbox);
        });
        html.leaf("td", &[], &changed.who);
        html.leaf("td", &[], changed.change.name());
        html.leaf("td", &[], &changed.before);
        html.leaf("td", &[], &changed.after);
    });
    html.line();
}
