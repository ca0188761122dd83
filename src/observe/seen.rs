//! A mailbox as the list of a session shows it.

use crate::model::folder::WireName;
use crate::model::rights::Rights;
use crate::model::state::Folder;
use crate::reach::Sight;

/// A mailbox that a session sees, with the folders that it sees of it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// What people call it.
    pub name: String,
    /// Where it lies.
    pub sight: Sight,
    /// Its folders; the mailbox itself first, where it is one.
    pub folders: Vec<Folder>,
    /// What the session may do on each folder, where LIST told (RFC 8440).
    pub rights: Vec<Option<Rights>>,
}

impl Seen {
    /// Whether the mailbox called `name` by somebody else is this one: the same name, or the same
    /// place in a shared namespace, whatever prefix each of them sees.
    pub fn is_called(&self, name: &str) -> bool {
        let place = self
            .sight
            .relative
            .as_deref()
            .map(|place| WireName::from_wire(place).to_unicode());
        self.name == name || place.as_deref() == Some(name)
    }
}
