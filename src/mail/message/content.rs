//! What makes two messages the same, however they came.

use mail_parser::{HeaderName, MessageParser};
use sha2::{Digest as _, Sha256};

/// Every server on the way adds fields of its own; these are the author's (RFC 5322, section 3.6, and RFC 2045).
const AUTHORS: [&str; 12] = [
    "Date",
    "From",
    "Sender",
    "Reply-To",
    "To",
    "Cc",
    "Subject",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Content-Type",
    "Content-Transfer-Encoding",
];

/// The SHA-256 of what the author of `message` wrote: the fields that are theirs, byte for byte and in their order,
/// and the body. None for what is no message.
pub fn content(message: &[u8]) -> Option<[u8; 32]> {
    let parsed = MessageParser::default().parse(message)?;
    let mut hash = Sha256::new();
    for header in parsed.headers() {
        let name = match &header.name {
            HeaderName::Other(name) => name.as_ref(),
            known => known.as_str(),
        };
        if AUTHORS.iter().any(|own| own.eq_ignore_ascii_case(name)) {
            let value = message.get(header.offset_start as usize..header.offset_end as usize)?;
            hash.update(name.to_ascii_lowercase());
            hash.update((value.len() as u64).to_be_bytes());
            hash.update(value);
        }
    }
    let body = parsed.parts.first()?.offset_body as usize;
    hash.update(message.get(body..)?);
    Some(hash.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ONE: &str = "Received: by a\r\nFrom: a@x\r\nSubject: s\r\n\r\nbody\r\n";

    #[test]
    fn what_servers_add_makes_no_other_message() {
        let one = content(ONE.as_bytes());
        assert!(one.is_some());
        let way = "Return-Path: <a@x>\r\nReceived: by b\r\nFrom: a@x\r\nSubject: s\r\nX-Spam: 1\r\n\r\nbody\r\n";
        assert_eq!(content(way.as_bytes()), one);
        for other in [
            ONE.replace("body", "bodies"),
            ONE.replace("s\r\n\r\n", "t\r\n\r\n"),
            ONE.replace("body\r\n", "body"),
            ONE.replace("Received: by a", "Cc: b@x"),
        ] {
            assert_ne!(content(other.as_bytes()), one, "{other:?}");
        }
        assert_eq!(content(b""), None);
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            content(&bytes);
            content(&[b"Subject: ", &bytes[..]].concat());
        }
    }
}
