//! An address as mail travels to it (RFC 5321, section 4.1.2; RFC 6531, section 3.3).

use serde::{Deserialize, Serialize};
use std::fmt::{self, Write as _};
use std::net::{Ipv4Addr, Ipv6Addr};

/// `local@domain`, fit for a command and for a header.
///
/// Unlike the [`Address`](crate::model::address::Address) of a shared mailbox the local part
/// keeps its case, and may be anything that a quoted string can hold. The domain is in lower
/// case and in A-labels (RFC 5890), which every server takes, so that only a local part beyond
/// ASCII ever needs SMTPUTF8.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct MailAddress {
    /// As it is meant: without quotes and escapes.
    local: String,
    domain: String,
}

/// Why a text is no address that mail can travel to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadMailAddress {
    /// There is no `@`, or nothing on one of its sides.
    Incomplete,
    /// It holds this control character.
    Control(char),
    /// This character must not stand outside of quotes.
    Unquoted(char),
    /// A quoted local part does not end where it should.
    Quotes,
    /// What stands after the `@` is no domain and no `[address]`.
    Domain,
    /// It is longer than a path may be (RFC 5321, section 4.5.3.1.3).
    TooLong,
}

/// A path has 256 octets, and two of them are its brackets.
const MOST: usize = 254;

impl MailAddress {
    /// Reads `local@domain` or `"local"@domain`.
    ///
    /// # Errors
    /// When it is no address that can be written in a command.
    pub fn parse(text: &str) -> Result<Self, BadMailAddress> {
        if text.len() > 4 * MOST {
            return Err(BadMailAddress::TooLong);
        }
        if let Some(c) = text.chars().find(|c| c.is_control()) {
            return Err(BadMailAddress::Control(c));
        }
        let (local, domain) = text.rsplit_once('@').ok_or(BadMailAddress::Incomplete)?;
        let address = Self {
            local: parse_local(local)?,
            domain: parse_domain(domain)?,
        };
        if address.to_string().len() > MOST {
            return Err(BadMailAddress::TooLong);
        }
        Ok(address)
    }

    /// What stands before the `@`, without quotes.
    pub fn local(&self) -> &str {
        &self.local
    }

    /// What stands after the `@`.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// Whether only servers with SMTPUTF8 (RFC 6531) take it.
    pub fn needs_smtputf8(&self) -> bool {
        !self.local.is_ascii()
    }

    /// Whether both are the same to practically every server, which ignore case.
    pub fn is_same(&self, other: &Self) -> bool {
        self.key() == other.key()
    }

    /// What all addresses that are the same have in common.
    pub fn key(&self) -> (String, String) {
        (self.local.to_lowercase(), self.domain.clone())
    }
}

impl fmt::Display for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_dot_string(&self.local) {
            return write!(f, "{}@{}", self.local, self.domain);
        }
        f.write_char('"')?;
        for c in self.local.chars() {
            if matches!(c, '"' | '\\') {
                f.write_char('\\')?;
            }
            f.write_char(c)?;
        }
        write!(f, "\"@{}", self.domain)
    }
}

impl From<MailAddress> for String {
    fn from(address: MailAddress) -> Self {
        address.to_string()
    }
}

impl TryFrom<String> for MailAddress {
    type Error = BadMailAddress;

    fn try_from(text: String) -> Result<Self, BadMailAddress> {
        Self::parse(&text)
    }
}

fn parse_local(text: &str) -> Result<String, BadMailAddress> {
    let local = match text.strip_prefix('"') {
        Some(rest) => unquote(rest)?,
        None => match text.chars().find(|c| *c != '.' && !is_atext(*c)) {
            Some(c) => return Err(BadMailAddress::Unquoted(c)),
            None => text.to_owned(),
        },
    };
    if local.is_empty() {
        return Err(BadMailAddress::Incomplete);
    }
    Ok(local)
}

/// The inside of a quoted string, whose first quote is gone.
fn unquote(rest: &str) -> Result<String, BadMailAddress> {
    let mut out = String::with_capacity(rest.len());
    let mut chars = rest.chars();
    loop {
        match chars.next().ok_or(BadMailAddress::Quotes)? {
            '"' if chars.as_str().is_empty() => return Ok(out),
            '"' => return Err(BadMailAddress::Quotes),
            '\\' => out.push(chars.next().ok_or(BadMailAddress::Quotes)?),
            c => out.push(c),
        }
    }
}

/// `atom *("." atom)`: what needs no quotes.
fn is_dot_string(local: &str) -> bool {
    local
        .split('.')
        .all(|atom| !atom.is_empty() && atom.chars().all(is_atext))
}

/// `atext`, and whatever is not ASCII (RFC 6532, section 3.2).
fn is_atext(c: char) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' => true,
        c if c.is_ascii() => "!#$%&'*+-/=?^_`{|}~".contains(c),
        c => !c.is_control() && !crate::error::is_deceptive(c),
    }
}

