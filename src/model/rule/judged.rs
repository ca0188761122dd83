//! Which messages rules were asked about, so that each is asked once.

use crate::model::uids::Uids;
use std::collections::BTreeMap;

/// Which messages each rule was asked about, by a name of what it says and the paths of folders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged(BTreeMap<String, Folders>);

/// The messages of folders, by their paths, each with the identity of its numbering.
pub type Folders = BTreeMap<String, (u32, Uids)>;

impl Judged {
    /// Of no more folders it is kept.
    pub const MOST: usize = 500;

    /// The messages about which the rule `key` was asked in the folder at `path`, whose numbering is that of
    /// `uid_validity`.
    pub fn of(&self, key: &str, path: &str, uid_validity: u32) -> Option<&Uids> {
        let (own, uids) = self.0.get(key)?.get(path)?;
        (*own == uid_validity).then_some(uids)
    }

    /// The rule `key` was asked about `uids` in the folder at `path`. What was noted of an older numbering of it is of
    /// other messages.
    pub fn note(&mut self, key: &str, path: &str, uid_validity: u32, uids: &Uids) {
        let folders = self.0.entry(key.to_owned()).or_default();
        if folders.len() >= Self::MOST && !folders.contains_key(path) {
            return;
        }
        let (own, all) = folders.entry(path.to_owned()).or_default();
        if *own != uid_validity {
            (*own, *all) = (uid_validity, Uids::default());
        }
        *all = all.or(uids);
    }

    /// Forgets the rules and the folders that are not kept.
    pub fn retain(&mut self, rule: impl Fn(&str) -> bool, folder: impl Fn(&str) -> bool) {
        self.0.retain(|key, _| rule(key));
        for folders in self.0.values_mut() {
            folders.retain(|path, _| folder(path));
        }
    }

    /// The same, of each folder in as many ranges at most: what is forgotten is asked again.
    #[must_use]
    pub fn in_ranges(&self, most: usize) -> Self {
        let cut = |(path, (own, uids)): (&String, &(u32, Uids))| {
            (path.clone(), (*own, uids.in_ranges(most)))
        };
        let rules = self.0.iter();
        Self(
            rules
                .map(|(key, folders)| (key.clone(), folders.iter().map(cut).collect()))
                .collect(),
        )
    }

    /// The rules that were asked about the same, together.
    pub fn alike(&self) -> Vec<(Vec<&str>, &Folders)> {
        let mut alike: Vec<(Vec<&str>, &Folders)> = Vec::new();
        for (key, folders) in self.0.iter().filter(|(_, folders)| !folders.is_empty()) {
            match alike.iter_mut().find(|(_, own)| *own == folders) {
                Some((keys, _)) => keys.push(key),
                None => alike.push((vec![key], folders)),
            }
        }
        alike
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_was_asked_about_what_was_noted_and_nothing_else() {
        let uids = |text: &str| text.parse::<Uids>().unwrap();
        let mut judged = Judged::default();
        judged.note("a", "INBOX", 7, &uids("1:3"));
        judged.note("a", "INBOX", 7, &uids("4,9"));
        judged.note("b", "INBOX", 7, &uids("1:4,9"));
        assert_eq!(judged.of("a", "INBOX", 7), Some(&uids("1:4,9")));
        assert_eq!(judged.alike().len(), 1);
        for (key, path, validity) in [("c", "INBOX", 7), ("a", "Archive", 7), ("a", "INBOX", 8)] {
            assert_eq!(judged.of(key, path, validity), None);
        }
        assert_eq!(judged.in_ranges(1).of("a", "INBOX", 7), Some(&uids("9")));
        judged.note("a", "INBOX", 8, &uids("2"));
        assert_eq!(judged.of("a", "INBOX", 8), Some(&uids("2")));
        judged.retain(|key| key == "a", |path| path != "INBOX");
        assert!(judged.alike().is_empty());
    }
}
