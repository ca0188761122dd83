//! grant --csv: what the rows of a sheet ask for, the rows of one mailbox together.

use super::watched;
use crate::cli;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::journey::rows::Became;
use crate::journey::rows::Work;
use crate::journey::{Hindrance, Many, Watch, verdict};
use crate::model::address::MailboxName;
use crate::model::words::count;
use crate::output::Output;
use crate::reach::Provider;
use crate::report::access::rows::{RowReport, RowResult, RowsReport};
use crate::report::access::told::Manner;
use crate::run::files;
use crate::sheet::{self, Row, Sheet};
use crate::{input, interrupt};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Grants what each row of the sheet at `path` asks for. Nothing is sent while anything in it is
/// wrong; a row that fails then does not stop the others.
///
/// # Errors
/// Where the file cannot be read.
pub fn grant_sheet(
    args: &cli::grant::Grant,
    path: &Path,
    provider: &Provider,
    output: &Output,
) -> Result<Exit> {
    let (name, profile) = (input::name(path), provider.profile());
    let bytes = interrupt::idle(|| files::bytes(path, sheet::MOST))?;
    files::fits(&bytes, sheet::CELL, path)?;
    let reading = sheet::Reading {
        domain: profile.domain.as_deref(),
        levels: &profile.levels,
    };
    let sheet = match sheet::parse(&bytes, &name, reading) {
        Ok(sheet) => sheet,
        Err(errors) => {
            errors.iter().for_each(|error| output.error(error));
            return Ok(Exit::BadInput);
        }
    };
    let manner = Manner {
        subscribe: args.subscribe,
        force: args.force,
        proof: watched(args),
        note: None,
    };
    let dry_run = args.change.preview.dry_run;
    let told = |became: Became, dry_run: bool| RowsReport {
        file: name.clone(),
        dry_run,
        rows: became.rows,
        warnings: became.warnings,
        notes: became.unseen.note().into_iter().collect(),
        columns: sheet.columns.clone(),
    };
    if !dry_run && !args.change.yes {
        let foreseen = told(work(&sheet, true, manner, provider, output), true);
        confirm(&foreseen, path, output)?;
    }
    let report = told(work(&sheet, dry_run, manner, provider, output), dry_run);
    output.report(&report)?;
    Ok(exit(&report.rows, args.change.preview.detailed_exitcode))
}

/// Shows what would be done where something would, and asks: a sheet says much in few letters.
///
/// # Errors
/// Where the answer is no, or nobody can answer.
fn confirm(foreseen: &RowsReport, path: &Path, output: &Output) -> Result<()> {
    let is_planned = |row: &&RowReport| row.result == RowResult::Planned;
    let pending = foreseen.rows.iter().filter(is_planned).count();
    if pending == 0 {
        return Ok(());
    }
    if input::is_stdin(path) {
        let what = "the question whether to make the changes is answered on standard input, which is to \
                    read";
        let hint = "see what it is with --dry-run, then add --yes to do it without being asked";
        return Err(Error::new(Exit::Usage, what).hint(hint));
    }
    output.preview(foreseen)?;
    let question = format!("Grant what {} of the sheet ask for?", count(pending, "row"));
    output.agree(false, &question, "nothing was granted")
}

/// What became of each row, in their order.
fn work(
    sheet: &Sheet,
    dry_run: bool,
    manner: Manner,
    provider: &Provider,
    output: &Output,
) -> Became {
    let mailboxes = by_mailbox(&sheet.rows);
    let watch = Watch::new(manner.proof);
    let size = |(_, rows): &(&MailboxName, Vec<&Row>)| rows.len();
    let one = |(mailbox, rows): &(&MailboxName, Vec<&Row>), provider: &Provider| {
        let work = Work {
            mailbox,
            rows,
            dry_run,
            manner,
            provider,
            watch: &watch,
            output,
        };
        work.work()
    };
    let mut all = Became::default();
    let results = Many::new("granting", provider, output).each(&mailboxes, size, one);
    for ((_, rows), result) in mailboxes.iter().zip(results) {
        let rows = rows.iter();
        match result {
            Ok(became) => {
                all.rows.extend(became.rows);
                all.warnings.extend(became.warnings);
                all.unseen.extend(became.unseen);
            }
            Err(Hindrance::Failed(error)) => {
                all.rows
                    .extend(rows.map(|row| RowReport::failed(row, &error)));
            }
            Err(Hindrance::NotTried(error)) => {
                let untried = |row: &&Row| RowReport::not_tried(row, error.what(), error.exit());
                all.rows.extend(rows.map(untried));
            }
        }
    }
    all.rows.sort_by_key(|report| report.row);
    let mut seen = BTreeSet::new();
    all.warnings.retain(|warning| seen.insert(warning.clone()));
    all
}

/// The rows of each mailbox, in the order in which the mailboxes come first.
fn by_mailbox(rows: &[Row]) -> Vec<(&MailboxName, Vec<&Row>)> {
    let mut places: BTreeMap<&MailboxName, usize> = BTreeMap::new();
    let mut all: Vec<(&MailboxName, Vec<&Row>)> = Vec::new();
    for row in rows {
        let place = *places.entry(&row.mailbox).or_insert(all.len());
        match all.get_mut(place) {
            Some((_, rows)) => rows.push(row),
            None => all.push((&row.mailbox, vec![row])),
        }
    }
    all
}

/// How the run ends: 0 only where every row is as it says.
fn exit(rows: &[RowReport], detailed: bool) -> Exit {
    let end = |row: &RowReport| match row.is_good() {
        true => Exit::Done,
        false => row.exit,
    };
    let mut results = rows.iter().map(|row| row.result);
    let is_found = detailed && results.any(|result| result == RowResult::Planned);
    verdict(rows.iter().map(end), is_found)
}
