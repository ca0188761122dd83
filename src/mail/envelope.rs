//! Where a message comes from and goes to, whatever its headers say (RFC 5321, section 2.3.1).

use super::address::MailAddress;
use super::notify::Notify;
use serde::{Deserialize, Serialize};

/// The envelope of one message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// To whom failures are reported.
    pub from: MailAddress,
    /// To whom it goes.
    pub to: Vec<MailAddress>,
    /// When the recipients' servers shall report back; nothing leaves it to them.
    pub notify: Option<Notify>,
    /// What reports call the message, where they are asked for (ENVID, RFC 3461, section 4.4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

impl Envelope {
    /// From `from` to each of `to` once.
    pub fn new(from: MailAddress, to: impl IntoIterator<Item = MailAddress>) -> Self {
        let mut unique: Vec<MailAddress> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for address in to {
            if seen.insert(address.key()) {
                unique.push(address);
            }
        }
        Self {
            from,
            to: unique,
            notify: None,
            id: None,
        }
    }

    /// Whether only servers with SMTPUTF8 take it.
    pub fn needs_smtputf8(&self) -> bool {
        self.from.needs_smtputf8() || self.to.iter().any(MailAddress::needs_smtputf8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_gets_it_twice() {
        let address = |text| MailAddress::parse(text).unwrap();
        let to = ["b@example.test", "B@Example.test", "c@example.test"].map(address);
        let envelope = Envelope::new(address("a@example.test"), to);
        assert_eq!(envelope.to.len(), 2);
    }

    #[test]
    fn it_can_be_kept_and_read_again() {
        let address = |text| MailAddress::parse(text).unwrap();
        let envelope = Envelope::new(address("a@example.test"), [address("\"b c\"@bücher.test")]);
        let text = serde_json::to_string(&envelope).unwrap();
        assert_eq!(serde_json::from_str::<Envelope>(&text).unwrap(), envelope);
        let bad = text.replace("a@example.test", "a>\\r\\n@example.test");
        assert!(serde_json::from_str::<Envelope>(&bad).is_err());
    }
}
