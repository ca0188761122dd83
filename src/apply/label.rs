//! A label on the wire: SELECT and UID STORE (RFC 9051, sections 6.3.2 and 6.4.6), read again by what
//! each message carries.

use super::answers::told;
use super::kind::{Wire, wire};
use super::one_by_one::RENUMBERED;
use super::seen::Seen;
use crate::error::Result;
use crate::imap::{Asked, Refusal, Request, Selected, Session};
use crate::model::change::{Change, Label};
use crate::model::folder::WireName;
use crate::model::outcome::{Fate, Outcome};
use crate::model::pace::{self, Pace};
use crate::model::plan::Place;
use std::collections::BTreeMap;

impl Wire for Label<Place> {
    fn wave(&self) -> Option<(u8, usize)> {
        Some((3, 0))
    }

    fn request(&self) -> Option<Request> {
        Some(Request::label(&self.uids, &self.keyword, self.set))
    }

    /// Sets the labels of `wave`, or takes them off, folder by folder: the next one is selected behind the last change of
    /// the one before, and nothing is sent to it before it is known to be the one that was looked into.
    fn make(&self, session: &mut Session, wave: &[Change], pace: &Pace) -> Outcome {
        let mut outcome = Outcome::default();
        let folders: Vec<&[Change]> = wave.chunk_by(|a, b| a.folder() == b.folder()).collect();
        let mut entered = None;
        for (n, folder) in folders.iter().enumerate() {
            let all = |fate: &dyn Fn() -> Fate, cut_short: Option<String>| Outcome {
                changes: folder.iter().map(|c| (c.clone(), fate())).collect(),
                cut_short,
                said: Vec::new(),
            };
            let became = match enter(session, folder, entered.take(), pace) {
                _ if outcome.cut_short.is_some() => all(&|| Fate::NotTried, None),
                Ok(None) => {
                    let requests = folder.iter().filter_map(|change| wire(change).request());
                    let next = folders.get(n + 1).and_then(|next| next.first());
                    let next = next.map(|change| &change.folder().wire);
                    let (batch, next) = session.run_and_select(requests.collect(), next, pace);
                    entered = next;
                    told(folder, batch)
                }
                Ok(Some(why)) => all(&|| Fate::Refused(why.clone()), None),
                // Nothing was sent that changes anything.
                Err(why) => all(&|| Fate::NotTried, Some(why)),
            };
            outcome.extend(became);
        }
        outcome
    }
}

/// Corrects the fates of the labels in `outcome`, of all folders in one stream. Messages that are gone since are no
/// longer meant: what is left of them is what was seen.
///
/// # Errors
/// Whatever the session may meet.
pub(super) fn read_back(session: &mut Session, outcome: &mut Outcome) -> Result<()> {
    // By folder the places of its changes: each folder is entered once.
    let mut folders: BTreeMap<WireName, Vec<usize>> = BTreeMap::new();
    for (n, (change, fate)) in outcome.changes.iter().enumerate() {
        if let (Change::Label(label), true) = (change, fate.was_tried()) {
            let all = folders.entry(label.folder.wire.clone()).or_default();
            all.push(n);
        }
    }
    let label = |n: &usize| match outcome.changes.get(*n) {
        Some((Change::Label(label), _)) => Some(label),
        _ => None,
    };
    let asked: Vec<Asked<'_>> = folders
        .iter()
        .map(|(wire, all)| {
            (
                wire,
                all.iter().filter_map(label).map(|one| &one.uids).collect(),
            )
        })
        .collect();
    let labels: Vec<Vec<&Label<Place>>> = folders
        .values()
        .map(|all| all.iter().filter_map(label).collect())
        .collect();
    let mut seen: Vec<Vec<Carry>> = labels
        .iter()
        .map(|all| all.iter().map(|_| Carry::default()).collect())
        .collect();
    let mut take = |(folder, set): (usize, usize), uid: u32, flags: &[&str]| {
        let label = labels.get(folder).and_then(|all| all.get(set));
        let carry = seen.get_mut(folder).and_then(|all| all.get_mut(set));
        if let (Some(label), Some(carry)) = (label, carry) {
            carry.take(label, uid, flags);
        }
    };
    let validities = session.flags_in(&asked, &mut take)?;
    let places: Vec<Vec<usize>> = folders.into_values().collect();
    for ((all, carried), validity) in places.into_iter().zip(seen).zip(validities) {
        for (n, carry) in all.into_iter().zip(carried) {
            let Some((Change::Label(label), fate)) = outcome.changes.get_mut(n) else {
                continue;
            };
            let became = match validity {
                Some(_) if is_renumbered(label, validity) => Seen::Unclear(RENUMBERED.to_owned()),
                Some(_) => carry.seen(label),
                // Alone it tells why.
                None => look(session, label)?,
            };
            *fate = became.fate(fate, &outcome.said);
        }
    }
    Ok(())
}

