//! Messages of two folders, and which of the one are copies of the other's.

use super::hashing::hashes;
use crate::error::Result;
use crate::imap::{HeaderFields, Session};
use crate::mail::message::head;
use crate::model::message::Message;
use crate::model::pace::Pace;
use crate::model::uids::Uids;
use chrono::{DateTime, FixedOffset};
use std::collections::{BTreeMap, BTreeSet};

/// A message as it lies in a folder, by what a copy of it is recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Print {
    /// Its UID.
    pub uid: u32,
    /// Its Message-ID, where it has one.
    pub id: Option<String>,
    /// How long it is, as the server tells, in bytes.
    pub size: u64,
    /// When it arrived.
    pub arrived: Option<DateTime<FixedOffset>>,
    /// The flags and keywords that it carries, as they are spelled.
    pub flags: Vec<String>,
}

impl Print {
    fn of(message: Message, header: &[u8]) -> Self {
        Self {
            uid: message.uid,
            id: head(header).id,
            size: message.size,
            arrived: message.arrived,
            flags: [message.flags, message.keywords].concat(),
        }
    }

    /// What it carries. Whether it is marked to be deleted says nothing of the message: a run that broke off may have
    /// done that.
    fn marks(&self) -> BTreeSet<String> {
        let all = self.flags.iter().map(|flag| flag.to_ascii_lowercase());
        all.filter(|flag| flag != "\\deleted").collect()
    }

    /// Whether `copy` carries what it carries, and arrived when it did.
    fn is_as(&self, copy: &Self) -> bool {
        self.marks().is_subset(&copy.marks()) && self.arrived == copy.arrived
    }
}

/// The messages `uids` of the folder that is selected; a refusal in the server's words.
///
/// # Errors
/// Whatever the session may meet.
pub fn prints(
    session: &mut Session,
    uids: &Uids,
    pace: &Pace,
) -> Result<Result<Vec<Print>, String>> {
    let mut all = Vec::new();
    if uids.is_empty() {
        return Ok(Ok(all));
    }
    let mut take = |message: Message, header: &[u8]| all.push(Print::of(message, header));
    let quiet = Pace {
        tick: &|_| {},
        ..*pace
    };
    let told = session.summaries(uids, HeaderFields::Naming, &quiet, &mut take)?;
    all.sort_by_key(|print| print.uid);
    Ok(told.map(|()| all).map_err(|refusal| refusal.to_string()))
}

/// What became of a message that was looked for in another folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match {
    /// It is there.
    Copied {
        /// Its hash.
        sha256: String,
        /// Its UID there.
        uid: u32,
    },
    /// A message of that Message-ID is there, byte for byte, and carries something else or came at another time.
    Otherwise,
}

/// Which of the messages `here`, in the folder that `one` has selected, lie `there`, in that of `other`, by their
/// UIDs here: byte for byte. One there is the copy of one here.
///
/// # Errors
/// Whatever the sessions may meet.
pub fn matched(
    (one, here): (&mut Session, &[Print]),
    (other, there): (&mut Session, &[Print]),
    pace: &Pace,
) -> Result<BTreeMap<u32, Match>> {
    let key = |print: &Print| (print.id.clone(), print.size);
    let keys: BTreeSet<_> = here.iter().map(key).collect();
    let there: Vec<&Print> = there
        .iter()
        .filter(|one| keys.contains(&key(one)))
        .collect();
    let keys: BTreeSet<_> = there.iter().map(|print| key(print)).collect();
    let here: Vec<&Print> = here.iter().filter(|one| keys.contains(&key(one))).collect();
    let sizes = |prints: &[&Print]| prints.iter().map(|one| (one.uid, one.size)).collect();
    let quiet = Pace {
        tick: &|_| {},
        ..*pace
    };
    let hashes_there = hashes(other, &sizes(&there), &quiet)?;
    let hashes_here = hashes(one, &sizes(&here), &quiet)?;
    let mut left: Vec<&Print> = there;
    let mut all = BTreeMap::new();
    for print in here {
        let Some(hash) = hashes_here.get(&print.uid) else {
            continue;
        };
        let is_alike = |copy: &&Print| hashes_there.get(&copy.uid) == Some(hash);
        let same = left
            .iter()
            .position(|copy| is_alike(copy) && print.is_as(copy));
        if let Some(at) = same {
            let copied = Match::Copied {
                sha256: hash.clone(),
                uid: left.swap_remove(at).uid,
            };
            all.insert(print.uid, copied);
        } else if print.id.is_some() && left.iter().any(is_alike) {
            all.insert(print.uid, Match::Otherwise);
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_carries_at_least_what_the_message_carries_and_came_when_it_did() {
        let print = |flags: &str, arrived: &str| Print {
            uid: 1,
            id: None,
            size: 1,
            arrived: DateTime::parse_from_rfc3339(arrived).ok(),
            flags: flags.split(' ').map(str::to_owned).collect(),
        };
        let day = "2026-01-01T00:00:00Z";
        let one = print("\\seen urgent \\deleted", day);
        assert!(one.is_as(&print("\\Seen URGENT $Other", "2026-01-01T01:00:00+01:00")));
        assert!(!one.is_as(&print("\\seen", day)));
        assert!(!one.is_as(&print("\\seen urgent", "2026-01-01T00:00:01Z")));
    }
}
