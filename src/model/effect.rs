//! Effect: what somebody really gets, as a session of her own shows it.

use super::folder::WireName;
use super::rights::Rights;
use super::tree::Tree;
use std::collections::BTreeSet;

/// What a session sees of a shared mailbox.
#[derive(Clone, Debug)]
pub struct Effect {
    /// The names under which it sees the mailbox; the likeliest where it sees nothing.
    pub tree: Option<Tree>,
    /// Each folder asked about, in that order.
    pub folders: Vec<FolderEffect>,
    /// The letters that MYRIGHTS tells whoever has them all, where that was asked: those on the
    /// user's own INBOX.
    pub tells: Option<Rights>,
}

/// What a session sees of one folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FolderEffect {
    /// The folder's path in the mailbox.
    pub path: String,
    /// Its name in that session.
    pub wire: Option<WireName>,
    /// Its rights there, by all that was seen: what MYRIGHTS tells, `l` where LIST shows the folder
    /// and `r` where EXAMINE opens it. None where the server denies that it exists.
    pub rights: Rights,
    /// What MYRIGHTS tells.
    pub told: Rights,
    /// Whether LIST shows it, where that was asked.
    pub listed: Option<bool>,
    /// Whether EXAMINE opens it, where that was asked and answered.
    pub opens: Option<bool>,
    /// Why it is not known what there is, in the server's words.
    pub unknown: Option<String>,
}

/// The letters that LIST and EXAMINE show.
const SHOWN: &str = "lr";

impl Effect {
    /// Whether there is a right on any folder.
    pub fn is_anything(&self) -> bool {
        self.folders.iter().any(|folder| !folder.rights.is_empty())
    }

    /// Why something is not known, of the first folder of which that is so.
    pub fn unknown(&self) -> Option<&str> {
        self.folders
            .iter()
            .find_map(|folder| folder.unknown.as_deref())
    }

    /// The letters of which this session cannot show whether they are there on `folder`: those that
    /// MYRIGHTS tells nobody, and all where it was seen to tell less of the folder than is so. LIST
    /// and EXAMINE decide of `l` and `r`.
    pub fn untold(&self, folder: &FolderEffect) -> Rights {
        let all = Rights::ALL;
        let shown = Rights::parse(SHOWN).unwrap_or_default();
        let fell_short = folder.listed == Some(true) && !folder.told.has('l')
            || folder.opens == Some(true) && !folder.told.has('r');
        let untold = match (fell_short, self.tells) {
            (true, _) => all,
            (false, Some(tells)) => all.minus(tells),
            (false, None) => Rights::NONE,
        };
        untold.minus(shown)
    }
}

/// The folders, by path in the mailbox, that a session's lists show.
#[derive(Clone, Debug, Default)]
pub struct Visible {
    /// Those that LIST shows.
    pub listed: BTreeSet<String>,
    /// Those that the user is subscribed to.
    pub subscribed: BTreeSet<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rights() -> impl Strategy<Value = Rights> {
        "[lrswipkxtea]{0,11}".prop_map(|letters| Rights::parse(&letters).unwrap())
    }

    fn effect(tells: Option<Rights>) -> Effect {
        Effect {
            tree: None,
            folders: Vec::new(),
            tells,
        }
    }

    proptest! {
        #[test]
        fn what_myrights_tells_an_owner_is_never_untold_unless_it_fell_short(
            told in rights(), tells in rights(), opens: Option<bool>, listed: Option<bool>,
        ) {
            let folder = FolderEffect { told, opens, listed, ..FolderEffect::default() };
            let untold = effect(Some(tells)).untold(&folder);
            let shown = Rights::parse(SHOWN).unwrap();
            prop_assert!(!untold.intersects(shown));
            let fell_short = opens == Some(true) && !told.has('r')
                || listed == Some(true) && !told.has('l');
            prop_assert!(fell_short || !untold.intersects(tells));
            prop_assert!(!fell_short || untold == Rights::ALL.minus(shown));
            // Nothing is excused where nobody asked.
            prop_assert!(fell_short || effect(None).untold(&folder).is_empty());
        }
    }
}
