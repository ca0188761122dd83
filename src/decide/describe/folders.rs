//! The folders that there are, and the limit of storage.

use super::Described;
use crate::model::dialect::Family;
use crate::model::folder::WireName;
use crate::model::state::{Folder, Mailbox};

impl Described {
    /// Every folder whose name a file can say, parents before children, and why the others are
    /// missing. INBOX is always there.
    pub(super) fn folders(&mut self, state: &Mailbox) {
        let mut paths = Vec::new();
        for folder in &state.folders {
            let path = &folder.path;
            if !is_nameable(state, folder) {
                let name = folder.wire.to_unicode();
                self.remark(format!("no file can name the folder {name:?}"));
            } else if path == "INBOX" {
                // It is always there.
            } else if state.dialect.family == Family::Cyrus && path.contains(['@', '!']) {
                self.remark(format!(
                    "the folder {path:?} is not listed: Cyrus takes @ and ! for the marks of a \
                     domain, and it could not be made"
                ));
            } else {
                paths.push(path.clone());
            }
        }
        paths.sort_by_cached_key(|path| (path.split('/').count(), path.clone()));
        self.mailbox.folders = paths;
        for folder in &state.folders {
            if let Err(why) = &folder.acl {
                let path = &folder.path;
                self.remark(format!("the entries of {path:?} could not be read: {why}"));
            }
        }
    }

    pub(super) fn quota(&mut self, state: &Mailbox) {
        match state.storage_limit() {
            Err(untold) => self.remark(format!(
                "its limit of storage is left out: the server did not say {}",
                untold.why
            )),
            Ok(Some(0)) => self.remark("its storage is limited to nothing at all".to_owned()),
            Ok(limit) => self.mailbox.quota = limit,
        }
    }
}

/// Whether a file can name this folder, and means no other by the name.
pub(super) fn is_nameable(state: &Mailbox, folder: &Folder) -> bool {
    let path = &folder.path;
    let sound = |part: &str| !matches!(part, "" | "." | "..");
    let is_name = match WireName::from_unicode(path) {
        Ok(wire) => path == "INBOX" || !wire.is_inbox() && path.split('/').all(sound),
        Err(_) => false,
    };
    let found = state.folder(path);
    is_name && found.is_some_and(|found| found.wire == folder.wire)
}
