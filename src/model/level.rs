//! Levels: names for sets of rights, fitted to what a server knows and ties together.

use super::dialect::Family;
use super::rights::Rights;
use serde::{Serialize, Serializer};
use std::fmt;

/// The rights that a server knows (LISTRIGHTS, RFC 4314, section 3.7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vocabulary {
    /// Every right that can be granted or is always held.
    pub known: Rights,
    /// Sets that are granted and taken together or not at all.
    pub tied: Vec<Rights>,
    /// Whether `c` and `d` only repeat other rights (RFC 4314, section 2.1.1).
    pub virtual_cd: bool,
    /// Why the server did not say so itself, in its words, where this is what its capabilities promise.
    pub untold: Option<String>,
    /// Whether the server may store a set without what the rest of it implies: nobody knows that of
    /// a server of another family than those that were seen to store what they are told.
    pub terse: bool,
}

/// A level that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// See mail, change nothing but one's own \Seen.
    ReadOnly,
    /// Read, compose, file; delete nothing.
    Write,
    /// Everything that the server knows, permissions included.
    FullAccess,
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

/// What a profile makes of the levels; absent means the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Levels {
    /// In place of `lrs`.
    pub read_only: Option<Rights>,
    /// In place of `lrswip`.
    pub write: Option<Rights>,
    /// In place of everything that the server knows.
    pub full_access: Option<Rights>,
}

/// Why a set of rights cannot be granted on this server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ungrantable {
    /// The server does not know these rights.
    Unknown {
        /// The rights that were asked for and are not known.
        missing: Rights,
        /// Those that are.
        known: Rights,
    },
    /// The server ties some of them to rights that the level must not give.
    Tied {
        /// The rights that were asked for.
        asked: Rights,
        /// Those that the server would add.
        added: Rights,
    },
    /// `c` and `d` stand for other rights here.
    Obsolete,
}

impl Vocabulary {
    /// A server's vocabulary from one LISTRIGHTS reply: `required`, which is always granted, and
    /// the groups that may be granted. `virtual_cd` where the server follows RFC 4314 rather than
    /// RFC 2086.
    pub fn new(required: Rights, groups: &[Rights], virtual_cd: bool) -> Self {
        let drop = |set: Rights| {
            if virtual_cd {
                set.without_virtual()
            } else {
                set
            }
        };
        let tied = groups
            .iter()
            .map(|group| drop(*group))
            .filter(|g| g.iter().count() > 1);
        let known = groups.iter().fold(required, |all, group| all.union(*group));
        Self {
            known: drop(known),
            tied: tied.collect(),
            virtual_cd,
            untold: None,
            terse: false,
        }
    }

    /// The same on a server of `family`.
    #[must_use]
    pub fn of(self, family: Family) -> Self {
        let terse = family == Family::Other;
        Self { terse, ..self }
    }

    /// `rights` as they are stored, with what a server may leave out of them: there are some that show
    /// a folder to whoever may post to it, and give `lp` back as `p`.
    pub fn implied(&self, rights: Rights) -> Rights {
        match self.terse && rights.has('p') {
            true => rights.with('l').unwrap_or(rights),
            false => rights,
        }
    }

    /// Courier's, by the letters of RFC 4314: it stores whatever it is told, and LISTRIGHTS hides
    /// that what `d` stands for (`x`, `t`, `e`) can be given one by one. Its `p` does nothing.
    pub fn of_courier() -> Self {
        Self {
            known: Rights::parse("lrswikxtea").unwrap_or_default(),
            tied: Vec::new(),
            virtual_cd: true,
            untold: None,
            terse: false,
        }
    }

    /// What a server's capabilities promise (RFC 4314, section 2.2), where it did not say which rights
    /// it knows: those of RFC 2086 that RFC 4314 kept, and the ones that are `advertised`.
    pub fn promised(advertised: Option<Rights>) -> Self {
        let base = Rights::parse("lrswipa").unwrap_or_default();
        Self {
            known: base.union(advertised.unwrap_or_default()),
            tied: Vec::new(),
            virtual_cd: advertised.is_some(),
            untold: None,
            terse: false,
        }
    }

