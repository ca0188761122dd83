//! Meaning to colour: the escape sequences, nowhere else written.

use super::settings::Look;
use crate::document::{Style, Text};
use crate::error::printable;
use std::io::{self, Write};

/// Writes `text`, which must be printable already, in the colour of its style.
///
/// # Errors
/// Whatever the writer says.
pub fn paint(out: &mut impl Write, text: &str, style: Style, color: bool) -> io::Result<()> {
    match code(style).filter(|_| color && !text.is_empty()) {
        Some(code) => write!(out, "\u{1b}[{code}m{text}\u{1b}[0m"),
        None => out.write_all(text.as_bytes()),
    }
}

/// Writes a line made of pieces.
///
/// # Errors
/// Whatever the writer says.
pub fn line(out: &mut impl Write, pieces: &[Text], look: Look) -> io::Result<()> {
    for piece in pieces {
        paint(out, &printable(&piece.content), piece.style, look.color)?;
    }
    writeln!(out)
}

/// The SGR parameter (ECMA-48, section 8.3.117) of a style: the terminal's own palette, so that
/// it fits dark and light backgrounds.
const fn code(style: Style) -> Option<u8> {
    match style {
        Style::Plain => None,
        Style::Good => Some(32),
        Style::Bad => Some(31),
        Style::Warn => Some(33),
        Style::Dim => Some(2),
        Style::Strong => Some(1),
    }
}
