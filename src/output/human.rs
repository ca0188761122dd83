//! Documents and messages as people read them.

use super::settings::Look;
use super::{paint, table};
use crate::error::printable;
use crate::report::document::{Block, Document, Style};
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
    paint::paint(out, label, style, look.color && !label.is_empty())?;
    paint::paint(out, &printable(text), text_style, look.color)?;
    writeln!(out)
}
