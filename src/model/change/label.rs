//! A label on messages, or off them.

use super::Change;
use super::back::{Back, There};
use super::facts::Facts;
use super::kind::{Kind, Logged, Planned, Written};
use crate::model::label::Keyword;
use crate::model::messages::{Aim, Meant};
use crate::model::plan::Place;
use crate::model::selection::Query;
use crate::model::uids::Uids;
use crate::model::words::messages;
use serde::{Deserialize, Serialize};

/// Messages of a folder get a keyword, or lose it (STORE, RFC 9051, section 6.4.6). Those that were so
/// before are not among them, so that taking it back touches nobody else's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label<P> {
    /// The folder in which they lie.
    pub folder: P,
    /// The identity of its numbering: in another one the UIDs are those of other messages.
    pub uid_validity: u32,
    /// The messages.
    pub uids: Uids,
    /// The keyword.
    pub keyword: Keyword,
    /// Whether they get it; else they lose it.
    pub set: bool,
}

impl<P> Label<P> {
    pub(super) fn renamed<Q, E>(self, name: impl Fn(P) -> Result<Q, E>) -> Result<Label<Q>, E> {
        Ok(Label {
            folder: name(self.folder)?,
            uid_validity: self.uid_validity,
            uids: self.uids,
            keyword: self.keyword,
            set: self.set,
        })
    }
}

impl<P> Kind<P> for Label<P> {
    fn folder(&self) -> &P {
        &self.folder
    }

    fn is_of_mail(&self) -> bool {
        true
    }
}

impl Planned for Label<Place> {
    /// The other way round.
    fn reverse(&self) -> Option<Change> {
        Some(Change::Label(Self {
            set: !self.set,
            ..self.clone()
        }))
    }

    fn name(&self) -> &'static str {
        if self.set { "label" } else { "unlabel" }
    }

    fn facts(&self) -> Facts {
        Facts {
            keyword: Some(self.keyword.as_str().to_owned()),
            uid_validity: Some(self.uid_validity),
            uids: Some(self.uids.to_string()),
            messages: Some(self.uids.len()),
            ..Facts::default()
        }
    }

    fn cells(&self) -> [String; 5] {
        [
            self.name().into(),
            self.folder.path.clone(),
            self.keyword.as_str().into(),
            String::new(),
            messages(self.uids.len()),
        ]
    }

    fn line(&self, [verb, folder, keyword, _, messages]: [String; 5]) -> String {
        format!("{verb} {folder}: {keyword}, {messages}")
    }
}

impl<P> Logged for Label<P> {
    fn in_log(name: &str, folder: &str, facts: &Facts) -> Option<String> {
        ["label", "unlabel"].contains(&name).then(|| {
            let keyword = facts.keyword.as_deref().unwrap_or_default();
            let messages = messages(facts.messages.unwrap_or_default());
            format!("{name} {folder}: {keyword}, {messages}")
        })
    }
}

impl Written for Label<String> {
    /// Those that are as they were left.
    fn meant(&self, there: &There) -> Option<Meant> {
        Some(Meant {
            place: there.only(&self.folder).ok()?.place(),
            query: Query {
                uids: self.uids.clone(),
                ..Query::default()
            },
            aim: Aim::Label {
                label: self.keyword.clone(),
                set: !self.set,
            },
        })
    }

    /// Of the messages only those are meant that were found to be still as the run left them.
    fn put_back<'a>(&'a self, back: &mut Back<'a>) {
        let reversal = &mut back.reversal;
        let folder = match back.there.only(&self.folder) {
            Ok(folder) => folder,
            Err(missing) => return reversal.keep(&self.folder, None, missing.words()),
        };
        let lying = match back.found.next().map(|lie| &lie.found) {
            Some(Ok(lying)) => lying,
            Some(Err(why)) => {
                let why = format!("its messages could not be looked at {why}");
                return reversal.keep(&self.folder, None, why);
            }
            None => {
                return reversal.keep(&self.folder, None, "nobody looked at its messages");
            }
        };
        if lying.uid_validity != self.uid_validity {
            let why =
                "it numbers its messages anew since then: those that were labelled cannot be told";
            return reversal.keep(&self.folder, None, why);
        }
        if lying.pending.is_empty() {
            reversal.already += 1;
            return;
        }
        reversal.put(Change::Label(Label {
            folder: folder.place(),
            uid_validity: self.uid_validity,
            uids: lying.pending.clone(),
            keyword: self.keyword.clone(),
            set: !self.set,
        }));
    }
}