    /// `rights` without what carries no meaning here: two sets that normalise alike are the same
    /// access.
    pub fn normal(&self, rights: Rights) -> Rights {
        if self.virtual_cd {
            rights.without_virtual()
        } else {
            rights
        }
    }

    /// `rights` and all that the server grants along with them.
    pub fn closure(&self, rights: Rights) -> Rights {
        let mut closed = rights;
        loop {
            let grown = self
                .tied
                .iter()
                .filter(|group| group.intersects(closed))
                .fold(closed, |all, group| all.union(*group));
            if grown == closed {
                return closed;
            }
            closed = grown;
        }
    }

    /// `rights`, checked to be what the server can grant exactly.
    ///
    /// # Errors
    /// When one of them is unknown here, obsolete, or tied to another that was not asked for.
    pub fn exactly(&self, rights: Rights) -> Result<Rights, Ungrantable> {
        if self.virtual_cd && self.normal(rights) != rights {
            return Err(Ungrantable::Obsolete);
        }
        let missing = rights.minus(self.known);
        if !missing.is_empty() {
            return Err(Ungrantable::Unknown {
                missing,
                known: self.known,
            });
        }
        let added = self.closure(rights).minus(rights);
        if added.is_empty() {
            Ok(rights)
        } else {
            Err(Ungrantable::Tied {
                asked: rights,
                added,
            })
        }
    }
}

impl Level {
    /// Every level, weakest first.
    pub const ALL: [Level; 3] = [Level::ReadOnly, Level::Write, Level::FullAccess];

    /// The name of the level, as options and files spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Level::ReadOnly => "read-only",
            Level::Write => "write",
            Level::FullAccess => "full-access",
        }
    }
}

/// `lrs`: see the folder, read, keep one's own \Seen.
const READ: &str = "lrs";
/// `lrswip`: nothing that deletes, so no `t`, `e`, `x`.
const WRITE: &str = "lrswip";

impl Levels {
    /// The rights that `level` means on a server with `vocabulary`.
    ///
    /// # Errors
    /// When the server cannot grant them without granting more.
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
        }
    }

    /// What `rights` are called on a server with `vocabulary`.
    pub fn name(&self, rights: Rights, vocabulary: &Vocabulary) -> Naming {
        let rights = vocabulary.normal(rights);
        if rights.is_empty() {
            return Naming::None;
        }
        let level = Level::ALL.into_iter().find(|level| {
            self.rights(*level, vocabulary)
                .is_ok_and(|meant| standard(meant) == standard(rights))
        });
        level.map_or(Naming::Custom(rights), Naming::Level)
    }

    fn defined(&self, level: Level) -> Option<Rights> {
        match level {
            Level::ReadOnly => self.read_only,
            Level::Write => self.write,
            Level::FullAccess => self.full_access,
        }
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

impl fmt::Display for Ungrantable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ungrantable::Unknown { missing, known } => {
                write!(f, "the server does not know {missing}; it knows {known}")
            }
            Ungrantable::Tied { asked, added } => {
                write!(f, "the server grants {asked} only together with {added}")
            }
            Ungrantable::Obsolete => f.write_str(
                "c and d are obsolete (RFC 4314) and stand for others among k, x, t and e on this server",
            ),
        }
    }
}

impl std::error::Error for Ungrantable {}

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
        let levels = Levels {
            read_only: Some(set("lr")),
            ..Levels::default()
        };
        assert_eq!(levels.rights(Level::ReadOnly, &modern()), Ok(set("lr")));
        assert_eq!(
            levels.name(set("lrs"), &modern()),
            Naming::Custom(set("lrs"))
        );
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
        fn a_level_is_named_by_what_it_grants(groups in "[lrswipkxtea]( [lrswipkxtea]{1,2}){3,9}") {
            let vocabulary = vocabulary("", &groups, true);
            for level in Level::ALL {
                if let Ok(rights) = Levels::default().rights(level, &vocabulary) {
                    let custom = matches!(Levels::default().name(rights, &vocabulary), Naming::Custom(_));
                    prop_assert!(!custom);
                }
            }
        }
    }
}
