//! A folder without messages that goes, on the wire: RENAME to where nobody delivers, STATUS and LIST there, and DELETE
//! only of what is empty still; what is not gets its name again.

use super::answers::fate;
use super::kind::Wire;
use super::one_by_one::{Became, lost, one_by_one};
use super::seen::{Seen, exists};
use crate::error::{Error, Result};
use crate::imap::{ListOptions, Listed, Pattern, Request, Session, StatusItems};
use crate::model::change::{Change, Remove};
use crate::model::folder::WireName;
use crate::model::outcome::{Fate, Outcome};
use crate::model::pace::{self, Pace};
use crate::model::plan::Place;
use crate::model::words::messages;

impl Wire for Remove<Place> {
    fn wave(&self) -> Option<(u8, usize)> {
        Some((6, 0))
    }

    /// One folder after the other.
    fn make(&self, session: &mut Session, wave: &[Change], pace: &Pace) -> Outcome {
        one_by_one(wave, pace, |change| match change {
            Change::Remove(remove) => match go(session, remove) {
                Ok(()) => (Fate::Done, None),
                Err(became) => became,
            },
            _ => (Fate::NotTried, None),
        })
    }

    fn read_back(&mut self, session: &mut Session, _: &Fate) -> Result<Option<Seen>> {
        let is_there = exists(session, &self.folder.wire)?;
        let is_aside = exists(session, &self.aside.wire)?;
        let aside = &self.aside.path;
        Ok(Some(match (is_there, is_aside) {
            (false, false) => Seen::Made,
            (true, false) => Seen::Unmade("the folder is there, or there again".to_owned()),
            (false, true) => Seen::Unclear(format!(
                "it is put aside as {aside:?}, with all that may be in it: run it again"
            )),
            (true, true) => Seen::Unclear(format!(
                "it is put aside as {aside:?}, and another of its name was made meanwhile"
            )),
        }))
    }
}

fn go(session: &mut Session, remove: &Remove<Place>) -> Result<(), Became> {
    let (folder, aside) = (&remove.folder.wire, &remove.aside.wire);
    if !remove.is_aside {
        sent(session, Request::rename(folder, aside))?;
    }
    match filled(session, aside) {
        Ok(None) => {}
        Ok(Some(why)) => return Err(back(session, remove, &why)),
        Err(error) => return Err(lost(error)),
    }
    sent(session, Request::delete(aside)).map_err(|became| match became {
        (Fate::Refused(why), None) => back(session, remove, &format!("deleting was refused {why}")),
        other => other,
    })
}

/// Gives a folder that stays, because of `why`, its name again.
fn back(session: &mut Session, remove: &Remove<Place>, why: &str) -> Became {
    let (folder, aside) = (&remove.folder.wire, &remove.aside.wire);
    match sent(session, Request::rename(aside, folder)) {
        Ok(()) => (Fate::Refused(format!("here: it stays, as {why}")), None),
        Err((Fate::Refused(no), cut_short)) => {
            let aside = &remove.aside.path;
            let what = format!(
                "it stays, as {why}, and is called {aside:?} now, as it could not get its name again {no}"
            );
            (Fate::Unknown(what), cut_short)
        }
        Err(other) => other,
    }
}

/// Why the folder called `name` is not empty, where it is not; what cannot be looked at counts as such.
///
/// # Errors
/// Whatever the session may meet.
fn filled(session: &mut Session, name: &WireName) -> Result<Option<String>, Error> {
    let items = StatusItems {
        messages: true,
        ..StatusItems::NONE
    };
    let pace = Pace::unattended();
    let status = session.statuses(std::slice::from_ref(name), items, &pace)?;
    let held = match status.into_iter().next() {
        Some(Ok(status)) => status.messages,
        Some(Err(refusal)) => return Ok(Some(format!("it could not be looked into {refusal}"))),
        None => None,
    };
    match held {
        Some(0) => {}
        Some(n) => {
            return Ok(Some(format!("{} came meanwhile", messages(n))));
        }
        None => {
            return Ok(Some(
                "the server does not say whether it is empty".to_owned(),
            ));
        }
    }
    let listed = session.list(&Pattern::exactly(name), ListOptions::default())?;
    let Some(separator) = listed.iter().find_map(|listed| listed.separator) else {
        return Ok(None);
    };
    let mut prefix = name.as_bytes().to_vec();
    prefix.extend(separator.to_string().bytes());
    let below = session.list(&Pattern::below(&prefix), ListOptions::default())?;
    let is_below = below.iter().any(Listed::is_selectable);
    Ok(is_below.then(|| "there are folders below it".to_owned()))
}

