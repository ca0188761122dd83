//! Rules mean the same of mail that comes as of mail that is there: rules and messages made by chance, delivered by
//! LMTP to a mailbox whose server filters by them, and to another one where `rule run` does it afterwards.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::provider::client::{quoted, utf7};
use crate::provider::sieve::deliver;
use crate::provider::{Cyrus, Dovecot, Kind, Mailbox, Provider};

const FOLDERS: [&str; 3] = ["Invoices", "März", "A b"];

/// Who writes, and to whom: in every shape in which programs put it.
const PEOPLE: [&str; 17] = [
    "carol@bank.example",
    "Carol <carol@bank.example>",
    "\"Carol, of X\" <CAROL@Bank.Example>",
    "=?utf-8?q?M=C3=A4rz?= <maerz@x.example>",
    "=?iso-8859-1?q?M=E4rz_=3Ca@bank.example=3E?= <dave@x.example>",
    "Team: carol@bank.example, dave@x.example;",
    "undisclosed-recipients:;",
    "dave@x.example (carol@bank.example)",
    "\"carol@bank.example\" <dave@x.example>",
    "dave@x.example,\n\t\"x\" <erin@y.example>",
    "dave@x.example, , carol@bank.example",
    "<carol@bank.example>",
    "\"a b\"@x.example",
    "a?b@x.example",
    "\"q\\\"q\"@x.example",
    "  carol@bank.example  ",
    "",
];

/// What messages are about, and what other fields say.
const TEXTS: [&str; 24] = [
    "invoice",
    "Your INVOICE 7",
    "=?UTF-8?Q?Rechnung_f=C3=BCr?=\n =?UTF-8?B?IE3DpHJ6?=",
    "=?utf-8?b?aW52?= =?utf-8?b?b2ljZQ==?=",
    "=?utf-8?q?inv?=oice",
    "=?iso-8859-1?q?M=E4rz?=",
    "=?utf-8?q?invoice_=F0=9F=93=A7?=",
    "Märchen",
    "in\n voice",
    "your\n\tinvoice\n  of today",
    "two  blanks",
    "tab\there",
    "",
    " ",
    "a*b",
    "a?b",
    "a\\b",
    "say \"hello\"",
    "[x] {1} (2) 50% _ ~",
    "<all.lists.example>",
    "All lists <all.LISTS.example>",
    "invoice invoice",
    "re: =?utf-8?q?re=3A_invoice?=",
    "ÄÖÜ",
];

/// What rules look for.
const PATTERNS: [&str; 24] = [
    "invoice",
    "*invoice*",
    "invoice*",
    "*voice",
    "INVOICE",
    "März",
    "*März",
    "märz",
    "Ä*",
    "*@bank.example",
    "carol@bank.example",
    "CAROL@*",
    "*",
    "a?b*",
    "?",
    "a\\b*",
    "\\",
    "\"",
    "a*b",
    "two  blanks",
    "*lists.example>",
    "your*today",
    "_",
    "{1}",
];

/// What messages say, each with the fields that tell how that is written.
const BODIES: [(&str, &str); 9] = [
    ("", "few\n"),
    ("", "your invoice\nof today\n"),
    ("", ""),
    (
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n",
        "Rechnung f=C3=BCr M=C3=A4rz, and a line that is bro=\nken\n",
    ),
    (
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n",
        "WW91ciBJTlZPSUNFIGbDvHIgTcOkcnoK\n",
    ),
    (
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n",
        "M=E4rz, broken\n",
    ),
    (
        "MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n",
        "<p>your <b>inv</b>oice for M\u{e4}rz</p>\n",
    ),
    (
        "MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=xx\n",
        "This is invoice in MIME\n--xx\nContent-Type: text/plain; charset=us-ascii\n\nplain words\n\
         --xx\nContent-Type: text/html\n\n<i>marked words</i>\n--xx--\n",
    ),
    (
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"y y\"\n",
        "--y y\n\nfew words\n--y y\nContent-Type: application/octet-stream\n\nyour invoice\n--y y\n\
         Content-Type: text/csv; name=invoice.csv\nContent-Disposition: attachment; filename=invoice.csv\n\n\
         broken;M=C3=A4rz\n--y y--\n",
    ),
];

