//! What is put into a script of somebody else, between two marks: all that stands outside of them stays byte for byte
//! what it was.

use super::foreign::{Unreadable, scan};
use std::fmt;
use std::ops::Range;

const BEGIN: &[u8] =
    b"/* sharemail: begin; what follows, up to the end, is written by sharemail */";
const END: &[u8] = b"/* sharemail: end */";

/// Why nothing is put into a script, or taken out of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Untouched {
    /// It cannot be read as a script.
    Unreadable,
    /// The marks in it are not a pair.
    Unpaired,
}

/// A script of somebody else, parted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parted {
    /// What it says without what stands between our marks.
    pub bare: Vec<u8>,
    /// Whether something stood there.
    pub is_marked: bool,
    /// The scripts of the same mailbox that it includes by itself.
    pub includes: Vec<String>,
    /// To whom it sends mail on by itself: one for each command that does.
    pub redirects: Vec<String>,
}

impl From<Unreadable> for Untouched {
    fn from(_: Unreadable) -> Self {
        Self::Unreadable
    }
}

/// `script`, parted.
///
/// # Errors
/// Where it cannot be read, or its marks are not a pair.
pub fn parted(script: &[u8]) -> Result<Parted, Untouched> {
    let span = marked(script)?;
    let is_marked = span.is_some();
    let span = span.unwrap_or(0..0);
    let before = script.get(..span.start).unwrap_or_default();
    let behind = script.get(span.end..).unwrap_or_default();
    let bare = [before, behind].concat();
    let scanned = scan(&bare)?;
    let redirects = scanned.redirects.iter();
    let redirects = redirects.map(|address| String::from_utf8_lossy(address).into_owned());
    let includes = scanned.includes.into_iter();
    let includes = includes.filter_map(|name| String::from_utf8(name).ok());
    Ok(Parted {
        redirects: redirects.collect(),
        includes: includes.collect(),
        bare,
        is_marked,
    })
}

/// `bare`, which holds no marks, with `block` between them: behind what it requires, before anything that it does.
///
/// # Errors
/// Where it cannot be read.
pub fn with(bare: &[u8], block: &str) -> Result<Vec<u8>, Untouched> {
    let begins = scan(bare)?.begins;
    let end = match bare.windows(2).any(|pair| pair == b"\r\n") {
        true => "\r\n",
        false => "\n",
    };
    let block = block
        .lines()
        .flat_map(|line| [line, end])
        .collect::<String>();
    // In a line of its own where nothing but a remark stands behind what is required.
    let behind = bare.get(begins..).unwrap_or_default();
    let line = behind
        .iter()
        .position(|byte| *byte == b'\n')
        .map(|feed| feed + 1);
    let is_rest = |line: &[u8]| {
        let line = line.trim_ascii();
        line.is_empty() || line.starts_with(b"#")
    };
    let (at, close) = match line {
        _ if begins == 0 => (0, end),
        Some(length) if is_rest(behind.get(..length).unwrap_or_default()) => (begins + length, end),
        _ => (begins, ""),
    };
    let (before, behind) = bare.split_at_checked(at).ok_or(Untouched::Unreadable)?;
    let block = [
        BEGIN,
        end.as_bytes(),
        block.as_bytes(),
        END,
        close.as_bytes(),
    ]
    .concat();
    Ok([before, &block, behind].concat())
}

/// Where the marks stand in `script`, with the line break behind them where they have lines of their own.
fn marked(script: &[u8]) -> Result<Option<Range<usize>>, Untouched> {
    let comments = scan(script)?.comments;
    let of = |mark: &[u8]| -> Vec<Range<usize>> {
        let spans = comments.iter();
        let is_mark = |span: &&Range<usize>| script.get(span.start..span.end) == Some(mark);
        spans.filter(is_mark).cloned().collect()
    };
    match (of(BEGIN).as_slice(), of(END).as_slice()) {
        ([], []) => Ok(None),
        ([begin], [end]) if begin.end <= end.start => {
            let before = script.get(..begin.start).unwrap_or_default();
            let has_line = before.is_empty() || before.ends_with(b"\n");
            let behind = script.get(end.end..).unwrap_or_default();
            let feed = match behind {
                [b'\r', b'\n', ..] if has_line => 2,
                [b'\n', ..] if has_line => 1,
                _ => 0,
            };
            Ok(Some(begin.start..end.end + feed))
        }
        _ => Err(Untouched::Unpaired),
    }
}

