//! What a server can do (RFC 5804, section 1.7).

use super::token::Token;
use crate::error::printable;

/// The capabilities that matter for scripts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// What the server calls itself.
    pub implementation: String,
    /// The extensions of Sieve that scripts may require, as the server spells them.
    pub extensions: Vec<String>,
    /// SASL mechanisms, in capitals.
    pub sasl: Vec<String>,
    /// The connection can be protected.
    pub starttls: bool,
    /// To how many addresses a script may send a message on, where the server says so.
    pub max_redirects: Option<u64>,
    /// Whose scripts these are, where the server says so: whoever is logged in.
    pub owner: Option<String>,
    /// Whether CHECKSCRIPT and NOOP are there: the server names a version.
    pub versioned: bool,
}

/// The most extensions and mechanisms that are kept; servers have some fifty.
const MOST: usize = 500;

impl Capabilities {
    pub(super) fn read(lines: &[Vec<Token>]) -> Self {
        let mut found = Self::default();
        for line in lines {
            found.add(line);
        }
        found
    }

    fn add(&mut self, line: &[Token]) {
        let mut texts = line
            .iter()
            .filter_map(Token::text)
            .map(String::from_utf8_lossy);
        let name = texts.next().unwrap_or_default().to_ascii_uppercase();
        let value = texts.next();
        let words = || {
            value
                .iter()
                .flat_map(|value| value.split_ascii_whitespace())
                .take(MOST)
        };
        match name.as_str() {
            "IMPLEMENTATION" => {
                let value = value.as_deref().unwrap_or_default();
                self.implementation = printable(&value.chars().take(200).collect::<String>());
            }
            "SIEVE" => self.extensions = words().map(str::to_owned).collect(),
            "SASL" => self.sasl = words().map(str::to_ascii_uppercase).collect(),
            "STARTTLS" => self.starttls = true,
            "MAXREDIRECTS" => self.max_redirects = value.and_then(|n| n.trim().parse().ok()),
            "OWNER" => self.owner = value.map(|owner| owner.chars().take(500).collect()),
            "VERSION" => self.versioned = true,
            _ => {}
        }
    }

    /// Whether scripts may require `extension`.
    pub fn has(&self, extension: &str) -> bool {
        self.extensions
            .iter()
            .any(|own| own.eq_ignore_ascii_case(extension))
    }

    /// Whether the SASL mechanism `name` is offered.
    pub fn offers(&self, name: &str) -> bool {
        self.sasl.iter().any(|offered| offered == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::managesieve::token::scan;

    #[test]
    fn each_line_is_a_name_and_perhaps_a_value() {
        let lines = [
            "\"IMPLEMENTATION\" \"x \u{1b}[2J\"",
            "\"SIEVE\" \"fileinto imap4flags\"",
            "\"sasl\" \"plain LOGIN\"",
            "\"STARTTLS\"",
            "\"MAXREDIRECTS\" \"4\"",
            "\"OWNER\" \"support@example.test\"",
            "\"X-NEW\" \"?\" \"!\"",
            "ATOM",
            "",
        ];
        let lines: Vec<Vec<Token>> = lines
            .iter()
            .map(|line| {
                let mut words = Vec::new();
                scan(line.as_bytes(), &mut words).ok();
                words
            })
            .collect();
        let found = Capabilities::read(&lines);
        assert!(found.has("ImapFlags4") == found.has("x") && found.has("FILEINTO"));
        assert!(found.offers("PLAIN") && found.starttls && !found.versioned);
        assert_eq!(found.max_redirects, Some(4));
        assert_eq!(found.implementation, r"x \u{1b}[2J");
        assert_eq!(found.owner.as_deref(), Some("support@example.test"));
    }
}
