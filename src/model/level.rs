//! Levels: names for sets of rights, fitted to what a server knows and ties together.

use super::level_name::LevelName;
use super::rights::Rights;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;

pub use super::vocabulary::{Ungrantable, Vocabulary};

/// A level that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// See mail, change nothing but one's own \Seen.
    ReadOnly,
    /// Read, compose, add; neither delete nor move away.
    Write,
    /// Everything that the server knows, permissions included.
    FullAccess,
    /// What the profile calls by this name.
    Own(LevelName),
}

/// What a set of rights is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// No right at all.
    None,
    /// Exactly this level.
    Level(Level),
    /// A set that is no level.
    Custom(Rights),
}

/// What a profile makes of the levels: other rights for those that every profile has, and levels of
/// its own. Everything that knows a level by its name asks here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levels(BTreeMap<Level, Rights>);

impl Level {
    /// The levels that every profile has, weakest first.
    pub const COMMON: &'static [Level] = &[Level::ReadOnly, Level::Write, Level::FullAccess];

    /// The name of the level, as options and files spell it.
    pub fn name(&self) -> &str {
        match self {
            Level::ReadOnly => "read-only",
            Level::Write => "write",
            Level::FullAccess => "full-access",
            Level::Own(name) => name.as_str(),
        }
    }

    /// Its place where levels are told one after the other: the highest first, and behind them those
    /// of the profile by their names.
    pub fn place(self) -> (u8, Level) {
        let place = match self {
            Level::FullAccess => 0,
            Level::Write => 1,
            Level::ReadOnly => 2,
            Level::Own(_) => 3,
        };
        (place, self)
    }

    /// Whether a profile made it.
    pub fn is_own(self) -> bool {
        matches!(self, Level::Own(_))
    }
}

/// `lrs`: see the folder, read, keep one's own \Seen.
const READ: &str = "lrs";
/// `lrswip`: nothing that deletes, so no `t`, `e`, `x`.
const WRITE: &str = "lrswip";

impl Levels {
    /// The same levels with `level` meaning `rights`.
    #[must_use]
    pub fn with(mut self, level: Level, rights: Rights) -> Self {
        self.0.insert(level, rights);
        self
    }

    /// Every level, those of every profile weakest first, then the profile's own by name.
    pub fn all(&self) -> impl Iterator<Item = Level> {
        let own = self.0.keys().copied().filter(|level| level.is_own());
        Level::COMMON.iter().copied().chain(own)
    }

    /// The names of all levels, in the same order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let own = self.0.keys().filter(|level| level.is_own());
        Level::COMMON.iter().chain(own).map(Level::name)
    }

    /// The level of that name, as people may type it.
    pub fn called(&self, name: &str) -> Option<Level> {
        self.all().find(|level| level.name() == name)
    }

    /// What the profile says of `level`; nothing where it means what it means by default.
    pub fn defined(&self, level: Level) -> Option<Rights> {
        self.0.get(&level).copied()
    }

    /// The level that is called by `rights` already, whatever the server: one set has one name.
    pub fn holder(&self, rights: Rights) -> Option<Level> {
        let meant = |level: &Level| match (self.defined(*level), level) {
            (Some(defined), _) => Some(defined),
            (None, Level::ReadOnly) => Rights::parse(READ).ok(),
            (None, Level::Write) => Rights::parse(WRITE).ok(),
            (None, _) => None,
        };
        self.all().find(|level| meant(level) == Some(rights))
    }

    /// The rights that `level` means on a server with `vocabulary`.
    ///
    /// # Errors
    /// When the server cannot grant them without granting more, or nobody says what they are.
    pub fn rights(&self, level: Level, vocabulary: &Vocabulary) -> Result<Rights, Ungrantable> {
        let known = |text| {
            Rights::parse(text).map_or(Rights::NONE, |set| set.intersection(vocabulary.known))
        };
        match (level, self.defined(level)) {
            (_, Some(rights)) => vocabulary.exactly(rights),
            (Level::ReadOnly, None) => vocabulary
                .exactly(known(READ))
                .or_else(|_| vocabulary.exactly(known("lr"))),
            (Level::Write, None) => vocabulary.exactly(known(WRITE)),
            (Level::FullAccess, None) => Ok(everything(vocabulary)),
            (Level::Own(_), None) => Err(Ungrantable::Undefined),
        }
    }

    /// What `rights` are called on a server with `vocabulary`: by the level that means exactly them,
    /// else by one of every profile that differs in nothing that matters.
    pub fn name(&self, rights: Rights, vocabulary: &Vocabulary) -> Naming {
        let rights = vocabulary.normal(rights);
        if rights.is_empty() {
            return Naming::None;
        }
        let mut nearly = None;
        for level in self.all() {
            let Ok(meant) = self.rights(level, vocabulary) else {
                continue;
            };
            if meant == rights {
                return Naming::Level(level);
            }
            // What a profile spells out is meant to the letter.
            if !level.is_own() && nearly.is_none() && standard(meant) == standard(rights) {
                nearly = Some(level);
            }
        }
        nearly.map_or(Naming::Custom(rights), Naming::Level)
    }
}

