//! A folder that goes.

use super::Change;
use super::back::Back;
use super::facts::Facts;
use super::kind::{Kind, Planned, Written};
use crate::model::plan::Place;
use crate::model::state::{Folder, Mailbox};
use crate::model::words::count;
use serde::{Deserialize, Serialize};

/// A folder and its messages go (DELETE, RFC 9051, section 6.3.5). Nothing takes that back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delete<P> {
    /// The folder that goes.
    pub folder: P,
    /// How many messages go with it, where the server told.
    pub messages: Option<u64>,
}

impl<P> Delete<P> {
    pub(super) fn renamed<Q, E>(self, name: impl Fn(P) -> Result<Q, E>) -> Result<Delete<Q>, E> {
        Ok(Delete {
            folder: name(self.folder)?,
            messages: self.messages,
        })
    }
}

impl<P> Kind<P> for Delete<P> {
    fn folder(&self) -> &P {
        &self.folder
    }
}

impl Planned for Delete<Place> {
    fn reverse(&self) -> Option<Change> {
        None
    }

    fn name(&self) -> &'static str {
        "delete"
    }

    fn facts(&self) -> Facts {
        Facts {
            messages: self.messages,
            ..Facts::default()
        }
    }

    fn cells(&self) -> [String; 5] {
        let gone = self.messages.map(|n| count(n as usize, "message"));
        let (folder, blank) = (self.folder.path.clone(), String::new);
        [
            "delete".into(),
            folder,
            blank(),
            gone.unwrap_or_default(),
            blank(),
        ]
    }

    fn line(&self, [verb, folder, _, gone, _]: [String; 5]) -> String {
        match gone.is_empty() {
            true => format!("{verb} {folder}"),
            false => format!("{verb} {folder} ({gone})"),
        }
    }

    fn is_of_account(&self) -> bool {
        true
    }

    fn assume(&self, state: &mut Mailbox) {
        let stays = |folder: &Folder| folder.wire != self.folder.wire;
        state.folders.retain(stays);
        state.identity_folders.retain(stays);
    }
}

impl Written for Delete<String> {
    fn put_back<'a>(&'a self, back: &mut Back<'a>) {
        match back.there.only(&self.folder) {
            Ok(_) => back.reversal.already += 1,
            Err(_) => {
                let why = "it was deleted, and cannot come back";
                back.reversal.keep(&self.folder, None, why);
            }
        }
    }
}
