//! How long mail is kept: the table `retention` and the tables `hold` in the mailbox's own settings.
//!
//! ```toml
//! [retention]
//! "Trash" = { after = "30d", then = "delete" }
//! "INBOX" = { after = "1y", then = "archive", to = "Archive/{year}", only = "answered" }
//!
//! [[hold]]
//! case = "2026-17"
//! match = { from = "*@acme.example" }
//! until = 2028-01-01
//! ```

use super::fault::{Faults, cut};
use super::key::{
    AFTER, AT_ONCE, CASE, GRACE, HELD, HOLD, MATCH, ONLY, RETENTION, SEEN, THEN, TO, UNTIL,
};
use super::labels::fits;
use super::node::{self, Name, Node, Value};
use super::source::Source;
use super::{rules, toml, unknown};
use crate::error::{Error, is_printable};
use crate::model::retention::{Held, Hold, Holds, Mark, Marks, Only, Policies, Policy, Seen, Then};
use crate::model::rule::When;
use crate::model::setting::FOLDER;
use crate::model::template::Template;
use chrono::NaiveDate;

/// What may stand in a policy.
const FIELDS: [&str; 6] = [AFTER, THEN, TO, ONLY, GRACE, AT_ONCE];
/// What a policy may do.
const ACTIONS: [&str; 3] = ["archive", "trash", "delete"];
/// No path of a folder is longer, in bytes.
const LONGEST: usize = 1_000;

/// What the settings of a mailbox say, in `text`, of how long its mail is kept.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse_policies(text: &str) -> Result<Policies, Vec<Error>> {
    parse(text, RETENTION, policies)
}

/// The same of what is kept whatever else is said.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse_holds(text: &str) -> Result<Holds, Vec<Error>> {
    parse_holds_in(FOLDER, text)
}

/// What the settings of a mailbox say, in `text`, of since when its mail lies where it lies.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse_seen(text: &str) -> Result<Seen, Vec<Error>> {
    parse(text, SEEN, seen)
}

/// The same of which messages are held.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse_held(text: &str) -> Result<Held, Vec<Error>> {
    parse(text, HELD, held)
}

/// The same of a text that lies in `place`.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse_holds_in(place: &str, text: &str) -> Result<Holds, Vec<Error>> {
    parse_in(place, text, HOLD, holds)
}

fn parse<T: Default>(
    text: &str,
    key: &str,
    read: fn(&Source, &Node, &str, &mut Faults) -> T,
) -> Result<T, Vec<Error>> {
    parse_in(FOLDER, text, key, read)
}

fn parse_in<T: Default>(
    place: &str,
    text: &str,
    key: &str,
    read: fn(&Source, &Node, &str, &mut Faults) -> T,
) -> Result<T, Vec<Error>> {
    let (source, mut faults) = (Source::new(1, place, text), Faults::default());
    let mut all = T::default();
    if let Some(root) = toml::parse(&source, &mut faults) {
        for (name, node) in root.entries() {
            match name.text == key {
                true => all = read(&source, node, key, &mut faults),
                false => unknown(&source, name, "in the settings", &[key], &mut faults),
            }
        }
    }
    faults.into_result().map(|()| all)
}

/// Reads the table called `label`.
pub(super) fn policies(source: &Source, node: &Node, label: &str, faults: &mut Faults) -> Policies {
    let mut policies = Policies::default();
    let entries = node::table(source, node, label, faults);
    if entries.len() > Policies::MOST {
        let what = format!("{label} names more than {} folders", Policies::MOST);
        faults.add(source, node.at, what, None);
        return policies;
    }
    for (name, node) in entries {
        if !is_path(&name.text) {
            let what = format!("{:?} is no path of a folder", cut(&name.text));
            faults.add(source, name.at, what, None);
            continue;
        }
        let label = format!("{label}.{:?}", cut(&name.text));
        let Some(policy) = policy(source, node, &label, faults) else {
            continue;
        };
        if policies.set(&name.text, policy).is_some() {
            let what = format!("{label}: the folder is named twice");
            faults.add(source, name.at, what, None);
        }
    }
    policies
}

fn is_path(path: &str) -> bool {
    !path.is_empty() && path.len() <= LONGEST && path.chars().all(is_printable)
}

