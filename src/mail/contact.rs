//! Somebody in a header: a name for people, and an address for mail.

use super::address::{BadMailAddress, MailAddress};
use super::list;
use super::list::Item;
use crate::error::{Error, abridged};
use crate::exit::Exit;
use crate::mail::words;
use std::fmt;

/// `Alice <alice@example.com>` (a `mailbox` of RFC 5322, section 3.4).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Contact {
    /// What people read, where there is something.
    pub name: Option<String>,
    /// Where mail goes.
    pub address: MailAddress,
}

/// Somebody in a list whose address nobody has looked at: something may still be filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unchecked {
    /// What people read, without quotes.
    pub name: String,
    /// Where mail goes, as it was typed.
    pub address: String,
    /// Whether the address stood in angle brackets.
    pub bracketed: bool,
}

/// One of the addresses in a list cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadContact {
    /// How it was written, fit for a terminal.
    pub text: String,
    /// What is wrong with it.
    pub why: BadMailAddress,
}

impl Contact {
    /// Somebody without a name.
    pub fn new(address: MailAddress) -> Self {
        Self {
            name: None,
            address,
        }
    }

    /// Reads a list as people type it: `Alice <alice@example.com>, "B, C" <b@example.com> (hi)`.
    /// Groups are taken apart; comments are dropped.
    ///
    /// # Errors
    /// The first that cannot be used. A list without anybody is empty.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, BadContact> {
        list::items(text)
            .map(|item| item.contact(str::to_owned))
            .collect()
    }

    /// Takes a list as people type it apart, as [`Contact::parse_list`] does.
    pub fn split_list(text: &str) -> Vec<Unchecked> {
        let unchecked = |item: Item<'_>| Unchecked {
            name: item.phrase.trim().to_owned(),
            address: item.address,
            bracketed: item.text.contains('<'),
        };
        list::items(text).map(unchecked).collect()
    }

    /// Reads what stands in a header, where names may be encoded (RFC 2047).
    ///
    /// # Errors
    /// The first that cannot be used.
    pub(super) fn parse_header(text: &str) -> Result<Vec<Self>, BadContact> {
        list::items(text).map(|item| item.contact(decode)).collect()
    }

    /// Reads what stands in a header: names may be encoded (RFC 2047), what cannot be used is
    /// left out. Says, too, whether a name holds characters that could not be read.
    pub(super) fn read_list(text: &str) -> (Vec<Self>, bool) {
        let mut lossy = false;
        let mut decode = |phrase: &str| {
            let reading = words::decoded(phrase);
            lossy |= reading.lossy;
            without_controls(&reading.text)
        };
        let contacts = list::items(text).map(|item| item.contact(&mut decode));
        let contacts = contacts.filter_map(Result::ok).collect();
        (contacts, lossy)
    }
}

impl Unchecked {
    /// The contact that this is.
    ///
    /// # Errors
    /// When its address cannot be used.
    pub fn check(self) -> Result<Contact, BadContact> {
        let address = MailAddress::parse(self.address.trim()).map_err(|why| BadContact {
            text: abridged(self.address.as_bytes()),
            why,
        })?;
        // A list that was typed over several lines is one, and a name goes into one line.
        let name = without_controls(&self.name);
        let name = (!name.is_empty()).then_some(name);
        Ok(Contact { name, address })
    }
}

impl Item<'_> {
    fn contact(self, decode: impl FnOnce(&str) -> String) -> Result<Contact, BadContact> {
        let address = MailAddress::parse(&self.address).map_err(|why| BadContact {
            text: abridged(self.text.as_bytes()),
            why,
        })?;
        let name = decode(self.phrase.trim());
        let name = (!name.is_empty()).then_some(name);
        Ok(Contact { name, address })
    }
}

/// A phrase of a header, its encoded words read and its control characters gone.
fn decode(phrase: &str) -> String {
    without_controls(&words::decoded(phrase).text)
}

