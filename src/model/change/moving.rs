//! Messages that go into another folder.

use super::Change;
use super::back::{Back, There};
use super::facts::Facts;
use super::kind::{Kind, Logged, Planned, Written};
use crate::model::messages::{Aim, Meant};
use crate::model::plan::Place;
use crate::model::selection::Query;
use crate::model::uids::Uids;
use crate::model::words::messages;
use serde::{Deserialize, Serialize};

/// Messages of a folder go into another one (MOVE, RFC 6851, section 3; or COPY and UID EXPUNGE).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Move<P> {
    /// The folder in which they lie.
    pub folder: P,
    /// The identity of its numbering: in another one the UIDs are those of other messages.
    pub uid_validity: u32,
    /// The messages.
    pub uids: Uids,
    /// How long they are together, in bytes.
    pub size: u64,
    /// The folder into which they go.
    pub to: P,
    /// Where they lie then, as far as it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<At>,
    /// The identity of the numbering there, and the number that its next message got, before anything was sent.
    #[serde(skip)]
    pub next: Option<(u32, u32)>,
}

/// Where messages lie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct At {
    /// The identity of the folder's numbering.
    pub uid_validity: u32,
    /// They, by its numbers.
    pub uids: Uids,
}

impl<P> Move<P> {
    pub(super) fn renamed<Q, E>(self, name: impl Fn(P) -> Result<Q, E>) -> Result<Move<Q>, E> {
        Ok(Move {
            folder: name(self.folder)?,
            uid_validity: self.uid_validity,
            uids: self.uids,
            size: self.size,
            to: name(self.to)?,
            at: self.at,
            next: self.next,
        })
    }
}

impl<P> Kind<P> for Move<P> {
    fn folder(&self) -> &P {
        &self.folder
    }

    fn is_of_mail(&self) -> bool {
        true
    }
}

impl Planned for Move<Place> {
    /// They go back, where it is known where they lie.
    fn reverse(&self) -> Option<Change> {
        let at = self.at.clone()?;
        Some(Change::Move(Self {
            folder: self.to.clone(),
            uid_validity: at.uid_validity,
            uids: at.uids,
            size: self.size,
            to: self.folder.clone(),
            at: None,
            next: None,
        }))
    }

    fn name(&self) -> &'static str {
        "move"
    }

    fn facts(&self) -> Facts {
        let at = |at: &At| format!("{} in UIDVALIDITY {}", at.uids, at.uid_validity);
        Facts {
            to: Some(self.to.path.clone()),
            uid_validity: Some(self.uid_validity),
            uids: Some(self.uids.to_string()),
            messages: Some(self.uids.len()),
            after: self.at.as_ref().map(|there| at(there).into()),
            ..Facts::default()
        }
    }

    fn cells(&self) -> [String; 5] {
        [
            self.name().into(),
            self.folder.path.clone(),
            self.to.path.clone(),
            String::new(),
            messages(self.uids.len()),
        ]
    }

    fn line(&self, [verb, folder, to, _, messages]: [String; 5]) -> String {
        format!("{verb} {folder} → {to}: {messages}")
    }
}

impl<P> Logged for Move<P> {
    fn in_log(name: &str, folder: &str, facts: &Facts) -> Option<String> {
        (name == "move").then(|| {
            let to = facts.to.as_deref().unwrap_or_default();
            let messages = messages(facts.messages.unwrap_or_default());
            format!("move {folder} → {to}: {messages}")
        })
    }
}

impl Written for Move<String> {
    fn is_odd(&self) -> bool {
        self.to.is_empty() || self.to.contains(char::is_control)
    }

    /// Those that are where they were left; where that was not written down, those that never went.
    fn meant(&self, there: &There) -> Option<Meant> {
        let (path, uids) = match &self.at {
            Some(at) => (&self.to, &at.uids),
            None => (&self.folder, &self.uids),
        };
        Some(Meant {
            place: there.only(path).ok()?.place(),
            query: Query {
                uids: uids.clone(),
                ..Query::default()
            },
            aim: Aim::Leave,
        })
    }

