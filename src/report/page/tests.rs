//! The page as a browser's parser sees it.

use super::*;
use crate::exit::Exit;
use crate::model::failure::Unopened;
use crate::model::identity::Identity;
use crate::model::member::Kind;
use crate::model::rights::Rights;
use crate::report::review::{About, Changed, Grant, Group, Reviewed, Since, Told, Turn, Unread};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use html5ever::tendril::TendrilSink;
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

const HOSTILE: &str =
    "</style></script><script src=//evil.test/x.js>\"'`&lt;\u{202e}\u{1b}[2J\0\r\nü";

fn grant(who: &str, level: &str, rights: &str) -> Grant {
    Grant {
        who: who.to_owned(),
        identifier: who.to_owned(),
        kind: Kind::Person,
        administrator: false,
        level: level.to_owned(),
        rights: Rights::parse(rights).unwrap(),
        folders: 2,
        differs: Vec::new(),
        identities: Vec::new(),
    }
}

fn mailbox(name: &str, grants: Vec<Grant>) -> Reviewed {
    Reviewed {
        mailbox: name.to_owned(),
        owner: Some(name.to_owned()),
        folders: 2,
        grants,
        ..Reviewed::default()
    }
}

fn review(mailboxes: Vec<Reviewed>) -> Review {
    Review {
        report: crate::report::review::Name::AccessReview,
        partition: None,
        about: About {
            provider: "imap.example.com".to_owned(),
            at: "2026-11-21T09:30:00Z".to_owned(),
            ..About::default()
        },
        complete: true,
        mailboxes,
        since: None,
        failures: Vec::new(),
        groups: Vec::new(),
        notes: Vec::new(),
    }
}

/// A review in which every text is `text`.
fn all(text: &str) -> Review {
    let text = || text.to_owned();
    let mut full = grant(&text(), &text(), "lrswit");
    full.kind = Kind::Group;
    let mut mailbox = mailbox(&text(), vec![full, grant(&text(), "write", "lrswip")]);
    mailbox.findings.push(Told {
        finding: text(),
        who: text(),
        identifier: text(),
        folders: vec![text()],
        says: text(),
    });
    mailbox.unread.push(Unread {
        folder: text(),
        why: text(),
    });
    mailbox.disbelieved.push(text());
    mailbox.changes.push(Changed {
        who: text(),
        identifier: text(),
        change: Turn::Changed,
        before: text(),
        after: text(),
    });
    let mut review = review(vec![mailbox]);
    review.complete = false;
    review.failures.push(Unopened {
        mailbox: text(),
        why: text(),
        exit: Exit::Refused,
    });
    review.groups.push(Group {
        who: text(),
        members: Some(vec![text()]),
    });
    review.since = Some(Since {
        file: text(),
        gone: vec![text()],
    });
    review.notes.push(text());
    review.about.provider = text();
    review.about.login = text();
    review
}

/// An element: its name, its attributes, the text in it.
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
}

impl Element {
    fn attribute(&self, name: &str) -> Option<&str> {
        let mut all = self.attributes.iter();
        all.find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Every element of the page, as a browser would have it; a page with a fault is none.
fn elements(page: &str) -> Vec<Element> {
    let dom = html5ever::parse_document(RcDom::default(), html5ever::ParseOpts::default());
    let dom = dom.one(page);
    let faults = dom.errors.borrow();
    assert!(faults.is_empty(), "{faults:?}");
    let mut all = Vec::new();
    walk(&dom.document, &mut all);
    all
}

fn walk(node: &Handle, all: &mut Vec<Element>) {
    if let NodeData::Element { name, attrs, .. } = &node.data {
        let attributes = attrs.borrow();
        let attributes = attributes
            .iter()
            .map(|a| (a.name.local.to_string(), a.value.to_string()));
        all.push(Element {
            name: name.local.to_string(),
            attributes: attributes.collect(),
            text: text(node),
        });
    }
    node.children
        .borrow()
        .iter()
        .for_each(|child| walk(child, all));
}

fn text(node: &Handle) -> String {
    match &node.data {
        NodeData::Text { contents } => contents.borrow().to_string(),
        _ => node.children.borrow().iter().map(text).collect(),
    }
}

fn named<'a>(all: &'a [Element], name: &str) -> Vec<&'a Element> {
    all.iter().filter(|element| element.name == name).collect()
}

#[test]
fn a_hostile_name_is_text_wherever_it_stands() {
    let page = page(&all(HOSTILE));
    let all = elements(&page);
    let scripts = named(&all, "script");
    assert_eq!(scripts.len(), 1);
    assert!(scripts[0].attributes.is_empty() && scripts[0].text == SCRIPT);
    assert_eq!(named(&all, "style").len(), 1);
    let told = named(&all, "h3")[0].text.as_str();
    assert_eq!(
        told,
        "</style></script><script src=//evil.test/x.js>\"'`&lt;\\u{202e}\\u{1b}[2J\\u{0}\\u{d}\\u{a}ü"
    );
    assert!(!page.contains(['\u{202e}', '\u{1b}', '\0', '\r']));
}

