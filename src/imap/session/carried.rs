//! What messages of many folders carry, asked in one stream.

use super::Session;
use super::moving::Sizes;
use super::selected::{Entering, carried};
use crate::error::Result;
use crate::imap::answer::Answer;
use crate::imap::collect::{Aloft, Collect};
use crate::imap::request::Request;
use crate::imap::response::{Data, State};
use crate::imap::token::Malformed;
use crate::model::folder::WireName;
use crate::model::pace::Pace;
use crate::model::uids::Uids;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// A folder, and the messages of it that are asked about, set by set.
pub type Asked<'a> = (&'a WireName, Vec<&'a Uids>);

/// What takes the flags of a message by its UID, and by the places of the folder and of the set.
type Take<'t> = dyn FnMut((usize, usize), u32, &[&str]) + 't;

impl Session {
    /// Hands `take` what each message carries of each set that is `asked` about, once for each set, by the places of the
    /// folder and of the set: EXAMINE and UID FETCH. The UIDVALIDITY of each folder; none where what was told is not
    /// all, or not known to be of that folder, which is to be asked about alone. No folder stands twice in `asked`.
    ///
    /// Folders are told apart as [`Session::sweep`] does. Of one folder a server may answer several questions in any
    /// order (seen on Dovecot): what it tells there counts for every set in which it is.
    ///
    /// # Errors
    /// When the session breaks.
    pub fn flags_in(
        &mut self,
        asked: &[Asked<'_>],
        take: &mut Take<'_>,
    ) -> Result<Vec<Option<u32>>> {
        let (mut requests, mut places) = (Vec::new(), Vec::new());
        for (folder, (wire, sets)) in asked.iter().enumerate() {
            requests.push(Request::examine(wire));
            places.push((folder, false));
            let sets: BTreeSet<String> = sets.iter().map(|uids| uids.to_string()).collect();
            for uids in sets {
                requests.push(Request::plain("UID FETCH").raw(format!("{uids} (UID FLAGS)")));
                places.push((folder, true));
            }
        }
        let mut told = Told {
            take,
            asked,
            places: &places,
            at: 0,
            entering: asked.iter().map(|_| Entering::default()).collect(),
            seen: HashSet::new(),
        };
        let batch = self.link.run(&requests, &Pace::unattended(), &mut told);
        if let Some(error) = batch.broken {
            return Err(error);
        }
        let mut validities: Vec<Option<u32>> = told
            .entering
            .into_iter()
            .map(|entering| entering.became(&Answer::done()).uid_validity)
            .collect();
        for (answer, (folder, _)) in batch.answers.iter().zip(&places) {
            let is_told = matches!(answer, Answer::Ok { .. });
            if let Some(validity) = validities.get_mut(*folder).filter(|_| !is_told) {
                *validity = None;
            }
        }
        Ok(validities)
    }
}

/// A folder, and sets of its messages, as they go over the wire.
pub type Sets<'a> = (&'a WireName, BTreeSet<String>);

/// The UIDVALIDITY of a folder, and the lengths of its messages, in bytes, by their UIDs.
pub type Lengths = (u32, BTreeMap<u32, u64>);

impl Session {
    /// How long each message is of all sets that are `asked` about, of each folder: EXAMINE and UID FETCH in one stream.
    /// None where what was told is not all, or not known to be of that folder, as in [`Session::flags_in`].
    ///
    /// # Errors
    /// When the session breaks.
    pub fn sizes_in(&mut self, asked: &[Sets<'_>]) -> Result<Vec<Option<Lengths>>> {
        let (mut requests, mut places) = (Vec::new(), Vec::new());
        for (folder, (wire, sets)) in asked.iter().enumerate() {
            requests.push(Request::examine(wire));
            places.push((folder, false));
            for set in sets {
                requests.push(Request::plain("UID FETCH").raw(format!("{set} (UID RFC822.SIZE)")));
                places.push((folder, true));
            }
        }
        let each = || {
            asked
                .iter()
                .map(|_| (Entering::default(), Sizes::default()))
        };
        let mut told = Measured {
            places: &places,
            folders: each().collect(),
        };
        let batch = self.link.run(&requests, &Pace::unattended(), &mut told);
        if let Some(error) = batch.broken {
            return Err(error);
        }
        let ended = |(entering, sizes): (Entering, Sizes)| {
            let validity = entering.became(&Answer::done()).uid_validity?;
            Some((validity, sizes.0))
        };
        let mut folders: Vec<Option<Lengths>> = told.folders.into_iter().map(ended).collect();
        for (answer, (folder, _)) in batch.answers.iter().zip(&places) {
            let is_told = matches!(answer, Answer::Ok { .. });
            if let Some(lengths) = folders.get_mut(*folder).filter(|_| !is_told) {
                *lengths = None;
            }
        }
        Ok(folders)
    }
}

struct Measured<'t> {
    /// Of each command the folder, and whether it asks about messages.
    places: &'t [(usize, bool)],
    folders: Vec<(Entering, Sizes)>,
}

