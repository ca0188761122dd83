//! The house rules: imports between the rooms of `src/` run downwards, what each room may know, and that
//! files of one room import each other in no circle.
//!
//! Whatever breaks a rule is told in one line. None is broken, and no list forgives one.

mod imports;
mod verbs;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use imports::{Import, imports};

/// The rooms from top to bottom, those of one line beside each other. Some are still to come.
const ROOMS: [&[&str]; 23] = [
    &["main", "lib"],
    &["commands"],
    &["run"],
    &["cli"],
    &["doctor"],
    &["post"],
    &["journey"],
    &["report"],
    &["decide"],
    &["apply"],
    &["observe"],
    &["reach"],
    &["export", "sheet", "manifest"],
    &["outbox", "undo", "audit", "archive"],
    &["output"],
    &["document"],
    &PROTOCOLS,
    &["mail"],
    &["net"],
    &["profile"],
    &["ledger", "private", "input", "program", "memory", "nesting"],
    &["model"],
    &["interrupt", "deadline", "error", "exit", "growth"],
];

/// One for each protocol; `http` serves `dav` and `oauth`.
const PROTOCOLS: [&str; 7] = [
    "imap",
    "smtp",
    "sieve",
    "managesieve",
    "http",
    "dav",
    "oauth",
];

/// What a protocol room may import beside itself.
const FOR_PROTOCOLS: [&str; 9] = [
    "net",
    "mail",
    "model",
    "error",
    "exit",
    "interrupt",
    "memory",
    "growth",
    "nesting",
];

/// The line of the room, counted from the top.
fn level(room: &str) -> usize {
    let found = ROOMS.iter().position(|line| line.contains(&room));
    found.unwrap_or_else(|| panic!("src/{room} is no room: give it a place among ROOMS"))
}

/// What is wrong with one room's import of another, apart from circles.
fn faults(from: &str, to: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut rule = |is_broken: bool, what: String| faults.extend(is_broken.then_some(what));
    let protocol = |room| PROTOCOLS.contains(&room);
    rule(
        level(to) < level(from),
        format!("it runs up, from {from} to {to}"),
    );
    rule(
        from == "commands" && (protocol(to) || to == "apply"),
        format!("commands knows neither a protocol nor apply, and {to} is one"),
    );
    rule(
        ["journey", "post", "observe", "apply"].contains(&from)
            && ["cli", "commands"].contains(&to),
        format!("{from} knows neither options nor verbs"),
    );
    rule(
        ["apply", "observe", "reach"].contains(&from) && to == "output",
        format!("{from} prints nothing"),
    );
    rule(
        to == "ledger" && !["apply", "post", "reach", "undo", "audit"].contains(&from),
        format!(
            "what is written down of a change is the business of apply and post, not of {from}"
        ),
    );
    let serves = to == "http" && ["dav", "oauth"].contains(&from);
    rule(
        protocol(from) && !FOR_PROTOCOLS.contains(&to) && !serves,
        format!("a protocol knows net, mail, model and error alone, not {to}"),
    );
    faults
}

/// The verb, or the noun with verbs, that a file belongs to; none has the match over all of them.
fn verb(path: &str) -> Option<&str> {
    let file = path.strip_prefix("src/commands/")?.split('/').next()?;
    (file != "mod.rs").then(|| file.trim_end_matches(".rs"))
}

/// What two verbs share belongs to neither of them.
fn between_verbs(import: &Import) -> Option<String> {
    let (from, to) = (&import.from.path, &import.to.path);
    let (one, other) = (verb(from)?, verb(to)?);
    (one != other)
        .then(|| format!("{from} imports {to}: no verb knows another, as {one} does {other}"))
}

/// Every fault of `all`, one line each.
fn told(all: &[Import]) -> BTreeSet<String> {
    let circles = circles(all);
    let others = all
        .iter()
        .filter(|import| import.from.room != import.to.room);
    let faults = others.flat_map(|import| {
        let (from, to) = (&import.from, &import.to);
        let mut faults = faults(&from.room, &to.room);
        let beside = level(&from.room) == level(&to.room);
        if beside && circles.get(&from.path) == circles.get(&to.path) {
            faults.push(format!(
                "{} and {} import each other in a circle",
                from.room, to.room
            ));
        }
        let line = move |fault| format!("{} imports {}: {fault}", from.path, to.path);
        faults.into_iter().map(line)
    });
    faults.chain(all.iter().filter_map(between_verbs)).collect()
}

/// The circles of files of one room, each in a line.
fn inside(all: &[Import]) -> BTreeSet<String> {
    let within = all
        .iter()
        .filter(|import| import.from.room == import.to.room);
    let within: Vec<Import> = within.cloned().collect();
    let mut files: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (file, first) in circles(&within) {
        files.entry(first).or_default().push(file);
    }
    let circles = files.into_values().filter(|files| files.len() > 1);
    circles
        .map(|files| format!("{} import each other in a circle", files.join(", ")))
        .collect()
}

