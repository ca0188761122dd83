//! Questions to the person at the terminal. Where there is none, no question is ever answered.

use crate::error::{Error, Result, printable};
use crate::exit::Exit;
use crate::interrupt;
use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;
use std::io::{self, BufRead, IsTerminal, Read, Write};

/// The longest answer that is read, in bytes.
const LONGEST: u64 = 64 * 1024;

/// No secret is empty: what was typed too early is asked for again.
const TRIES: usize = 3;

/// Asks `question` with a yes or a no, no being what Enter means.
///
/// # Errors
/// When nobody can answer: `flag` names the option that answers in scripts.
pub fn confirm(question: &str, flag: &str) -> Result<bool> {
    let hint = format!("add {flag} to do it without being asked");
    // The end of what is typed is no yes either.
    let answer = answer(&format!("{question} [y/N] "), &hint)?.unwrap_or_default();
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
    // Whoever ends the input means none of what is offered, and will answer nothing more.
    let Some(answer) = answer(&prompt, hint)? else {
        return Err(unanswered(&prompt, "the input ended", hint));
    };
    match (answer.is_empty(), default) {
        (false, _) => Ok(answer),
        (true, Some(default)) => Ok(default.to_owned()),
        (true, None) => {
            let what = format!("{question}: nothing was entered");
            Err(Error::new(Exit::Usage, what).hint(hint))
        }
    }
}

/// Asks for a password without showing it, on the terminal even where stdin is something else.
///
/// # Errors
/// When there is no terminal: `hint` says how scripts give the secret.
pub fn secret(question: &str, hint: &str) -> Result<SecretString> {
    let prompt = format!("{}: ", printable(question));
    for left in (0..TRIES).rev() {
        // A signal ends the process while the terminal shows nothing of what is typed: it must not be
        // left so.
        let restore = echo::restorer();
        let typed = interrupt::idle_until(restore, || rpassword::prompt_password(&prompt));
        match typed.map(Zeroizing::new) {
            Ok(typed) if typed.is_empty() && left > 0 => {}
            Ok(typed) if typed.is_empty() => break,
            Ok(typed) => return Ok(SecretString::from(typed.as_str())),
            Err(error) => {
                // The line of the question is still open.
                let _ = io::stderr().lock().write_all(b"\n");
                return Err(match error.kind() {
                    io::ErrorKind::Interrupted => Error::new(Exit::Interrupted, "interrupted"),
                    io::ErrorKind::UnexpectedEof => unanswered(question, "the input ended", hint),
                    _ => unanswered(question, &error.to_string(), hint),
                });
            }
        }
    }
    let what = format!("{question}: nothing was entered");
    Err(Error::new(Exit::Usage, what).hint(hint))
}

#[cfg(unix)]
mod echo {
    //! What a terminal is like, and how it is made so again.

    use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
    use std::fs::File;

    /// Makes the terminal what it is now.
    pub(super) fn restorer() -> impl Fn() + Send + 'static {
        let terminal = File::open("/dev/tty").ok();
        let saved = terminal.and_then(|terminal| Some((tcgetattr(&terminal).ok()?, terminal)));
        move || {
            if let Some((as_it_was, terminal)) = &saved {
                // Nobody is left to be told where that fails.
                let _ = tcsetattr(terminal, OptionalActions::Now, as_it_was);
            }
        }
    }
}

#[cfg(not(unix))]
mod echo {
    pub(super) fn restorer() -> impl Fn() + Send + 'static {
        || ()
    }
}

/// The line that was typed; nothing where the input ended before one.
fn answer(prompt: &str, hint: &str) -> Result<Option<String>> {
    let stdin = io::stdin();
    if !stdin.is_terminal() {
        return Err(unanswered(prompt, "stdin is not a terminal", hint));
    }
    let mut stderr = io::stderr().lock();
    let mut answer = String::new();
    // Whoever sees the question may interrupt it: from before it stands there, that ends the process.
    // What was interrupted before is asked nothing more.
    let read = interrupt::idle(|| {
        if interrupt::requested() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        stderr.write_all(printable(prompt).as_bytes())?;
        stderr.flush()?;
        stdin.lock().take(LONGEST).read_line(&mut answer)
    });
    if interrupt::requested() {
        return Err(Error::new(Exit::Interrupted, "interrupted"));
    }
    let read = read.map_err(|error| unanswered(prompt, &error.to_string(), hint))?;
    if read == 0 {
        // The line of the question is still open.
        let _ = stderr.write_all(b"\n");
        return Ok(None);
    }
    Ok(Some(answer.trim().to_owned()))
}

fn unanswered(question: &str, why: &str, hint: &str) -> Error {
    let question = question
        .trim_end_matches([' ', ':'])
        .trim_end_matches(" [y/N]");
    Error::new(Exit::Usage, format!("cannot ask {question:?}: {why}")).hint(hint)
}
