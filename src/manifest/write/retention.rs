//! The TOML of policies and holds: the same ones are always the same bytes.

use super::json::quoted;
use super::rules::when_in_toml;
use crate::manifest::key::{
    AFTER, AT_ONCE, CASE, GRACE, HELD, HOLD, MATCH, ONLY, RETENTION, SEEN, THEN, TO, UNTIL,
};
use crate::model::retention::{Held, Hold, Holds, Mark, Marks, Only, Policies, Policy, Seen, Then};

/// The text of settings that says `all`; nothing where there are none.
pub fn write_policies(all: &Policies) -> String {
    if all.is_empty() {
        return String::new();
    }
    let line = |(path, policy): (&str, &Policy)| {
        format!("{} = {{ {} }}\n", quoted(path), policy_in_toml(policy))
    };
    let lines: String = all.iter().map(line).collect();
    format!("[{RETENTION}]\n{lines}")
}

/// A policy, as it stands between the braces.
pub fn policy_in_toml(policy: &Policy) -> String {
    let (then, to) = match &policy.then {
        Then::Archive { to } => ("archive", Some(to)),
        Then::Trash => ("trash", None),
        Then::Delete => ("delete", None),
    };
    let mut parts = vec![
        format!("{AFTER} = {}", quoted(&policy.after.to_string())),
        format!("{THEN} = {}", quoted(then)),
    ];
    parts.extend(to.map(|to| format!("{TO} = {}", quoted(to.as_str()))));
    let only = policy.only.map(|only| match only {
        Only::Answered => "answered",
        Only::Finished => "finished",
    });
    parts.extend(only.map(|only| format!("{ONLY} = {}", quoted(only))));
    parts.extend(
        policy
            .grace
            .map(|grace| format!("{GRACE} = {}", quoted(&grace.to_string()))),
    );
    parts.extend(policy.at_once.then(|| format!("{AT_ONCE} = true")));
    parts.join(", ")
}

/// The text of settings that says `all`; nothing where there are none.
pub fn write_holds(all: &Holds) -> String {
    let table = |hold: &Hold| {
        format!(
            "[[{HOLD}]]\n{CASE} = {}\n{MATCH} = {{ {} }}\n{UNTIL} = {}\n",
            quoted(&hold.case),
            when_in_toml(&hold.what),
            hold.until
        )
    };
    let tables: Vec<String> = all.iter().map(table).collect();
    tables.join("\n")
}

/// The text of settings that says `all`; nothing where nothing is held.
pub fn write_held(all: &Held) -> String {
    if all.is_empty() {
        return String::new();
    }
    let mut text = format!("[{HELD}]\n");
    for (case, marks) in all.iter() {
        text.push_str(&format!("{} = [\n", quoted(case)));
        let marks: Vec<&str> = marks.iter().map(Mark::as_str).collect();
        // A line that every server takes (RFC 5322, section 2.1.1).
        for line in marks.chunks(8) {
            text.push_str(&format!("  \"{}\",\n", line.join(" ")));
        }
        text.push_str("]\n");
    }
    text
}

/// The text of settings that says `all`; nothing where nothing was seen.
pub fn write_seen(all: &Seen) -> String {
    if all.0.is_empty() {
        return String::new();
    }
    let line = |(path, marks): (&String, &Marks)| {
        let days = marks
            .days
            .iter()
            .map(|(day, highest)| format!(" {day}:{highest}"));
        let days: String = days.collect();
        format!("{} = \"{}{days}\"\n", quoted(path), marks.uid_validity)
    };
    let lines: String = all.0.iter().map(line).collect();
    format!("[{SEEN}]\n{lines}")
}
