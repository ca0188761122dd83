//! Another name for a folder, or for the mailbox itself.

use super::Change;
use super::back::{Back, Missing};
use super::facts::Facts;
use super::kind::{Kind, Logged, Planned, Written};
use crate::model::plan::Place;
use serde::{Deserialize, Serialize};

/// A folder, with those below it, gets another name (RENAME, RFC 9051, section 6.3.6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rename<P> {
    /// Its name now.
    pub folder: P,
    /// Its name to be.
    pub to: P,
    /// Whether it is the mailbox itself: then these are names of mailboxes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub whole: bool,
}

impl<P> Rename<P> {
    pub(super) fn renamed<Q, E>(self, name: impl Fn(P) -> Result<Q, E>) -> Result<Rename<Q>, E> {
        Ok(Rename {
            folder: name(self.folder)?,
            to: name(self.to)?,
            whole: self.whole,
        })
    }
}

impl<P> Kind<P> for Rename<P> {
    fn folder(&self) -> &P {
        &self.folder
    }
}

impl Planned for Rename<Place> {
    /// It gets its old name again.
    fn reverse(&self) -> Option<Change> {
        Some(Change::Rename(Self {
            folder: self.to.clone(),
            to: self.folder.clone(),
            whole: self.whole,
        }))
    }

    fn name(&self) -> &'static str {
        "rename"
    }

    fn facts(&self) -> Facts {
        Facts {
            to: Some(self.to.path.clone()),
            ..Facts::default()
        }
    }

    fn cells(&self) -> [String; 5] {
        let (folder, to) = (self.folder.path.clone(), self.to.path.clone());
        ["rename".into(), folder, String::new(), String::new(), to]
    }

    fn line(&self, [verb, folder, _, _, to]: [String; 5]) -> String {
        format!("{verb} {folder} → {to}")
    }

    fn is_of_account(&self) -> bool {
        true
    }
}

impl<P> Logged for Rename<P> {
    fn in_log(name: &str, folder: &str, facts: &Facts) -> Option<String> {
        let to = facts.to.as_deref().unwrap_or_default();
        (name == "rename").then(|| format!("rename {folder} to {to}"))
    }
}

impl Written for Rename<String> {
    fn put_back<'a>(&'a self, back: &mut Back<'a>) {
        let (path, to) = (&*self.folder, &*self.to);
        // Under which of its names a mailbox is, is seen before it is opened.
        if self.whole {
            return;
        }
        // Whatever the file says: nobody renames the mailbox's own folder by it, or what keeps identities.
        let names = &back.there.mailbox.identity_names;
        let is_kept = |path: &str| path == "INBOX" || names.reserve(path);
        let reversal = &mut back.reversal;
        match (back.there.only(path), back.there.only(to)) {
            (Ok(_), Err(Missing::Gone)) => reversal.already += 1,
            _ if is_kept(path) || is_kept(to) => {
                reversal.keep(path, None, format!("no undo file renames {to:?}"));
            }
            (Err(Missing::Gone), Ok(folder)) => match (back.place)(path) {
                Some(old) => reversal.put(Change::Rename(Rename {
                    folder: folder.place(),
                    to: old,
                    whole: false,
                })),
                None => reversal.keep(path, None, format!("it was renamed to {to:?}")),
            },
            _ => reversal.keep(path, None, format!("it was renamed to {to:?}")),
        }
    }
}
