//! The messages that a toy holds.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset, TimeZone, Utc};

use super::World;

/// The messages of each folder of each mailbox.
pub type Mail = BTreeMap<(String, String), Letters>;

/// How IMAP tells a moment.
pub const MOMENT: &str = "%d-%b-%Y %H:%M:%S %z";

/// A message as it lies in a folder.
#[derive(Clone)]
pub struct Letter {
    pub uid: u32,
    pub flags: BTreeSet<String>,
    pub arrived: DateTime<FixedOffset>,
    /// Since when it lies in the folder.
    pub saved: DateTime<FixedOffset>,
    pub text: String,
}

impl Letter {
    /// Its header and what stands below it, the empty line with the former.
    pub fn halves(&self) -> (&str, &str) {
        let end = self
            .text
            .find("\r\n\r\n")
            .map_or(self.text.len(), |at| at + 4);
        self.text.split_at(end)
    }

    /// The lines of its header that have one of these names, each with its end.
    pub fn fields(&self, names: &[&str]) -> String {
        let is_meant = |line: &&str| {
            let name = line.split(':').next().unwrap_or_default();
            names.iter().any(|other| other.eq_ignore_ascii_case(name))
        };
        self.halves()
            .0
            .split_inclusive("\r\n")
            .filter(is_meant)
            .collect()
    }

    /// Its subject, the flags that it carries, and what a setting says. Words of chance stand behind the first of the
    /// subject where sharemail wrote it.
    fn told(&self) -> String {
        let subject = self.fields(&["Subject"]);
        let mut subject = subject.trim_start_matches("Subject:").trim();
        let mut words: Vec<&str> = self.flags.iter().map(String::as_str).collect();
        if self.fields(&["From"]).contains("sharemail@localhost") {
            subject = subject.split(' ').next().unwrap_or_default();
            words.extend(self.halves().1.lines());
        }
        format!("\"{subject}\": {}", words.join(" "))
    }
}

/// Those of a folder, in the order of their UIDs.
#[derive(Clone, Default)]
pub struct Letters {
    last: u32,
    pub all: Vec<Letter>,
}

impl Letters {
    /// Puts one behind the others, and tells its UID.
    pub fn add(&mut self, letter: Letter) -> u32 {
        self.last += 1;
        self.all.push(Letter {
            uid: self.last,
            ..letter
        });
        self.last
    }

    /// Takes out those of a set; what to say of it, and what they were.
    pub fn take(&mut self, is_meant: impl Fn(&Letter) -> bool) -> (String, Vec<Letter>) {
        let (mut told, mut taken) = (String::new(), Vec::new());
        // From the end, so that no number changes before it is told.
        for at in (0..self.all.len()).rev() {
            if is_meant(&self.all[at]) {
                taken.insert(0, self.all.remove(at));
                told += &format!("* {} EXPUNGE\r\n", at + 1);
            }
        }
        (told, taken)
    }
}

impl World {
    /// Puts a message of early 2020 into a folder, which carries these flags.
    pub fn deliver(&self, mailbox: &str, folder: &str, flags: &[&str]) {
        let mut mail = self.mail.lock().unwrap();
        let n = mail
            .values()
            .map(|letters| letters.all.len())
            .sum::<usize>()
            + 1;
        let place = (mailbox.to_owned(), folder.to_owned());
        let arrived =
            Utc.with_ymd_and_hms(2020, 1, 1, 12, 0, 0).unwrap() + chrono::Days::new(n as u64);
        mail.entry(place).or_default().add(Letter {
            uid: 0,
            flags: flags.iter().map(|flag| (*flag).to_owned()).collect(),
            arrived: arrived.fixed_offset(),
            saved: arrived.fixed_offset(),
            text: format!(
                "From: customer{n}@elsewhere.test\r\nTo: {mailbox}\r\nSubject: Letter {n}\r\nDate: {}\r\n\
                 Message-ID: <{n}@elsewhere.test>\r\n\r\nGood morning.\r\n",
                arrived.to_rfc2822()
            ),
        });
    }

    /// Whether any was put anywhere.
    pub(super) fn has_mail(&self) -> bool {
        let mail = self.mail.lock().unwrap();
        mail.values().any(|letters| letters.last > 0)
    }

    /// Selects a folder on a connection.
    pub(super) fn select(&self, connection: usize, mailbox: &str, folder: &str) {
        let place = (mailbox.to_owned(), folder.to_owned());
        self.selected.lock().unwrap().insert(connection, place);
    }

    /// How many messages lie in a folder, and the UID of the next.
    pub(super) fn count(&self, mailbox: &str, folder: &str) -> (usize, u32) {
        let place = (mailbox.to_owned(), folder.to_owned());
        let mail = self.mail.lock().unwrap();
        let letters = mail.get(&place);
        letters.map_or((0, 1), |letters| (letters.all.len(), letters.last + 1))
    }

    /// Does `work` with the messages of the folder that is selected on this connection.
    pub(super) fn with_selected<T>(
        &self,
        connection: usize,
        work: impl FnOnce(&mut Letters) -> T,
    ) -> T {
        let selected = self.selected.lock().unwrap().get(&connection).cloned();
        let (mailbox, folder) = selected.unwrap_or_default();
        self.with_letters(&mailbox, &folder, work)
    }

    /// The same with those of another one.
    pub(super) fn with_letters<T>(
        &self,
        mailbox: &str,
        folder: &str,
        work: impl FnOnce(&mut Letters) -> T,
    ) -> T {
        let place = (mailbox.to_owned(), folder.to_owned());
        work(self.mail.lock().unwrap().entry(place).or_default())
    }

    /// Every message, a line for each, and how many there are where they are alike. Not by their UIDs: those that
    /// come back have others.
    pub(super) fn letters(&self) -> Vec<String> {
        let mail = self.mail.lock().unwrap();
        let mut lines: BTreeMap<String, usize> = BTreeMap::new();
        for ((owner, folder), letters) in mail.iter() {
            for letter in &letters.all {
                let line = format!("{owner} {folder} {}", letter.told());
                *lines.entry(line).or_default() += 1;
            }
        }
        let line = |(line, count): (String, usize)| match count {
            1 => line,
            _ => format!("{line} ({count} times)"),
        };
        lines.into_iter().map(line).collect()
    }
}