    fn put_back<'a>(&'a self, back: &mut Back<'a>) {
        match &self.at {
            Some(at) => self.bring_back(at, back),
            None => self.look_for(back),
        }
    }
}

impl Move<String> {
    /// Written down before anything was sent: what is not there any more went, and where it lies is told later.
    fn look_for<'a>(&'a self, back: &mut Back<'a>) {
        let mut gone: Vec<u32> = self.uids.iter().collect();
        if back.there.only(&self.folder).is_ok()
            && let Some(Ok(lying)) = back.found.next().map(|lie| &lie.found)
            && lying.uid_validity == self.uid_validity
        {
            gone.retain(|uid| !lying.all.contains(*uid));
        }
        if gone.is_empty() {
            back.reversal.already += 1;
        } else {
            let moved = back.moved.entry(&self.folder).or_default();
            moved.extend(gone);
        }
    }

    fn bring_back<'a>(&'a self, at: &'a At, back: &mut Back<'a>) {
        if let Some(moved) = back.moved.get_mut(&*self.folder) {
            moved.retain(|uid| !self.uids.contains(*uid));
        }
        let folder = match back.there.only(&self.to) {
            Ok(folder) => folder,
            Err(missing) => return back.reversal.keep(&self.to, None, missing.words()),
        };
        let found = back.found.next().map(|lie| &lie.found);
        let reversal = &mut back.reversal;
        let lying = match found {
            Some(Ok(lying)) => lying,
            Some(Err(why)) => {
                let why = format!("its messages could not be looked at {why}");
                return reversal.keep(&self.to, None, why);
            }
            None => return reversal.keep(&self.to, None, "nobody looked at its messages"),
        };
        let source = match back.there.only(&self.folder) {
            Ok(source) => source,
            Err(missing) => return reversal.keep(&self.folder, None, missing.words()),
        };
        if lying.uid_validity != at.uid_validity {
            let why =
                "it numbers its messages anew since then: those that came into it cannot be told";
            return reversal.keep(&self.to, None, why);
        }
        let names = &back.there.mailbox.identity_names;
        if names.reserve(&self.folder) || names.reserve(&self.to) {
            return reversal.keep(&self.to, None, "no undo file moves mail there");
        }
        let (there, gone): (Vec<u32>, Vec<u32>) =
            at.uids.iter().partition(|uid| lying.all.contains(*uid));
        if !gone.is_empty() {
            let gone: Uids = gone.into_iter().collect();
            let why = format!(
                "{} moved there {} not there any more, moved on since or back already: UID {gone}",
                messages(gone.len()),
                if gone.len() == 1 { "is" } else { "are" },
            );
            reversal.keep(&self.to, None, why);
        }
        if there.is_empty() {
            return;
        }
        let uids: Uids = there.into_iter().collect();
        let sizes = lying.dated.iter().filter(|one| uids.contains(one.uid));
        reversal.put(Change::Move(Move {
            folder: folder.place(),
            uid_validity: at.uid_validity,
            size: sizes.map(|one| one.size).sum(),
            uids,
            to: source.place(),
            at: None,
            next: None,
        }));
    }
}

/// Names those that went, and of which nobody wrote down where they lie.
pub(crate) fn lost(back: &mut Back) {
    for (folder, moved) in std::mem::take(&mut back.moved) {
        if moved.is_empty() {
            continue;
        }
        let gone: Uids = moved.into_iter().collect();
        let why = format!(
            "of {} nobody wrote down where {} now, as the run broke off: UID {gone}",
            messages(gone.len()),
            if gone.len() == 1 {
                "it lies"
            } else {
                "they lie"
            },
        );
        back.reversal.keep(folder, None, why);
    }
}
