//! What is read is what was written, and what is wrong is told.

use super::*;
use crate::manifest::{write_held, write_holds, write_policies, write_seen};
use crate::model::retention::{Age, Mark, Only, Policy, Then};
use proptest::prelude::*;

const ALL: &str = r#"
[retention]
Trash = { after = "30d", then = "delete" }
inbox = { after = "1y", then = "archive", to = "Archive/{year}", only = "answered" }
"Archive \"x\"" = { after = "10y", then = "delete", grace = "4w" }
Sent = { then = "trash", after = "2y", only = "finished" }
Junk = { then = "delete", after = "7d", at-once = true }
"#;

const HOLDS: &str = r#"
[[hold]]
case = "2026-17"
match = { from = "*@acme.example" }
until = 2028-01-01
[[hold]]
case = "other"
until = "2027-02-28"
match = { any = [{ subject = "x" }, { header = { List-Id = "y" } }] }
"#;

#[test]
fn policies_are_read_and_written_alike() {
    let policies = parse_policies(ALL).unwrap();
    let written = write_policies(&policies);
    insta::assert_snapshot!(written, @r#"
    [retention]
    "Archive \"x\"" = { after = "10y", then = "delete", grace = "28d" }
    "INBOX" = { after = "1y", then = "archive", to = "Archive/{year}", only = "answered" }
    "Junk" = { after = "7d", then = "delete", at-once = true }
    "Sent" = { after = "2y", then = "trash", only = "finished" }
    "Trash" = { after = "30d", then = "delete" }
    "#);
    assert_eq!(parse_policies(&written), Ok(policies));
    assert_eq!(parse_policies(""), Ok(Policies::default()));
    assert_eq!(write_policies(&Policies::default()), "");
}

#[test]
fn holds_are_read_and_written_alike() {
    let holds = parse_holds(HOLDS).unwrap();
    let written = write_holds(&holds);
    insta::assert_snapshot!(written, @r#"
    [[hold]]
    case = "2026-17"
    match = { from = "*@acme.example" }
    until = 2028-01-01

    [[hold]]
    case = "other"
    match = { any = [{ subject = "x" }, { header = { "List-Id" = "y" } }] }
    until = 2027-02-28
    "#);
    assert_eq!(parse_holds(&written), Ok(holds));
    assert_eq!(parse_holds(""), Ok(Holds::default()));
}

#[test]
fn what_runs_have_seen_is_read_as_it_was_written() {
    let mut seen = Seen::default();
    for (n, day) in ["2026-11-29", "2026-11-30"].into_iter().enumerate() {
        seen.note("Trash \"x\"", 7, n as u32 + 15, day.parse().unwrap());
    }
    let written = write_seen(&seen);
    insta::assert_snapshot!(written, @r#"
    [seen]
    "Trash \"x\"" = "7 2026-11-29:15 2026-11-30:16"
    "#);
    assert_eq!(parse_seen(&written), Ok(seen));
    for bad in [
        "",
        "x",
        "7 2026-11-29",
        "7 2026-11-29:2 2026-11-30:1",
        "7 2026-11-30:1 2026-11-29:2",
    ] {
        assert!(
            parse_seen(&format!("[seen]\na = {bad:?}")).is_err(),
            "{bad}"
        );
    }
}

#[test]
fn what_is_held_is_read_as_it_was_written() {
    let mut held = Held::default();
    for n in 0..10_u64 {
        let facts = crate::model::rule::Facts {
            size: n,
            ..crate::model::rule::Facts::default()
        };
        held.note(["2026 \"17\"", "b"][n as usize / 9], Mark::of(&facts));
    }
    let written = write_held(&held);
    assert_eq!(written.lines().count(), 8, "{written}");
    assert_eq!(parse_held(&written), Ok(held));
    assert_eq!(write_held(&Held::default()), "");
    assert!(parse_held("[held]\na = [\"x\"]").is_err());
}

fn wrong(text: &str) -> String {
    let errors = match text.starts_with("[[") {
        true => parse_holds(text).unwrap_err(),
        false => parse_policies(&format!("[retention]\n{text}")).unwrap_err(),
    };
    let errors: Vec<String> = errors.iter().map(|error| error.what().to_owned()).collect();
    errors.join("; ")
}

#[test]
fn what_is_wrong_is_told_in_plain_words() {
    for (text, what) in [
        ("a = \"x\"", "expected a table"),
        ("a = { after = \"30d\" }", "says no \"then\""),
        ("a = { then = \"delete\" }", "says no \"after\""),
        (
            "a = { then = \"burn\", after = \"1d\" }",
            "none of archive, trash, delete",
        ),
        (
            "a = { then = \"archive\", after = \"1d\" }",
            "says no \"to\"",
        ),
        (
            "a = { then = \"trash\", to = \"b\", after = \"1d\" }",
            "for then = \"archive\" alone",
        ),
        (
            "a = { then = \"archive\", to = \"{day}\", after = \"1d\" }",
            "is no folder",
        ),
        (
            "a = { then = \"trash\", after = \"30\" }",
            "write 30d, 4w or 10y",
        ),
        (
            "a = { then = \"trash\", after = \"1d\", grace = \"1d\" }",
            "alone",
        ),
        (
            "a = { then = \"delete\", after = \"1d\", grace = \"1d\", at-once = true }",
            "exclude",
        ),
        (
            "a = { then = \"trash\", after = \"1d\", only = \"old\" }",
            "neither \"answered\" nor",
        ),
        (
            "a = { then = \"trash\", after = \"1d\", fter = \"1d\" }",
            "unknown key \"fter\"",
        ),
        (
            "\"a\\nb\" = { then = \"trash\", after = \"1d\" }",
            "no path of a folder",
        ),
        (
            "INBOX = { then = \"trash\", after = \"1d\" }\ninbox = { then = \"trash\", after = \"1d\" }",
            "named twice",
        ),
        ("[[hold]]\ncase = \"a\"", "hold says no \"until\""),
        (
            "[[hold]]\ncase = \"\"\nmatch = { from = \"a@b\" }\nuntil = 2028-01-01",
            "names no case",
        ),
        (
            "[[hold]]\ncase = \"a\"\nmatch = {}\nuntil = 2028-01-01",
            "every message would be meant",
        ),
        (
            "[[hold]]\ncase = \"a\"\nmatch = { from = \"a@b\" }\nuntil = 2028-01-01T00:00:00Z",
            "expected a date",
        ),
        (
            "[[hold]]\ncase = \"a\"\nmatch = { from = \"a@b\" }\nuntil = \"soon\"",
            "is no date",
        ),
    ] {
        let told = wrong(text);
        assert!(told.contains(what), "{text}: {told}");
    }
}

fn ages() -> impl Strategy<Value = Age> {
    prop_oneof![
        (1u32..9_000).prop_map(Age::Days),
        (1u32..200).prop_map(Age::Years)
    ]
}

proptest! {
    #[test]
    fn any_policy_is_read_as_it_was_written(
        path in "[ -~ä]{1,20}", after in ages(), grace in proptest::option::of(ages()),
        (only, at_once, n) in (0_usize..3, any::<bool>(), 0..3),
    ) {
        let then = match n {
            0 => Then::Archive { to: "A b/{year}".parse().unwrap() },
            1 => Then::Trash,
            _ => Then::Delete,
        };
        let deletes = then == Then::Delete;
        let policy = Policy {
            after,
            only: [None, Some(Only::Answered), Some(Only::Finished)][only],
            at_once: at_once && deletes,
            grace: grace.filter(|_| deletes && !at_once),
            then,
        };
        let mut policies = Policies::default();
        policies.set(&path, policy);
        prop_assert_eq!(parse_policies(&write_policies(&policies)), Ok(policies));
    }

    #[test]
    fn whatever_stands_there_is_told_and_no_panic(text in "\\PC{0,80}") {
        let _ = parse_policies(&text);
        let _ = parse_holds(&text);
    }
}
