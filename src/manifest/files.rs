//! The files: which they are, bounded.

use super::fault::Faults;
use super::source::{Source, has_extension};
use crate::input;
use crate::model::address::MailboxName;
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

/// A larger file is not read, in bytes.
const MAX: u64 = 32 * 1024 * 1024;
/// More files than this are not read.
const MOST: usize = 10_000;

/// Reads the files at `paths`, and those of the folders among them; each once.
pub(super) fn all(paths: &[PathBuf], faults: &mut Faults) -> Vec<Source> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() && !input::is_stdin(path) {
            match in_folder(path) {
                Ok(found) if found.is_empty() => {
                    faults.about_file(path, "holds no *.toml and no *.json".to_owned());
                }
                Ok(found) => files.extend(found),
                Err(error) => faults.about_file(path, format!("cannot be read: {error}")),
            }
        } else {
            files.push(path.clone());
        }
    }
    let mut seen = BTreeSet::new();
    let real = |path: &PathBuf| match input::is_stdin(path) {
        true => path.clone(),
        false => path.canonicalize().unwrap_or_else(|_| path.clone()),
    };
    files.retain(|path| seen.insert(real(path)));
    if let Some(path) = files.get(MOST) {
        faults.about_file(path, format!("is one file too many: {MOST} are the most"));
        files.truncate(MOST);
    }
    let read = |(n, path): (usize, PathBuf)| match text(&path) {
        Ok(text) => Some(Source::new(n + 1, path, text)),
        Err(what) => {
            faults.about_file_with(&path, what, meant(&path));
            None
        }
    };
    files.into_iter().enumerate().filter_map(read).collect()
}

/// What else may have been meant by a file that cannot be read: -f takes all words that follow.
fn meant(path: &Path) -> Option<String> {
    let text = path.to_str().filter(|_| !path.exists())?;
    let is_mailbox = text.contains('@') && MailboxName::parse(text, Some("example.com")).is_ok();
    is_mailbox.then(|| {
        "a mailbox is not named beside -f: the run is about those that the files name".to_owned()
    })
}

fn in_folder(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let hidden = path
            .file_name()
            .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if !hidden
            && (has_extension(&path, "toml") || has_extension(&path, "json"))
            && path.is_file()
        {
            found.push(path);
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// The text of the file at `path`.
fn text(path: &Path) -> Result<String, String> {
    let read = input::bytes(path, MAX);
    let bytes = read.map_err(|error| format!("cannot be read: {error}"))?;
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err("is UTF-16 (\"Unicode\"): save it as UTF-8".to_owned());
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        format!("is not UTF-8 text in line {line}: save it as UTF-8")
    })?;
    // What Windows puts before a text is none of it.
    Ok(match text.strip_prefix('\u{feff}') {
        Some(text) => text.to_owned(),
        None => text,
    })
}