/// `text` with a space for every control character.
pub(super) fn without_controls(text: &str) -> String {
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.collect::<String>().trim().to_owned()
}

impl fmt::Display for BadContact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\" is no address: {}", self.text, self.why)
    }
}

impl std::error::Error for BadContact {}

impl From<BadContact> for Error {
    fn from(bad: BadContact) -> Self {
        Error::new(Exit::BadInput, bad.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str) -> Vec<(String, String)> {
        let list = Contact::parse_list(text).unwrap();
        let pair = |c: Contact| (c.name.unwrap_or_default(), c.address.to_string());
        list.into_iter().map(pair).collect()
    }

    fn pair(name: &str, address: &str) -> (String, String) {
        (name.to_owned(), address.to_owned())
    }

    #[test]
    fn a_list_is_read_with_names_quotes_and_comments() {
        assert_eq!(
            parse(
                r#"a@example.test, Bob B. <b@example.test>, "Doe, \"J\"" <j@example.test> (x, (y) \) z),
                   <c@example.test>, (who?) d@example.test"#
            ),
            [
                pair("", "a@example.test"),
                pair("Bob B.", "b@example.test"),
                pair("Doe, \"J\"", "j@example.test"),
                pair("", "c@example.test"),
                pair("", "d@example.test"),
            ]
        );
        assert_eq!(
            parse(r#""a, b"@example.test, Émile <"x y"@bücher.example>"#),
            [
                pair("", "\"a, b\"@example.test"),
                pair("Émile", "\"x y\"@xn--bcher-kva.example"),
            ]
        );
        assert_eq!(parse(" , "), []);
    }

    #[test]
    fn a_group_is_its_members() {
        assert_eq!(
            parse("Team: a@example.test, B <b@example.test>;, c@example.test, none:;"),
            [
                pair("", "a@example.test"),
                pair("B", "b@example.test"),
                pair("", "c@example.test"),
            ]
        );
        assert_eq!(parse("a@[IPv6:::1]"), [pair("", "a@[IPv6:::1]")]);
    }

    #[test]
    fn what_is_no_address_is_named() {
        let bad = Contact::parse_list("a@example.test, Doe, J <j@example.test>").unwrap_err();
        assert_eq!(bad.text, "Doe");
        let bad = Contact::parse_list("a <b@example.test\r\nBcc: x>").unwrap_err();
        assert_eq!(bad.why, BadMailAddress::Control('\r'));
        assert!(!bad.to_string().contains('\r'));
        for odd in [
            "<a@b.test> x <c@d.test>",
            "a <b@c.test> d",
            "\"x",
            "a@b.test x@y.test",
        ] {
            assert!(Contact::parse_list(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn a_name_that_is_filled_in_later_is_one_line() {
        let list = "\"Doe,\r\n\0J\" <j@example.test>,\n <k@example.test>";
        let list = Contact::split_list(list).into_iter();
        let names: Vec<_> = list.map(|one| one.check().unwrap().name).collect();
        assert_eq!(names, [Some("Doe,   J".to_owned()), None]);
    }

    #[test]
    fn names_in_headers_are_decoded_and_typed_ones_are_not() {
        let encoded = "=?utf-8?q?J=C3=B6rg_=0D=0A?= <j@example.test>, broken, x@example.test";
        let (read, lossy) = Contact::read_list(encoded);
        assert!(!lossy && Contact::read_list("=?utf-8?q?=FF_x?= <a@b.test>").1);
        assert_eq!(read.len(), 2);
        assert_eq!(read[0].name.as_deref(), Some("Jörg"));
        let typed = parse("=?utf-8?q?J?= <j@example.test>");
        assert_eq!(typed[0].0, "=?utf-8?q?J?=");
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[a@.<>\"\\\\(),:;\\[\\] é\r\n]{0,40}|\\PC{0,40}") {
            let _ = Contact::parse_list(&text);
            for contact in Contact::read_list(&text).0 {
                prop_assert!(!contact.name.unwrap_or_default().contains(['\r', '\n']));
            }
        }
    }
}
