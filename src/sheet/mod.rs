//! A sheet: grants as spreadsheets write them (CSV, RFC 4180), a row each.
//!
//! ```csv
//! mailbox,who,level,send-as,send-on-behalf,folders
//! support@,alice,full-access,yes,,
//! support@,group:helpdesk,read-only,,,Archive|Sent
//! ```
//!
//! [`letters`] is another kind: a row for each message, with whatever columns.
//!
//! Everything that is wrong is told at once, each with its row and column, and then no row counts.
//! Rows are numbered as a spreadsheet numbers them: the header is the first.

mod cell;
mod column;
mod contradiction;
mod faults;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
pub mod letters;
mod paths;
mod row;
mod table;
mod text;

pub use column::Column;
pub use table::separated;
pub use text::is_workbook;

use crate::error::Error;
use crate::model::address::MailboxName;
use crate::model::level::Levels;
use crate::model::wish::AccessWish;
use faults::Faults;

/// A larger file is not read, in bytes.
pub const MOST: u64 = 16 * 1024 * 1024;

/// What a cell takes until all is done, in bytes: a mailbox of its own in each row (measured).
pub const CELL: u64 = 800;

/// The rows of a file, all of them good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// What stands in which column, from left to right; without what a former run wrote.
    pub columns: Vec<Column>,
    /// From top to bottom.
    pub rows: Vec<Row>,
}

/// What one row asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number, the header's being 1.
    pub number: usize,
    /// What stands in it, one text for each column of the sheet.
    pub cells: Vec<String>,
    /// The mailbox that it is about.
    pub mailbox: MailboxName,
    /// What one person or group shall have there.
    pub wish: AccessWish,
}

/// What the profile says of how a sheet is read.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// The domain that names get which have none.
    pub domain: Option<&'a str>,
    /// The levels that a cell may name.
    pub levels: &'a Levels,
}

/// Reads `bytes`, which stand in the file called `name`.
///
/// # Errors
/// Everything that is wrong, from top to bottom; never empty.
pub fn parse(bytes: &[u8], name: &str, reading: Reading) -> Result<Sheet, Vec<Error>> {
    let mut faults = Faults::new(name);
    let sheet = read(bytes, reading, &mut faults);
    faults.into_result()?;
    Ok(sheet.unwrap_or(Sheet {
        columns: Vec::new(),
        rows: Vec::new(),
    }))
}

fn read(bytes: &[u8], reading: Reading, faults: &mut Faults) -> Option<Sheet> {
    let text = text::decode(bytes, faults)?;
    let table = table::read(&text, faults)?;
    let header = column::header(&table.header, faults)?;
    let rows = table.lines.iter();
    let rows: Vec<Row> = rows
        .filter_map(|line| row::read(line, &header, reading, faults))
        .collect();
    if table.lines.is_empty() {
        faults.add("there is no row below the header".to_owned(), None);
    }
    contradiction::find(&rows, faults);
    let kept = header.into_iter().flatten().filter(|c| !c.is_result());
    Some(Sheet {
        columns: kept.collect(),
        rows,
    })
}

#[cfg(test)]
mod tests;
