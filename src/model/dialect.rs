//! How a server spells people and groups in its ACL entries, and how its entries are read.

use super::address::Address;
use super::home::{Bare, Home};
use super::login::Spelling;
use super::who::Who;
use serde::Serialize;
use std::fmt;

/// The server software, where its ACLs differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// Dovecot: groups are `$name`.
    Dovecot,
    /// Cyrus: groups are `group:name`.
    Cyrus,
    /// Courier: groups are `group=name`, an authorisation identity is ignored.
    Courier,
    /// Any other: nothing is assumed.
    Other,
}

/// One server's way of writing identifiers (RFC 4314, section 3 leaves it to each server).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// Which software it is.
    pub family: Family,
    /// How it spells people.
    pub people: Spelling,
    /// The domain whose people are spelled by local part: others never are, so that
    /// `alice@other.test` is not taken for the `alice` of this one.
    pub home: Option<String>,
}

/// Why WHO cannot be spelled for this server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unspeakable {
    /// People are spelled by address here, and this one has no domain.
    NoDomain,
    /// People are spelled by local part here, and of which domain they are is not known.
    NoHome,
    /// How this server spells groups is not known.
    Groups,
    /// Cyrus stores such an entry although it refuses it, and from then on refuses every change of
    /// the mailbox (seen on 3.6.1).
    Poisonous,
    /// Spelled as this server spells people, she would be everybody, or a group.
    Namesake(String),
}

/// What an ACL entry's identifier stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading<'a> {
    /// A person, as spelled.
    Person(&'a str),
    /// A group's bare name.
    Group(&'a str),
    /// `anyone`; but on Cyrus, which reads them as names of users, `authenticated`, `anonymous`,
    /// `owner`, `administrators`.
    Special(&'a str),
    /// Takes rights away from what follows the `-`.
    Negative(&'a str),
}

impl Dialect {
    /// `who` as this server writes it.
    ///
    /// # Errors
    /// When the server's spelling of groups is unknown, a domain is missing, or the server would
    /// read the name as somebody else's.
    pub fn spell(&self, who: &Who) -> Result<String, Unspeakable> {
        let spelled = self.spelled(who)?;
        let fits = |c: char| matches!(c, ' '..='~') && c != '"' && c != '\\';
        if self.family == Family::Cyrus && !spelled.chars().all(fits) {
            return Err(Unspeakable::Poisonous);
        }
        if matches!(who, Who::Person(_)) && !matches!(self.read(&spelled), Reading::Person(_)) {
            return Err(Unspeakable::Namesake(spelled));
        }
        Ok(spelled)
    }

    fn spelled(&self, who: &Who) -> Result<String, Unspeakable> {
        match who {
            Who::Person(address) => self.spell_person(address),
            Who::Group(name) => match self.family {
                Family::Dovecot => Ok(format!("${name}")),
                Family::Cyrus => Ok(format!("group:{name}")),
                Family::Courier => Ok(format!("group={name}")),
                Family::Other => Err(Unspeakable::Groups),
            },
            Who::Anyone => Ok("anyone".to_owned()),
            // What Courier stores as user=alice is alice wherever entries are shown.
            Who::Identifier(identifier) if self.family == Family::Courier => {
                let (sign, name) = match identifier.strip_prefix('-') {
                    Some(name) => ("-", name),
                    None => ("", identifier.as_str()),
                };
                let bare = name
                    .strip_prefix("user=")
                    .map(|name| (name, self.read(name)));
                Ok(match bare {
                    Some((name, Reading::Person(_))) => format!("{sign}{name}"),
                    _ => identifier.clone(),
                })
            }
            Who::Identifier(identifier) => Ok(identifier.clone()),
        }
    }

    /// A person as this server writes her; her login name is spelled the same way.
    ///
    /// # Errors
    /// When a domain is missing: the person's own, or that of those who are spelled without one.
    pub fn spell_person(&self, address: &Address) -> Result<String, Unspeakable> {
        let bare = Home::new(self.home.as_deref()).bare(address);
        match (self.people, address.domain()) {
            (Spelling::LocalPart, _) if bare == Bare::Its => Ok(address.local().to_owned()),
            (Spelling::LocalPart, _) if bare == Bare::Untold => Err(Unspeakable::NoHome),
            (_, Some(_)) => Ok(address.to_string()),
            (_, None) => Err(Unspeakable::NoDomain),
        }
    }

    /// An identifier as a person would write it on the command line: what [`Dialect::spell`] makes
    /// this very identifier of.
    pub fn who(&self, identifier: &str) -> String {
        let exactly = || format!("id:{identifier}");
        let who = match self.read(identifier) {
            Reading::Group(name) => format!("group:{name}"),
            Reading::Special("anyone") => return identifier.to_owned(),
            Reading::Person(name) => match (&self.home, name.contains('@')) {
                (Some(home), false) if self.people == Spelling::LocalPart => {
                    format!("{name}@{home}")
                }
                _ => name.to_owned(),
            },
            Reading::Special(_) | Reading::Negative(_) => return exactly(),
        };
        let back = Who::parse(&who, self.home.as_deref()).ok();
        match back.and_then(|who| self.spell(&who).ok()) {
            Some(spelled) if spelled == identifier => who,
            _ => exactly(),
        }
    }

    /// What an identifier in an ACL means here.
    pub fn read<'a>(&self, identifier: &'a str) -> Reading<'a> {
        if let Some(rest) = identifier.strip_prefix('-') {
            return Reading::Negative(rest);
        }
        match (self.family, identifier) {
            (_, "anyone") => Reading::Special(identifier),
            // Seen on 3.6.1: an entry of any other such name gives nothing to anybody who logs in.
            (Family::Cyrus, "authenticated" | "anonymous" | "owner" | "administrators") => {
                Reading::Person(identifier)
            }
            (_, "authenticated" | "anonymous" | "owner" | "administrators") => {
                Reading::Special(identifier)
            }
            (Family::Dovecot, _) => match identifier.strip_prefix("!$") {
                Some(group) => Reading::Group(group),
                None => match identifier.strip_prefix('$') {
                    Some(group) => Reading::Group(group),
                    None => Reading::Person(identifier),
                },
            },
            _ => match identifier
                .strip_prefix("group:")
                .or(identifier.strip_prefix("group="))
            {
                Some(group) => Reading::Group(group),
                None => Reading::Person(identifier),
            },
        }
    }
}

impl fmt::Display for Unspeakable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unspeakable::Namesake(name) => {
                return write!(
                    f,
                    "spelled as this server spells people, the name is \"{name}\", which it reads as \
                     everybody's or a group's"
                );
            }
            Unspeakable::NoDomain => {
                "this server's ACLs spell people by address, and no domain is known"
            }
            Unspeakable::NoHome => {
                "this server's ACLs spell people by what stands before the @, and of which domain \
                 those are is not known"
            }
            Unspeakable::Groups => "how this server spells groups is not known",
            Unspeakable::Poisonous => {
                "Cyrus stores a name with quotes, backslashes or characters beyond ASCII damaged, \
                 and then refuses every change of the mailbox"
            }
        })
    }
}

