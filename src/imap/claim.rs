//! Which folders are taken: two commands that touch one folder are never in flight together.
//!
//! Servers may run pipelined commands in any order, so that a second command on the same folder
//! waits for the first one's reply. CREATE, DELETE and RENAME reach further: they conflict with
//! whatever touches a folder above or below.

use super::request::Request;
use std::collections::HashMap;

/// The folders of some commands.
#[derive(Debug, Default)]
pub(super) struct Claims<'r> {
    /// How often each folder is claimed, and by which command last.
    folders: HashMap<&'r [u8], Claim>,
    structural: usize,
}

#[derive(Debug)]
struct Claim {
    owner: usize,
    count: usize,
}

impl<'r> Claims<'r> {
    /// Whether `request` touches what is claimed.
    pub fn conflict(&self, request: &Request) -> bool {
        let far = request.is_structural() || self.structural > 0;
        request.folders().any(|folder| {
            self.folders.contains_key(folder)
                || far && self.folders.keys().any(|taken| related(taken, folder))
        })
    }

    /// Claims the folders of `request`, the command number `owner`.
    pub fn claim(&mut self, request: &'r Request, owner: usize) {
        self.structural += usize::from(request.is_structural());
        for folder in request.folders() {
            let claim = self.folders.entry(folder);
            let claim = claim.or_insert(Claim { owner, count: 0 });
            claim.owner = owner;
            claim.count += 1;
        }
    }

    /// Releases what `claim` took.
    pub fn release(&mut self, request: &Request) {
        self.structural -= usize::from(request.is_structural());
        for folder in request.folders() {
            if let Some(claim) = self.folders.get_mut(folder) {
                claim.count -= 1;
                if claim.count == 0 {
                    self.folders.remove(folder);
                }
            }
        }
    }

    /// The command that claimed `folder`.
    pub fn owner(&self, folder: &[u8]) -> Option<usize> {
        self.folders.get(folder).map(|claim| claim.owner)
    }
}

/// Whether one name begins with the other. Without knowing the separator this also takes
/// `Sent` and `Sentinel` for relatives, which costs a round trip and breaks nothing.
fn related(one: &[u8], other: &[u8]) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::folder::WireName;

    fn folder(name: &str) -> WireName {
        WireName::from_wire(name)
    }

    #[test]
    fn one_folder_has_one_command_at_a_time() {
        let first = Request::get_acl(&folder("a"));
        let mut claims = Claims::default();
        claims.claim(&first, 7);
        assert!(claims.conflict(&Request::delete_acl(&folder("a"), "x")));
        assert!(!claims.conflict(&Request::get_acl(&folder("a/b"))));
        assert_eq!(claims.owner(b"a"), Some(7));
        claims.release(&first);
        assert!(!claims.conflict(&Request::get_acl(&folder("a"))));
    }

    #[test]
    fn a_rename_touches_both_names_and_what_is_below() {
        let rename = Request::rename(&folder("a"), &folder("b"));
        let mut claims = Claims::default();
        claims.claim(&rename, 0);
        for name in ["a", "b", "a/x", "b/x"] {
            assert!(claims.conflict(&Request::get_acl(&folder(name))), "{name}");
        }
        assert!(!claims.conflict(&Request::get_acl(&folder("c"))));
        assert!(claims.conflict(&Request::create(&folder("b/x/y"), None)));
    }
}
