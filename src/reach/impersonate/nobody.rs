//! What a server makes of names that cannot exist: whether it tells one login from another at all.

use crate::error::Result;
use crate::imap::{FirstLook, Kind as OpenKind, ListOptions, Listed, OpenError, Pattern, Session};
use crate::model::folder::WireName;
use crate::profile::Impersonate;
use crate::reach::Provider;

/// A name that no provider has, to learn whether any name is accepted.
pub const NOBODY: &str = "sharemail-nobody-9f3c1d";

impl Provider {
    /// Whether the server keeps `login` apart from everybody with the same local part in another
    /// domain. Where it drops the domain of a login (Dovecot's `auth_username_format = %Ln`), it takes
    /// one of a domain that cannot exist as well, and the session shows the same INBOX.
    ///
    /// Nothing is asked of logins in the profile's domain, whose bare name is their own; and each
    /// domain is asked about once.
    pub(super) fn keeps_apart(
        &self,
        method: &Impersonate,
        login: &str,
        owner: Option<&str>,
    ) -> Result<bool> {
        let Some((local, domain)) = login.rsplit_once('@') else {
            return Ok(true);
        };
        let home = self.home();
        let is_told = match home.domain() {
            Some(home) => home.eq_ignore_ascii_case(domain),
            None => owner.is_some_and(|owner| owner.eq_ignore_ascii_case(login)),
        };
        if is_told {
            return Ok(true);
        }
        let domain = domain.to_lowercase();
        if let Some(apart) = self.acquaintance().keeps_apart(&domain) {
            return Ok(apart);
        }
        let nowhere = format!("{local}@{NOBODY}.invalid");
        let look = FirstLook {
            inbox: true,
            ..FirstLook::default()
        };
        let apart = match self.log_in_as(method, &nowhere, &look) {
            Ok(mut session) => match session.inbox_acl() {
                // A server that makes an account for any name shows that very name.
                Some(acl) => acl
                    .iter()
                    .any(|entry| entry.identifier.eq_ignore_ascii_case(&nowhere)),
                None => self.is_homeless(&mut session)?,
            },
            Err(refused) => match refused.kind {
                OpenKind::Authorization | OpenKind::Authentication => true,
                // A lost connection tells nothing of names.
                _ => return Err(refused.error),
            },
        };
        self.acquaintance().told_apart(&domain, apart);
        Ok(apart)
    }

    /// Whether this session has no INBOX and yet is not the administrator's own: its namespaces
    /// are others.
    pub(super) fn is_homeless(&self, session: &mut Session) -> Result<bool> {
        let inbox = session.list(
            &Pattern::exactly(&WireName::inbox()),
            ListOptions::default(),
        )?;
        if inbox.iter().any(Listed::is_selectable) {
            return Ok(false);
        }
        Ok(session.namespaces()? != self.administrator()?.namespaces()?)
    }

    pub(super) fn refuses_nobody(&self, method: &Impersonate, like: &str) -> Result<bool> {
        match self.log_in_as(method, &nobody(like), &FirstLook::default()) {
            Ok(_) => Ok(false),
            Err(refused) => match refused.kind {
                OpenKind::Authorization | OpenKind::Authentication => Ok(true),
                // One that is dropped by chance says nothing: it must be dropped again while the
                // administrator's is taken.
                OpenKind::Dropped => {
                    let again = |refused: OpenError| refused.kind == OpenKind::Dropped;
                    let dropped = || self.log_in_as(method, &nobody(like), &FirstLook::default());
                    Ok(self.administrator().is_ok() && dropped().is_err_and(again))
                }
                _ => Err(refused.error),
            },
        }
    }
}

/// A login name that cannot exist, in the form of `like`.
fn nobody(like: &str) -> String {
    match like.rsplit_once('@') {
        Some((_, domain)) => format!("{NOBODY}@{domain}"),
        None => NOBODY.to_owned(),
    }
}
