//! What became of a command, and how a batch is paced.

use super::response::{Condition, State};
use crate::error::{Error, abridged};
use crate::exit::Exit;
use std::fmt;

/// What became of one command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The server did it.
    Ok {
        /// The response code, if there was one.
        code: Option<Box<Code>>,
        /// What the server said, fit for a terminal; nothing where that was a question.
        text: String,
    },
    /// The server refused.
    No {
        /// Why, in a word.
        code: Option<Box<Code>>,
        /// Why, in a sentence, fit for a terminal.
        text: String,
    },
    /// The server did not understand, or the command cannot be put into words and was not sent.
    Bad {
        /// Why, in a word.
        code: Option<Box<Code>>,
        /// Why, in a sentence, fit for a terminal.
        text: String,
    },
    /// It was not sent: stopped, or an earlier command broke the session.
    Unsent,
    /// It was sent, and the connection was lost before the reply: done or not, nobody knows.
    Unknown,
}

/// A response code (RFC 5530 and others).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// Its name in upper case: NOPERM, NONEXISTENT, …
    pub name: String,
    /// What stands after the name.
    pub arguments: String,
}

/// The answers to a batch.
#[derive(Clone, Debug)]
pub struct Batch {
    /// One per request, in the order of the requests.
    pub answers: Vec<Answer>,
    /// Why the session broke in the middle, if it did.
    pub broken: Option<Error>,
    /// What the server said unasked while they were in flight: the words of each untagged NO and
    /// BAD, fit for a terminal, of which there are few.
    pub said: Vec<String>,
}

/// NO or BAD, as a reading command hands it on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Why, in a word: NOPERM, NONEXISTENT, OVERQUOTA, …
    pub code: Option<String>,
    /// Why, in a sentence, fit for a terminal.
    pub text: String,
    /// Whether it was BAD: the server did not understand.
    pub bad: bool,
    /// Whether it was OK, but without the data that was asked for.
    pub silent: bool,
}

impl Answer {
    /// The refusal, if it was NO or BAD.
    pub fn refusal(&self) -> Option<Refusal> {
        let (code, text, bad) = match self {
            Answer::No { code, text } => (code, text, false),
            Answer::Bad { code, text } => (code, text, true),
            _ => return None,
        };
        Some(Refusal {
            code: code.as_ref().map(|c| c.name.clone()),
            text: text.clone(),
            bad,
            silent: false,
        })
    }

    /// Whether the server did it.
    pub fn is_ok(&self) -> bool {
        matches!(self, Answer::Ok { .. })
    }

    /// The answer in a tagged reply.
    pub(super) fn from_state(state: &State<'_>) -> Self {
        let code = Code::from_state(state).map(Box::new);
        let text = without_timing(state.printable_text());
        match state.condition {
            Condition::Ok | Condition::Preauth => Answer::Ok { code, text },
            Condition::No | Condition::Bye => Answer::No { code, text },
            Condition::Bad => Answer::Bad { code, text },
        }
    }

    /// OK, whatever was said with it.
    pub(super) fn done() -> Self {
        Answer::Ok {
            code: None,
            text: String::new(),
        }
    }

    /// A command that cannot be sent.
    pub(super) fn unfit(why: &str) -> Self {
        Answer::Bad {
            code: None,
            text: format!("not sent: {why}"),
        }
    }
}

/// The text without the time that Dovecot says it took: `… (0.001 + 0.000 secs).`
fn without_timing(text: String) -> String {
    let timing = |tail: &str| {
        tail.strip_suffix(" secs).").is_some_and(|time| {
            time.bytes()
                .all(|b| b.is_ascii_digit() || b == b'.' || b == b'+' || b == b' ')
        })
    };
    match text.rsplit_once(" (") {
        Some((says, tail)) if timing(tail) => says.to_owned(),
        _ => text,
    }
}

impl Code {
    fn from_state(state: &State<'_>) -> Option<Self> {
        let name = state.code_name()?;
        let values = state.code_values(&name).map(|at| abridged(at.rest()));
        Some(Self {
            name,
            arguments: values.unwrap_or_default(),
        })
    }
}

/// How servers without response codes say that somebody has no such folder.
const DENIALS: [&str; 13] = [
    "does not exist",
    "doesn't exist",
    "no such",
    "nonexistent",
    "non-existent",
    "not found",
    "unknown mailbox",
    "invalid mailbox name",
    "unknown namespace",
    "permission denied",
    "access denied",
    "not permitted",
    "not authorized",
];

