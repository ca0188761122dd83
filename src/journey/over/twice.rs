//! What lies in the other folder twice: a server goes on with what a run sent it that was killed, while the next one
//! looks, and puts the same there.

use super::Carrier;
use crate::apply::withdraw;
use crate::error::Result;
use crate::model::plan::Place;
use crate::model::uids::Uids;
use crate::observe::{Match, Print};
use std::collections::BTreeMap;

/// What came into a folder.
pub(super) struct Put {
    /// The highest UID there that is known.
    pub last: u32,
    /// The identity of the numbering, and the lowest UID that messages got which this run, or one that did not come to
    /// its end, put there.
    pub since: (u32, u32),
    /// The messages of which one there is the copy.
    pub copied: Vec<Print>,
    /// What came there since.
    came: Vec<Print>,
    /// Whether runs before this one may have put some there.
    is_noted: bool,
}

impl Put {
    /// Behind those that lie `there`, in a folder whose numbering has that identity; earlier runs put some there since
    /// what was `noted`.
    pub fn behind(there: &[Print], uid_validity: u32, noted: Option<(u32, u32)>) -> Self {
        let last = there.iter().map(|print| print.uid).max();
        let last = last.unwrap_or_default();
        // In another numbering it says nothing.
        let noted = noted.filter(|since| since.0 == uid_validity);
        let since = noted.unwrap_or((uid_validity, last.saturating_add(1)));
        let came = there.iter().filter(|print| print.uid >= since.1);
        Self {
            last,
            since,
            copied: Vec::new(),
            came: came.cloned().collect(),
            is_noted: noted.is_some(),
        }
    }

    /// Those that lie `there` behind the last one that was known.
    pub fn find(&mut self, there: Vec<Print>) {
        let uids = there.iter().map(|print| print.uid);
        self.last = uids.max().unwrap_or(self.last).max(self.last);
        self.came.extend(there);
    }
}

impl Carrier<'_> {
    /// Whether `print`, in the folder `target`, is the copy of a message of this run.
    pub(super) fn is_copy(&self, target: &Place, print: &Print) -> bool {
        let copies = self.copies.get(&target.path);
        copies.is_some_and(|copies| copies.contains(&print.uid))
    }

    /// Those that were `matched` in the folder `target` are copies: each of one message.
    pub(super) fn pair(&mut self, target: &Place, matched: &BTreeMap<u32, Match>) {
        let copies = self.copies.entry(target.path.clone()).or_default();
        copies.extend(copied(matched));
    }

    /// Has each message lie there once: what came there too since somebody began to put it there, and is the same byte
    /// for byte, goes again. Why it stays, where it does.
    pub(super) fn once(&mut self, target: &Place, mut put: Put) -> Result<Result<(), String>> {
        if put.copied.is_empty() || put.came.is_empty() && !put.is_noted {
            return Ok(Ok(()));
        }
        let uid_validity = match self.there(target, put.last)? {
            Ok((uid_validity, there)) => {
                put.find(there);
                uid_validity
            }
            Err(why) => return Ok(Err(why)),
        };
        let mut rest = put.came;
        rest.retain(|print| !self.is_copy(target, print));
        let mut spare: Vec<u32> = Vec::new();
        loop {
            let matched = self.matched(&put.copied, &rest)?;
            let more: Vec<u32> = copied(&matched).collect();
            if more.is_empty() {
                break;
            }
            rest.retain(|print| !more.contains(&print.uid));
            spare.extend(more);
        }
        if spare.is_empty() || uid_validity != put.since.0 {
            return Ok(Ok(()));
        }
        let spare: Uids = spare.into_iter().collect();
        let twice =
            |why: &str| format!("(UID {spare} of {:?} lie there twice: {why})", target.path);
        if !self.other.session.removes_exactly() {
            return Ok(Err(twice("the server cannot remove exactly these")));
        }
        let ledger = self.to.provider.ledger();
        let (mailbox, which) = (self.state.name.as_str(), (uid_validity, &spare));
        let withdrawn = withdraw(ledger, self.other, mailbox, target, which)?;
        Ok(withdrawn.map_err(|refusal| twice(&refusal.to_string())))
    }
}

fn copied(matched: &BTreeMap<u32, Match>) -> impl Iterator<Item = u32> + '_ {
    matched.values().filter_map(|one| match one {
        Match::Copied { uid, .. } => Some(*uid),
        Match::Otherwise => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(uid: u32) -> Print {
        Print {
            uid,
            id: None,
            size: 1,
            arrived: None,
            flags: Vec::new(),
        }
    }

    #[test]
    fn what_came_counts_since_the_first_run_that_did_not_come_to_its_end() {
        let there = [print(3), print(9)];
        let came = |put: &Put| -> Vec<u32> { put.came.iter().map(|one| one.uid).collect() };
        for (noted, since, before) in [
            (None, (7, 10), vec![]),
            (Some((7, 4)), (7, 4), vec![9]),
            (Some((6, 4)), (7, 10), vec![]),
        ] {
            let mut put = Put::behind(&there, 7, noted);
            assert_eq!((put.last, put.since, came(&put)), (9, since, before));
            put.find(vec![print(12), print(11)]);
            assert_eq!((put.last, came(&put).len() > 1), (12, true));
        }
        assert_eq!(Put::behind(&[], 7, None).since, (7, 1));
    }
}
