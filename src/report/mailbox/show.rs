//! show: who has access to a mailbox, and to what.

use crate::document::{Document, Records, Report, Table, Text};
use crate::model::command::command;
use crate::model::identity::Intruder;
use crate::model::level::{Levels, Naming};
use crate::model::member::{Kind, Member, members};
use crate::model::rights::Rights;
use crate::model::state::{Mailbox, Quota};
use crate::model::words::{count, some, storage};
use crate::report::access::change::{identities, send_words};
use serde::Serialize;

/// The report of `show`.
#[derive(Clone, Debug, Serialize)]
pub struct ShowReport {
    /// What people call the mailbox.
    pub mailbox: String,
    /// The owner's identifier, where there is one: it holds everything by itself.
    pub owner: Option<String>,
    /// The folders' paths, the mailbox itself first.
    pub folders: Vec<String>,
    /// How many messages they hold together, where the server told.
    pub messages: Option<u64>,
    /// Storage and other limits; empty where the server tells none.
    pub quota: Vec<Quota>,
    /// Why the server did not tell them, where it was asked and refused.
    pub quota_untold: Option<String>,
    /// Who has access.
    pub members: Vec<Member>,
    /// Every entry of every folder, with `--folders`.
    pub matrix: Vec<Row>,
    /// Folders whose entries could not be read.
    pub unreadable: Vec<Unreadable>,
    /// Who could change what the identity folders say, so that those are not believed.
    pub intruders: Vec<Intruder>,
    #[serde(skip)]
    with_matrix: bool,
    #[serde(skip)]
    is_quota_lost: bool,
}

/// One entry of one folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The folder.
    pub folder: String,
    /// The member as one would write it on the command line.
    pub who: String,
    /// The identifier.
    pub identifier: String,
    /// What its rights are called.
    pub level: Naming,
    /// Its rights.
    pub rights: Rights,
}

/// A folder whose entries could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unreadable {
    /// The folder.
    pub folder: String,
    /// What the server said.
    pub why: String,
}

impl ShowReport {
    /// What there is to say of `mailbox`; every folder's entries `with_matrix`.
    pub fn new(mailbox: &Mailbox, levels: &Levels, with_matrix: bool) -> Self {
        let name = |rights| levels.name(rights, &mailbox.vocabulary);
        let rows = mailbox.folders.iter().flat_map(|folder| {
            folder.entries().map(move |(identifier, rights)| Row {
                folder: folder.path.clone(),
                who: mailbox.dialect.who(identifier),
                identifier: identifier.to_owned(),
                level: name(rights),
                rights,
            })
        });
        let unread = mailbox.unread().into_iter();
        let unreadable = unread.map(|unread| Unreadable {
            folder: unread.folder,
            why: unread.why,
        });
        Self {
            mailbox: mailbox.name.clone(),
            owner: mailbox.owner.clone(),
            folders: mailbox
                .folders
                .iter()
                .map(|folder| folder.path.clone())
                .collect(),
            messages: crate::model::state::messages(&mailbox.folders),
            quota: mailbox.quota.clone(),
            quota_untold: mailbox.quota_untold.as_ref().map(|u| u.why.clone()),
            is_quota_lost: mailbox.quota_untold.as_ref().is_some_and(|u| !u.is_kept),
            members: members(mailbox, levels),
            matrix: if with_matrix {
                rows.collect()
            } else {
                Vec::new()
            },
            unreadable: unreadable.collect(),
            intruders: mailbox.intruders_of_identities(),
            with_matrix,
        }
    }

    fn heading(&self) -> Document {
        let mut facts = vec![count(self.folders.len(), "folder")];
        facts.extend(self.messages.map(|n| count(n as usize, "message")));
        facts.extend(self.quota.iter().map(|quota| {
            if quota.resource.eq_ignore_ascii_case("STORAGE") {
                format!("{} of {} used", storage(quota.used), storage(quota.limit))
            } else {
                format!(
                    "{} of {} {} used",
                    quota.used,
                    quota.limit,
                    quota.resource.to_lowercase()
                )
            }
        }));
        facts.extend(self.quota_untold.as_ref().map(|why| {
            let says = match self.is_quota_lost {
                true => "its storage could not be read",
                false => "its storage is not told",
            };
            format!("{says} {why}")
        }));
        let title = vec![
            Text::strong(&self.mailbox),
            Text::plain(format!(": {}", facts.join(", "))),
        ];
        Document::new().spans(title)
    }

    fn member_table(&self) -> Table {
        let mut table = Table::new(["member", "level", "rights", "folders", "may send"]);
        for member in &self.members {
            let mut name = match member.kind {
                Kind::Negative => Text::bad(format!("{} (takes away)", member.who)),
                Kind::Special if member.identifier != "owner" => Text::warn(&member.who),
                _ => Text::plain(&member.who),
            };
            let mut sends = send_words(&member.identities);
            for (level, rights, folders) in self.holdings(member) {
                let cells = [
                    level.word().into(),
                    rights.to_string().into(),
                    folders.into(),
                ];
                let name = std::mem::replace(&mut name, Text::plain(""));
                let sends = std::mem::take(&mut sends);
                let cells = [name].into_iter().chain(cells);
                table.rows.push(cells.chain([sends.into()]).collect());
            }
        }
        table
    }