/// All that a server knows but the digits, which RFC 4314, section 3 leaves to each site.
fn everything(vocabulary: &Vocabulary) -> Rights {
    let digits = Rights::parse("0123456789").unwrap_or_default();
    vocabulary.known.minus(digits)
}

/// The part of a set that decides its level: the digits are a site's own business, and `n`
/// (annotations, RFC 5257) is missing where other tools granted "all".
fn standard(rights: Rights) -> Rights {
    rights.minus(Rights::parse("0123456789n").unwrap_or_default())
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Naming {
    /// One word, for a column of its own: `custom` for a set that is no level.
    pub fn word(self) -> String {
        match self {
            Naming::Custom(_) => "custom".to_owned(),
            named => named.to_string(),
        }
    }
}

impl fmt::Display for Naming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Naming::None => f.pad("none"),
            Naming::Level(level) => level.fmt(f),
            Naming::Custom(rights) => f.pad(&format!("custom ({rights})")),
        }
    }
}

impl Serialize for Naming {
    /// `none`, `read-only`, `write`, `full-access` or `custom`: the rights stand beside it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Naming::Custom(_) => serializer.serialize_str("custom"),
            named => serializer.collect_str(named),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn set(text: &str) -> Rights {
        Rights::parse(text).unwrap()
    }

    fn vocabulary(required: &str, groups: &str, virtual_cd: bool) -> Vocabulary {
        let groups: Vec<Rights> = groups.split(' ').map(set).collect();
        Vocabulary::new(set(required), &groups, virtual_cd)
    }

    fn modern() -> Vocabulary {
        vocabulary("", "l r w s t p i e k x a c d", true)
    }

    fn legacy() -> Vocabulary {
        vocabulary("", "l r s w i p c d a", false)
    }

    fn meant(level: Level, vocabulary: &Vocabulary) -> String {
        match Levels::default().rights(level, vocabulary) {
            Ok(rights) => rights.to_string(),
            Err(refused) => refused.to_string(),
        }
    }

    #[test]
    fn levels_mean_what_the_table_says() {
        assert_eq!(meant(Level::ReadOnly, &modern()), "lrs");
        assert_eq!(meant(Level::Write, &modern()), "lrswip");
        assert_eq!(meant(Level::FullAccess, &modern()), "lrswipkxtea");
    }

    #[test]
    fn a_server_of_rfc_2086_keeps_its_c_and_d() {
        assert_eq!(meant(Level::Write, &legacy()), "lrswip");
        assert_eq!(meant(Level::FullAccess, &legacy()), "lrswipacd");
        let named = Levels::default().name(set("lrswipacd"), &legacy());
        assert_eq!(named, Naming::Level(Level::FullAccess));
        assert_eq!(
            Levels::default()
                .name(set("lrswipa"), &legacy())
                .to_string(),
            "custom (lrswipa)"
        );
    }

    #[test]
    fn read_only_leaves_out_s_where_it_is_tied_to_w() {
        assert_eq!(
            meant(
                Level::ReadOnly,
                &vocabulary("", "l r sw i p t e k x a", true)
            ),
            "lr"
        );
    }

    #[test]
    fn write_is_refused_where_it_would_delete() {
        let tied = vocabulary("", "l r s wte i p k x a", true);
        assert_eq!(
            meant(Level::Write, &tied),
            "the server grants lrswip only together with te"
        );
    }

    #[test]
    fn the_digits_of_a_site_and_the_virtual_rights_do_not_change_a_name() {
        let cyrus = vocabulary("", "l r s w i p k x t e c d a n 0 1 2", true);
        assert_eq!(meant(Level::FullAccess, &cyrus), "lrswipkxtean");
        for all in ["lrswipkxtecda", "lrswipkxtean", "lrswipkxtean0"] {
            let named = Levels::default().name(set(all), &cyrus);
            assert_eq!(named, Naming::Level(Level::FullAccess), "{all}");
        }
    }

