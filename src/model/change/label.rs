//! A label on messages, or off them.

use crate::model::label::Keyword;
use crate::model::uids::Uids;
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

impl<P: Clone> Label<P> {
    /// The other way round.
    pub fn reverse(&self) -> Self {
        Self {
            set: !self.set,
            ..self.clone()
        }
    }
}
