//! Files that say what mailboxes shall be like, and saved plans, for the fuzzer: see
//! [`crate::fuzz`].

use super::saved::SavedPlan;
use super::{Faults, Form, Page, Reading, Source, merge, node, write};
use crate::decide;
use crate::error::Error;
use crate::fuzz::{are_told, choice, is_same, is_told, text};
use crate::model::address::MailboxName;
use crate::model::desired::{Desired, DesiredMailbox};
use crate::model::level::{Level, Levels};
use crate::model::level_name::LevelName;
use crate::model::rights::Rights;
use std::path::Path;

const DOMAIN: Option<&str> = Some("example.com");

/// A file, or two of them parted by a NUL: the first byte says what the first is called. `report`
/// reads the former file of `--since` by the same way.
pub fn files(bytes: &[u8]) {
    let (form, rest) = choice(bytes, 2);
    let Some(text) = text(rest) else { return };
    let (first, second) = text.split_once('\0').unwrap_or((text, ""));
    let mut all = vec![(["a.toml", "a.json"][form], first)];
    if !second.is_empty() {
        all.push(("b", second));
    }
    match parse(&all) {
        Ok(desired) => written(&desired),
        Err(faults) => are_told(&faults, text.len()),
    }
}

fn parse(files: &[(&str, &str)]) -> Result<Desired, Vec<Error>> {
    let Ok(own) = LevelName::parse("editor") else {
        return Err(Vec::new());
    };
    let mut faults = Faults::default();
    let sources = files.iter().enumerate();
    let sources: Vec<Source> = sources
        .map(|(n, (path, text))| Source::new(n + 1, *path, *text))
        .collect();
    let parsed = sources.into_iter().filter_map(|source| {
        let node = super::parse(&source, &mut faults)?;
        Some((source, node))
    });
    let parsed: Vec<(Source, node::Node)> = parsed.collect();
    let levels = Levels::default().with(Level::Own(own), Rights::ALL);
    let reading = Reading {
        domain: DOMAIN,
        levels: &levels,
    };
    let desired = merge(&parsed, reading, &mut faults);
    faults.into_result().map(|()| desired)
}

/// Each form says the same as what was read, but for the order of those whom it names.
fn written(desired: &Desired) {
    let mailboxes: Vec<(String, &DesiredMailbox)> = desired
        .mailboxes
        .iter()
        .map(|(name, mailbox)| (name.to_string(), mailbox))
        .collect();
    let pages: Vec<Page> = mailboxes
        .iter()
        .map(|(name, mailbox)| Page {
            name,
            mailbox: Some(mailbox),
            remarks: &[],
        })
        .collect();
    if pages.is_empty() {
        return;
    }
    let meant = sorted(desired.clone());
    for (form, file) in [(Form::Toml, "a.toml"), (Form::Json, "a.json")] {
        let text = write(&pages, form);
        match parse(&[(file, &text)]) {
            Ok(read) => is_same(&sorted(read), &meant),
            Err(faults) => panic!("what is written cannot be read: {faults:?}\n{text}"),
        }
    }
}

fn sorted(mut desired: Desired) -> Desired {
    for (name, mailbox) in &mut desired.mailboxes {
        assert!(MailboxName::parse(&name.to_string(), None).is_ok());
        // A folder's table that names nobody says nothing, and is not written.
        mailbox.here.retain(|_, shares| !shares.is_empty());
        let everywhere = std::iter::once(&mut mailbox.access);
        for shares in everywhere.chain(mailbox.here.values_mut()) {
            shares.sort_by_cached_key(|share| share.who.to_string());
        }
        for holders in mailbox.identities.values_mut() {
            holders.sort_by_cached_key(ToString::to_string);
        }
    }
    desired
}

/// A saved plan, believed and not: its checksum is mended, so that what it guards is read too.
pub fn saved_plan(bytes: &[u8]) {
    let path = Path::new("plan.json");
    if let Err(error) = SavedPlan::parse(bytes, path) {
        is_told(&error, bytes.len());
    }
    let Ok(touched) = serde_json::from_slice::<SavedPlan>(bytes) else {
        return;
    };
    let plan = SavedPlan::new(&touched.host, touched.port, touched.mailboxes);
    let mut written = Vec::new();
    assert!(plan.write(&mut written).is_ok());
    match SavedPlan::parse(&written, path) {
        Ok(read) => is_same(&read, &plan),
        Err(error) => panic!("what is written cannot be read: {error}"),
    }
    for mailbox in &plan.mailboxes {
        decide::fuzz::as_saved(&mailbox.changes);
    }
}
