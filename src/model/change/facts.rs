//! What the log tells of a change.

use crate::model::rights::Rights;
use serde_json::Value;

/// What the log tells of a change beside its name and folder. What is absent does not apply.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// A new name.
    pub to: Option<String>,
    /// The identifier of an entry.
    pub identifier: Option<String>,
    /// What was limited.
    pub resource: Option<String>,
    /// Rights or a limit before.
    pub before: Option<Value>,
    /// Rights or a limit after.
    pub after: Option<Value>,
    /// The purpose of a new folder.
    pub special_use: Option<String>,
    /// The keyword that messages got or lost.
    pub keyword: Option<String>,
    /// The identity of the folder's numbering.
    pub uid_validity: Option<u32>,
    /// The UIDs of these messages.
    pub uids: Option<String>,
    /// What a setting is about.
    pub setting: Option<String>,
    /// How many messages went with a folder, or got or lost a label.
    pub messages: Option<u64>,
}

/// Rights as the log keeps them.
pub fn letters(rights: Rights) -> Value {
    Value::String(rights.to_string())
}

/// Rights or a limit as people read them.
pub fn or_none(value: Option<&Value>) -> String {
    match plain(value) {
        none if none.is_empty() => "none".to_owned(),
        some => some,
    }
}

/// The same, and nothing where there is none.
pub fn plain(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}
