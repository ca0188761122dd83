//! Whether the server knows somebody, asked by opening a session as her.

use super::impersonate::{Impersonated, NotImpersonated};
use super::provider::Provider;
use crate::error::{Error, Result};
use crate::exit::Exit;

/// What became of looking somebody up.
pub enum LookedUp {
    /// The server knows her: here is her session.
    Somebody(Box<Impersonated>),
    /// The server says by name that there is nobody (RFC 5530, AUTHORIZATIONFAILED), or has no mailbox
    /// of that name where it takes any.
    Nobody(Error),
    /// The server refuses any login of this name, and does not say that there is nobody: why, where
    /// it takes others.
    Refused(String),
    /// The login met no answer: it was dropped, put off, or took too long. Nothing is known of her.
    Unanswered(Error),
    /// This server cannot be asked so: it takes any name, or lets nobody act as somebody else.
    Unasked,
}

impl Provider {
    /// Looks up whoever logs in as `login`. Only a refusal by name says that there is nobody.
    ///
    /// # Errors
    /// What any other login would meet as well: a profile that is wrong, or an interruption.
    pub fn look_up(&self, login: &str) -> Result<LookedUp> {
        Ok(match self.impersonate(login) {
            Ok(Ok(session)) => LookedUp::Somebody(Box::new(session)),
            Ok(Err(refused)) if refused.disowns() => LookedUp::Nobody(refused.into_error()),
            Ok(Err(NotImpersonated::Unproven(_))) => LookedUp::Unasked,
            Ok(Err(refused @ NotImpersonated::Refused(_))) => {
                LookedUp::Refused(refused.into_words())
            }
            Ok(Err(other)) => LookedUp::Unanswered(other.into_error()),
            Err(error) if concerns_everybody(&error) => return Err(error),
            Err(error) => LookedUp::Unanswered(error),
        })
    }
}

fn concerns_everybody(error: &Error) -> bool {
    let kinds = [
        Exit::Usage,
        Exit::BadInput,
        Exit::Refused,
        Exit::Config,
        Exit::Interrupted,
    ];
    kinds.contains(&error.exit())
}
