//! Documents and messages as people read them.

use super::settings::Look;
use super::{paint, table};
use crate::document::{Block, Document, Style};
use crate::error::printable;
use std::io::{self, Write};

/// What a document says besides the result.
pub enum Aside<'a> {
    /// What the user should know before trusting the result.
    Warning(&'a str),
    /// What the user may do next.
    Hint(&'a str),
}

/// Writes the blocks that are the result.
///
/// # Errors
/// Whatever the writer says.
pub fn write(out: &mut impl Write, document: &Document, look: Look) -> io::Result<()> {
    for block in &document.blocks {
        match block {
            Block::Line(pieces) => paint::line(out, pieces, look)?,
            Block::Table(content) => table::write(out, content, look)?,
            Block::Hint(_) | Block::Warning(_) => {}
        }
    }
    Ok(())
}

/// The blocks that are not the result, in their order.
pub fn asides(document: &Document) -> impl Iterator<Item = Aside<'_>> {
    document.blocks.iter().filter_map(|block| match block {
        Block::Warning(text) => Some(Aside::Warning(text)),
        Block::Hint(text) => Some(Aside::Hint(text)),
        Block::Line(_) | Block::Table(_) => None,
    })
}

/// Writes a message of one line: a coloured label and a text, or a coloured text alone.
///
/// # Errors
/// Whatever the writer says.
pub fn message(
    out: &mut impl Write,
    label: &str,
    style: Style,
    text: &str,
    look: Look,
) -> io::Result<()> {
    let text_style = if label.is_empty() {
        style
    } else {
        Style::Plain
    };
    paint::paint(out, label, style, look.color)?;
    paint::paint(out, &printable(text), text_style, look.color)?;
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Table, Text};

    fn text(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn report() -> Document {
        Document::new()
            .spans([
                Text::strong("alice"),
                ": full-access on 12 folders ".into(),
                Text::good("(verified)"),
            ])
            .blank()
            .table(Table::new(["folder"]).row(["Sent\nINBOX"]))
            .table(Table::new(["empty"]))
            .warning("an open mail program may go on reading")
            .hint("sharemail show support@")
    }

    #[test]
    fn the_result_has_no_asides_and_no_empty_tables() {
        insta::assert_snapshot!(text(|out| write(out, &report(), Look::default())), @r"
        alice: full-access on 12 folders (verified)

        FOLDER
        Sent\u{a}INBOX
        ");
        assert_eq!(asides(&report()).count(), 2);
    }

    #[test]
    fn a_message_is_one_line_whatever_it_holds() {
        let look = Look {
            color: true,
            width: None,
        };
        let line = text(|out| {
            message(
                out,
                "sharemail: error: ",
                Style::Bad,
                "a\r\n\u{1b}[2Jb",
                look,
            )
        });
        assert_eq!(
            line,
            "\u{1b}[31msharemail: error: \u{1b}[0ma\\u{d}\\u{a}\\u{1b}[2Jb\n"
        );
    }
}