impl Unspeakable {
    /// What to do about it.
    pub fn advice(&self) -> &'static str {
        match self {
            Unspeakable::NoDomain => "write the whole address, or set domain in the profile",
            Unspeakable::NoHome => "set domain in the profile",
            Unspeakable::Groups => "pass the server's own spelling as id:…",
            Unspeakable::Poisonous => "use a name of plain ASCII letters",
            Unspeakable::Namesake(_) => {
                "write anyone, group:… or id:… where that is meant; such a person cannot be named here"
            }
        }
    }
}

impl std::error::Error for Unspeakable {}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialect(family: Family, people: Spelling) -> Dialect {
        Dialect {
            family,
            people,
            home: Some("example.com".into()),
        }
    }

    #[test]
    fn each_server_gets_its_own_spelling() {
        let group = Who::Group("helpdesk".into());
        let alice = Who::parse("alice", Some("example.com")).unwrap();
        let dovecot = dialect(Family::Dovecot, Spelling::Address);
        let cyrus = dialect(Family::Cyrus, Spelling::LocalPart);
        assert_eq!(dovecot.spell(&group).unwrap(), "$helpdesk");
        assert_eq!(cyrus.spell(&group).unwrap(), "group:helpdesk");
        assert_eq!(dovecot.spell(&alice).unwrap(), "alice@example.com");
        assert_eq!(cyrus.spell(&alice).unwrap(), "alice");
        let other = dialect(Family::Other, Spelling::Address);
        assert_eq!(other.spell(&group), Err(Unspeakable::Groups));
        assert_eq!(
            other.spell(&Who::parse("x", None).unwrap()),
            Err(Unspeakable::NoDomain)
        );
    }

    #[test]
    fn courier_tells_groups_from_people_by_what_stands_before_the_name() {
        let courier = dialect(Family::Courier, Spelling::Address);
        let spell = |who: &str| {
            let who = Who::parse(who, Some("example.com")).unwrap();
            courier.spell(&who).unwrap()
        };
        assert_eq!(spell("group:helpdesk"), "group=helpdesk");
        assert_eq!(spell("alice"), "alice@example.com");
        assert_eq!(spell("id:user=alice@example.com"), "alice@example.com");
        assert_eq!(spell("id:-user=alice"), "-alice");
        assert_eq!(spell("id:user=anyone"), "user=anyone");
        assert_eq!(courier.read("group=helpdesk"), Reading::Group("helpdesk"));
        assert_eq!(courier.who("group=helpdesk"), "group:helpdesk");
        assert_eq!(courier.who("administrators"), "id:administrators");
    }

    #[test]
    fn a_local_part_never_names_somebody_of_another_domain() {
        let cyrus = dialect(Family::Cyrus, Spelling::LocalPart);
        let stranger = Who::parse("alice@other.test", None).unwrap();
        assert_eq!(cyrus.spell(&stranger).unwrap(), "alice@other.test");
    }

    #[test]
    fn an_identifier_is_told_as_it_would_be_asked_for() {
        let dovecot = dialect(Family::Dovecot, Spelling::Address);
        assert_eq!(dovecot.who("alice@example.com"), "alice@example.com");
        assert_eq!(dovecot.who("$helpdesk"), "group:helpdesk");
        assert_eq!(dovecot.who("anyone"), "anyone");
        assert_eq!(dovecot.who("-bob@example.com"), "id:-bob@example.com");
        assert_eq!(dovecot.who("Alice@Example.com"), "id:Alice@Example.com");
        assert_eq!(dovecot.who("!$ops"), "id:!$ops");
        let cyrus = dialect(Family::Cyrus, Spelling::LocalPart);
        assert_eq!(cyrus.who("alice"), "alice@example.com");
        assert_eq!(cyrus.who("group:helpdesk"), "group:helpdesk");
    }

    #[test]
    fn nobody_is_taken_for_everybody_or_for_a_group() {
        let cyrus = dialect(Family::Cyrus, Spelling::LocalPart);
        for name in ["anyone@example.com", "Anyone"] {
            let who = Who::parse(name, Some("example.com")).unwrap();
            assert!(
                matches!(cyrus.spell(&who), Err(Unspeakable::Namesake(_))),
                "{name}"
            );
        }
        let bare = dialect(Family::Dovecot, Spelling::LocalPart);
        for name in ["authenticated@", "owner@"] {
            let who = Who::parse(name, Some("example.com")).unwrap();
            assert!(
                matches!(bare.spell(&who), Err(Unspeakable::Namesake(_))),
                "{name}"
            );
            assert!(cyrus.spell(&who).is_ok(), "{name}");
        }
        let dovecot = dialect(Family::Dovecot, Spelling::Address);
        let who = Who::parse("anyone@example.com", None).unwrap();
        assert_eq!(dovecot.spell(&who).unwrap(), "anyone@example.com");
        assert_eq!(cyrus.spell(&Who::Anyone).unwrap(), "anyone");
    }

    #[test]
    fn what_would_damage_a_mailbox_is_not_sent() {
        let cyrus = dialect(Family::Cyrus, Spelling::LocalPart);
        for name in ["id:a\"b", "id:a\\b", "group:über"] {
            assert_eq!(
                cyrus.spell(&Who::parse(name, None).unwrap()),
                Err(Unspeakable::Poisonous)
            );
        }
        let dovecot = dialect(Family::Dovecot, Spelling::Address);
        assert!(dovecot.spell(&Who::parse("id:a\"b", None).unwrap()).is_ok());
    }

    #[test]
    fn what_is_a_group_on_one_server_is_a_user_on_the_other() {
        let dovecot = dialect(Family::Dovecot, Spelling::Address);
        let cyrus = dialect(Family::Cyrus, Spelling::LocalPart);
        assert_eq!(dovecot.read("$team"), Reading::Group("team"));
        assert_eq!(dovecot.read("!$team"), Reading::Group("team"));
        assert_eq!(dovecot.read("group:team"), Reading::Person("group:team"));
        assert_eq!(cyrus.read("group:team"), Reading::Group("team"));
        assert_eq!(cyrus.read("$team"), Reading::Person("$team"));
        assert_eq!(cyrus.read("-bob"), Reading::Negative("bob"));
        assert_eq!(dovecot.read("anyone"), Reading::Special("anyone"));
    }
}
