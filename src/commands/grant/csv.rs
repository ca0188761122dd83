//! grant --csv: what the rows of a sheet ask for, the rows of one mailbox together.

use crate::cli;
use crate::error::Result;
use crate::exit::Exit;
use crate::journey::rows::Became;
use crate::journey::rows::Work;
use crate::journey::{Hindrance, Watch, many};
use crate::model::address::MailboxName;
use crate::model::whom::Whom;
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
        note: None,
    };
    let Became {
        rows,
        warnings,
        unseen,
    } = work(&sheet, args.change.dry_run, manner, provider, output);
    let report = RowsReport {
        file: name,
        dry_run: args.change.dry_run,
        rows,
        warnings,
        notes: unseen.note().into_iter().collect(),
        columns: sheet.columns,
    };
    output.report(&report)?;
    Ok(exit(&report.rows, args.change.detailed_exitcode))
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
    let watch = Watch::new(Whom::All);
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
    let results = many(&mailboxes, size, "granting", provider, output, one);
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
    if interrupt::requested() {
        return Exit::Interrupted;
    }
    let end = |row: &RowReport| match row.is_good() {
        true => Exit::Done,
        false => row.exit,
    };
    match Exit::of_all(rows.iter().map(end)) {
        Exit::Done if detailed && rows.iter().any(|row| row.result == RowResult::Planned) => {
            Exit::Found
        }
        exit => exit,
    }
}
