//! Who holds which identity of a mailbox, as far as its folders can be believed.

use super::{Folder, Mailbox};
use crate::model::identity::{Identity, Intruder, Standing, Unread};
use crate::model::rights::Rights;
use std::collections::BTreeSet;

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
        let chain = self.chain(identity);
        let unread: Vec<Unread> = chain.iter().filter_map(|folder| folder.unread()).collect();
        if !unread.is_empty() {
            return Standing::Unknown(unread);
        }
        let intruders = self.intruders_of(identity);
        let is_whole = chain.len() == self.identity_names.chain(identity).len();
        match chain.last() {
            _ if !intruders.is_empty() => Standing::Disbelieved(intruders),
            Some(folder) if is_whole => Standing::Holders(self.holders(folder)),
            _ => Standing::Missing,
        }
    }

    /// The folder that keeps `identity` after those above it, as far as they are there.
    fn chain(&self, identity: Identity) -> Vec<&Folder> {
        let find = |path: &str| self.identity_folders.iter().find(|f| f.path == path);
        let names = self.identity_names.chain(identity).into_iter();
        names.filter_map(find).collect()
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
}
