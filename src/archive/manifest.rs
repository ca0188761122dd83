//! A line of the manifest: which message it was, and by what it is recognised.

use crate::model::message::Message;
use serde::{Deserialize, Serialize};

/// A message that was kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its Message-ID, in its brackets, where it has one.
    pub message_id: Option<String>,
    /// The folder in which it lay.
    pub folder: String,
    /// The identity of the folder's numbering, where the server told.
    pub uid_validity: Option<u32>,
    /// Its UID there.
    pub uid: u32,
    /// When it had arrived (INTERNALDATE), as RFC 3339 has it.
    pub internal_date: Option<String>,
    /// The server's own flags that it carried.
    pub flags: Vec<String>,
    /// The keywords that it carried.
    pub keywords: Vec<String>,
    /// How long it was as the server sent it, in bytes.
    pub size: u64,
    /// How long the server had said that it is, where that was not so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_size: Option<u64>,
    /// The SHA-256 of what the server sent.
    pub sha256: String,
    /// The file in which it is, from where the manifest lies.
    pub file: String,
    /// Where it begins in that file, where it is not alone in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// How its lines end in that file.
    pub line_breaks: LineBreaks,
    /// Whether it had no line break at its end, and got one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub line_break_added: bool,
}

/// A message that lies in another mailbox now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Carried {
    /// Its Message-ID, in its brackets, where it has one.
    pub message_id: Option<String>,
    /// The folder in which it lay.
    pub folder: String,
    /// The identity of the folder's numbering.
    pub uid_validity: u32,
    /// Its UID there.
    pub uid: u32,
    /// When it had arrived (INTERNALDATE), as RFC 3339 has it.
    pub internal_date: Option<String>,
    /// The flags and keywords that it carried.
    pub flags: Vec<String>,
    /// How long it was, as the server told, in bytes.
    pub size: u64,
    /// The SHA-256 of what the other server sends of it.
    pub sha256: String,
    /// The mailbox in which it lies.
    pub to_mailbox: String,
    /// The folder there.
    pub to_folder: String,
}

impl Carried {
    /// The text of a manifest of `all`: a line of JSON for each.
    ///
    /// # Errors
    /// Where one cannot be written as JSON.
    pub fn text(all: &[Self]) -> Result<String, serde_json::Error> {
        let lines = all.iter().map(|one| Ok(serde_json::to_string(one)? + "\n"));
        lines.collect()
    }
}

/// How lines end in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineBreaks {
    /// As they came from the server.
    AsSent,
    /// With LF, where the server sent CRLF everywhere.
    Lf,
}

impl Entry {
    /// What the server tells of `message` in `folder`; the rest is learnt from its bytes.
    pub fn of(message: &Message, folder: &str, uid_validity: Option<u32>) -> Self {
        Self {
            message_id: message.head.id.clone(),
            folder: folder.to_owned(),
            uid_validity,
            uid: message.uid,
            internal_date: message.arrived.map(|at| at.to_rfc3339()),
            flags: message.flags.clone(),
            keywords: message.keywords.clone(),
            size: 0,
            told_size: None,
            sha256: String::new(),
            file: String::new(),
            offset: None,
            line_breaks: LineBreaks::AsSent,
            line_break_added: false,
        }
    }
}