/// What rules look for in a text.
const PARTS: [&str; 12] = [
    "invoice",
    "your INVOICE",
    "März",
    "märz",
    "broken",
    "few",
    "words",
    "<b>",
    "oice for",
    "today",
    "many words",
    "\\",
];

fn field() -> impl Strategy<Value = String> {
    prop_oneof![
        select(&PEOPLE[..]).prop_flat_map(|people| {
            select(&["From", "from", "To", "Cc", "X-Who"][..])
                .prop_map(move |name| format!("{name}: {people}\n"))
        }),
        select(&TEXTS[..]).prop_flat_map(|text| {
            select(&["Subject", "SUBJECT", "List-Id", "X-Tag"][..])
                .prop_map(move |name| format!("{name}: {text}\n"))
        }),
    ]
}

/// A message, small or large, with fields that stand there twice, are empty or missing.
fn message() -> impl Strategy<Value = (String, bool, &'static str)> {
    let body = select(&BODIES[..]);
    let fields = proptest::collection::vec(field(), 0..7);
    (fields, any::<bool>(), body).prop_map(|(fields, large, (mime, body))| {
        (format!("{}{mime}", fields.concat()), large, body)
    })
}

fn toml(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn condition() -> impl Strategy<Value = String> {
    let pattern = || select(&PATTERNS[..]).prop_map(toml);
    let leaf = prop_oneof![
        pattern().prop_map(|text| format!("from = {text}")),
        pattern().prop_map(|text| format!("to = {text}")),
        pattern().prop_map(|text| format!("subject = {text}")),
        (
            select(&["X-Tag", "list-id", "X-Who", "From", "Subject"][..]),
            pattern()
        )
            .prop_map(|(name, text)| format!("header = {{ {name} = {text} }}")),
        select(&PARTS[..]).prop_map(|part| format!("text = {}", toml(part))),
        Just("larger = \"8 KiB\"".to_owned()),
        Just("smaller = \"8 KiB\"".to_owned()),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        let all =
            proptest::collection::vec(inner.clone().prop_map(|one| format!("{{ {one} }}")), 1..3);
        prop_oneof![
            all.clone()
                .prop_map(|all| format!("all = [{}]", all.join(", "))),
            all.prop_map(|all| format!("any = [{}]", all.join(", "))),
            inner.prop_map(|one| format!("not = {{ {one} }}")),
        ]
    })
}

fn action() -> impl Strategy<Value = String> {
    let labels = proptest::collection::vec(
        select(&["invoice", "To Do", "x-y", "later"][..]).prop_map(toml),
        0..3,
    );
    let goes = proptest::option::weighted(0.25, select(&FOLDERS[..]).prop_map(toml));
    let copies = proptest::sample::subsequence(&FOLDERS[..], 0..3).prop_shuffle();
    let copies = proptest::option::weighted(0.4, copies);
    let stop = proptest::bool::weighted(0.2);
    (labels, any::<bool>(), copies, goes, stop).prop_filter_map(
        "nothing",
        |(labels, flag, copies, goes, stop)| {
            let mut parts = Vec::new();
            if !labels.is_empty() {
                parts.push(format!("label = [{}]", labels.join(", ")));
            }
            parts.extend(flag.then(|| "flag = true".to_owned()));
            let copies = copies.unwrap_or_default();
            if !copies.is_empty() {
                let copies: Vec<String> = copies.into_iter().map(toml).collect();
                parts.push(format!("copy = [{}]", copies.join(", ")));
            }
            parts.extend(goes.map(|folder| format!("move = {folder}")));
            parts.extend(stop.then(|| "stop = true".to_owned()));
            (!parts.is_empty()).then(|| parts.join(", "))
        },
    )
}

