//! What lies in the other folder twice: a server goes on with what a run sent it that was killed, while the next run
//! looks and puts the same there.

use super::Carrier;
use crate::apply::withdraw;
use crate::error::Result;
use crate::imap::{Appended, Refusal};
use crate::model::plan::Place;
use crate::model::uids::Uids;
use crate::observe::{Match, Print};
use std::collections::{BTreeMap, BTreeSet};

/// What was put into a folder, and what else came there since it was looked at.
#[derive(Default)]
pub(super) struct Put {
    /// The highest UID there that is known.
    pub last: u32,
    sent: Vec<Print>,
    /// The UIDVALIDITY and the UID that each got, by its UID where it came from.
    own: BTreeMap<u32, (u32, u32)>,
    /// Whether the server did not tell of one which it got.
    is_untold: bool,
    others: Vec<Print>,
}

impl Put {
    /// Nothing yet, behind those that lie `there`.
    pub fn behind(there: &[Print]) -> Self {
        let mut put = Self::default();
        put.find(there);
        put.others.clear();
        put
    }

    /// Those that were `sent`, of which the server `told` this.
    pub fn note(&mut self, sent: &[Print], told: &[Result<Appended, Refusal>]) {
        for (print, told) in sent.iter().zip(told) {
            match told {
                Err(_) => continue,
                Ok(Appended { uid: Some(own) }) => _ = self.own.insert(print.uid, *own),
                Ok(Appended { uid: None }) => self.is_untold = true,
            }
            self.sent.push(print.clone());
        }
    }

    /// Those that lie `there` behind the last one that was known.
    pub fn find(&mut self, there: &[Print]) {
        let own: BTreeSet<u32> = self.own.values().map(|(_, uid)| *uid).collect();
        let others = there.iter().filter(|print| !own.contains(&print.uid));
        self.others.extend(others.cloned());
        let uids = there.iter().map(|print| print.uid);
        self.last = uids.max().unwrap_or(self.last).max(self.last);
    }

    /// The UIDs of this run's own copies of what lies there from others too, in a folder of that numbering.
    fn spare(&self, matched: &BTreeMap<u32, Match>, uid_validity: u32) -> Uids {
        let copied = matched
            .iter()
            .filter(|(_, one)| matches!(one, Match::Copied(_)));
        let own = copied.filter_map(|(uid, _)| self.own.get(uid));
        let own = own.filter(|(validity, _)| *validity == uid_validity);
        own.map(|(_, uid)| *uid).collect()
    }
}

impl Carrier<'_> {
    /// Has what was `put` lie there once: where another run's command brought it there too, what this one put there
    /// goes again, as it alone is known by its number. Why it stays, where it does.
    pub(super) fn once(&mut self, target: &Place, mut put: Put) -> Result<Result<(), String>> {
        if put.own.is_empty() || put.is_untold {
            return Ok(Ok(()));
        }
        match self.there(target, put.last)? {
            Ok(there) => put.find(&there),
            Err(why) => return Ok(Err(why)),
        }
        if put.others.is_empty() {
            return Ok(Ok(()));
        }
        let selected = match self.other.session.select(&target.wire)? {
            Ok(selected) => selected,
            Err(refusal) => return Ok(Err(refusal.to_string())),
        };
        let Some(uid_validity) = selected.uid_validity else {
            return Ok(Ok(()));
        };
        let matched = self.matched(&put.sent, &put.others)?;
        let spare = put.spare(&matched, uid_validity);
        if spare.is_empty() {
            return Ok(Ok(()));
        }
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
    fn what_this_run_put_there_goes_where_another_one_put_it_too() {
        let mut put = Put::behind(&[print(3), print(9)]);
        assert_eq!((put.last, put.others.len()), (9, 0));
        let told = |uid| Ok(Appended { uid });
        put.note(
            &[print(1), print(2)],
            &[told(Some((7, 11))), told(Some((7, 12)))],
        );
        put.find(&[print(10), print(11), print(12)]);
        assert_eq!((put.last, &put.others), (12, &vec![print(10)]));
        let matched = BTreeMap::from([(2, Match::Copied(String::new())), (1, Match::Otherwise)]);
        assert_eq!(put.spare(&matched, 7).to_string(), "12");
        assert!(put.spare(&matched, 8).is_empty(), "numbered anew");
        put.note(&[print(5)], &[told(None)]);
        assert!(put.is_untold, "nobody knows which is whose");
    }
}
