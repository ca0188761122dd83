//! Whose a bare name on a server is: that of the profile's domain, and of no other.

use super::address::Address;

/// The domain whose people and mailboxes a server may call by their local part alone.
///
/// A server with several domains leaves out one of them, and one without domains leaves out any: a
/// bare `sales` is not `sales@` whatever was asked for. What has another domain must stand there
/// under its full name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Home(Option<String>);

/// What a bare name is to an address with the same local part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bare {
    /// Its name.
    Its,
    /// The name of somebody else, in the server's own domain.
    Anothers,
    /// Nobody knows: the profile names no domain.
    Untold,
}

impl Home {
    /// The profile's `domain`, where it names one.
    pub fn new(domain: Option<&str>) -> Self {
        Self(domain.map(str::to_lowercase))
    }

    /// The domain from which somebody sees the server who logs in as `login`: her own, else this one.
    /// A Cyrus with virtual domains leaves out the domain of whoever looks.
    pub fn seen_by(&self, login: &str) -> Self {
        match login.rsplit_once('@') {
            Some((_, domain)) if !domain.is_empty() => Self::new(Some(domain)),
            _ => self.clone(),
        }
    }

    /// The domain itself.
    pub fn domain(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// What the bare name `address.local()` is to `address`.
    pub fn bare(&self, address: &Address) -> Bare {
        match (self.domain(), address.domain()) {
            (_, None) => Bare::Its,
            (Some(home), Some(domain)) if home.eq_ignore_ascii_case(domain) => Bare::Its,
            (Some(_), Some(_)) => Bare::Anothers,
            (None, Some(_)) => Bare::Untold,
        }
    }

    /// Whether `name`, as a server spells it, is of this domain as far as it shows: a bare one may be,
    /// and where the domain is not known any.
    pub fn is_of(&self, name: &str) -> bool {
        match (name.rsplit_once('@'), self.domain()) {
            (Some((_, domain)), Some(home)) => home.eq_ignore_ascii_case(domain),
            _ => true,
        }
    }

    /// What `identifier`, as a server spells it, is to whoever logs in as `login`; nothing where the
    /// local parts differ, or the domains.
    pub fn names(&self, identifier: &str, login: &str) -> Option<Bare> {
        if identifier.eq_ignore_ascii_case(login) {
            return Some(Bare::Its);
        }
        let (bare, full) = match (identifier.contains('@'), login.contains('@')) {
            (false, true) => (identifier, login),
            (true, false) => (login, identifier),
            _ => return None,
        };
        let full = Address::parse(full, None).ok()?;
        (full.local() == bare.to_lowercase()).then(|| self.bare(&full))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn address(text: &str) -> Address {
        Address::parse(text, None).unwrap()
    }

    #[test]
    fn a_bare_name_is_one_of_the_profiles_domain_only() {
        let home = Home::new(Some("Example.test"));
        assert_eq!(home.bare(&address("sales@example.test")), Bare::Its);
        assert_eq!(home.bare(&address("sales@other.test")), Bare::Anothers);
        assert_eq!(
            home.bare(&address("sales@sub.example.test")),
            Bare::Anothers
        );
        assert_eq!(home.bare(&address("sales")), Bare::Its);
        let nowhere = Home::default();
        assert_eq!(nowhere.bare(&address("sales@example.test")), Bare::Untold);
    }

    #[test]
    fn an_identifier_names_a_login_in_the_same_domain_only() {
        let home = Home::new(Some("example.test"));
        let names = |identifier, login| home.names(identifier, login);
        assert_eq!(names("bob", "bob@example.test"), Some(Bare::Its));
        assert_eq!(names("Bob@Example.test", "bob"), Some(Bare::Its));
        assert_eq!(names("bob", "bob@evil.test"), Some(Bare::Anothers));
        assert_eq!(names("bob@evil.test", "bob"), Some(Bare::Anothers));
        assert_eq!(names("bob@evil.test", "bob@example.test"), None);
        assert_eq!(names("bobby", "bob@example.test"), None);
        let nowhere = Home::default();
        assert_eq!(nowhere.names("bob", "bob@example.test"), Some(Bare::Untold));
        assert_eq!(nowhere.names("bob", "bob"), Some(Bare::Its));
    }

    #[test]
    fn a_full_name_shows_of_which_domain_it_is() {
        let home = Home::new(Some("example.test"));
        assert!(home.is_of("bob") && home.is_of("bob@Example.TEST"));
        assert!(!home.is_of("bob@evil.test") && !home.is_of("bob@sub.example.test"));
        assert!(Home::default().is_of("bob@evil.test"));
    }

    #[test]
    fn whoever_looks_sees_her_own_domain_left_out() {
        let home = Home::new(Some("example.test"));
        assert_eq!(home.seen_by("bob").domain(), Some("example.test"));
        assert_eq!(home.seen_by("bob@other.test").domain(), Some("other.test"));
    }

    proptest! {
        #[test]
        fn a_bare_name_never_crosses_domains(
            local in "[a-z]{1,6}", one in "[a-z]{1,4}\\.test", two in "[a-z]{1,4}\\.test",
        ) {
            let home = Home::new(Some(&one));
            let same = one == two;
            let full = format!("{local}@{two}");
            prop_assert_eq!(home.bare(&address(&full)) == Bare::Its, same);
            prop_assert_eq!(home.names(&local, &full) == Some(Bare::Its), same);
        }
    }
}
