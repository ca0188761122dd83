//! The error of the whole crate: what was tried, what came back, what to do next.

use crate::exit::Exit;
use std::fmt;
use std::sync::{Arc, LazyLock};

/// `Result` with sharemail's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure as the user is told it.
///
/// `what` says what was tried and what came back; `hint` says what to do. Both are free of
/// control characters by construction, so that neither a server nor a file can reach the
/// terminal through an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    exit: Exit,
    what: String,
    hint: Option<Hint>,
    at_login: bool,
}

/// What to do about an error.
#[derive(Clone)]
enum Hint {
    Said(String),
    /// Found out when somebody is told it, once for all copies: many an error is nobody's to read.
    Sought(Arc<LazyLock<Option<String>, Seeker>>),
}

type Seeker = Box<dyn FnOnce() -> Option<String> + Send>;

impl Error {
    /// An error that ends the run with `exit`.
    pub fn new(exit: Exit, what: impl AsRef<str>) -> Self {
        Self {
            exit,
            what: printable(what.as_ref()),
            hint: None,
            at_login: false,
        }
    }

    /// Adds what the user can do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl AsRef<str>) -> Self {
        self.hint = Some(Hint::Said(printable(hint.as_ref())));
        self
    }

    /// The same, found out by `seek` only when somebody is about to be told it.
    #[must_use]
    pub fn hint_sought(mut self, seek: impl FnOnce() -> Option<String> + Send + 'static) -> Self {
        let seek: Seeker = Box::new(|| seek().map(|hint| printable(&hint)));
        self.hint = Some(Hint::Sought(Arc::new(LazyLock::new(seek))));
        self
    }

    /// Puts `hint` behind what is there already.
    #[must_use]
    pub fn hint_too(self, hint: impl AsRef<str>) -> Self {
        let hint = hint.as_ref().to_owned();
        match self.hint.clone() {
            None => self.hint(hint),
            Some(Hint::Said(first)) => self.hint(format!("{first}; {hint}")),
            Some(Hint::Sought(first)) => self.hint_sought(move || match first.as_deref() {
                Some(first) => Some(format!("{first}; {hint}")),
                None => Some(hint),
            }),
        }
    }

    /// Puts `subject: ` before the message: the mailbox, file or folder that it is about.
    #[must_use]
    pub fn about(mut self, subject: impl AsRef<str>) -> Self {
        self.what = format!("{}: {}", printable(subject.as_ref()), self.what);
        self
    }

    /// The same as one of a login that the server refused: each further try may bring the account nearer to
    /// being locked.
    #[must_use]
    pub fn of_login(mut self) -> Self {
        self.at_login = true;
        self
    }

    /// Whether the server refused a login.
    pub fn is_of_login(&self) -> bool {
        self.at_login
    }

    /// The exit code this error asks for.
    pub fn exit(&self) -> Exit {
        self.exit
    }

    /// What was tried and what came back, in one line.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// What to do next, where there is something to say.
    pub fn advice(&self) -> Option<&str> {
        match &self.hint {
            None => None,
            Some(Hint::Said(hint)) => Some(hint),
            Some(Hint::Sought(hint)) => hint.as_deref(),
        }
    }
}

impl PartialEq for Hint {
    /// Nothing is found out for it: what is still to be found equals itself alone.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Hint::Said(one), Hint::Said(other)) => one == other,
            (Hint::Sought(one), Hint::Sought(other)) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }
}

impl Eq for Hint {}

impl fmt::Debug for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Hint::Said(hint) => hint.fmt(f),
            Hint::Sought(_) => f.write_str("(found out when it is told)"),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Error {}

/// `text` fit for people: control and bidirectional-override characters, those without a shape and
/// blanks but the common one become `\u{…}` escapes, so that hostile text can neither move the
/// cursor nor hide what it says, and names that differ look different.
pub fn printable(text: &str) -> String {
    escaped(text, is_visible)
}

/// `text` fit for a terminal, and as it is for programs that read it.
pub fn harmless(text: &str) -> String {
    escaped(text, is_printable)
}