#[test]
fn the_page_asks_for_nothing_and_obeys_nothing_but_its_own() {
    let all = elements(&page(&all("https://evil.test/")));
    for element in &all {
        for (key, value) in &element.attributes {
            let inside = !["src", "srcset", "action", "data", "style"].contains(&key.as_str())
                && !key.starts_with("on")
                && (key != "href" || value.starts_with('#'));
            assert!(inside, "<{} {key}={value:?}>", element.name);
        }
        let foreign = ["link", "img", "iframe", "base", "object", "embed", "a"];
        assert!(
            !foreign[..6].contains(&element.name.as_str()),
            "{}",
            element.name
        );
    }
    assert!(!STYLE.contains("url(") && !STYLE.contains("@import"));
    let policy = named(&all, "meta").into_iter();
    let mut policy = policy.filter_map(|meta| {
        meta.attribute("http-equiv")?;
        meta.attribute("content")
    });
    let policy = policy.next().unwrap();
    assert!(policy.starts_with("default-src 'none'; ") && !policy.contains("unsafe"));
    for own in ["style", "script"] {
        let text = &named(&all, own)[0].text;
        let hash = STANDARD.encode(Sha256::digest(text));
        assert!(policy.contains(&format!("{own}-src 'sha256-{hash}'")));
    }
}

#[test]
fn everything_is_there_without_the_script() {
    let people = ["alice@example.com", "bob@example.com"];
    let mut custom = grant("carol@example.com", "custom", "lrp");
    custom.identities = vec![Identity::SendAs];
    let mut anyone = grant("anyone", "read-only", "lrs");
    anyone.kind = Kind::Special;
    let mut negative = grant("id:-bob", "read-only", "lrs");
    negative.kind = Kind::Negative;
    let grants = people.map(|who| grant(who, "write", "lrswip"));
    let support = mailbox(
        "support@example.com",
        grants.into_iter().chain([custom]).collect(),
    );
    let sales = mailbox("sales@example.com", vec![anyone, negative]);
    let all = elements(&page(&review(vec![
        support,
        sales,
        mailbox("empty@example.com", vec![]),
    ])));
    let rows = all
        .iter()
        .filter(|element| element.attribute("data-f").is_some());
    let rows: Vec<&str> = rows.map(|row| row.text.as_str()).collect();
    assert_eq!(
        rows,
        [
            "alice@example.comwrite",
            "bob@example.comwrite",
            "carol@example.comcustom lrpSend Assee, read, post",
            "anyoneread-onlyeverybody",
            "id:-bobtakes away lrstakes away: see, read, keep \\Seen",
        ]
    );
    let items = all
        .iter()
        .filter(|element| element.attribute("data-g").is_some());
    assert_eq!(items.count(), 3);
    let titles = named(&all, "h3").into_iter();
    let titles: Vec<&str> = titles.map(|title| title.text.as_str()).collect();
    assert_eq!(
        titles[..3],
        [
            "support@example.com",
            "sales@example.com",
            "empty@example.com"
        ]
    );
    assert!(
        all.iter()
            .any(|e| e.text.contains("nobody but its owner holds anything"))
    );
}

#[test]
fn every_link_leads_somewhere_and_every_table_can_be_read_aloud() {
    let all = elements(&page(&all("x")));
    let ids: Vec<&str> = all.iter().filter_map(|e| e.attribute("id")).collect();
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len());
    for element in &all {
        if let Some(link) = element.attribute("href") {
            assert!(unique.contains(&link[1..]), "{link}");
        }
        if let Some(label) = element.attribute("aria-labelledby") {
            assert!(unique.contains(label), "{label}");
        }
        if element.name == "th" {
            assert!(element.attribute("scope").is_some());
        }
    }
    assert_eq!(named(&all, "h1").len(), 1);
    let labelled = named(&all, "table").into_iter();
    let labelled = labelled
        .filter(|t| t.attribute("aria-labelledby").is_some())
        .count();
    assert_eq!(
        named(&all, "table").len(),
        labelled + named(&all, "caption").len()
    );
}

#[test]
fn what_is_missing_is_told_at_the_top() {
    let mut review = review(vec![mailbox("support@example.com", vec![])]);
    assert!(!page(&review).contains("not complete"));
    review.complete = false;
    review.failures.push(Unopened {
        mailbox: "sales@example.com".to_owned(),
        why: "no such user".to_owned(),
        exit: Exit::Refused,
    });
    let page = page(&review);
    let place = |text: &str| page.find(text).unwrap_or_else(|| panic!("no {text}"));
    assert!(place("This review is not complete") < place("id=\"glance\""));
    assert!(place("sales@example.com: no such user") < place("id=\"glance\""));
}

