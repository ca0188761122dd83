//! A plan in a file: made once, read by people, carried out later exactly as it stands. What is read
//! is bounded, and believed only as far as its shape; what it may do is checked against the mailbox.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::plan::Change;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::{self, Read, Write};
use std::path::Path;
use tempfile::NamedTempFile;

/// A larger file is not read, in bytes.
const MAX: u64 = 256 * 1024 * 1024;
/// The shape that is written and read.
const VERSION: u32 = 1;

/// A plan for many mailboxes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedPlan {
    #[serde(rename = "sharemail-plan")]
    version: u32,
    /// The server that it was made for.
    pub host: String,
    /// The SHA-256 of all the rest, in hexadecimal.
    pub checksum: String,
    /// What is to be changed, mailbox by mailbox.
    pub mailboxes: Vec<SavedMailbox>,
}

/// What is to be changed in one mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedMailbox {
    /// What people call it.
    pub mailbox: String,
    /// Whether it is to be made.
    pub new: bool,
    /// What it was like when the plan was made.
    pub fingerprint: String,
    /// The changes in order.
    pub changes: Vec<Change<String>>,
}

impl SavedPlan {
    /// The plan for `mailboxes` on the server `host`.
    pub fn new(host: &str, mailboxes: Vec<SavedMailbox>) -> Self {
        Self {
            version: VERSION,
            host: host.to_owned(),
            checksum: checksum(host, &mailboxes),
            mailboxes,
        }
    }

    /// The plan in the file at `path`.
    ///
    /// # Errors
    /// [`Exit::BadInput`] where it is none, or not the one that was written.
    pub fn read(path: &Path) -> Result<Self> {
        let wrong =
            |what: String| Error::new(Exit::BadInput, what).about(path.display().to_string());
        let text = text(path).map_err(wrong)?;
        let read: Result<Self, _> = serde_json::from_slice(&text);
        let plan = read.map_err(|error| {
            let hint = "a plan is written by sharemail plan -f FILE --out PLAN; for a file that says what \
                        mailboxes shall be like, write -f FILE";
            wrong(format!("is no saved plan: {error}")).hint(hint)
        })?;
        if plan.version != VERSION {
            let what = format!(
                "is a plan of version {}, and this sharemail reads {VERSION}",
                plan.version
            );
            return Err(wrong(what).hint("make the plan anew"));
        }
        if plan.checksum != checksum(&plan.host, &plan.mailboxes) {
            let what = "is not the plan that was saved: its checksum does not fit".to_owned();
            return Err(wrong(what).hint("make the plan anew, and leave the file as it is"));
        }
        Ok(plan)
    }

    /// Writes the plan into the file at `path` (0600), as a whole or not at all.
    ///
    /// # Errors
    /// When it cannot be written; what was there stays.
    pub fn write(&self, path: &Path) -> Result<()> {
        self.replace(path).map_err(|error| {
            let what = format!("the plan cannot be saved: {error}");
            Error::new(Exit::Failure, what).about(path.display().to_string())
        })
    }

    fn replace(&self, path: &Path) -> io::Result<()> {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let mut file = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
        let mut out = io::BufWriter::new(&mut file);
        serde_json::to_writer_pretty(&mut out, self)?;
        out.write_all(b"\n")?;
        out.flush()?;
        drop(out);
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    }
}

/// The SHA-256 of a plan, in hexadecimal.
fn checksum(host: &str, mailboxes: &[SavedMailbox]) -> String {
    // Serialising what was made from plain data cannot fail.
    let bytes = serde_json::to_vec(&(VERSION, host, mailboxes)).unwrap_or_default();
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn text(path: &Path) -> Result<Vec<u8>, String> {
    let unread = |error: io::Error| format!("cannot be read: {error}");
    let file = std::fs::File::open(path).map_err(unread)?;
    let mut bytes = Vec::new();
    file.take(MAX + 1).read_to_end(&mut bytes).map_err(unread)?;
    if bytes.len() as u64 > MAX {
        return Err(format!("is larger than {} MiB", MAX >> 20));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::rights::Rights;

    fn plan() -> SavedPlan {
        let change = Change::Entry {
            folder: "Entwürfe".to_owned(),
            identifier: "alice".to_owned(),
            before: None,
            after: Some(Rights::parse("lrs").unwrap()),
        };
        let mailbox = SavedMailbox {
            mailbox: "support@example.com".to_owned(),
            new: false,
            fingerprint: "0".repeat(64),
            changes: vec![change],
        };
        SavedPlan::new("imap.example.com", vec![mailbox])
    }

    #[test]
    fn what_is_written_is_read_and_only_by_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.json");
        plan().write(&path).unwrap();
        assert_eq!(SavedPlan::read(&path).unwrap(), plan());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_plan_that_was_touched_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.json");
        plan().write(&path).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        for (from, to, expected) in [
            ("lrs", "lrsa", "checksum"),
            (
                "\"sharemail-plan\": 1",
                "\"sharemail-plan\": 2",
                "version 2",
            ),
            ("\"new\"", "\"old\"", "is no saved plan"),
            ("\"entry\"", "\"empty\"", "is no saved plan"),
        ] {
            std::fs::write(&path, text.replace(from, to)).unwrap();
            let error = SavedPlan::read(&path).unwrap_err();
            assert_eq!(error.exit(), Exit::BadInput);
            assert!(error.what().contains(expected), "{error}");
        }
    }
}
