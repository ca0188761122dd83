//! Tables without borders: columns two spaces apart, long cells wrapped to the width given.
//!
//! Laid out here because a cell gets its colour after its place: escape sequences must not count
//! as width, and lines must not end in blanks.

use super::paint::paint;
use super::settings::Look;
use crate::error::printable;
use crate::report::document::{Column, Style, Table, Text};
use std::io::{self, Write};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

const GAP: usize = 2;

/// No column is made narrower than this, whatever the terminal.
const NARROWEST: usize = 6;

/// Writes `table`, its titles in upper case.
///
/// # Errors
/// Whatever the writer says.
pub fn write(out: &mut impl Write, table: &Table, look: Look) -> io::Result<()> {
    let widths = arrange(&needs(table), look.width);
    let titles: Vec<Text> = table.columns.iter().map(title).collect();
    for row in std::iter::once(&titles).chain(&table.rows) {
        write_row(out, row, &table.columns, &widths, look)?;
    }
    Ok(())
}

fn title(column: &Column) -> Text {
    Text::new(column.title.to_uppercase(), Style::Dim)
}

/// What a column needs: `least` so that no word is broken, `most` so that nothing is wrapped.
#[derive(Clone, Copy)]
struct Need {
    least: usize,
    most: usize,
}

fn needs(table: &Table) -> Vec<Need> {
    let titles = table.columns.iter().map(|column| need(&title(column)));
    let mut needs: Vec<Need> = titles.collect();
    for row in &table.rows {
        for (total, cell) in needs.iter_mut().zip(row) {
            let cell = need(cell);
            total.least = total.least.max(cell.least);
            total.most = total.most.max(cell.most);
        }
    }
    needs
}

fn need(cell: &Text) -> Need {
    let text = printable(&cell.content);
    Need {
        least: text.split(' ').map(str::width).max().unwrap_or(0),
        most: text.width(),
    }
}

/// Shares `limit` out: narrow columns keep what they need, the widest give way together. Words
/// are broken only where there is no other way.
fn arrange(needs: &[Need], limit: Option<usize>) -> Vec<usize> {
    let gaps = GAP * needs.len().saturating_sub(1);
    let Some(room) = limit.map(|limit| limit.saturating_sub(gaps)) else {
        return needs.iter().map(|need| need.most).collect();
    };
    let breaks_words = needs.iter().map(|need| need.least).sum::<usize>() > room;
    let least = |need: &Need| {
        if breaks_words {
            NARROWEST.min(need.most)
        } else {
            need.least
        }
    };
    let capped = |need: &Need, cap: usize| need.most.min(cap.max(least(need)));
    let total = |cap| needs.iter().map(|need| capped(need, cap)).sum::<usize>();
    let widest = needs.iter().map(|need| need.most).max().unwrap_or(0);
    let cap = (0..=widest)
        .rev()
        .find(|cap| total(*cap) <= room)
        .unwrap_or(0);
    let mut spare = room.saturating_sub(total(cap));
    let mut share = |need: &Need| {
        let width = capped(need, cap);
        let extra = capped(need, cap + 1).saturating_sub(width).min(spare);
        spare -= extra;
        width + extra
    };
    needs.iter().map(&mut share).collect()
}

