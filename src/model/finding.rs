//! Finding: what `check` says is out of order.

use super::rights::Rights;
use serde::Serialize;

/// One thing that is out of order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "finding", rename_all = "kebab-case")]
pub enum Finding {
    /// The mailbox grants it, these folders lack it: they were made before the grant, or where
    /// nothing is inherited.
    NotInherited {
        /// The member, as spelled in the ACL.
        identifier: String,
        /// What the mailbox itself gives.
        rights: Rights,
        /// The folders without an entry for the member.
        folders: Vec<String>,
    },
    /// An entry for somebody whom the server does not know.
    UnknownPerson {
        /// As spelled in the ACL.
        identifier: String,
        /// The folders that have it.
        folders: Vec<String>,
    },
    /// An entry in a spelling that gives nothing on this server.
    Misspelt {
        /// As spelled in the ACL.
        identifier: String,
        /// What would have been right.
        meant: String,
        /// The folders that have it.
        folders: Vec<String>,
    },
    /// An entry that takes rights away.
    Negative {
        /// As spelled in the ACL.
        identifier: String,
        /// The folders that have it.
        folders: Vec<String>,
    },
    /// An entry for everybody.
    Everybody {
        /// `anyone`, `authenticated` …
        identifier: String,
        /// The folders that have it.
        folders: Vec<String>,
    },
    /// A folder whose entries could not be read.
    Unreadable {
        /// The folder.
        folders: Vec<String>,
        /// What the server said.
        why: String,
    },
}

impl Finding {
    /// Whether `check --fix` does something about it.
    pub fn can_be_mended(&self) -> bool {
        matches!(
            self,
            Finding::NotInherited { .. } | Finding::UnknownPerson { .. }
        )
    }
}
