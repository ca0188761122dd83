//! Messages that go for good, on the wire: UID STORE and UID EXPUNGE of exactly those (RFC 4315), read again by
//! which messages are there before and after.

use super::kind::Wire;
use super::one_by_one::{Became, RENUMBERED, lost, one_by_one, refused, untried};
use super::seen::Seen;
use crate::error::Result;
use crate::imap::Session;
use crate::model::change::{Change, Expunge};
use crate::model::outcome::{Fate, Outcome};
use crate::model::pace::Pace;
use crate::model::plan::Place;
use crate::model::selection::Query;
use crate::model::uids::Uids;

impl Wire for Expunge<Place> {
    fn wave(&self) -> Option<(u8, usize)> {
        Some((5, 0))
    }

    /// One part after the other.
    fn make(&self, session: &mut Session, wave: &[Change], pace: &Pace) -> Outcome {
        one_by_one(wave, pace, |change| match change {
            Change::Expunge(gone) => became(session, gone),
            _ => (Fate::NotTried, None),
        })
    }

    fn read_back(&mut self, session: &mut Session, _: &Fate) -> Result<Option<Seen>> {
        look(session, self).map(Some)
    }
}

fn became(session: &mut Session, gone: &mut Expunge<Place>) -> Became {
    match go(session, gone) {
        Ok(()) => (Fate::Done, None),
        Err(why) => why,
    }
}

fn go(session: &mut Session, gone: &mut Expunge<Place>) -> Result<(), Became> {
    if !session.removes_exactly() {
        let why = "here: the server cannot remove exactly these messages (UIDPLUS), and others may be marked, too";
        return Err(refused(why));
    }
    let selected = session.select(&gone.folder.wire).map_err(untried)?;
    let selected = selected.map_err(|refusal| refused(refusal.to_string()))?;
    if selected.uid_validity != Some(gone.uid_validity) {
        return Err(refused(RENUMBERED));
    }
    let before = match selected.messages {
        // Some refuse to search where nothing is, and then nothing is to be done.
        0 => return Ok(()),
        _ => session.find(&Query::default()).map_err(untried)?,
    };
    let before = before.map_err(|refusal| refused(refusal.to_string()))?;
    let there: Uids = before
        .iter()
        .filter(|uid| gone.uids.contains(*uid))
        .collect();
    if there.is_empty() {
        return Ok(());
    }
    if let Err(refusal) = session.remove_exactly(&there).map_err(lost)? {
        return Err(refused(refusal.to_string()));
    }
    let after = session.find(&Query::default()).map_err(lost)?;
    if let Ok(after) = after {
        let others = before.iter().filter(|uid| !gone.uids.contains(*uid));
        gone.others = others.filter(|uid| !after.contains(*uid)).collect();
    }
    Ok(())
}

