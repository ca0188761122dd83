//! Rows of letters, and the texts that they are filled into, for the fuzzer: see [`crate::fuzz`].

use super::{Problems, Row, Sheet};
use crate::fuzz::{is_fit, is_told};
use crate::mail::letter::{List, Template};

/// A sheet, and behind a NUL what its rows are filled into.
pub fn rows(bytes: &[u8]) {
    let nul = bytes.iter().position(|byte| *byte == 0);
    let (file, rest) = bytes.split_at(nul.unwrap_or(bytes.len()));
    let text = String::from_utf8_lossy(rest);
    let text = text.strip_prefix('\0').unwrap_or(&text);
    let mut problems = Problems::in_file("rows.csv");
    let sheet = match Sheet::parse(file, &mut problems) {
        Ok(sheet) => sheet,
        Err(error) => return is_told(&error, file.len()),
    };
    for problem in problems.texts() {
        is_fit(&problem, 4096 + 12 * file.len());
    }
    assert!(sheet.rows.len() <= file.len());
    let mut before = (0, 0);
    for row in &sheet.rows {
        assert_eq!(row.cells.len(), sheet.columns.len());
        // What ends in a lone CR is a row, and no line to an editor.
        assert!(row.number > before.0 && row.line >= before.1);
        before = (row.number, row.line);
    }
    match Template::parse(text, &sheet.columns) {
        Ok(template) => sheet
            .rows
            .iter()
            .take(50)
            .for_each(|row| filled(&template, row, text)),
        Err(wrong) => assert!(!wrong.is_empty()),
    }
    if let Ok(list) = List::parse(text, &sheet.columns) {
        for contact in sheet
            .rows
            .iter()
            .take(50)
            .flat_map(|row| list.filled(&row.cells))
            .flatten()
        {
            let name = contact.name.unwrap_or_default();
            assert!(!name.contains(['\r', '\n', '\0']), "{name:?}");
        }
    }
}

/// No value becomes a line of its own, or markup.
fn filled(template: &Template, row: &Row, text: &str) {
    let cells: usize = row.cells.iter().map(String::len).sum();
    let plain = template.filled(&row.cells);
    assert!(plain.len() <= text.len() + text.len() * cells);
    let marks = |text: &str| text.matches(['<', '>']).count();
    let html = template.html(&row.cells);
    assert!(marks(&html) <= marks(text), "{html}");
    if let Ok(line) = template.line(&row.cells) {
        let ends = |text: &str| text.matches(['\r', '\n', '\0']).count();
        assert!(ends(&line) <= ends(text));
    }
}
