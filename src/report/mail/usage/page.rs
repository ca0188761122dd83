//! The same as one page for a browser or a printer, with a bar for each part.

use super::told::bytes;
use super::{Counted, Tally, UsageReport};
use crate::document::Table;
use crate::report::html::{Html, begin};

const STYLE: &str = include_str!("page.css");
/// A bar is so many units long.
const LENGTH: u64 = 1_000;

/// `report`, read `at` that moment, as a page that needs nothing else.
pub fn page(report: &UsageReport, at: &str) -> String {
    let mut html = Html::default();
    html.within("html", &[("lang", "en")], |html| {
        begin(
            html,
            &format!("Storage: {}, {at}", report.mailbox),
            STYLE,
            None,
        );
        html.line();
        html.within("body", &[], |html| {
            header(html, report, at);
            html.within("main", &[], |html| main(html, report));
        });
    });
    html.finish()
}

fn header(html: &mut Html, report: &UsageReport, at: &str) {
    html.within("header", &[], |html| {
        html.leaf("h1", &[], &format!("Storage of {}", report.mailbox));
        let version = env!("CARGO_PKG_VERSION");
        let origin = format!("Read at {at}, made with sharemail {version}");
        html.leaf("p", &[("class", "dim")], &origin);
        let percent = report.quota.as_ref().and_then(|quota| quota.percent);
        let full = percent.map_or("not known".to_owned(), |percent| format!("{percent} %"));
        let days = report.days_until_full;
        let days = days.map_or(report.until_full.replace('-', " "), |days| days.to_string());
        html.within("dl", &[], |html| {
            for (name, value) in [
                ("Messages", report.all.messages.to_string()),
                ("Size", bytes(report.all.bytes)),
                ("Of the quota", full),
                ("Days until full", days),
            ] {
                html.within("div", &[], |html| {
                    html.leaf("dt", &[], name);
                    html.leaf("dd", &[], &value);
                });
            }
        });
    });
    html.line();
}

fn main(html: &mut Html, report: &UsageReport) {
    // Before anything that could be taken for all there is.
    for warning in report.warnings() {
        html.leaf("p", &[("class", "missing")], &warning);
    }
    for line in report.lines() {
        html.leaf("p", &[], &line);
    }
    let others = |name: &str, tally: Tally| Counted {
        key: name.to_owned(),
        tally,
    };
    bars(html, report, "Folders", &report.folders, []);
    bars(
        html,
        report,
        "Senders",
        &report.senders,
        [
            others("all other senders", report.other_senders),
            others("no address", report.without_sender),
        ],
    );
    bars(html, report, "Size of a message", &report.sizes, []);
    bars(
        html,
        report,
        "Year of arrival",
        &report.years,
        [
            others("not told", report.undated),
            others("in the future", report.in_future),
        ],
    );
    bars(html, report, "Month of arrival", &report.months, []);
    table(html, "Largest messages", &report.largest());
    table(
        html,
        "More than once, by Message-ID and size",
        &report.copies(),
    );
}

/// A section with a bar for each of `rows`, the longest of which is as wide as there is room.
fn bars<const N: usize>(
    html: &mut Html,
    report: &UsageReport,
    title: &str,
    rows: &[Counted],
    others: [Counted; N],
) {
    let others = others.iter().filter(|row| row.tally.messages > 0);
    let rows: Vec<&Counted> = rows.iter().chain(others).collect();
    let most = rows.iter().map(|row| row.tally.bytes).max().unwrap_or(0);
    if rows.is_empty() {
        return;
    }
    html.within("section", &[], |html| {
        html.leaf("h2", &[], title);
        html.within("table", &[("class", "bars")], |html| {
            titles(html, &["", "", "Size", "Share", "Messages"]);
            html.within("tbody", &[], |html| {
                for row in rows {
                    html.within("tr", &[], |html| {
                        html.leaf("th", &[("scope", "row")], &row.key);
                        html.within("td", &[], |html| bar(html, row.tally.bytes, most));
                        html.leaf("td", &[], &bytes(row.tally.bytes));
                        html.leaf("td", &[], &report.share(row.tally));
                        html.leaf("td", &[], &row.tally.messages.to_string());
                    });
                    html.line();
                }
            });
        });
    });
    html.line();
}

