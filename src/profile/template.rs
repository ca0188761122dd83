//! Login-name templates: `{mailbox}*{admin}`, as Dovecot's master users log in.

use std::fmt;
use std::str::FromStr;

/// A login name that names both the account to be opened and the administrator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginTemplate(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Literal(String),
    Mailbox,
    Admin,
}

/// Why a text is not a login template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadTemplate {
    /// `{mailbox}` is missing: every login would open the same account.
    NoMailbox,
    /// A placeholder that is neither `{mailbox}` nor `{admin}`.
    Unknown(String),
    /// A brace without its partner.
    Brace,
    /// A control character (CR, LF and NUL among them).
    Control,
}

impl LoginTemplate {
    /// The login name that opens `mailbox` on behalf of `admin`.
    pub fn fill(&self, mailbox: &str, admin: &str) -> String {
        let parts = self.0.iter().map(|part| match part {
            Part::Literal(text) => text.as_str(),
            Part::Mailbox => mailbox,
            Part::Admin => admin,
        });
        parts.collect()
    }
}

impl FromStr for LoginTemplate {
    type Err = BadTemplate;

    fn from_str(text: &str) -> Result<Self, BadTemplate> {
        if text.chars().any(char::is_control) {
            return Err(BadTemplate::Control);
        }
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((literal, tail)) = rest.split_once('{') {
            push_literal(&mut parts, literal)?;
            let (name, tail) = tail.split_once('}').ok_or(BadTemplate::Brace)?;
            parts.push(placeholder(name)?);
            rest = tail;
        }
        push_literal(&mut parts, rest)?;
        if parts.contains(&Part::Mailbox) {
            Ok(Self(parts))
        } else {
            Err(BadTemplate::NoMailbox)
        }
    }
}

fn push_literal(parts: &mut Vec<Part>, literal: &str) -> Result<(), BadTemplate> {
    if literal.contains('}') {
        return Err(BadTemplate::Brace);
    }
    if !literal.is_empty() {
        parts.push(Part::Literal(literal.to_owned()));
    }
    Ok(())
}

fn placeholder(name: &str) -> Result<Part, BadTemplate> {
    match name {
        "mailbox" => Ok(Part::Mailbox),
        "admin" => Ok(Part::Admin),
        _ => Err(BadTemplate::Unknown(name.to_owned())),
    }
}

impl fmt::Display for LoginTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.fill("{mailbox}", "{admin}"))
    }
}

impl fmt::Display for BadTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadTemplate::NoMailbox => f.write_str("{mailbox} is missing"),
            BadTemplate::Unknown(name) => {
                write!(f, "{{{name}}} is neither {{mailbox}} nor {{admin}}")
            }
            BadTemplate::Brace => f.write_str("a brace has no partner"),
            BadTemplate::Control => f.write_str("it holds a control character"),
        }
    }
}

impl std::error::Error for BadTemplate {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str) -> Result<LoginTemplate, BadTemplate> {
        text.parse()
    }

    #[test]
    fn a_template_is_filled() {
        let template = parse("{mailbox}*{admin}").unwrap();
        let login = template.fill("support@example.com", "admin");
        assert_eq!(login, "support@example.com*admin");
    }

    #[test]
    fn what_is_filled_in_is_not_filled_again() {
        let template = parse("{mailbox}*{admin}").unwrap();
        assert_eq!(template.fill("{admin}", "{mailbox}"), "{admin}*{mailbox}");
    }

    #[test]
    fn templates_that_cannot_work_are_refused() {
        assert_eq!(parse("*{admin}"), Err(BadTemplate::NoMailbox));
        assert_eq!(parse(""), Err(BadTemplate::NoMailbox));
        assert_eq!(parse("{user}*"), Err(BadTemplate::Unknown("user".into())));
        assert_eq!(parse("{mailbox}*{admin"), Err(BadTemplate::Brace));
        assert_eq!(parse("{mailbox}}"), Err(BadTemplate::Brace));
        assert_eq!(parse("{mailbox}\r\n"), Err(BadTemplate::Control));
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_back(text in "[a-z*]{0,4}\\{mailbox\\}[a-z*]{0,4}(\\{admin\\})?") {
            let template = parse(&text).unwrap();
            prop_assert_eq!(template.to_string(), text);
        }

        #[test]
        fn no_text_panics(text in any::<String>()) {
            let _ = parse(&text);
        }
    }
}
