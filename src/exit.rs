//! Exit codes: a promise to scripts, documented in the man pages.
//!
//! Numbers from 64 up are those of BSD's `sysexits.h`.

/// How a run ended, as the shell sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Exit {
    /// Done, or nothing to do.
    Done = 0,
    /// A failure that none of the others describes.
    Failure = 1,
    /// `check` found something, or changes are pending (`--detailed-exitcode`).
    Found = 2,
    /// Part of the work was done; the failures are named.
    Partly = 3,
    /// The command line is wrong (EX_USAGE).
    Usage = 64,
    /// An input file or value is wrong (EX_DATAERR).
    BadInput = 65,
    /// No such mailbox, folder or member (EX_NOUSER).
    NotFound = 67,
    /// The server cannot be reached (EX_UNAVAILABLE).
    Unreachable = 69,
    /// A passing fault: try again later (EX_TEMPFAIL).
    TryAgain = 75,
    /// The server broke the protocol (EX_PROTOCOL).
    Protocol = 76,
    /// Login or permission refused (EX_NOPERM).
    Refused = 77,
    /// The configuration is wrong or incomplete (EX_CONFIG).
    Config = 78,
    /// Stopped by Ctrl-C or a termination signal, between two commands.
    Interrupted = 130,
}

impl Exit {
    /// Every code with the sentence that documents it, in ascending order.
    pub const ALL: [(Exit, &'static str); 13] = [
        (Exit::Done, "done, or nothing to do"),
        (Exit::Failure, "failure"),
        (
            Exit::Found,
            "something was found (check, identities --check, can-send, audit verify), or would change \
             (--detailed-exitcode)",
        ),
        (Exit::Partly, "partly done; every failure is named"),
        (Exit::Usage, "wrong usage"),
        (Exit::BadInput, "bad input value or file"),
        (Exit::NotFound, "no such mailbox, folder or member"),
        (Exit::Unreachable, "server unreachable"),
        (Exit::TryAgain, "try again later"),
        (Exit::Protocol, "the server broke the protocol"),
        (Exit::Refused, "login or permission refused"),
        (Exit::Config, "configuration wrong or incomplete"),
        (Exit::Interrupted, "interrupted; what was done is named"),
    ];

    /// How a run ends whose work on each mailbox ended with one of `ends`: as all of them did where
    /// they ended alike, else partly done.
    pub fn of_all(ends: impl IntoIterator<Item = Exit>) -> Exit {
        let mut ends = ends.into_iter();
        let first = ends.next().unwrap_or(Exit::Done);
        match ends.all(|end| end == first) {
            true => first,
            false => Exit::Partly,
        }
    }

    /// The number the shell sees.
    pub const fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::Exit::{self, Done, NotFound, Partly, Unreachable};

    #[test]
    fn a_run_ends_as_all_its_mailboxes_did_or_partly() {
        for (ends, whole) in [
            (vec![], Done),
            (vec![Done, Done], Done),
            (vec![Unreachable], Unreachable),
            (vec![Unreachable, Unreachable], Unreachable),
            (vec![Unreachable, NotFound], Partly),
            (vec![Unreachable, Done], Partly),
            (vec![Unreachable, Partly], Partly),
        ] {
            assert_eq!(Exit::of_all(ends.clone()), whole, "{ends:?}");
        }
    }
}
