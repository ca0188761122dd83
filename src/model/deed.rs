//! Deed: what is done to a mailbox or in its name beside the changes of plans.

use super::identity::Identity;
use super::outcome::Fate;
use super::uids::Uids;
use serde::Serialize;
use std::sync::atomic::{AtomicU64, Ordering};

/// What is about to be done, in order.
#[derive(Clone, Debug)]
pub struct Deeds {
    /// What people call the mailbox.
    pub mailbox: String,
    /// The login name that it is done under, where that is somebody else than the administrator.
    pub acting: Option<String>,
    /// The deeds.
    pub list: Vec<Deed>,
    /// Tells these from all others of this run.
    pub token: u64,
}

/// Something that is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum Deed {
    /// Mail is handed to the submission server.
    Send {
        /// Who sends.
        sender: String,
        /// As what.
        identity: Identity,
        /// The message's name, with brackets.
        message_id: String,
        /// To how many.
        recipients: usize,
    },
    /// A copy of sent mail is put into a folder (APPEND).
    File {
        /// The folder.
        folder: String,
        /// The message's name, with brackets.
        message_id: String,
    },
    /// A message that was answered is marked so (`\Answered`).
    Mark {
        /// The folder that it lies in.
        folder: String,
    },
    /// Messages are read and kept in files.
    Export {
        /// The folder in which they lie.
        folder: String,
        /// The identity of its numbering, where the server tells.
        uid_validity: Option<u32>,
        /// They.
        uids: Uids,
    },
    /// Messages are kept elsewhere, and what tells which ones is on the disk.
    Keep {
        /// The files or the mailbox.
        to: String,
        /// How many.
        messages: u64,
        /// The SHA-256 of the manifest.
        sha256: String,
    },
    /// Messages of another mailbox are put into a folder (APPEND).
    Receive {
        /// The folder.
        folder: String,
        /// The mailbox in which they lay.
        from: String,
        /// How many.
        messages: u64,
    },
    /// Messages that were put into a folder, and that lie there from an earlier run too, go again (UID EXPUNGE).
    Withdraw {
        /// The folder.
        folder: String,
        /// The identity of its numbering.
        uid_validity: u32,
        /// They.
        uids: Uids,
    },
    /// A message is read, to be printed.
    Read {
        /// The folder in which it lies.
        folder: String,
        /// The identity of its numbering, where the server tells.
        uid_validity: Option<u32>,
        /// Its UID there.
        uid: u32,
    },
    /// A script that filters mail says something else (PUTSCRIPT).
    Script {
        /// What it is called.
        script: String,
        /// The hash of what it said; nothing where there was none.
        before: Option<String>,
        /// The hash of what it shall say.
        after: String,
    },
    /// Mail is filtered by another script (SETACTIVE).
    Activate {
        /// Which.
        script: String,
        /// By which it was.
        before: Option<String>,
    },
    /// Somebody is subscribed to a folder.
    Subscribe {
        /// The folder.
        folder: String,
    },
}

/// What became of a deed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Done {
    /// In general.
    #[serde(flatten)]
    pub fate: Fate,
    /// What the server said of it, where it was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// How many recipients were accepted, of mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<usize>,
}

impl Deeds {
    /// What is about to be done to `mailbox`, as `acting` or as the administrator.
    pub fn new(mailbox: &str, acting: Option<&str>, list: Vec<Deed>) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self {
            mailbox: mailbox.to_owned(),
            acting: acting.map(str::to_owned),
            list,
            token: NEXT.fetch_add(1, Ordering::Relaxed),
        }
    }
}

impl From<Fate> for Done {
    fn from(fate: Fate) -> Self {
        Self {
            fate,
            answer: None,
            accepted: None,
        }
    }
}
