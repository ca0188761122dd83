//! Questions to the person at the terminal. Where there is none, no question is ever answered.

use crate::error::{Error, Result, printable};
use crate::exit::Exit;
use crate::interrupt;
use secrecy::SecretString;
use std::io::{self, BufRead, IsTerminal, Read, Write};

/// The longest answer that is read, in bytes.
const LONGEST: u64 = 64 * 1024;

/// Asks `question` with a yes or a no, no being what Enter means.
///
/// # Errors
/// When nobody can answer: `flag` names the option that answers in scripts.
pub fn confirm(question: &str, flag: &str) -> Result<bool> {
    let hint = format!("add {flag} to do it without being asked");
    let answer = answer(&format!("{question} [y/N] "), &hint)?;
    Ok(matches!(answer.to_lowercase().as_str(), "y" | "yes"))
}

/// Asks for one line; Enter alone gives `default`.
///
/// # Errors
/// When nobody can answer, or the answer stays empty: `hint` says how scripts give the value.
pub fn line(question: &str, default: Option<&str>, hint: &str) -> Result<String> {
    let prompt = match default {
        Some(default) => format!("{question} [{default}]: "),
        None => format!("{question}: "),
    };
    let answer = answer(&prompt, hint)?;
    let answer = if answer.is_empty() {
        default.unwrap_or_default().to_owned()
    } else {
        answer
    };
    if answer.is_empty() {
        return Err(Error::new(Exit::Usage, format!("{question}: nothing was entered")).hint(hint));
    }
    Ok(answer)
}

/// Asks for a password without showing it, on the terminal even where stdin is something else.
///
/// # Errors
/// When there is no terminal: `hint` says how scripts give the secret.
pub fn secret(question: &str, hint: &str) -> Result<SecretString> {
    let prompt = format!("{}: ", printable(question));
    let typed = rpassword::prompt_password(prompt);
    typed
        .map(SecretString::from)
        .map_err(|error| unanswered(question, &error.to_string(), hint))
}

fn answer(prompt: &str, hint: &str) -> Result<String> {
    let stdin = io::stdin();
    if !stdin.is_terminal() {
        return Err(unanswered(prompt, "stdin is not a terminal", hint));
    }
    let mut stderr = io::stderr().lock();
    let asked = stderr
        .write_all(printable(prompt).as_bytes())
        .and_then(|()| stderr.flush());
    let mut answer = String::new();
    let mut line = || stdin.lock().take(LONGEST).read_line(&mut answer);
    let read = asked.and_then(|()| interrupt::idle(&mut line));
    read.map_err(|error| unanswered(prompt, &error.to_string(), hint))?;
    Ok(answer.trim().to_owned())
}

fn unanswered(question: &str, why: &str, hint: &str) -> Error {
    let question = question
        .trim_end_matches([' ', ':'])
        .trim_end_matches(" [y/N]");
    Error::new(Exit::Usage, format!("cannot ask {question:?}: {why}")).hint(hint)
}
