//! A folder without messages that goes.

use super::back::{Back, Missing};
use super::facts::Facts;
use super::kind::{Kind, Logged, Planned, Written};
use super::{Change, Create, Entry, Rename};
use crate::model::plan::Place;
use crate::model::rights::Rights;
use crate::model::state::{Folder, Mailbox};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A folder goes that holds nothing. It is put aside first (RENAME), where nobody delivers, and looked at again there: a
/// DELETE alone would take what has come since the last look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remove<P> {
    /// The folder that goes.
    pub folder: P,
    /// Its name while it is looked at again.
    pub aside: P,
    /// Whether an earlier run, which broke off, has put it aside.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_aside: bool,
    /// Its entries, but for those that the server makes by itself.
    pub entries: BTreeMap<String, Rights>,
}

impl<P> Remove<P> {
    pub(super) fn renamed<Q, E>(self, name: impl Fn(P) -> Result<Q, E>) -> Result<Remove<Q>, E> {
        Ok(Remove {
            folder: name(self.folder)?,
            aside: name(self.aside)?,
            is_aside: self.is_aside,
            entries: self.entries,
        })
    }
}

impl<P> Kind<P> for Remove<P> {
    fn folder(&self) -> &P {
        &self.folder
    }
}

impl Planned for Remove<Place> {
    /// A folder and its entries are more than one change: an undo file takes it back.
    fn reverse(&self) -> Option<Change> {
        None
    }

    fn name(&self) -> &'static str {
        "remove"
    }

    fn facts(&self) -> Facts {
        Facts {
            to: Some(self.aside.path.clone()),
            messages: Some(0),
            ..Facts::default()
        }
    }

    fn cells(&self) -> [String; 5] {
        let (folder, blank) = (self.folder.path.clone(), String::new);
        let before = match self.is_aside {
            true => format!("empty, put aside as {}", self.aside.path),
            false => "empty".to_owned(),
        };
        ["remove".into(), folder, blank(), before, blank()]
    }

    fn line(&self, [verb, folder, _, before, _]: [String; 5]) -> String {
        format!("{verb} {folder} ({before})")
    }

    fn assume(&self, state: &mut Mailbox) {
        let goes = |folder: &Folder| match self.is_aside {
            true => folder.wire == self.aside.wire,
            false => folder.wire == self.folder.wire,
        };
        state.folders.retain(|folder| !goes(folder));
    }
}

impl<P> Logged for Remove<P> {
    fn in_log(name: &str, folder: &str, _: &Facts) -> Option<String> {
        (name == "remove").then(|| format!("remove {folder}, which was empty"))
    }
}

impl Written for Remove<String> {
    /// It is made again, with its entries; where it was only put aside, it gets its name again.
    fn put_back<'a>(&'a self, back: &mut Back<'a>) {
        let (path, aside) = (&*self.folder, &*self.aside);
        let names = &back.there.mailbox.identity_names;
        let is_kept = |path: &str| path == "INBOX" || names.reserve(path);
        let there = (back.there.only(path), back.there.only(aside));
        let reversal = &mut back.reversal;
        // Whatever the file says.
        if is_kept(path) || is_kept(aside) {
            return reversal.keep(path, None, format!("no undo file makes {path:?}"));
        }
        match (there, (back.place)(path)) {
            ((Ok(_), Err(Missing::Gone)), _) => reversal.already += 1,
            ((Err(Missing::Gone), Ok(folder)), Some(to)) => {
                reversal.put(Change::Rename(Rename {
                    folder: folder.place(),
                    to,
                    whole: false,
                }));
            }
            ((Err(Missing::Gone), Err(Missing::Gone)), Some(place)) => {
                // Those above went last, and come first.
                reversal.plan.changes.splice(0..0, self.made(&place));
            }
            _ => reversal.keep(path, None, format!("{path:?} and {aside:?} are both there")),
        }
    }
}

impl Remove<String> {
    fn made(&self, place: &Place) -> Vec<Change> {
        let made = Change::Create(Create {
            folder: place.clone(),
            special_use: None,
        });
        let entry = |(identifier, rights): (&String, &Rights)| {
            Change::Entry(Entry {
                folder: place.clone(),
                identifier: identifier.clone(),
                before: None,
                after: Some(*rights),
            })
        };
        let entries = self.entries.iter().map(entry);
        std::iter::once(made).chain(entries).collect()
    }
}
