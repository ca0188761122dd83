//! Settings on the wire: APPEND, and then UID EXPUNGE of those that they replace (RFC 9051, sections 6.3.12 and
//! 6.4.9), read again by what the newest message says.

use super::kind::Wire;
use super::seen::Seen;
use crate::error::Result;
use crate::imap::Session;
use crate::mail;
use crate::model::change::{Change, Setting};
use crate::model::outcome::{Fate, Outcome};
use crate::model::pace::{self, Pace};
use crate::model::plan::Place;
use crate::model::setting::Settings;
use crate::model::uids::Uids;
use crate::observe;
use chrono::Utc;
use std::sync::Arc;

impl Wire for Setting<Place> {
    /// It goes alone.
    fn make(&self, session: &mut Session, wave: &[Change], pace: &Pace) -> Outcome {
        let mut made = self.clone();
        let (fate, cut_short) = match pace.stopped() {
            true => (Fate::NotTried, Some(pace::why().to_owned())),
            false => put(session, &mut made, pace),
        };
        let changes = wave.iter().map(|change| match change {
            Change::Setting(_) => (Change::Setting(made.clone()), fate.clone()),
            other => (other.clone(), Fate::NotTried),
        });
        Outcome {
            changes: changes.collect(),
            cut_short,
            said: Vec::new(),
        }
    }

    fn read_back(&mut self, session: &mut Session, _: &Fate) -> Result<Option<Seen>> {
        let pace = Pace::unattended();
        let now = observe::settings_in(session, &self.folder.wire, &pace)?;
        Ok(Some(match now.text(self.kind) {
            Err(why) => Seen::Unclear(format!("what the settings say now cannot be read {why}")),
            Ok(text) if text == self.after => Seen::Made,
            Ok(text) if text == self.before => {
                Seen::Unmade(format!("the {} are as they were", self.kind))
            }
            Ok(_) => Seen::Unclear(format!(
                "the {} say something else now: somebody changed them at the same time",
                self.kind
            )),
        }))
    }
}

/// What became of `setting`, and why nothing more can be done, where that is so.
fn put(session: &mut Session, setting: &mut Setting<Place>, pace: &Pace) -> (Fate, Option<String>) {
    let now = match observe::settings_in(session, &setting.folder.wire, pace) {
        Ok(now) => now,
        // Nothing was sent that changes anything.
        Err(error) => return (Fate::NotTried, Some(error.to_string())),
    };
    match now.text(setting.kind) {
        Err(why) => return (Fate::Refused(why.to_owned()), None),
        // What somebody else has set since is not overwritten unseen.
        Ok(text) if text != setting.before => {
            let why = "here: somebody changed the settings since they were looked at";
            return (Fate::Refused(why.to_owned()), None);
        }
        Ok(_) => {}
    }
    let goes = setting.after.is_empty() && session.removes_exactly();
    if !goes {
        // Courier takes no message for a folder that is open for reading alone.
        match session.select(&setting.folder.wire) {
            Err(error) => return (Fate::NotTried, Some(error.to_string())),
            Ok(Err(refusal)) => return (Fate::Refused(refusal.to_string()), None),
            Ok(Ok(_)) => {}
        }
        let text = mail::setting::write(setting.kind, &setting.after, Utc::now());
        match session.append_draft(&setting.folder.wire, Arc::from(text)) {
            Err(error) => return (Fate::lost(), Some(error.to_string())),
            Ok(Err(refusal)) => return (Fate::Refused(refusal.to_string()), None),
            Ok(Ok(appended)) => setting.at = appended.uid,
        }
        if let Some(taken_back) = beaten(session, setting, &now, pace) {
            return taken_back;
        }
    }
    // The new one is there: a run that ends here leaves older ones, which count no more.
    match clear(session, setting, &now) {
        Ok(()) => (Fate::Done, None),
        Err(why) if goes => (Fate::Refused(why), None),
        Err(_) => (Fate::Done, None),
    }
}

/// What became of `setting`, which is there, where somebody else had set another one in the moment between looking
/// and writing: it was made of what counted before that, and goes again. The one that was first stays.
fn beaten(
    session: &mut Session,
    setting: &Setting<Place>,
    before: &Settings,
    pace: &Pace,
) -> Option<(Fate, Option<String>)> {
    let (_, own) = setting.at?;
    let then = match observe::settings_in(session, &setting.folder.wire, pace) {
        Ok(then) => then,
        Err(error) => return Some((Fate::lost(), Some(error.to_string()))),
    };
    let newest = then.newest.get(&setting.kind)?;
    let seen = before.newest.get(&setting.kind).map_or(0, |old| old.uid);
    let mut all = newest.older.iter().chain([&newest.uid]);
    if !all.any(|uid| (seen..own).contains(uid) && *uid != seen) || !session.removes_exactly() {
        return None;
    }
    let why = "here: somebody changed the settings in the same moment";
    let mine: Uids = [own].into_iter().collect();
    let removed = session
        .select(&setting.folder.wire)
        .map_err(|error| error.to_string())
        .and_then(|selected| selected.map_err(|refusal| refusal.to_string()))
        .and_then(|_| {
            session
                .remove_exactly(&mine)
                .map_err(|error| error.to_string())
        })
        .and_then(|removed| removed.map_err(|refusal| refusal.to_string()));
    Some(match removed {
        Ok(()) => (Fate::Refused(why.to_owned()), None),
        Err(error) => (
            Fate::lost(),
            Some(format!(
                "{why}, and this one could not be taken back: {error}"
            )),
        ),
    })
}

/// Removes exactly those that were seen before.
fn clear(session: &mut Session, setting: &Setting<Place>, now: &Settings) -> Result<(), String> {
    let Some(newest) = now.newest.get(&setting.kind) else {
        return Ok(());
    };
    if !session.removes_exactly() {
        return Ok(());
    }
    let old: Uids = newest.older.iter().chain([&newest.uid]).copied().collect();
    let selected = session.select(&setting.folder.wire);
    let selected = selected
        .map_err(|error| error.to_string())?
        .map_err(|refusal| refusal.to_string())?;
    // In a folder that was made anew the UIDs are those of other messages.
    if selected.uid_validity.is_none() || selected.uid_validity != now.uid_validity {
        return Err("here: the folder was made anew since it was looked at".to_owned());
    }
    let removed = session.remove_exactly(&old);
    removed
        .map_err(|error| error.to_string())?
        .map_err(|refusal| refusal.to_string())
}
