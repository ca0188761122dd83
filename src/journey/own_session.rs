//! A session as somebody who is named, where one can be had.

use crate::decide;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::Session;
use crate::model::state::Mailbox;
use crate::model::who::Who;
use crate::reach::{LookedUp, Provider};

/// A session as WHO.
pub enum Own {
    /// Here it is.
    Session(Box<Session>),
    /// The server says that there is nobody of that name.
    Nobody(Error),
    /// Whether there is somebody of that name cannot be told: the login met no answer, for this
    /// reason.
    Unclear(Error),
    /// WHO is no person, or cannot be impersonated here.
    None,
}

/// A session as `who`, by each of the names that the mailboxes spell her by, until one is somebody's.
///
/// # Errors
/// As [`Provider::look_up`], and where none of the mailboxes can have an entry for her.
pub fn own_session(who: &Who, provider: &Provider, mailboxes: &[Mailbox]) -> Result<Own> {
    let mut own = Own::None;
    for login in logins(who, mailboxes)? {
        own = match (provider.look_up(&login)?, own) {
            (LookedUp::Somebody(hers), _) => return Ok(Own::Session(Box::new(hers.session))),
            // Whoever may be there under one name is not disowned by another.
            (LookedUp::Unanswered(error), _) => Own::Unclear(error),
            (LookedUp::Nobody(error), Own::None) => Own::Nobody(error),
            (_, own) => own,
        };
    }
    Ok(own)
}

/// Refuses somebody whom the server does not know, as far as that can be found out, and somebody
/// whose login meets no answer: what she gets could not be proved.
///
/// # Errors
/// [`Exit::NotFound`], and whatever connecting may meet.
pub fn must_exist(who: &Who, provider: &Provider, mailboxes: &[Mailbox]) -> Result<()> {
    match own_session(who, provider, mailboxes)? {
        Own::Nobody(error) => {
            let error = error.about(who.to_string());
            Err(match decide::alike(mailboxes, &who.to_string()) {
                Some(near) => error.hint(format!("did you mean {near}?")),
                None => error,
            })
        }
        Own::Unclear(error) => {
            let what = format!(
                "could not be looked up, so that nothing was changed: {}",
                error.what()
            );
            Err(Error::new(error.exit(), what).about(who.to_string()))
        }
        Own::Session(_) | Own::None => Ok(()),
    }
}

/// The names under which `who` may log in.
fn logins(who: &Who, mailboxes: &[Mailbox]) -> Result<Vec<String>> {
    let mut logins: Vec<String> = Vec::new();
    let mut nowhere = None;
    match who {
        Who::Person(address) if mailboxes.is_empty() => logins.push(address.to_string()),
        Who::Person(_) => {
            for mailbox in mailboxes {
                match decide::spell(mailbox, who) {
                    Ok(login) if !logins.contains(&login) => logins.push(login),
                    Err(error) if error.exit() == Exit::NotFound => {
                        nowhere.get_or_insert(error);
                    }
                    // What no entry can be called logs in nowhere either.
                    Ok(_) | Err(_) => {}
                }
            }
        }
        _ => {}
    }
    match nowhere {
        Some(error) if logins.is_empty() => Err(error),
        _ => Ok(logins),
    }
}
