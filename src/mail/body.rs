//! The text of a message (RFC 2046).

use super::{Reading, charset, html, words};
use base64::Engine as _;
use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{ContentType, Encoding, Message, MessagePart, MimeHeaders, PartType};
use std::borrow::Cow;

/// The most parts that are put together.
const PARTS: usize = 200;
/// Where HTML says what charset it is in.
const META: usize = 2048;

/// The text of `message`: its parts that are shown in a row, each as text, and of alternatives the
/// one in plain text. What goes with it as a file is left out.
pub fn text(message: &Message<'_>) -> Reading {
    let mut all = Reading::default();
    for number in shown(message) {
        let Some(part) = message.parts.get(number) else {
            continue;
        };
        let reading = read(part, message);
        all.lossy |= reading.lossy;
        if !all.text.is_empty() && !all.text.ends_with('\n') {
            all.text.push('\n');
        }
        all.text.push_str(&reading.text);
    }
    all
}

/// Each part of `message` that is text, in letters: HTML with its marks, and files too. Not those of a message that
/// goes with it.
pub fn texts(message: &Message<'_>) -> Vec<String> {
    let is_text = |part: &&MessagePart<'_>| {
        is_bare_text(part) || matches!(part.body, PartType::Text(_) | PartType::Html(_))
    };
    let parts = message.parts.iter().filter(is_text).take(PARTS);
    let text = |part: &MessagePart<'_>| {
        let named = part
            .content_type()
            .and_then(|mime| mime.attribute("charset"));
        charset::read(&content(part, message), named).text
    };
    parts.map(text).collect()
}

/// The charset of the text, where it has a name.
pub fn charset_name<'a>(message: &'a Message<'_>) -> Option<&'a str> {
    let types = message.parts.iter().filter_map(MessagePart::content_type);
    types
        .filter(|t| t.ctype().eq_ignore_ascii_case("text"))
        .find_map(|t| t.attribute("charset"))
}

/// The parts that are its text, in their order.
fn shown(message: &Message<'_>) -> Vec<usize> {
    let mut shown: Vec<usize> = message
        .text_body
        .iter()
        .filter_map(|number| usize::try_from(*number).ok())
        .collect();
    // `Content-Type: text` was a type before MIME had subtypes.
    let parts = message.parts.iter().enumerate();
    shown.extend(
        parts
            .filter(|(_, part)| is_bare_text(part))
            .map(|(number, _)| number),
    );
    shown.sort_unstable();
    shown.dedup();
    shown.truncate(PARTS);
    shown
}

fn is_bare_text(part: &MessagePart<'_>) -> bool {
    let kept = part
        .content_disposition()
        .is_some_and(ContentType::is_attachment);
    let bare =
        |t: &ContentType<'_>| t.subtype().is_none() && t.ctype().eq_ignore_ascii_case("text");
    !kept && part.content_type().is_some_and(bare)
}

fn read(part: &MessagePart<'_>, message: &Message<'_>) -> Reading {
    let html = match part.body {
        PartType::Text(_) => false,
        PartType::Html(_) => true,
        // A picture between the texts.
        _ => return Reading::default(),
    };
    let bytes = content(part, message);
    let mime = part.content_type();
    let named = mime.and_then(|t| t.attribute("charset"));
    if html {
        let meta = named.is_none().then(|| meta(&bytes)).flatten();
        let source = charset::read(&bytes, named.or(meta.as_deref()));
        return Reading {
            text: html::text(&source.text),
            ..source
        };
    }
    let mut reading = charset::read(&bytes, named);
    let format = mime.and_then(|t| t.attribute("format"));
    if format.is_some_and(|format| format.eq_ignore_ascii_case("flowed")) {
        reading.text = unstuffed(&reading.text);
    }
    reading
}

/// The bytes of `part`, its transfer encoding undone.
fn content<'a>(part: &MessagePart<'_>, message: &'a Message<'_>) -> Cow<'a, [u8]> {
    let raw = message
        .raw_message
        .get(part.raw_body_offset() as usize..part.raw_end_offset() as usize)
        .unwrap_or_default();
    let how = part.content_transfer_encoding().unwrap_or_default();
    let decoded = match part.encoding {
        Encoding::Base64 => base64_decode(raw),
        Encoding::QuotedPrintable => quoted_printable_decode(raw),
        // What is not as it should be is read as far as it can be.
        Encoding::None if how.eq_ignore_ascii_case("quoted-printable") => Some(quoted(raw)),
        Encoding::None if how.eq_ignore_ascii_case("base64") => base64(raw),
        Encoding::None => None,
    };
    decoded.map_or(Cow::Borrowed(raw), Cow::Owned)
}

