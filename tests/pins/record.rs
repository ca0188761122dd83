//! A verb undisturbed: all that it sends and says.

use super::stage::Stage;
use super::verbs::Verb;
use crate::provider::Ran;
use crate::provider::toy::words;

/// The commands that change something.
const CHANGES: [&str; 8] = [
    "APPEND",
    "SETACL",
    "DELETEACL",
    "CREATE",
    "DELETE",
    "RENAME",
    "SUBSCRIBE",
    "SETQUOTA",
];

/// Those that change messages, and so what lies in folders.
const OF_MESSAGES: [&str; 5] = ["APPEND", "UID STORE", "UID EXPUNGE", "UID COPY", "UID MOVE"];

/// Whether a command without its tag changes something.
pub fn is_change(command: &str) -> bool {
    let verb = command.split(' ').next();
    verb.is_some_and(|verb| CHANGES.contains(&verb)) || changes_messages(command)
}

/// Whether it changes what lies in folders.
pub fn changes_messages(command: &str) -> bool {
    OF_MESSAGES.iter().any(|begin| command.starts_with(begin))
}

/// All of it, as it is kept.
pub fn whole(verb: &Verb) -> String {
    let dry: Vec<&str> = [verb.words, verb.dry].concat();
    let mut text = one(verb, verb.words, true);
    text += &one(verb, &[verb.words, &["-o", "json"]].concat(), false);
    text += &one(verb, &[verb.words, &["-o", "csv"]].concat(), false);
    text += &one(verb, &dry, false);
    text
}

/// One run on a stage of its own.
fn one(verb: &Verb, words: &[&str], with_dialogue: bool) -> String {
    let stage = Stage::set(verb, |_, _, _| false);
    let ran = stage.run(words);
    let mut text = told(&stage, words, &ran);
    if with_dialogue {
        text += &dialogue(&stage);
        text += &listed("holds", &stage.changed());
    }
    text
}

/// What was typed and what was said.
pub fn told(stage: &Stage, words: &[&str], ran: &Ran) -> String {
    let code = ran
        .code
        .map_or("killed".to_owned(), |code| code.to_string());
    let lines = |text: &str| -> Vec<String> {
        let text = stage.without_chance(text);
        text.lines().map(str::to_owned).collect()
    };
    format!("$ sharemail {}\nexit: {code}\n", words.join(" "))
        + &listed("stdout", &lines(&ran.stdout))
        + &listed("stderr", &lines(&ran.stderr))
}

/// Lines below their name; nothing where there are none.
pub fn listed(name: &str, lines: &[String]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let lines: Vec<String> = lines.iter().map(|line| format!("  {line}\n")).collect();
    format!("{name}:\n{}", lines.concat())
}

/// What was sent, session by session, as the server got it; those that began before the first
/// change first, then the others, with those that change nothing and whose last command came later: when such a one
/// logs in has no order, and each of the two by name and content, as what runs at the same
/// time has no order; in the order in which they began where only one runs at a time.
fn dialogue(stage: &Stage) -> String {
    let heard = stage.toy.world().heard();
    let first = heard.iter().position(|(_, command)| is_change(command));
    let mut numbers: Vec<usize> = heard.iter().map(|(number, _)| *number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut sessions: Vec<(bool, String)> = Vec::new();
    for number in numbers {
        let began = heard.iter().position(|(other, _)| *other == number);
        let own = heard.iter().filter(|(other, _)| *other == number);
        let ended = heard.iter().rposition(|(other, _)| *other == number);
        let looks = !own.clone().any(|(_, command)| is_change(command));
        let later = began > first || looks && first.is_some() && ended > first;
        let lines: Vec<String> = own.map(|(_, command)| shown(command)).collect();
        let user = stage.toy.world().user(number);
        let name = format!("session of {}", user.as_deref().unwrap_or("nobody"));
        sessions.push((later, listed(&name, &lines)));
    }
    if !stage.verb.one_at_a_time {
        sessions.sort();
    }
    let changed = sessions.iter().position(|(later, _)| *later);
    let mut text = String::new();
    for (n, (_, session)) in sessions.iter().enumerate() {
        if Some(n) == changed {
            text += "after the first change:\n";
        }
        text += session;
    }
    text
}

/// A command with the login in clear letters, and without the version of this program.
fn shown(command: &str) -> String {
    use base64::prelude::*;
    let words = words(command);
    let ["AUTHENTICATE", mechanism, response] =
        words.iter().map(String::as_str).collect::<Vec<_>>()[..]
    else {
        let command = match command.rsplit_once('{') {
            // How long a message is hangs on the moment that it tells.
            Some((command, _)) if words[0] == "APPEND" => format!("{command}{{[size]}}"),
            _ => command.to_owned(),
        };
        return command.replace(env!("CARGO_PKG_VERSION"), "[version]");
    };
    let login = BASE64_STANDARD.decode(response).unwrap_or_default();
    let login = String::from_utf8_lossy(&login).replace('\0', " ");
    format!(
        "AUTHENTICATE {mechanism}{}",
        login.trim_end_matches(" password").trim_end()
    )
}

/// Times, checksums and the random numbers behind times, each as a word.
pub fn without_times(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some(first) = rest.chars().next() {
        let run =
            |fits: fn(&u8) -> bool, from: usize| rest.bytes().skip(from).take_while(fits).count();
        let name = run(|b| b.is_ascii_alphanumeric(), 0);
        let hex = run(u8::is_ascii_hexdigit, 0) == name;
        let is_time = name == 4 && rest.as_bytes().get(10) == Some(&b'T');
        let length = if is_time && rest[..4].bytes().all(|b| b.is_ascii_digit()) {
            out += "[time]";
            let time = 11 + run(|b| b.is_ascii_digit() || b":.Z".contains(b), 11);
            let number = run(u8::is_ascii_hexdigit, time + 1);
            let is_numbered = rest.as_bytes().get(time) == Some(&b'-') && number == 8;
            if is_numbered { time + 1 + number } else { time }
        } else if hex && name >= 16 {
            out += "[sum]";
            name
        } else {
            let length = name.max(first.len_utf8());
            out += &rest[..length];
            length
        };
        rest = &rest[length..];
    }
    out
}

#[test]
fn times_and_sums_are_taken_out_and_nothing_else_is() {
    let text = "a 2026-11-28T17:05:46.123Z b offboard-2026-11-28T170546Z-3d9a0488.undo \
                3f2a90c15be4d7a8, größe 2026-11-28 support@example.test";
    assert_eq!(
        without_times(text),
        "a [time] b offboard-[time].undo [sum], größe 2026-11-28 support@example.test"
    );
}
