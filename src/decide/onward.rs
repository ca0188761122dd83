//! rule run: what rules send on to others, and what became of that.

use super::judging::Memory;
use crate::model::message::Message;
use crate::model::plan::Place;
use crate::model::rule::{Onward, Rules, Went};
use crate::model::uids::Uids;
use crate::observe::Ruled;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// A message that goes on to others.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The folder in which it lies.
    pub place: Place,
    /// The identity of the folder's numbering.
    pub uid_validity: Option<u32>,
    /// The message.
    pub message: Message,
    /// To whom, each once, and by which rule first.
    pub to: Vec<(String, String)>,
}

/// The messages that go on to others.
#[derive(Debug, Default)]
pub struct Letters {
    all: Vec<Letter>,
    /// Where each stands there, by the path of its folder and its UID.
    places: BTreeMap<String, BTreeMap<u32, usize>>,
    /// Whether they shall go in this run.
    is_asked: bool,
    /// What became of each, address by address, once it was tried.
    fates: OnceLock<Vec<Vec<Onward>>>,
}

impl Letters {
    /// Those of the messages that were `judged` which `rules` send on, as far as `memory` does not have that they went.
    pub fn new(
        rules: &Rules,
        judged: &[(Place, Result<Ruled, String>)],
        memory: &Memory,
        is_asked: bool,
    ) -> Self {
        let mut all = Vec::new();
        for (place, ruled) in judged {
            let Ok(ruled) = ruled else { continue };
            for (message, takers) in &ruled.taken {
                let (path, own, uid) = (&place.path, ruled.uid_validity, message.uid);
                let mut to: Vec<(String, String)> = Vec::new();
                for rule in takers.iter().filter_map(|name| rules.called(name)) {
                    for address in &rule.then.forward {
                        let is_there =
                            |(other, _): &(String, String)| other.eq_ignore_ascii_case(address);
                        if !to.iter().any(is_there)
                            && !memory.was_sent_on(&rule.name, address, path, own, uid)
                        {
                            to.push((address.clone(), rule.name.clone()));
                        }
                    }
                }
                if !to.is_empty() {
                    all.push(Letter {
                        place: place.clone(),
                        uid_validity: ruled.uid_validity,
                        message: message.clone(),
                        to,
                    });
                }
            }
        }
        let mut places: BTreeMap<String, BTreeMap<u32, usize>> = BTreeMap::new();
        for (at, letter) in all.iter().enumerate() {
            let folder = places.entry(letter.place.path.clone()).or_default();
            folder.insert(letter.message.uid, at);
        }
        Self {
            all,
            places,
            is_asked,
            fates: OnceLock::new(),
        }
    }

    /// They.
    pub fn all(&self) -> &[Letter] {
        &self.all
    }

    /// Whether they shall go in this run.
    pub fn is_asked(&self) -> bool {
        self.is_asked
    }

    /// Learns what became of each, address by address.
    pub fn learn(&self, fates: Vec<Vec<Onward>>) {
        // It is tried once.
        let _ = self.fates.set(fates);
    }

    /// The one that is the message `uid` in `place`, with what becomes of it for each address.
    pub fn of(&self, place: &Place, uid: u32) -> Option<(&Letter, Vec<Onward>)> {
        let at = self.at(place, uid)?;
        let letter = self.all.get(at)?;
        let fates = self.fates.get().and_then(|fates| fates.get(at).cloned());
        let open = match self.is_asked {
            true => Onward::Planned,
            false => Onward::Unasked,
        };
        Some((letter, fates.unwrap_or_else(|| vec![open; letter.to.len()])))
    }

    /// How many messages have gone to anybody in this run.
    pub fn sent(&self) -> usize {
        let fates = self.fates.get().into_iter().flatten();
        fates.filter(|fates| fates.contains(&Onward::Sent)).count()
    }

    fn at(&self, place: &Place, uid: u32) -> Option<usize> {
        self.places.get(&place.path)?.get(&uid).copied()
    }

    /// Whether the message `uid` of `place` shall have gone and did not, or nobody knows.
    pub fn is_open(&self, place: &Place, uid: u32) -> bool {
        let at = self.at(place, uid);
        let fates = at.and_then(|at| self.fates.get()?.get(at));
        fates.is_some_and(|fates| !fates.iter().all(Onward::is_settled))
    }

    /// The messages of `place` that shall have gone and did not, or of which nobody knows.
    pub fn open(&self, place: &Place) -> Uids {
        let Some(fates) = self.fates.get() else {
            return Uids::default();
        };
        let tried = self.all.iter().zip(fates);
        let open = tried.filter(|(letter, fates)| {
            letter.place == *place && !fates.iter().all(Onward::is_settled)
        });
        open.map(|(letter, _)| letter.message.uid).collect()
    }

    /// To whom which went, now or before; nothing where this run was not to send any.
    pub fn went(&self) -> Option<Vec<Went>> {
        if !self.is_asked {
            return None;
        }
        let mut went: BTreeMap<(String, u32, String), Vec<u32>> = BTreeMap::new();
        let fates = self.fates.get().map_or(&[][..], Vec::as_slice);
        for (letter, fates) in self.all.iter().zip(fates) {
            let Some(own) = letter.uid_validity else {
                continue;
            };
            for ((address, _), _) in letter
                .to
                .iter()
                .zip(fates)
                .filter(|(_, fate)| fate.is_settled())
            {
                let key = (letter.place.path.clone(), own, address.clone());
                went.entry(key).or_default().push(letter.message.uid);
            }
        }
        let went = went.into_iter();
        Some(
            went.map(|((path, own, address), uids)| {
                (path, own, address, uids.into_iter().collect())
            })
            .collect(),
        )
    }
}
