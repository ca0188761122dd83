//! What the person at the terminal is asked, and what is said where there is none.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::output::Output;
use crate::profile::{Draft, Key, Profile, Value};

/// What is typed for "nothing".
const NONE: &str = "-";

/// An answer that cannot be one is asked for again this many times.
const TRIES: usize = 3;

/// Gives the draft what it needs and lacks. The names of mailboxes that were asked for come back.
///
/// # Errors
/// Without a terminal: everything that is missing, and how to give it.
pub fn complete(draft: &mut Draft, output: &Output) -> Result<Vec<String>> {
    if !output.can_ask() {
        return nothing_missing(draft).map(|()| Vec::new());
    }
    if lacks(draft, "imap.host") {
        ask_server(draft, None, output)?;
    }
    if lacks(draft, "imap.user") {
        ask(draft, "imap.user", USER, None, "--user", output)?;
    }
    let question = format!("Domain of the addresses ({NONE} for none)");
    if lacks(draft, "domain") {
        let domain = domain(draft).unwrap_or_else(|| NONE.to_owned());
        ask(
            draft,
            "domain",
            &question,
            Some(&domain),
            "--domain",
            output,
        )?;
    }
    mailboxes(draft, output)
}

fn nothing_missing(draft: &Draft) -> Result<()> {
    let missing = draft.missing();
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = missing.iter().map(Key::to_string).collect();
    let ways = missing
        .iter()
        .map(|key| format!("--{} or {}", key.name, key.variable()));
    let ways: Vec<String> = ways.collect();
    let what = format!(
        "missing: {}; there is no terminal to ask on",
        names.join(", ")
    );
    Err(Error::new(Exit::Usage, what).hint(format!("give {}", ways.join(", and "))))
}

/// Asks for the server once more, the one that was tried being what Enter means.
///
/// # Errors
/// When nobody answers, or nothing that can be one.
pub fn server(draft: &mut Draft, profile: &Profile, output: &Output) -> Result<()> {
    let server = &profile.imap;
    let host = match server.host.contains(':') {
        true => format!("[{}]", server.host),
        false => server.host.clone(),
    };
    ask_server(draft, Some(&format!("{host}:{}", server.port)), output)
}

/// Asks for the login name once more.
///
/// # Errors
/// As [`server`].
pub fn user(draft: &mut Draft, profile: &Profile, output: &Output) -> Result<()> {
    let default = Some(profile.imap.user.as_str());
    ask(draft, "imap.user", USER, default, "--user", output)
}

/// Asks whose certificates are trusted.
///
/// # Errors
/// As [`server`].
pub fn authority(draft: &mut Draft, profile: &Profile, output: &Output) -> Result<()> {
    let question = format!("File of the certificates to trust ({NONE} for the system's)");
    let named = profile.imap.ca_file.as_ref();
    let default = named.map_or(NONE.to_owned(), |path| path.display().to_string());
    if let Some(key) = Key::parse("imap.ca-file") {
        draft.forget(key);
    }
    ask(
        draft,
        "imap.ca-file",
        &question,
        Some(&default),
        "--ca-file",
        output,
    )
}

/// Asks in which file the password shall be kept, where no keyring keeps it; nothing for none.
///
/// # Errors
/// When nobody answers.
pub fn password_file(why: &str, default: &str, output: &Output) -> Result<Option<String>> {
    let question =
        format!("{why}. File to keep the password in, which only you can read ({NONE} for none)");
    let answer = output.ask(&question, Some(default), "--password-file names one")?;
    Ok((answer != NONE).then_some(answer))
}

/// The login name, in a question.
const USER: &str = "Login name of the administrator";

/// What answers are called in errors, and known by when they are asked for again.
const ANSWER: &str = "the answer";

fn lacks(draft: &Draft, path: &str) -> bool {
    Key::parse(path).is_some_and(|key| draft.value(key).is_none())
}

fn ask_server(draft: &mut Draft, default: Option<&str>, output: &Output) -> Result<()> {
    let question = "IMAP server, with its port where it is not the usual one";
    let set = |draft: &mut Draft, key: Key, answer: &str| draft.set_server(key, answer, ANSWER);
    asked(
        draft,
        "imap.host",
        (question, default, "--host"),
        set,
        output,
    )
}

/// Asks for the value of a key.
fn ask(
    draft: &mut Draft,
    path: &str,
    question: &str,
    default: Option<&str>,
    flag: &str,
    output: &Output,
) -> Result<()> {
    let set = |draft: &mut Draft, key: Key, answer: &str| draft.set(key, answer, ANSWER);
    asked(draft, path, (question, default, flag), set, output)
}

/// Asks until `set` takes the answer, a few times.
fn asked(
    draft: &mut Draft,
    path: &str,
    (question, default, flag): (&str, Option<&str>, &str),
    set: impl Fn(&mut Draft, Key, &str) -> Result<()>,
    output: &Output,
) -> Result<()> {
    let Some(key) = Key::parse(path) else {
        return Ok(());
    };
    let hint = format!("{flag} or {} gives it without a question", key.variable());
    for left in (0..TRIES).rev() {
        let answer = output.ask(question, default, &hint)?;
        if answer == NONE && default.is_some() {
            return Ok(());
        }
        match set(draft, key, &answer) {
            Ok(()) => return Ok(()),
            Err(error) if left == 0 => return Err(error),
            Err(error) => {
                output.warning(error.what());
                error
                    .advice()
                    .into_iter()
                    .for_each(|hint| output.hint(hint));
            }
        }
    }
    Ok(())
}

/// Asks for shared mailboxes, where the profile names none yet.
fn mailboxes(draft: &mut Draft, output: &Output) -> Result<Vec<String>> {
    let named = Key::parse("mailboxes").and_then(|key| draft.value(key));
    if matches!(named, Some(Value::List(names)) if !names.is_empty()) {
        return Ok(Vec::new());
    }
    let question = format!("Shared mailboxes to begin with, such as support@ ({NONE} for none)");
    let answer = output.ask(
        &question,
        Some(NONE),
        "--mailbox names them without a question",
    )?;
    let names = answer
        .split([',', ' '])
        .filter(|name| !matches!(*name, "" | NONE));
    let names: Vec<String> = names.map(str::to_owned).collect();
    draft.add_mailboxes(&names, ANSWER)?;
    Ok(names)
}

/// The domain that is likely meant: that of the administrator's address, else that of the server.
fn domain(draft: &Draft) -> Option<String> {
    let text = |path: &str| match draft.value(Key::parse(path)?)? {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    };
    let of_user = text("imap.user").and_then(|user| Some(user.rsplit_once('@')?.1.to_owned()));
    of_user.or_else(|| {
        let host = text("imap.host")?;
        let (_, parent) = host.split_once('.')?;
        let is_address = host.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        (parent.contains('.') && !is_address).then(|| parent.to_owned())
    })
}