fn escaped(text: &str, stays: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if stays(c) {
            out.push(c);
        } else {
            out.extend(c.escape_unicode());
        }
    }
    out
}

/// A server's text, fit for a terminal and cut to what a person reads.
pub fn abridged(text: &[u8]) -> String {
    const MOST: usize = 500;
    let mut shown = String::from_utf8_lossy(&text[..text.len().min(MOST)]).into_owned();
    if text.len() > MOST {
        shown.push('…');
    }
    printable(shown.trim())
}

/// Whether `c` may go to a terminal as it is.
pub fn is_printable(c: char) -> bool {
    !c.is_control() && !is_bidi_control(c)
}

/// Whether people see `c` and take it for what it is.
pub fn is_visible(c: char) -> bool {
    is_printable(c) && !is_unseen(c) && (c == ' ' || !c.is_whitespace())
}

/// Characters without any shape that no script needs between its letters (Unicode, general
/// category Cf, and blanks that are letters); joiners stay, which Persian and emoji are made with.
fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}' | '\u{2800}'
        | '\u{3164}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether `c` has no place in an address: it cannot be seen, is a blank of another kind, or looks
/// like one of ASCII (its full-width and small forms).
pub fn is_deceptive(c: char) -> bool {
    let form = matches!(c, '\u{ff01}'..='\u{ff5e}' | '\u{fe50}'..='\u{fe6b}');
    form || (!c.is_control() && !is_visible(c)) || matches!(c, '\u{200c}' | '\u{200d}')
}

/// Characters that reorder what a terminal shows (Unicode Bidirectional Algorithm, UAX #9) and
/// the line and paragraph separators.
fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_name_cannot_reach_the_terminal() {
        let error = Error::new(Exit::NotFound, "no \u{1b}[2Jfolder\r\n \u{202e}x").about("a\u{7}b");
        assert_eq!(
            error.what(),
            r"a\u{7}b: no \u{1b}[2Jfolder\u{d}\u{a} \u{202e}x"
        );
    }

    #[test]
    fn a_hint_is_sought_when_it_is_told_and_once() {
        use std::sync::atomic::{AtomicUsize, Ordering};
        let runs = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&runs);
        let error = Error::new(Exit::NotFound, "nowhere").hint_sought(move || {
            counted.fetch_add(1, Ordering::Relaxed);
            Some("did you mean \u{1b}x?".to_owned())
        });
        let other = error.clone().about("a").hint_too("look");
        assert_eq!(format!("{error}{error:?}").matches("mean").count(), 0);
        assert_eq!(error, error.clone());
        assert_eq!(runs.load(Ordering::Relaxed), 0);
        assert_eq!(other.advice(), Some("did you mean \\u{1b}x?; look"));
        assert_eq!(error.advice(), Some("did you mean \\u{1b}x?"));
        assert_eq!(runs.load(Ordering::Relaxed), 1);
        let said = Error::new(Exit::NotFound, "x").hint_too("a").hint_too("b");
        assert_eq!(said.advice(), Some("a; b"));
    }

    #[test]
    fn names_that_differ_look_different() {
        assert_eq!(
            printable("bob\u{200b} \u{a0}\u{3000}x"),
            r"bob\u{200b} \u{a0}\u{3000}x"
        );
        assert_eq!(
            harmless("a\u{a0}\u{200b}\u{202e}"),
            "a\u{a0}\u{200b}\\u{202e}"
        );
        for c in [
            '\u{200b}', '\u{200d}', '\u{a0}', '\u{ff41}', '\u{ff20}', '\u{202e}',
        ] {
            assert!(is_deceptive(c), "{c:?}");
        }
        assert!("é下ß +".chars().all(|c| !is_deceptive(c)));
    }

    #[test]
    fn letters_of_every_script_stay_as_they_are() {
        assert_eq!(printable("Entwürfe 📥 下書き"), "Entwürfe 📥 下書き");
    }
}
