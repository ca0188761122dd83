//! The review in a few lines, and what is missing in it.

use super::{Review, Reviewed, csv, people};
use crate::document::{Document, Records, Report, Text};
use crate::model::finding::FindingKind;
use crate::model::words::count;
use crate::model::words::some;
use crate::report::page::held;

impl Report for Review {
    fn document(&self) -> Document {
        let mut told = vec![
            count(self.mailboxes.len(), "mailbox"),
            match people(self).len() {
                1 => "1 person".to_owned(),
                n => format!("{n} people"),
            },
            grants(self),
            count(self.findings(), "finding"),
        ];
        if let Some(since) = &self.since {
            let changes = count(self.changes(), "change");
            told.push(format!("{changes} since {}", since.file));
        }
        let mut document = Document::new().line(Text::strong(told.join(", ")));
        let open: Vec<String> = self.with_a_login().map(str::to_owned).collect();
        if !open.is_empty() {
            let has = match open.len() {
                1 => "has a login of its own",
                _ => "have a login of their own",
            };
            document = document.warning(format!("{} {has}", some(&open)));
        }
        for missing in self.missing() {
            document = document.warning(missing);
        }
        for group in self.groups.iter().filter(|group| group.members.is_none()) {
            let who = &group.who;
            document = document.warning(format!(
                "{who}: IMAP cannot tell who is in it; --group-file can"
            ));
        }
        document.warnings(&self.notes)
    }

    fn records(&self) -> Records {
        csv::records(self)
    }
}

/// How many there are, and of which levels.
fn grants(review: &Review) -> String {
    let held = held(review).into_iter();
    let held: Vec<String> = held.map(|(level, n)| format!("{n} {level}")).collect();
    let all = count(review.grants(), "grant");
    match held.is_empty() {
        true => all,
        false => format!("{all} ({})", held.join(", ")),
    }
}

impl Review {
    /// The mailboxes that whoever knows a password can log in to.
    fn with_a_login(&self) -> impl Iterator<Item = &str> {
        let kind = FindingKind::OwnLogin.name();
        let has =
            move |mailbox: &&Reviewed| mailbox.findings.iter().any(|told| told.finding == kind);
        let all = self.mailboxes.iter().filter(has);
        all.map(|mailbox| mailbox.mailbox.as_str())
    }

    /// What could not be read, and why: as long as there is something, the review is no whole one.
    pub fn missing(&self) -> Vec<String> {
        let mailboxes = self.failures.iter();
        let mailboxes = mailboxes.map(|failure| format!("{}: {}", failure.mailbox, failure.why));
        let folders = self.unread().map(|(mailbox, unread)| {
            let (folder, why) = (&unread.folder, &unread.why);
            format!("{mailbox}: the entries of {folder} could not be read: {why}")
        });
        mailboxes.chain(folders).collect()
    }
}
