//! A plan in a file: made once, read by people, carried out later exactly as it stands. What is read
//! is bounded, and believed only as far as its shape; what it may do is checked against the mailbox.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::input;
use crate::memory;
use crate::model::change::Change;
use crate::model::command::command;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::{self, Read, Write};
use std::path::Path;

/// A larger file is not read, in bytes.
const MAX: u64 = 256 * 1024 * 1024;
/// What a part of a plan takes once it is read, in bytes (measured: 50).
const PART: u64 = 60;
/// In so many bytes a plan says that it is one.
const BEGINNING: u64 = 64;
/// The shape that is written and read.
const VERSION: u32 = 2;

/// A plan for many mailboxes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedPlan {
    #[serde(rename = "sharemail-plan")]
    version: u32,
    /// The server that it was made for.
    pub host: String,
    /// The port there: another one may be another server.
    pub port: u16,
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
    /// What stands first in every plan, before its version.
    pub const KEY: &str = "sharemail-plan";

    /// The plan for `mailboxes` on the server at `host` and `port`.
    pub fn new(host: &str, port: u16, mailboxes: Vec<SavedMailbox>) -> Self {
        Self {
            version: VERSION,
            host: host.to_owned(),
            port,
            checksum: checksum(host, port, &mailboxes),
            mailboxes,
        }
    }

    /// The plan in the file at `path`.
    ///
    /// # Errors
    /// [`Exit::BadInput`] where it is none, or not the one that was written.
    pub fn read(path: &Path) -> Result<Self> {
        let bytes = input::bytes(path, MAX).map_err(|error| {
            let what = format!("cannot be read: {error}");
            Error::new(Exit::BadInput, what).about(input::name(path))
        })?;
        Self::parse(&bytes, path)
    }

    /// The plan that `bytes` are, which stand in the file at `path`.
    ///
    /// # Errors
    /// As [`SavedPlan::read`].
    pub(super) fn parse(bytes: &[u8], path: &Path) -> Result<Self> {
        let wrong = |what: &str| Error::new(Exit::BadInput, what).about(input::name(path));
        let fits = memory::fits(bytes, PART);
        fits.map_err(|excess| excess.of_file().about(input::name(path)))?;
        match serde_json::from_slice(bytes) {
            Ok(Known { version: VERSION }) => {}
            Ok(Known { version }) => {
                let what =
                    format!("is a plan of version {version}, and this sharemail reads {VERSION}");
                return Err(wrong(&what).hint("make the plan anew"));
            }
            Err(_) => return Err(no_plan(path)),
        }
        let read: Result<Self, _> = serde_json::from_slice(bytes);
        let plan = read.map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let what = format!("is no saved plan that can be read: line {line}, column {column}");
            wrong(&what).hint("make the plan anew, and leave the file as it is")
        })?;
        if plan.checksum != checksum(&plan.host, plan.port, &plan.mailboxes) {
            let what = "is not the plan that was saved: its checksum does not fit";
            return Err(wrong(what).hint("make the plan anew, and leave the file as it is"));
        }
        Ok(plan)
    }

    /// Makes sure that a plan may be written at `path`: whatever else is there stays.
    ///
    /// # Errors
    /// [`Exit::Usage`] where there is another file.
    pub fn may_replace(path: &Path) -> Result<()> {
        // Nothing is waited for: it may be a pipe.
        let Ok(file) = crate::private::regular(path) else {
            return Ok(());
        };
        let mut start = Vec::new();
        let read = file.take(BEGINNING).read_to_end(&mut start);
        let is_plan = String::from_utf8_lossy(&start).contains(Self::KEY);
        if read.is_ok() && (start.is_empty() || is_plan) {
            return Ok(());
        }
        let error = Error::new(Exit::Usage, "is there already, and is no saved plan");
        let error = error.about(path.display().to_string());
        Err(error.hint("--out names the file that the plan is written into: choose another"))
    }

    /// Writes the plan as it is read.
    ///
    /// # Errors
    /// What `out` returns.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut out = io::BufWriter::new(out);
        serde_json::to_writer_pretty(&mut out, self)?;
        out.write_all(b"\n")?;
        out.flush()
    }
}

/// What every plan says first, whatever else its version adds.
#[derive(Deserialize)]
struct Known {
    #[serde(rename = "sharemail-plan")]
    version: u32,
}

fn no_plan(path: &Path) -> Error {
    let name = input::name(path);
    let error = Error::new(Exit::BadInput, format!("{name} is no saved plan"));
    error.hint(format!(
        "to apply a file that says what mailboxes shall be like: {}",
        command(["apply", "-f", &name])
    ))
}

/// The SHA-256 of a plan, in hexadecimal.
fn checksum(host: &str, port: u16, mailboxes: &[SavedMailbox]) -> String {
    // Serialising what was made from plain data cannot fail.
    let bytes = serde_json::to_vec(&(VERSION, host, port, mailboxes)).unwrap_or_default();
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::change::Entry;
    use crate::model::rights::Rights;

    fn plan() -> SavedPlan {
        let change = Change::Entry(Entry {
            folder: "Entwürfe".to_owned(),
            identifier: "alice".to_owned(),
            before: None,
            after: Some(Rights::parse("lrs").unwrap()),
        });
        let mailbox = SavedMailbox {
            mailbox: "support@example.com".to_owned(),
            new: false,
            fingerprint: "0".repeat(64),
            changes: vec![change],
        };
        SavedPlan::new("imap.example.com", 993, vec![mailbox])
    }

    #[test]
    fn what_is_written_is_read_and_only_by_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.json");
        let mut file = crate::private::NewFile::at(&path).unwrap();
        plan().write(&mut file).unwrap();
        file.replace().unwrap();
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
        plan()
            .write(&mut std::fs::File::create(&path).unwrap())
            .unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        for (from, to, expected) in [
            ("lrs", "lrsa", "checksum"),
            (
                "\"sharemail-plan\": 2",
                "\"sharemail-plan\": 1",
                "version 1",
            ),
            ("\"port\": 993", "\"port\": 143", "checksum"),
            (
                "\"sharemail-plan\"",
                "\"plan\"",
                "plan.json is no saved plan",
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
