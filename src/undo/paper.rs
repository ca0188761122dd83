//! The lines of an undo file, and what is believed of them.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::change::{Change, Rename};
use crate::model::moment::utc;
use crate::model::plan::Plan;
use crate::profile::Profile;
use serde::{Deserialize, Serialize};
use std::time::SystemTime;

/// The version of the format that this program writes and reads.
const VERSION: u32 = 1;
/// No name in it is longer, in bytes.
const LONGEST_NAME: usize = 64 * 1024;

/// The first line: what made the file, and on which provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    sharemail: Mark,
    version: u32,
    /// The profile that was used.
    pub profile: String,
    /// The IMAP server of that profile.
    pub host: String,
    /// Its port, where another one may be another server; older files do not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// The verb: `revoke`.
    pub command: String,
    /// When the run began (RFC 3339).
    pub made: String,
}

/// What tells such a file from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Mark {
    Undo,
}

/// What can be said of a header whatever its version.
#[derive(Deserialize)]
struct Kind {
    #[serde(rename = "sharemail")]
    _mark: Mark,
    version: u32,
}

/// Changes of one mailbox, in the order in which they were made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// What people call the mailbox.
    pub mailbox: String,
    /// The changes; folders by their paths.
    pub changes: Vec<Change<String>>,
}

impl Header {
    /// The header of a file that `command` makes now, on the provider of `profile`.
    pub fn new(profile: &Profile, command: &str) -> Self {
        Self {
            sharemail: Mark::Undo,
            version: VERSION,
            profile: profile.name.clone(),
            host: profile.imap.host.clone(),
            port: Some(profile.imap.port),
            command: command.to_owned(),
            made: utc(SystemTime::now()),
        }
    }

    /// Reads the first line.
    ///
    /// # Errors
    /// [`Exit::BadInput`] where it is no undo file, or a later program's.
    pub(super) fn parse(line: &[u8]) -> Result<Self> {
        let kind: Kind = serde_json::from_slice(line)
            .map_err(|_| Error::new(Exit::BadInput, "this is no undo file of sharemail"))?;
        if kind.version != VERSION {
            let what = format!(
                "the file has version {}, and this program reads version {VERSION}",
                kind.version
            );
            return Err(Error::new(Exit::BadInput, what).hint("use the sharemail that wrote it"));
        }
        serde_json::from_slice(line).map_err(|error| malformed(1, &error))
    }

    /// Refuses a file that was made on another provider than that of `profile`.
    ///
    /// # Errors
    /// [`Exit::Config`], naming both.
    pub fn must_be_of(&self, profile: &Profile) -> Result<()> {
        let Self {
            profile: name,
            host,
            port,
            ..
        } = self;
        let imap = &profile.imap;
        let same_port = port.is_none_or(|port| port == imap.port);
        if (name, host) == (&profile.name, &imap.host) && same_port {
            return Ok(());
        }
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        let what = format!(
            "the file was made with profile {name:?} on {host}{port}, and this is profile {:?} on \
             {}:{}",
            profile.name, imap.host, imap.port
        );
        let hint = match *name == profile.name {
            true => {
                "the profile names another server now: log in to the one of the file".to_owned()
            }
            false => format!("add --profile {name}"),
        };
        Err(Error::new(Exit::Config, what).hint(hint))
    }
}

impl Recorded {
    /// The name that the mailbox itself got, where it got one.
    pub fn became(&self) -> Option<&str> {
        self.changes.iter().find_map(|change| match change {
            Change::Rename(Rename {
                to, whole: true, ..
            }) => Some(to.as_str()),
            _ => None,
        })
    }

    /// What is written down of `plan`.
    pub(super) fn new(plan: &Plan) -> Self {
        Self {
            mailbox: plan.mailbox.clone(),
            changes: plan.changes.iter().map(Change::on_paper).collect(),
        }
    }

    /// Reads line `n`.
    ///
    /// # Errors
    /// [`Exit::BadInput`] where no run of this program can have written it.
    pub(super) fn parse(line: &[u8], n: usize) -> Result<Self> {
        let recorded: Self = serde_json::from_slice(line).map_err(|e| malformed(n, &e))?;
        let control = |text: &str| text.is_empty() || text.contains(char::is_control);
        let bad = |change: &Change<String>| match change {
            Change::Rename(Rename {
                folder,
                to,
                whole: true,
            }) => *folder != recorded.mailbox || control(to) || folder == to,
            _ => change.is_odd(),
        };
        let long = |change: &Change<String>| {
            let to = match change {
                Change::Rename(rename) => rename.to.len(),
                Change::Move(moved) => moved.to.len(),
                Change::Copy(copied) => copied.to.len(),
                _ => 0,
            };
            change.folder().len().max(to) > LONGEST_NAME
        };
        let mut changes = recorded.changes.iter();
        if control(&recorded.mailbox) || changes.any(|change| bad(change) || long(change)) {
            let what = format!("line {n} holds a name that no server has");
            return Err(Error::new(Exit::BadInput, what));
        }
        Ok(recorded)
    }
}

fn malformed(line: usize, error: &serde_json::Error) -> Error {
    // Its text may repeat what the file holds, but is made printable like every error.
    let what = format!("line {line} cannot be understood: {error}");
    Error::new(Exit::BadInput, what).hint("an undo file is not written by hand")
}
