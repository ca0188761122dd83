//! What a server knows of rights, and what it cannot grant for that.

use super::dialect::Family;
use super::rights::Rights;
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
    /// The profile has no such level.
    Undefined,
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

    /// The same where `known` is what the server knows.
    #[cfg(test)]
    #[must_use]
    pub fn knowing(self, known: Rights) -> Self {
        Self { known, ..self }
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
            Ungrantable::Undefined => f.write_str("the profile does not say which rights it is"),
        }
    }
}

impl std::error::Error for Ungrantable {}
