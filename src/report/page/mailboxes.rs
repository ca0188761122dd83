//! Mailbox by mailbox: who holds what.

use super::counts::count;
use super::levels::Levels;
use super::row::{badge, marks, remarks, sends};
use crate::model::member::Kind;
use crate::report::html::Html;
use crate::report::review::{Grant, Review, Reviewed};

/// A section for each mailbox, with a table of its entries.
pub(super) fn section(html: &mut Html, review: &Review, levels: &Levels) {
    html.within(
        "section",
        &[("id", "mailboxes"), ("aria-labelledby", "mailboxes-h")],
        |html| {
            html.leaf("h2", &[("id", "mailboxes-h")], "Mailboxes");
            for (place, mailbox) in review.mailboxes.iter().enumerate() {
                one(html, place, mailbox, levels);
            }
        },
    );
    html.line();
}

fn one(html: &mut Html, place: usize, mailbox: &Reviewed, levels: &Levels) {
    let (id, title) = (format!("m{place}"), format!("t{place}"));
    let attributes = [
        ("class", "m"),
        ("id", id.as_str()),
        ("aria-labelledby", &title),
    ];
    html.within("section", &attributes, |html| {
        html.within("div", &[("class", "h")], |html| {
            html.leaf("h3", &[("id", &title)], &mailbox.mailbox);
            html.leaf("p", &[], &summary(mailbox));
        });
        for warning in warnings(mailbox) {
            html.leaf("p", &[("class", "bad")], &warning);
        }
        if !mailbox.grants.is_empty() {
            table(html, mailbox, &title, levels);
        }
    });
    html.line();
}

fn summary(mailbox: &Reviewed) -> String {
    let mut parts = vec![count(mailbox.folders, "folder")];
    parts.push(match mailbox.grants.len() {
        0 if !mailbox.unread.is_empty() => "no entry could be read in full".to_owned(),
        0 => "nobody but its owner holds anything".to_owned(),
        1 => "1 entry".to_owned(),
        n => format!("{n} entries"),
    });
    if mailbox.new {
        parts.push("new since then".to_owned());
    }
    parts.extend(mailbox.owner.as_ref().map(|owner| format!("owner {owner}")));
    parts.join(" · ")
}

fn warnings(mailbox: &Reviewed) -> Vec<String> {
    let unread = mailbox.unread.iter().map(|unread| {
        format!(
            "Not read: {}: {}. Who has access there is not told.",
            unread.folder, unread.why
        )
    });
    let why = mailbox.disbelieved.iter();
    let why = why.map(|why| format!("Identities are not believed and left out: {why}"));
    unread.chain(why).collect()
}

fn table(html: &mut Html, mailbox: &Reviewed, title: &str, levels: &Levels) {
    html.within("table", &[("aria-labelledby", title)], |html| {
        html.within("thead", &[], |html| {
            html.within("tr", &[], |html| {
                for title in ["Who", "Access", "May send", "Where and what"] {
                    html.leaf("th", &[("scope", "col")], title);
                }
                let print = [("scope", "col"), ("class", "o")];
                html.leaf("th", &print, "Decision");
            });
        });
        html.within("tbody", &[], |html| {
            for grant in &mailbox.grants {
                row(html, mailbox, grant, levels);
            }
        });
    });
}

fn row(html: &mut Html, mailbox: &Reviewed, grant: &Grant, levels: &Levels) {
    // What the script filters by.
    let facts = format!("{}:{}", levels.code(grant).key(), marks(mailbox, grant));
    html.within("tr", &[("data-f", &facts)], |html| {
        html.leaf("th", &[("scope", "row")], &grant.who);
        html.within("td", &[], |html| badge(html, grant, levels));
        html.leaf("td", &[], sends(grant));
        html.within("td", &[], |html| details(html, mailbox, grant));
        html.leaf("td", &[("class", "o")], "");
    });
}

fn details(html: &mut Html, mailbox: &Reviewed, grant: &Grant) {
    let mut first = true;
    let mut say = |html: &mut Html, class: &str, text: &str| {
        if !std::mem::take(&mut first) {
            html.text(" · ");
        }
        match class {
            "" => html.text(text),
            class => html.leaf("span", &[("class", class)], text),
        }
    };
    let all = grant.folders == mailbox.folders;
    if grant.kind != Kind::Negative && grant.level != "none" && !all {
        let on = format!("{} of {}", grant.folders, count(mailbox.folders, "folder"));
        say(html, "", &on);
    }
    for (class, remark) in remarks(mailbox, grant) {
        say(html, class, &remark);
    }
}
