//! Why there is no session as somebody else.

use crate::error::Error;

/// Why nobody was impersonated, though the server answered.
#[derive(Debug)]
pub enum NotImpersonated {
    /// The server says that there is no such user, or that she may not be impersonated (RFC 5530,
    /// AUTHORIZATIONFAILED).
    NoSuchUser(Error),
    /// The server dropped the connection at the login, although the administrator's own login is
    /// taken. Some do so for users whom they do not know, a proxy for one whose server is down:
    /// whether there is such a user is not known.
    Dropped(Error),
    /// The login was refused for another reason, which may be that no login can have this name: it
    /// says nothing of whether there is such a user.
    Refused(Error),
    /// The server takes any name, and nobody of this one has a mailbox.
    NoMailbox(Error),
    /// The server said OK, and nothing shows that the session is hers.
    Unproven(Error),
}

impl NotImpersonated {
    /// Whether the server disowns the user by name. Nothing else does: a login that was dropped or
    /// refused otherwise leaves open whether there is such a user.
    pub fn disowns(&self) -> bool {
        matches!(self, Self::NoSuchUser(_) | Self::NoMailbox(_))
    }

    /// Why there is no session, where the administrator's password is known to be right.
    pub fn into_words(self) -> String {
        match self {
            Self::Refused(error) => format!(
                "the server takes others, and no login of this name: {}",
                error.what()
            ),
            other => other.into_error().to_string(),
        }
    }

    /// The error behind it, while the answer is kept.
    pub fn to_error(&self) -> Error {
        match self {
            Self::NoSuchUser(error)
            | Self::Dropped(error)
            | Self::NoMailbox(error)
            | Self::Refused(error)
            | Self::Unproven(error) => error.clone(),
        }
    }

    /// The error behind it.
    pub fn into_error(self) -> Error {
        match self {
            Self::NoSuchUser(error)
            | Self::Dropped(error)
            | Self::NoMailbox(error)
            | Self::Refused(error)
            | Self::Unproven(error) => error,
        }
    }
}
