//! Whose a session is, by the ACL of its own INBOX. Pure.

use crate::imap::Acl;
use crate::model::home::{Bare, Home};

/// Whose a session is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// Of whoever was asked for, with how she is spelled.
    Theirs(Option<String>),
    /// The administrator's own.
    Administrators,
    /// Somebody else's with the same local part, spelled so.
    Anothers(String),
    /// With how she is spelled, should it turn out to be hers.
    Unclear(Option<String>),
}

impl Whose {
    /// By who holds `a` on the session's own INBOX, which shows whose session it is. It does not show
    /// who is the owner: members may hold `a` as well, and can take it from her.
    pub(super) fn by_acl(acl: &Acl, login: &str, admin: &str, home: &Home) -> Self {
        let holder_as = |is_hers: &dyn Fn(&str) -> bool| {
            acl.iter()
                .find(|entry| entry.rights.has('a') && is_hers(&entry.identifier))
                .map(|entry| entry.identifier.to_string())
        };
        let holder = |name: &str| holder_as(&|entry| home.names(entry, name) == Some(Bare::Its));
        let namesake = holder_as(&|entry| {
            matches!(
                home.names(entry, login),
                Some(Bare::Anothers | Bare::Untold)
            )
        });
        // Where the owner stands as `owner`, a name in the list is only that of a guest.
        match (holder(login), holder(admin)) {
            (owner, _) if is_nameless(acl) => Self::Unclear(owner),
            (Some(owner), None) => Self::Theirs(Some(owner)),
            // Her own entry is missing where somebody else's stands who has her local part.
            (None, _) if namesake.is_some() => Self::Anothers(namesake.unwrap_or_default()),
            (None, Some(_)) => Self::Administrators,
            (owner, _) => Self::Unclear(owner),
        }
    }
}

/// Whether the owner stands there as `owner`, by no name of her own.
pub(super) fn is_nameless(acl: &Acl) -> bool {
    acl.iter().any(|entry| &*entry.identifier == "owner")
}

/// How `login` is spelled in its own INBOX's ACL, whatever it holds there: as it logs in, else by
/// another name of its own where no `owner` stands, beside which that would be a guest's.
pub(super) fn spelled(acl: &Acl, login: &str, home: &Home) -> Option<String> {
    let find = |is_hers: &dyn Fn(&str) -> bool| {
        let mut names = acl.iter().map(|entry| &*entry.identifier);
        names.find(|name| is_hers(name)).map(str::to_owned)
    };
    find(&|name| name == login)
        .or_else(|| find(&|name| name.eq_ignore_ascii_case(login)))
        .or_else(|| {
            let alike = || find(&|name| home.names(name, login) == Some(Bare::Its));
            (!is_nameless(acl)).then(alike).flatten()
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::rights::Rights;
    use std::sync::Arc;

    #[test]
    fn a_guest_in_the_administrators_own_inbox_is_not_its_owner() {
        let acl = |entries: &[(&str, &str)]| -> Acl {
            let entry = |(identifier, rights): &(&str, &str)| crate::imap::Entry {
                identifier: Arc::from(*identifier),
                exact: true,
                rights: Rights::parse(rights).unwrap(),
            };
            entries.iter().map(entry).collect()
        };
        let home = Home::new(Some("x.test"));
        let judge = |entries: &[(&str, &str)]| {
            Whose::by_acl(&acl(entries), "support@x.test", "admin", &home)
        };
        let hers = Some("support@x.test".to_owned());
        assert_eq!(
            judge(&[("support@x.test", "lra")]),
            Whose::Theirs(hers.clone())
        );
        assert_eq!(judge(&[("admin", "lra")]), Whose::Administrators);
        assert_eq!(
            judge(&[("owner", "lra"), ("support@x.test", "lra")]),
            Whose::Unclear(hers.clone())
        );
        assert_eq!(
            judge(&[("admin", "lra"), ("support@x.test", "lra")]),
            Whose::Unclear(hers)
        );
    }

    #[test]
    fn the_owner_is_spelled_as_she_stands_whatever_she_holds() {
        let owner = |entries: &[(&str, &str)]| {
            let entry = |(identifier, rights): &(&str, &str)| crate::imap::Entry {
                identifier: Arc::from(*identifier),
                exact: true,
                rights: Rights::parse(rights).unwrap(),
            };
            let acl: Acl = entries.iter().map(entry).collect();
            spelled(&acl, "support@x.test", &Home::new(Some("x.test")))
        };
        let hers = Some("support@x.test".to_owned());
        assert_eq!(owner(&[("bob", "lra"), ("support@x.test", "lrs")]), hers);
        assert_eq!(owner(&[("support", "lr"), ("support@x.test", "")]), hers);
        assert_eq!(owner(&[("support", "lra")]), Some("support".to_owned()));
        assert_eq!(owner(&[("owner", "lrs"), ("support", "lra")]), None);
        assert_eq!(owner(&[("owner", "lrs"), ("bob", "lra")]), None);
        assert_eq!(owner(&[("bob", "lra")]), None);
    }

    #[test]
    fn a_bare_owner_is_nobody_of_another_domain() {
        let rights = Rights::parse("lra").unwrap();
        let acl = |identifier: &str| -> Acl {
            let entry = crate::imap::Entry {
                identifier: Arc::from(identifier),
                exact: true,
                rights,
            };
            [entry].into_iter().collect()
        };
        let home = Home::new(Some("x.test"));
        let judge = |owner: &str, login| Whose::by_acl(&acl(owner), login, "admin", &home);
        let theirs = |owner: &str| Whose::Theirs(Some(owner.to_owned()));
        let anothers = |owner: &str| Whose::Anothers(owner.to_owned());
        assert_eq!(judge("sales", "sales@x.test"), theirs("sales"));
        assert_eq!(
            judge("Sales@X.test", "sales@x.test"),
            theirs("Sales@X.test")
        );
        assert_eq!(judge("sales", "sales@evil.test"), anothers("sales"));
        assert_eq!(
            judge("sales@evil.test", "sales"),
            anothers("sales@evil.test")
        );
        assert_eq!(judge("seller", "sales@x.test"), Whose::Unclear(None));
        let nowhere = Home::default();
        let judged = Whose::by_acl(&acl("sales"), "sales@x.test", "admin", &nowhere);
        assert_eq!(judged, anothers("sales"));
    }
}
