//! The spellings under which one person may stand in a server's ACLs. One of them counts; the
//! others were stored unchecked, and would count on the day the server's settings change.

use super::address::Address;
use super::dialect::{Dialect, Reading};
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
    use crate::model::dialect::Family;

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
