//! Tables without borders: columns two spaces apart, long cells wrapped to the width given.
//!
//! Cells break at blanks; where the words of all columns have no room side by side, paths break
//! behind a slash too. Addresses stay whole: where they have no room either, each row becomes a
//! block of lines.
//!
//! comfy-table lays out, colours come after: escape sequences must not count as width. It gets
//! one row at a time, so that a table of any length is laid out in the memory of a row. It counts
//! in 16 bits: a cell wider than 65,535 columns is wrapped even in a pipe.

use super::paint::paint;
use super::settings::Look;
use super::wrap::{Need, columns_of, wrapped};
use crate::document::{Column, Style, Table, Text};
use crate::error::printable;
use comfy_table::ColumnConstraint::{Absolute, LowerBoundary};
use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ContentArrangement, Table as Drawing, Width::Fixed};
use std::borrow::Cow;
use std::io::{self, Write};

const GAP: &str = "  ";

/// Stands in the gaps until the cells are painted: no cell holds it, as all are printable.
const EDGE: char = '\u{1f}';

/// Writes `table`, its titles in upper case.
///
/// # Errors
/// Whatever the writer says.
pub fn write(out: &mut impl Write, table: &Table, look: Look) -> io::Result<()> {
    let rows = || -> Rows<'_> { Box::new(table.rows.iter().map(Cow::from)) };
    write_rows(out, &table.columns, &rows, look)
}

/// The rows of a table, from the first.
pub type Rows<'r> = Box<dyn Iterator<Item = Cow<'r, [Text]>> + 'r>;

/// Writes the table with these columns, whose rows are asked for again for each look at them.
///
/// # Errors
/// Whatever the writer says.
pub fn write_rows<'r>(
    out: &mut impl Write,
    columns: &[Column],
    rows: &dyn Fn() -> Rows<'r>,
    look: Look,
) -> io::Result<()> {
    let titles: Vec<Text> = columns.iter().map(title).collect();
    let cells = needs(rows(), titles.len());
    let whole = needs(std::iter::once(Cow::from(&titles)), titles.len());
    let whole: Vec<Need> = whole
        .into_iter()
        .zip(&cells)
        .map(|(a, b)| a.or(*b))
        .collect();
    let low = low_titles(&titles, &cells);
    let Some(widths) = widths(&whole, &low, look.width) else {
        return blocks(out, &titles, rows, look);
    };
    let mut write = |row: &[Text]| -> io::Result<()> {
        let cells = widths.iter().enumerate();
        let cells = cells.map(|(index, width)| wrapped(&content(row, index), *width));
        let mut drawing = drawing(cells);
        for ((drawn, column), width) in drawing.column_iter_mut().zip(columns).zip(&widths) {
            drawn.set_constraint(Absolute(Fixed(*width)));
            drawn.set_cell_alignment(alignment(column));
        }
        for line in drawing.lines() {
            write_line(out, &line, row, look)?;
        }
        Ok(())
    };
    write(&titles)?;
    rows().try_for_each(|row| write(&row))
}

/// Writes each row as a block of lines, a title and what it holds on each; what is empty is left out.
fn blocks<'r>(
    out: &mut impl Write,
    titles: &[Text],
    rows: &dyn Fn() -> Rows<'r>,
    look: Look,
) -> io::Result<()> {
    let limit = u16::try_from(look.width.unwrap_or(usize::MAX)).unwrap_or(u16::MAX);
    let label = titles.iter().map(|title| columns_of(&title.content)).max();
    let label = label.unwrap_or(0);
    let room = limit.saturating_sub(label + GAP.len() as u16);
    let least = |row: Cow<'_, [Text]>| {
        let each = row
            .iter()
            .map(|text| Need::of(&printable(&text.content)).whole);
        each.max().unwrap_or(0)
    };
    // Beside its title, as long as nothing has to break for that which would fit below it.
    let beside = rows().map(least).max().unwrap_or(0) <= room;
    for (number, row) in rows().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        for (index, title) in titles.iter().enumerate() {
            let text = content(&row, index);
            let Some(cell) = row.get(index).filter(|_| !text.is_empty()) else {
                continue;
            };
            if beside {
                let pair = [title.clone(), cell.clone()];
                let cells = [(title.content.clone(), label), (text, room)];
                for line in fixed(cells).lines() {
                    write_line(out, &line, &pair, look)?;
                }
                continue;
            }
            write_line(out, &title.content, std::slice::from_ref(title), look)?;
            let indented = limit.saturating_sub(GAP.len() as u16);
            for line in fixed([(text, indented)]).lines() {
                out.write_all(GAP.as_bytes())?;
                write_line(out, &line, std::slice::from_ref(cell), look)?;
            }
        }
    }
    Ok(())
}