/// Which circle each file is in, by the first of its files; a file in none is its own.
fn circles(all: &[Import]) -> BTreeMap<String, String> {
    let mut next: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for import in all {
        next.entry(&import.from.path)
            .or_default()
            .insert(&import.to.path);
        next.entry(&import.to.path).or_default();
    }
    let reached: BTreeMap<&str, BTreeSet<&str>> = next
        .keys()
        .map(|file| (*file, reached(&next, file)))
        .collect();
    let first = |file: &str| {
        let mut both = reached[file]
            .iter()
            .filter(|to| reached[*to].contains(file));
        both.next().map_or(file, |first| *first).to_owned()
    };
    next.keys()
        .map(|file| ((*file).to_owned(), first(file)))
        .collect()
}

/// The files that `file` imports, those that they import, and so on.
fn reached<'a>(next: &BTreeMap<&'a str, BTreeSet<&'a str>>, file: &'a str) -> BTreeSet<&'a str> {
    let (mut seen, mut open) = (BTreeSet::new(), vec![file]);
    while let Some(file) = open.pop() {
        let new = next[file].iter().filter(|to| seen.insert(**to));
        open.extend(new);
    }
    seen
}

#[test]
fn imports_run_downwards_and_each_room_knows_what_it_may() {
    held(told);
}

#[test]
fn files_of_one_room_import_each_other_in_no_circle() {
    held(inside);
}

/// Nothing is wrong in `src/` by what `told` looks for.
fn held(told: impl Fn(&[Import]) -> BTreeSet<String>) {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let faults: Vec<String> = told(&imports(&here.join("src"))).into_iter().collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn each_rule_can_be_broken() {
    let broken = |from: &str, to: &str| faults(from, to).join("; ");
    for (from, to, what) in [
        ("model", "report", "runs up, from model to report"),
        ("commands", "imap", "neither a protocol nor apply"),
        ("commands", "apply", "neither a protocol nor apply"),
        ("journey", "cli", "neither options nor verbs"),
        ("post", "commands", "neither options nor verbs"),
        ("observe", "output", "prints nothing"),
        ("imap", "smtp", "a protocol knows"),
        ("managesieve", "sieve", "a protocol knows"),
        ("smtp", "profile", "a protocol knows"),
        ("http", "dav", "a protocol knows"),
        ("journey", "ledger", "the business of apply and post"),
    ] {
        assert!(
            broken(from, to).contains(what),
            "{from} {to}: {}",
            broken(from, to)
        );
    }
    for (from, to) in [
        ("commands", "journey"),
        ("journey", "output"),
        ("imap", "net"),
        ("dav", "http"),
        ("undo", "audit"),
        ("apply", "ledger"),
    ] {
        assert_eq!(broken(from, to), "");
    }
}

#[test]
fn a_verb_that_imports_another_is_told_and_its_own_files_are_not() {
    let faults = |from: &str, to: &str| told(&[Import::between(from, to)]);
    let fault = faults(
        "src/commands/offboard/whole.rs",
        "src/commands/access/mod.rs",
    );
    assert!(
        fault
            .iter()
            .all(|fault| fault.contains("no verb knows another"))
    );
    assert_eq!(fault.len(), 1);
    for (from, to) in [
        ("src/commands/mod.rs", "src/commands/show.rs"),
        ("src/commands/doctor/proof.rs", "src/commands/doctor/mod.rs"),
        ("src/commands/show.rs", "src/run/mod.rs"),
    ] {
        assert_eq!(faults(from, to).len(), 0, "{from} {to}");
    }
}

#[test]
fn a_circle_between_rooms_of_one_line_is_told_and_one_way_is_not() {
    let import = |from: &str, to: &str| Import::between(from, to);
    let way = import("src/undo/read.rs", "src/audit/line.rs");
    let back = [
        import("src/audit/line.rs", "src/audit/mod.rs"),
        import("src/audit/mod.rs", "src/undo/read.rs"),
    ];
    assert_eq!(told(std::slice::from_ref(&way)).len(), 0);
    let faults = told(&[&back[..], &[way]].concat());
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults.iter().all(|fault| fault.contains("in a circle")));
}

#[test]
fn a_circle_inside_a_room_is_told_once() {
    let import = |from: &str, to: &str| Import::between(from, to);
    let all = [
        import("src/imap/list.rs", "src/imap/wire.rs"),
        import("src/imap/wire.rs", "src/imap/token.rs"),
    ];
    assert_eq!(inside(&all).len(), 0);
    let back = [import("src/imap/token.rs", "src/imap/list.rs")];
    let circle =
        "src/imap/list.rs, src/imap/token.rs, src/imap/wire.rs import each other in a circle";
    assert_eq!(
        inside(&[&all[..], &back].concat()),
        BTreeSet::from([circle.to_owned()])
    );
}