/// Quoted-printable in which what is no code stands for itself.
fn quoted(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match (byte, after) {
            (b'=', [b'\r', b'\n', after @ ..] | [b'\n', after @ ..]) => rest = after,
            (b'=', &[high, low, ref after @ ..]) => match words::hex(high, low) {
                Some(coded) => {
                    out.push(coded);
                    rest = after;
                }
                None => out.push(byte),
            },
            (byte, _) => out.push(byte),
        }
    }
    out
}

/// Base64 among which other characters stand; nothing where it is none.
fn base64(raw: &[u8]) -> Option<Vec<u8>> {
    let fit = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
    let mut units: Vec<u8> = raw.iter().copied().filter(fit).collect();
    if units.len() % 4 == 1 {
        units.pop();
    }
    words::LENIENT
        .decode(&units)
        .ok()
        .filter(|bytes| !bytes.is_empty())
}

/// The charset that HTML names by itself.
fn meta(html: &[u8]) -> Option<String> {
    let start = html.get(..META).unwrap_or(html).to_ascii_lowercase();
    let start = String::from_utf8_lossy(&start).into_owned();
    let (_, value) = start.split_once("charset=")?;
    let value = value.trim_start_matches(['"', '\'', ' ']);
    let end = value.find(['"', '\'', ' ', ';', '>', '/'])?;
    Some(value[..end].to_owned())
}

/// What `format=flowed` put before lines that begin with a blank, `>` or `From ` (RFC 3676,
/// section 4.4) is taken away.
fn unstuffed(text: &str) -> String {
    let lines = text.split_inclusive('\n');
    lines
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail_parser::MessageParser;

    fn whole(message: &str) -> String {
        let reading = text(&MessageParser::default().parse(message).unwrap());
        assert!(!reading.lossy, "{:?}", reading.text);
        reading.text.replace("\r\n", "\n")
    }

    const MIXED: &str = "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n\
        Before\n--b\nContent-Type: image/png\nContent-Disposition: inline\n\
        Content-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--b\nContent-Type: text/html\n\n\
        <p>After</p>\n--b\nContent-Type: text/plain\nContent-Disposition: attachment\n\nfile\n--b--\n";

    #[test]
    fn all_that_is_shown_is_read_and_files_are_not() {
        assert_eq!(whole(MIXED), "Before\nAfter\n");
    }

    #[test]
    fn each_text_is_one_of_its_own_with_its_marks() {
        let parsed = MessageParser::default().parse(MIXED).unwrap();
        let all: Vec<String> = texts(&parsed)
            .iter()
            .map(|text| text.trim().to_owned())
            .collect();
        assert_eq!(all, ["Before", "<p>After</p>", "file"]);
    }

    #[test]
    fn text_without_a_subtype_is_text() {
        assert_eq!(
            whole("Content-Type: text; charset=us-ascii\n\nplain\n"),
            "plain\n"
        );
        assert_eq!(whole("Content-Type: text\n\nplain\n"), "plain\n");
    }

    #[test]
    fn stuffing_is_taken_away() {
        let flowed = "Content-Type: text/plain; format=flowed\n\n  x \n >y\n From z\n> q\n";
        assert_eq!(whole(flowed), " x \n>y\nFrom z\n> q\n");
    }

    #[test]
    fn what_is_badly_encoded_is_read_as_far_as_it_can_be() {
        let head = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n";
        assert_eq!(
            whole(&format!("{head}a =C3=BC b=\nc =zz ==\n")),
            "a ü bc =zz ="
        );
    }

    #[test]
    fn html_alone_may_name_its_charset_itself() {
        let head =
            b"Content-Type: text/html\n\n<meta charset=\"windows-1251\"><p>\xcf\xf0\xe8</p>\n";
        let reading = text(&MessageParser::default().parse(&head[..]).unwrap());
        assert_eq!(reading, Reading::whole("При\n"));
    }

    #[test]
    fn of_alternatives_the_plain_one_is_taken() {
        let message = "Content-Type: multipart/alternative; boundary=b\n\n--b\n\
            Content-Type: text/plain; charset=big5\nContent-Transfer-Encoding: base64\n\n\
            wWPF6aSkpOU=\n--b\nContent-Type: text/html\n\n<p>html</p>\n--b--\n";
        assert_eq!(whole(message), "繁體中文");
    }
}
