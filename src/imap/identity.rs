//! What kind of server this is (RFC 2971), as far as it changes how people are spelled.

use super::capability::Capabilities;
use super::collect::{Aloft, Collect};
use super::response::Data;
use super::token::{Cursor, Malformed};
use crate::error::abridged;
use crate::model::dialect::Family;

/// What a server says that it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The text of its greeting.
    pub greeting: String,
    /// The name in its ID reply.
    pub name: Option<String>,
    /// The version in its ID reply.
    pub version: Option<String>,
}

impl Identity {
    /// The family by Courier's ACLs, by the ID reply's name, else by the greeting, else by
    /// capabilities that only one of them has.
    pub(super) fn family(&self, capabilities: &Capabilities) -> Family {
        // Courier's ways are those of its own ACLs, whatever it calls itself.
        if capabilities.has_union() {
            return Family::Courier;
        }
        let named = self.name.as_deref().and_then(by_text);
        let greeted = || by_text(&self.greeting);
        named
            .or_else(greeted)
            .unwrap_or_else(|| by_capability(capabilities))
    }
}

/// By its name in a text of its own.
pub(super) fn by_text(text: &str) -> Option<Family> {
    let text = text.to_ascii_lowercase();
    let all = [("dovecot", Family::Dovecot), ("cyrus", Family::Cyrus)];
    all.into_iter()
        .find(|(name, _)| text.contains(name))
        .map(|(_, family)| family)
}

fn by_capability(capabilities: &Capabilities) -> Family {
    if capabilities.has("X-CREATEDMODSEQ") || capabilities.has("ANNOTATE-EXPERIMENT-1") {
        Family::Cyrus
    } else {
        Family::Other
    }
}

impl Collect for Identity {
    fn collect(&mut self, data: Data<'_>, _: &Aloft<'_>) -> Result<(), Malformed> {
        if data.is("ID") {
            self.read(data.values)
        } else {
            Ok(())
        }
    }
}

impl Identity {
    /// `id-response = "ID" SP ("(" string SP nstring *(SP string SP nstring) ")" / nil)`
    fn read(&mut self, mut values: Cursor<'_>) -> Result<(), Malformed> {
        if values.eat_nil() {
            return Ok(());
        }
        values.expect(b'(')?;
        while !values.eat(b')') {
            let field = values.astring()?.to_ascii_lowercase();
            let value = values.nstring()?.map(|v| abridged(&v));
            match &field[..] {
                b"name" => self.name = value,
                b"version" => self.version = value,
                _ => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn family(name: Option<&str>, greeting: &str, capabilities: &[u8]) -> Family {
        let identity = Identity {
            greeting: greeting.into(),
            name: name.map(Into::into),
            version: None,
        };
        identity.family(&Capabilities::parse(Cursor::new(capabilities)))
    }

    #[test]
    fn the_id_reply_counts_before_the_greeting() {
        assert_eq!(
            family(Some("Cyrus IMAPD"), "Dovecot ready.", b""),
            Family::Cyrus
        );
        assert_eq!(
            family(None, "Dovecot (Debian) ready.", b""),
            Family::Dovecot
        );
        assert_eq!(family(None, "Hello.", b"ACL ACL2=UNION"), Family::Courier);
        assert_eq!(family(None, "Hello.", b"ACL"), Family::Other);
    }
}
