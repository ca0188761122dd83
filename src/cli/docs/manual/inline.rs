//! Pieces of a line.

use clap_mangen::roff::Inline;

/// Neighbours of the plain font in one piece, so that a full stop at the begin of a line is seen as what
/// it is.
pub(super) fn joined(line: Vec<Inline>) -> Vec<Inline> {
    let mut joined: Vec<Inline> = Vec::with_capacity(line.len());
    for part in line {
        match (joined.last_mut(), part) {
            (Some(Inline::Roman(last)), Inline::Roman(text)) => last.push_str(&text),
            (_, part) => joined.push(part),
        }
    }
    joined
}

/// The text of a part, whatever its font.
pub(super) fn text_of(inline: &Inline) -> &str {
    match inline {
        Inline::Roman(text) | Inline::Bold(text) | Inline::Italic(text) => text,
        Inline::LineBreak => " ",
    }
}
