//! Labels: keywords of messages that people see as tags (RFC 9051, section 2.3.2).

use super::folder::WireName;
use serde::{Deserialize, Deserializer, Serialize, de};
use std::collections::BTreeSet;
use std::fmt;

/// The longest keyword that is sent or believed, in bytes.
pub const LONGEST: usize = 255;
/// Longer ones Dovecot refuses (mail_max_keyword_length), in bytes.
pub const LONGEST_ON_DOVECOT: usize = 50;
/// As many keywords are letters in the names of a Maildir's files; others are lost with Dovecot's index.
pub const MOST_IN_MAILDIR: usize = 26;

/// The five that Thunderbird has from the start, by which other programs go too.
const NAMED: [(&str, &str); 5] = [
    ("$label1", "Important"),
    ("$label2", "Work"),
    ("$label3", "Personal"),
    ("$label4", "To Do"),
    ("$label5", "Later"),
];

const FLAGGED: &str = "\\Flagged";

/// A keyword: an atom without a backslash (RFC 9051, section 9, flag-keyword).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Keyword(String);

/// A label as somebody typed it: which keyword it is, the names of the mailbox say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed(String);

impl Typed {
    /// What was `typed`.
    ///
    /// # Errors
    /// Where it can be the label of no mailbox.
    pub fn new(typed: &str) -> Result<Self, NoLabel> {
        match typed.chars().next() {
            None => Err(NoLabel::Empty),
            Some('\\') => Err(NoLabel::Flag),
            Some(_) => Ok(Self(typed.to_owned())),
        }
    }

    /// As it was typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is the keyword itself, whatever people call it.
    pub fn is_keyword(&self) -> bool {
        self.0.starts_with('$')
    }
}

/// Why a word is no label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoLabel {
    /// It is one of the server's own flags, such as `\Seen`.
    Flag,
    /// No keyword holds this character.
    Holds(char),
    /// It is longer than [`LONGEST`] as a keyword.
    TooLong,
    /// It is empty.
    Empty,
}

impl Keyword {
    /// The keyword of the label that somebody calls `name`: one of the five by its name; one that
    /// begins with `$`, which programs have agreed on (RFC 5788, section 2), as it is; else the key that
    /// Thunderbird makes of that name.
    ///
    /// # Errors
    /// Where no keyword can be made of it.
    pub fn of(name: &str) -> Result<Self, NoLabel> {
        let is_called = |(_, called): &&(&str, &str)| called.eq_ignore_ascii_case(name);
        if let Some((key, _)) = NAMED.iter().find(is_called) {
            return Ok(Self((*key).to_owned()));
        }
        match name.chars().next() {
            None => Err(NoLabel::Empty),
            Some('\\') => Err(NoLabel::Flag),
            Some('$') => Self::parse(name),
            Some(_) => Self::parse(&key(name)?),
        }
    }

    /// `keyword` as it stands.
    ///
    /// # Errors
    /// Where it can be none.
    pub fn parse(keyword: &str) -> Result<Self, NoLabel> {
        let special = |c: char| !c.is_ascii_graphic() || "(){%*\"\\]".contains(c);
        match keyword.chars().find(|c| special(*c)) {
            _ if keyword.is_empty() => Err(NoLabel::Empty),
            Some(c) => Err(NoLabel::Holds(c)),
            None if keyword.len() > LONGEST => Err(NoLabel::TooLong),
            None => Ok(Self(keyword.to_owned())),
        }
    }

    /// The flag that programs show as a star or a flag (`\Flagged`, RFC 9051, section 2.3.2): no keyword, and set
    /// and taken off as one.
    pub fn flagged() -> Self {
        Self(FLAGGED.to_owned())
    }

    /// Whether it is that flag.
    pub fn is_flagged(&self) -> bool {
        self.is(FLAGGED)
    }

    /// As it goes on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What people call it, where mail programs agree on that.
    pub fn name(&self) -> Option<&'static str> {
        name(&self.0)
    }

    /// Whether `keyword` is the same one: they are the same in any case (RFC 9051, section 2.3.2).
    pub fn is(&self, keyword: &str) -> bool {
        self.0.eq_ignore_ascii_case(keyword)
    }
}

/// What people call `keyword`, where mail programs agree on that.
pub fn name(keyword: &str) -> Option<&'static str> {
    let is_it = |(key, _): &&(&str, &str)| key.eq_ignore_ascii_case(keyword);
    NAMED.iter().find(is_it).map(|(_, name)| *name)
}

/// Whether programs have agreed on what `keyword` is: the five, those of a registry, and those by which spam is told.
pub fn is_agreed(keyword: &str) -> bool {
    const SPAM: [&str; 3] = ["Junk", "NonJunk", "NotJunk"];
    let mut spam = SPAM.iter();
    keyword.starts_with('$') || spam.any(|own| own.eq_ignore_ascii_case(keyword))
}

/// Thunderbird's key for a tag of that name: what no key may hold becomes `_`, other scripts go in
/// modified UTF-7, and all of it in small letters.
fn key(name: &str) -> Result<String, NoLabel> {
    let fit = |c: char| if " ()/{%*<>\\\"".contains(c) { '_' } else { c };
    let name: String = name.chars().map(fit).collect();
    if let Some(c) = name.chars().find(|c| c.is_control()) {
        return Err(NoLabel::Holds(c));
    }
    let wire = WireName::from_unicode(&name).map_err(|_| NoLabel::TooLong)?;
    // A name that reads `inbox` is no folder here.
    let wire = match wire.is_inbox() {
        true => b"inbox",
        false => wire.as_bytes(),
    };
    Ok(String::from_utf8_lossy(wire).to_ascii_lowercase())
}

