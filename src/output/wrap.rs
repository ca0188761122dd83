//! Where the text of a cell may break: at blanks, in paths behind a slash too, in addresses nowhere.

use unicode_width::UnicodeWidthStr;

/// What a column needs.
#[derive(Clone, Copy, Default)]
pub struct Need {
    /// So that no word is broken.
    pub least: u16,
    /// So that no address is, and no piece of a path.
    pub whole: u16,
    /// So that nothing is wrapped.
    pub most: u16,
}

/// A piece of anything but an address is not worth more columns than these where there are few.
const PIECE: u16 = 24;

impl Need {
    /// What `text` needs.
    pub fn of(text: &str) -> Self {
        let mut need = Self {
            most: columns_of(text),
            ..Self::default()
        };
        for word in words(text) {
            need.least = need.least.max(columns_of(word));
            let most = if word.contains('@') { u16::MAX } else { PIECE };
            let longest = pieces(word).map(columns_of).max().unwrap_or(0);
            need.whole = need.whole.max(longest.min(most));
        }
        need
    }

    /// What both need.
    pub fn or(self, other: Self) -> Self {
        Self {
            least: self.least.max(other.least),
            whole: self.whole.max(other.whole),
            most: self.most.max(other.most),
        }
    }
}

/// `text` in lines of `width` columns: broken at blanks, and a word that has no room on any line
/// behind what [`pieces`] end with. What still has no room is left to be broken anywhere.
pub fn wrapped(text: &str, width: u16) -> String {
    if columns_of(text) <= width {
        return text.to_owned();
    }
    let width = usize::from(width);
    let (mut lines, mut used) = (String::with_capacity(text.len() + 8), 0);
    for (number, word) in words(text).enumerate() {
        let is_whole = word.width() <= width;
        for (place, piece) in pieces(word).enumerate() {
            if is_whole && place > 0 {
                break;
            }
            let piece = if is_whole { word } else { piece };
            let blank = usize::from(number > 0 && place == 0);
            let columns = piece.width();
            if number + place > 0 && used + blank + columns > width {
                lines.push('\n');
                used = 0;
            } else if blank == 1 {
                lines.push(' ');
                used += 1;
            }
            lines.push_str(piece);
            used += columns;
        }
    }
    lines
}

/// The words of `text`; an amount is one with its unit.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let here = rest.take()?;
        let Some((word, behind)) = here.split_once(' ') else {
            return Some(here);
        };
        let unit = behind.split(' ').next().unwrap_or_default();
        let is_number = !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let end = match is_number && UNITS.contains(&unit) {
            true => word.len() + 1 + unit.len(),
            false => word.len(),
        };
        let (word, behind) = here.split_at(end);
        rest = behind.strip_prefix(' ');
        Some(word)
    })
}

const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];

/// The pieces of a word that may stand on lines of their own: an address is one.
fn pieces(word: &str) -> impl Iterator<Item = &str> {
    let (whole, parts) = match word.contains('@') {
        true => (Some(word), ""),
        false => (None, word),
    };
    let nothing = (word.is_empty()).then_some("");
    whole
        .into_iter()
        .chain(parts.split_inclusive('/'))
        .chain(nothing)
}

/// How many columns `text` takes.
pub fn columns_of(text: &str) -> u16 {
    text.width().try_into().unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_stays_with_its_unit_and_an_address_whole() {
        assert_eq!(wrapped("0 KiB of 1 GiB", 8), "0 KiB of\n1 GiB");
        assert_eq!(wrapped("1.5 MiB used", 7), "1.5 MiB\nused");
        assert_eq!(
            wrapped("at alice@example.com now", 10),
            "at\nalice@example.com\nnow"
        );
        assert_eq!(wrapped("in Archive/2026/Old", 13), "in Archive/\n2026/Old");
        assert_eq!(wrapped("two  blanks here", 11), "two  blanks\nhere");
        let all: Vec<&str> = words("a 1 GiB  b 2 ").collect();
        assert_eq!(all, ["a", "1 GiB", "", "b", "2", ""]);
    }
}