fn sent(session: &mut Session, request: Request) -> Result<(), Became> {
    let mut batch = session.run(vec![request], &Pace::unattended());
    let broken = batch.broken.take().map(|error| error.to_string());
    match batch.answers.pop().map_or_else(Fate::lost, fate) {
        Fate::Done => Ok(()),
        Fate::NotTried => Err((Fate::NotTried, broken.or(Some(pace::why().to_owned())))),
        other => Err((other, broken)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imap::peer::dialogue;
    use std::collections::BTreeMap;

    fn place(path: &str) -> Place {
        Place {
            path: path.to_owned(),
            wire: WireName::from_unicode(path).unwrap(),
        }
    }

    fn made(script: &'static str, is_aside: bool) -> (Fate, Option<String>) {
        let (mut session, script) = dialogue("", script);
        let remove = Remove {
            folder: place("Old"),
            aside: place("Old (aside)"),
            is_aside,
            entries: BTreeMap::new(),
        };
        let wave = [Change::Remove(remove.clone())];
        let mut outcome = remove.make(&mut session, &wave, &Pace::unattended());
        drop(session);
        script.join().unwrap();
        (outcome.changes.remove(0).1, outcome.cut_short)
    }

    #[test]
    fn what_is_empty_still_goes() {
        let (fate, cut_short) = made(
            r#"C: S1 RENAME "Old" "Old (aside)"
               S: S1 OK done
               C: S2 STATUS "Old (aside)" (MESSAGES)
               S: * STATUS "Old (aside)" (MESSAGES 0)
               S: S2 OK done
               C: S3 LIST "" "Old (aside)"
               S: * LIST () "/" "Old (aside)"
               S: S3 OK done
               C: S4 LIST "" "Old (aside)/*"
               S: S4 OK done
               C: S5 DELETE "Old (aside)"
               S: S5 OK done"#,
            false,
        );
        assert_eq!((fate, cut_short), (Fate::Done, None));
    }

    #[test]
    fn what_came_meanwhile_stays_and_so_does_its_folder() {
        let (fate, cut_short) = made(
            r#"C: S1 RENAME "Old" "Old (aside)"
               S: S1 OK done
               C: S2 STATUS "Old (aside)" (MESSAGES)
               S: * STATUS "Old (aside)" (MESSAGES 2)
               S: S2 OK done
               C: S3 RENAME "Old (aside)" "Old"
               S: S3 OK done"#,
            false,
        );
        assert!(matches!(fate, Fate::Refused(why) if why.contains("2 messages came meanwhile")));
        assert_eq!(cut_short, None);
    }

    #[test]
    fn what_cannot_be_looked_into_is_not_empty() {
        let (fate, _) = made(
            r#"C: S1 STATUS "Old (aside)" (MESSAGES)
               S: S1 NO [NOPERM] no
               C: S2 RENAME "Old (aside)" "Old"
               S: S2 NO [ALREADYEXISTS] no"#,
            true,
        );
        assert!(matches!(fate, Fate::Unknown(why) if why.contains("Old (aside)")));
    }

    #[test]
    fn folders_that_were_made_below_it_keep_it() {
        let (fate, _) = made(
            r#"C: S1 RENAME "Old" "Old (aside)"
               S: S1 OK done
               C: S2 STATUS "Old (aside)" (MESSAGES)
               S: * STATUS "Old (aside)" (MESSAGES 0)
               S: S2 OK done
               C: S3 LIST "" "Old (aside)"
               S: * LIST () "/" "Old (aside)"
               S: S3 OK done
               C: S4 LIST "" "Old (aside)/*"
               S: * LIST () "/" "Old (aside)/New"
               S: S4 OK done
               C: S5 RENAME "Old (aside)" "Old"
               S: S5 OK done"#,
            false,
        );
        assert!(matches!(fate, Fate::Refused(why) if why.contains("below it")));
    }
}
