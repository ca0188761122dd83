//! send --each: one message for each row of a file, over one connection.

mod earlier;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod letter;
mod list;
mod problems;
mod quoting;
mod round;
mod sheet;
mod template;
mod told;

use self::letter::{From, Letter};
use self::problems::Problems;
use self::round::Round;
use self::sheet::{Sheet, fingerprint};
use super::parts::Parts;
use super::{permission, sender, wishes};
use crate::cli;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::input;
use crate::interrupt;
use crate::mail::Contact;
use crate::model::address::Address;
use crate::outbox::Series;
use crate::output::Output;
use crate::post::filing::Filing;
use crate::post::handing::Hand;
use crate::post::sending::Begun;
use crate::post::sending::mail_address;
use crate::profile::Environment;
use std::path::Path;

/// Sends a message for each row of `file`, and tells what became of each.
///
/// # Errors
/// Whatever is wrong with the file or what is filled in, and whatever stands in the way before the
/// first message goes.
pub fn each(
    args: &cli::send::Send,
    file: &Path,
    begun: &Begun,
    mailbox: Address,
    output: &Output,
) -> Result<Exit> {
    let mut from = From {
        mailbox: mail_address(&mailbox)?,
        sender: None,
    };
    let (sheet, letter) = interrupt::idle(|| gather(args, file, &from, output))?;
    let (sending, hers) = permission::sending(args, mailbox, begun, output)?;
    from.sender = sender(&sending)?.map(Contact::new);
    if args.dry_run {
        output.report(&told::dry(&sheet, &letter, &from, sending.identity)?)?;
        return Ok(Exit::Done);
    }
    let mut filing = Filing::new(&begun.provider, &sending.mailbox, &sending.person, hers);
    let mut series = series(args, file, begun, &sending.mailbox, &letter)?;
    let mut ends = earlier::ends(args, &sheet, &mut series, &mut filing)?;
    let (mut stopped, mut hints) = (None, Vec::new());
    if ends.len() < sheet.rows.len() {
        let hand = Hand::open(wishes(args), begun, &sending, filing, output);
        let mut hand = match hand {
            Ok(hand) => hand,
            Err(error) if series.marks().next().is_none() => {
                series.remove()?;
                return Err(error);
            }
            Err(error) => return Err(error),
        };
        let mut round = Round {
            sheet: &sheet,
            letter: &letter,
            from: &from,
            sending: &sending,
            series: &mut series,
            hand: &mut hand,
            hints: Vec::new(),
        };
        stopped = round.go(&mut ends, output);
        hints = round.hints;
        hand.close();
    } else {
        filing.close();
    }
    let report = told::report(&sheet, &letter, &sending, &ends, stopped, hints);
    if report.is_all_sent() {
        series.end()?;
    }
    output.report(&report)?;
    Ok(report.exit())
}

/// The rows and what goes to them, all of it checked.
fn gather(
    args: &cli::send::Send,
    file: &Path,
    from: &From,
    output: &Output,
) -> Result<(Sheet, Letter)> {
    if file.as_os_str() == "-" && reads_stdin(args) {
        let what = "the rows and the text cannot both come from standard input";
        return Err(Error::new(Exit::Usage, what).hint("--body-file names a file with the text"));
    }
    let mut problems = Problems::in_file(&input::name(file));
    let sheet = Sheet::read(file, &mut problems)?;
    let letter = Letter::read(args, Parts::gather(args)?, &sheet, &mut problems)?;
    for row in &sheet.rows {
        for unfit in letter.check(row, from).err().into_iter().flatten() {
            let column = unfit.column.and_then(|column| sheet.columns.get(column));
            problems.push(&row.place(column.map(String::as_str)), &unfit.why);
        }
    }
    problems.settle(output)?;
    // What is the same in each is looked at once.
    if let Some(row) = sheet.rows.first() {
        let composed = letter.compose(row, from, true);
        composed.map_err(|unfit| {
            let why = unfit.into_iter().next().map(|unfit| unfit.why);
            Error::new(Exit::BadInput, why.unwrap_or_default())
        })?;
    }
    Ok((sheet, letter))
}

fn reads_stdin(args: &cli::send::Send) -> bool {
    let stdin = |path: &std::path::PathBuf| path.as_os_str() == "-";
    let unsaid = args.body.is_none() && args.body_file.is_none() && args.html.is_none();
    unsaid || args.body_file.as_ref().is_some_and(stdin) || args.html.as_ref().is_some_and(stdin)
}

/// What is known of earlier runs of the same rows, from the same mailbox, with the same text.
fn series(
    args: &cli::send::Send,
    file: &Path,
    begun: &Begun,
    mailbox: &Address,
    letter: &Letter,
) -> Result<Series> {
    // A file may be called by many names.
    let path = file.canonicalize().unwrap_or_else(|_| file.to_owned());
    let texts = [
        begun.provider.profile().name.clone(),
        mailbox.to_string(),
        path.to_string_lossy().into_owned(),
        letter.fingerprint(args),
    ];
    let key = fingerprint(texts.iter().map(String::as_bytes));
    Series::open(
        &crate::profile::state_folder(&Environment::of_process())?,
        &key,
    )
}
