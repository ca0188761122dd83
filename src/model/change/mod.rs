//! A change: one thing to be made otherwise in one folder. Each kind is a file: what it is, what takes it
//! back, what it leaves of a mailbox, and its words. What it asks of the server, and how it is read back, is
//! in `apply`, a file for each too. A new kind is these two files, an arm here, and one in `kind`.

pub mod back;
mod copying;
mod create;
mod delete;
mod entry;
mod expunge;
pub mod facts;
mod kind;
mod label;
mod moving;
mod quota;
mod remove;
mod rename;
mod setting;

pub use copying::Copy;
pub(crate) use copying::unwritten;
pub use create::Create;
pub use delete::Delete;
pub use entry::Entry;
pub use expunge::Expunge;
pub use kind::in_log;
pub use label::Label;
pub(crate) use moving::lost;
pub use moving::{At, Move};
pub use quota::Quota;
pub(crate) use quota::limits;
pub use remove::Remove;
pub use rename::Rename;
pub use setting::Setting;

pub(crate) use kind::kind;

use super::place::Place;
use serde::{Deserialize, Serialize};
use std::convert::Infallible;

/// One change of one folder. In a file, where the names on the wire are not known, `P` is the
/// folder's path: `Change<String>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum Change<P = Place> {
    /// Another ACL entry.
    Entry(Entry<P>),
    /// A new folder.
    Create(Create<P>),
    /// A folder and its messages go.
    Delete(Delete<P>),
    /// A folder, with those below it, gets another name.
    Rename(Rename<P>),
    /// Another limit for a resource.
    Quota(Quota<P>),
    /// A label on messages, or off them.
    Label(Label<P>),
    /// Messages that go into another folder.
    Move(Move<P>),
    /// Messages of which another folder gets copies.
    Copy(Copy<P>),
    /// Messages that go for good.
    Expunge(Expunge<P>),
    /// A folder without messages goes.
    Remove(Remove<P>),
    /// Other settings of the mailbox.
    Setting(Setting<P>),
}

impl<P> Change<P> {
    /// The folder that it makes, where it makes one.
    pub fn makes(&self) -> Option<&P> {
        match self {
            Change::Create(create) => Some(&create.folder),
            _ => None,
        }
    }

    /// Whether messages leave a folder by it, copies come into one, or a folder leaves that they could come into: done in
    /// the same moment as another of these, it could double them.
    pub fn takes_messages(&self) -> bool {
        matches!(
            self,
            Change::Move(_) | Change::Copy(_) | Change::Expunge(_) | Change::Remove(_)
        )
    }

    /// Whether it is about the same entry as `later`, and leaves it as `later` finds it.
    pub fn leads_to(&self, later: &Self) -> bool
    where
        P: PartialEq,
    {
        match (self, later) {
            (Change::Entry(first), Change::Entry(then)) => first.leads_to(then),
            _ => false,
        }
    }

    /// Whether it changes an entry of `name`.
    pub fn is_entry_of(&self, name: &str) -> bool {
        matches!(self, Change::Entry(entry) if entry.identifier == name)
    }

    /// The same change of folders named otherwise.
    ///
    /// # Errors
    /// The first that `name` returns.
    pub fn renamed<Q, E>(self, name: impl Fn(P) -> Result<Q, E>) -> Result<Change<Q>, E> {
        Ok(match self {
            Change::Entry(entry) => Change::Entry(entry.renamed(name)?),
            Change::Create(create) => Change::Create(create.renamed(name)?),
            Change::Delete(delete) => Change::Delete(delete.renamed(name)?),
            Change::Rename(rename) => Change::Rename(rename.renamed(name)?),
            Change::Quota(quota) => Change::Quota(quota.renamed(name)?),
            Change::Label(label) => Change::Label(label.renamed(name)?),
            Change::Move(moved) => Change::Move(moved.renamed(name)?),
            Change::Copy(copy) => Change::Copy(copy.renamed(name)?),
            Change::Expunge(gone) => Change::Expunge(gone.renamed(name)?),
            Change::Remove(remove) => Change::Remove(remove.renamed(name)?),
            Change::Setting(setting) => Change::Setting(setting.renamed(name)?),
        })
    }
}

impl Change {
    /// The same change as a file keeps it: folders by their paths.
    pub fn on_paper(&self) -> Change<String> {
        let Ok(kept) = self
            .clone()
            .renamed(|place| Ok::<_, Infallible>(place.path));
        kept
    }
}