#[test]
fn a_matrix_that_is_too_large_is_left_to_the_script() {
    let many = (0..30).map(|n| mailbox(&format!("m{n}@"), vec![grant("a@b", "write", "lrswip")]));
    let all = elements(&page(&review(many.collect())));
    let grid = all
        .iter()
        .find(|e| e.attribute("id") == Some("grid"))
        .unwrap();
    assert!(grid.text.contains("too large"), "{}", grid.text);
}

proptest! {
    #[test]
    fn no_text_breaks_the_page(text in any::<String>()) {
        elements(&page(&all(&text)));
    }
}

/// The tables of a mailbox are laid out anew on a narrow screen, and the matrix scrolls in its frame.
#[test]
fn every_other_table_scrolls_in_its_section_on_a_narrow_screen() {
    let page = page(&all("x"));
    let mut rules = STYLE
        .lines()
        .filter(|line| line.starts_with("@media screen"));
    let rule = rules
        .find(|line| line.contains("overflow-x: auto"))
        .unwrap();
    let mut scrolling = 0;
    for section in page.split("<section ").skip(1) {
        let Some(id) = section.split("id=\"").nth(1) else {
            continue;
        };
        let id = &id[..id.find('"').unwrap()];
        let inner = section.split("</section>").next().unwrap();
        if !inner.contains("<table") || matches!(id, "mailboxes" | "people" | "matrix") {
            continue;
        }
        if inner.contains("class=\"m\"") || id.starts_with('m') && id[1..].parse::<u32>().is_ok() {
            continue;
        }
        scrolling += 1;
        assert!(rule.contains(&format!("#{id}")), "{id} is not in {rule}");
    }
    assert!(scrolling >= 4, "{scrolling}");
    assert!(page.contains("id=\"changes\""));
}

#[test]
fn a_level_of_ones_own_is_told_under_its_name() {
    let (alice, bob) = ("alice@example.com", "bob@example.com");
    let mut review = review(vec![
        mailbox(
            "support@example.com",
            vec![
                grant(alice, "editor", "lrswipte"),
                grant(bob, "clerk", "lrsi"),
            ],
        ),
        mailbox(
            "sales@example.com",
            vec![
                grant(alice, "editor", "lrswipte"),
                grant(bob, "custom", "lrp"),
            ],
        ),
    ]);
    let meant = Rights::parse("lrswipte").unwrap();
    review.about.levels = [("editor".to_owned(), meant)].into();
    let all = elements(&page(&review));
    let with = |key: &str, value: &str| {
        let found = all.iter().filter(|e| e.attribute(key) == Some(value));
        found
            .map(|element| element.text.clone())
            .collect::<Vec<_>>()
    };
    // Badges: in the key and the matrix by letters, at the mailboxes and at the people by name.
    assert_eq!(
        with("class", "b h1"),
        ["E", "E", "E", "editor", "editor", "editor"]
    );
    assert_eq!(with("class", "b h0"), ["CL", "CL", "clerk", "clerk"]);
    assert_eq!(with("class", "b c"), ["C", "C", "custom", "custom"]);
    for n in 0..6 {
        assert!(STYLE.contains(&format!(
            ".h{n} {{ color: var(--h{n}); background: var(--h{n}-soft); }}"
        )));
        assert_eq!(STYLE.matches(&format!("--h{n}: #")).count(), 2);
    }
    // What the script filters by is what the field offers.
    assert_eq!(with("value", "o1"), ["editor"]);
    assert_eq!(
        with("data-f", "o1:1"),
        ["alice@example.comeditor", "alice@example.comeditor"]
    );
    assert_eq!(with("data-k", "o0"), ["CL"]);
    let sums = all
        .iter()
        .find(|e| e.attribute("class") == Some("sums"))
        .unwrap();
    assert!(
        sums.text.contains("Read-only0clerk1editor2Send As0"),
        "{}",
        sums.text
    );
    let table = all
        .iter()
        .find(|e| e.attribute("class") == Some("sortable numbers"))
        .unwrap();
    assert!(
        table.text.contains("Read-onlyclerkeditorOther"),
        "{}",
        table.text
    );
    assert!(
        table.text.contains("support@example.com2···11···"),
        "{}",
        table.text
    );
    assert!(
        table.text.contains("sales@example.com2····11··"),
        "{}",
        table.text
    );
    let legend = all
        .iter()
        .find(|e| e.attribute("class") == Some("legend"))
        .unwrap();
    assert!(
        legend.text.starts_with("editorlrswipte: "),
        "{}",
        legend.text
    );
    let held = held(&review);
    let held: Vec<(&str, usize)> = held.iter().map(|(name, n)| (name.as_str(), *n)).collect();
    assert_eq!(held, [("clerk", 1), ("editor", 2), ("custom", 1)]);
}
