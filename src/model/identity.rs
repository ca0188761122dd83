//! Identities: permission to send, kept as ACL entries that the server itself guards.
//!
//! A shared mailbox has two identity folders. Whoever holds `lp` in one of them has the identity;
//! nobody but the owner and the administrator may hold more there, so that nobody can give an
//! identity to themselves.

use super::dialect::Family;
use super::level::Vocabulary;
use super::rights::Rights;
use super::setting;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// A permission to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Identity {
    /// The mail shows the shared address alone.
    SendAs,
    /// From: the shared address, Sender: the person.
    SendOnBehalf,
}

/// Where the identities of a mailbox are kept, as paths in the mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityFolders {
    /// Whoever may send as the mailbox.
    pub send_as: String,
    /// Whoever may send on its behalf.
    pub send_on_behalf: String,
    /// Whether the mailbox keeps something that its team shares: the folder above that is reserved then, and
    /// somebody's folder of mail before.
    pub has_team: bool,
}

/// What can be said of who holds an identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// There is no folder for it: nobody does.
    Missing,
    /// These identifiers do.
    Holders(BTreeSet<String>),
    /// Somebody who should not can change it, so that nothing in it is believed.
    Disbelieved(Vec<Intruder>),
    /// Something could not be read, so that nobody knows: nothing is believed, and nothing is mended.
    Unknown(Vec<Unread>),
}

/// An identity folder, or one above it, whose entries could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unread {
    /// The folder.
    pub folder: String,
    /// Why, in the server's words.
    pub why: String,
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { folder, why } = self;
        write!(f, "the entries of {folder:?} could not be read {why}")
    }
}

/// Somebody with more than `lp` on an identity folder or above it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Intruder {
    /// The folder.
    pub folder: String,
    /// As one would write it on the command line.
    pub who: String,
    /// As spelled in the ACL.
    pub identifier: String,
    /// What the entry gives.
    pub rights: Rights,
}

impl fmt::Display for Intruder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            folder,
            who,
            rights,
            ..
        } = self;
        write!(f, "{who} holds {rights} on {folder:?}")
    }
}

impl Identity {
    /// Both of them.
    pub const ALL: [Identity; 2] = [Identity::SendAs, Identity::SendOnBehalf];

    /// As options and files spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Identity::SendAs => "send-as",
            Identity::SendOnBehalf => "send-on-behalf",
        }
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Identity::SendAs => "Send As",
            Identity::SendOnBehalf => "Send on Behalf",
        })
    }
}

impl Default for IdentityFolders {
    fn default() -> Self {
        Self {
            send_as: "Identities/Send As".to_owned(),
            send_on_behalf: "Identities/Send on Behalf".to_owned(),
            has_team: false,
        }
    }
}

impl IdentityFolders {
    /// The folder that keeps `identity`.
    pub fn path(&self, identity: Identity) -> &str {
        match identity {
            Identity::SendAs => &self.send_as,
            Identity::SendOnBehalf => &self.send_on_behalf,
        }
    }

    /// The folders that must be there, those above before those below: whoever could rename a
    /// parent could put folders of their own in place of its children.
    pub fn all(&self) -> Vec<&str> {
        let mut all = Vec::new();
        for path in [&self.send_as, &self.send_on_behalf] {
            for folder in with_parents(path) {
                if !all.contains(&folder) {
                    all.push(folder);
                }
            }
        }
        all
    }

    /// The folder that keeps `identity`, after those above it.
    pub fn chain(&self, identity: Identity) -> Vec<&str> {
        with_parents(self.path(identity)).collect()
    }

    /// Learns of the folders called `paths` whether the mailbox keeps what its team shares.
    pub fn learn<'a>(&mut self, mut paths: impl Iterator<Item = &'a str>) {
        self.has_team |= paths.any(setting::is_shared);
    }

    /// Whether `path` is kept for identities, or for what the team shares: no level reaches there, and it is
    /// not counted among the mailbox's folders.
    pub fn reserve(&self, path: &str) -> bool {
        let below = |kept: &str| {
            path.strip_prefix(kept)
                .is_some_and(|rest| rest.starts_with('/'))
        };
        setting::is_shared(path)
            || self.has_team && path == setting::TOP
            || self.all().contains(&path)
            || Identity::ALL.iter().any(|i| below(self.path(*i)))
    }
}

/// `a/b/c` → `a`, `a/b`, `a/b/c`.
fn with_parents(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/')
        .map(|(at, _)| at)
        .chain([path.len()])
        .map(move |end| &path[..end])
}

impl Identity {
    /// The rights that make a holder: `lp`, or `l` where the server has no `p`.
    pub fn rights(vocabulary: &Vocabulary) -> Rights {
        let listed = Rights::parse("l").unwrap_or_default();
        Rights::parse("lp")
            .unwrap_or_default()
            .intersection(vocabulary.known)
            .union(listed)
    }

    /// The rights that make a holder where the server was not asked what it knows: everybody but
    /// Courier knows `p`.
    pub fn rights_on(family: Family) -> Rights {
        let letters = if family == Family::Courier { "l" } else { "lp" };
        Rights::parse(letters).unwrap_or_default()
    }

    /// Whether what somebody can do with an identity folder makes a holder: whoever can do more
    /// keeps the identities, or is not believed.
    pub fn is_held_by(rights: Rights, vocabulary: &Vocabulary) -> bool {
        Identity::suffices(rights, vocabulary) && Identity::leaves_alone(rights)
    }

    /// Whether an entry that stores `rights` on an identity folder gives what makes a holder.
    pub fn suffices(rights: Rights, vocabulary: &Vocabulary) -> bool {
        let implied = vocabulary.implied(rights);
        implied.contains(Identity::rights(vocabulary))
    }

    /// Whether these rights on an identity folder change nothing there.
    pub fn leaves_alone(rights: Rights) -> bool {
        Rights::parse("lp").unwrap_or_default().contains(rights)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_are_kept_too_and_nothing_else_is() {
        let names = IdentityFolders::default();
        assert_eq!(
            names.all(),
            [
                "Identities",
                "Identities/Send As",
                "Identities/Send on Behalf"
            ]
        );
        assert!(names.reserve("Identities/Send As/below"));
        assert!(!names.reserve("Identities2") && !names.reserve("Identities/Other"));
    }
}
