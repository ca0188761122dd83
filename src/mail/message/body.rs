//! What a message says: text, perhaps HTML, and attachments, as MIME parts (RFC 2046).

use super::field::check_text;
use crate::error::{Error, Result};
use crate::exit::Exit;
use lettre::message::header::{ContentDisposition, ContentTransferEncoding, ContentType};
use lettre::message::{Body, MultiPart, SinglePart};

/// A file that goes with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// The name that the recipient sees, without folders.
    pub name: String,
    /// A MIME type: `image/png`. Types that may not be encoded in base64 (`message/…`,
    /// `multipart/…`) become `application/octet-stream`.
    pub content_type: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// The fields that describe the body, an empty line, and the body.
///
/// # Errors
/// When an attachment's name or type cannot be said.
pub(super) fn body(
    text: &str,
    html: Option<&str>,
    attachments: Vec<Attachment>,
) -> Result<Vec<u8>> {
    let text = match html {
        Some(_) if text.is_empty() => None,
        _ => Some(part(text, ContentType::TEXT_PLAIN)),
    };
    let html = html.map(|html| part(html, ContentType::TEXT_HTML));
    if attachments.is_empty() {
        return Ok(match (text, html) {
            (Some(text), Some(html)) => alternative(text, html).formatted(),
            (text, html) => text.or(html).map(|p| p.formatted()).unwrap_or_default(),
        });
    }
    let mut mixed = MultiPart::mixed().build();
    mixed = match (text, html) {
        (Some(text), Some(html)) => mixed.multipart(alternative(text, html)),
        (text, html) => text.or(html).into_iter().fold(mixed, MultiPart::singlepart),
    };
    for attachment in attachments {
        mixed = mixed.singlepart(attached(attachment)?);
    }
    Ok(mixed.formatted())
}

fn alternative(text: SinglePart, html: SinglePart) -> MultiPart {
    MultiPart::alternative().singlepart(text).singlepart(html)
}

fn part(text: &str, content_type: ContentType) -> SinglePart {
    // The line end that follows a part is added again below.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.strip_suffix('\n').unwrap_or(&text).to_owned();
    let odd = |c: char| c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\x0c');
    let builder = SinglePart::builder().content_type(content_type);
    if text.contains(odd) {
        builder.body(encode(text, ContentTransferEncoding::QuotedPrintable))
    } else {
        builder.body(text)
    }
}

fn attached(attachment: Attachment) -> Result<SinglePart> {
    let what = format!("the attachment \"{}\"", attachment.name);
    check_text(&format!("the name of {what}"), &attachment.name)?;
    // Readers take `=?` for the beginning of an encoded word, and would show another name.
    let unfit = ["/", "=?"]
        .iter()
        .any(|part| attachment.name.contains(part));
    if attachment.name.is_empty() || unfit {
        let why = format!("{what} has no name that an attachment may have");
        return Err(Error::new(Exit::BadInput, why));
    }
    let content_type = content_type(&attachment.content_type).ok_or_else(|| {
        let why = format!("{what} has no MIME type: \"{}\"", attachment.content_type);
        Error::new(Exit::BadInput, why)
    })?;
    Ok(SinglePart::builder()
        .content_type(content_type)
        .header(ContentDisposition::attachment(&attachment.name))
        .body(encode(attachment.bytes, ContentTransferEncoding::Base64)))
}

fn content_type(text: &str) -> Option<ContentType> {
    let family = text.split('/').next().unwrap_or_default().trim();
    let composite = ["message", "multipart"]
        .iter()
        .any(|c| family.eq_ignore_ascii_case(c));
    let text = if composite {
        "application/octet-stream"
    } else {
        text
    };
    let fits = text.len() <= 120 && text.chars().all(|c| matches!(c, ' '..='~'));
    fits.then(|| ContentType::parse(text).ok()).flatten()
}

/// Any bytes can be encoded in these two ways, so that nothing is given back.
fn encode(content: impl Into<lettre::message::MaybeString>, how: ContentTransferEncoding) -> Body {
    Body::new_with_encoding(content, how)
        .unwrap_or_else(|rest| Body::dangerous_pre_encoded(rest, how))
}
