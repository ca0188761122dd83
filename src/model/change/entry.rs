//! Another ACL entry.

use super::Change;
use super::back::{Back, link};
use super::facts::{Facts, letters, or_none};
use super::kind::{Kind, Logged, Planned, Written};
use crate::model::dialect::Dialect;
use crate::model::plan::Place;
use crate::model::rights::Rights;
use crate::model::setting;
use crate::model::state::{Folder, Mailbox};
use crate::model::who::{Who, is_speakable};
use serde::{Deserialize, Serialize};

/// Another ACL entry of a folder (SETACL or DELETEACL, RFC 4314, sections 3.1 and 3.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry<P> {
    /// The folder whose ACL it is.
    pub folder: P,
    /// The identifier, as the server spells it.
    pub identifier: String,
    /// The rights it has now; absent where there is no entry.
    pub before: Option<Rights>,
    /// The rights it shall have; absent where the entry shall go.
    pub after: Option<Rights>,
}

impl<P> Entry<P> {
    /// Whether it is about the same entry as `later`, and leaves it as `later` finds it.
    pub fn leads_to(&self, later: &Self) -> bool
    where
        P: PartialEq,
    {
        (&self.folder, &self.identifier, self.after)
            == (&later.folder, &later.identifier, later.before)
    }

    pub(super) fn renamed<Q, E>(self, name: impl Fn(P) -> Result<Q, E>) -> Result<Entry<Q>, E> {
        Ok(Entry {
            folder: name(self.folder)?,
            identifier: self.identifier,
            before: self.before,
            after: self.after,
        })
    }
}

impl<P> Kind<P> for Entry<P> {
    fn folder(&self) -> &P {
        &self.folder
    }
}

impl Planned for Entry<Place> {
    /// What was there before, put back.
    fn reverse(&self) -> Option<Change> {
        Some(Change::Entry(Self {
            before: self.after,
            after: self.before,
            ..self.clone()
        }))
    }

    fn name(&self) -> &'static str {
        "entry"
    }

    fn facts(&self) -> Facts {
        Facts {
            identifier: Some(self.identifier.clone()),
            before: self.before.map(letters),
            after: self.after.map(letters),
            ..Facts::default()
        }
    }

    fn cells(&self) -> [String; 5] {
        let verb = match (self.before, self.after) {
            (_, None) => "revoke",
            (None, _) => "grant",
            (Some(before), Some(after)) if after.contains(before) => "grant",
            _ => "change",
        };
        let rights = |rights: Option<Rights>| rights.map_or("none".to_owned(), |r| r.to_string());
        [
            verb.into(),
            self.folder.path.clone(),
            self.identifier.clone(),
            rights(self.before),
            rights(self.after),
        ]
    }

    fn called(&self, dialect: &Dialect) -> [String; 5] {
        let [verb, folder, identifier, before, after] = self.cells();
        [verb, folder, dialect.who(&identifier), before, after]
    }
}

/// Whether an entry of somebody who is no keeper may give `rights` in the folder called `path` that is kept apart.
fn may_be_given(state: &Mailbox, path: &str, rights: Rights) -> bool {
    match setting::keeps(path) {
        true => setting::leaves_alone(rights),
        false => rights == state.identity_rights(),
    }
}

impl<P> Logged for Entry<P> {
    fn in_log(name: &str, folder: &str, facts: &Facts) -> Option<String> {
        let who = facts.identifier.as_deref().unwrap_or_default();
        (name == "entry").then(|| {
            let (before, after) = (
                or_none(facts.before.as_ref()),
                or_none(facts.after.as_ref()),
            );
            format!("{who} on {folder}: {before} → {after}")
        })
    }
}

impl Written for Entry<String> {
    /// What stood there may have been odd, and goes back as it was.
    fn is_odd(&self) -> bool {
        !is_speakable(&self.identifier)
    }

    fn misfit(
        &self,
        state: &Mailbox,
        folder: Option<&Folder>,
        is_made: bool,
    ) -> Option<&'static str> {
        if folder.is_none() && !is_made {
            return Some("there is no such folder");
        }
        let (identifier, after) = (&*self.identifier, self.after);
        let now = folder.and_then(|folder| folder.rights_of(identifier));
        let who = Who::Identifier(identifier.to_owned());
        // An odd one can stand there, and only be taken away.
        let odd = !is_speakable(identifier)
            || identifier.len() > 1024
            || after.is_some() && identifier.chars().any(char::is_control);
        let is_identity = state.identity_names.reserve(&self.folder);
        if odd || state.dialect.spell(&who).is_err() {
            Some("it names an identifier that cannot be one")
        } else if now != self.before {
            Some("the entry is not what it was")
        } else if after.is_some_and(|after| state.vocabulary.exactly(after).is_err()) {
            Some("it names rights that the server cannot grant")
        } else if is_identity
            && after.is_some_and(|after| !may_be_given(state, &self.folder, after))
        {
            Some("on a folder that is kept apart from mail there is nothing else to give")
        } else if is_identity && state.is_keeper(identifier) {
            Some("whoever keeps what is apart from mail stays as they are")
        } else {
            None
        }
    }

    fn put_back<'a>(&'a self, back: &mut Back<'a>) {
        let key = (&*self.folder, &*self.identifier);
        link(&mut back.entries, key, self.before, self.after);
    }
}
