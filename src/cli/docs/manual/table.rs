//! A table of a page, as wide as a screen at most.

use super::inline::{joined, text_of};
use clap_mangen::roff::{Inline, Roff, bold, roman};
use unicode_width::UnicodeWidthStr;

/// What fits beside the margin of a page of 80 columns.
pub(super) const WIDTH: usize = 71;
/// What separates two columns.
const GAP: usize = 3;
/// A column that is no wider is not filled.
const NARROW: usize = 18;

/// The cells, row by row; the first row is the head.
#[derive(Default)]
pub(super) struct Table {
    rows: Vec<Vec<Vec<Inline>>>,
}

impl Table {
    pub(super) fn begin_row(&mut self) {
        self.rows.push(Vec::new());
    }

    pub(super) fn push(&mut self, cell: Vec<Inline>) {
        if let Some(row) = self.rows.last_mut() {
            row.push(cell);
        }
    }

    /// As it is where it fits; else two columns become a list of terms and what they mean, and of more
    /// the wide ones are filled.
    pub(super) fn render(self, roff: &mut Roff) {
        if self.is_list() {
            return self.list(roff);
        }
        let widths = self.widths();
        let fits = total(&widths) <= WIDTH;
        let fill: Vec<bool> = widths
            .iter()
            .map(|width| !fits && *width > NARROW)
            .collect();
        self.table(roff, &fill);
    }

    /// Whether it becomes a list.
    pub(super) fn is_list(&self) -> bool {
        let widths = self.widths();
        widths.len() == 2 && total(&widths) > WIDTH
    }

    fn widths(&self) -> Vec<usize> {
        let mut widths = Vec::new();
        for row in &self.rows {
            for (column, cell) in row.iter().enumerate() {
                let width: usize = cell.iter().map(|part| text_of(part).width()).sum();
                if column == widths.len() {
                    widths.push(0);
                }
                widths[column] = widths[column].max(width);
            }
        }
        widths
    }

    fn table(self, roff: &mut Roff, fill: &[bool]) {
        let formats: Vec<&str> = fill
            .iter()
            .map(|fill| if *fill { "lx" } else { "l" })
            .collect();
        roff.control("TS", []);
        roff.text([roman(format!("{}.", formats.join(" ")))]);
        for (index, row) in self.rows.into_iter().enumerate() {
            let mut line: Vec<Inline> = Vec::new();
            for (column, cell) in row.into_iter().enumerate() {
                if column > 0 {
                    line.push(roman("\t"));
                }
                let cell = if index == 0 { as_head(cell) } else { cell };
                if fill.get(column).copied().unwrap_or(false) {
                    line.push(roman("T{\n"));
                    line.extend(cell);
                    line.push(roman("\nT}"));
                } else {
                    line.extend(cell);
                }
            }
            roff.text(joined(line));
        }
        roff.control("TE", []);
    }

    fn list(self, roff: &mut Roff) {
        for row in self.rows.into_iter().skip(1) {
            let mut cells = row.into_iter();
            roff.control("TP", []);
            roff.text(as_head(cells.next().unwrap_or_default()));
            roff.text(cells.next().unwrap_or_default());
        }
    }
}

fn total(widths: &[usize]) -> usize {
    widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1)
}

/// In bold, whatever font the parts have.
fn as_head(cell: Vec<Inline>) -> Vec<Inline> {
    cell.iter().map(|part| bold(text_of(part))).collect()
}
