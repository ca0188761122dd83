//! Read-back: what the server stored is what counts.

use super::entry;
use super::kind::wire_mut;
use super::label;
use super::moving;
use crate::error::Result;
use crate::imap::Session;
use crate::model::level::Vocabulary;
use crate::model::outcome::Outcome;
use crate::model::pace::Pace;

/// Reads through `session`, a fresh one, what became of every change that was made, or may have been,
/// and corrects the fates: done is what is so, whatever the server said. What cannot be read is
/// unknown, and why is told. `owner` is whose own session it is, where it is the owner's. The session is
/// given back where it still serves.
pub fn verify(
    session: Result<Session>,
    outcome: &mut Outcome,
    vocabulary: &Vocabulary,
    owner: Option<&str>,
    pace: &Pace,
) -> Option<Session> {
    let read = session.and_then(|mut session| {
        look(&mut session, outcome, vocabulary, owner, pace)?;
        Ok(session)
    });
    match read {
        Ok(session) => {
            outcome.end_if_known();
            Some(session)
        }
        Err(error) => {
            let why = format!("what the server stored could not be read: {error}");
            outcome.unread(&why);
            outcome.cut_short.get_or_insert(why);
            None
        }
    }
}

/// # Errors
/// Whatever the session may meet.
fn look(
    session: &mut Session,
    outcome: &mut Outcome,
    vocabulary: &Vocabulary,
    owner: Option<&str>,
    pace: &Pace,
) -> Result<()> {
    entry::read_back(session, outcome, vocabulary, owner, pace)?;
    label::read_back(session, outcome)?;
    let read = moving::read_back(session, outcome)?;
    let tried = outcome.changes.iter_mut().enumerate();
    let tried = tried.filter(|(n, (_, fate))| fate.was_tried() && !read.contains(n));
    for (_, (change, fate)) in tried {
        let Some(seen) = wire_mut(change).read_back(session, fate)? else {
            continue;
        };
        *fate = seen.fate(fate, &outcome.said);
    }
    Ok(())
}
