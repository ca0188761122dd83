//! Names of folders, people and mailboxes, and rights, for the fuzzer: see [`crate::fuzz`].

use super::address::{Address, MailboxName};
use super::dialect::{Dialect, Family, Reading};
use super::folder::WireName;
use super::login::Spelling;
use super::rights::Rights;
use super::who::Who;
use crate::fuzz::{is_fit, is_same, text};

const DOMAIN: Option<&str> = Some("example.com");

/// One name, taken for each of them.
pub fn names(bytes: &[u8]) {
    on_the_wire(bytes);
    let Some(text) = text(bytes) else { return };
    folder(text);
    match Rights::parse(text) {
        Ok(rights) => {
            is_same(&Rights::parse(&rights.to_string()), &Ok(rights));
            is_fit(&rights.in_words(), 4096);
        }
        Err(not) => assert!(text.contains(not.0)),
    }
    for domain in [DOMAIN, None] {
        match Address::parse(text, domain) {
            Ok(address) => {
                is_same(&Address::parse(&address.to_string(), None), &Ok(address));
            }
            Err(bad) => is_fit(&bad.to_string(), 200),
        }
        match MailboxName::parse(text, domain) {
            Ok(name) => is_same(&MailboxName::parse(&name.to_string(), None), &Ok(name)),
            Err(bad) => is_fit(&bad.to_string(), 200),
        }
        match Who::parse(text, domain) {
            Ok(who) => is_same(&Who::parse(&who.to_string(), None), &Ok(who)),
            Err(bad) => is_fit(&bad.to_string(), 200),
        }
    }
    people(text);
}

/// A name of a server's goes back to it as it came, whatever people are shown of it.
fn on_the_wire(bytes: &[u8]) {
    let name = WireName::from_wire(bytes);
    let shown = name.to_unicode();
    assert!(shown.len() <= 3 * bytes.len());
    if name.is_inbox() {
        return;
    }
    is_same(&name.as_bytes(), &bytes);
    // Where another name is shown like this one, this one is no modified UTF-7.
    if let Ok(meant) = WireName::from_unicode(&shown)
        && meant != name
    {
        let exotic = |byte: &u8| !byte.is_ascii() || *byte == b'&';
        assert!(bytes.iter().any(exotic), "{bytes:?} is shown as {shown:?}");
    }
}

fn folder(text: &str) {
    match WireName::from_unicode(text) {
        Ok(name) => {
            assert!(name.as_bytes().iter().all(|b| (b' '..=b'~').contains(b)));
            assert!(name.as_bytes().len() <= WireName::MAX);
            if !name.is_inbox() {
                is_same(&&*name.to_unicode(), &text);
            }
        }
        Err(bad) => is_fit(&bad.to_string(), 200),
    }
}

/// An identifier, as every kind of server spells people: what is told of it leads back to it.
fn people(identifier: &str) {
    for family in [
        Family::Dovecot,
        Family::Cyrus,
        Family::Courier,
        Family::Other,
    ] {
        for people in [Spelling::Address, Spelling::LocalPart] {
            for home in [DOMAIN, None] {
                let dialect = Dialect {
                    family,
                    people,
                    home: home.map(str::to_owned),
                };
                leads_back(&dialect, identifier);
            }
        }
    }
}

fn leads_back(dialect: &Dialect, identifier: &str) {
    let shown = dialect.who(identifier);
    assert!(shown.len() <= identifier.len() + 20);
    let negative = identifier.starts_with('-');
    assert_eq!(
        matches!(dialect.read(identifier), Reading::Negative(_)),
        negative
    );
    let Ok(who) = Who::parse(&shown, dialect.home.as_deref()) else {
        return assert!(identifier.is_empty() || identifier.contains(char::is_control));
    };
    if negative {
        assert!(
            who.takes_away() || dialect.family == Family::Courier,
            "{shown}"
        );
    }
    // What cannot be said at all is said to be so; nothing is said as somebody else.
    if let Ok(spelled) = dialect.spell(&who) {
        let same = spelled == identifier || dialect.family == Family::Courier;
        assert!(
            same,
            "{identifier:?} is told as {shown:?}, which is {spelled:?}"
        );
    }
}