/// Cells in columns of these widths.
fn fixed<const N: usize>(cells: [(String, u16); N]) -> Drawing {
    let widths = cells.each_ref().map(|(_, width)| (*width).max(1));
    let cells = cells.iter().zip(widths);
    let mut drawing = drawing(cells.map(|((text, _), width)| wrapped(text, width)));
    for (drawn, width) in drawing.column_iter_mut().zip(widths) {
        drawn.set_constraint(Absolute(Fixed(width)));
    }
    drawing
}

fn title(column: &Column) -> Text {
    Text::new(column.title.to_uppercase(), Style::Dim)
}

fn alignment(column: &Column) -> CellAlignment {
    if column.right {
        CellAlignment::Right
    } else {
        CellAlignment::Left
    }
}

fn content(row: &[Text], index: usize) -> String {
    row.get(index)
        .map_or_else(String::new, |text| printable(&text.content))
}

/// A table of one row, which neither styles nor asks the terminal for its width.
fn drawing(cells: impl Iterator<Item = String>) -> Drawing {
    let mut drawing = Drawing::new();
    drawing.load_style(NOTHING).add_row(cells);
    drawing.style_mut().content_lines.junction = Some(EDGE);
    for column in drawing.column_iter_mut() {
        column.set_padding((0, 0));
    }
    drawing
}

fn write_line(out: &mut impl Write, line: &str, row: &[Text], look: Look) -> io::Result<()> {
    let parts = line.trim_end_matches([' ', EDGE]).split(EDGE);
    for (index, part) in parts.enumerate() {
        if index > 0 {
            out.write_all(GAP.as_bytes())?;
        }
        let text = part.trim_matches(' ');
        let (before, after) = part.split_once(text).unwrap_or((part, ""));
        let style = row.get(index).map_or(Style::Plain, |text| text.style);
        out.write_all(before.as_bytes())?;
        paint(out, text, style, look.color)?;
        out.write_all(after.as_bytes())?;
    }
    writeln!(out)
}

fn needs<'a>(rows: impl Iterator<Item = Cow<'a, [Text]>>, columns: usize) -> Vec<Need> {
    let mut needs = vec![Need::default(); columns];
    for row in rows {
        for (need, text) in needs.iter_mut().zip(row.iter()) {
            *need = need.or(Need::of(&printable(&text.content)));
        }
    }
    needs
}

/// What the columns need for their `cells` and where titles of several words may stand on several lines.
fn low_titles(titles: &[Text], cells: &[Need]) -> Vec<Need> {
    let low = |title: &Text| {
        let need = Need::of(&printable(&title.content));
        Need {
            most: need.least,
            ..need
        }
    };
    let both = titles.iter().zip(cells);
    both.map(|(title, cell)| cell.or(low(title))).collect()
}