/// Reads the table called `label`: `"Trash" = "1795946967 2026-11-29:15 2026-11-30:20"`.
fn seen(source: &Source, node: &Node, label: &str, faults: &mut Faults) -> Seen {
    let mut seen = Seen::default();
    for (name, node) in node::table(source, node, label, faults) {
        let label = format!("{label}.{:?}", cut(&name.text));
        let Some(text) = node::text(source, node, &label, faults) else {
            continue;
        };
        match marks(text) {
            Some(marks) if seen.0.len() < Seen::MOST => {
                seen.0.insert(name.text.clone(), marks);
            }
            _ => faults.add(source, node.at, format!("{label} makes no sense"), None),
        }
    }
    seen
}

/// Reads the table called `label`: `"2026-17" = ["0f3c…", "88ab…"]`.
fn held(source: &Source, node: &Node, label: &str, faults: &mut Faults) -> Held {
    let mut held = Held::default();
    for (name, node) in node::table(source, node, label, faults) {
        let label = format!("{label}.{:?}", cut(&name.text));
        for item in node::list(source, node, &label, faults) {
            let text = node::text(source, item, &label, faults).unwrap_or_default();
            for word in text.split(' ') {
                let is_noted = Mark::parse(word).is_some_and(|mark| held.note(&name.text, mark));
                if !is_noted {
                    let what = format!("{label}: {:?} makes no sense there", cut(word));
                    faults.add(source, item.at, what, None);
                }
            }
        }
    }
    held
}

fn marks(text: &str) -> Option<Marks> {
    let mut words = text.split(' ');
    let uid_validity = words.next()?.parse().ok()?;
    let mark = |word: &str| {
        let (day, highest) = word.split_once(':')?;
        Some((day.parse().ok()?, highest.parse().ok()?))
    };
    let days: Vec<(NaiveDate, u32)> = words.map(mark).collect::<Option<_>>()?;
    days.is_sorted_by(|one, next| one.0 < next.0 && one.1 < next.1)
        .then_some(Marks { uid_validity, days })
}