    #[test]
    fn rights_that_are_no_level_are_custom() {
        let name = |text| Levels::default().name(set(text), &modern()).to_string();
        assert_eq!(name("lrswit"), "custom (lrswit)");
        assert_eq!(name(""), "none");
        assert_eq!(name("lrscd"), "read-only");
    }

    #[test]
    fn a_profile_may_redefine_a_level() {
        let levels = Levels::default().with(Level::ReadOnly, set("lr"));
        assert_eq!(levels.rights(Level::ReadOnly, &modern()), Ok(set("lr")));
        assert_eq!(
            levels.name(set("lrs"), &modern()),
            Naming::Custom(set("lrs"))
        );
    }

    fn own(name: &str) -> Level {
        Level::Own(LevelName::parse(name).unwrap())
    }

    #[test]
    fn a_level_of_the_profiles_own_is_exactly_its_rights() {
        let levels = Levels::default()
            .with(own("editor"), set("lrswipte"))
            .with(own("clerk"), set("lrswite"));
        let name = |text, vocabulary: &Vocabulary| levels.name(set(text), vocabulary).to_string();
        assert_eq!(name("lrswipte", &modern()), "editor");
        assert_eq!(name("lrswiptecd", &modern()), "editor");
        assert_eq!(name("lrswite", &modern()), "clerk");
        assert_eq!(name("lrswipten", &modern()), "custom (lrswipten)");
        assert_eq!(name("lrswip", &modern()), "write");
        assert_eq!(levels.called("editor"), Some(own("editor")));
        assert_eq!(levels.called("Editor"), None);
        let names: Vec<&str> = levels.names().collect();
        assert_eq!(
            names,
            ["read-only", "write", "full-access", "clerk", "editor"]
        );
        let refused = levels.rights(own("editor"), &legacy()).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "the server does not know te; it knows lrswipacd"
        );
        assert!(Levels::default().rights(own("editor"), &modern()).is_err());
    }

    #[test]
    fn one_set_has_one_name() {
        let levels = Levels::default().with(own("editor"), set("lrswipte"));
        assert_eq!(levels.holder(set("lrs")), Some(Level::ReadOnly));
        assert_eq!(levels.holder(set("piwsrl")), Some(Level::Write));
        assert_eq!(levels.holder(set("lrswipte")), Some(own("editor")));
        assert_eq!(levels.holder(set("lr")), None);
        let redefined = levels.with(Level::Write, set("lrswi"));
        assert_eq!(redefined.holder(set("lrswip")), None);
        assert_eq!(redefined.holder(set("lrswi")), Some(Level::Write));
    }

    #[test]
    fn obsolete_and_unknown_rights_are_refused() {
        assert_eq!(modern().exactly(set("lrd")), Err(Ungrantable::Obsolete));
        let unknown = legacy().exactly(set("lrte")).unwrap_err().to_string();
        assert_eq!(unknown, "the server does not know te; it knows lrswipacd");
    }

    proptest! {
        #[test]
        fn closure_only_grows_and_settles(asked in "[lrswipkxtea]{0,8}", groups in "[lrswipkxtea ]{0,20}") {
            let vocabulary = vocabulary("", &groups, true);
            let closed = vocabulary.closure(set(&asked));
            prop_assert!(closed.contains(set(&asked)));
            prop_assert_eq!(vocabulary.closure(closed), closed);
        }

        #[test]
        fn an_own_level_is_called_by_its_name_wherever_it_can_be_given(
            asked in "[lrswipkxtea]{1,8}", groups in "[lrswipkxtea]( [lrswipkxtea]{1,2}){3,9}",
        ) {
            let vocabulary = vocabulary("", &groups, true);
            let levels = Levels::default().with(own("mine"), set(&asked));
            if let Ok(rights) = levels.rights(own("mine"), &vocabulary) {
                prop_assert_eq!(rights, set(&asked));
                let common = Level::COMMON.iter().any(|level| levels.rights(*level, &vocabulary) == Ok(rights));
                let named = levels.name(rights, &vocabulary);
                prop_assert!(common || named == Naming::Level(own("mine")), "{}", named);
            }
        }

        #[test]
        fn a_level_is_named_by_what_it_grants(groups in "[lrswipkxtea]( [lrswipkxtea]{1,2}){3,9}") {
            let vocabulary = vocabulary("", &groups, true);
            for level in Level::COMMON {
                if let Ok(rights) = Levels::default().rights(*level, &vocabulary) {
                    let custom = matches!(Levels::default().name(rights, &vocabulary), Naming::Custom(_));
                    prop_assert!(!custom);
                }
            }
        }
    }
}
