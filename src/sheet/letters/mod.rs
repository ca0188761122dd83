//! A sheet with a row for each letter: a line of names of columns, whatever they are, and rows of values.

#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod problems;
mod quoting;

pub use problems::Problems;

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::digest::digest;
use crate::model::words::count;
use crate::sheet::{is_workbook, separated};
use quoting::misquoted;

/// Names of columns, and rows of values.
pub struct Sheet {
    /// What each column is called.
    pub columns: Vec<String>,
    /// From top to bottom, each as long as `columns`.
    pub rows: Vec<Row>,
}

/// The values of one message.
pub struct Row {
    /// Counted from 1, the line of names left out.
    pub number: usize,
    /// Where it begins in the file, from 1.
    pub line: u64,
    /// In the order of the columns.
    pub cells: Vec<String>,
}

/// What a cell takes, in bytes.
pub const CELL: u64 = 100;
/// No file has more rows.
const ROWS: usize = 200_000;
/// No file has more columns.
const COLUMNS: usize = 1000;

impl Sheet {
    /// Reads what the file holds. Rows with a problem are left out.
    ///
    /// # Errors
    /// [`Exit::BadInput`] where it is no text at all.
    pub fn parse(bytes: &[u8], problems: &mut Problems) -> Result<Self> {
        let text = text(bytes)?;
        let (rows, separator) = separated(&text);
        let above = text[..text.len() - rows.len()].matches('\n').count();
        let quotes = misquoted(rows, separator);
        for quote in &quotes {
            problems.push(&format!("line {}", quote.line + above), quote.what);
        }
        let mut sheet = Self {
            columns: Vec::new(),
            rows: Vec::new(),
        };
        if quotes.is_empty() {
            sheet.fill(&text, problems);
        }
        Ok(sheet)
    }

    fn fill(&mut self, text: &str, problems: &mut Problems) {
        let (rows, separator) = separated(text);
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .from_reader(rows.as_bytes());
        let mut lines = Lines {
            text: rows,
            at: 0,
            line: 1 + text[..text.len() - rows.len()].matches('\n').count() as u64,
        };
        for (number, record) in reader.into_records().enumerate() {
            let Ok(record) = record else {
                return problems.push(&format!("row {number}"), "it cannot be read");
            };
            let line = lines.line_of(record.position().map_or(0, csv::Position::byte));
            if number == 0 {
                self.columns = columns(&record, problems);
                continue;
            }
            if number > ROWS {
                return problems.push("the file", &format!("it has more than {ROWS} rows"));
            }
            // Spreadsheets write rows that were used once, and cells behind the last column.
            if record.len() > 1 && record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let mut cells: Vec<String> = record.iter().map(str::to_owned).collect();
            let used = cells.iter().rposition(|cell| !cell.trim().is_empty());
            cells.truncate(self.columns.len().max(used.map_or(0, |last| last + 1)));
            let row = Row {
                number,
                line,
                cells,
            };
            match self.misfit(&row) {
                Some(why) => problems.push(&row.place(None), &why),
                None => self.rows.push(row),
            }
        }
        if self.columns.is_empty() {
            problems.push("line 1", "there is no line of column names");
        }
    }

    /// Why the row does not fit the columns.
    fn misfit(&self, row: &Row) -> Option<String> {
        let has = count(row.cells.len(), "value");
        let columns = count(self.columns.len(), "column");
        if row.cells.len() > self.columns.len() {
            return Some(format!("it has {has} for {columns}"));
        }
        let missing = self.columns.get(row.cells.len())?;
        Some(format!(
            "it has {has} for {columns}: nothing for {missing:?}"
        ))
    }

    /// A name for `row` and what it holds.
    pub fn digest(&self, row: &Row) -> String {
        let cells = self.columns.iter().chain(&row.cells);
        digest(cells.map(String::as_bytes))
    }
}

impl Row {
    /// How a problem says where it is.
    pub fn place(&self, column: Option<&str>) -> String {
        let (number, line) = (self.number, self.line);
        match column {
            Some(column) => format!("row {number} (line {line}), column {column:?}"),
            None => format!("row {number} (line {line})"),
        }
    }
}

/// Counts lines. The reader's own count takes the second half of a CRLF for the beginning of a row.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the row that begins at `byte` or behind the line ends there.
    fn line_of(&mut self, byte: u64) -> u64 {
        let bytes = self.text.as_bytes();
        let mut byte = usize::try_from(byte).unwrap_or(bytes.len());
        while matches!(bytes.get(byte), Some(b'\r' | b'\n')) {
            byte += 1;
        }
        let passed = bytes.get(self.at..byte).unwrap_or_default();
        self.line += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.at = self.at.max(byte);
        self.line
    }
}

