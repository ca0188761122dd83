//! What a mailbox is like in 64 letters: for a plan that must not meet another mailbox than the one
//! it was made for.

use crate::model::change::Change;
use crate::model::state::{Folder, Mailbox};
use sha2::{Digest, Sha256};

/// The SHA-256 of the folders of `state` and their entries, in hexadecimal, and of the limits of its
/// quota where one of `changes` is about it. How much is used and how many messages there are does not count.
pub fn fingerprint<P>(state: &Mailbox, changes: &[Change<P>]) -> String {
    let mut hash = Sha256::new();
    for (kind, folders) in [
        ("folder", &state.folders),
        ("identity", &state.identity_folders),
    ] {
        let mut folders: Vec<&Folder> = folders.iter().collect();
        folders.sort_by(|a, b| (&a.path, &a.wire).cmp(&(&b.path, &b.wire)));
        for folder in folders {
            word(&mut hash, kind);
            word(&mut hash, &folder.path);
            word(
                &mut hash,
                if folder.acl.is_ok() { "read" } else { "unread" },
            );
            for (identifier, rights) in folder.entries() {
                word(&mut hash, identifier);
                word(&mut hash, &rights.to_string());
            }
        }
    }
    let quota = state.quota.iter();
    let quota = quota.filter(|_| changes.iter().any(Change::is_limit));
    let mut limits: Vec<(&str, u64)> = quota.map(|quota| (&*quota.resource, quota.limit)).collect();
    limits.sort_unstable();
    for (resource, limit) in limits {
        word(&mut hash, "quota");
        word(&mut hash, resource);
        word(&mut hash, &limit.to_string());
    }
    hexadecimal(&hash.finalize())
}

/// A word after its length, so that no two lists of words are the same bytes.
fn word(hash: &mut Sha256, word: &str) {
    hash.update((word.len() as u64).to_be_bytes());
    hash.update(word);
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;

    #[test]
    fn an_entry_or_a_folder_makes_a_difference_and_a_message_does_not() {
        let plan: [Change; 0] = [];
        let mut state = mailbox(&[("INBOX", &[("alice", "lrs")]), ("Sent", &[])]);
        let first = fingerprint(&state, &plan);
        state.folders[0].messages = Some(7);
        assert_eq!(fingerprint(&state, &plan), first);
        let other = mailbox(&[("INBOX", &[("alice", "lr")]), ("Sent", &[])]);
        assert_ne!(fingerprint(&other, &plan), first);
        let other = mailbox(&[("INBOX", &[]), ("Sent", &[("alice", "lrs")])]);
        assert_ne!(fingerprint(&other, &plan), first);
        assert_eq!(first.len(), 64);
    }
}
