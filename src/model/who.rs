//! WHO: the person, group or everybody that a user names on the command line.

use super::address::{Address, BadAddress};
use std::fmt;

/// Whom a grant is for, before any server's spelling.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// `alice`, `alice@example.com`.
    Person(Address),
    /// `group:helpdesk`, `group:team@example.com`.
    Group(String),
    /// `anyone`: everybody, logged in or not (RFC 4314, section 2).
    Anyone,
    /// `id:…`: an identifier passed to the server exactly as it stands.
    Identifier(String),
}

/// Why a text names nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadWho {
    /// The address in it is wrong.
    Address(BadAddress),
    /// It is empty.
    Empty,
    /// It begins with `-`, which in an ACL takes rights away (RFC 4314, section 2).
    Negative,
    /// It begins with `$` or `!`, which some servers read as a group.
    GroupMark,
    /// It holds a blank, a comma or a semicolon: several people in one, or a name.
    Several,
    /// It is everybody in other letters: `Anyone`, where no domain makes it a person.
    Everybody,
    /// It holds this control character.
    Control(char),
}

impl Who {
    /// Reads WHO; a person without a domain gets `domain`.
    ///
    /// # Errors
    /// When the text is empty, holds a control character, or would not be read by a server as
    /// the person it looks like.
    pub fn parse(text: &str, domain: Option<&str>) -> Result<Self, BadWho> {
        if let Some(c) = text.chars().find(|c| c.is_control()) {
            return Err(BadWho::Control(c));
        }
        let named = |name: &str, make: fn(String) -> Who| match name {
            "" => Err(BadWho::Empty),
            name => Ok(make(name.to_owned())),
        };
        // In any case, as addresses are: `Group:x` would else be a person who is written as a group.
        let after = |mark: &str| {
            let (word, rest) = text.split_at_checked(mark.len())?;
            word.eq_ignore_ascii_case(mark).then_some(rest)
        };
        if let Some(identifier) = after("id:") {
            return named(identifier, Who::Identifier);
        }
        if let Some(group) = after("group:") {
            // A group that is called by an address, as people are.
            return match (group.strip_suffix('@'), domain) {
                (Some(""), _) => Err(BadWho::Address(BadAddress::NoLocalPart)),
                (Some(_), None) => Err(BadWho::Address(BadAddress::NoDomain)),
                (Some(name), Some(domain)) => Ok(Who::Group(format!("{name}@{domain}"))),
                (None, _) => named(group, Who::Group),
            };
        }
        match text {
            "" => Err(BadWho::Empty),
            "anyone" => Ok(Who::Anyone),
            _ if text.starts_with('-') => Err(BadWho::Negative),
            _ if text.starts_with(['$', '!']) => Err(BadWho::GroupMark),
            _ if text.contains([' ', ',', ';']) => Err(BadWho::Several),
            _ => match Address::parse(text, domain).map_err(BadWho::Address)? {
                // Written down, it would be everybody.
                person if person.to_string() == "anyone" => Err(BadWho::Everybody),
                person => Ok(Who::Person(person)),
            },
        }
    }

    /// Whether this is everybody who can log in, or even those who cannot.
    pub fn is_everybody(&self) -> bool {
        let everybody = |name: &str| matches!(name, "anyone" | "authenticated" | "anonymous");
        match self {
            Who::Anyone => true,
            Who::Identifier(name) => everybody(name),
            Who::Person(_) | Who::Group(_) => false,
        }
    }

    /// Whether an entry of this name takes rights away (RFC 4314, section 2): there is nobody who
    /// could have what it says.
    pub fn takes_away(&self) -> bool {
        matches!(self, Who::Identifier(name) if name.starts_with('-'))
    }
}

/// Whether an identifier can be sent to a server at all: strings hold no NUL and, as they are quoted, no
/// line end. Other control characters can be stored, and must be taken away again.
pub fn is_speakable(identifier: &str) -> bool {
    !identifier.is_empty() && !identifier.contains(['\0', '\r', '\n'])
}

