//! A label on the wire: SELECT and UID STORE (RFC 9051, sections 6.3.2 and 6.4.6), read again by what
//! each message carries.

use super::answers::told;
use super::kind::{Wire, wire};
use super::seen::Seen;
use crate::error::Result;
use crate::imap::{Request, Selected, Session};
use crate::model::change::{Change, Label};
use crate::model::outcome::{Fate, Outcome};
use crate::model::pace::Pace;
use crate::model::plan::Place;

impl Wire for Label<Place> {
    fn wave(&self) -> Option<(u8, usize)> {
        Some((3, 0))
    }

    fn request(&self) -> Option<Request> {
        Some(Request::label(&self.uids, &self.keyword, self.set))
    }

    /// Sets the labels of `wave`, or takes them off, folder by folder.
    fn make(&self, session: &mut Session, wave: &[Change], pace: &Pace) -> Outcome {
        let mut outcome = Outcome::default();
        for folder in wave.chunk_by(|a, b| a.folder() == b.folder()) {
            let all = |fate: &dyn Fn() -> Fate, cut_short: Option<String>| Outcome {
                changes: folder.iter().map(|c| (c.clone(), fate())).collect(),
                cut_short,
                said: Vec::new(),
            };
            let became = match enter(session, folder, pace) {
                _ if outcome.cut_short.is_some() => all(&|| Fate::NotTried, None),
                Ok(None) => {
                    let requests = folder.iter().filter_map(|change| wire(change).request());
                    told(folder, session.run(requests.collect(), pace))
                }
                Ok(Some(why)) => all(&|| Fate::Refused(why.clone()), None),
                // Nothing was sent that changes anything.
                Err(why) => all(&|| Fate::NotTried, Some(why)),
            };
            outcome.extend(became);
        }
        outcome
    }

    /// Messages that are gone since are no longer meant: what is left of them is what was seen.
    fn read_back(&mut self, session: &mut Session, _: &Fate) -> Result<Option<Seen>> {
        look(session, self).map(Some)
    }
}

/// Selects the folder of these changes; why nothing of them may be sent there, where that is so.
///
/// # Errors
/// Why nothing more can be sent at all.
fn enter(session: &mut Session, changes: &[Change], pace: &Pace) -> Result<Option<String>, String> {
    let Some(Change::Label(first)) = changes.first() else {
        return Ok(None);
    };
    if pace.stopped() {
        return Err("interrupted".to_owned());
    }
    let selected = session.select(&first.folder.wire);
    let selected = match selected.map_err(|error| error.to_string())? {
        Ok(selected) => selected,
        Err(refusal) => return Ok(Some(refusal.to_string())),
    };
    // In a folder that was made anew the UIDs are those of other messages.
    let is_other = |change: &Change| match change {
        Change::Label(label) => is_renumbered(label, &selected),
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

const RENUMBERED: &str = "here: the folder numbers its messages anew since it was looked at, and the UIDs are those of others";

fn is_renumbered(label: &Label<Place>, selected: &Selected) -> bool {
    selected.uid_validity != Some(label.uid_validity)
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
    if is_renumbered(label, &selected) {
        return Ok(Seen::Unclear(RENUMBERED.to_owned()));
    }
    let (mut right, mut wrong) = (Vec::new(), 0_usize);
    let mut take = |uid: u32, carried: &[&str]| {
        if label.uids.contains(uid) {
            match carried.iter().any(|flag| label.keyword.is(flag)) == label.set {
                true => right.push(uid),
                false => wrong += 1,
            }
        }
    };
    if let Err(refusal) = session.flags(&label.uids.to_string(), &mut take)? {
        let why = format!("what the messages carry since then cannot be read {refusal}");
        return Ok(Seen::Unclear(why));
    }
    let is_on = if label.set { "on" } else { "off" };
    Ok(match (right.len(), wrong) {
        (0, 0) => Seen::Unmade("the messages are gone".to_owned()),
        (_, 0) => {
            label.uids = right.into_iter().collect();
            Seen::Made
        }
        (0, _) => Seen::Unmade(format!("the label is {is_on} none of the messages")),
        (right, wrong) => {
            let all = right + wrong;
            Seen::Unclear(format!(
                "the label is {is_on} {right} of {all} messages now"
            ))
        }
    })
}