/// What became of it, by which messages are there.
///
/// # Errors
/// Whatever the session may meet.
fn look(session: &mut Session, gone: &Expunge<Place>) -> Result<Seen> {
    let unread = |why: &dyn std::fmt::Display| {
        Seen::Unclear(format!("which messages are there now cannot be read {why}"))
    };
    let selected = match session.examine(&gone.folder.wire)? {
        Ok(selected) => selected,
        Err(refusal) => return Ok(unread(&refusal)),
    };
    if selected.uid_validity != Some(gone.uid_validity) {
        return Ok(Seen::Unclear(RENUMBERED.to_owned()));
    }
    let there = match selected.messages {
        0 => Uids::default(),
        _ => match session.find(&Query::default())? {
            Ok(there) => there,
            Err(refusal) => return Ok(unread(&refusal)),
        },
    };
    let left: Uids = gone
        .uids
        .iter()
        .filter(|uid| there.contains(*uid))
        .collect();
    let others: Uids = gone
        .others
        .iter()
        .filter(|uid| !there.contains(*uid))
        .collect();
    let folder = &gone.folder.path;
    Ok(match (left.len(), others.is_empty()) {
        (0, true) => Seen::Made,
        (0, false) => Seen::Unclear(format!(
            "the messages are gone, and others went from {folder:?} at the same moment, which somebody else may have \
             removed: UID {others}"
        )),
        (n, _) if n == gone.uids.len() => {
            Seen::Unmade(format!("the messages still lie in {folder:?}"))
        }
        _ => Seen::Unclear(format!(
            "some of the messages still lie in {folder:?}: UID {left}"
        )),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imap::peer::dialogue;
    use crate::model::folder::WireName;

    fn gone(uids: &str) -> Change {
        Change::Expunge(Expunge {
            folder: Place {
                path: "Trash".to_owned(),
                wire: WireName::from_wire(*b"Trash"),
            },
            uid_validity: 7,
            uids: uids.parse().unwrap(),
            size: 10,
            others: Uids::default(),
        })
    }

    fn made(session: &mut Session, changes: &[Change]) -> Vec<(Change, Fate)> {
        let Some(Change::Expunge(first)) = changes.first() else {
            panic!()
        };
        let outcome = first.make(session, changes, &Pace::unattended());
        assert_eq!(outcome.cut_short, None);
        outcome.changes
    }

    fn seen(session: &mut Session, change: &mut Change) -> String {
        let Change::Expunge(gone) = change else {
            panic!()
        };
        match gone.read_back(session, &Fate::Done).unwrap().unwrap() {
            Seen::Made => "made".to_owned(),
            Seen::Unmade(why) => format!("unmade: {why}"),
            Seen::Unclear(why) => format!("unclear: {why}"),
        }
    }

    #[test]
    fn exactly_those_go_and_it_is_seen_that_all_others_are_there() {
        let (mut session, script) = dialogue(
            "UIDPLUS",
            r#"C: S1 SELECT "Trash"
               S: * 5 EXISTS
               S: * OK [UIDVALIDITY 7] .
               S: S1 OK done
               C: S2 UID SEARCH ALL
               S: * SEARCH 1 2 3 4 9
               S: S2 OK done
               C: S3 UID STORE 2:3 +FLAGS.SILENT (\Deleted)
               S: S3 OK done
               C: S4 UID EXPUNGE 2:3
               S: S4 OK done
               C: S5 UID SEARCH ALL
               S: * SEARCH 1 9
               S: S5 OK done
               C: S6 EXAMINE "Trash"
               S: * 2 EXISTS
               S: * OK [UIDVALIDITY 7] .
               S: S6 OK done
               C: S7 UID SEARCH ALL
               S: * SEARCH 1 9
               S: S7 OK done"#,
        );
        // One that is gone by then is not asked for again.
        let mut all = made(&mut session, &[gone("2:3,5")]);
        let (change, fate) = &mut all[0];
        assert_eq!(*fate, Fate::Done);
        let told = seen(&mut session, change);
        assert!(
            told.starts_with("unclear") && told.ends_with("UID 4"),
            "{told}"
        );
        script.join().unwrap();
    }

    #[test]
    fn nothing_is_sent_where_others_may_go_too_or_the_numbers_are_those_of_others() {
        let (mut session, script) = dialogue("MOVE", "");
        let all = made(&mut session, &[gone("2")]);
        assert!(matches!(&all[0].1, Fate::Refused(why) if why.contains("UIDPLUS")));
        drop(session);
        script.join().unwrap();
        let (mut session, script) = dialogue(
            "UIDPLUS",
            r#"C: S1 SELECT "Trash"
               S: * 5 EXISTS
               S: * OK [UIDVALIDITY 8] .
               S: S1 OK done"#,
        );
        let all = made(&mut session, &[gone("2")]);
        assert!(matches!(&all[0].1, Fate::Refused(why) if why.contains("anew")));
        script.join().unwrap();
    }

    #[test]
    fn what_the_server_left_is_named() {
        let (mut session, script) = dialogue(
            "UIDPLUS",
            r#"C: S1 EXAMINE "Trash"
               S: * 2 EXISTS
               S: * OK [UIDVALIDITY 7] .
               S: S1 OK done
               C: S2 UID SEARCH ALL
               S: * SEARCH 2 9
               S: S2 OK done
               C: S3 EXAMINE "Trash"
               S: * 2 EXISTS
               S: * OK [UIDVALIDITY 7] .
               S: S3 OK done
               C: S4 UID SEARCH ALL
               S: * SEARCH 2 9
               S: S4 OK done
               C: S5 EXAMINE "Trash"
               S: * 0 EXISTS
               S: * OK [UIDVALIDITY 7] .
               S: S5 OK done"#,
        );
        assert!(seen(&mut session, &mut gone("2")).starts_with("unmade"));
        assert!(seen(&mut session, &mut gone("1:2")).ends_with("UID 2"));
        assert_eq!(seen(&mut session, &mut gone("1:2")), "made");
        script.join().unwrap();
    }
}
