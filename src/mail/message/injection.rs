//! Whatever is put into a draft comes out as what it was, and adds no header field.

use super::*;
use crate::exit::Exit;
use crate::mail::{Contact, MailAddress};
use mail_parser::{Address, Message, MessageParser, MimeHeaders};
use proptest::prelude::*;

fn address(text: &str) -> MailAddress {
    MailAddress::parse(text).unwrap()
}

fn named(name: &str, text: &str) -> Contact {
    Contact {
        name: Some(name.into()),
        address: address(text),
    }
}

fn draft() -> Draft {
    let mut draft = Draft::new(address("support@example.test"));
    draft.to = vec![Contact::new(address("a@example.test"))];
    draft.text = "hello\n".into();
    draft
}

fn parse(bytes: &[u8]) -> Message<'_> {
    let parser = MessageParser::new()
        .with_mime_headers()
        .with_address_headers()
        .default_header_text();
    parser.parse(bytes).unwrap()
}

fn names(message: &Message<'_>) -> Vec<String> {
    message
        .headers_raw()
        .map(|(name, _)| name.to_owned())
        .collect()
}

fn person(field: Option<&Address<'_>>) -> (String, String) {
    let first = field.unwrap().first().unwrap();
    let text = |t: Option<&str>| t.unwrap_or_default().to_owned();
    (text(first.name()), text(first.address()))
}

/// The fields of every draft here.
const PLAIN: [&str; 8] = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
];

#[test]
fn send_as_and_send_on_behalf_differ_in_sender_and_envelope() {
    let mut on_behalf = draft();
    on_behalf.from_name = Some("Support, Inc.".into());
    on_behalf.sender = Some(named("Carol", "carol@example.test"));
    let composed = on_behalf.compose().unwrap();
    let wire = composed.wire();
    let message = parse(&wire);
    assert_eq!(
        person(message.from()),
        ("Support, Inc.".into(), "support@example.test".into())
    );
    assert_eq!(
        person(message.sender()),
        ("Carol".into(), "carol@example.test".into())
    );
    assert_eq!(composed.envelope.from.to_string(), "carol@example.test");

    let composed = draft().compose().unwrap();
    let wire = composed.wire();
    assert_eq!(names(&parse(&wire)), PLAIN);
    assert_eq!(composed.envelope.from.to_string(), "support@example.test");
    assert!(composed.message_id.to_string().ends_with("@example.test>"));
}

#[test]
fn bcc_is_filed_and_never_travels() {
    let mut secret = draft();
    secret.bcc = vec![named("Eve", "eve@example.test")];
    let composed = secret.clone().compose().unwrap();
    assert!(!String::from_utf8_lossy(&composed.wire()).contains("eve"));
    assert_eq!(
        person(parse(composed.filed()).bcc()),
        ("Eve".into(), "eve@example.test".into())
    );
    assert_eq!(composed.envelope.to.len(), 2);
    assert_eq!(
        composed.wire().len() + "Bcc: Eve <eve@example.test>\r\n".len(),
        composed.filed().len()
    );
    secret.to.clear();
    let composed = secret.compose().unwrap();
    assert!(String::from_utf8_lossy(&composed.wire()).contains("To: undisclosed-recipients:;"));
    let mut nobody = draft();
    nobody.to.clear();
    assert_eq!(nobody.compose().unwrap_err().exit(), Exit::BadInput);
}

#[test]
fn text_html_and_attachments_come_out_as_they_went_in() {
    let mut rich = draft();
    rich.text = "naïve\n.\nFrom here\n".into();
    rich.html = Some("<p>naïve</p>".into());
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    rich.attachments = vec![
        Attachment {
            name: "Übersicht 📥 \"x\".pdf".into(),
            content_type: "application/pdf".into(),
            bytes: bytes.clone(),
        },
        Attachment {
            name: "mail.eml".into(),
            content_type: "message/rfc822".into(),
            bytes: b"From: x\n\ny".to_vec(),
        },
    ];
    let composed = rich.compose().unwrap();
    let wire = composed.wire();
    assert!(wire.is_ascii());
    let message = parse(&wire);
    assert_eq!(
        message.body_text(0).unwrap().replace("\r\n", "\n"),
        "naïve\n.\nFrom here"
    );
    assert_eq!(message.body_html(0).unwrap(), "<p>naïve</p>");
    let files: Vec<_> = message.attachments().collect();
    assert_eq!(files[0].attachment_name(), Some("Übersicht 📥 \"x\".pdf"));
    assert_eq!(files[0].contents(), bytes);
    assert_eq!(files[1].attachment_name(), Some("mail.eml"));
    assert_eq!(files[1].contents(), b"From: x\n\ny");
}

#[test]
fn an_empty_body_is_a_message() {
    for text in ["", "\n", "\r\n"] {
        let mut empty = draft();
        empty.text = text.into();
        let composed = empty.compose().unwrap();
        assert_eq!(parse(&composed.wire()).body_text(0).unwrap().trim(), "");
    }
    let mut html = draft();
    html.text.clear();
    html.html = Some("<b>x</b>".into());
    let composed = html.compose().unwrap();
    assert_eq!(parse(&composed.wire()).html_body_count(), 1);
}