/// What the numbers beside it say, for whoever sees it.
fn bar(html: &mut Html, bytes: u64, most: u64) {
    let length = u128::from(bytes) * u128::from(LENGTH) / u128::from(most.max(1));
    // What is there is seen.
    let length = length.max(u128::from(bytes > 0) * 4).to_string();
    let frame = [
        ("viewBox", "0 0 1000 10"),
        ("preserveAspectRatio", "none"),
        ("aria-hidden", "true"),
    ];
    html.within("svg", &frame, |html| {
        html.leaf("rect", &[("width", &length), ("height", "10")], "");
    });
}

fn titles(html: &mut Html, titles: &[&str]) {
    html.within("thead", &[], |html| {
        html.within("tr", &[], |html| {
            for title in titles {
                html.leaf("th", &[("scope", "col")], title);
            }
        });
    });
}

fn table(html: &mut Html, title: &str, table: &Table) {
    if table.rows.is_empty() {
        return;
    }
    html.within("section", &[], |html| {
        html.leaf("h2", &[], title);
        html.within("table", &[], |html| {
            let columns: Vec<&str> = table.columns.iter().map(|c| c.title.as_str()).collect();
            titles(html, &columns);
            html.within("tbody", &[], |html| {
                for row in &table.rows {
                    html.within("tr", &[], |html| {
                        for cell in row {
                            html.leaf("td", &[], &cell.content);
                        }
                    });
                    html.line();
                }
            });
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;
    use crate::model::message::{Head, Message};
    use crate::model::usage::{Clock, Usage};
    use chrono::DateTime;
    use html5ever::tendril::TendrilSink;
    use markup5ever_rcdom::{Handle, NodeData, RcDom};

    const HOSTILE: &str = "</style><script src=//evil.test/x.js>\"'`&lt;\u{202e}\u{1b}[2J\0\r\nü";

    fn report() -> UsageReport {
        let now = DateTime::parse_from_rfc3339("2026-11-21T12:00:00Z").unwrap();
        let mut usage = Usage::new(Clock::at(now), 5);
        for size in [10_u64, 3_000_000] {
            let message = Message {
                uid: 1,
                arrived: Some(now),
                size,
                head: Head {
                    from: HOSTILE.to_owned(),
                    sender: Some(HOSTILE.to_owned()),
                    subject: HOSTILE.to_owned(),
                    id: Some(HOSTILE.to_owned()),
                    ..Head::default()
                },
                ..Message::default()
            };
            usage.message(HOSTILE, &message);
            usage.message(HOSTILE, &message);
        }
        usage.folder(HOSTILE, Ok(0));
        usage.folder("Secret", Err(HOSTILE.to_owned()));
        UsageReport::new(&mailbox(&[("INBOX", &[])]), &usage, 5, true)
    }

    fn walk(node: &Handle, names: &mut Vec<String>) {
        if let NodeData::Element { name, attrs, .. } = &node.data {
            names.push(name.local.to_string());
            let attrs = attrs.borrow();
            assert!(attrs.iter().all(|a| !a.name.local.starts_with("on")));
            assert!(
                attrs.iter().all(|a| &*a.name.local != "style"),
                "no policy lets it"
            );
        }
        for child in node.children.borrow().iter() {
            walk(child, names);
        }
    }

    #[test]
    fn nothing_that_a_message_says_is_more_than_text() {
        let page = page(&report(), "2026-11-21T12:00:00Z");
        let dom = html5ever::parse_document(RcDom::default(), html5ever::ParseOpts::default());
        let dom = dom.one(page.as_str());
        assert!(dom.errors.borrow().is_empty(), "{:?}", dom.errors.borrow());
        let mut names = Vec::new();
        walk(&dom.document, &mut names);
        assert!(!names.iter().any(|name| name == "script"), "{page}");
        assert_eq!(names.iter().filter(|name| *name == "style").count(), 1);
        assert!(names.iter().filter(|name| *name == "rect").count() >= 5);
        assert!(page.contains("script-src &#39;none&#39;") && !page.contains('\u{202e}'));
    }

    #[test]
    fn what_could_not_be_read_stands_before_what_was() {
        let page = page(&report(), "2026-11-21T12:00:00Z");
        let missing = page.find("Secret").unwrap();
        assert!(missing < page.find("<section>").unwrap());
        assert!(
            page.contains("width=\"1000\"") && page.contains("width=\"4\""),
            "{page}"
        );
    }
}
