//! The spellings under which one person may stand in a server's ACLs. One of them counts; the
//! others were stored unchecked, and would count on the day the server's settings change.

use super::address::Address;
use super::dialect::{Dialect, Family, Reading};
use super::login::Spelling;
use super::who::Who;

impl Dialect {
    /// Whether `identifier` names `who`, in any spelling: for a person `alice`, `Alice`,
    /// `alice@example.com`, and the entries that take away from them (`-alice`).
    ///
    /// A bare `alice` is `alice@example.com` only where that domain is the server's own. `id:…`
    /// names that very identifier and no other.
    pub fn means(&self, identifier: &str, who: &Who) -> bool {
        if let Who::Identifier(exactly) = who {
            return identifier == exactly;
        }
        let name = identifier.strip_prefix('-').unwrap_or(identifier);
        match (who, self.read(name)) {
            (Who::Person(address), Reading::Person(name)) => self.is_spelling(name, address),
            (Who::Group(group), Reading::Group(name)) => group == name,
            (Who::Anyone, Reading::Special(name)) => name == "anyone",
            _ => false,
        }
    }

    /// Whether an identifier stands for many: a group, or everybody.
    pub fn is_many(&self, identifier: &str) -> bool {
        matches!(
            self.read(identifier),
            Reading::Group(_) | Reading::Special("anyone" | "authenticated")
        )
    }

    /// Whether `name` looks like the person spelled `identifier`, and is not how she is spelled:
    /// another case of the letters, or with and without the domain that is the server's own. Beside
    /// addresses Cyrus reads a bare name as somebody of its default domain, who may be there.
    pub fn is_misspelt(&self, name: &str, identifier: &str) -> bool {
        let Ok(address) = Address::parse(identifier, self.home.as_deref()) else {
            return false;
        };
        let bare = self.family == Family::Cyrus && self.people == Spelling::Address;
        name != identifier
            && (!bare || name.contains('@'))
            && matches!(self.read(name), Reading::Person(_))
            && self.is_spelling(name, &address)
    }

    fn is_spelling(&self, name: &str, address: &Address) -> bool {
        let alike = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
        if name.contains('@') {
            return alike(name, &address.to_string());
        }
        let at_home = match (&self.home, address.domain()) {
            (Some(home), Some(domain)) => alike(home, domain),
            (None, Some(_)) => self.people == Spelling::LocalPart,
            (_, None) => true,
        };
        at_home && alike(name, address.local())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::who;

    fn dialect(family: Family) -> Dialect {
        Dialect {
            family,
            people: Spelling::Address,
            home: Some("example.com".into()),
        }
    }

    #[test]
    fn a_person_is_found_in_every_spelling() {
        let dovecot = dialect(Family::Dovecot);
        for name in [
            "alice",
            "ALICE",
            "alice@example.com",
            "Alice@Example.com",
            "-alice",
            "-alice@example.com",
        ] {
            assert!(dovecot.means(name, &who("alice")), "{name}");
        }
    }

    #[test]
    fn another_person_is_no_misspelling() {
        let mut cyrus = dialect(Family::Cyrus);
        assert!(!cyrus.is_misspelt("bob", "bob@other.org"));
        assert!(!cyrus.is_misspelt("bob@other.org", "bob@example.com"));
        assert!(!cyrus.is_misspelt("bob", "bob@example.com"));
        cyrus.people = Spelling::LocalPart;
        assert!(!cyrus.is_misspelt("bob", "bob@other.org"));
        assert!(!cyrus.is_misspelt("bob@other.org", "bob"));
        assert!(cyrus.is_misspelt("bob@example.com", "bob"));
        let dovecot = dialect(Family::Dovecot);
        assert!(dovecot.is_misspelt("bob", "bob@example.com"));
        assert!(dovecot.is_misspelt("Bob@Example.com", "bob@example.com"));
        assert!(!dovecot.is_misspelt("bob", "bob@other.org"));
        assert!(!dovecot.is_misspelt("$bob", "bob@example.com"));
    }

    #[test]
    fn nobody_else_is_taken_for_her() {
        let dovecot = dialect(Family::Dovecot);
        for name in [
            "alice2",
            "malice",
            "alice@other.test",
            "$alice",
            "-$alice",
            "alice@example.com.test",
        ] {
            assert!(!dovecot.means(name, &who("alice")), "{name}");
        }
        assert!(!dovecot.means("alice", &who("alice@other.test")));
        assert!(dovecot.means("-$helpdesk", &who("group:helpdesk")));
        assert!(dovecot.means("!$helpdesk", &who("group:helpdesk")));
        assert!(!dovecot.means("-alice", &who("id:alice")));
        assert!(dialect(Family::Cyrus).means("group:helpdesk", &who("group:helpdesk")));
        assert!(!dialect(Family::Cyrus).means("anyone", &who("anyone@")));
    }
}
