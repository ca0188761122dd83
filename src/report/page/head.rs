//! What stands at the top: of what the review is, what is missing in it, and the tools.

use super::counts::{Counts, count, number};
use super::levels::Levels;
use super::row::Mark;
use crate::report::html::Html;
use crate::report::review::Review;

/// Title, origin and sums.
pub(super) fn header(html: &mut Html, review: &Review, levels: &Levels, people: usize) {
    html.within("header", &[], |html| {
        html.within("div", &[("class", "title")], |html| {
            html.leaf("h1", &[], "Access review");
            html.leaf("p", &[], &review.about.provider);
        });
        html.within("dl", &[("class", "facts")], |html| {
            let about = &review.about;
            fact(html, "Profile", &about.profile);
            fact(html, "Read by", &about.login);
            fact(html, "Read at (UTC)", &about.at);
            fact(html, "Made with", &format!("sharemail {}", about.version));
            if let Some(since) = &review.since {
                fact(html, "Compared with", &since.file);
            }
            if let Some(part) = &review.partition {
                fact(html, "Part of the mailboxes", part);
            }
        });
        html.within("dl", &[("class", "sums")], |html| {
            for (name, sum) in sums(review, levels, people) {
                fact(html, name, &number(sum));
            }
        });
    });
    html.line();
}

fn fact(html: &mut Html, name: &str, value: &str) {
    html.within("div", &[], |html| {
        html.leaf("dt", &[], name);
        html.leaf("dd", &[], value);
    });
}

fn sums<'a>(review: &Review, levels: &Levels<'a>, people: usize) -> Vec<(&'a str, usize)> {
    let all = review.mailboxes.iter();
    let all: Vec<Counts> = all.map(|one| Counts::of(one, levels)).collect();
    let sum = |of: fn(&Counts) -> usize| all.iter().map(of).sum();
    let mut sums = vec![
        ("Mailboxes", all.len()),
        ("People", people),
        ("Grants", sum(|counts| counts.members)),
        ("Full access", sum(|counts| counts.full)),
        ("Write", sum(|counts| counts.write)),
        ("Read-only", sum(|counts| counts.read)),
    ];
    let own = levels.own().iter().enumerate();
    sums.extend(own.map(|(place, name)| {
        let held = all.iter().filter_map(|counts| counts.own.get(place));
        (*name, held.sum())
    }));
    sums.extend([
        ("Send As", sum(|counts| counts.send_as)),
        ("On Behalf", sum(|counts| counts.on_behalf)),
        ("Findings", sum(|counts| counts.findings)),
    ]);
    sums
}

/// What could not be read, before anything that could be taken for all there is.
pub(super) fn missing(html: &mut Html, review: &Review) {
    let missing = review.missing();
    if !review.complete {
        let attributes = [("class", "missing"), ("aria-labelledby", "missing")];
        html.within("section", &attributes, |html| {
            html.leaf("h2", &[("id", "missing")], "This review is not complete");
            let (mailboxes, folders) = (review.failures.len(), review.unread().count());
            let said = match (mailboxes, folders) {
                (0, 0) => "Not everything could be found out: the notes below say what.".to_owned(),
                _ => format!(
                    "{} and {} could not be read. Who has access there is not in these pages.",
                    count(mailboxes, "mailbox"),
                    count(folders, "folder")
                ),
            };
            html.leaf("p", &[], &said);
            html.within("ul", &[], |html| {
                missing.iter().for_each(|one| html.leaf("li", &[], one));
            });
        });
        html.line();
    }
    let mut notes = review.notes.clone();
    if let Some(part) = &review.partition {
        notes.push(format!("It is part {part} of a review in several parts"));
    }
    let unknown = review.groups.iter().filter(|g| g.members.is_none()).count();
    if unknown > 0 {
        notes.push(format!(
            "The members of {} are not told: IMAP does not know them, and no group file named them",
            count(unknown, "group")
        ));
    }
    for note in notes {
        html.within("p", &[("class", "note")], |html| html.text(&note));
    }
}

/// Links to the sections; search, filters and order, which the script brings to life.
pub(super) fn tools(html: &mut Html, review: &Review, levels: &Levels) {
    html.within("div", &[("class", "bar")], |html| {
        html.within("nav", &[("aria-label", "Sections")], |html| {
            let sections = [
                ("#changes", "Changes"),
                ("#findings", "Findings"),
                ("#glance", "At a glance"),
                ("#matrix", "Matrix"),
                ("#mailboxes", "Mailboxes"),
                ("#people", "People"),
                ("#groups", "Groups"),
                ("#legend", "Legend"),
                ("#signature", "Sign-off"),
            ];
            let there = |(link, _): &&(&str, &str)| match *link {
                "#changes" => review.since.is_some(),
                "#groups" => !review.groups.is_empty(),
                _ => true,
            };
            for (link, name) in sections.iter().filter(there) {
                html.leaf("a", &[("href", link)], name);
            }
        });
        html.within(
            "form",
            &[
                ("id", "tools"),
                ("role", "search"),
                ("aria-label", "Filter"),
                ("hidden", ""),
            ],
            |html| form(html, levels),
        );
        let status = [("id", "status"), ("role", "status"), ("hidden", "")];
        html.leaf("p", &status, "");
    });
    html.line();
}

fn form(html: &mut Html, levels: &Levels) {
    labelled(html, "Mailbox or person", |html| {
        let search = [("id", "q"), ("type", "search"), ("autocomplete", "off")];
        html.void("input", &[&search[..], &[("spellcheck", "false")]].concat());
    });
    labelled(html, "Access", |html| {
        let all = levels.all();
        let all = all.iter().map(|entry| (entry.code.key(), entry.name));
        select(
            html,
            "level",
            [(String::new(), "any")].into_iter().chain(all),
        );
    });
    labelled(html, "Only", |html| {
        let marks = Mark::ALL
            .iter()
            .map(|(mark, name)| ((*mark as u32).to_string(), *name));
        select(
            html,
            "only",
            [("0".to_owned(), "everything")].into_iter().chain(marks),
        );
    });
    labelled(html, "Order", |html| {
        let orders = [
            ("name", "by name"),
            ("many", "most entries first"),
            ("findings", "findings first"),
        ];
        select(
            html,
            "order",
            orders.map(|(v, n)| (v.to_owned(), n)).into_iter(),
        );
    });
    html.leaf("button", &[("type", "reset")], "Clear");
}

fn labelled(html: &mut Html, name: &str, field: impl FnOnce(&mut Html)) {
    html.within("label", &[], |html| {
        html.leaf("span", &[], name);
        field(html);
    });
}

fn select<'a>(html: &mut Html, id: &str, options: impl Iterator<Item = (String, &'a str)>) {
    html.within("select", &[("id", id)], |html| {
        for (value, name) in options {
            // An empty value must not read as none at all.
            let value = if value.is_empty() { "*" } else { &value };
            html.leaf("option", &[("value", value)], name);
        }
    });
}
