//! How reports of what becomes of a message are asked for (RFC 3461).
//!
//! Only the header of the message comes back (`RET=HDRS`), as the whole of it is filed already; and
//! a report names the message (`ENVID`) and the recipient as they were given here (`ORCPT`),
//! whatever lists and aliases lie between.

use super::address::MailAddress;
use super::envelope::Envelope;
use super::notify::Notify;
use std::fmt::Write as _;

/// The longest value of ENVID (RFC 3461, section 4.4) and of ORCPT (section 4.2).
const MOST: (usize, usize) = (100, 500);

impl Envelope {
    /// What follows the sender in MAIL.
    pub fn dsn_of_message(&self) -> String {
        if self.notify.is_none_or(Notify::is_never) {
            return String::new();
        }
        let id = self.id.as_deref().map(xtext);
        let id = id.filter(|id| !id.is_empty() && id.len() <= MOST.0);
        let id = id.map_or(String::new(), |id| format!(" ENVID={id}"));
        format!(" RET=HDRS{id}")
    }

    /// What follows a recipient in RCPT. An address beyond ASCII is a type of its own (RFC 6533),
    /// which servers know less well: it is left to the server, which knows the address anyway.
    pub fn dsn_of_recipient(&self, to: &MailAddress) -> String {
        let Some(notify) = self.notify else {
            return String::new();
        };
        let original = format!("rfc822;{}", xtext(&to.to_string()));
        let told = !notify.is_never() && !to.needs_smtputf8() && original.len() <= MOST.1;
        let original = told.then(|| format!(" ORCPT={original}"));
        format!(" NOTIFY={}{}", notify.esmtp(), original.unwrap_or_default())
    }
}

/// `text` with a number in place of all that must not stand in a parameter (RFC 3461, section 4).
fn xtext(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_graphic() && !matches!(byte, b'+' | b'=') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "+{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking(when: &str) -> Envelope {
        let address = |text| MailAddress::parse(text).unwrap();
        let mut envelope = Envelope::new(address("a@example.test"), [address("b@example.test")]);
        envelope.notify = Some(Notify::parse(when).unwrap());
        envelope.id = Some("1+2=\r\n@x".to_owned());
        envelope
    }

    #[test]
    fn names_cannot_end_a_parameter_or_a_line() {
        let envelope = asking("failure");
        assert_eq!(
            envelope.dsn_of_message(),
            " RET=HDRS ENVID=1+2B2+3D+0D+0A@x"
        );
        let to = MailAddress::parse("\"b +c\"@example.test").unwrap();
        assert_eq!(
            envelope.dsn_of_recipient(&to),
            " NOTIFY=FAILURE ORCPT=rfc822;\"b+20+2Bc\"@example.test"
        );
    }

    #[test]
    fn whoever_wants_no_report_or_asks_for_nothing_names_nothing() {
        let to = MailAddress::parse("b@example.test").unwrap();
        let never = asking("never");
        assert_eq!(never.dsn_of_message(), "");
        assert_eq!(never.dsn_of_recipient(&to), " NOTIFY=NEVER");
        let mut silent = asking("never");
        silent.notify = None;
        assert_eq!(silent.dsn_of_message() + &silent.dsn_of_recipient(&to), "");
    }

    #[test]
    fn what_is_too_long_or_beyond_ascii_is_left_out() {
        let mut envelope = asking("success");
        envelope.id = Some("x".repeat(101));
        assert_eq!(envelope.dsn_of_message(), " RET=HDRS");
        let to = MailAddress::parse("bücher@example.test").unwrap();
        assert_eq!(envelope.dsn_of_recipient(&to), " NOTIFY=SUCCESS");
        let long = format!("\"{}\"@example.test", " ".repeat(200));
        let to = MailAddress::parse(&long).unwrap();
        assert_eq!(envelope.dsn_of_recipient(&to), " NOTIFY=SUCCESS");
    }
}
