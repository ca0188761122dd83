//! Messages of anybody, answered and sent on, for the fuzzer: see [`crate::fuzz`].

use super::composed::Composed;
use super::draft::Draft;
use super::original::Original;
use super::raw::compose_raw;
use crate::fuzz::{choice, is_same, is_told};
use crate::mail::check_content;
use crate::mail::{Contact, MailAddress};
use mail_parser::{HeaderName, MessageParser};

/// The fields that say who it is from, each of which stands in a message once.
const ONCE: [&str; 4] = ["from", "sender", "message-id", "subject"];

/// A message that is answered.
pub fn original(bytes: &[u8]) {
    let Some([support, alice]) = people() else {
        return;
    };
    let original = match Original::parse(bytes) {
        Ok(original) => original,
        Err(error) => return is_told(&error, bytes.len()),
    };
    let one_line = |text: &str| assert!(!text.contains(char::is_control), "{text:?}");
    one_line(&original.subject);
    one_line(original.date.as_deref().unwrap_or_default());
    let everybody = [
        &original.from,
        &original.reply_to,
        &original.to,
        &original.cc,
    ];
    for contact in everybody.into_iter().flatten() {
        one_line(contact.name.as_deref().unwrap_or_default());
    }
    quoted(&original, bytes.len());
    for all in [false, true] {
        let answer = original.answer(&support, Some(&alice), all);
        let not_us = |contact: &Contact| !contact.address.is_same(&support);
        assert!(answer.to.iter().chain(&answer.cc).all(not_us));
        let mut draft = Draft::new(support.clone());
        draft.sender = Some(Contact::new(alice.clone()));
        draft.to = answer.to;
        draft.cc = answer.cc;
        draft.subject = answer.subject;
        draft.in_reply_to = answer.in_reply_to;
        draft.references = answer.references;
        draft.text = original.quote();
        draft.html = Some(original.quote_html("<html><body>Yes.</body></html>"));
        if draft.to.is_empty() {
            draft.to.push(Contact::new(alice.clone()));
        }
        match draft.compose() {
            Ok(composed) => goes(&composed, &support),
            // Nothing but the length of what an answer takes over stands in its way.
            Err(error) => {
                is_told(&error, bytes.len());
                assert!(error.what().contains("long"), "{error}");
            }
        }
    }
}

/// Every line below the first is a quote, and no character does more than stand there.
fn quoted(original: &Original, length: usize) {
    let quote = original.quote();
    let strange = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    assert!(!quote.contains(strange), "{quote:?}");
    assert!(quote.lines().skip(1).all(|line| line.starts_with('>')));
    assert!(quote.len() <= 4096 + 16 * length);
    let html = original.quote_html("<p>Yes.</p>");
    assert!(!html.contains(strange), "{html:?}");
    let tags = html.matches('<').count();
    assert_eq!(tags, 2 + 4, "an element was taken over: {html}");
}

/// A finished message that is sent on: the first byte says on whose behalf.
pub fn raw(bytes: &[u8]) {
    let (how, raw) = choice(bytes, 4);
    let Some([support, alice]) = people() else {
        return;
    };
    let sender = (how & 1 == 1).then(|| Contact::new(alice.clone()));
    let name = (how & 2 == 2).then(|| "Jörg, Support".to_owned());
    let to = [Contact::new(alice)];
    for to in [&to[..], &[]] {
        match compose_raw(raw, &support, name.clone(), sender.as_ref(), to) {
            Ok(composed) => goes(&composed, &support),
            Err(error) => is_told(&error, raw.len()),
        }
    }
}

/// It is from the mailbox and from nobody else, goes to somebody, tells nobody of the Bcc, and can
/// travel.
fn goes(composed: &Composed, mailbox: &MailAddress) {
    let wire = composed.wire();
    assert!(check_content(&wire).is_ok() && check_content(composed.filed()).is_ok());
    assert!(!composed.envelope.to.is_empty());
    let parsed = MessageParser::default().parse(&*wire);
    assert!(parsed.is_some(), "what was composed is no message");
    let Some(parsed) = parsed else { return };
    for name in ONCE {
        let count = parsed.header_values(name).count();
        assert!(
            count <= 1 || name == "subject" || name == "message-id",
            "{count} {name}"
        );
    }
    // What is sent on stays its author's, and says in its first field who sends it.
    let first = parsed.headers().first().map(|header| &header.name);
    let from = match first {
        Some(HeaderName::ResentFrom) => parsed.header_values("resent-from").next(),
        _ => parsed.header_values("from").next(),
    };
    let from = from
        .and_then(|from| from.as_address())
        .and_then(|from| from.first());
    let from = from.and_then(|from| from.address()).unwrap_or_default();
    is_same(&from, &&*mailbox.to_string());
    assert!(parsed.header(HeaderName::Bcc).is_none());
    assert!(parsed.header(HeaderName::ResentBcc).is_none());
}

fn people() -> Option<[MailAddress; 2]> {
    let address = |text| MailAddress::parse(text).ok();
    Some([
        address("support@example.test")?,
        address("alice@example.test")?,
    ])
}
