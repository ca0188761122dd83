//! rule run: which messages get a keyword, a copy in another folder, or another place, in parts of which each is changed by
//! one command.

use super::course::{Course, Does};
use super::transit;
use crate::model::label::Keyword;
use crate::model::message::Message;
use crate::model::plan::Place;
use crate::model::uids::Uids;
use std::collections::BTreeMap;

/// Messages of a folder that rules take, with the identity of its numbering, and each with the names of these rules.
pub(super) type Taken<'t> = (&'t Place, u32, &'t [(Message, Vec<String>)]);

/// Messages of a folder that get a keyword.
pub(super) struct Want {
    /// In which round of their course.
    pub(super) round: usize,
    /// The folder.
    pub(super) place: Place,
    /// The identity of its numbering.
    pub(super) uid_validity: u32,
    /// They.
    pub(super) uids: Uids,
    /// What they get.
    pub(super) keyword: Keyword,
}

/// Messages of a folder of which another one gets copies.
pub(super) struct Send {
    /// In which round of their course.
    pub(super) round: usize,
    /// The folder.
    pub(super) place: Place,
    /// The identity of its numbering.
    pub(super) uid_validity: u32,
    /// How long each is.
    pub(super) sizes: BTreeMap<u32, u64>,
    /// Where to.
    pub(super) to: Place,
}

/// Messages of a folder that go into another one.
pub(super) struct Way {
    /// The folder.
    pub(super) place: Place,
    /// The identity of its numbering.
    pub(super) uid_validity: u32,
    /// They.
    pub(super) uids: Uids,
    /// Where to.
    pub(super) to: Place,
}

/// Those that get keywords, a part for each command.
pub(super) fn wants(taken: &[Taken], does: &BTreeMap<String, Does>) -> Vec<Want> {
    let mut wants = Vec::new();
    for (place, uid_validity, taken) in taken.iter().copied() {
        let mut each: BTreeMap<(usize, String), (&Keyword, Vec<u32>)> = BTreeMap::new();
        for (message, takers) in taken {
            for (round, keyword) in Course::new(place, takers, does).labels {
                let key = (round, keyword.as_str().to_ascii_lowercase());
                let (_, uids) = each.entry(key).or_insert_with(|| (keyword, Vec::new()));
                if !message.carries(keyword) {
                    uids.push(message.uid);
                }
            }
        }
        for ((round, _), (keyword, uids)) in each {
            let uids: Uids = uids.into_iter().collect();
            let parts = transit::parts(&uids).into_iter();
            wants.extend(parts.map(|uids| Want {
                round,
                place: place.clone(),
                uid_validity,
                uids,
                keyword: keyword.clone(),
            }));
        }
    }
    wants
}

/// Those of which other folders get copies, likewise.
pub(super) fn sends(taken: &[Taken], does: &BTreeMap<String, Does>) -> Vec<Send> {
    let mut sends = Vec::new();
    for (place, uid_validity, taken) in taken.iter().copied() {
        let mut each: BTreeMap<(usize, &Place), BTreeMap<u32, u64>> = BTreeMap::new();
        for (message, takers) in taken {
            for copy in Course::new(place, takers, does).copies {
                let sizes = each.entry(copy).or_default();
                sizes.insert(message.uid, message.size);
            }
        }
        for ((round, to), sizes) in each {
            let uids: Uids = sizes.keys().copied().collect();
            sends.extend(transit::parts(&uids).into_iter().map(|part| {
                Send {
                    round,
                    place: place.clone(),
                    uid_validity,
                    sizes: sizes
                        .iter()
                        .filter(|(uid, _)| part.contains(**uid))
                        .map(|(uid, size)| (*uid, *size))
                        .collect(),
                    to: to.clone(),
                }
            }));
        }
    }
    sends
}

/// Those that go into other folders, likewise.
pub(super) fn ways(taken: &[Taken], does: &BTreeMap<String, Does>) -> Vec<Way> {
    let mut ways = Vec::new();
    for (place, uid_validity, taken) in taken.iter().copied() {
        let mut each: BTreeMap<&Place, Vec<u32>> = BTreeMap::new();
        for (message, takers) in taken {
            if let Some(to) = Course::new(place, takers, does).way {
                each.entry(to).or_default().push(message.uid);
            }
        }
        for (to, uids) in each {
            let parts = transit::parts(&uids.into_iter().collect()).into_iter();
            ways.extend(parts.map(|uids| Way {
                place: place.clone(),
                uid_validity,
                uids,
                to: to.clone(),
            }));
        }
    }
    ways
}
