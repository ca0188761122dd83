//! Settings of a mailbox that lie in the mailbox itself: one message for each kind, in a folder to which nobody
//! writes but the owner and the administrator.

mod labels;

pub use labels::{Called, Defined, Labels, NotFound};

use super::rights::Rights;
use super::turn::Turns;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The folder above all that the members of a mailbox share beside its mail.
pub const TOP: &str = "Team";
/// The folder that keeps the settings.
pub const FOLDER: &str = "Team/Settings";
/// A longer text of settings is neither written nor read, in bytes.
pub const LONGEST: usize = 1 << 20;

/// What a text of settings is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// What people call the labels of the mailbox.
    Labels,
    /// What happens to mail by itself.
    Rules,
    /// How long mail is kept.
    Retention,
    /// What is kept whatever else is said.
    Holds,
    /// Since when mail lies in a folder, as far as runs have looked there.
    Seen,
    /// Which messages rules were asked about.
    Judged,
    /// Which messages are held, as far as runs have looked.
    Held,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 7] = [
        Kind::Labels,
        Kind::Rules,
        Kind::Retention,
        Kind::Holds,
        Kind::Seen,
        Kind::Judged,
        Kind::Held,
    ];

    /// As the subject of its message, and the log, spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Labels => "labels",
            Kind::Rules => "rules",
            Kind::Retention => "retention",
            Kind::Holds => "holds",
            Kind::Seen => "seen",
            Kind::Judged => "judged",
            Kind::Held => "held",
        }
    }

    /// Whether runs note it for the next one, and nobody wishes it.
    pub const fn is_noted(self) -> bool {
        matches!(self, Kind::Seen | Kind::Judged)
    }

    /// The one called `name`.
    pub fn called(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What lies in the folder of the settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The identity of the folder's numbering; absent where the server does not tell.
    pub uid_validity: Option<u32>,
    /// The number that the next message there gets; absent where the server does not tell.
    pub uid_next: Option<u32>,
    /// Whose turn it was to move mail, as entries beside the settings said.
    pub turns: Turns,
    /// The newest message of each kind.
    pub newest: BTreeMap<Kind, Newest>,
    /// How many messages lie there that nobody put there as settings: they may have come by mail.
    pub strangers: u64,
    /// Why the folder could not be looked into, where it could not.
    pub unread: Option<String>,
}

/// The newest message of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newest {
    /// Its UID.
    pub uid: u32,
    /// Those of the same kind that it replaced, and that lie there yet.
    pub older: Vec<u32>,
    /// What it says, with bare line feeds; or why that is not known.
    pub text: Result<String, String>,
}

impl Settings {
    /// What the newest message of `kind` says: nothing where there is none.
    ///
    /// # Errors
    /// Why that is not known.
    pub fn text(&self, kind: Kind) -> Result<&str, &str> {
        match (&self.unread, self.newest.get(&kind)) {
            (Some(why), _) => Err(why),
            (None, None) => Ok(""),
            (None, Some(newest)) => newest.text.as_deref().map_err(String::as_str),
        }
    }
}

/// What is kept below [`TOP`]. Any other folder there, and that one where none of these is below it, is
/// somebody's own: teams had folders of that name before.
const SHARED: [&str; 3] = ["Settings", "Journal", "Rules"];

/// Whether `path` is one of the folders that are kept apart from mail where they are there, or the one above
/// them: what the members of a mailbox share there is no mail of anybody's.
pub fn keeps(path: &str) -> bool {
    path == TOP || is_shared(path)
}

/// Whether `path` is one of the folders that hold what the members of a mailbox share, or lies below one.
pub fn is_shared(path: &str) -> bool {
    let below = path
        .strip_prefix(TOP)
        .and_then(|rest| rest.strip_prefix('/'));
    let first = below.and_then(|rest| rest.split('/').next());
    first.is_some_and(|name| SHARED.contains(&name))
}

/// What a member holds there: to read it, and to see it in lists.
pub fn member_rights() -> Rights {
    Rights::parse("lr").unwrap_or_default()
}

/// Whether these rights let nobody change what is said there. What somebody has read is her own.
pub fn leaves_alone(rights: Rights) -> bool {
    Rights::parse("lrs").unwrap_or_default().contains(rights)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folders_of_the_team_are_kept_and_nothing_else_is() {
        assert!(keeps(TOP) && keeps(FOLDER) && keeps("Team/Journal/2026"));
        for path in [
            "Teams",
            "team",
            "Archive/Team",
            "Team/Settings2",
            "Team/Projects",
            "Settings",
        ] {
            assert!(!keeps(path), "{path}");
        }
        assert!(!is_shared(TOP), "it may be somebody's folder of mail");
    }

    #[test]
    fn whoever_may_only_read_is_no_danger() {
        let is_harmless = |letters: &str| leaves_alone(Rights::parse(letters).unwrap());
        assert!(is_harmless("lr") && is_harmless("lrs") && is_harmless(""));
        for letters in ["i", "w", "p", "k", "x", "t", "e", "a"] {
            assert!(!is_harmless(&format!("lr{letters}")), "{letters}");
        }
        assert_eq!(Kind::called("labels"), Some(Kind::Labels));
        assert_eq!(Kind::called("Labels"), None);
    }
}
