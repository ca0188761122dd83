//! What a script is called (RFC 5804, section 1.6).

use std::fmt;

/// The name of a script: never empty, without control characters, and bounded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScriptName(String);

/// Why a text names no script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misnamed {
    /// It is empty.
    Empty,
    /// It is longer than any server has to take.
    TooLong,
    /// It is no text, or holds a character that no name has.
    Unfit,
}

/// 128 characters have to be taken; this is what 128 of them may need, and four times as many in ASCII.
const LONGEST: usize = 512;

impl ScriptName {
    /// `name` as that of a script.
    ///
    /// # Errors
    /// Why it is none.
    pub fn new(name: &str) -> Result<Self, Misnamed> {
        let unfit = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
        if name.is_empty() {
            Err(Misnamed::Empty)
        } else if name.len() > LONGEST {
            Err(Misnamed::TooLong)
        } else if name.contains(unfit) {
            Err(Misnamed::Unfit)
        } else {
            Ok(Self(name.to_owned()))
        }
    }

    /// As it is spelled.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ScriptName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_end_a_command_is_no_name() {
        assert_eq!(ScriptName::new(""), Err(Misnamed::Empty));
        for name in ["a\r\nLOGOUT", "a\0", "\u{2028}", "\u{85}"] {
            assert_eq!(ScriptName::new(name), Err(Misnamed::Unfit));
        }
        assert_eq!(ScriptName::new(&"ü".repeat(257)), Err(Misnamed::TooLong));
        assert_eq!(
            ScriptName::new("Büro \"x\"").unwrap().as_str(),
            "Büro \"x\""
        );
    }
}
