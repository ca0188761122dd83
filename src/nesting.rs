//! How deep a text is nested, and how much it holds, before anything is made of it.
//!
//! A parser that builds tables inside tables, and whatever reads or drops them later, needs the
//! stack for each of them; where that ends, the process is aborted, and nobody can say why. The
//! parsers' own limits count brackets alone, and the names of one dotted key alone, not what both
//! come to together. So a text is counted here first, in one pass that needs no stack.
//!
//! JSON is safe as it is: its parser counts all there is (128), and what it only passes over needs
//! no stack.

use crate::memory::{Excess, Ration};
use std::fmt;
use toml_parser::Source;
use toml_parser::lexer::TokenKind;

/// So many tables and arrays may lie inside each other: many more than any file of this program
/// has, and few enough for every stack.
pub const DEEPEST: usize = 64;

/// Why a text is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It is nested deeper than [`DEEPEST`], from this byte on.
    TooDeep(usize),
    /// What it says takes more memory than there may be.
    TooMuch(Excess),
}

/// What a table or value takes once it is understood, in bytes: 200 for a text in a list, 460 for a
/// key with its value, 380 for a list (measured).
const VALUE: u64 = 480;
/// What a table takes that a dotted key makes (measured).
const TABLE: u64 = 800;

impl Unfit {
    /// The byte that it is about.
    pub fn at(&self) -> usize {
        match self {
            Self::TooDeep(at) => *at,
            Self::TooMuch(_) => 0,
        }
    }

    /// What somebody can do about it, where there is something to say.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::TooDeep(_) => None,
            Self::TooMuch(excess) => Some(excess.file_hint()),
        }
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooDeep(_) => write!(
                f,
                "nested too deep: {DEEPEST} tables and arrays inside each other are the most"
            ),
            Self::TooMuch(excess) => {
                write!(f, "the file holds too much: it would take some {excess}")
            }
        }
    }
}

/// What has been seen of a text so far.
#[derive(Default)]
struct Depth {
    /// That of the table whose header came last.
    header: usize,
    /// That of what is written now.
    here: usize,
    /// That around each bracket that is open.
    open: Vec<usize>,
    /// Whether this line is a header.
    in_header: bool,
    /// Whether nothing of this line has been seen.
    at_start: bool,
}

/// Makes sure that no table and no array of the TOML in `text` is nested deeper than [`DEEPEST`]:
/// headers, dotted keys, inline tables and arrays together; and that there is room for all of them.
/// It need not be valid.
///
/// # Errors
/// Where that is not so.
pub fn toml(text: &str) -> Result<(), Unfit> {
    let mut room = 0;
    let mut depth = Depth {
        at_start: true,
        ..Depth::default()
    };
    for token in Source::new(text).lex() {
        depth.see(token.kind());
        if depth.here > DEEPEST || depth.open.len() > DEEPEST {
            let at = token.span().start();
            return Err(Unfit::TooDeep(at));
        }
        room += room_for(token.kind());
    }
    let room = Ration::of_process().has_room(room);
    room.map_err(Unfit::TooMuch)
}

fn room_for(kind: TokenKind) -> u64 {
    use TokenKind::{Comma, Dot, LeftCurlyBracket, LeftSquareBracket, Newline};
    match kind {
        Comma | Newline | LeftCurlyBracket | LeftSquareBracket => VALUE,
        Dot => TABLE,
        _ => 0,
    }
}

impl Depth {
    fn see(&mut self, kind: TokenKind) {
        use TokenKind::{
            Comma, Comment, Dot, LeftCurlyBracket, LeftSquareBracket, Newline, RightCurlyBracket,
            RightSquareBracket, Whitespace,
        };
        let at_start = std::mem::replace(&mut self.at_start, false);
        match kind {
            Whitespace => self.at_start = at_start,
            // Inside brackets a line may end anywhere.
            Newline if self.open.is_empty() => self.end_line(),
            Newline | Comment => {}
            LeftSquareBracket if at_start && self.open.is_empty() => {
                self.in_header = true;
                self.here = 1;
            }
            // An array of tables: two levels for its last name.
            LeftSquareBracket if self.in_header => self.here += 1,
            LeftSquareBracket | LeftCurlyBracket => {
                self.open.push(self.here);
                self.here += 1;
            }
            RightSquareBracket if self.in_header && self.open.is_empty() => {}
            RightSquareBracket | RightCurlyBracket => {
                self.here = self.open.pop().unwrap_or(self.here);
            }
            // The names of a key; the dot of a number goes with them.
            Dot => self.here += 1,
            // The next value, or key and value, of what is open.
            Comma => self.here = self.open.last().map_or(self.here, |around| around + 1),
            _ => {}
        }
    }

