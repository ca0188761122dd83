//! identities: who may send as which mailbox, and what a table for Postfix lacks.

use crate::document::{Document, Records, Report, Table, Text};
use crate::export::postfix::{Difference, Line};
use crate::model::command::command;
use crate::model::failure::Unopened;
use crate::model::identity::{Identity, Intruder, Standing, Unread};
use crate::model::state::Mailbox;
use crate::model::words::{count, some};
use serde::Serialize;

/// The report of `identities`.
#[derive(Clone, Debug, Serialize)]
pub struct IdentitiesReport {
    /// The mailboxes, sorted by name.
    pub mailboxes: Vec<Identities>,
    /// Mailboxes that could not be opened.
    pub failures: Vec<Unopened>,
    /// What else to know.
    pub notes: Vec<String>,
}

/// The identities of one mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Identities {
    /// What people call it.
    pub mailbox: String,
    /// Who may send as it, as one would write them on the command line.
    pub send_as: Vec<String>,
    /// Who may send on its behalf.
    pub send_on_behalf: Vec<String>,
    /// Why identities are left out: whoever could have given one to herself.
    pub disbelieved: Vec<Intruder>,
    /// Folders whose entries could not be read: where one keeps an identity, or lies above it, nobody
    /// knows who holds that.
    pub unread: Vec<Unread>,
}

/// The report of `identities --check`.
#[derive(Clone, Debug, Serialize)]
pub struct TableReport {
    /// The file that was compared.
    pub file: String,
    /// Whether it says what it should.
    pub up_to_date: bool,
    /// What must change in it.
    #[serde(flatten)]
    pub difference: Difference,
    /// The senders in the file whose lines could not be judged, as not all could be read or believed:
    /// they may be right.
    pub not_compared: Vec<String>,
    /// What no table can say, or what is not believed.
    pub remarks: Vec<String>,
    /// Mailboxes that could not be opened.
    pub failures: Vec<Unopened>,
}

impl Identities {
    /// Those of `mailbox`.
    pub fn new(mailbox: &Mailbox) -> Self {
        let holders = |identity| match mailbox.standing(identity) {
            Standing::Holders(holders) => holders.iter().map(|h| mailbox.dialect.who(h)).collect(),
            Standing::Missing | Standing::Disbelieved(_) | Standing::Unknown(_) => Vec::new(),
        };
        Self {
            mailbox: mailbox.name.clone(),
            send_as: holders(Identity::SendAs),
            send_on_behalf: holders(Identity::SendOnBehalf),
            disbelieved: mailbox.intruders_of_identities(),
            unread: mailbox.unread(),
        }
    }

    fn rows(&self) -> impl Iterator<Item = (&str, Identity)> {
        let send_as = self
            .send_as
            .iter()
            .map(|who| (who.as_str(), Identity::SendAs));
        let on_behalf = self.send_on_behalf.iter();
        send_as.chain(on_behalf.map(|who| (who.as_str(), Identity::SendOnBehalf)))
    }
}

impl Report for IdentitiesReport {
    fn document(&self) -> Document {
        let mut table = Table::new(["mailbox", "who", "may send"]);
        for mailbox in &self.mailboxes {
            for (who, identity) in mailbox.rows() {
                let how = match identity {
                    Identity::SendAs => "as it",
                    Identity::SendOnBehalf => "on its behalf",
                };
                table.push([Text::strong(&mailbox.mailbox), who.into(), how.into()]);
            }
        }
        let mut document = Document::new();
        let is_whole = |mailbox: &Identities| mailbox.unread.is_empty();
        if table.rows.is_empty() && self.mailboxes.iter().all(is_whole) {
            let n = count(self.mailboxes.len(), "mailbox");
            document = document.line(format!("nobody may send for any of {n}"));
        }
        document = document.table(table);
        for mailbox in &self.mailboxes {
            for intruder in &mailbox.disbelieved {
                let name = &mailbox.mailbox;
                document = document.warning(format!(
                    "{name}: identities are not believed and left out: {intruder}; {} mends it",
                    command(["check", name, "--fix"])
                ));
            }
        }
        for mailbox in &self.mailboxes {
            for unread in &mailbox.unread {
                let name = &mailbox.mailbox;
                document = document.warning(format!("{name}: not all is known: {unread}"));
            }
        }
        let document = unopened(document, &self.failures);
        document.hints(&self.notes)
    }

    fn records(&self) -> Records {
        let mut records = Records::new(["mailbox", "who", "identity"]);
        for mailbox in &self.mailboxes {
            for (who, identity) in mailbox.rows() {
                records.push([&mailbox.mailbox, who, identity.name()]);
            }
        }
        records
    }
}

impl Report for TableReport {
    fn document(&self) -> Document {
        let mut document = Document::new();
        let line = |mark, line: &Line| format!("{mark} {} {}", line.sender, line.logins.join(","));
        for removed in &self.difference.remove {
            document = document.line(Text::bad(line("-", removed)));
        }
        for added in &self.difference.add {
            document = document.line(Text::good(line("+", added)));
        }
        if self.up_to_date {
            document = document.line(format!("{} is up to date", self.file));
        }
        if !self.not_compared.is_empty() {
            document = document.warning(format!(
                "not compared, as not all could be read or believed, and no reason to remove anything: \
                 {}",
                some(&self.not_compared)
            ));
        }
        document = document.warnings(&self.remarks);
        unopened(document, &self.failures)
    }

    fn records(&self) -> Records {
        let mut records = Records::new(["change", "sender", "logins"]);
        let lines = |change: &str, lines: &[Line], records: &mut Records| {
            for line in lines {
                records.push([change, line.sender.as_str(), &line.logins.join(" ")]);
            }
        };
        lines("remove", &self.difference.remove, &mut records);
        lines("add", &self.difference.add, &mut records);
        records
    }
}

fn unopened(document: Document, failures: &[Unopened]) -> Document {
    failures.iter().fold(document, |document, failure| {
        document.warning(format!("{}: {}", failure.mailbox, failure.why))
    })
}
