//! Messages as rows: what a list tells of each.

use crate::document::{Column, Text};
use crate::model::message::Message;
use crate::model::pile::Pile;
use crate::model::setting::Labels;
use crate::model::words::storage;
use chrono::{DateTime, FixedOffset, Local};
use serde::{Serialize, Serializer};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// An ID is not cut shorter.
const SHORTEST: usize = 8;

/// One message.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The folder in which it lies.
    pub folder: String,
    /// The identity of the folder's numbering, where the server tells.
    pub uid_validity: Option<u32>,
    /// Its UID there.
    pub uid: u32,
    /// What commands take for it.
    pub id: String,
    /// Its Message-ID, where it has one.
    pub message_id: Option<String>,
    /// When it arrived, as RFC 3339 has it.
    pub arrived: Option<String>,
    /// When it was written, as it says itself.
    pub written: Option<String>,
    /// Who wrote it.
    pub from: String,
    /// To whom.
    pub to: String,
    /// Who got a copy.
    pub cc: String,
    /// What it is about.
    pub subject: String,
    /// What people call its labels.
    pub labels: Vec<String>,
    /// The keywords that they are.
    pub keywords: Vec<String>,
    /// The server's own flags that it carries.
    pub flags: Vec<String>,
    /// How long it is, in bytes.
    pub size: u64,
    #[serde(skip)]
    at: Option<DateTime<FixedOffset>>,
}

impl Row {
    /// A `message` in `folder`, by its UID.
    pub(super) fn new(
        folder: &str,
        uid_validity: Option<u32>,
        message: Message,
        names: &Labels,
    ) -> Self {
        let name = |keyword: &String| names.name(keyword).to_owned();
        Self {
            folder: folder.to_owned(),
            uid_validity,
            uid: message.uid,
            id: message.uid.to_string(),
            arrived: message.arrived.map(|at| at.to_rfc3339()),
            written: message.head.written.map(|at| at.to_rfc3339()),
            from: message.head.from,
            to: message.head.to,
            cc: message.head.cc,
            subject: message.head.subject,
            message_id: message.head.id,
            labels: message.keywords.iter().map(name).collect(),
            keywords: message.keywords,
            flags: message.flags,
            size: message.size,
            at: message.arrived,
        }
    }

    /// When it was written, in the time of this machine; where it does not say that, when it arrived.
    pub(super) fn written_or_arrived(&self) -> String {
        let written = self.written.as_ref();
        let written = written.and_then(|at| DateTime::parse_from_rfc3339(at).ok());
        local(written.or(self.at))
    }
}

impl Row {
    /// The columns of a table of messages.
    pub(super) fn columns() -> Vec<Column> {
        vec![
            "arrived".into(),
            "from".into(),
            "subject".into(),
            "labels".into(),
            Column::right("size"),
            "folder".into(),
            "id".into(),
        ]
    }

    /// What stands in them.
    pub(super) fn cells(self) -> Vec<Text> {
        vec![
            local(self.at).into(),
            self.from.into(),
            self.subject.into(),
            self.labels.join(", ").into(),
            storage(self.size.div_ceil(1024)).into(),
            self.folder.into(),
            self.id.into(),
        ]
    }

    /// The names of its fields for programs.
    pub(super) fn fields() -> Vec<&'static str> {
        vec![
            "mailbox",
            "folder",
            "uid",
            "id",
            "message_id",
            "arrived",
            "written",
            "from",
            "to",
            "cc",
            "subject",
            "labels",
            "flags",
            "size",
        ]
    }

    /// What stands in them, of a message in `mailbox`.
    pub(super) fn record(self, mailbox: &str) -> Vec<String> {
        vec![
            mailbox.to_owned(),
            self.folder,
            self.uid.to_string(),
            self.id,
            self.message_id.unwrap_or_default(),
            self.arrived.unwrap_or_default(),
            self.written.unwrap_or_default(),
            self.from,
            self.to,
            self.cc,
            self.subject,
            self.labels.join(" "),
            self.flags.join(" "),
            self.size.to_string(),
        ]
    }
}

/// Messages of several folders in little room: a row is made of each when it is asked for.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    folders: Vec<Lying>,
    order: Vec<Place>,
    names: Labels,
}

/// The messages of a folder.
#[derive(Clone, Debug)]
struct Lying {
    path: String,
    uid_validity: Option<u32>,
    messages: Pile,
}

/// Where a message stands, and how much of its Message-ID means no other one.
#[derive(Clone, Copy, Debug)]
struct Place {
    folder: u32,
    at: u32,
    short: Option<u32>,
}

impl Rows {
    /// None yet; labels are called by these names.
    pub(super) fn new(names: &Labels) -> Self {
        Self {
            names: names.clone(),
            ..Self::default()
        }
    }

