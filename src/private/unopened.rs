//! Why a file is not opened.

use std::fmt;
use std::io;

/// Why a file was not opened.
#[derive(Debug)]
pub enum Unopened {
    /// It is there, and somebody else could change it: why, and what to do.
    Untrusted(String),
    /// What the system says.
    System(io::Error),
}

impl Unopened {
    /// The same for who only knows errors of the system.
    pub fn into_io(self) -> io::Error {
        match self {
            Self::System(error) => error,
            Self::Untrusted(why) => io::Error::other(why),
        }
    }

    /// Whether there is nothing of that name.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::System(error) if error.kind() == io::ErrorKind::NotFound)
    }
}

impl From<io::Error> for Unopened {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

impl fmt::Display for Unopened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Untrusted(why) => f.write_str(why),
            Self::System(error) => error.fmt(f),
        }
    }
}
