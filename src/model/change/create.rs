//! A new folder.

use super::back::Back;
use super::facts::Facts;
use super::kind::{Kind, Planned, Written};
use super::{Change, Delete};
use crate::model::plan::Place;
use crate::model::state::{Acl, Folder, Mailbox};
use serde::{Deserialize, Serialize};

/// A new folder (CREATE, RFC 9051, section 6.3.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Create<P> {
    /// The folder to be made.
    pub folder: P,
    /// Its purpose (RFC 6154), where the server can keep one.
    pub special_use: Option<String>,
}

impl<P> Create<P> {
    pub(super) fn renamed<Q, E>(self, name: impl Fn(P) -> Result<Q, E>) -> Result<Create<Q>, E> {
        Ok(Create {
            folder: name(self.folder)?,
            special_use: self.special_use,
        })
    }
}

impl<P> Kind<P> for Create<P> {
    fn folder(&self) -> &P {
        &self.folder
    }
}

impl Planned for Create<Place> {
    /// It goes again.
    fn reverse(&self) -> Option<Change> {
        Some(Change::Delete(Delete {
            folder: self.folder.clone(),
            messages: None,
        }))
    }

    fn name(&self) -> &'static str {
        "create"
    }

    fn facts(&self) -> Facts {
        Facts {
            special_use: self.special_use.clone(),
            ..Facts::default()
        }
    }

    fn cells(&self) -> [String; 5] {
        let special_use = self.special_use.clone().unwrap_or_default();
        let (folder, blank) = (self.folder.path.clone(), String::new);
        ["create".into(), folder, blank(), blank(), special_use]
    }

    fn line(&self, [verb, folder, ..]: [String; 5]) -> String {
        format!("{verb} {folder}")
    }

    fn is_of_account(&self) -> bool {
        self.folder.path == "INBOX"
    }

    /// Folders are made first, those above before those below.
    fn order(&self) -> (u8, usize) {
        let depth = match self.folder.path.as_str() {
            "INBOX" => 0,
            path => path.split('/').count(),
        };
        (0, depth)
    }

    /// What a server lets a new folder inherit is taken away again, so that it has no entries at first.
    fn assume(&self, state: &mut Mailbox) {
        let folder = Folder {
            wire: self.folder.wire.clone(),
            path: self.folder.path.clone(),
            special_use: None,
            acl: Ok(Acl::new()),
            messages: None,
        };
        state.learn_reserved([self.folder.path.as_str()].into_iter());
        match state.identity_names.reserve(&self.folder.path) {
            true => state.identity_folders.push(folder),
            false => state.folders.push(folder),
        }
    }
}

impl Written for Create<String> {
    fn misfit(&self, _: &Mailbox, folder: Option<&Folder>, _: bool) -> Option<&'static str> {
        let known = ["\\Sent", "\\Drafts", "\\Trash", "\\Archive"];
        let used = self.special_use.as_deref();
        if folder.is_some() {
            Some("the folder is there already")
        } else if used.is_some_and(|used| !known.contains(&used)) {
            Some("it names a special use that is none")
        } else {
            None
        }
    }

    fn put_back<'a>(&'a self, back: &mut Back<'a>) {
        back.made.insert(&self.folder);
    }
}
