//! Identities: permission to send, kept as ACL entries that the server itself guards.
//!
//! A shared mailbox has two identity folders. Whoever holds `lp` in one of them has the identity;
//! nobody but the owner and the administrator may hold more there, so that nobody can give an
//! identity to themselves.

use super::dialect::Family;
use super::level::Vocabulary;
use super::rights::Rights;
use super::state::{Folder, Mailbox};
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

    /// Whether `path` is kept for identities: no level reaches there, and it is not counted among
    /// the mailbox's folders.
    pub fn reserve(&self, path: &str) -> bool {
        let below = |kept: &str| {
            path.strip_prefix(kept)
                .is_some_and(|rest| rest.starts_with('/'))
        };
        self.all().contains(&path) || Identity::ALL.iter().any(|i| below(self.path(*i)))
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

impl Mailbox {
    /// The rights that make a holder here.
    pub fn identity_rights(&self) -> Rights {
        Identity::rights(&self.vocabulary)
    }

    /// Whether an entry that stores `rights` on an identity folder makes a holder.
    pub fn gives_identity(&self, rights: Rights) -> bool {
        Identity::suffices(rights, &self.vocabulary)
    }

    /// Who holds `identity`, as far as the folders can be believed.
    pub fn standing(&self, identity: Identity) -> Standing {
        let path = self.identity_names.path(identity);
        let chain = self.chain(identity);
        let unread: Vec<Unread> = chain.iter().filter_map(|folder| folder.unread()).collect();
        if !unread.is_empty() {
            return Standing::Unknown(unread);
        }
        let intruders = self.intruders_of(identity);
        let is_whole = chain.len() == with_parents(path).count();
        match chain.last() {
            _ if !intruders.is_empty() => Standing::Disbelieved(intruders),
            Some(folder) if is_whole => Standing::Holders(self.holders(folder)),
            _ => Standing::Missing,
        }
    }

    /// The folder that keeps `identity` after those above it, as far as they are there.
    fn chain(&self, identity: Identity) -> Vec<&Folder> {
        let find = |path: &str| self.identity_folders.iter().find(|f| f.path == path);
        with_parents(self.identity_names.path(identity))
            .filter_map(find)
            .collect()
    }

    /// Those who could change who holds `identity`, by the entries that could be read. Whoever could
    /// make a folder that is missing below is one of them.
    pub fn intruders_of(&self, identity: Identity) -> Vec<Intruder> {
        let chain = self.chain(identity).into_iter();
        chain.flat_map(|folder| self.intruders(folder)).collect()
    }

    /// The folders that keep identities, or lie above those, whose entries could not be read.
    pub fn unread_identities(&self) -> Vec<Unread> {
        let folders = self.identity_folders.iter();
        folders.filter_map(Folder::unread).collect()
    }

    /// How many hold `identity`; absent where that cannot be believed.
    pub fn count_holders(&self, identity: Identity) -> Option<usize> {
        match self.standing(identity) {
            Standing::Missing => Some(0),
            Standing::Holders(holders) => Some(holders.len()),
            Standing::Disbelieved(_) | Standing::Unknown(_) => None,
        }
    }

    /// Everybody who could change what an identity folder says, each folder and identifier once.
    pub fn intruders_of_identities(&self) -> Vec<Intruder> {
        let mut all: Vec<Intruder> = Vec::new();
        for identity in Identity::ALL {
            let intruders = self.intruders_of(identity).into_iter();
            let new: Vec<Intruder> = intruders.filter(|i| !all.contains(i)).collect();
            all.extend(new);
        }
        all
    }

    /// The identities that `identifier` holds.
    pub fn identities_of(&self, identifier: &str) -> Vec<Identity> {
        let holds = |identity: &Identity| match self.standing(*identity) {
            Standing::Holders(holders) => holders.contains(identifier),
            Standing::Missing | Standing::Disbelieved(_) | Standing::Unknown(_) => false,
        };
        Identity::ALL.into_iter().filter(holds).collect()
    }

    fn holders(&self, folder: &Folder) -> BTreeSet<String> {
        let taken = |name: &str| folder.rights_of(&format!("-{name}")).unwrap_or_default();
        folder
            .entries()
            .filter(|(name, _)| !name.starts_with('-') && !self.is_keeper(name))
            .filter(|(name, rights)| self.gives_identity(rights.minus(taken(name))))
            .map(|(name, _)| name.to_owned())
            .collect()
    }

    fn intruders(&self, folder: &Folder) -> Vec<Intruder> {
        let excess = |(name, rights): &(&str, Rights)| {
            !name.starts_with('-') && !self.is_keeper(name) && !Identity::leaves_alone(*rights)
        };
        let intruder = |(name, rights): (&str, Rights)| Intruder {
            folder: folder.path.clone(),
            who: self.dialect.who(name),
            identifier: name.to_owned(),
            rights,
        };
        folder.entries().filter(excess).map(intruder).collect()
    }

    /// Whether `identifier` is the owner or the administrator, who keep the identities.
    pub fn is_keeper(&self, identifier: &str) -> bool {
        self.is_builtin(identifier)
            || self.owner.as_deref() == Some(identifier)
            || self.administrator.as_deref() == Some(identifier)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;

    type Entries<'a> = &'a [(&'a str, &'a str)];

    fn with_identities(top: Entries, send_as: Entries) -> Mailbox {
        let folders = [
            ("INBOX", &[] as Entries),
            ("Identities", top),
            ("Identities/Send As", send_as),
            ("Identities/Send on Behalf", &[]),
        ];
        let mut state = mailbox(&folders);
        state.part_identity_folders();
        state
    }

    #[test]
    fn whoever_holds_lp_holds_the_identity() {
        let entries = [("alice@example.com", "lp"), ("bob@example.com", "l")];
        let state = with_identities(&[], &entries);
        assert_eq!(state.identities_of("alice@example.com"), [Identity::SendAs]);
        assert_eq!(state.identities_of("bob@example.com"), []);
        assert_eq!(state.folders.len(), 1);
    }

    #[test]
    fn a_folder_that_somebody_else_could_change_is_not_believed() {
        let entries = [("alice@example.com", "lp"), ("mallory@example.com", "lpa")];
        let state = with_identities(&[], &entries);
        assert!(matches!(
            state.standing(Identity::SendAs),
            Standing::Disbelieved(_)
        ));
        assert_eq!(state.identities_of("alice@example.com"), []);
    }

    #[test]
    fn whoever_could_rename_the_parent_is_an_intruder_too() {
        let entries = [("alice@example.com", "lp")];
        let state = with_identities(&[("mallory@example.com", "lx")], &entries);
        assert!(matches!(
            state.standing(Identity::SendAs),
            Standing::Disbelieved(_)
        ));
        assert!(matches!(
            state.standing(Identity::SendOnBehalf),
            Standing::Disbelieved(_)
        ));
    }

    #[test]
    fn whoever_could_make_the_folder_that_is_missing_is_an_intruder_too() {
        let top: Entries = &[("mallory@example.com", "lk")];
        let mut state = mailbox(&[("INBOX", &[] as Entries), ("Identities", top)]);
        state.part_identity_folders();
        assert!(matches!(
            state.standing(Identity::SendAs),
            Standing::Disbelieved(_)
        ));
        let mut clean = mailbox(&[("INBOX", &[] as Entries), ("Identities", &[])]);
        clean.part_identity_folders();
        assert_eq!(clean.standing(Identity::SendAs), Standing::Missing);
    }

    #[test]
    fn what_cannot_be_read_is_neither_believed_nor_disbelieved() {
        for unread in 0..2 {
            let mut state = with_identities(&[], &[("mallory@example.com", "lpa")]);
            state.identity_folders[unread].acl = Err("(NOPERM): no".to_owned());
            assert!(matches!(
                state.standing(Identity::SendAs),
                Standing::Unknown(_)
            ));
            assert_eq!(state.count_holders(Identity::SendAs), None);
            let path = &state.identity_folders[unread].path;
            assert_eq!(state.unread_identities()[0].folder, *path);
        }
    }

    #[test]
    fn the_owner_and_the_administrator_are_no_intruders_and_no_holders() {
        let entries = [
            ("support@example.com", "lrswipkxtea"),
            ("admin@example.com", "la"),
        ];
        let state = with_identities(&entries, &entries);
        assert_eq!(
            state.standing(Identity::SendAs),
            Standing::Holders(BTreeSet::new())
        );
    }

    #[test]
    fn a_negative_entry_takes_the_identity() {
        let entries = [("alice@example.com", "lp"), ("-alice@example.com", "p")];
        assert_eq!(
            with_identities(&[], &entries).identities_of("alice@example.com"),
            []
        );
    }

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
