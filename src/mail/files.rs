//! The files that go with a message.

use super::contact::without_controls;
use mail_parser::{Message, MimeHeaders};

/// The most files that are told.
const FILES: usize = 1_000;

/// A file that goes with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// What it is called; empty where it has no name.
    pub name: String,
    /// What it is, as it says itself: `image/png`.
    pub kind: String,
    /// How long it is, in bytes, its transfer encoding undone.
    pub size: usize,
}

/// Those of `message`, in their order.
pub fn files(message: &Message<'_>) -> Vec<File> {
    let file = |part: &mail_parser::MessagePart<'_>| {
        let kind = part.content_type().map(|kind| match kind.subtype() {
            Some(subtype) => format!("{}/{subtype}", kind.ctype()),
            None => kind.ctype().to_owned(),
        });
        File {
            name: without_controls(part.attachment_name().unwrap_or_default()),
            kind: without_controls(&kind.unwrap_or_default()),
            size: part.contents().len(),
        }
    };
    message.attachments().take(FILES).map(file).collect()
}