/// `Important ($label1)`, or the keyword alone.
impl fmt::Display for Keyword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            _ if self.is_flagged() => f.write_str("Flagged (\\Flagged)"),
            Some(name) => write!(f, "{name} ({})", self.0),
            None => f.write_str(&self.0),
        }
    }
}

impl fmt::Display for NoLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => {
                f.write_str("what begins with \\ is a flag of the server's own, and no label")
            }
            Self::Holds(c) => write!(f, "no keyword holds {:?}", c.to_string()),
            Self::TooLong => write!(f, "it is longer than {LONGEST} characters as a keyword"),
            Self::Empty => f.write_str("it is empty"),
        }
    }
}

impl<'de> Deserialize<'de> for Keyword {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let word = String::deserialize(from)?;
        if word == FLAGGED {
            return Ok(Self::flagged());
        }
        Self::parse(&word).map_err(|_| de::Error::custom("this is no keyword"))
    }
}

/// Which flags a folder keeps beyond a session (PERMANENTFLAGS, RFC 9051, section 7.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Permits {
    /// Whether it keeps keywords that it has not seen before.
    pub new: bool,
    /// Those that it names, in small letters.
    pub named: BTreeSet<String>,
}

impl Permits {
    /// What the words of PERMANENTFLAGS say; `\*` among them stands for new ones.
    pub fn of<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut permits = Self::default();
        for word in words {
            match word {
                "\\*" => permits.new = true,
                word => drop(permits.named.insert(word.to_ascii_lowercase())),
            }
        }
        permits
    }

    /// A server that does not say keeps all of them (RFC 9051, section 6.3.2).
    pub fn all() -> Self {
        Self {
            new: true,
            named: BTreeSet::new(),
        }
    }

    /// Whether `keyword` is kept.
    pub fn keeps(&self, keyword: &Keyword) -> bool {
        self.new || self.names(keyword)
    }

    /// Whether `keyword` is among those that are named.
    pub fn names(&self, keyword: &Keyword) -> bool {
        self.named.contains(&keyword.as_str().to_ascii_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn labels_get_the_keys_that_thunderbird_gives_them() {
        for (name, key) in [
            ("Important", "$label1"),
            ("to do", "$label4"),
            ("LATER", "$label5"),
            ("$Forwarded", "$Forwarded"),
            ("urgent", "urgent"),
            ("Waiting for Bob", "waiting_for_bob"),
            ("50% (half)", "50___half_"),
            ("a & b", "a_&-_b"),
            ("für später", "f&apw-r_sp&aoq-ter"),
            ("🔥", "&2d3djq-"),
            ("Inbox", "inbox"),
            ("owner:alice", "owner:alice"),
        ] {
            let made = Keyword::of(name).map(|keyword| keyword.as_str().to_owned());
            assert_eq!(made.as_deref(), Ok(key), "{name}");
        }
        assert_eq!(Keyword::of("work").unwrap().to_string(), "Work ($label2)");
    }

    #[test]
    fn a_flag_is_set_as_a_label_is_and_typed_by_nobody() {
        let flagged = Keyword::flagged();
        assert!(flagged.is_flagged() && flagged.is("\\FLAGGED"));
        assert_eq!(flagged.to_string(), "Flagged (\\Flagged)");
        let written = serde_json::to_string(&flagged).unwrap();
        assert_eq!(serde_json::from_str::<Keyword>(&written).unwrap(), flagged);
        assert!(serde_json::from_str::<Keyword>("\"\\\\Seen\"").is_err());
        assert!(Permits::of(["\\Flagged"]).keeps(&flagged));
    }

    #[test]
    fn what_no_keyword_can_be_is_refused() {
        assert_eq!(Keyword::of("\\Seen"), Err(NoLabel::Flag));
        assert_eq!(Keyword::of("a]b"), Err(NoLabel::Holds(']')));
        assert_eq!(Keyword::of("$two words"), Err(NoLabel::Holds(' ')));
        assert_eq!(Keyword::of("$é"), Err(NoLabel::Holds('é')));
        assert_eq!(Keyword::of(""), Err(NoLabel::Empty));
        assert_eq!(Keyword::of(&"x".repeat(LONGEST + 1)), Err(NoLabel::TooLong));
        assert!(Keyword::of(&"x".repeat(LONGEST)).is_ok());
    }

    #[test]
    fn a_folder_keeps_what_it_names_and_new_ones_where_it_says_so() {
        let urgent = Keyword::of("urgent").unwrap();
        assert!(Permits::of(["\\Seen", "\\*"]).keeps(&urgent));
        assert!(Permits::of(["\\Seen", "URGENT"]).keeps(&urgent));
        assert!(!Permits::of(["\\Seen", "\\Deleted"]).keeps(&urgent));
        assert!(Permits::all().keeps(&urgent));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_an_atom_or_refused(name in "\\PC{0,40}") {
            if let Ok(keyword) = Keyword::of(&name) {
                prop_assert_eq!(Keyword::parse(keyword.as_str()), Ok(keyword));
            }
        }
    }
}