/// A policy as far as it is read.
#[derive(Default)]
struct Read<'n> {
    then: Option<(usize, &'n str)>,
    to: Option<(usize, &'n str)>,
    after: Option<(usize, &'n str)>,
    grace: Option<(usize, &'n str)>,
    only: Option<(usize, &'n str)>,
    at_once: bool,
}

fn policy(source: &Source, node: &Node, label: &str, faults: &mut Faults) -> Option<Policy> {
    let mut read = Read::default();
    for (field, value) in node::table(source, node, label, faults) {
        let place = format!("{label}.{}", cut(&field.text));
        let field_read = match field.text.as_str() {
            AFTER => &mut read.after,
            THEN => &mut read.then,
            TO => &mut read.to,
            ONLY => &mut read.only,
            GRACE => &mut read.grace,
            AT_ONCE => {
                read.at_once = node::truth(source, value, &place, faults)?;
                continue;
            }
            _ => {
                unknown(source, field, &format!("in {label}"), &FIELDS, faults);
                return None;
            }
        };
        *field_read = Some((value.at, node::text(source, value, &place, faults)?));
    }
    if !matches!(node.value, Value::Table(_)) {
        return None;
    }
    read.policy(source, node.at, label, faults)
}

impl Read<'_> {
    fn policy(
        &self,
        source: &Source,
        at: usize,
        label: &str,
        faults: &mut Faults,
    ) -> Option<Policy> {
        let mut wrong = |at: usize, what: String| {
            faults.add(source, at, format!("{label}: {what}"), None);
            None
        };
        let missing = |key: &str| format!("it says no {key:?}");
        let then = match (self.then, self.to) {
            (None, _) => return wrong(at, missing(THEN)),
            (Some((_, "archive")), None) => return wrong(at, missing(TO)),
            (Some((_, "archive")), Some((at, to))) => match to.parse() {
                Ok(to) if is_path(text(&to)) => Then::Archive { to },
                Ok(_) => return wrong(at, format!("{:?} is no path of a folder", cut(to))),
                Err(why) => return wrong(at, format!("{:?} is no folder: {why}", cut(to))),
            },
            (Some((_, "trash")), None) => Then::Trash,
            (Some((_, "delete")), None) => Then::Delete,
            (Some((_, "trash" | "delete")), Some((at, _))) => {
                return wrong(at, "\"to\" is for then = \"archive\" alone".to_owned());
            }
            (Some((at, other)), _) => {
                let what = format!("{:?} is none of {}", cut(other), ACTIONS.join(", "));
                return wrong(at, what);
            }
        };
        let Some((at_after, after)) = self.after else {
            return wrong(at, missing(AFTER));
        };
        let after = match after.parse() {
            Ok(after) => after,
            Err(why) => return wrong(at_after, format!("{:?}: {why}", cut(after))),
        };
        let grace = match self.grace.map(|(at, text)| (at, text, text.parse())) {
            None => None,
            Some((_, _, Ok(grace))) => Some(grace),
            Some((at, text, Err(why))) => return wrong(at, format!("{:?}: {why}", cut(text))),
        };
        if then != Then::Delete && (grace.is_some() || self.at_once) {
            let what = "\"grace\" and \"at-once\" are for then = \"delete\" alone";
            return wrong(at, what.to_owned());
        }
        if grace.is_some() && self.at_once {
            return wrong(
                at,
                "\"grace\" and \"at-once\" exclude each other".to_owned(),
            );
        }
        let only = match self.only {
            None => None,
            Some((_, "answered")) => Some(Only::Answered),
            Some((_, "finished")) => Some(Only::Finished),
            Some((at, other)) => {
                let what = format!("{:?} is neither \"answered\" nor \"finished\"", cut(other));
                return wrong(at, what);
            }
        };
        Some(Policy {
            after,
            then,
            only,
            grace,
            at_once: self.at_once,
        })
    }
}

fn text(to: &Template) -> &str {
    to.as_str()
}

/// Reads the tables called `label`.
pub(super) fn holds(source: &Source, node: &Node, label: &str, faults: &mut Faults) -> Holds {
    let mut holds = Holds::default();
    let items = node::list(source, node, label, faults);
    if items.len() > Holds::MOST {
        let what = format!("there are more than {} holds", Holds::MOST);
        faults.add(source, node.at, what, None);
        return holds;
    }
    for item in items {
        let Some(hold) = hold(source, item, label, faults) else {
            continue;
        };
        if let Err(other) = holds.add(hold) {
            let what = format!("another hold is of the case {:?} too", cut(&other.case));
            faults.add(source, item.at, what, None);
        }
    }
    holds
}

/// What is held is told by the header alone, of however many messages.
fn of_header(source: &Source, node: &Node, label: &str, faults: &mut Faults) -> Option<When> {
    let when = rules::condition(source, node, label, faults)?;
    if when.reads_text() {
        let what = format!("{label} asks headers alone, and cannot look for a text");
        faults.add(source, node.at, what, None);
        return None;
    }
    Some(when)
}

fn hold(source: &Source, node: &Node, label: &str, faults: &mut Faults) -> Option<Hold> {
    let (mut case, mut what, mut until) = (None, None, None);
    for (field, value) in node::table(source, node, label, faults) {
        let place = format!("{label}.{}", cut(&field.text));
        match field.text.as_str() {
            CASE => case = Some(self::case(source, value, &place, faults)),
            MATCH => what = Some(of_header(source, value, &place, faults)),
            UNTIL => until = Some(node::day(source, value, &place, faults)),
            _ => known(source, field, label, faults),
        }
    }
    for (key, is_there) in [
        (CASE, case.is_some()),
        (MATCH, what.is_some()),
        (UNTIL, until.is_some()),
    ] {
        if !is_there && matches!(node.value, Value::Table(_)) {
            faults.add(source, node.at, format!("{label} says no {key:?}"), None);
        }
    }
    Some(Hold {
        case: case??,
        what: what??,
        until: until??,
    })
}

fn known(source: &Source, field: &Name, label: &str, faults: &mut Faults) {
    unknown(
        source,
        field,
        &format!("in {label}"),
        &[CASE, MATCH, UNTIL],
        faults,
    );
}

fn case(source: &Source, node: &Node, label: &str, faults: &mut Faults) -> Option<String> {
    let text = node::text(source, node, label, faults)?;
    match fits(text) {
        Ok(()) => Some(text.to_owned()),
        Err(why) => {
            let what = format!("{:?} names no case: {why}", cut(text));
            faults.add(source, node.at, what, None);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::{write_held, write_holds, write_policies, write_seen};
    use crate::model::retention::Age;
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
}
