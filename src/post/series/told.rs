//! What the user is told of the rows.

use super::round::{End, Ends};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::mail::letter::{From, Letter};
use crate::model::identity::Identity;
use crate::outbox::Mark;
use crate::post::handing::{Copy, Handed};
use crate::post::sending::Sending;
use crate::post::told;
use crate::report::mail::delivery::said;
use crate::report::mail::send::{DryReport, Told};
use crate::report::mail::series::{DryRow, DrySeries, RowOutcome, RowTold, SeriesReport};
use crate::sheet::letters::{Row, Sheet};

/// The report of a run that ended for the reason `stopped`, if it did not come to the last row.
pub fn report(
    sheet: &Sheet,
    letter: &Letter,
    sending: &Sending,
    ends: &Ends,
    stopped: Option<Error>,
    hints: Vec<String>,
) -> SeriesReport {
    let rows = sheet.rows.iter();
    let rows = rows.map(|row| row_told(row, letter, ends.get(&row.number)));
    let more = stopped.as_ref().and_then(Error::advice).map(str::to_owned);
    SeriesReport {
        mailbox: sending.mailbox.to_string(),
        sender: sending.person.to_string(),
        identity: sending.identity,
        rows: rows.collect(),
        stopped: stopped.as_ref().map(|error| error.what().to_owned()),
        stopped_exit: stopped.as_ref().map(Error::exit),
        hints: hints.into_iter().chain(more).collect(),
    }
}

/// The report of a dry run.
///
/// # Errors
/// What cannot be said in a message; that was looked at before.
pub fn dry(sheet: &Sheet, letter: &Letter, from: &From, identity: Identity) -> Result<DrySeries> {
    let rows = sheet.rows.iter().map(|row| DryRow {
        row: row.number,
        line: row.line,
        to: letter.recipients(&row.cells),
        subject: letter.subject(&row.cells),
    });
    let first = sheet
        .rows
        .first()
        .map(|row| letter.compose(&row.cells, from, true));
    let first = first.transpose().map_err(|unfit| {
        let why = unfit.into_iter().next().map(|unfit| unfit.why);
        Error::new(Exit::BadInput, why.unwrap_or_default())
    })?;
    Ok(DrySeries {
        identity,
        rows: rows.collect(),
        first: first.map(|message| DryReport::new(&message, identity)),
    })
}

fn row_told(row: &Row, letter: &Letter, end: Option<&End>) -> RowTold {
    let empty = RowTold {
        row: row.number,
        line: row.line,
        to: letter.recipients(&row.cells),
        message_id: None,
        outcome: RowOutcome::NotTried,
        answer: None,
        recipients: Vec::new(),
        copy: told::copied(&Copy::Nothing),
        outbox: None,
        exit: Exit::Failure,
    };
    match end {
        None => empty,
        Some(End::Handed { handed, message_id }) => handed_over(empty, handed, message_id),
        Some(End::Earlier { mark, copy }) => earlier(empty, mark, copy),
        Some(End::Unknown { mark }) => RowTold {
            message_id: Some(mark.message_id.clone()),
            outcome: RowOutcome::UNKNOWN,
            outbox: Some(mark.id.clone()),
            exit: Exit::Partly,
            ..empty
        },
    }
}

fn handed_over(empty: RowTold, handed: &Handed, message_id: &str) -> RowTold {
    let said = said(&handed.delivery.verdict);
    let recipients = handed.delivery.recipients.iter();
    let outcome = RowOutcome::Handed(said.outcome);
    let kept = outcome == RowOutcome::UNKNOWN || matches!(handed.copy, Copy::NotFiled(_));
    RowTold {
        message_id: Some(message_id.to_owned()),
        outcome,
        answer: said.answer(),
        recipients: recipients.map(Told::from).collect(),
        copy: told::copied(&handed.copy),
        outbox: kept.then(|| handed.id.clone()),
        exit: told::exit(handed),
        ..empty
    }
}

fn earlier(empty: RowTold, mark: &Mark, copy: &Copy) -> RowTold {
    let unfiled = matches!(copy, Copy::NotFiled(_));
    RowTold {
        message_id: Some(mark.message_id.clone()),
        outcome: RowOutcome::AlreadySent,
        copy: told::copied(copy),
        outbox: unfiled.then(|| mark.id.clone()),
        exit: if unfiled { Exit::Partly } else { Exit::Done },
        ..empty
    }
}
