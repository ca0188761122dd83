//! Person by person: what each holds; and the groups.

use super::counts::count;
use super::levels::letter;
use super::levels::{Code, Levels};
use super::row::sends;
use crate::report::html::Html;
use crate::report::review::{Person, Review, Share};

/// A block for each person, with her mailboxes under their levels.
pub(super) fn section(html: &mut Html, people: &[Person], levels: &Levels) {
    html.within(
        "section",
        &[("id", "people"), ("aria-labelledby", "people-h")],
        |html| {
            html.leaf("h2", &[("id", "people-h")], "People");
            if people.is_empty() {
                html.leaf("p", &[], "No person holds anything by name.");
            }
            people.iter().for_each(|person| one(html, person, levels));
        },
    );
    html.line();
}

fn one(html: &mut Html, person: &Person, levels: &Levels) {
    html.within("section", &[("class", "p")], |html| {
        html.leaf("h3", &[], person.who);
        html.within("dl", &[], |html| {
            for level in levels.all() {
                let shares = person.shares.iter();
                let its = |share: &&Share| levels.code(share.grant) == level.code;
                let shares: Vec<&Share> = shares.filter(its).collect();
                if !shares.is_empty() {
                    let name = match level.code {
                        Code::Common('n') => "other",
                        _ => level.name,
                    };
                    html.within("dt", &[], |html| {
                        html.leaf("span", &[("class", &level.code.class())], name);
                    });
                    html.within("dd", &[], |html| {
                        html.within("ul", &[], |html| shares.iter().for_each(|s| item(html, s)));
                    });
                }
            }
        });
    });
    html.line();
}

fn item(html: &mut Html, share: &Share) {
    html.within("li", &[("data-g", &share.number.to_string())], |html| {
        html.leaf(
            "a",
            &[("href", &format!("#m{}", share.place))],
            &share.mailbox.mailbox,
        );
        let grant = share.grant;
        let mut also = Vec::new();
        match (letter(grant), sends(grant)) {
            ('n', _) if !grant.differs.is_empty() => also.push("some folders".to_owned()),
            ('c', _) => also.push(grant.rights.to_string()),
            _ => {}
        }
        if !sends(grant).is_empty() {
            also.push(sends(grant).to_owned());
        }
        also.extend(share.via.map(|group| format!("by {group}")));
        if letter(grant) != 'n' && !grant.differs.is_empty() {
            also.push("some folders differ".to_owned());
        }
        if !also.is_empty() {
            html.text(" ");
            html.leaf("small", &[], &also.join(", "));
        }
    });
}

/// The groups that hold something, with their members where they are known.
pub(super) fn groups(html: &mut Html, review: &Review) {
    if review.groups.is_empty() {
        return;
    }
    html.within(
        "section",
        &[("id", "groups"), ("aria-labelledby", "groups-h")],
        |html| {
            html.leaf("h2", &[("id", "groups-h")], "Groups");
            html.within("table", &[], |html| {
                html.leaf("caption", &[], "Who is in the groups that hold something");
                html.within("thead", &[], |html| {
                    html.within("tr", &[], |html| {
                        for title in ["Group", "Size", "Members"] {
                            html.leaf("th", &[("scope", "col")], title);
                        }
                    });
                });
                html.within("tbody", &[], |html| {
                    for group in &review.groups {
                        html.within("tr", &[], |html| {
                            html.leaf("th", &[("scope", "row")], &group.who);
                            match &group.members {
                                Some(members) => {
                                    html.leaf("td", &[], &count(members.len(), "person"));
                                    html.leaf("td", &[], &members.join(", "));
                                }
                                None => {
                                    html.leaf("td", &[], "?");
                                    html.within("td", &[], |html| {
                                        let why =
                                            "not told: IMAP cannot, and no group file named it";
                                        html.leaf("span", &[("class", "bad")], why);
                                    });
                                }
                            }
                        });
                    }
                });
            });
        },
    );
    html.line();
}
