//! What stands in one cell: the text of a row by its columns, and the words that it may be.

use super::Column;
use super::faults::{Faults, quoted};
use super::table::Line;
use crate::error::is_visible;
use crate::model::level::{Level, Levels};
use crate::model::near::nearest;

/// A longer text is in no cell, in bytes: more than any server believes.
const LONGEST: usize = 8 * 1024;

/// The cells of a row, by their columns.
pub(super) struct Cells<'a> {
    line: &'a Line,
    header: &'a [Option<Column>],
}

impl<'a> Cells<'a> {
    /// The cells of `line`, if each of them is fit to be read.
    pub(super) fn new(
        line: &'a Line,
        header: &'a [Option<Column>],
        faults: &mut Faults,
    ) -> Option<Self> {
        let mut is_sound = true;
        for (at, cell) in line.cells.iter().enumerate() {
            let column = header.get(at).copied().flatten();
            // What a former run wrote is not read.
            if column.is_some_and(Column::is_result) {
                continue;
            }
            let what = match (column, unfit(cell)) {
                (None, _) if !cell.trim().is_empty() => {
                    Some(format!("{} stands in no column", quoted(cell)))
                }
                (_, unfit) => unfit,
            };
            if let Some(what) = what {
                let hint = "is a quote (\") missing, or one too many?".to_owned();
                match column {
                    Some(column) => faults.in_cell(line.number, column, &what, Some(hint)),
                    None => faults.in_row(line.number, &what, Some(hint)),
                }
                is_sound = false;
            }
        }
        is_sound.then_some(Self { line, header })
    }

    /// What stands in `column`, without the blanks around it; nothing where it is empty.
    pub(super) fn text(&self, column: Column) -> Option<&'a str> {
        let at = self.header.iter().position(|c| *c == Some(column))?;
        let cell = self.line.cells.get(at)?.trim();
        (!cell.is_empty()).then_some(cell)
    }

    /// The texts of every column that is kept, in their order.
    pub(super) fn kept(&self) -> Vec<String> {
        let columns = self.header.iter().enumerate();
        let kept = columns.filter(|(_, column)| column.is_some_and(|c| !c.is_result()));
        kept.map(|(at, _)| self.line.cells.get(at).cloned().unwrap_or_default())
            .collect()
    }

    /// The level that is named, if one is.
    ///
    /// # Errors
    /// What is wrong with it, and what may have been meant.
    pub(super) fn level(&self, levels: &Levels) -> Result<Option<Level>, (String, Option<String>)> {
        let Some(text) = self.text(Column::Level) else {
            return Ok(None);
        };
        // A spreadsheet begins a cell with a capital by itself.
        if let Some(level) = levels.called(&text.to_ascii_lowercase()) {
            return Ok(Some(level));
        }
        let what = format!("{} is no level", quoted(text));
        let near = nearest(text, levels.names());
        let hint = match near {
            _ if text.eq_ignore_ascii_case("none") => {
                "a sheet gives access; sharemail revoke takes it away".to_owned()
            }
            Some(near) => format!("did you mean {near:?}?"),
            None => {
                let names: Vec<&str> = levels.names().collect();
                let names = names.join(", ");
                format!("the levels are {names}; letters go into a column rights")
            }
        };
        Err((what, Some(hint)))
    }

    /// What stands in a column of yes and no, if anything does.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn flag(&self, column: Column) -> Result<Option<bool>, String> {
        let Some(text) = self.text(column) else {
            return Ok(None);
        };
        match text.to_ascii_lowercase().as_str() {
            "yes" | "true" | "1" | "x" => Ok(Some(true)),
            "no" | "false" | "0" => Ok(Some(false)),
            _ => Err(format!("{} is neither yes nor no", quoted(text))),
        }
    }
}

/// Why no cell may hold this text.
fn unfit(cell: &str) -> Option<String> {
    if cell.len() > LONGEST {
        return Some(format!("it is longer than {LONGEST} bytes"));
    }
    match cell.chars().find(|c| !is_visible(*c)) {
        Some('\n') => Some("it holds a line break".to_owned()),
        Some(c) => Some(format!("it holds the character {}", c.escape_unicode())),
        None => None,
    }
}