impl fmt::Display for Untouched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreadable => "it cannot be read as a script of Sieve",
            Self::Unpaired => "the marks between which sharemail writes are not a pair there",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BLOCK: &str = "require [\"include\"];\ninclude :personal \"sharemail\";\n";

    fn text(bytes: &[u8]) -> &str {
        std::str::from_utf8(bytes).unwrap()
    }

    #[test]
    fn it_stands_behind_what_is_required() {
        let script = "require \"fileinto\"; # ours\r\n\r\nkeep;\r\n";
        let put = with(script.as_bytes(), BLOCK).unwrap();
        insta::assert_snapshot!(text(&put).replace('\r', ""), @r#"
        require "fileinto"; # ours
        /* sharemail: begin; what follows, up to the end, is written by sharemail */
        require ["include"];
        include :personal "sharemail";
        /* sharemail: end */

        keep;
        "#);
        assert!(!text(&put).replace("\r\n", "").contains('\n'));
        let parted = parted(&put).unwrap();
        assert_eq!(text(&parted.bare), script);
        assert!(parted.is_marked && parted.includes.is_empty());
    }

    #[test]
    fn what_stands_in_the_same_line_stays_there() {
        for script in [
            "require \"fileinto\"; keep;",
            "require \"fileinto\"; # no end of line",
            "require \"fileinto\"; /* x */\n",
            "require \"fileinto\";/* x\n */ keep;\n",
            "require \"fileinto\";",
            "keep;",
            "\n\nkeep;\n",
            "",
        ] {
            let put = with(script.as_bytes(), BLOCK).unwrap();
            assert_eq!(text(&parted(&put).unwrap().bare), script);
            assert_eq!(scan(&put).unwrap().includes, [b"sharemail"], "{script}");
        }
    }

    #[test]
    fn marks_that_are_no_pair_keep_everybody_away() {
        let put = with(b"keep;\n", BLOCK).unwrap();
        let twice = with(&put, BLOCK).unwrap();
        assert_eq!(parted(&twice), Err(Untouched::Unpaired));
        assert_eq!(parted(END), Err(Untouched::Unpaired));
        assert_eq!(parted(b"keep"), Err(Untouched::Unreadable));
    }

    #[test]
    fn a_mark_that_a_rule_looks_for_is_none() {
        let block = format!(
            "if header :contains \"x\" \"{}\" {{ keep; }}\n# {}\n",
            text(END),
            text(BEGIN)
        );
        let put = with(b"keep;\n", &block).unwrap();
        assert_eq!(parted(&put).unwrap().bare, b"keep;\n");
    }

    proptest! {
        #[test]
        fn all_outside_stays_what_it_was(
            parts in proptest::collection::vec(
                prop_oneof![
                    Just("require \"a\";"), Just("keep;"), Just("# x\n"), Just("/* y */"), Just("\n"), Just("\r\n"),
                    Just("if true { stop; }"), Just("redirect text:\nx\n.\n;"), Just("\t"), Just("include \"a\";"),
                ],
                0..12,
            )
        ) {
            let script = parts.concat();
            let put = with(script.as_bytes(), BLOCK).unwrap();
            let parted = parted(&put).unwrap();
            prop_assert_eq!(text(&parted.bare), script.as_str());
            prop_assert!(parted.is_marked);
            // And again the same.
            prop_assert_eq!(with(&parted.bare, BLOCK).unwrap(), put);
        }
    }
}
