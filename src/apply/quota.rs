//! Quota: SETQUOTA replaces every resource of a root at once (RFC 9208, section 4.1.4), so the
//! others are read and written back.

use crate::error::Result;
use crate::exit::Exit;
use crate::imap::Session;
use crate::model::change::Change;
use crate::model::folder::WireName;
use crate::model::outcome::{Fate, Outcome};
use crate::model::pace::Pace;

/// Makes the one change `change`: the limit of `resource` for the mailbox that `folder` is.
pub(super) fn set_quota(
    session: &mut Session,
    change: &Change,
    folder: &WireName,
    resource: &str,
    limit: u64,
) -> Outcome {
    let fate = match replace(session, folder, resource, limit) {
        Ok(()) => Fate::Done,
        Err(why) => Fate::Refused(why),
    };
    let broken = session.noop().err().map(|error| error.to_string());
    let fate = match &broken {
        Some(why) => Fate::Unknown(why.clone()),
        None => fate,
    };
    Outcome {
        changes: vec![(change.clone(), fate)],
        cut_short: broken,
        said: Vec::new(),
    }
}

/// The refusal is in the server's words.
fn replace(
    session: &mut Session,
    folder: &WireName,
    resource: &str,
    limit: u64,
) -> Result<(), String> {
    let asked = session.quotas(std::slice::from_ref(folder), &Pace::unattended());
    let answer = asked.map_err(|error| error.to_string())?.into_iter().next();
    // A server that has no limit yet may answer NO; its root is then named after the folder. One
    // that cannot tell now may have others, which would be lost.
    let quotas = match answer {
        Some(Err(refusal)) if refusal.tells_nothing() => {
            return Err(format!("the limits there are could not be read {refusal}"));
        }
        Some(Ok(quotas)) => quotas,
        Some(Err(_)) | None => Vec::new(),
    };
    let first = quotas.first();
    let root = match first {
        Some(quota) => quota.root.clone(),
        None => String::from_utf8_lossy(folder.as_bytes()).into_owned(),
    };
    let mut limits: Vec<(String, u64)> = first
        .into_iter()
        .flat_map(|quota| &quota.resources)
        .filter(|other| !other.name.eq_ignore_ascii_case(resource))
        .map(|other| (other.name.clone(), other.limit))
        .collect();
    limits.push((resource.to_owned(), limit));
    session.set_quota(&root, &limits).map_err(|error| {
        let why = error.to_string();
        // Some never let a limit be set by anybody, and say it like that.
        match error.exit() {
            Exit::Refused => format!(
                "{why}; where the server lets nobody set limits over IMAP, they are set where it keeps its \
                 accounts"
            ),
            _ => why,
        }
    })
}