    /// The levels of a member with the folders that have them in words: first the mailbox's own,
    /// then the others.
    fn holdings(&self, member: &Member) -> Vec<(Naming, Rights, String)> {
        let all = self.folders.len();
        let other = |folders: &[String]| format!("{} of {all}: {}", folders.len(), some(folders));
        let without: Vec<&String> = member.differs.iter().flat_map(|d| &d.folders).collect();
        let own = match without.as_slice() {
            [] => format!("all {all}"),
            few if few.len() <= 3 && few.len() < member.folders => {
                let few: Vec<String> = few.iter().map(|folder| (*folder).clone()).collect();
                format!("{} of {all}: all but {}", member.folders, few.join(", "))
            }
            _ if member.folders <= 3 => {
                let here = |folder: &&String| !without.contains(folder);
                let names: Vec<String> = self.folders.iter().filter(here).cloned().collect();
                format!("{} of {all}: {}", member.folders, names.join(", "))
            }
            _ => format!("{} of {all}", member.folders),
        };
        let own = (!member.rights.is_empty()).then_some((member.level, member.rights, own));
        let held = member
            .differs
            .iter()
            .filter(|other| !other.rights.is_empty());
        let others = held.map(|d| (d.level, d.rights, other(&d.folders)));
        let mut rows: Vec<_> = own.into_iter().chain(others).collect();
        if rows.is_empty() {
            let nothing = match member.identities.as_slice() {
                [] => "an entry without rights",
                _ => "none",
            };
            rows.push((member.level, member.rights, nothing.to_owned()));
        }
        rows
    }

    fn matrix_table(&self) -> Table {
        let mut table = Table::new(["folder", "member", "level", "rights"]);
        for row in &self.matrix {
            let cells = [
                row.folder.clone(),
                row.who.clone(),
                row.level.word(),
                row.rights.to_string(),
            ];
            table
                .rows
                .push(cells.into_iter().map(Text::plain).collect());
        }
        table
    }
}

impl Report for ShowReport {
    fn document(&self) -> Document {
        let mut document = self.heading();
        if self.members.is_empty() {
            let is_unread = |path: &String| self.unreadable.iter().any(|u| u.folder == *path);
            let says = match self.unreadable.len() {
                0 => "nobody but its owner has access",
                _ if self.folders.iter().all(is_unread) => {
                    "who has access cannot be told: no entry was readable"
                }
                _ => "nobody but its owner has access where the entries could be read",
            };
            document = document.line(says);
        } else {
            document = document.blank().table(self.member_table());
        }
        if self.with_matrix {
            document = document.blank().table(self.matrix_table());
        }
        for folder in &self.unreadable {
            document = document.warning(format!(
                "{}: its entries could not be read {}",
                folder.folder, folder.why
            ));
        }
        for intruder in &self.intruders {
            document = document.warning(format!("identities are not believed: {intruder}"));
        }
        // A person has a mailbox of her own too, and may have been meant.
        let is_nobodys = self.members.is_empty() && self.unreadable.is_empty();
        if is_nobodys && self.intruders.is_empty() && self.mailbox.contains('@') {
            document = document.hint(format!(
                "which mailboxes {} reaches: {}",
                self.mailbox,
                command(["access", &self.mailbox])
            ));
        }
        match self.intruders.as_slice() {
            [] => document,
            _ => document.hint(format!(
                "{} takes every entry from the identity folders that are not believed",
                command(["check", &self.mailbox, "--fix"])
            )),
        }
    }

    fn records(&self) -> Records {
        if self.with_matrix {
            let columns = vec!["mailbox", "folder", "identifier", "level", "rights"];
            let row = |row: &Row| {
                let (level, rights) = (row.level.word(), row.rights.to_string());
                vec![
                    self.mailbox.clone(),
                    row.folder.clone(),
                    row.identifier.clone(),
                    level,
                    rights,
                ]
            };
            return Records {
                columns,
                rows: self.matrix.iter().map(row).collect(),
            };
        }
        let columns = vec![
            "mailbox",
            "who",
            "identifier",
            "kind",
            "level",
            "rights",
            "folders",
            "differs",
            "identities",
        ];
        let row = |member: &Member| {
            let differs: Vec<String> = member
                .differs
                .iter()
                .flat_map(|other| {
                    other
                        .folders
                        .iter()
                        .map(|folder| format!("{folder}={}", other.rights))
                })
                .collect();
            vec![
                self.mailbox.clone(),
                member.who.clone(),
                member.identifier.clone(),
                format!("{:?}", member.kind).to_lowercase(),
                member.level.word(),
                member.rights.to_string(),
                member.folders.to_string(),
                differs.join(" "),
                identities(&member.identities),
            ]
        };
        Records {
            columns,
            rows: self.members.iter().map(row).collect(),
        }
    }
}
