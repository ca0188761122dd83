//! A message that is sent on by itself: as it is, octet for octet, with what says so before it (RFC 5322, section
//! 3.6.6), unless it has been here before.

use super::composed::Composed;
use super::field;
use super::fields::fields;
use super::id::MessageId;
use super::raw::prefixed;
use crate::error::Result;
use crate::mail::{Contact, Envelope, MailAddress};
use std::time::SystemTime;

/// `original`, sent on from `mailbox` to `to`.
///
/// # Errors
/// What in it could not travel.
pub fn resend(original: &[u8], mailbox: &MailAddress, to: &MailAddress) -> Result<Composed> {
    let people = |name, who: &MailAddress| field::contacts(name, &[Contact::new(who.clone())]);
    let id = MessageId::generate(mailbox.domain());
    let before = [
        people("Resent-From", mailbox)?,
        people("Resent-To", to)?,
        prefixed("Resent-", &field::date(SystemTime::now())),
        field::ids("Resent-Message-ID", std::slice::from_ref(&id)),
    ];
    let envelope = Envelope::new(mailbox.clone(), [to.clone()]);
    Composed::new(id, envelope, before.concat(), b"", original)
}

/// Why `original` is not sent on from `mailbox` to `to`: it would go round in circles, or she has it.
pub fn needless(original: &[u8], mailbox: &MailAddress, to: &MailAddress) -> Option<&'static str> {
    let fields = fields(original);
    let called = |name: &'static str| {
        let fields = fields.iter();
        fields.filter(move |field| field.name.eq_ignore_ascii_case(name))
    };
    let names = |name: &'static str, whom: &MailAddress| {
        called(name).any(|field| {
            let bare = field.text.trim_matches(['<', '>', ' ']);
            let texts = field.addresses.iter().map(String::as_str).chain([bare]);
            let mut addresses = texts.filter_map(|text| MailAddress::parse(text).ok());
            addresses.any(|address| address.is_same(whom))
        })
    };
    let says = |name: &'static str, part: &str| {
        called(name).any(|field| field.text.to_ascii_lowercase().contains(part))
    };
    let begins = |name: &'static str, word: &str| {
        called(name).any(|field| field.text.to_ascii_lowercase().starts_with(word))
    };
    if names("Resent-From", mailbox) || names("X-Sieve-Redirected-From", mailbox) {
        return Some("it was forwarded from here before, and came back");
    }
    if names("Resent-To", to) || names("Delivered-To", to) {
        return Some("it comes from there");
    }
    // It may be the answer to what was forwarded, and would bring another one.
    let is_report =
        begins("Content-Type", "multipart/report") && says("Content-Type", "delivery-status");
    let is_answer = called("Return-Path").any(|field| field.text == "<>")
        || begins("Auto-Submitted", "auto-replied");
    (is_report || is_answer).then_some("it is an automatic answer, or tells of a delivery")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn address(text: &str) -> MailAddress {
        MailAddress::parse(text).unwrap()
    }

    fn sent_on(original: &[u8]) -> Result<Composed> {
        resend(
            original,
            &address("support@example.com"),
            &address("boss@example.org"),
        )
    }

    #[test]
    fn what_says_so_stands_before_it_and_nothing_else_changes() {
        let original = b"Return-Path: <x@y.test>\r\nResent-From: other@y.test\r\nBcc: z@y.test\r\nSubject: \xc3\xa9\r\n\r\n.\r\nbody";
        let composed = sent_on(original).unwrap();
        let wire = composed.wire();
        let head = wire.strip_suffix(b"\r\n").unwrap();
        let head = head.strip_suffix(original.as_slice()).unwrap();
        let head = String::from_utf8(head.to_vec()).unwrap();
        let names: Vec<&str> = head
            .lines()
            .map(|line| line.split(':').next().unwrap())
            .collect();
        assert_eq!(
            names,
            [
                "Resent-From",
                "Resent-To",
                "Resent-Date",
                "Resent-Message-ID"
            ]
        );
        assert!(
            head.starts_with("Resent-From: support@example.com\r\nResent-To: boss@example.org\r\n")
        );
        assert_eq!(composed.envelope.from, address("support@example.com"));
        assert_eq!(composed.envelope.to, [address("boss@example.org")]);
        for bad in [&b"a: b\r\n\r\nx\0\r\n"[..], b"a: b\n\nx\n", &[b'x'; 1200]] {
            assert!(sent_on(bad).is_err());
        }
    }

    #[test]
    fn what_was_here_before_goes_nowhere() {
        for (header, is) in [
            ("From: a@b.test\r\nTo: boss@example.org\r\n", false),
            ("Resent-From: Support <SUPPORT@example.com>\r\n", true),
            ("X-Sieve-Redirected-From: support@example.com\r\n", true),
            ("X-Sieve-Redirected-From: other@example.com\r\n", false),
            (
                "Resent-From: x@y.test\r\nResent-To: z@y.test, Boss@example.org\r\n",
                true,
            ),
            ("Delivered-To: <boss@example.org>\r\n", true),
            ("Delivered-To: support@example.com\r\n", false),
            ("Return-Path: <>\r\n", true),
            ("Return-Path: <a@b.test>\r\n", false),
            ("Auto-Submitted: Auto-Replied (vacation)\r\n", true),
            ("Auto-Submitted: auto-generated\r\n", false),
            ("Auto-Submitted: no\r\n", false),
            (
                "Content-Type: multipart/report;\r\n report-type=\"delivery-status\"; boundary=x\r\n",
                true,
            ),
            (
                "Content-Type: multipart/report; report-type=feedback-report\r\n",
                false,
            ),
        ] {
            let original =
                format!("{header}Subject: x\r\n\r\nResent-From: support@example.com\r\n");
            let (mailbox, to) = (address("support@example.com"), address("boss@example.org"));
            let why = needless(original.as_bytes(), &mailbox, &to);
            assert_eq!(why.is_some(), is, "{header}: {why:?}");
            // What went out from here goes out no more.
            let again = sent_on(original.as_bytes()).unwrap();
            assert!(needless(&again.wire(), &mailbox, &address("c@d.test")).is_some());
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic_and_what_goes_ends_with_them(original in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = needless(&original, &address("a@b.test"), &address("c@d.test"));
            if let Ok(composed) = sent_on(&original) {
                let wire = composed.wire();
                prop_assert!(wire.ends_with(&original) || wire.strip_suffix(b"\r\n").unwrap().ends_with(&original));
            }
        }
    }
}
