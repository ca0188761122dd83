//! folder list: the folders of a mailbox.

use crate::document::{Column, Document, Records, Report, Table, Text};
use crate::model::identity::Unread;
use crate::model::state::{Folder, Mailbox};
use serde::Serialize;

/// The report of `folder list`.
#[derive(Clone, Debug, Serialize)]
pub struct FoldersReport {
    /// What people call the mailbox.
    pub mailbox: String,
    /// Its folders, the mailbox itself first.
    pub folders: Vec<FolderRow>,
    /// Those of them whose entries could not be read.
    pub unread: Vec<Unread>,
}

/// One folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FolderRow {
    /// Its path.
    pub folder: String,
    /// Its purpose (RFC 6154), where the server says so.
    pub special_use: Option<String>,
    /// How many messages it holds, where the server told.
    pub messages: Option<u64>,
    /// How many identifiers beside the owner hold something on it; absent where its entries could not
    /// be read.
    pub members: Option<usize>,
}

impl FoldersReport {
    /// The folders of `mailbox`.
    pub fn new(mailbox: &Mailbox) -> Self {
        let others = |identifier: &str| mailbox.owner.as_deref() != Some(identifier);
        let rows = mailbox.folders.iter().map(|folder| FolderRow {
            folder: folder.path.clone(),
            special_use: folder.special_use.clone(),
            messages: folder.messages,
            members: folder.acl.as_ref().ok().map(|entries| {
                let others = entries.keys().filter(|identifier| others(identifier));
                others.count()
            }),
        });
        let unread = mailbox.folders.iter().filter_map(Folder::unread);
        Self {
            mailbox: mailbox.name.clone(),
            folders: rows.collect(),
            unread: unread.collect(),
        }
    }
}

impl Report for FoldersReport {
    fn document(&self) -> Document {
        let mut table = Table::new([
            "folder".into(),
            "use".into(),
            Column::right("messages"),
            Column::right("members"),
        ]);
        for row in &self.folders {
            table.rows.push(vec![
                Text::plain(&row.folder),
                Text::dim(
                    row.special_use
                        .as_deref()
                        .unwrap_or_default()
                        .trim_start_matches('\\'),
                ),
                row.messages
                    .map_or("-".to_owned(), |n| n.to_string())
                    .into(),
                row.members.map_or("?".to_owned(), |n| n.to_string()).into(),
            ]);
        }
        let document = Document::new().table(table);
        let unread = self.unread.iter();
        unread.fold(document, |document, unread| {
            document.warning(format!("{}: {unread}", self.mailbox))
        })
    }

    fn records(&self) -> Records {
        let columns = vec!["mailbox", "folder", "special_use", "messages", "members"];
        let row = |row: &FolderRow| {
            vec![
                self.mailbox.clone(),
                row.folder.clone(),
                row.special_use.clone().unwrap_or_default(),
                row.messages.map(|n| n.to_string()).unwrap_or_default(),
                row.members.map(|n| n.to_string()).unwrap_or_default(),
            ]
        };
        Records {
            columns,
            rows: self.folders.iter().map(row).collect(),
        }
    }
}
