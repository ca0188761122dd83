//! Messages that are kept elsewhere too, as was seen there: those may go where they lay.

use super::messages::Lying;
use std::collections::BTreeMap;

/// Messages that are kept elsewhere too, by the folder in which they lay and the identity of its numbering.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Safe(BTreeMap<(String, u32), BTreeMap<u32, Held>>);

/// By what a message is recognised where it lay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// How long its server said that it is, in bytes.
    pub size: u64,
    /// The SHA-256 of what came.
    pub sha256: String,
}

impl Safe {
    /// Adds the message `uid` of `folder`.
    pub fn add(&mut self, folder: &str, uid_validity: u32, uid: u32, held: Held) {
        let folder = (folder.to_owned(), uid_validity);
        self.0.entry(folder).or_default().insert(uid, held);
    }

    /// Those of `folder`, where there are any.
    pub fn of(&self, folder: &str, uid_validity: u32) -> Option<&BTreeMap<u32, Held>> {
        self.0.get(&(folder.to_owned(), uid_validity))
    }

    /// Each folder, the identity of its numbering, and its messages.
    pub fn folders(&self) -> impl Iterator<Item = (&str, u32, &BTreeMap<u32, Held>)> {
        let all = self.0.iter();
        all.map(|((folder, uid_validity), held)| (folder.as_str(), *uid_validity, held))
    }

    /// How many messages that are.
    pub fn len(&self) -> u64 {
        self.0.values().map(|held| held.len() as u64).sum()
    }

    /// Whether that is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How long each message is of what is `lying` in `folder` and is kept elsewhere, as long as it was then.
    pub fn within(&self, folder: &str, lying: &Lying) -> BTreeMap<u32, u64> {
        let held = self.of(folder, lying.uid_validity);
        let is_held = |uid: u32, size: u64| {
            let held = held.and_then(|held| held.get(&uid));
            held.is_some_and(|held| held.size == size)
        };
        let all = lying.dated.iter();
        let all = all.filter(|one| is_held(one.uid, one.size));
        all.map(|one| (one.uid, one.size)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::dated::Dated;

    #[test]
    fn only_what_has_the_same_number_and_length_in_the_same_numbering_is_held() {
        let mut safe = Safe::default();
        let held = |size| Held {
            size,
            sha256: "a".to_owned(),
        };
        safe.add("INBOX", 7, 1, held(10));
        safe.add("INBOX", 7, 2, held(20));
        let dated = |(uid, size)| Dated {
            uid,
            size,
            day: None,
            is_future: false,
        };
        let mut lying = Lying {
            uid_validity: 7,
            dated: [(1, 10), (2, 21), (3, 10)].map(dated).to_vec(),
            ..Lying::default()
        };
        assert_eq!(safe.within("INBOX", &lying), BTreeMap::from([(1, 10)]));
        assert!(safe.within("Sent", &lying).is_empty());
        lying.uid_validity = 8;
        assert!(safe.within("INBOX", &lying).is_empty());
        assert_eq!(safe.folders().count(), 1);
    }
}
