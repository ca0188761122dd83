//! Mailboxes that a name which is nowhere was probably meant for.

use super::accounts;
use super::locate::{carries, in_sight_of};
use super::provider::Provider;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::{ListOptions, Pattern, Session};
use crate::model::address::MailboxName;
use crate::model::command::command;
use crate::model::dialect::Family;
use crate::model::near;
use crate::profile::Profile;
use std::sync::{Arc, OnceLock};

impl Provider {
    /// That the administrator's session sees no mailbox called `name`, with the one that was probably
    /// meant, as far as the profile and `session` know of it.
    pub fn not_in_sight(&self, session: Option<&mut Session>, name: &MailboxName) -> Error {
        let error = Error::new(
            Exit::NotFound,
            format!(
                "no shared mailbox {name} in the namespaces that {} sees",
                self.profile.imap.user
            ),
        );
        // What cannot be listed now is no reason to say less.
        let seen = session.and_then(|session| self.seen_like(session, name).ok());
        let seen = seen.unwrap_or_default();
        let known = self.known(seen);
        let name = name.clone();
        // Whoever makes what is not there needs no list of what is.
        error.hint_sought(move || {
            let lists = format!("{} shows the mailboxes there are", command(["list"]));
            Some(match (&name, known.like(&name)) {
                (MailboxName::Path(path), near) if !path.contains('/') => {
                    format!("{}; {lists}", no_address(path, near))
                }
                (_, Some(near)) => format!("did you mean {near}? {lists}"),
                (_, None) => {
                    let makes = command(["create", &name.to_string()]);
                    format!("{lists}; {makes} makes this one")
                }
            })
        })
    }

    /// `refused`, why nobody could log in as the mailbox `name`, with the one that was probably meant
    /// among those that the profile names or its program lists.
    pub(super) fn with_like(&self, refused: Error, name: &MailboxName) -> Error {
        let known = self.known(Vec::new());
        let name = name.clone();
        let before = refused.clone();
        refused.hint_sought(move || {
            let advice = before.advice();
            match (&name, known.like(&name)) {
                (MailboxName::Path(path), near) if !path.contains('/') => {
                    Some(no_address(path, near))
                }
                (_, Some(near)) => Some(match advice {
                    Some(advice) => format!("did you mean {near}? If not, {advice}"),
                    None => format!("did you mean {near}?"),
                }),
                (_, None) => advice.map(str::to_owned),
            }
        })
    }

    /// The mailbox that `name` was probably meant for, among those that the profile names or its
    /// program lists.
    pub fn meant(&self, name: &MailboxName) -> Option<String> {
        self.known(Vec::new()).like(name)
    }

    /// Where a name that is nowhere is looked for; `seen` is what a session shows besides.
    fn known(&self, seen: Vec<String>) -> Known {
        Known {
            profile: Arc::clone(&self.profile),
            listed: Arc::clone(&self.listed),
            seen,
        }
    }

    /// What `session` lists that could be meant, called as on the command line. Of a Cyrus, which may
    /// have a great many, those alone that begin alike.
    fn seen_like(&self, session: &mut Session, name: &MailboxName) -> Result<Vec<String>> {
        let domain = self.profile.domain.as_deref();
        let mut home = domain;
        let seen = if session.server_family() == Family::Cyrus {
            let Some(first) = name.to_string().chars().next() else {
                return Ok(Vec::new());
            };
            let namespaces = session.namespaces()?;
            let mut listed = Vec::new();
            for namespace in namespaces.other_users.iter().chain(&namespaces.shared) {
                let beginning = [&namespace.prefix[..], first.to_string().as_bytes()].concat();
                let pattern = Pattern::children(&beginning);
                listed.extend(session.list(&pattern, ListOptions::default())?);
            }
            if let Some(domain) = domain
                && carries(session, domain)?
            {
                // Those without a domain are another's.
                home = None;
            }
            in_sight_of(session, Some(&listed))?
        } else {
            in_sight_of(session, None)?
        };
        let called = seen.into_iter().map(|(name, sight)| match home {
            Some(home) if sight.owner.is_some() && !name.contains('@') => format!("{name}@{home}"),
            _ => name,
        });
        Ok(called.collect())
    }
}

/// The mailboxes that are known by name. The profile's program is run only once somebody looks for one.
struct Known {
    profile: Arc<Profile>,
    listed: Arc<OnceLock<Vec<String>>>,
    seen: Vec<String>,
}

impl Known {
    fn like(&self, name: &MailboxName) -> Option<String> {
        let domain = self.profile.domain.as_deref();
        let named = self.profile.mailboxes.iter();
        let named = named.filter_map(|name| MailboxName::parse(name, domain).ok());
        // One run for all names that are nowhere. A list that cannot be had is no reason to say less.
        let listed = self.listed.get_or_init(|| {
            let listed = accounts::list(&self.profile).ok().flatten();
            let names = listed.unwrap_or_default().names;
            names.iter().map(MailboxName::to_string).collect()
        });
        let named = named.map(|name| name.to_string());
        let known = named.chain(listed.iter().cloned());
        near::somebody(&name.to_string(), known.chain(self.seen.iter().cloned()))
    }
}

/// What to do where `path`, without an `@`, was to be a mailbox.
fn no_address(path: &str, near: Option<String>) -> String {
    let meant = near.unwrap_or_else(|| format!("{path}@"));
    format!(
        "an address is written with an @: did you mean {meant}? {} tells what a person of that name \
         reaches",
        command(["access", path])
    )
}
