//! Text in which values of a row are filled in: `Dear {name}`.

use crate::mail::message::escaped;
use std::borrow::Cow;

/// Text, and the columns that stand in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    pub(super) pieces: Vec<Piece>,
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    /// The value of this column.
    Cell(usize),
}

/// A value that cannot stand where it is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit {
    /// Its column, where it is one value's fault.
    pub column: Option<usize>,
    /// What is wrong with it.
    pub why: String,
}

impl Template {
    /// Reads `text`, in which `{name}` stands for a column, and `{{` and `}}` for braces. A closing
    /// brace alone is one, too.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(text: &str, columns: &[String]) -> Result<Self, Vec<String>> {
        let (mut template, mut wrong) = (Self::default(), Vec::new());
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            template.text(&rest[..at]);
            let (brace, after) = rest[at..].split_at(1);
            if let Some(after) = after.strip_prefix(brace) {
                template.text(brace);
                rest = after;
            } else if brace == "}" {
                template.text(brace);
                rest = after;
            } else {
                let end = after.find(['}', '{', '\n']);
                match end.and_then(|end| Some((&after[..end], after[end..].strip_prefix('}')?))) {
                    Some((name, after)) => {
                        match columns.iter().position(|column| column == name.trim()) {
                            Some(column) => template.pieces.push(Piece::Cell(column)),
                            None => wrong.push(unknown(name, columns)),
                        }
                        rest = after;
                    }
                    None => {
                        wrong.push("a { has no }: {{ stands for a brace".to_owned());
                        rest = after;
                    }
                }
            }
        }
        template.text(rest);
        if wrong.is_empty() {
            Ok(template)
        } else {
            Err(wrong)
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        match self.pieces.last_mut() {
            _ if text.is_empty() => {}
            Some(Piece::Text(last)) => last.push_str(text),
            _ => self.pieces.push(Piece::Text(text.to_owned())),
        }
    }

    /// The text for a row of `cells`, whatever they hold.
    pub fn filled(&self, cells: &[String]) -> String {
        self.with(cells, Cow::Borrowed)
    }

    /// The same as HTML, in which values stand for themselves: as text, and between the quotes of
    /// an attribute.
    pub fn html(&self, cells: &[String]) -> String {
        self.with(cells, |value| Cow::Owned(escaped(value)))
    }

    /// The same for one line of a header, which no value can end.
    ///
    /// # Errors
    /// The first value that holds a control character.
    pub fn line(&self, cells: &[String]) -> Result<String, Unfit> {
        for piece in &self.pieces {
            if let Piece::Cell(column) = piece {
                check_line(cells, *column)?;
            }
        }
        Ok(self.filled(cells))
    }

    /// The first column in it.
    pub fn first_column(&self) -> Option<usize> {
        self.pieces.iter().find_map(|piece| match piece {
            Piece::Cell(column) => Some(*column),
            Piece::Text(_) => None,
        })
    }

    fn with<'r>(&self, cells: &'r [String], change: impl Fn(&'r str) -> Cow<'r, str>) -> String {
        let mut out = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Cell(column) => out.push_str(&change(cell(cells, *column))),
            }
        }
        out
    }
}

/// The value in `column`.
pub(super) fn cell(cells: &[String], column: usize) -> &str {
    cells.get(column).map_or("", String::as_str)
}

/// Refuses a value that would end a line, or worse.
pub(super) fn check_line(cells: &[String], column: usize) -> Result<(), Unfit> {
    let why = match cell(cells, column).chars().find(|c| c.is_control()) {
        Some('\r' | '\n') => "it holds a line break".to_owned(),
        Some(c) => format!("it holds the control character {}", c.escape_unicode()),
        None => return Ok(()),
    };
    Err(Unfit {
        column: Some(column),
        why,
    })
}

fn unknown(name: &str, columns: &[String]) -> String {
    const SHOWN: usize = 30;
    let known: Vec<&str> = columns.iter().map(String::as_str).take(SHOWN).collect();
    let more = if columns.len() > SHOWN { ", …" } else { "" };
    format!(
        "{{{name}}} is no column of the file, which has: {}{more}",
        known.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn columns() -> Vec<String> {
        ["name", "e mail"].map(str::to_owned).to_vec()
    }

    fn row(cells: [&str; 2]) -> Vec<String> {
        cells.map(str::to_owned).to_vec()
    }

    fn filled(text: &str, cells: [&str; 2]) -> String {
        Template::parse(text, &columns())
            .unwrap()
            .filled(&row(cells))
    }

    #[test]
    fn values_are_filled_in_once_and_braces_are_written_twice() {
        assert_eq!(filled("{name}: { e mail }!", ["Ö", "x"]), "Ö: x!");
        assert_eq!(filled("{{name}} {{{name}}}", ["x", ""]), "{name} {x}");
        assert_eq!(filled("a } b }} {{", ["", ""]), "a } b } {");
        // What a value holds is never read as a template.
        assert_eq!(filled("{name}", ["{e mail}", "x"]), "{e mail}");
    }

    #[test]
    fn all_that_is_wrong_is_told_with_the_columns_that_there_are() {
        let wrong = Template::parse("{nmae} {name} {} {x {", &columns()).unwrap_err();
        assert_eq!(wrong.len(), 4);
        assert_eq!(
            wrong[0],
            "{nmae} is no column of the file, which has: name, e mail"
        );
        assert!(wrong[3].contains("has no }"));
    }

    #[test]
    fn no_value_ends_a_line_or_becomes_markup() {
        let template = Template::parse("Hi {name}", &columns()).unwrap();
        for bad in ["a\r\nBcc: x", "a\nb", "a\0", "a\u{1b}[2J", "a\u{85}b"] {
            let unfit = template.line(&row([bad, ""])).unwrap_err();
            assert_eq!(unfit.column, Some(0));
        }
        assert_eq!(
            template.html(&row(["<a href=\"'&\">", ""])),
            "Hi &lt;a href=&quot;&#39;&amp;&quot;&gt;"
        );
    }

    proptest! {
        #[test]
        fn no_text_panics_and_braces_come_back(text in "[a{}é \n]{0,30}") {
            let _ = Template::parse(&text, &columns());
            let doubled = text.replace('{', "{{").replace('}', "}}");
            prop_assert_eq!(filled(&doubled, ["", ""]), text);
        }
    }
}
