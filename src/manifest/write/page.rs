//! The keys of a mailbox in the order in which they are written.

use crate::manifest::fault::Faults;
use crate::manifest::key::{self, COLOUR, KEY, NAME};
use crate::manifest::node::{Node, Value};
use crate::manifest::source::Source;
use crate::manifest::toml;
use crate::model::desired::{DesiredMailbox, Share};
use crate::model::identity::Identity;
use crate::model::level::Level;
use crate::model::setting::{Defined, FOLDER, Labels};
use crate::model::size;
use crate::model::typed;
use crate::model::wish::Access;
use serde::{Serialize, Serializer};
use std::collections::BTreeSet;

/// What stands behind a key.
pub(super) enum Item {
    Text(String),
    Truth(bool),
    /// A day, as 2028-01-01.
    Day(String),
    List(Vec<Item>),
    Table(Table),
    /// Tables of one name.
    Tables(Vec<Table>),
    /// A table that stands in one line.
    Inline(Table),
}

/// Keys and what stands behind them, in their order.
pub(super) struct Table(pub(super) Vec<(String, Item)>);

/// The table of a mailbox: its values first, then the tables of its folders.
pub(super) fn mailbox(mailbox: &DesiredMailbox) -> Table {
    let mut table = Table(Vec::new());
    if let Some(kib) = mailbox.quota {
        table.add(key::QUOTA, Item::Text(size::write(kib)));
    }
    table.list(key::FOLDERS, mailbox.folders.clone());
    table.shares(&mailbox.access);
    for identity in Identity::ALL {
        let people = mailbox.identities.get(&identity).into_iter().flatten();
        table.list(identity.name(), people.map(ToString::to_string).collect());
    }
    for text in mailbox.settings.values() {
        table.0.extend(settings(text));
    }
    if !mailbox.here.is_empty() {
        let folder = |(path, shares): (&String, &Vec<Share>)| {
            let mut table = Table(Vec::new());
            table.shares(shares);
            (path.clone(), Item::Table(table))
        };
        let folders = mailbox.here.iter().map(folder).collect();
        table.add(key::FOLDER, Item::Table(Table(folders)));
    }
    table
}

/// What stands in `text`, which a mailbox keeps as it stands in a file: a table, or several of one name.
fn settings(text: &str) -> Vec<(String, Item)> {
    let source = Source::new(1, FOLDER, text);
    let Some(root) = toml::parse(&source, &mut Faults::default()) else {
        return Vec::new();
    };
    let one = |node: &Node| match &node.value {
        Value::Table(_) => Item::Table(table(node)),
        Value::List(items) => Item::Tables(items.iter().map(table).collect()),
        _ => item(node),
    };
    let entries = root.entries().iter();
    entries
        .map(|(name, node)| (name.text.clone(), one(node)))
        .collect()
}

fn table(node: &Node) -> Table {
    let entries = node.entries().iter();
    Table(
        entries
            .map(|(name, node)| (name.text.clone(), item(node)))
            .collect(),
    )
}

fn item(node: &Node) -> Item {
    match &node.value {
        Value::Text(text) => Item::Text(text.clone()),
        Value::Truth(truth) => Item::Truth(*truth),
        Value::Day(day) => Item::Day(day.clone()),
        Value::List(items) => Item::List(items.iter().map(item).collect()),
        Value::Table(_) => Item::Inline(table(node)),
        // No settings say anything else.
        Value::Other(_) => Item::Text(String::new()),
    }
}

/// The table of `labels`: a name alone where nothing else needs to be said.
pub(super) fn labels(labels: &Labels) -> Table {
    let text = |text: &str| Item::Text(text.to_owned());
    let one = |label: &Defined| {
        let name = text(&label.name);
        let is_plain = label.is_by_its_word() && label.colour.is_none();
        let item = match is_plain {
            true => name,
            false => {
                let mut fields = Vec::new();
                if !label.is_by_its_word() {
                    fields.push((KEY.to_owned(), text(label.key.as_str())));
                }
                fields.push((NAME.to_owned(), name));
                let colour = label.colour.as_deref().map(text);
                fields.extend(colour.map(|colour| (COLOUR.to_owned(), colour)));
                Item::Inline(Table(fields))
            }
        };
        (label.word.clone(), item)
    };
    Table(labels.iter().map(one).collect())
}

impl Table {
    fn add(&mut self, name: &str, item: Item) {
        self.0.push((name.to_owned(), item));
    }

    fn list(&mut self, name: &str, texts: Vec<String>) {
        if !texts.is_empty() {
            self.add(
                name,
                Item::List(texts.into_iter().map(Item::Text).collect()),
            );
        }
    }

    /// Who has what: the highest level first, and last those with rights of their own.
    fn shares(&mut self, shares: &[Share]) {
        let who = |wanted: Access| {
            let those = shares.iter().filter(move |share| share.access == wanted);
            those.map(|share| share.who.to_string()).collect()
        };
        let given = shares.iter().filter_map(|share| match share.access {
            Access::Level(level) => Some(level.place()),
            _ => None,
        });
        let given: BTreeSet<(u8, Level)> = given.collect();
        for (_, level) in given {
            self.list(level.name(), who(Access::Level(level)));
        }
        self.list(key::NONE, who(Access::None));
        // They may become a table of their own, which stands behind.
        let exactly = |share: &Share| match share.access {
            Access::Rights(rights) => {
                Some((share.who.to_string(), Item::Text(typed::written(rights))))
            }
            _ => None,
        };
        let rights: Vec<(String, Item)> = shares.iter().filter_map(exactly).collect();
        if !rights.is_empty() {
            self.add(key::RIGHTS, Item::Table(Table(rights)));
        }
    }
}

impl Serialize for Item {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Item::Text(text) | Item::Day(text) => text.serialize(serializer),
            Item::Truth(truth) => truth.serialize(serializer),
            Item::List(items) => items.serialize(serializer),
            Item::Tables(tables) => tables.serialize(serializer),
            Item::Table(table) | Item::Inline(table) => table.serialize(serializer),
        }
    }
}

impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, item)| (name, item)))
    }
}