/// What was seen of the messages of a change.
#[derive(Default)]
struct Carry {
    right: Vec<u32>,
    wrong: usize,
}

impl Carry {
    fn take(&mut self, label: &Label<Place>, uid: u32, flags: &[&str]) {
        match flags.iter().any(|flag| label.keyword.is(flag)) == label.set {
            true => self.right.push(uid),
            false => self.wrong += 1,
        }
    }

    /// What became of `label`; what is left in it is what was seen.
    fn seen(self, label: &mut Label<Place>) -> Seen {
        let is_on = if label.set { "on" } else { "off" };
        match (self.right.len(), self.wrong) {
            (0, 0) => Seen::Unmade("the messages are gone".to_owned()),
            (_, 0) => {
                label.uids = self.right.into_iter().collect();
                Seen::Made
            }
            (0, _) => Seen::Unmade(format!("the label is {is_on} none of the messages")),
            (right, wrong) => {
                let all = right + wrong;
                Seen::Unclear(format!(
                    "the label is {is_on} {right} of {all} messages now"
                ))
            }
        }
    }
}

/// Selects the folder of these changes, unless it was `entered` already; why nothing of them may be sent there, where
/// that is so.
///
/// # Errors
/// Why nothing more can be sent at all.
fn enter(
    session: &mut Session,
    changes: &[Change],
    entered: Option<Result<Selected, Refusal>>,
    pace: &Pace,
) -> Result<Option<String>, String> {
    let Some(Change::Label(first)) = changes.first() else {
        return Ok(None);
    };
    if pace.stopped() {
        return Err(pace::why().to_owned());
    }
    let is_known = |entered: &Result<Selected, Refusal>| match entered {
        Ok(selected) => selected.uid_validity.is_some(),
        Err(_) => true,
    };
    let selected = match entered.filter(is_known) {
        Some(entered) => entered,
        None => session
            .select(&first.folder.wire)
            .map_err(|error| error.to_string())?,
    };
    let selected = match selected {
        Ok(selected) => selected,
        Err(refusal) => return Ok(Some(refusal.to_string())),
    };
    // In a folder that was made anew the UIDs are those of other messages.
    let is_other = |change: &Change| match change {
        Change::Label(label) => is_renumbered(label, selected.uid_validity),
        _ => true,
    };
    if changes.iter().any(is_other) {
        return Ok(Some(RENUMBERED.to_owned()));
    }
    let is_kept = |change: &Change| match change {
        Change::Label(label) => selected.permits.keeps(&label.keyword),
        _ => true,
    };
    if !changes.iter().all(is_kept) {
        let why = format!("here: {} keeps no such label", first.folder.path);
        return Ok(Some(why));
    }
    Ok(None)
}

fn is_renumbered(label: &Label<Place>, uid_validity: Option<u32>) -> bool {
    uid_validity != Some(label.uid_validity)
}

/// What became of it. Messages that are gone since are no longer meant: what is left in `label` is what
/// was seen.
///
/// # Errors
/// Whatever the session may meet.
fn look(session: &mut Session, label: &mut Label<Place>) -> Result<Seen> {
    let selected = match session.examine(&label.folder.wire)? {
        Ok(selected) => selected,
        Err(refusal) => {
            let why = format!("what the messages carry since then cannot be read {refusal}");
            return Ok(Seen::Unclear(why));
        }
    };
    if is_renumbered(label, selected.uid_validity) {
        return Ok(Seen::Unclear(RENUMBERED.to_owned()));
    }
    let (mut carry, meant) = (Carry::default(), &*label);
    let mut take = |uid: u32, flags: &[&str]| {
        if meant.uids.contains(uid) {
            carry.take(meant, uid, flags);
        }
    };
    if let Err(refusal) = session.flags(&meant.uids.to_string(), &mut take)? {
        let why = format!("what the messages carry since then cannot be read {refusal}");
        return Ok(Seen::Unclear(why));
    }
    Ok(carry.seen(label))
}
