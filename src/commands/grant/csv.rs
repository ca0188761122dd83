//! grant --csv: what the rows of a sheet ask for, the rows of one mailbox together.

use crate::cli;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::journey::rows::Became;
use crate::journey::rows::{Options, Work};
use crate::model::address::MailboxName;
use crate::output::Output;
use crate::reach::Provider;
use crate::reach::crowd;
use crate::report::access::rows::{RowReport, RowResult, RowsReport};
use crate::run::files;
use crate::sheet::{self, Row, Sheet};
use crate::{input, interrupt};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Refusals before the first success after which the rest is not tried: where the password is
/// wrong, each try brings the account nearer to being locked.
const REFUSALS: usize = 3;

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
    let options = Options {
        dry_run: args.change.dry_run,
        subscribe: args.subscribe,
        force: args.force,
    };
    let Became {
        rows,
        warnings,
        unseen,
    } = work(&sheet, options, provider, output);
    let report = RowsReport {
        file: name,
        dry_run: options.dry_run,
        rows,
        warnings,
        notes: unseen.note().into_iter().collect(),
        columns: sheet.columns,
    };
    output.report(&report)?;
    Ok(exit(&report.rows, args.change.detailed_exitcode))
}

/// What became of each row, in their order.
fn work(sheet: &Sheet, options: Options, provider: &Provider, output: &Output) -> Became {
    let mailboxes = by_mailbox(&sheet.rows);
    let connections = provider.profile().imap.connections_of_many;
    // Each mailbox takes one session to work in, and one to look with.
    let hands = (connections / 2).clamp(1, mailboxes.len().max(1));
    let thrifty =
        provider.having(|profile| profile.imap.connections = (connections / hands).max(1));
    let levels = provider.profile().levels.clone();
    let progress = output.progress(Some(sheet.rows.len() as u64), "granting");
    let trouble = Trouble::default();
    let one = |(mailbox, rows): &(&MailboxName, Vec<&Row>)| {
        let work = Work {
            mailbox,
            rows,
            options,
            provider: &thrifty,
            levels: &levels,
            output,
        };
        let told = trouble.unless(rows, || work.work());
        progress.tick(rows.len() as u64);
        told
    };
    let mut all = Became::default();
    let results = crowd::after_the_first(&mailboxes, hands, one);
    for ((_, rows), result) in mailboxes.iter().zip(results) {
        match result {
            Ok(became) => {
                all.rows.extend(became.rows);
                all.warnings.extend(became.warnings);
                all.unseen.extend(became.unseen);
            }
            Err(error) => {
                let failed = rows.iter().map(|row| RowReport::failed(row, &error));
                all.rows.extend(failed);
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

/// What makes it useless to go on with other mailboxes.
#[derive(Default)]
struct Trouble(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    opened: bool,
    refusals: usize,
    hopeless: Option<Error>,
}

impl Trouble {
    /// What `work` says of `rows`, unless there was too much trouble before.
    fn unless(&self, rows: &[&Row], work: impl FnOnce() -> Result<Became>) -> Result<Became> {
        let untried = |why: &str, exit: Exit| {
            let rows = rows.iter();
            let untried = rows.map(|row| RowReport::not_tried(row, why, exit));
            Ok(Became {
                rows: untried.collect(),
                ..Became::default()
            })
        };
        if interrupt::requested() {
            return untried("the work was interrupted", Exit::Interrupted);
        }
        if let Some(error) = self.seen(|seen| seen.hopeless.clone()) {
            return untried(error.what(), error.exit());
        }
        match work() {
            Ok(told) => {
                self.seen(|seen| seen.opened = true);
                Ok(told)
            }
            Err(error) => {
                self.seen(|seen| seen.learn(&error));
                Err(error)
            }
        }
    }

    fn seen<T>(&self, look: impl FnOnce(&mut Seen) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Seen {
    fn learn(&mut self, error: &Error) {
        if error.exit() == Exit::Refused && !self.opened {
            self.refusals += 1;
        }
        if error.exit() == Exit::Unreachable || self.refusals >= REFUSALS {
            self.hopeless.get_or_insert_with(|| error.clone());
        }
    }
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