/// How servers without a response code for it, or with one that says nothing of it (ALERT), put off
/// whoever wants to log in: Gmail, Dovecot, Cyrus, Courier, Exchange and those before them.
const BUSY: [&str; 16] = [
    "too many connections",
    "too many simultaneous",
    "too many concurrent",
    "too many open connections",
    "too many logins",
    "too many users",
    "maximum number of connections",
    "connection limit",
    "connections exceeded",
    "bandwidth limit",
    "rate limit",
    "try again",
    "temporar",
    "server busy",
    "server unavailable",
    "service unavailable",
];

/// Those of them that fewer connections at once would mend.
const CROWDED: [&str; 3] = ["connections", "simultaneous", "concurrent"];

/// What the server told of one thing, asked for as `tried`; nothing where it says that there is no
/// such folder for whoever asks.
///
/// # Errors
/// Any other refusal: what there is is not known then, and is not nothing.
pub(super) fn told<T>(answer: Result<T, Refusal>, tried: &str) -> crate::error::Result<Option<T>> {
    match answer {
        Ok(told) => Ok(Some(told)),
        Err(refusal) if refusal.denies() => Ok(None),
        Err(refusal) => Err(refusal.error(tried)),
    }
}

impl Refusal {
    /// A refusal that the server put as an OK: the data that was asked for is missing.
    pub(super) fn silent(what: &str) -> Self {
        Self {
            code: None,
            text: format!("the server answered OK, but sent no {what}"),
            bad: false,
            silent: true,
        }
    }

    /// Whether it says nothing about what was asked: the server cannot answer now, or did not
    /// understand.
    pub fn tells_nothing(&self) -> bool {
        self.bad || self.silent || self.may_pass()
    }

    /// Whether the server cannot answer now, and may another time (RFC 5530).
    pub fn may_pass(&self) -> bool {
        let passing = ["UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "CONTACTADMIN"];
        self.code.as_deref().is_some_and(|c| passing.contains(&c))
    }

    /// Whether a login that is refused so was put off, and not refused: by its code (RFC 5530), else in
    /// the words that servers have for it. What it says of passwords counts before what its words sound
    /// like.
    pub(super) fn puts_off(&self) -> bool {
        match self.code.as_deref() {
            None | Some("ALERT") => is_busy(&self.text),
            Some("CONTACTADMIN") => false,
            Some(_) => self.may_pass(),
        }
    }

    /// What to do about a login that was put off.
    pub(super) fn when_put_off(&self) -> &'static str {
        put_off(&self.text)
    }

    /// Whether it says that there is no such folder for whoever asks: by its code (RFC 5530), else
    /// in the words that servers have for it. Dovecot's EXAMINE and all of Cyrus and Courier send no
    /// code. Whatever else is refused, nobody knows what it says of the folder.
    pub fn denies(&self) -> bool {
        if self.bad || self.silent {
            return false;
        }
        let denying = ["NONEXISTENT", "NOPERM", "CANNOT", "TRYCREATE"];
        let text = self.text.to_lowercase();
        match self.code.as_deref() {
            Some(code) => denying.contains(&code),
            None => DENIALS.iter().any(|words| text.contains(words)),
        }
    }

    /// Whether the server says in the one word for it that there is no such folder (RFC 5530), which
    /// is more than refusing it in whatever words.
    pub fn is_nonexistent(&self) -> bool {
        !self.bad && !self.silent && self.code.as_deref() == Some("NONEXISTENT")
    }

    /// The error for this refusal of `tried`, such as `GETACL on "Archive"`.
    pub fn error(&self, tried: &str) -> Error {
        let exit = match self.code.as_deref() {
            Some("NOPERM" | "AUTHORIZATIONFAILED" | "AUTHENTICATIONFAILED") => Exit::Refused,
            Some("NONEXISTENT" | "TRYCREATE") => Exit::NotFound,
            Some("UNAVAILABLE" | "INUSE" | "LIMIT" | "CONTACTADMIN") => Exit::TryAgain,
            _ if self.silent => Exit::Protocol,
            _ => Exit::Failure,
        };
        if self.silent {
            return Error::new(exit, format!("{tried}: {}", self.text));
        }
        Error::new(exit, format!("the server refused {tried} {self}"))
    }
}

/// Whether a server says with `text` that it takes nobody in now.
pub(super) fn is_busy(text: &str) -> bool {
    let text = text.to_lowercase();
    BUSY.iter().any(|words| text.contains(words))
}

