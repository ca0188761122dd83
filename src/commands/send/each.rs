//! send --each: one message for each row of a file.

use super::{insisted, wishes};
use crate::cli;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::input;
use crate::interrupt;
use crate::mail::Contact;
use crate::mail::letter::{From, Letter};
use crate::model::address::Address;
use crate::output::Output;
use crate::post::permission;
use crate::post::sending::{Begun, mail_address};
use crate::post::series::{self, Again, Mailing};
use crate::run::{files, letter};
use crate::sheet::letters::{CELL, Problems, Sheet};
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
    let (sending, hers) = permission::sending(insisted(args), mailbox, begun, output)?;
    from.sender = sending.sender()?.map(Contact::new);
    if args.dry_run {
        output.report(&series::dry(&sheet, &letter, &from, sending.identity)?)?;
        return Ok(Exit::Done);
    }
    let mailing = Mailing {
        sheet: &sheet,
        letter: &letter,
        from: &from,
        begun,
        sending: &sending,
        wishes: wishes(args),
        again: again(args),
    };
    let report = mailing.send(file, hers, output)?;
    output.report(&report)?;
    Ok(report.exit())
}

fn again(args: &cli::send::Send) -> Again {
    match (args.resume, args.restart) {
        (true, _) => Again::Resumed,
        (_, true) => Again::Restarted,
        _ => Again::Unasked,
    }
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
    let sheet = sheet(file, &mut problems)?;
    let parts = letter::parts(args)?;
    let (letter, misread) = Letter::read(letter::typed(args)?, parts, &sheet.columns);
    for misread in misread {
        problems.push_option(misread.option, &misread.why);
    }
    for row in &sheet.rows {
        for unfit in letter.check(&row.cells, from).err().into_iter().flatten() {
            let column = unfit.column.and_then(|column| sheet.columns.get(column));
            problems.push(&row.place(column.map(String::as_str)), &unfit.why);
        }
    }
    problems.settle(|problem| output.error(problem))?;
    // What is the same in each is looked at once.
    if let Some(row) = sheet.rows.first() {
        let composed = letter.compose(&row.cells, from, true);
        composed.map_err(|unfit| {
            let why = unfit.into_iter().next().map(|unfit| unfit.why);
            Error::new(Exit::BadInput, why.unwrap_or_default())
        })?;
    }
    Ok((sheet, letter))
}

/// The rows of `file`; those with a problem are left out.
fn sheet(file: &Path, problems: &mut Problems) -> Result<Sheet> {
    let bytes = files::bytes(file, letter::MOST)?;
    files::fits(&bytes, CELL, file)?;
    let sheet = Sheet::parse(&bytes, problems);
    sheet.map_err(|error| files::about(error, file))
}

fn reads_stdin(args: &cli::send::Send) -> bool {
    let stdin = |path: &std::path::PathBuf| path.as_os_str() == "-";
    let unsaid = args.body.is_none() && args.body_file.is_none() && args.html.is_none();
    unsaid || args.body_file.as_ref().is_some_and(stdin) || args.html.as_ref().is_some_and(stdin)
}