fn write_row(
    out: &mut impl Write,
    row: &[Text],
    columns: &[Column],
    widths: &[usize],
    look: Look,
) -> io::Result<()> {
    let wrap_cell = |(cell, width): (&Text, &usize)| wrap(&printable(&cell.content), *width);
    let cells: Vec<Vec<String>> = row.iter().zip(widths).map(wrap_cell).collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(1);
    for number in 0..height {
        let mut blanks = 0;
        for (index, lines) in cells.iter().enumerate() {
            let text = lines.get(number).map_or("", String::as_str);
            let free = widths[index].saturating_sub(text.width());
            let (before, after) = if columns[index].right {
                (free, 0)
            } else {
                (0, free)
            };
            if !text.is_empty() {
                write!(out, "{:1$}", "", blanks + before)?;
                paint(out, text, row[index].style, look.color)?;
                blanks = 0;
            } else {
                blanks += before;
            }
            blanks += after + GAP;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// `text` in lines of at most `width` columns, broken at spaces where there are any.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = text;
    while rest.width() > width {
        let end = fitting(rest, width);
        let space = rest[..end]
            .rfind(' ')
            .filter(|at| !rest[..*at].trim_start_matches(' ').is_empty());
        let at_space = rest[end..].starts_with(' ');
        let cut = if at_space { end } else { space.unwrap_or(end) };
        lines.push(rest[..cut].trim_end_matches(' ').to_owned());
        rest = rest[cut..].trim_start_matches(' ');
    }
    if lines.is_empty() || !rest.is_empty() {
        lines.push(rest.to_owned());
    }
    lines
}

/// Where to cut so that `width` columns are filled; at least one character is always taken.
fn fitting(text: &str, width: usize) -> usize {
    let mut used = 0;
    for (at, c) in text.char_indices() {
        used += c.width().unwrap_or(0);
        if used > width && at > 0 {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn members() -> Table {
        Table::new([
            Column::left("member"),
            Column::left("level"),
            Column::right("folders"),
            Column::left("differs on"),
        ])
        .row([
            Text::from("alice@example.com"),
            Text::good("full-access"),
            "12".into(),
            "".into(),
        ])
        .row([
            Text::from("group:helpdesk"),
            Text::from("read-only"),
            "11".into(),
            Text::warn("Archive/2024 with a long name, Archive/2025, Entwürfe"),
        ])
        .row([
            Text::from("山田@example.com"),
            Text::from("custom (lrswit)"),
            "3".into(),
            "a\u{1b}[2Jb".into(),
        ])
        .row([Text::from("-bob")])
    }

    fn drawn(width: Option<usize>, color: bool) -> String {
        let mut out = Vec::new();
        write(&mut out, &members(), Look { color, width }).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_pipe_gets_every_cell_on_one_line() {
        insta::assert_snapshot!(drawn(None, false));
    }

    #[test]
    fn eighty_columns_wrap_the_longest_cells() {
        insta::assert_snapshot!(drawn(Some(80), false));
    }

    #[test]
    fn sixty_columns_wrap_more() {
        insta::assert_snapshot!(drawn(Some(60), false));
    }

    #[test]
    fn colour_moves_nothing() {
        let plain = drawn(Some(60), false);
        let coloured = drawn(Some(60), true);
        assert_ne!(plain, coloured);
        let mut stripped = String::new();
        for piece in coloured.split("\u{1b}[") {
            let end = if stripped.is_empty() {
                0
            } else {
                piece.find('m').unwrap() + 1
            };
            stripped.push_str(&piece[end..]);
        }
        // The first piece may itself begin with a sequence.
        assert_eq!(stripped.trim_start_matches("2m"), plain);
    }

    proptest! {
        #[test]
        fn no_table_is_wider_than_it_may_be(
            cells in proptest::collection::vec(proptest::collection::vec("[ a-z@/]{0,40}", 3), 1..6),
            width in 30usize..120,
        ) {
            let mut table = Table::new(["a", "b", "c"]);
            for row in &cells {
                table.push(row.iter().map(String::as_str));
            }
            let mut out = Vec::new();
            write(&mut out, &table, Look { color: false, width: Some(width) }).unwrap();
            let text = String::from_utf8(out).unwrap();
            for line in text.lines() {
                prop_assert!(line.width() <= width, "{line:?}");
            }
            let letters = |s: &str| s.chars().filter(|c| !c.is_whitespace()).count();
            let given: usize = cells.iter().flatten().map(|cell| letters(cell)).sum();
            prop_assert_eq!(letters(&text), given + 3);
        }

        #[test]
        fn wrapping_loses_no_letter_and_ends(text in "\\PC{0,60}", width in 1usize..20) {
            let lines = wrap(&text, width);
            let joined: String = lines.concat().replace(' ', "");
            prop_assert_eq!(joined, text.replace(' ', ""));
        }
    }
}
