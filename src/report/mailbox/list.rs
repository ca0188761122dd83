//! list: the shared mailboxes that the administrator can reach.

use crate::document::{Column, Document, Records, Report, Table, Text};
use crate::model::command::command;
use crate::model::failure::Unopened;
use crate::model::words::storage;
use crate::report::failure::unopened;
use serde::Serialize;

/// The report of `list`.
#[derive(Clone, Debug, Serialize)]
pub struct ListReport {
    /// The mailboxes, sorted by name.
    pub mailboxes: Vec<Summary>,
    /// Mailboxes that could not be opened.
    pub failures: Vec<Unopened>,
    /// What else to know, such as that IMAP cannot list accounts.
    pub notes: Vec<String>,
}

/// One mailbox in a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// What people call it.
    pub mailbox: String,
    /// How many folders it has.
    pub folders: usize,
    /// How many identifiers beside the owner hold something; absent where the entries of a folder
    /// could not be read.
    pub members: Option<usize>,
    /// How many may send as the mailbox; absent where that cannot be believed.
    pub send_as: Option<usize>,
    /// How many may send on its behalf; absent where that cannot be believed.
    pub send_on_behalf: Option<usize>,
    /// How many messages it holds, where the server told.
    pub messages: Option<u64>,
    /// Its storage in units of 1024 octets, where the server told.
    pub storage_used: Option<u64>,
    /// Its limit in the same unit, where the server told.
    pub storage_limit: Option<u64>,
    /// Why its storage could not be read, where it could not.
    pub storage_unread: Option<String>,
}

impl Report for ListReport {
    fn document(&self) -> Document {
        let mut table = Table::new([
            "mailbox".into(),
            Column::right("folders"),
            Column::right("members"),
            Column::right("send as"),
            Column::right("on behalf"),
            Column::right("messages"),
            Column::right("storage"),
        ]);
        for mailbox in &self.mailboxes {
            let used = match (mailbox.storage_used, mailbox.storage_limit) {
                (Some(used), Some(limit)) => format!("{} of {}", storage(used), storage(limit)),
                (Some(used), None) => storage(used),
                _ if mailbox.storage_unread.is_some() => "?".to_owned(),
                _ => "-".to_owned(),
            };
            table.rows.push(vec![
                Text::strong(&mailbox.mailbox),
                mailbox.folders.to_string().into(),
                holders(mailbox.members),
                holders(mailbox.send_as),
                holders(mailbox.send_on_behalf),
                mailbox
                    .messages
                    .map_or("-".to_owned(), |n| n.to_string())
                    .into(),
                used.into(),
            ]);
        }
        let mut document = Document::new().table(table);
        if self.mailboxes.is_empty() {
            document = document.line("no shared mailbox is in sight");
        }
        for mailbox in &self.mailboxes {
            let name = &mailbox.mailbox;
            if let Some(why) = &mailbox.storage_unread {
                document = document.warning(format!("{name}: its storage could not be read {why}"));
            }
            if mailbox.members.is_none() {
                document = document.warning(format!(
                    "{name}: not all entries could be read; {} tells why",
                    command(["check", name])
                ));
            } else if mailbox.send_as.is_none() || mailbox.send_on_behalf.is_none() {
                document = document.warning(format!(
                    "{name}: identities are not believed; {} tells why",
                    command(["check", name])
                ));
            }
        }
        unopened(document, &self.failures).hints(&self.notes)
    }

    fn records(&self) -> Records {
        let columns = vec![
            "mailbox",
            "folders",
            "members",
            "messages",
            "storage_used",
            "storage_limit",
            "send_as",
            "send_on_behalf",
        ];
        let number = |n: Option<u64>| n.map(|n| n.to_string()).unwrap_or_default();
        let row = |mailbox: &Summary| {
            vec![
                mailbox.mailbox.clone(),
                mailbox.folders.to_string(),
                number(mailbox.members.map(|n| n as u64)),
                number(mailbox.messages),
                number(mailbox.storage_used),
                number(mailbox.storage_limit),
                number(mailbox.send_as.map(|n| n as u64)),
                number(mailbox.send_on_behalf.map(|n| n as u64)),
            ]
        };
        Records {
            columns,
            rows: self.mailboxes.iter().map(row).collect(),
        }
    }
}

fn holders(n: Option<usize>) -> Text {
    match n {
        Some(n) => Text::plain(n.to_string()),
        None => Text::warn("?"),
    }
}
