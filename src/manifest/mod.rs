//! The file that says what shared mailboxes shall be like: TOML or JSON in, [`Desired`] out.
//!
//! ```toml
//! [mailbox."support@example.com"]
//! quota = "5 GiB"
//! folders = ["Archive", "Archive/2025"]
//! full-access = ["alice", "group:helpdesk"]
//! write = ["bob", "night-shift"]
//! send-as = ["alice"]
//!
//! [mailbox."support@example.com".folder."Archive"]
//! read-only = ["bob"]
//! none = ["night-shift"]
//! rights = { dave = "lrsw" }
//!
//! [team]
//! night-shift = ["erin", "frank"]
//! ```
//!
//! Nothing in it is understood halfway: everything that is wrong is told at once, each with file,
//! line and column, and then nothing is read.

pub mod braces;
mod fault;
mod files;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod json;
pub mod judged;
pub mod key;
pub mod labels;
mod mailbox;
mod node;
mod people;
pub mod retention;
pub mod rules;
mod saved;
pub mod settings;
mod source;
mod team;
#[cfg(test)]
mod tests;
mod toml;
mod write;

pub use write::{
    Form, Page, policy_in_toml, then_in_toml, when_in_toml, write, write_held, write_holds,
    write_judged, write_labels, write_policies, write_rule, write_rules, write_seen,
};

pub use saved::{SavedMailbox, SavedPlan};

use crate::error::{Error, Result};
use crate::model::command::command;
use crate::model::desired::Desired;
use crate::model::level::Levels;
use fault::Faults;
use mailbox::Reader;
use node::{Name, Node};
use source::Source;
use std::collections::BTreeMap;
use std::path::PathBuf;
use team::Teams;

/// What the profile says of how files are read.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// The domain that names get which have none.
    pub domain: Option<&'a str>,
    /// The levels that are keys there.
    pub levels: &'a Levels,
}

/// Reads `paths` as one: files, and folders for their `*.toml` and `*.json` by name.
///
/// # Errors
/// Everything that is wrong, in the order of the files; never empty.
pub fn read(paths: &[PathBuf], reading: Reading) -> Result<Desired, Vec<Error>> {
    let mut faults = Faults::default();
    let files: Vec<(Source, Node)> = files::all(paths, &mut faults)
        .into_iter()
        .filter_map(|source| Some((parse(&source, &mut faults)?, source)))
        .map(|(node, source)| (source, node))
        .collect();
    let desired = merge(&files, reading, &mut faults);
    faults.into_result().map(|()| desired)
}

/// What `source` says; nothing where it cannot be told at all.
fn parse(source: &Source, faults: &mut Faults) -> Option<Node> {
    if source.is_json() {
        json::parse(source, faults)
    } else {
        toml::parse(source, faults)
    }
}

fn merge(files: &[(Source, Node)], reading: Reading, faults: &mut Faults) -> Desired {
    let mut teams = Teams::default();
    for (source, root) in files {
        for (name, node) in node::table(source, root, "the file", faults) {
            match name.text.as_str() {
                key::TEAM => teams.gather(source, node, reading.domain, faults),
                key::MAILBOX => {}
                SavedPlan::KEY => {
                    let hint = format!("to carry it out: {}", command(["apply", &source.name()]));
                    let what =
                        "this is a saved plan, and says nothing of what mailboxes shall be like";
                    faults.add(source, name.at, what.to_owned(), Some(hint));
                    break;
                }
                _ => unknown(source, name, "at the top of the file", &key::TOP, faults),
            }
        }
    }
    let teams = teams.resolve(faults);
    let mut desired = Desired::default();
    let mut places = BTreeMap::new();
    for (source, root) in files {
        let mut reader = Reader::new(source, &teams, reading, faults);
        for (name, node) in root.entries() {
            if name.text == key::MAILBOX {
                reader.mailboxes(node, &mut desired, &mut places);
            }
        }
    }
    desired
}

/// Tells that nothing called `name` is known in a table, and what may have been meant.
fn unknown(source: &Source, name: &Name, place: &str, known: &[&str], faults: &mut Faults) {
    let what = format!("unknown key {:?} {place}", fault::cut(&name.text));
    let near = fault::nearest(&name.text, known);
    let hint = near.unwrap_or_else(|| format!("what may stand here: {}", known.join(", ")));
    faults.add(source, name.at, what, Some(hint));
}