#[test]
fn what_cannot_be_said_is_refused_and_named() {
    let refused = |change: &dyn Fn(&mut Draft)| {
        let mut draft = draft();
        change(&mut draft);
        let error = draft.compose().unwrap_err();
        assert_eq!(error.exit(), Exit::BadInput);
        error.what().to_owned()
    };
    let evil = "x\r\nBcc: eve@example.test";
    assert_eq!(
        refused(&|d| d.subject = evil.into()),
        "Subject holds a line break"
    );
    assert!(refused(&|d| d.from_name = Some(evil.into())).contains("a name in From"));
    assert!(refused(&|d| d.to[0].name = Some("a\0b".into())).contains("a name in To"));
    assert!(refused(&|d| d.headers = vec![("X-A".into(), evil.into())]).contains("X-A"));
    assert!(refused(&|d| d.headers = vec![(evil.into(), "x".into())]).contains("no name"));
    let attach = |name: &str, kind: &str| {
        let attachment = Attachment {
            name: name.into(),
            content_type: kind.into(),
            bytes: Vec::new(),
        };
        move |d: &mut Draft| d.attachments = vec![attachment.clone()]
    };
    assert!(refused(&attach(evil, "text/plain")).contains("holds a line break"));
    assert!(refused(&attach("a/b", "text/plain")).contains("no name"));
    assert!(refused(&attach("a", "text/plain\r\nX: y")).contains("no MIME type"));
    assert!(refused(&attach("a", "nonsense")).contains("no MIME type"));
}

#[test]
fn ten_thousand_characters_fit_everywhere() {
    for long in [
        "é".repeat(10_000),
        "x".repeat(10_000),
        "x ".repeat(5000),
        "📥 a".repeat(3333),
    ] {
        let mut draft = draft();
        let long = long.trim_end().to_owned();
        draft.subject = long.clone();
        draft.from_name = Some(long.clone());
        draft.headers = vec![("X-Long".into(), long.clone())];
        draft.attachments = vec![Attachment {
            name: long.clone(),
            content_type: "text/plain".into(),
            bytes: Vec::new(),
        }];
        let composed = draft.compose().unwrap();
        let wire = composed.wire();
        let message = parse(&wire);
        assert_eq!(message.subject(), Some(&*long));
        assert_eq!(person(message.from()).0, long);
        assert_eq!(
            message.attachments().next().unwrap().attachment_name(),
            Some(&*long)
        );
    }
}

/// Text of the kinds that break encoders.
fn nasty() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,60}",
        "[ -~]{0,200}",
        "(a|é|📥|=\\?utf-8\\?q\\?x\\?=| |,|;|:|<|>|@|\\(|\\)|\"|\\\\|\\.|\t){0,40}",
        "(x|\r|\n|\r\nBcc: e@x\\.test|\0|\u{85}|\u{1b}| |é){0,20}",
        "(é{300}|x{300}|📥{80}| ){0,3}",
    ]
}

/// As readers give it back: without the blanks around it.
fn same(read: &str, meant: &str) -> bool {
    read.trim() == meant.trim()
}

proptest! {
    #[test]
    fn no_value_adds_a_field_or_is_read_as_another(
        subject in nasty(), name in nasty(), value in nasty(), file in nasty(), text in nasty(),
    ) {
        let mut draft = draft();
        draft.subject = subject.clone();
        draft.from_name = Some(name.clone());
        draft.headers = vec![("X-Ticket".into(), value.clone())];
        draft.text = text.clone();
        let values = [&*subject, name.trim(), &*value];
        let control = |v: &str| v.contains(|c: char| c.is_control() && c != '\t');
        let composed = draft.compose();
        prop_assert_eq!(composed.is_err(), values.iter().any(|v| control(v)));
        if let Ok(composed) = composed {
            let wire = composed.wire();
            prop_assert!(wire.is_ascii());
            let message = parse(&wire);
            let mut expected = PLAIN.to_vec();
            expected.insert(5, "X-Ticket");
            prop_assert_eq!(names(&message), expected);
            prop_assert!(same(message.subject().unwrap_or_default(), &subject), "{:?}", message.subject());
            prop_assert!(same(&person(message.from()).0, &name), "{:?}", person(message.from()));
            prop_assert_eq!(person(message.from()).1, "support@example.test");
            let read = message.header("X-Ticket").and_then(|h| h.as_text()).unwrap_or_default();
            prop_assert!(same(read, &value), "{:?}", read);
            let read = message.body_text(0).unwrap().replace("\r\n", "\n");
            let meant = text.replace("\r\n", "\n").replace('\r', "\n");
            prop_assert_eq!(read.trim_end_matches('\n'), meant.trim_end_matches('\n'));
        }

        let mut draft = self::draft();
        draft.attachments = vec![Attachment {
            name: file.clone(),
            content_type: "text/plain".into(),
            bytes: b"x".to_vec(),
        }];
        if let Ok(composed) = draft.compose() {
            let wire = composed.wire();
            let message = parse(&wire);
            prop_assert_eq!(message.parts.len(), 3);
            let part = message.attachments().next().unwrap();
            prop_assert_eq!(part.headers.len(), 3);
            prop_assert!(same(part.attachment_name().unwrap_or_default(), &file), "{:?}", part.attachment_name());
        }
    }

    #[test]
    fn a_raw_message_never_comes_from_anybody_else(raw in "((From|Sender|To|Bcc|X|resent-from)( |\t)?:? ?(a@b\\.test|x|é)(\r\n|\n|\r|\n |\n\n)){0,8}") {
        let mailbox = address("support@example.test");
        let to = [Contact::new(address("a@example.test"))];
        if let Ok(composed) = compose_raw(raw.as_bytes(), &mailbox, None, None, &to) {
            let wire = composed.wire();
            let message = parse(&wire);
            let from: Vec<_> = message.header_values("From").collect();
            prop_assert_eq!(from.len(), 1);
            prop_assert_eq!(person(message.from()).1, "support@example.test");
            prop_assert!(message.sender().is_none() && message.bcc().is_none());
        }
    }
}
