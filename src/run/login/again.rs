//! A login that failed: which of the answers may be wrong, and those alone asked for once more.

use super::question;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::{Kind, OpenError};
use crate::model::command::command;
use crate::output::Output;
use crate::profile::{Draft, Key, Profile, SecretSource, Value};

/// So many logins are refused before it ends: more would lock the account.
const REFUSALS: usize = 3;

/// What was tried so far.
#[derive(Debug, Default)]
pub struct Again {
    refusals: usize,
}

/// What is to be asked for besides what was put into the draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Nothing: the password may be right.
    Nothing,
    /// The password too.
    Secret,
}

impl Again {
    /// Tells why the login of `profile` failed, and asks for what may be wrong with it; all the other
    /// answers stay.
    ///
    /// # Errors
    /// The failure itself, where nobody can be asked, no other answer would help, or too many were
    /// tried.
    pub fn ask(
        &mut self,
        failure: OpenError,
        draft: &mut Draft,
        profile: &Profile,
        output: &Output,
    ) -> Result<Ask> {
        let OpenError { kind, error } = failure;
        if !output.can_ask() {
            return Err(error);
        }
        match kind {
            Kind::Unreachable | Kind::Protocol | Kind::Tls => {
                output.error(&error);
                question::server(draft, profile, output)?;
                Ok(Ask::Nothing)
            }
            Kind::Certificate => {
                output.error(&error);
                question::server(draft, profile, output)?;
                question::authority(draft, profile, output)?;
                Ok(Ask::Nothing)
            }
            Kind::Authentication | Kind::Authorization | Kind::Dropped => {
                self.refusals += 1;
                // What a file or a command says is not asked for here: it would say it again.
                if profile.imap.secret_source != SecretSource::Keyring || self.refusals >= REFUSALS
                {
                    return Err(error);
                }
                output.error(&error);
                if let (Some(domain), false) = (&profile.domain, profile.imap.user.contains('@')) {
                    let user = &profile.imap.user;
                    output.hint(&format!(
                        "the server does not say which of the two is wrong; many know their users by \
                         whole addresses, such as {user}@{domain}"
                    ));
                }
                question::user(draft, profile, output)?;
                Ok(Ask::Secret)
            }
            Kind::Temporary | Kind::Config => Err(error),
        }
    }
}

/// `error` with the command that goes on with what was answered before it.
pub fn with_answers(error: Error, draft: &Draft) -> Error {
    let Some(line) = resumed(draft).filter(|_| error.exit() != Exit::Interrupted) else {
        return error;
    };
    let advice = error.advice().map(|advice| format!("{advice}; "));
    let hint = format!(
        "{}this goes on with what was answered: {line}",
        advice.unwrap_or_default()
    );
    error.hint(hint)
}

/// The command that begins with what was answered so far; no secret is among it.
fn resumed(draft: &Draft) -> Option<String> {
    let options = [
        ("--host", "imap.host"),
        ("--port", "imap.port"),
        ("--tls", "imap.tls"),
        ("--ca-file", "imap.ca-file"),
        ("--user", "imap.user"),
        ("--domain", "domain"),
    ];
    // Without a server nothing worth keeping was said.
    draft.value(Key::parse("imap.host")?)?;
    let mut words = vec!["login".to_owned()];
    for (option, path) in options {
        let value = match draft.value(Key::parse(path)?) {
            Some(Value::Text(text)) => Some(text.clone()),
            Some(Value::Integer(number)) => Some(number.to_string()),
            _ => None,
        };
        if let Some(value) = value {
            words.extend([option.to_owned(), value]);
        }
    }
    if let Some(Value::List(names)) = draft.value(Key::parse("mailboxes")?) {
        words.extend(
            names
                .iter()
                .flat_map(|name| ["--mailbox".to_owned(), name.clone()]),
        );
    }
    Some(command(words))
}