impl Collect for Measured<'_> {
    fn collect(&mut self, data: Data<'_>, aloft: &Aloft<'_>) -> Result<(), Malformed> {
        let place = aloft.oldest.and_then(|oldest| self.places.get(oldest));
        match place.and_then(|(folder, asks)| Some((self.folders.get_mut(*folder)?, *asks))) {
            Some(((entering, sizes), true)) if entering.is_known() => sizes.collect(data, aloft),
            _ => Ok(()),
        }
    }

    fn told(&mut self, state: &State<'_>, aloft: &Aloft<'_>) {
        let place = aloft.oldest.and_then(|oldest| self.places.get(oldest));
        if let Some((folder, false)) = place
            && let Some((entering, _)) = self.folders.get_mut(*folder)
        {
            entering.told(state, aloft);
        }
    }
}

struct Told<'t> {
    take: &'t mut Take<'t>,
    asked: &'t [Asked<'t>],
    /// Of each command the folder, and whether it asks about messages.
    places: &'t [(usize, bool)],
    /// The folder of which something came last.
    at: usize,
    entering: Vec<Entering>,
    seen: HashSet<u32>,
}

impl Told<'_> {
    fn place(&mut self, aloft: &Aloft<'_>) -> Option<(usize, bool)> {
        let (folder, asks) = self.places.get(aloft.oldest?).copied()?;
        if self.at != folder {
            self.at = folder;
            self.seen.clear();
        }
        Some((folder, asks))
    }
}

impl Collect for Told<'_> {
    fn collect(&mut self, mut data: Data<'_>, aloft: &Aloft<'_>) -> Result<(), Malformed> {
        let Some((folder, true)) = self.place(aloft) else {
            return Ok(());
        };
        // Without it nobody knows that the folder is the one that is selected.
        if !self.entering.get(folder).is_some_and(Entering::is_known) {
            return Ok(());
        }
        let Some((uid, flags)) = carried(&mut data)? else {
            return Ok(());
        };
        let sets = self
            .asked
            .get(folder)
            .map(|(_, sets)| sets.iter().enumerate());
        let sets = sets.into_iter().flatten();
        let mut sets = sets.filter(|(_, uids)| uids.contains(uid)).peekable();
        if sets.peek().is_some() && self.seen.insert(uid) {
            for (set, _) in sets {
                (self.take)((folder, set), uid, &flags);
            }
        }
        Ok(())
    }

    fn told(&mut self, state: &State<'_>, aloft: &Aloft<'_>) {
        if let Some((folder, false)) = self.place(aloft)
            && let Some(entering) = self.entering.get_mut(folder)
        {
            entering.told(state, aloft);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imap::peer::dialogue;

    #[test]
    fn what_is_told_belongs_to_the_folder_that_was_entered_last() {
        let (mut session, script) = dialogue(
            "",
            r#"C: S1 EXAMINE "A"
               C: S2 UID FETCH 1:2 (UID FLAGS)
               C: S3 UID FETCH 2 (UID FLAGS)
               C: S4 EXAMINE "B"
               C: S5 UID FETCH 1 (UID FLAGS)
               C: S6 EXAMINE "C"
               C: S7 UID FETCH 1 (UID FLAGS)
               S: * OK [UIDVALIDITY 7] fine
               S: * 1 FETCH (UID 1 FLAGS (early))
               S: S1 OK [READ-ONLY] done
               S: * 1 FETCH (UID 1 FLAGS (a))
               S: * 1 FETCH (UID 1 FLAGS (twice))
               S: * 9 FETCH (UID 9 FLAGS (other))
               S: * 2 FETCH (UID 2 FLAGS ())
               S: S3 OK done
               S: S2 OK done
               S: S4 NO gone
               S: * 1 FETCH (UID 1 FLAGS (unknown))
               S: S5 OK done
               S: * OK [UIDVALIDITY 8] fine
               S: S6 OK [READ-ONLY] done
               S: * 1 FETCH (UID 1 FLAGS (half))
               S: S7 NO [EXPUNGEISSUED] some are gone"#,
        );
        let names = ["A", "B", "C"].map(|name| WireName::from_unicode(name).unwrap());
        let [both, two, one] = ["1:2", "2", "1"].map(|set| set.parse::<Uids>().unwrap());
        let asked = [
            (&names[0], vec![&both, &two]),
            (&names[1], vec![&one]),
            (&names[2], vec![&one]),
        ];
        let mut all = Vec::new();
        let mut take = |place, uid, flags: &[&str]| all.push((place, uid, flags.join(" ")));
        let told = session.flags_in(&asked, &mut take).unwrap();
        script.join().unwrap();
        assert_eq!(told, [Some(7), None, None]);
        let told = |n: usize| (all[n].0, all[n].1, all[n].2.as_str());
        assert_eq!(told(0), ((0, 0), 1, "a"));
        assert_eq!(told(1), ((0, 0), 2, ""));
        assert_eq!(told(2), ((0, 1), 2, ""));
        assert_eq!(told(3), ((2, 0), 1, "half"));
        assert_eq!(all.len(), 4);
    }
}
