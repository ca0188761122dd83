//! folder subscribe: who was subscribed to what.

use crate::document::{Document, Records, Report, Text};
use crate::model::words::{count, some};
use serde::Serialize;

/// The report of `folder subscribe`.
#[derive(Clone, Debug, Serialize)]
pub struct SubscribeReport {
    /// What people call the mailbox.
    pub mailbox: String,
    /// Whether nothing was sent to the server.
    pub dry_run: bool,
    /// Each WHO in the order given.
    pub members: Vec<Subscribed>,
}

/// What became of one WHO.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Subscribed {
    /// As it was asked for.
    pub who: String,
    /// On how many folders she was subscribed before.
    pub already: usize,
    /// The folders that were added, or would be.
    pub folders: Vec<String>,
    /// Why it failed, where it did.
    pub why: Option<String>,
}

impl Subscribed {
    /// Nothing could be done for `who`.
    pub fn failed(who: String, why: String) -> Self {
        Self {
            who,
            already: 0,
            folders: Vec::new(),
            why: Some(why),
        }
    }
}

impl Report for SubscribeReport {
    fn document(&self) -> Document {
        let mut document = Document::new();
        for member in &self.members {
            let who = Text::strong(&member.who);
            let line = match (&member.why, member.folders.as_slice()) {
                (Some(why), _) => Text::bad(format!(": failed: {why}")),
                (None, []) => Text::plain(format!(
                    ": subscribed to {} already",
                    count(member.already, "folder")
                )),
                (None, new) => {
                    let verb = if self.dry_run {
                        "would be subscribed"
                    } else {
                        "subscribed"
                    };
                    Text::plain(format!(
                        ": {verb} to {}: {}",
                        count(new.len(), "folder"),
                        some(new)
                    ))
                }
            };
            document = document.spans([who, line]);
        }
        document
    }

    fn records(&self) -> Records {
        let columns = vec!["mailbox", "who", "already", "added", "folders", "failure"];
        let row = |member: &Subscribed| {
            vec![
                self.mailbox.clone(),
                member.who.clone(),
                member.already.to_string(),
                member.folders.len().to_string(),
                member.folders.join(" "),
                member.why.clone().unwrap_or_default(),
            ]
        };
        Records {
            columns,
            rows: self.members.iter().map(row).collect(),
        }
    }
}