/// The widths of the columns; titles break before cells do. None where not even the addresses have room side by side. What
/// comfy-table would make narrower than its longest word is held at that word, and where there is no
/// room for the longest words of all, at what must not break.
fn widths(needs: &[Need], low: &[Need], limit: Option<usize>) -> Option<Vec<u16>> {
    let Some(limit) = limit else {
        return Some(needs.iter().map(|need| need.most).collect());
    };
    let gaps = GAP.len() * needs.len().saturating_sub(1);
    let room = limit.saturating_sub(gaps).try_into().unwrap_or(u16::MAX);
    let least: [fn(&Need) -> u16; 2] = [|need| need.least, |need| need.whole];
    let have_room = |needs: &[Need], of: &fn(&Need) -> u16| {
        let all = needs.iter().map(|need| usize::from(of(need)));
        all.sum::<usize>() <= room.into()
    };
    let most: fn(&Need) -> u16 = |need| need.most;
    if !have_room(needs, &most) && have_room(low, &most) {
        return Some(low.iter().map(most).collect());
    }
    let fits = |least: &fn(&Need) -> u16| have_room(needs, least);
    let least = least.into_iter().find(fits)?;
    let mut held = vec![0; needs.len()];
    loop {
        let widths = arranged(needs, &held, room);
        let broken = |index: &usize| held[*index] == 0 && widths[*index] < least(&needs[*index]);
        match (0..needs.len()).find(broken) {
            Some(index) => held[index] = least(&needs[index]),
            None => return Some(widths),
        }
    }
}