/// Whether an identifier is what the server sent: what is not UTF-8 is shown with U+FFFD, two of them
/// may look alike, and neither can be named.
pub fn is_readable(identifier: &str) -> bool {
    !identifier.contains(char::REPLACEMENT_CHARACTER)
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Who::Person(address) => address.fmt(f),
            Who::Group(name) => write!(f, "group:{name}"),
            Who::Anyone => f.write_str("anyone"),
            Who::Identifier(identifier) => write!(f, "id:{identifier}"),
        }
    }
}

impl fmt::Display for BadWho {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadWho::Address(bad) => bad.fmt(f),
            BadWho::Empty => f.write_str("it is empty"),
            BadWho::Negative => f.write_str(
                "an identifier that begins with - takes rights away from the rest of its name",
            ),
            BadWho::GroupMark => f.write_str("$ and ! mark groups on some servers"),
            BadWho::Everybody => f.write_str("it reads like everybody, who is written anyone"),
            BadWho::Several => f.write_str("it holds a blank, a comma or a semicolon"),
            BadWho::Control(c) => {
                write!(f, "it holds the control character {}", c.escape_unicode())
            }
        }
    }
}

impl BadWho {
    /// What to write instead, where there is something.
    pub fn advice(&self, text: &str) -> Option<String> {
        match self {
            BadWho::Negative => Some(format!("if a negative entry is meant, write id:{text}")),
            BadWho::GroupMark => {
                let name = text.trim_start_matches(['$', '!']);
                Some(format!(
                    "write group:{name} for a group, or 'id:{text}' for exactly this"
                ))
            }
            BadWho::Several => {
                Some("give each person as an argument of its own; id:… passes exactly this".into())
            }
            BadWho::Everybody => {
                Some("write anyone for everybody, or the whole address of a person".into())
            }
            BadWho::Address(BadAddress::NoDomain) => {
                Some("write the whole address, or set domain in the profile".into())
            }
            _ => None,
        }
    }
}

impl std::error::Error for BadWho {}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Who, BadWho> {
        Who::parse(text, Some("example.com"))
    }

    #[test]
    fn people_groups_and_everybody_are_told_apart() {
        assert_eq!(parse("Alice").unwrap().to_string(), "alice@example.com");
        assert_eq!(
            parse("group:helpdesk").unwrap(),
            Who::Group("helpdesk".into())
        );
        assert_eq!(
            parse("group:team@").unwrap(),
            Who::Group("team@example.com".into())
        );
        assert!(Who::parse("group:team@", None).is_err());
        assert!(parse("group:@").is_err());
        assert_eq!(parse("anyone").unwrap(), Who::Anyone);
        assert_eq!(
            parse("Group:Helpdesk").unwrap(),
            Who::Group("Helpdesk".into())
        );
        assert_eq!(parse("ID:Bob").unwrap(), Who::Identifier("Bob".into()));
        assert_eq!(parse("id:-Bob").unwrap(), Who::Identifier("-Bob".into()));
    }

    #[test]
    fn what_a_server_would_read_as_something_else_is_refused() {
        assert_eq!(parse("-bob"), Err(BadWho::Negative));
        for anyone in ["Anyone", "ANYONE"] {
            assert_eq!(Who::parse(anyone, None), Err(BadWho::Everybody), "{anyone}");
        }
        assert_eq!(parse("$team"), Err(BadWho::GroupMark));
        assert_eq!(parse("bob,carol"), Err(BadWho::Several));
        assert_eq!(parse("Bob Smith"), Err(BadWho::Several));
        assert_eq!(parse("id:"), Err(BadWho::Empty));
        assert_eq!(parse("id:a\r\nb"), Err(BadWho::Control('\r')));
        assert_eq!(parse("group:"), Err(BadWho::Empty));
    }
}
