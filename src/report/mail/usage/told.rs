//! The same for people, and as records.

use super::{Counted, Storage, Tally, UsageReport};
use crate::decide::usage::Prospect;
use crate::document::{Block, Column, Document, Records, Report, Table, Text};
use crate::model::usage::{MOST_FOLLOWED, MOST_SENDERS, percent};
use crate::model::words::{count, messages, storage};
use crate::report::mail::label::Unlooked;
use chrono::Local;

/// Nobody knows what is further away.
const FAR: u64 = 3_650;

pub(super) fn bytes(bytes: u64) -> String {
    storage(bytes.div_ceil(1024))
}

impl UsageReport {
    pub(super) fn share(&self, tally: Tally) -> String {
        match percent(tally.bytes, self.all.bytes) {
            Some(0) if tally.bytes > 0 => "<1 %".to_owned(),
            Some(share) => format!("{share} %"),
            None => String::new(),
        }
    }

    /// Messages by `title`; what is not told one by one stands in the last rows.
    fn counted(&self, title: &str, rows: &[Counted], others: &[(String, Tally)]) -> Table {
        let mut table = Table::new([
            title.into(),
            Column::right("messages"),
            Column::right("size"),
            Column::right("share"),
        ]);
        let others = others.iter().filter(|(_, tally)| tally.messages > 0);
        let rows = rows.iter().map(|row| (&row.key, row.tally));
        for (key, tally) in rows.chain(others.map(|(key, tally)| (key, *tally))) {
            table.push([
                key.clone(),
                tally.messages.to_string(),
                bytes(tally.bytes),
                self.share(tally),
            ]);
        }
        table
    }

    fn by_folder(&self) -> Table {
        let rest = self.folders.get(self.top..).unwrap_or_default();
        let others = match rest.len() {
            0 => Vec::new(),
            n => {
                let all = rest.iter().map(|row| row.tally).collect();
                vec![(format!("({})", count(n, "other folder")), all)]
            }
        };
        let told = self.folders.get(..self.top).unwrap_or(&self.folders);
        self.counted("folder", told, &others)
    }

    pub(super) fn largest(&self) -> Table {
        let mut table = Table::new([
            "largest messages".into(),
            "from".into(),
            Column::right("size"),
            "arrived".into(),
            "folder".into(),
            "id".into(),
        ]);
        for row in &self.largest {
            let arrived = row.at.map(|at| at.with_timezone(&Local));
            table.push([
                row.subject.clone(),
                row.from.clone(),
                bytes(row.size),
                arrived.map_or("?".to_owned(), |at| at.format("%Y-%m-%d").to_string()),
                row.folder.clone(),
                row.id.clone(),
            ]);
        }
        table
    }

    pub(super) fn copies(&self) -> Table {
        let mut table = Table::new([
            "lie there more than once".into(),
            Column::right("copies"),
            Column::right("each"),
            Column::right("freed"),
        ]);
        for row in &self.duplicates.largest {
            let folders = row.folders.iter().map(|lying| match lying.copies {
                1 => lying.folder.clone(),
                n => format!("{} ({n})", lying.folder),
            });
            let folders: Vec<String> = folders.collect();
            table.push([
                format!("{} in {}", row.id, folders.join(", ")),
                row.copies.to_string(),
                bytes(row.size),
                bytes(row.freed),
            ]);
        }
        table
    }

    /// How full it is.
    fn fullness(&self) -> String {
        match (&self.quota, &self.quota_untold) {
            (Some(quota), _) => {
                let Storage {
                    used_kib,
                    limit_kib,
                    percent,
                    ..
                } = quota;
                let percent = percent.map_or(String::new(), |percent| format!(" ({percent} %)"));
                format!(
                    "Quota: {} of {} used{percent}, as the server counts; it need not count as the sizes of \
                     messages do",
                    storage(*used_kib),
                    storage(*limit_kib)
                )
            }
            (None, Some(why)) => format!("Quota: not told by the server: {why}"),
            (None, None) => "Quota: the server tells of no limit of storage".to_owned(),
        }
    }

    /// For how long it will do.
    fn prospect(&self) -> Option<String> {
        let days = self.pace.days;
        let pace = format!(
            "{} ({}) came in the last {days} days and are still there; what was deleted since is not seen",
            messages(self.pace.tally.messages),
            bytes(self.pace.tally.bytes)
        );
        Some(match self.prospect {
            Prospect::NotTold | Prospect::NoLimit => return None,
            Prospect::Full => "It is full".to_owned(),
            Prospect::PartCounted => {
                "How long it will do is told where all folders and messages are counted".to_owned()
            }
            Prospect::NotGrowing => {
                format!("Not growing: nothing that came in the last {days} days is still there")
            }
            Prospect::Days(0) => format!("Full in less than a day at this pace: {pace}"),
            Prospect::Days(far) if far > FAR => {
                format!("Full in more than ten years at this pace: {pace}")
            }
            Prospect::Days(n) => format!("Full in {} at this pace: {pace}", {
                count(usize::try_from(n).unwrap_or(usize::MAX), "day")
            }),
        })
    }

    /// What is worth knowing of the dates.
    fn dates(&self) -> impl Iterator<Item = String> {
        let (undated, future) = (self.undated.messages, self.in_future.messages);
        let days = self.pace.days;
        let undated = (undated > 0).then(|| {
            format!(
                "{} without a date of arrival: in no year and no pace",
                messages(undated)
            )
        });
        let future = (future > 0).then(|| {
            format!(
                "{} arrived later than now, as the server says: in no year and no pace",
                messages(future)
            )
        });
        let is_days = matches!(self.prospect, Prospect::Days(_));
        let young = self.oldest_days.filter(|oldest| is_days && *oldest < days);
        let young = young.map(|oldest| {
            format!(
                "The oldest message came {} ago: the pace is that of {days} days all the same",
                count(usize::try_from(oldest).unwrap_or(usize::MAX), "day")
            )
        });
        [undated, future, young].into_iter().flatten()
    }