/// How comfy-table shares `room` out, seen in a row whose cells are as wide as the columns' widest.
fn arranged(needs: &[Need], held: &[u16], room: u16) -> Vec<u16> {
    let widest = |need: &Need| "x".repeat(need.most.min(room).into());
    let mut drawing = drawing(needs.iter().map(widest));
    let edges = needs.len().saturating_sub(1).try_into().unwrap_or(u16::MAX);
    drawing.set_content_arrangement(ContentArrangement::Dynamic);
    drawing.set_width(room.saturating_add(edges));
    for (drawn, held) in drawing.column_iter_mut().zip(held) {
        if *held > 0 {
            drawn.set_constraint(LowerBoundary(Fixed(*held)));
        }
    }
    let line = drawing.lines().next().unwrap_or_default();
    line.split(EDGE).map(columns_of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use unicode_width::UnicodeWidthStr;

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
    fn forty_columns_make_blocks_of_rows_and_break_no_address() {
        insta::assert_snapshot!(drawn(Some(40), false), @r"
        MEMBER      alice@example.com
        LEVEL       full-access
        FOLDERS     12

        MEMBER      group:helpdesk
        LEVEL       read-only
        FOLDERS     11
        DIFFERS ON  Archive/2024 with a long
                    name, Archive/2025, Entwürfe

        MEMBER      山田@example.com
        LEVEL       custom (lrswit)
        FOLDERS     3
        DIFFERS ON  a\u{1b}[2Jb

        MEMBER      -bob
        ");
    }

    #[test]
    fn what_has_no_room_beside_its_title_stands_below_it() {
        insta::assert_snapshot!(drawn(Some(26), false), @r"
        MEMBER
          alice@example.com
        LEVEL
          full-access
        FOLDERS
          12

        MEMBER
          group:helpdesk
        LEVEL
          read-only
        FOLDERS
          11
        DIFFERS ON
          Archive/2024 with a long
          name, Archive/2025,
          Entwürfe

        MEMBER
          山田@example.com
        LEVEL
          custom (lrswit)
        FOLDERS
          3
        DIFFERS ON
          a\u{1b}[2Jb

        MEMBER
          -bob
        ");
    }

    #[test]
    fn titles_break_before_cells_do() {
        let table = Table::new(["mailbox", "on behalf", "storage"]).row([
            "support@example.com",
            "1",
            "0 KiB of 1 GiB",
        ]);
        let mut out = Vec::new();
        let look = Look {
            color: false,
            width: Some(44),
        };
        write(&mut out, &table, look).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r"
        MAILBOX              ON      STORAGE
                             BEHALF
        support@example.com  1       0 KiB of 1 GiB
        ");
    }

    #[test]
    fn paths_break_behind_a_slash_before_addresses_do() {
        let table = Table::new(["folder", "who", "rights"])
            .row([
                "Archive/2026/Customers/Northern Region",
                "alice@example.com",
                "lrs",
            ])
            .row([
                "x".repeat(60),
                "bob@example.com".to_owned(),
                "lr".to_owned(),
            ]);
        let look = |width| Look {
            color: false,
            width: Some(width),
        };
        let text = |width| {
            let mut out = Vec::new();
            write(&mut out, &table, look(width)).unwrap();
            String::from_utf8(out).unwrap()
        };
        insta::assert_snapshot!(text(52), @r"
        FOLDER                     WHO                RIGHTS
        Archive/2026/Customers/    alice@example.com  lrs
        Northern Region
        xxxxxxxxxxxxxxxxxxxxxxxxx  bob@example.com    lr
        xxxxxxxxxxxxxxxxxxxxxxxxx
        xxxxxxxxxx
        ");
    }

    #[test]
    fn wide_characters_count_as_wide() {
        let table = Table::new(["folder", "note"])
            .row(["📥 受信トレイ", "受信 受信 受信"])
            .row(["👨‍👩‍👧‍👦", "family"])
            .row(["e\u{301}te\u{301}", "summer"]);
        let mut out = Vec::new();
        let width = Some(23);
        write(
            &mut out,
            &table,
            Look {
                color: false,
                width,
            },
        )
        .unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r"
        FOLDER       NOTE
        📥           受信 受信
        受信トレイ   受信
        👨‍👩‍👧‍👦           family
        été          summer
        ");
    }

    #[test]
    fn only_text_is_painted() {
        let table = Table::new([Column::right("n"), Column::left("who")])
            .row([Text::good("1"), Text::bad("")])
            .row([Text::good("10"), Text::bad("a b")]);
        let mut out = Vec::new();
        let look = Look {
            color: true,
            width: None,
        };
        write(&mut out, &table, look).unwrap();
        let text = String::from_utf8(out).unwrap();
        insta::assert_snapshot!(text.replace('\u{1b}', "^"), @r"
         ^[2mN^[0m  ^[2mWHO^[0m
         ^[32m1^[0m
        ^[32m10^[0m  ^[31ma b^[0m
        ");
    }

    #[test]
    fn a_cell_wider_than_16_bits_can_count_is_wrapped_too() {
        let mut table = Table::new(["folder", "n"]);
        for number in 0..20 {
            table.push([format!("Archive/{number}"), number.to_string()]);
        }
        table.push(["x".repeat(70_000), "1".to_owned()]);
        let mut out = Vec::new();
        write(
            &mut out,
            &table,
            Look {
                color: false,
                width: Some(80),
            },
        )
        .unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.matches('x').count(), 70_000);
        assert!(text.lines().all(|line| line.width() <= 80));
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
        fn no_table_is_wider_than_it_may_be_and_no_address_is_broken(
            cells in proptest::collection::vec(proptest::collection::vec("[ a-z@/下📥]{0,40}", 3), 1..6),
            width in 20usize..120,
        ) {
            let mut table = Table::new(["A", "B", "C"]);
            for row in &cells {
                table.push(row.iter().map(String::as_str));
            }
            let mut out = Vec::new();
            write(&mut out, &table, Look { color: false, width: Some(width) }).unwrap();
            let text = String::from_utf8(out).unwrap();
            for line in text.lines() {
                prop_assert!(line.width() <= width, "{line:?}");
            }
            let words: Vec<&str> = text.split_whitespace().collect();
            let given = || cells.iter().flatten().flat_map(|cell| cell.split_whitespace());
            for word in given() {
                let unbroken = word.contains('@') && word.width() <= width - GAP.len();
                let narrow = word.width() <= (width - 4) / 3 && !word.contains('/');
                prop_assert!(!(unbroken || narrow) || words.contains(&word), "{word:?}");
            }
            let letters = |s: &str| s.chars().filter(|c| !c.is_whitespace() && !c.is_ascii_uppercase()).count();
            let all: usize = cells.iter().flatten().map(|cell| letters(cell)).sum();
            prop_assert_eq!(letters(&text), all);
        }
    }
}