/// The file as text, without the mark that some programs begin it with.
fn text(bytes: &[u8]) -> Result<String> {
    let refuse = |what: String| {
        let hint = "save it as CSV in UTF-8";
        Err(Error::new(Exit::BadInput, what).hint(hint))
    };
    if is_workbook(bytes) {
        return refuse("it is a workbook, not CSV".to_owned());
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return refuse("it is UTF-16".to_owned());
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let good = &bytes[..error.valid_up_to()];
            let line = good.iter().filter(|byte| **byte == b'\n').count() + 1;
            refuse(format!("line {line} is not UTF-8"))
        }
    }
}

fn columns(record: &csv::StringRecord, problems: &mut Problems) -> Vec<String> {
    let names: Vec<String> = record.iter().map(|name| name.trim().to_owned()).collect();
    if names.len() > COLUMNS {
        problems.push("line 1", &format!("it has more than {COLUMNS} columns"));
    }
    for (at, name) in names.iter().enumerate() {
        let again = names.iter().take(at).filter(|other| *other == name).count();
        if !name.is_empty() && again == 1 {
            problems.push("line 1", &format!("there are two columns {name:?}"));
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(text: &str) -> (Sheet, Vec<String>) {
        let mut problems = Problems::in_file("x.csv");
        let mut sheet = Sheet {
            columns: Vec::new(),
            rows: Vec::new(),
        };
        sheet.fill(text, &mut problems);
        (sheet, problems.texts())
    }

    #[test]
    fn values_are_what_they_were_and_rows_know_their_lines() {
        let (sheet, problems) = sheet("name , b\r\n\"x, \"\"y\"\"\r\nz\", 1\r\n\r\n,\r\nü,2");
        assert_eq!(problems, [""; 0]);
        assert_eq!(sheet.columns, ["name", "b"]);
        let cells: Vec<_> = sheet.rows.iter().map(|row| row.cells.join("|")).collect();
        assert_eq!(cells, ["x, \"y\"\r\nz| 1", "ü|2"]);
        let places: Vec<_> = sheet
            .rows
            .iter()
            .map(|row| (row.number, row.line))
            .collect();
        assert_eq!(places, [(1, 2), (3, 6)]);
    }

    #[test]
    fn spreadsheets_are_read_as_they_are_written() {
        for (text, line) in [
            ("a;b\nx, y;\"1;2\"\n;;\n", 2),
            ("sep=;\r\na;b\r\nx, y;\"1;2\"\r\n", 3),
            ("a\tb\nx, y\t1;2\t\t\n", 2),
        ] {
            let (sheet, problems) = sheet(text);
            assert_eq!(problems, [""; 0], "{text:?}");
            assert_eq!(sheet.columns, ["a", "b"]);
            assert_eq!(sheet.rows.len(), 1);
            assert_eq!(sheet.rows[0].cells, ["x, y", "1;2"]);
            assert_eq!(sheet.rows[0].line, line);
        }
        let mut problems = Problems::in_file("x.csv");
        Sheet::parse(b"sep=;\na;b\nx;\"1\n", &mut problems).unwrap();
        let text = "x.csv: line 3: a quote is opened here, and never closed";
        assert_eq!(problems.texts(), [text]);
    }

    #[test]
    fn what_does_not_fit_is_told_with_its_row() {
        let (sheet, problems) = sheet("a,b,a,a,\n1,2,3,4,5\n1\n1,2,3,4,5,6\n");
        assert_eq!(sheet.rows.len(), 1);
        assert_eq!(
            problems,
            [
                "x.csv: line 1: there are two columns \"a\"",
                "x.csv: row 2 (line 3): it has 1 value for 5 columns: nothing for \"b\"",
                "x.csv: row 3 (line 4): it has 6 values for 5 columns",
            ]
        );
        assert_eq!(
            super::tests::sheet("").1,
            ["x.csv: line 1: there is no line of column names"]
        );
    }

    #[test]
    fn the_mark_at_the_beginning_is_no_part_of_a_name() {
        assert_eq!(text(b"\xef\xbb\xbfa,b").unwrap(), "a,b");
        assert!(text(b"\xff\xfea\0").unwrap_err().what().contains("UTF-16"));
        assert_eq!(text(b"a\nb\xff").unwrap_err().what(), "line 2 is not UTF-8");
    }

    #[test]
    fn rows_that_differ_have_other_names() {
        let (one, _) = sheet("a,b\nx,yz\nxy,z\n");
        assert_ne!(one.digest(&one.rows[0]), one.digest(&one.rows[1]));
        let (two, _) = sheet("a,b\nq,q\nx,yz\n");
        assert_eq!(one.digest(&one.rows[0]), two.digest(&two.rows[1]));
    }
}
