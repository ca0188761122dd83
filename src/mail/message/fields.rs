//! The header fields of a message as rules ask for them (RFC 5228, sections 2.7.2 and 5.1).

use crate::mail::contact::Contact;
use crate::mail::words;
use crate::model::rule::Field;
use mail_parser::MessageParser;

/// So many fields of a message are looked at.
const MOST: usize = 2_000;
/// The fields that name addresses.
const NAMING: [&str; 8] = [
    "From",
    "To",
    "Cc",
    "Bcc",
    "Sender",
    "Reply-To",
    "Resent-From",
    "Resent-To",
];

/// The fields in `bytes`, as IMAP's `BODY[HEADER.FIELDS (…)]` gives them; none where that is no header at all.
pub fn fields(bytes: &[u8]) -> Vec<Field> {
    let Some(parsed) = MessageParser::default().parse_headers(bytes) else {
        return Vec::new();
    };
    let headers = parsed.headers().iter().take(MOST);
    let field = |header: &mail_parser::Header<'_>| {
        let place = header.offset_start as usize..header.offset_end as usize;
        let bytes = parsed.raw_message.get(place).unwrap_or_default();
        let value = words::unfolded(bytes, None).text;
        let name = header.name.as_str();
        let names = NAMING
            .iter()
            .any(|naming| name.eq_ignore_ascii_case(naming));
        Field {
            name: name.to_owned(),
            addresses: if names { addresses(&value) } else { Vec::new() },
            text: words::decoded(value.trim()).text.trim().to_owned(),
        }
    };
    headers.map(field).collect()
}

/// The addresses in a list, those of groups too; what is none is left out.
fn addresses(list: &str) -> Vec<String> {
    let (contacts, _) = Contact::read_list(list);
    let contacts = contacts.into_iter();
    contacts
        .map(|contact| contact.address.to_string())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fields_are_unfolded_and_their_words_read_each_by_itself() {
        let all = fields(
            b"From: =?utf-8?q?J=C3=B6rg?= <J@Example.test>\r\nTo: Team: a@x.test,\r\n\t\"b, c\" <b@x.test>;, none\r\n\
              Subject:  =?utf-8?b?UmVj?=\r\n =?utf-8?b?aG51bmc=?= \r\nSubject: two\r\nX-Empty:\r\nlist-id: <a@b.test>\r\n\r\n",
        );
        let told: Vec<(&str, &str, Vec<&str>)> = all
            .iter()
            .map(|field| {
                let addresses = field.addresses.iter().map(String::as_str);
                (
                    field.name.as_str(),
                    field.text.as_str(),
                    addresses.collect(),
                )
            })
            .collect();
        assert_eq!(
            told[0],
            ("From", "J\u{f6}rg <J@Example.test>", vec!["J@example.test"])
        );
        assert_eq!(told[1].2, ["a@x.test", "b@x.test"]);
        assert_eq!(told[2], ("Subject", "Rechnung", vec![]));
        assert_eq!(told[3], ("Subject", "two", vec![]));
        assert_eq!(told[4], ("X-Empty", "", vec![]));
        // It names a list, and nobody.
        assert_eq!(told[5].2, Vec::<&str>::new());
        assert!(told[5].0.eq_ignore_ascii_case("List-Id"));
        assert!(fields(b"").is_empty());
    }

    proptest! {
        #[test]
        fn no_header_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            for start in [&b""[..], b"From: ", b"Subject: =?utf-8?b?", b"\r\n "] {
                prop_assert!(fields(&[start, &bytes].concat()).len() <= MOST);
            }
        }
    }
}
