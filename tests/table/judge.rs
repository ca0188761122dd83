//! Holds what was seen against what a row says.

use std::collections::BTreeSet;

use super::row::{Closed, Expect};
use super::snapshot::{Facts, difference};
use crate::provider::Ran;

/// What a run said and what there was before and after it.
pub struct Seen {
    /// The run.
    pub ran: Ran,
    /// Before it.
    pub before: Facts,
    /// After it.
    pub after: Facts,
}

/// Everything that is not as it must be; nothing where all is well.
pub fn faults(expect: &Expect, seen: &Seen) -> Vec<String> {
    let mut faults = Vec::new();
    let code = seen.ran.code;
    if !code.is_some_and(|code| expect.codes.contains(&code)) {
        faults.push(format!(
            "it ended with {code:?}, not with one of {:?}",
            expect.codes
        ));
    }
    faults.extend(changes(expect, seen));
    let said = format!("{}\n{}", seen.ran.stdout, seen.ran.stderr);
    let missing = expect.says.iter().filter(|words| !said.contains(*words));
    faults.extend(missing.map(|words| format!("it does not say {words:?}")));
    if code == Some(0) {
        let missing = expect.whole.iter().filter(|words| !said.contains(*words));
        faults.extend(missing.map(|words| format!("it ends with 0 and does not say {words:?}")));
    }
    if let Some(closed) = &expect.closed {
        faults.extend(still_open(closed, seen, &said));
    }
    let false_words = expect.not.iter().filter(|words| said.contains(*words));
    faults.extend(false_words.map(|words| format!("it says {words:?}")));
    faults.extend(lies(seen, &said));
    faults
}

/// What somebody opens although it is told as closed: by the end of the run, or by a line that says
/// that it was seen of this mailbox.
fn still_open(closed: &Closed, seen: &Seen, said: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for (mailbox, address) in &closed.mailboxes {
        let verified = format!("(verified as {}", closed.login);
        let told = |line: &str| line.contains(address) && line.contains(&verified);
        if seen.ran.code != Some(0) && !said.lines().any(told) {
            continue;
        }
        let opens = format!("opens {} ", closed.who);
        let there = format!(" on {mailbox} ");
        let left = seen.after.iter().filter(|fact| fact.starts_with(&opens));
        let left = left.filter(|fact| fact.contains(&there));
        faults.extend(left.map(|fact| format!("it is told as done, and {fact}")));
    }
    faults
}

fn changes(expect: &Expect, seen: &Seen) -> Vec<String> {
    let seen = altered(difference(&seen.before, &seen.after));
    let must: BTreeSet<&String> = expect.must.iter().collect();
    let may: BTreeSet<&String> = expect.may.iter().collect();
    let missing = must.iter().filter(|change| !seen.contains(**change));
    let missing = missing.map(|change| format!("this did not happen: {change}"));
    let others = seen.iter().filter(|change| {
        let declared = must.contains(change) || may.contains(change);
        let touched = expect
            .may_touch
            .iter()
            .any(|m| change.contains(&format!(" on {m} ")));
        let below = |place: &String| change.contains(&format!(" on {place}"));
        let touched = touched || expect.may_below.iter().any(below);
        !declared && !touched && !follows(change, &seen)
    });
    let others = others.map(|change| format!("this happened: {change}"));
    missing.chain(others).collect()
}

/// Mail that is there before and after, and not the same, is one change: `~ mail on team Sent`.
fn altered(changes: BTreeSet<String>) -> BTreeSet<String> {
    let place = |change: &str, sign: &str| {
        let rest = change.strip_prefix(sign)?.strip_prefix(" mail ")?;
        rest.split_once(" on ").map(|(_, place)| place.to_owned())
    };
    let of = |sign| changes.iter().filter_map(move |change| place(change, sign));
    let new: BTreeSet<String> = of("+").collect();
    let both: BTreeSet<String> = of("-").filter(|place| new.contains(place)).collect();
    let alone = changes.iter().filter(|change| {
        let places = [place(change, "+"), place(change, "-")];
        !places.iter().flatten().any(|place| both.contains(place))
    });
    let alone: Vec<String> = alone.cloned().collect();
    let both = both.into_iter().map(|place| format!("~ mail on {place}"));
    both.chain(alone).collect()
}

/// What comes and goes with something else: with a folder its mail, and all that there is of it when
/// it goes; with what somebody can open what counts as new for her, and subscriptions, which Dovecot
/// shows no longer.
fn follows(change: &str, all: &BTreeSet<String>) -> bool {
    let (sign, fact) = change.split_at(1);
    let Some((what, place)) = fact.trim_start().split_once(" on ") else {
        return false;
    };
    let mut words = what.split(' ');
    let (kind, person) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let folder = all.contains(&format!("{sign} folder on {place}"));
    let inbox = format!("{} INBOX", place.split(' ').next().unwrap_or_default());
    let root = all.contains(&format!("{sign} folder on {inbox}"));
    match kind {
        "mail" => folder,
        "limit" => root,
        "recent" | "subscribed" => {
            let opens = format!("{sign} opens {person} ");
            let place = format!(" on {place}");
            let other = |other: &String| other.starts_with(&opens) && other.ends_with(&place);
            let mail = kind == "recent" && all.contains(&format!("~ mail{place}"));
            folder && sign == "-" || mail || all.iter().any(other)
        }
        _ => folder && sign == "-",
    }
}

/// Claims that do not depend on the row.
fn lies(seen: &Seen, said: &str) -> Vec<String> {
    let mut lies = Vec::new();
    if said.contains("panicked") {
        lies.push("it panicked".to_owned());
    }
    if seen.ran.code.is_none() {
        lies.push("it was killed".to_owned());
    }
    // An entry under a name by which the server calls nobody is stored, and gives nothing.
    let stray = |fact: &&String| {
        let entry = fact.strip_prefix("entry ").unwrap_or_default();
        let who = entry.split(' ').next().unwrap_or_default();
        // What somebody hostile takes from the owner is inherited by what is made below.
        let takes = who.starts_with('-');
        !takes && who.ends_with("@example.test") || who.starts_with("id:")
    };
    let strays = seen.after.difference(&seen.before).filter(stray);
    lies.extend(strays.map(|fact| format!("it gives to nobody: {fact}")));
    lies
}