    fn end_line(&mut self) {
        if std::mem::take(&mut self.in_header) {
            self.header = self.here;
        }
        self.here = self.header;
        self.at_start = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use toml::de::{DeTable, DeValue};

    /// How deep what was made of a text really is.
    fn depth(table: &DeTable<'_>) -> usize {
        fn of(value: &DeValue<'_>) -> usize {
            match value {
                DeValue::Array(items) => {
                    let items = items.iter().map(|item| of(item.get_ref()));
                    1 + items.max().unwrap_or(0)
                }
                DeValue::Table(table) => 1 + depth(table),
                _ => 0,
            }
        }
        let values = table.iter().map(|(_, value)| of(value.get_ref()));
        values.max().unwrap_or(0)
    }

    fn key(names: usize) -> String {
        vec!["a"; names].join(".")
    }

    #[test]
    fn everything_that_nests_counts_together() {
        for deep in [
            format!("{} = 1", key(66)),
            format!("[{}]", key(65)),
            format!("[[{}]]", key(64)),
            format!("x = {}{}", "[".repeat(65), "]".repeat(65)),
            format!("x = {}1{}", "{a=".repeat(65), "}".repeat(65)),
            format!("[{}]\n{} = 1", key(40), key(30)),
            format!("[{}]\nx = [[{{ {} = 1 }}]]", key(32), key(32)),
            format!("x = [1.5, {{ a = 1, {} = 1 }}]", key(70)),
            "\"a\".".repeat(70) + "b = 1",
            "'a' . ".repeat(70) + "b = 1",
        ] {
            assert!(toml(&deep).is_err(), "{deep}");
        }
    }

    #[test]
    fn what_is_only_long_or_wide_passes() {
        let texts = "a = \"[.{.\"\nb = '''[.{.'''\n# [.{.\n".replace("[.{.", &"[.{.".repeat(1000));
        for flat in [
            format!("x = [{}]\n", ["[1.5, -2.5e3]"; 1000].join(", ")),
            format!("x = [\n{}]\n", "{ a.b = 1.5, c = [2.5] },\n".repeat(1000)),
            "[[a.b]]\nc.d = 1.5\n".repeat(1000),
            format!("[{}]\n{} = 1", key(31), key(31)),
            texts,
        ] {
            assert_eq!(toml(&flat), Ok(()));
            DeTable::parse(&flat).unwrap();
        }
    }

    #[test]
    fn the_place_is_the_first_that_is_too_deep() {
        let at = toml(&format!("ok = 1\n{} = 1", key(100))).unwrap_err().at();
        assert_eq!(at, "ok = 1\n".len() + 2 * (DEEPEST + 1) - 1);
    }

    /// What lies nested in many of the ways that there are, right or wrong.
    fn text() -> impl Strategy<Value = String> {
        let one = prop::sample::select(vec![
            "a", "b", ".", "=", "1", "1.5", "[", "]", "{", "}", ",", "\n", " ", "[[", "]]", "'",
            "\"", "\"\"\"", "'''", "#", "\\", "\r\n", "\u{feff}", "[a]\n", "[[a]]\n",
        ]);
        let many = prop::sample::select(vec![
            "a.", "[", "{a=", "[[a]]\n", "{a.b=", "[{a=", "a=[", "]", "}", "\n", "a,", ".a=",
        ]);
        let piece = prop_oneof![
            5 => one.prop_map(str::to_owned),
            2 => (many, 1..90_usize).prop_map(|(piece, n)| piece.repeat(n)),
        ];
        prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn what_passes_is_as_flat_as_it_is_said_to_be(text in text()) {
            if toml(&text).is_ok() {
                let (root, _) = DeTable::parse_recoverable(&text);
                // The name of an array of tables counts once, and is two of what is made of it.
                prop_assert!(depth(root.get_ref()) <= 2 * DEEPEST + 2);
            }
        }
    }
}