/// Where each message lies, in each folder once, and what it carries there, by its number.
fn lying(mailbox: &Mailbox) -> BTreeMap<usize, BTreeMap<&'static str, String>> {
    let mut all: BTreeMap<usize, BTreeMap<&str, String>> = BTreeMap::new();
    let mut session = mailbox.member(&mailbox.address);
    for folder in ["INBOX"].iter().chain(&FOLDERS) {
        let told = session.ok(&format!("SELECT {}", quoted(&utf7(folder))));
        if told.contains("* 0 EXISTS") {
            continue;
        }
        let told = session.ok("UID FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (X-Number)])");
        for part in told.split(" FETCH (").skip(1) {
            let flags = part
                .split_once("FLAGS (")
                .unwrap()
                .1
                .split_once(')')
                .unwrap()
                .0;
            let flags = flags
                .split(' ')
                .filter(|flag| !["\\Recent", "\\Seen", ""].contains(flag));
            let mut flags: Vec<String> = flags.map(str::to_lowercase).collect();
            flags.sort_unstable();
            let number = part.split_once("X-Number: ").unwrap().1;
            let number: usize = number.lines().next().unwrap().trim().parse().unwrap();
            let places = all.entry(number).or_default();
            let twice = places.insert(folder, flags.join(" "));
            assert_eq!(twice, None, "message {number} lies in {folder} twice");
        }
    }
    all
}

fn add(mailbox: &Mailbox, rules: &[(String, String)]) {
    for (n, (when, then)) in rules.iter().enumerate() {
        let name = format!("r{n}");
        let words = [
            "rule",
            "add",
            &mailbox.address,
            &name,
            "--when",
            when,
            "--then",
            then,
        ];
        mailbox.provider.run(words).exits(0);
    }
}

/// What the two ways make of the same mail, where that is not the same.
fn differences(provider: &Provider, rules: &[(String, String)], mail: &[String]) -> Vec<String> {
    let [coming, there] = [0, 1].map(|_| Mailbox::on(provider, &FOLDERS, 0));
    add(&coming, rules);
    deliver(provider, &coming.address, mail);
    deliver(provider, &there.address, mail);
    add(&there, rules);
    provider.run(["rule", "run", &there.address]).exits(0);
    let (filtered, ran) = (lying(&coming), lying(&there));
    let mut told = Vec::new();
    for (n, message) in mail.iter().enumerate() {
        let (one, other) = (filtered.get(&n), ran.get(&n));
        if one.is_none() || one != other {
            let head = message.split("\n\n").next().unwrap();
            told.push(format!("filtered {one:?}, ran {other:?}:\n{head}"));
        }
    }
    told
}

fn agree(provider: &Provider, seed: u8) {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let rules = proptest::collection::vec((condition(), action()), 6..9);
    let rules = rules.new_tree(&mut runner).unwrap().current();
    let mail = proptest::collection::vec(message(), 60);
    let mail = mail.new_tree(&mut runner).unwrap().current();
    let whole = |(n, (fields, large, body)): (usize, (String, bool, &str))| {
        // Cyrus takes a group without members for an address, and what an encoded word holds too.
        let fields = match provider.kind() {
            Kind::Cyrus => fields
                .replace("undisclosed-recipients:;", "dave@x.example")
                .replace("=3Ca@bank.example=3E", "x"),
            _ => fields,
        };
        // A preamble is no part of anything.
        let body = match large {
            true if body.contains("--") => format!("{}{body}", "many words\n".repeat(2000)),
            true if fields.contains("base64") => {
                format!("{body}{}", "ZmlndXJlcyBhZ2Fpbgo=\n".repeat(1200))
            }
            true => format!("{body}{}", "many words\n".repeat(2000)),
            false => body.to_owned(),
        };
        format!("X-Number: {n}\nMessage-ID: <{seed}.{n}@tests.example>\n{fields}\n{body}")
    };
    let mail: Vec<String> = mail.into_iter().enumerate().map(whole).collect();
    let told = differences(provider, &rules, &mail);
    assert!(
        told.is_empty(),
        "seed {seed}: {} of {} messages\n{}\n\n{rules:#?}",
        told.len(),
        mail.len(),
        told.join("\n---\n")
    );
}