    /// Adds the messages in the folder at `path`.
    pub(super) fn add(&mut self, path: String, uid_validity: Option<u32>, messages: Pile) {
        let folder = u32::try_from(self.folders.len()).unwrap_or(u32::MAX);
        let all = 0..u32::try_from(messages.len()).unwrap_or(u32::MAX);
        self.order.extend(all.map(|at| Place {
            folder,
            at,
            short: None,
        }));
        self.folders.push(Lying {
            path,
            uid_validity,
            messages,
        });
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// They, in their order.
    pub fn iter(&self) -> impl Iterator<Item = Row> {
        self.order.iter().filter_map(|place| self.row(place))
    }

    /// How many lie in each folder, by its path.
    pub(super) fn by_folder(&self) -> BTreeMap<&str, u64> {
        let mut folders = BTreeMap::new();
        for lying in self.order.iter().filter_map(|place| self.lying(place)) {
            *folders.entry(lying.path.as_str()).or_default() += 1;
        }
        folders
    }

    /// Puts them in the order of `key`; those that are alike stay as they are.
    pub(super) fn sort_by<K>(
        &mut self,
        key: impl Fn(&Message) -> K,
        order: impl Fn(&K, &K) -> Ordering,
    ) {
        let keyed = self.order.iter().map(|place| {
            let message = self.message(place);
            (message.as_ref().map(&key), *place)
        });
        let mut keyed: Vec<(Option<K>, Place)> = keyed.collect();
        keyed.sort_by(|(a, _), (b, _)| match (a, b) {
            (Some(a), Some(b)) => order(a, b),
            _ => a.is_some().cmp(&b.is_some()),
        });
        self.order = keyed.into_iter().map(|(_, place)| place).collect();
    }

    pub(super) fn reverse(&mut self) {
        self.order.reverse();
    }

    pub(super) fn truncate(&mut self, most: usize) {
        self.order.truncate(most);
    }

    /// Gives each message the shortest ID that means no other one of them.
    pub(super) fn name(&mut self) {
        let mut ids: Vec<&str> = self.order.iter().filter_map(|p| self.id(p)).collect();
        ids.sort_unstable();
        ids.dedup();
        let length = |place: &Place| {
            let length = short(self.id(place)?, &ids)?;
            u32::try_from(length).ok()
        };
        let lengths: Vec<Option<u32>> = self.order.iter().map(length).collect();
        for (place, short) in self.order.iter_mut().zip(lengths) {
            place.short = short;
        }
    }

    fn lying(&self, place: &Place) -> Option<&Lying> {
        self.folders.get(place.folder as usize)
    }

    fn message(&self, place: &Place) -> Option<Message> {
        self.lying(place)?.messages.get(place.at as usize)
    }

    fn id(&self, place: &Place) -> Option<&str> {
        self.lying(place)?.messages.id(place.at as usize)
    }

    fn row(&self, place: &Place) -> Option<Row> {
        let lying = self.lying(place)?;
        let message = self.message(place)?;
        let mut row = Row::new(&lying.path, lying.uid_validity, message, &self.names);
        if let Some(id) = &row.message_id {
            row.id = cut(id, place.short.map(|length| length as usize));
        }
        Some(row)
    }
}

impl Serialize for Rows {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

/// A moment in the time of this machine.
fn local(moment: Option<DateTime<FixedOffset>>) -> String {
    let local = moment.map(|at| at.with_timezone(&Local));
    local.map_or("?".to_owned(), |at| at.format("%Y-%m-%d %H:%M").to_string())
}

/// How long the shortest beginning of `id` is, without its bracket, that none of the others of `ids` has, which are
/// sorted; none where it is hardly shorter than the whole.
fn short(id: &str, ids: &[&str]) -> Option<usize> {
    let at = ids.partition_point(|other| *other < id);
    let shared = |other: Option<&&str>| {
        let both = other
            .into_iter()
            .flat_map(|other| other.bytes().zip(id.bytes()));
        both.take_while(|(a, b)| a == b).count()
    };
    let before = at.checked_sub(1).and_then(|n| ids.get(n));
    let least = shared(before).max(shared(ids.get(at + 1))) + 1;
    let inner = inner(id);
    // One more for the bracket.
    let length = least.max(SHORTEST + 1) - 1;
    let is_shorter = inner.is_char_boundary(length) && length + 3 < inner.len();
    is_shorter.then_some(length)
}

/// `id` without its brackets, or so much of it with three dots.
fn cut(id: &str, short: Option<usize>) -> String {
    let inner = inner(id);
    match short.and_then(|length| inner.get(..length)) {
        Some(beginning) => format!("{beginning}..."),
        None => inner.to_owned(),
    }
}

fn inner(id: &str) -> &str {
    id.trim_matches(['<', '>'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shortened(id: &str, ids: &[&str]) -> String {
        cut(id, short(id, ids))
    }

    #[test]
    fn an_id_is_cut_as_far_as_it_means_no_other() {
        let ids = [
            "<abc@x.test>",
            "<abcdefghij1@mail.example.test>",
            "<abcdefghij2@mail.example.test>",
        ];
        let cut: Vec<String> = ids.iter().map(|id| shortened(id, &ids)).collect();
        assert_eq!(cut, ["abc@x.test", "abcdefghij1...", "abcdefghij2..."]);
        assert_eq!(shortened("<0123456789abcdef@x>", &ids), "01234567...");
    }
}