/// What to do where a server puts people off with `text`.
pub(super) fn put_off(text: &str) -> &'static str {
    let text = text.to_lowercase();
    match CROWDED.iter().any(|words| text.contains(words)) {
        true => "try again later, or with fewer connections at once (--connections 1)",
        false => "try again later",
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.code, self.bad) {
            (Some(code), _) => write!(f, "({code}): {}", self.text),
            (None, true) => write!(f, "(BAD): {}", self.text),
            (None, false) => write!(f, "(NO): {}", self.text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_it_took_is_no_part_of_a_reason() {
        let told = |text: &str| without_timing(text.to_owned());
        assert_eq!(told("disallowed (0.001 + 0.000 secs)."), "disallowed");
        assert_eq!(told("no (sorry)"), "no (sorry)");
    }

    #[test]
    fn only_words_that_deny_a_folder_deny_it() {
        let says = |code: Option<&str>, text: &str| {
            let (code, text) = (code.map(str::to_owned), text.to_owned());
            let (bad, silent) = (false, false);
            Refusal {
                code,
                text,
                bad,
                silent,
            }
            .denies()
        };
        // Dovecot, Cyrus, Courier.
        assert!(says(None, "Mailbox doesn't exist: shared/support"));
        assert!(says(Some("NOPERM"), "Permission denied"));
        assert!(says(None, "Mailbox does not exist"));
        assert!(says(None, "Permission denied"));
        let courier = "Access denied for SELECT/EXAMINE on #shared.x (ACL \"r\" required)";
        assert!(says(None, courier));
        assert!(!says(Some("SERVERBUG"), "Mailbox doesn't exist"));
        assert!(!says(Some("UNAVAILABLE"), "not found in time"));
        assert!(!says(None, "Internal error occurred"));
        assert!(!says(None, "System I/O error"));
        assert!(!Refusal::silent("MYRIGHTS").denies());
    }

    #[test]
    fn who_is_put_off_is_told_from_who_is_refused() {
        let says = |code: Option<&str>, text: &str| {
            let refusal = Refusal {
                code: code.map(str::to_owned),
                text: text.to_owned(),
                bad: false,
                silent: false,
            };
            refusal.puts_off().then(|| refusal.when_put_off())
        };
        let fewer = put_off("connections");
        assert!(fewer.contains("--connections"));
        // Gmail, Dovecot, Cyrus, Courier, Exchange, a proxy.
        for (code, text, hint) in [
            (
                Some("ALERT"),
                "Too many simultaneous connections. (Failure)",
                fewer,
            ),
            (
                Some("ALERT"),
                "Account exceeded command or bandwidth limits. (Failure)",
                "try again later",
            ),
            (
                Some("UNAVAILABLE"),
                "Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)",
                fewer,
            ),
            (
                None,
                "Maximum number of connections from user+IP exceeded",
                fewer,
            ),
            (Some("LIMIT"), "Too many sessions", "try again later"),
            (None, "Too many open connections for this user", fewer),
            (
                None,
                "Temporary problem, please try again later",
                "try again later",
            ),
            (None, "Server Unavailable. 15", "try again later"),
            (
                None,
                "Authentication rate limit from one source exceeded",
                "try again later",
            ),
            (Some("INUSE"), "busy", "try again later"),
        ] {
            assert_eq!(says(code, text), Some(hint), "{code:?} {text}");
        }
        for (code, text) in [
            (
                Some("AUTHENTICATIONFAILED"),
                "Authentication failed, try again",
            ),
            (Some("ALERT"), "Invalid credentials (Failure)"),
            (Some("ALERT"), "Application-specific password required"),
            (Some("WEBALERT"), "Web login required. (Failure)"),
            (Some("CONTACTADMIN"), "This account was closed"),
            (None, "Login failed."),
        ] {
            assert_eq!(says(code, text), None, "{code:?} {text}");
        }
    }

    #[test]
    fn a_refusal_decides_the_exit_code_and_names_its_reason() {
        let refusal = Refusal {
            code: Some("NOPERM".into()),
            text: "You lack the a right.".into(),
            bad: false,
            silent: false,
        };
        let error = refusal.error("SETACL on \"Archive\"");
        assert_eq!(error.exit(), Exit::Refused);
        assert_eq!(
            error.what(),
            "the server refused SETACL on \"Archive\" (NOPERM): You lack the a right."
        );
    }
}