/// Each part of a text is looked for in each text.
fn texts_agree(provider: &Provider) {
    let rule = |(n, part): (usize, &&str)| {
        let label = format!("label = \"part{n}\"");
        (format!("text = {}", toml(part)), label)
    };
    let rules: Vec<(String, String)> = PARTS.iter().enumerate().map(rule).collect();
    let message = |(n, (mime, body)): (usize, &(&str, &str))| {
        format!("X-Number: {n}\nMessage-ID: <t{n}@tests.example>\nSubject: broken\n{mime}\n{body}")
    };
    let mail: Vec<String> = BODIES.iter().enumerate().map(message).collect();
    let told = differences(provider, &rules, &mail);
    assert!(told.is_empty(), "{}", told.join("\n---\n"));
    let there = Mailbox::on(provider, &FOLDERS, 0);
    deliver(provider, &there.address, &mail);
    add(&there, &rules);
    let ran = provider.run(["rule", "run", &there.address]).exits(0);
    // As is plain from the bodies alone.
    ran.says("9 messages judged, 8 taken by rules, 8 changed");
    let lying = lying(&there);
    let carries = |n: usize| lying[&n]["INBOX"].as_str();
    assert_eq!(carries(2), "");
    assert_eq!(carries(4), "part0 part1 part2 part3");
    assert_eq!(carries(6), "part2 part3 part7 part8");
    assert_eq!(carries(8), "part4 part5 part6");
}

/// Copies that other rules make too, or that the message follows.
fn copies_agree(provider: &Provider) {
    let rules = [
        (
            "subject = \"twice\"",
            "label = \"first\", copy = \"Invoices\"",
        ),
        (
            "subject = \"twice\"",
            "label = \"second\", copy = [\"A b\", \"Invoices\"]",
        ),
        (
            "subject = \"moved\"",
            "label = \"first\", copy = [\"Invoices\", \"A b\"]",
        ),
        (
            "subject = \"moved\"",
            "label = \"second\", move = \"Invoices\"",
        ),
        ("subject = \"twice\"", "label = \"third\", stop = true"),
        (
            "subject = \"both\"",
            "flag = true, copy = \"März\", move = \"März\"",
        ),
        ("subject = \"i\"", "copy = \"März\""),
    ];
    let rules: Vec<(String, String)> = rules
        .iter()
        .map(|(when, then)| ((*when).to_owned(), (*then).to_owned()))
        .collect();
    let message = |(n, subject): (usize, &&str)| {
        format!("X-Number: {n}\nMessage-ID: <c{n}@tests.example>\nSubject: {subject}\n\nx\n")
    };
    let subjects = ["twice", "moved", "both", "i", "none"];
    let mail: Vec<String> = subjects.iter().enumerate().map(message).collect();
    let told = differences(provider, &rules, &mail);
    assert!(told.is_empty(), "{}", told.join("\n---\n"));
}

/// The seeds that are tried: more of them by SHAREMAIL_AGREEMENT=20.
fn seeds() -> std::ops::Range<u8> {
    let many = std::env::var("SHAREMAIL_AGREEMENT").ok();
    0..many.and_then(|n| n.parse().ok()).unwrap_or(2)
}

#[test]
fn what_dovecot_filters_is_what_rules_do() {
    texts_agree(Dovecot::filtering());
    copies_agree(Dovecot::filtering());
    seeds().for_each(|seed| agree(Dovecot::filtering(), seed));
}

#[test]
fn what_cyrus_filters_is_what_rules_do() {
    texts_agree(Cyrus::filtering());
    copies_agree(Cyrus::filtering());
    seeds().for_each(|seed| agree(Cyrus::filtering(), seed));
}
