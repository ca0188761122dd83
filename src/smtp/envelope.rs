//! Where a message comes from and goes to, whatever its headers say (RFC 5321, section 2.3.1).

use super::address::MailAddress;
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
}

/// When a delivery status notification is asked for (RFC 3461, section 4.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notify {
    /// When it was delivered.
    pub success: bool,
    /// When it cannot be delivered.
    pub failure: bool,
    /// When it takes long.
    pub delay: bool,
}

impl Envelope {
    /// From `from` to each of `to` once.
    pub fn new(from: MailAddress, to: impl IntoIterator<Item = MailAddress>) -> Self {
        let mut unique: Vec<MailAddress> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for address in to {
            if seen.insert((address.local().to_lowercase(), address.domain().to_owned())) {
                unique.push(address);
            }
        }
        Self {
            from,
            to: unique,
            notify: None,
        }
    }

    /// Whether only servers with SMTPUTF8 take it.
    pub fn needs_smtputf8(&self) -> bool {
        self.from.needs_smtputf8() || self.to.iter().any(MailAddress::needs_smtputf8)
    }
}

impl Notify {
    /// Reads `success,failure,delay` or `never`.
    ///
    /// # Errors
    /// The word that it does not know.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut notify = Self::default();
        if text.trim().eq_ignore_ascii_case("never") {
            return Ok(notify);
        }
        for word in text.split(',').map(str::trim) {
            match word.to_ascii_lowercase().as_str() {
                "success" => notify.success = true,
                "failure" => notify.failure = true,
                "delay" => notify.delay = true,
                _ => return Err(word.to_owned()),
            }
        }
        Ok(notify)
    }

    /// The value of NOTIFY=.
    pub(super) fn esmtp(self) -> String {
        let words = [
            (self.success, "SUCCESS"),
            (self.failure, "FAILURE"),
            (self.delay, "DELAY"),
        ];
        let asked: Vec<_> = words
            .iter()
            .filter_map(|(on, word)| on.then_some(*word))
            .collect();
        if asked.is_empty() {
            "NEVER".to_owned()
        } else {
            asked.join(",")
        }
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

    #[test]
    fn notify_is_read_and_written() {
        let notify = Notify::parse("Success, failure").unwrap();
        assert_eq!(notify.esmtp(), "SUCCESS,FAILURE");
        assert_eq!(Notify::parse("never").unwrap().esmtp(), "NEVER");
        assert_eq!(Notify::parse("success,x\r\n y").unwrap_err(), "x\r\n y");
    }
}