    fn warned(&self, mut document: Document) -> Document {
        let mailbox = &self.mailbox;
        if self.text_not_seen > 0 {
            document = document.warning(format!(
                "{mailbox}: {} counted whose text was not read to the end: longer than 64 MiB, and what was read \
                 does not hold the text",
                messages(self.text_not_seen)
            ));
        }
        if self.too_many_senders {
            document = document.warning(format!(
                "{mailbox}: more than {MOST_SENDERS} senders: those who came after them are counted together, \
                 and may take more than those that are told"
            ));
        }
        if self.duplicates.not_followed > 0 {
            document = document.warning(format!(
                "{mailbox}: {} beyond the first {MOST_FOLLOWED}: whether they lie there more than once is not \
                 known",
                messages(self.duplicates.not_followed)
            ));
        }
        if self.duplicates.not_named > 0 {
            document = document.warning(format!(
                "{mailbox}: too many lie there more than once: {} beyond those that could be compared for what \
                 they take",
                messages(self.duplicates.not_named)
            ));
        }
        Unlooked::told(&self.unread, mailbox, document)
    }
}

impl UsageReport {
    /// How much there is.
    pub fn in_a_line(&self) -> String {
        let scope = match self.unread.is_empty() {
            true => "",
            false => " in the folders that could be looked into",
        };
        format!(
            "{}: {}, {}{scope}",
            self.mailbox,
            messages(self.all.messages),
            bytes(self.all.bytes)
        )
    }

    /// How full it is, for how long it will do, and what is odd about its dates.
    pub(super) fn lines(&self) -> impl Iterator<Item = String> {
        let quota = std::iter::once(self.fullness());
        quota.chain(self.prospect()).chain(self.dates())
    }

    /// What is to be known before any of it is trusted.
    pub(super) fn warnings(&self) -> impl Iterator<Item = String> {
        let blocks = self.warned(Document::new()).blocks.into_iter();
        blocks.filter_map(|block| match block {
            Block::Warning(text) => Some(text),
            _ => None,
        })
    }
}

impl Report for UsageReport {
    fn document(&self) -> Document {
        let mut document = Document::new().line(Text::strong(self.in_a_line()));
        for line in self.lines() {
            document = document.line(line);
        }
        if self.all.messages == 0 {
            return self.warned(document);
        }
        let senders = [
            ("(all other senders)".to_owned(), self.other_senders),
            ("(no address)".to_owned(), self.without_sender),
        ];
        let years = [
            ("(not told)".to_owned(), self.undated),
            ("(in the future)".to_owned(), self.in_future),
        ];
        let tables = [
            self.by_folder(),
            self.counted("sender", &self.senders, &senders),
            self.counted("size of a message", &self.sizes, &[]),
            self.counted("arrived in", &self.years, &years),
            self.counted("month", &self.months, &[]),
            self.largest(),
            self.copies(),
        ];
        for table in tables.into_iter().filter(|table| !table.rows.is_empty()) {
            document = document.blank().table(table);
        }
        let found = &self.duplicates;
        if found.groups > 0 {
            document = document.line(format!(
                "More than once: {}, by Message-ID and size; with one copy of each, {} would be free. The \
                 contents were not compared.",
                messages(found.groups),
                bytes(found.bytes)
            ));
        }
        self.warned(document)
    }

    fn records(&self) -> Records {
        let mut records = Records::new(vec!["mailbox", "kind", "key", "messages", "bytes"]);
        let mut push = |kind: &str, key: &str, messages: String, bytes: String| {
            let row = [self.mailbox.as_str(), kind, key, &messages, &bytes];
            records.push(row.map(str::to_owned));
        };
        let mut tally = |kind: &str, key: &str, Tally { messages, bytes }: Tally| {
            push(kind, key, messages.to_string(), bytes.to_string());
        };
        tally("all", "", self.all);
        let kinds = [
            ("folder", &self.folders),
            ("year", &self.years),
            ("month", &self.months),
            ("size", &self.sizes),
            ("sender", &self.senders),
        ];
        for (kind, rows) in kinds {
            for row in rows {
                tally(kind, &row.key, row.tally);
            }
        }
        tally("other-senders", "", self.other_senders);
        tally("without-sender", "", self.without_sender);
        tally("undated", "", self.undated);
        tally("in-future", "", self.in_future);
        for row in &self.largest {
            let key = format!("{} {}", row.folder, row.id);
            tally("largest", &key, Tally::of(row.size));
        }
        let found = &self.duplicates;
        let more = |messages, bytes| Tally { messages, bytes };
        tally("duplicates", "", more(found.copies, found.bytes));
        for row in &found.largest {
            let copies = u64::from(row.copies.saturating_sub(1));
            tally("duplicate", &row.id, more(copies, row.freed));
        }
        tally(
            "recent",
            &format!("{} days", self.pace.days),
            self.pace.tally,
        );
        if let Some(quota) = &self.quota {
            for (kind, kib) in [
                ("quota-used", quota.used_kib),
                ("quota-limit", quota.limit_kib),
            ] {
                let bytes = u128::from(kib) * 1024;
                push(kind, &quota.root, String::new(), bytes.to_string());
            }
        }
        let days = self.days_until_full.map(|days| days.to_string());
        let until = days.unwrap_or_else(|| self.until_full.to_owned());
        push("days-until-full", &until, String::new(), String::new());
        for unread in &self.unread {
            push("unread", &unread.folder, String::new(), String::new());
        }
        records
    }
}