fn parse_domain(text: &str) -> Result<String, BadMailAddress> {
    if text.is_empty() {
        return Err(BadMailAddress::Incomplete);
    }
    if let Some(inner) = text.strip_prefix('[') {
        let inner = inner.strip_suffix(']').ok_or(BadMailAddress::Domain)?;
        return parse_literal(inner).ok_or(BadMailAddress::Domain);
    }
    let domain = idna::domain_to_ascii(text).map_err(|_| BadMailAddress::Domain)?;
    let domain = domain.strip_suffix('.').unwrap_or(&domain);
    let label = |label: &str| {
        let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        (1..=63).contains(&label.len())
            && label.chars().all(inner)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if domain.split('.').all(label) {
        Ok(domain.to_owned())
    } else {
        Err(BadMailAddress::Domain)
    }
}

/// `[192.0.2.1]` and `[IPv6:2001:db8::1]` (RFC 5321, section 4.1.3).
fn parse_literal(inner: &str) -> Option<String> {
    let tag = inner.get(..5).filter(|t| t.eq_ignore_ascii_case("IPv6:"));
    if tag.is_some() {
        let ip: Ipv6Addr = inner[5..].parse().ok()?;
        return Some(format!("[IPv6:{ip}]"));
    }
    let ip: Ipv4Addr = inner.parse().ok()?;
    Some(format!("[{ip}]"))
}

impl fmt::Display for BadMailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Incomplete => f.write_str("an address has the form local@domain"),
            Self::Control(c) => {
                write!(f, "it holds the control character {}", c.escape_unicode())
            }
            Self::Unquoted(c) if crate::error::is_deceptive(*c) => write!(
                f,
                "it holds {}, which cannot be seen or looks like another character",
                c.escape_unicode()
            ),
            Self::Unquoted(c) => {
                let c = crate::error::printable(&c.to_string());
                write!(f, "\"{c}\" may stand before the @ only in quotes")
            }
            Self::Quotes => f.write_str("its quotes do not enclose all of what precedes the @"),
            Self::Domain => f.write_str("what follows the @ is no domain"),
            Self::TooLong => write!(f, "it is longer than the {MOST} bytes that mail can carry"),
        }
    }
}

impl std::error::Error for BadMailAddress {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str) -> String {
        MailAddress::parse(text).unwrap().to_string()
    }

    #[test]
    fn the_local_part_keeps_its_case_and_the_quotes_that_it_needs() {
        assert_eq!(parse("Alice.B+x@Example.TEST"), "Alice.B+x@example.test");
        assert_eq!(parse("\"alice\"@example.test"), "alice@example.test");
        assert_eq!(
            parse(r#""a \"b\" \c"@example.test"#),
            r#""a \"b\" c"@example.test"#
        );
        assert_eq!(parse("\"<>,@\"@example.test"), "\"<>,@\"@example.test");
        assert_eq!(parse("a..b.@example.test"), "\"a..b.\"@example.test");
    }

    #[test]
    fn a_domain_in_another_script_becomes_a_labels() {
        assert_eq!(parse("info@Bücher.example"), "info@xn--bcher-kva.example");
        assert_eq!(parse("info@例え。テスト"), "info@xn--r8jz45g.xn--zckzah");
        assert!(
            !MailAddress::parse("info@bücher.example")
                .unwrap()
                .needs_smtputf8()
        );
        assert!(
            MailAddress::parse("jörg@example.test")
                .unwrap()
                .needs_smtputf8()
        );
    }

    #[test]
    fn an_address_literal_is_a_domain() {
        assert_eq!(parse("a@[192.0.2.1]"), "a@[192.0.2.1]");
        assert_eq!(parse("a@[ipv6:2001:DB8::1]"), "a@[IPv6:2001:db8::1]");
        for bad in ["a@[x]", "a@[192.0.2.1", "a@[::1]", "a@[éééé]"] {
            assert_eq!(MailAddress::parse(bad), Err(BadMailAddress::Domain));
        }
    }

    #[test]
    fn what_is_no_address_is_refused_and_says_why() {
        use BadMailAddress::*;
        for (text, why) in [
            ("alice", Incomplete),
            ("@example.test", Incomplete),
            ("alice@", Incomplete),
            ("\"\"@example.test", Incomplete),
            ("a\r\nRCPT TO:<b>@example.test", Control('\r')),
            ("a\0@example.test", Control('\0')),
            ("a b@example.test", Unquoted(' ')),
            ("a>@example.test", Unquoted('>')),
            ("a@b@example.test", Unquoted('@')),
            ("\"a@example.test", Quotes),
            ("\"a\"b@example.test", Quotes),
            ("a@exa mple.test", Domain),
            ("a@-x.test", Domain),
            ("a@x..test", Domain),
            ("a@example.test> SIZE=1", Domain),
        ] {
            assert_eq!(MailAddress::parse(text), Err(why), "{text:?}");
        }
        let long = format!("{}@example.test", "x".repeat(250));
        assert_eq!(MailAddress::parse(&long), Err(TooLong));
        let long = format!("a@{}", "x".repeat(64));
        assert_eq!(MailAddress::parse(&long), Err(Domain));
    }

    #[test]
    fn case_makes_no_other_mailbox() {
        let address = |text| MailAddress::parse(text).unwrap();
        assert!(address("Alice@example.test").is_same(&address("alice@EXAMPLE.test")));
        assert!(!address("alice@example.test").is_same(&address("alice@example.com")));
    }

    proptest! {
        #[test]
        fn what_is_accepted_reads_back_and_fits_a_command(
            local in "\\PC{1,40}|[a-z.\"\\\\ <>@\r\n\0]{1,20}",
            quoted: bool,
            domain in "[a-zA-Z0-9.ü-]{1,20}|\\PC{1,10}",
        ) {
            let local = if quoted { format!("\"{local}\"") } else { local };
            if let Ok(address) = MailAddress::parse(&format!("{local}@{domain}")) {
                let text = address.to_string();
                prop_assert!(!text.chars().any(char::is_control));
                prop_assert!(text.len() <= MOST);
                prop_assert_eq!(MailAddress::parse(&text), Ok(address));
            }
        }
    }
}
