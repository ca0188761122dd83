//! explain: why somebody can or cannot, by what the server says.

use super::change::identities;
use super::effective::{Counting, Effective, Way};
use super::remark::{Mend, Remark};
use crate::document::{Document, Records, Report, Table, Text};
use crate::model::command::command;
use crate::model::identity::{Identity, Unread};
use crate::model::words::{count, some};
use serde::Serialize;
use std::collections::BTreeMap;

/// The report of `explain`.
#[derive(Clone, Debug, Serialize)]
pub struct ExplainReport {
    /// What people call the mailbox.
    pub mailbox: String,
    /// As it was asked for.
    pub who: String,
    /// As the server spells it.
    pub identifier: String,
    /// The login name of the session that was looked through; absent where there was none.
    pub login: Option<String>,
    /// The name under which that session sees the mailbox.
    pub path: Option<String>,
    /// Why nothing was looked through, where that is so.
    pub not_verified: Option<String>,
    /// The entries that may count for WHO.
    pub entries: Vec<Counting>,
    /// What WHO can do, folder by folder.
    pub folders: Vec<Effective>,
    /// Those of them whose entries could not be read.
    pub unread: Vec<Unread>,
    /// The identities that WHO holds.
    pub identities: Vec<Identity>,
    /// What there is to say, before the commands have their words.
    #[serde(skip)]
    pub remarks: Vec<Remark>,
    /// The answer in sentences.
    pub verdict: Vec<String>,
    /// Commands that would mend what is wrong.
    pub mend: Vec<String>,
    /// Commands that would give what WHO may rightly lack.
    pub offers: Vec<String>,
    /// What else to know: who was probably meant, say, or who tells the rest.
    pub notes: Vec<String>,
}

impl ExplainReport {
    /// The report with its remarks in words, the mailbox and WHO called as the user called them.
    #[must_use]
    pub fn with_commands(mut self, mailbox: &str, who: &str) -> Self {
        let see = |path: &String| format!("sees the mailbox as {path}");
        let mut says: Vec<String> = self.remarks.iter().map(|r| r.says.clone()).collect();
        says.splice(1..1, self.path.iter().map(see));
        let command = |mend: &Mend| match mend {
            // The options are words for a shell already.
            Mend::Grant(options) | Mend::MayGrant(options) => {
                format!("{} {options}", command(["grant", mailbox, who]))
            }
            Mend::Revoke(who) | Mend::MayRevoke(who) => command(["revoke", mailbox, who]),
            Mend::Subscribe => command(["folder", "subscribe", mailbox, who]),
            Mend::Check => command(["check", mailbox, "--fix"]),
            Mend::Look => command(["check", mailbox]),
            Mend::Doctor => command(["doctor", mailbox]),
            Mend::Give(identity) => {
                command(["grant", mailbox, who, &format!("--{}", identity.name())])
            }
        };
        let mends = self.remarks.iter().filter_map(|r| r.mend.as_ref());
        let may_lack =
            |mend: &&Mend| matches!(mend, Mend::Give(_) | Mend::MayGrant(_) | Mend::MayRevoke(_));
        let (offers, mends): (Vec<&Mend>, Vec<&Mend>) = mends.partition(may_lack);
        let each_once = |mends: Vec<&Mend>| {
            let mut commands: Vec<String> = Vec::new();
            for command in mends.into_iter().map(command) {
                if !commands.contains(&command) {
                    commands.push(command);
                }
            }
            commands
        };
        self.offers = each_once(offers);
        self.mend = each_once(mends);
        if !self.identities.is_empty() {
            self.notes.push(format!(
                "whether the SMTP server lets them send is its own decision: {} asks it",
                crate::model::command::command(["can-send", mailbox, who])
            ));
        }
        self.verdict = says;
        self
    }

    fn entry_table(&self) -> Table {
        let mut table = Table::new(["entry", "level", "rights", "folders", "what it does"]);
        for entry in &self.entries {
            let says = match entry.way {
                Way::Own | Way::Group | Way::Everybody => Text::plain(entry.way.says()),
                _ => Text::bad(entry.way.says()),
            };
            let folders = count(entry.folders.len(), "folder");
            table.rows.push(vec![
                Text::plain(&entry.who),
                entry.level.word().into(),
                entry.rights.to_string().into(),
                Text::dim(folders),
                says,
            ]);
        }
        table
    }

    /// Folders that are alike in everything share a row.
    fn folder_table(&self) -> Table {
        let mut alike: BTreeMap<_, Vec<String>> = BTreeMap::new();
        let mut order = Vec::new();
        for folder in &self.folders {
            let key = (
                folder.rights.is_empty(),
                folder.rights,
                folder.visible,
                folder.subscribed,
            );
            if !alike.contains_key(&key) {
                order.push((key, folder.level));
            }
            alike.entry(key).or_default().push(folder.folder.clone());
        }
        let word = |flag: Option<bool>| match flag {
            Some(true) => "yes",
            Some(false) => "no",
            None => "-",
        };
        let mut table = Table::new(["folders", "level", "rights", "listed", "subscribed"]);
        for (key, level) in order {
            let folders = alike.remove(&key).unwrap_or_default();
            table.rows.push(vec![
                Text::plain(some(&folders)),
                level.word().into(),
                key.1.to_string().into(),
                word(key.2).into(),
                word(key.3).into(),
            ]);
        }
        table
    }
}

impl Report for ExplainReport {
    fn document(&self) -> Document {
        let title = format!("{} on {}", self.who, self.mailbox);
        let mut document = Document::new().line(Text::strong(title));
        for line in &self.verdict {
            document = document.line(format!("  {line}"));
        }
        if !self.entries.is_empty() {
            document = document.blank().table(self.entry_table());
        }
        let source = match (&self.login, &self.not_verified) {
            (Some(login), _) => format!("What a session as {login} has:"),
            (None, Some(why)) => {
                format!("By the entries alone, as no session could be opened ({why}):")
            }
            (None, None) => "By the entries alone:".to_owned(),
        };
        document = document
            .blank()
            .line(Text::dim(source))
            .table(self.folder_table());
        let all = self.mend.iter().chain(&self.offers).chain(&self.notes);
        document.hints(all)
    }

    fn records(&self) -> Records {
        let columns = vec![
            "mailbox",
            "who",
            "identifier",
            "folder",
            "level",
            "rights",
            "entry",
            "visible",
            "hidden_by",
            "subscribed",
            "identities",
        ];
        let flag = |flag: Option<bool>| flag.map(|f| f.to_string()).unwrap_or_default();
        let row = |folder: &Effective| {
            vec![
                self.mailbox.clone(),
                self.who.clone(),
                self.identifier.clone(),
                folder.folder.clone(),
                folder.level.word(),
                folder.rights.to_string(),
                folder
                    .entry
                    .map(|rights| rights.to_string())
                    .unwrap_or_default(),
                flag(folder.visible),
                folder.hidden_by.clone().unwrap_or_default(),
                flag(folder.subscribed),
                identities(&self.identities),
            ]
        };
        Records {
            columns,
            rows: self.folders.iter().map(row).collect(),
        }
    }
}
