//! What earlier runs did with the rows: nothing is sent twice, and nothing that nobody knows of is
//! sent again.

use super::round::{End, Ends};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::moment;
use crate::model::words::count;
use crate::outbox::{Mark, Outbox, Progress, Series, State};
use crate::post::filing::{Filing, Sheet as Copy};
use crate::post::handing;
use crate::post::sending::outbox;
use crate::sheet::letters::{Row, Sheet};
use std::collections::HashSet;
use std::time::{Duration, SystemTime};

/// What is done about rows that an earlier run sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// Nobody has said so: that there are such rows is told, and nothing is sent.
    Unasked,
    /// They are left out, and the others sent.
    Resumed,
    /// All rows are sent, as if there had been no run.
    Restarted,
}

/// How the rows ended that are not to be sent any more.
///
/// # Errors
/// Where an earlier run has sent rows and nobody said what is to become of that, or where the rows
/// are not what they were.
pub fn ends(
    again: Again,
    sheet: &Sheet,
    series: &mut Series,
    filing: &mut Filing<'_>,
) -> Result<Ends> {
    let went = series.marks().filter(|mark| mark.progress.may_be_sent());
    let went = went.count();
    if again != Again::Resumed {
        if went > 0 && again == Again::Unasked {
            match series.ended() {
                None => return Err(unfinished(went, sheet)),
                Some(ended) if is_recent(ended) => finished(ended, sheet, series)?,
                // The same words to the same people, as every week.
                Some(_) => {}
            }
        }
        series.begin_anew()?;
        outbox()?.sweep(series.key())?;
        return Ok(Ends::new());
    }
    if series.marks().next().is_none() {
        let what = "there is nothing to resume: no run of these rows is known here";
        let hint = "a run counts with the same file, mailbox, options and text, for 30 days after \
                    its end; the mailbox's Sent folder shows what was sent";
        return Err(Error::new(Exit::NotFound, what).hint(hint));
    }
    check(sheet, series)?;
    let outbox = outbox()?;
    let mut ends = Ends::new();
    for row in &sheet.rows {
        if let Some(mark) = series.of(row.number).cloned()
            && let Some(end) = settle(&outbox, mark, series, filing)?
        {
            ends.insert(row.number, end);
        }
    }
    outbox.sweep(series.key())?;
    Ok(ends)
}

fn unfinished(went: usize, sheet: &Sheet) -> Error {
    let rows = count(sheet.rows.len(), "row");
    let what = format!("an earlier run sent {went} of {rows} and did not come to its end");
    Error::new(Exit::Usage, what).hint("--resume sends to the others")
}

/// So long after its end the same series is taken for an accident.
const RECENT: Duration = Duration::from_secs(24 * 60 * 60);

fn is_recent(ended: SystemTime) -> bool {
    SystemTime::now()
        .duration_since(ended)
        .is_ok_and(|age| age < RECENT)
}

/// Nothing where the file has got other rows since.
fn finished(ended: SystemTime, sheet: &Sheet, series: &Series) -> Result<()> {
    let sent: HashSet<&str> = series.marks().map(|mark| &*mark.digest).collect();
    let again = |row: &&Row| sent.contains(&*sheet.digest(row));
    let again = sheet.rows.iter().filter(again).count();
    if again == 0 {
        return Ok(());
    }
    let rows = count(sheet.rows.len(), "row");
    let what = format!(
        "{again} of {rows} went out already, at {}",
        moment::utc(ended)
    );
    let hint = "--resume tells what became of each, and sends nothing twice";
    Err(Error::new(Exit::Usage, what).hint(hint))
}

/// A row that went must be where it was, or another one would be taken for it.
fn check(sheet: &Sheet, series: &Series) -> Result<()> {
    for mark in series.marks().filter(|mark| mark.progress.may_be_sent()) {
        let row = mark.row.checked_sub(1).and_then(|at| sheet.rows.get(at));
        if row.is_none_or(|row| sheet.digest(row) != mark.digest) {
            let what = format!("row {} is not what it was when it was sent", mark.row);
            let hint = "rows that were sent must stay as they are; rows may be added below";
            return Err(Error::new(Exit::BadInput, what).hint(hint));
        }
    }
    Ok(())
}

/// How a row ended, or nothing where it is to be sent.
fn settle(
    outbox: &Outbox,
    mark: Mark,
    series: &mut Series,
    filing: &mut Filing<'_>,
) -> Result<Option<End>> {
    let slip = match outbox.take(&mark.id) {
        Ok(slip) => Some(slip),
        Err(error) if error.exit() == Exit::NotFound => None,
        // Another run files it right now, or it cannot be read.
        Err(_) => return Ok(Some(unknown(&mark))),
    };
    let progress = match (mark.progress, slip.as_ref().map(|slip| slip.state)) {
        (Progress::NotSent, _) | (Progress::Going, Some(State::Prepared)) => Progress::NotSent,
        (Progress::Sent, _) | (_, Some(State::Sent)) => Progress::Sent,
        // Somebody may have taken it out of the outbox: in Sent it was sent.
        _ => match filing.look(&mark.message_id) {
            Ok(Some(_)) => Progress::Sent,
            _ => Progress::Unknown,
        },
    };
    if progress != mark.progress {
        series.mark(Mark {
            progress,
            ..mark.clone()
        })?;
    }
    Ok(match (progress, slip) {
        (Progress::NotSent, slip) => {
            slip.map_or(Ok(()), crate::outbox::Slip::remove)?;
            None
        }
        (Progress::Sent, Some(slip)) if slip.entry.save => {
            let message = slip.message()?;
            let filed = filing.file(Copy {
                message_id: &mark.message_id,
                message: &message,
                look_first: true,
            });
            let copy = match filed {
                Ok(filed) => {
                    slip.remove()?;
                    handing::Copy::Filed(filed)
                }
                Err(error) => handing::Copy::NotFiled(error),
            };
            Some(End::Earlier { mark, copy })
        }
        (Progress::Sent, slip) => {
            slip.map_or(Ok(()), crate::outbox::Slip::remove)?;
            let copy = handing::Copy::Nothing;
            Some(End::Earlier { mark, copy })
        }
        _ => Some(unknown(&mark)),
    })
}

fn unknown(mark: &Mark) -> End {
    End::Unknown { mark: mark.clone() }
}
