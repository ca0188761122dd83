//! What a profile may call a level of its own: a word that is a key of its file, of the files that
//! say what mailboxes shall be like, a cell of a sheet, and part of a variable's name.

use arrayvec::ArrayString;
use std::fmt;

/// No name is longer, in bytes: it stands in the columns of tables.
const LONGEST: usize = 24;

/// The name of a level that a profile defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LevelName(ArrayString<LONGEST>);

/// Why a text is no name for a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoLevelName {
    /// There is nothing in it.
    Empty,
    /// It is longer than any table has room for.
    Long,
    /// It holds something else than lower-case letters, digits and single hyphens between them.
    Spelled,
    /// It means something already, in files, reports or as rights.
    Taken,
}

/// What means something where a level's name could stand: keys of the files, what reports say in
/// place of a level, and what people type for the levels that every profile has.
const TAKEN: &[&str] = &[
    "read-only",
    "write",
    "full-access",
    "none",
    "custom",
    "rights",
    "same",
    "all",
    "full",
    "read",
    "admin",
    "owner",
    "level",
    "levels",
    "quota",
    "folders",
    "folder",
    "send-as",
    "send-on-behalf",
    "mailbox",
    "team",
];

impl LevelName {
    /// The name that `text` is.
    ///
    /// # Errors
    /// Why it can be none.
    pub fn parse(text: &str) -> Result<Self, NoLevelName> {
        let is_part = |part: &str| {
            let mut letters = part.bytes();
            !part.is_empty() && letters.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        if text.is_empty() {
            return Err(NoLevelName::Empty);
        }
        let name = ArrayString::from(text).map_err(|_| NoLevelName::Long)?;
        if !text.starts_with(|c: char| c.is_ascii_lowercase()) || !text.split('-').all(is_part) {
            return Err(NoLevelName::Spelled);
        }
        if TAKEN.contains(&text) {
            return Err(NoLevelName::Taken);
        }
        Ok(Self(name))
    }

    /// The name as it is written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for LevelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Display for NoLevelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoLevelName::Empty => f.write_str("it is empty"),
            NoLevelName::Long => write!(f, "it is longer than {LONGEST} letters"),
            NoLevelName::Spelled => f.write_str(
                "a level is called by lower-case letters, digits and single hyphens between them",
            ),
            NoLevelName::Taken => f.write_str("the word means something already"),
        }
    }
}

impl std::error::Error for NoLevelName {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_that_can_be_typed_anywhere_are_names() {
        for name in ["editor", "level-2", "x", "night-shift-lead"] {
            assert_eq!(LevelName::parse(name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn what_could_be_taken_for_something_else_is_none() {
        for (text, why) in [
            ("", NoLevelName::Empty),
            ("abcdefghijklmnopqrstuvwxy", NoLevelName::Long),
            ("Editor", NoLevelName::Spelled),
            ("2nd", NoLevelName::Spelled),
            ("-x", NoLevelName::Spelled),
            ("x-", NoLevelName::Spelled),
            ("a--b", NoLevelName::Spelled),
            ("a_b", NoLevelName::Spelled),
            ("a b", NoLevelName::Spelled),
            ("prüfer", NoLevelName::Spelled),
            ("none", NoLevelName::Taken),
            ("custom", NoLevelName::Taken),
            ("send-as", NoLevelName::Taken),
        ] {
            assert_eq!(LevelName::parse(text), Err(why), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_name_is_what_was_written_and_one_word(text in "\\PC{0,30}|[a-z0-9-]{1,26}") {
            if let Ok(name) = LevelName::parse(&text) {
                prop_assert_eq!(name.as_str(), &text);
                prop_assert_eq!(name.to_string(), text.clone());
                prop_assert!(text.len() <= LONGEST);
                prop_assert!(text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
                // The name of its variable leads back to it.
                let variable = text.to_ascii_uppercase().replace('-', "_");
                prop_assert_eq!(variable.to_ascii_lowercase().replace('_', "-"), text);
            }
        }
    }
}
