//! The TOML of a file: a table for each mailbox, and below it one for each folder that has its own.

use super::Page;
use super::json::quoted;
use super::page::{Item, Table, labels, mailbox};
use crate::error::printable;
use crate::manifest::key;
use crate::model::setting::Labels;

/// A longer line is broken, in characters.
const WIDTH: usize = 100;

const HEADER: &str = "# What shared mailboxes are like, as sharemail export found them.\n";

/// The file that says all of `pages`.
pub(super) fn write(pages: &[Page]) -> String {
    let mut out = HEADER.to_owned();
    for page in pages {
        out.push('\n');
        match page.mailbox {
            Some(described) => {
                let name = format!("{}.{}", key::MAILBOX, quoted(page.name));
                table(&mut out, &name, page.remarks, &mailbox(described), true);
            }
            None => page
                .remarks
                .iter()
                .for_each(|remark| comment(&mut out, &format!("{}: {remark}", page.name))),
        }
    }
    out
}

/// The text of settings that says `all`; nothing where there are none.
pub fn write_labels(all: &Labels) -> String {
    match all.is_empty() {
        true => String::new(),
        false => tables(key::LABELS, &labels(all)),
    }
}

/// The table called `name`, of texts and tables that stand in one line.
fn tables(name: &str, table: &Table) -> String {
    let mut out = String::new();
    for_each_below(&mut out, name, table);
    out.trim_start().to_owned()
}

/// `{ a = "b" }`, whatever it takes.
fn braced(table: &Table) -> String {
    let pair = |(name, item): &(String, Item)| format!("{} = {}", bare(name), value(item));
    let pairs: Vec<String> = table.0.iter().map(pair).collect();
    format!("{{ {} }}", pairs.join(", "))
}

/// The key `name`, in quotes where it needs them.
fn bare(name: &str) -> String {
    let is_bare = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    match !name.is_empty() && name.bytes().all(is_bare) {
        true => name.to_owned(),
        false => quoted(name),
    }
}

/// `item` in one line.
fn value(item: &Item) -> String {
    match item {
        Item::Text(text) => quoted(text),
        Item::Truth(truth) => truth.to_string(),
        Item::Day(day) => day.clone(),
        Item::List(items) => {
            let items: Vec<String> = items.iter().map(value).collect();
            format!("[{}]", items.join(", "))
        }
        Item::Table(table) | Item::Inline(table) => braced(table),
        Item::Tables(tables) => {
            let tables: Vec<String> = tables.iter().map(braced).collect();
            format!("[{}]", tables.join(", "))
        }
    }
}

fn comment(out: &mut String, text: &str) {
    out.push_str(&format!("# {}\n", printable(text)));
}

/// Writes the table called `name`, and those in it. One without values of its own is there already
/// by those below it, unless it is to be `shown`.
fn table(out: &mut String, name: &str, remarks: &[String], table: &Table, shown: bool) {
    let mut lines = String::new();
    let mut below: Vec<(String, &Table)> = Vec::new();
    let mut several = String::new();
    for (key, item) in &table.0 {
        match item {
            Item::Text(_) | Item::Truth(_) | Item::Day(_) | Item::Inline(_) => {
                lines.push_str(&format!("{key} = {}\n", value(item)));
            }
            Item::List(items) => lines.push_str(&list(key, items)),
            // An empty one says that there are none.
            Item::Tables(tables) if tables.is_empty() => lines.push_str(&list(key, &[])),
            Item::Tables(tables) => {
                let each = tables
                    .iter()
                    .map(|one| in_list(&format!("{name}.{key}"), one));
                several.extend(each);
            }
            Item::Table(inner) => match inline(key, inner) {
                Some(line) => lines.push_str(&line),
                None => below.push((format!("{name}.{key}"), inner)),
            },
        }
    }
    if shown || !lines.is_empty() {
        out.push_str(&format!("[{name}]\n"));
        remarks.iter().for_each(|remark| comment(out, remark));
        out.push_str(&lines);
    }
    for (name, inner) in below {
        for_each_below(out, &name, inner);
    }
    out.push_str(&several);
}

/// One of several tables called `name`.
fn in_list(name: &str, table: &Table) -> String {
    let line = |(key, item): &(String, Item)| format!("{key} = {}\n", value(item));
    let lines: String = table.0.iter().map(line).collect();
    format!("\n[[{name}]]\n{lines}")
}

/// Writes a table of folders, or one of people and their rights, that is too long for a line.
fn for_each_below(out: &mut String, name: &str, inner: &Table) {
    let texts = inner.0.iter().filter_map(|(key, item)| match item {
        Item::Text(_) | Item::Inline(_) => Some(format!("{} = {}\n", quoted(key), value(item))),
        _ => None,
    });
    let texts: String = texts.collect();
    if !texts.is_empty() {
        out.push_str(&format!("\n[{name}]\n{texts}"));
    }
    for (key, item) in &inner.0 {
        if let Item::Table(folder) = item {
            let mut text = String::new();
            table(
                &mut text,
                &format!("{name}.{}", quoted(key)),
                &[],
                folder,
                false,
            );
            if !text.starts_with('\n') {
                out.push('\n');
            }
            out.push_str(&text);
        }
    }
}

/// `key = ["a", "b"]`, or one text a line.
fn list(key: &str, items: &[Item]) -> String {
    let texts: Vec<String> = items.iter().map(value).collect();
    let line = format!("{key} = [{}]\n", texts.join(", "));
    if line.chars().count() <= WIDTH {
        return line;
    }
    let lines: String = texts.iter().map(|text| format!("    {text},\n")).collect();
    format!("{key} = [\n{lines}]\n")
}

/// `key = { "a" = "b" }`, where all of it are texts that fit into a line.
fn inline(key: &str, table: &Table) -> Option<String> {
    let pair = |(name, item): &(String, Item)| match item {
        Item::Text(_) | Item::Inline(_) => Some(format!("{} = {}", quoted(name), value(item))),
        _ => None,
    };
    let pairs: Vec<String> = table.0.iter().map(pair).collect::<Option<_>>()?;
    let line = format!("{key} = {{ {} }}\n", pairs.join(", "));
    (line.chars().count() <= WIDTH).then_some(line)
}
