//! Deeds beside plans: written down, done, written down.

use super::batch;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::Session;
use crate::ledger::{Ledger, Witness};
use crate::model::deed::{Deed, Deeds, Done};
use crate::model::folder::WireName;
use crate::model::outcome::Fate;
use crate::model::pace::Pace;

/// Subscribes the user `login` of `session` to these folders of `mailbox`, each by its path and its
/// name there; each answer in their order.
///
/// # Errors
/// When it cannot be written down: before it is done, or afterwards.
pub fn subscribe(
    ledger: &Ledger,
    mailbox: &str,
    login: &str,
    session: &mut Session,
    folders: Vec<(String, WireName)>,
    pace: &Pace,
) -> Result<Vec<Result<(), String>>> {
    let (paths, names): (Vec<String>, Vec<WireName>) = folders.into_iter().unzip();
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let deed = |folder| Deed::Subscribe { folder };
    let deeds = Deeds::new(mailbox, Some(login), paths.into_iter().map(deed).collect());
    ledger.about_to_do(&deeds)?;
    let answers = batch::subscribe(session, &names, pace);
    let fate = |answer: &Result<(), String>| match answer {
        Ok(()) => Fate::Done,
        Err(why) => Fate::Refused(why.clone()),
    };
    let done: Vec<Done> = answers.iter().map(|answer| fate(answer).into()).collect();
    ledger.did(&deeds, &done).map_err(unlogged)?;
    Ok(answers)
}

/// Does `work`, the one deed of `deeds`. An error of the server's is told as a refusal; after one of
/// the connection's nobody knows.
///
/// # Errors
/// That of `work`; when it cannot be written down, before it is done or afterwards.
pub fn one<T>(ledger: &Ledger, deeds: &Deeds, work: impl FnOnce() -> Result<T>) -> Result<T> {
    ledger.about_to_do(deeds)?;
    let result = work();
    let fate = match &result {
        Ok(_) => Fate::Done,
        Err(error) if is_lost(error) => Fate::Unknown(error.to_string()),
        Err(error) => Fate::Refused(error.to_string()),
    };
    let told = ledger.did(deeds, &[fate.into()]);
    let done = result?;
    told.map_err(unlogged)?;
    Ok(done)
}

/// Has `work` read mail, the one deed of `deeds`: whatever stops it, what was read by then nobody knows.
///
/// # Errors
/// As [`one`].
pub fn reading<T>(ledger: &Ledger, deeds: &Deeds, work: impl FnOnce() -> Result<T>) -> Result<T> {
    ledger.about_to_do(deeds)?;
    let result = work();
    let fate = match &result {
        Ok(_) => Fate::Done,
        Err(error) => Fate::Unknown(error.to_string()),
    };
    let told = ledger.did(deeds, &[fate.into()]);
    let done = result?;
    told.map_err(unlogged)?;
    Ok(done)
}

fn is_lost(error: &Error) -> bool {
    matches!(error.exit(), Exit::Unreachable | Exit::Protocol)
}

fn unlogged(error: Error) -> Error {
    let what = format!("it is done, and that could not be written down: {error}");
    Error::new(Exit::Partly, what)
}
