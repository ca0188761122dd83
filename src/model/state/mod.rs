//! State: what the server holds, as read.

mod identities;
mod settings;

pub use settings::Trust;

use super::dialect::{Dialect, Family};
use super::folder::WireName;
use super::groupware::holds_no_mail;
use super::identity::{Identity, IdentityFolders, Standing, Unread};
use super::level::Vocabulary;
use super::login::Spelling;
use super::messages::Lie;
use super::plan::Place;
use super::rights::Rights;
use super::setting::Settings;
use super::who::Who;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The entries of one folder's ACL: identifier, as the server spells it, to rights, without the
/// virtual `c` and `d`.
///
/// The same name in many folders is one string in memory.
pub type Acl = BTreeMap<Arc<str>, Rights>;

/// A shared mailbox as the server holds it.
#[derive(Clone, Debug)]
pub struct Mailbox {
    /// What people call it: its address, or its path in a namespace.
    pub name: String,
    /// The owner's identifier, where the mailbox has one: its rights are the server's own doing.
    pub owner: Option<String>,
    /// The administrator's identifier, where it may stand in the ACLs.
    pub administrator: Option<String>,
    /// The login name of the profile, which is somebody's as it is, with a domain or without.
    pub login: String,
    /// How the server spells people and groups.
    pub dialect: Dialect,
    /// On what its way of spelling people rests.
    pub ground: Ground,
    /// The rights that the server knows.
    pub vocabulary: Vocabulary,
    /// The folders; the first is the mailbox itself (INBOX) where it is a folder, the rest are
    /// sorted by path.
    pub folders: Vec<Folder>,
    /// Where its identities are kept.
    pub identity_names: IdentityFolders,
    /// Those of the folders that are kept apart from mail which are there: those that keep identities, with
    /// their parents, and those that the team shares. They are not among [`Mailbox::folders`].
    pub identity_folders: Vec<Folder>,
    /// Those that hold no mail (Cyrus: calendars, address books): they are not among
    /// [`Mailbox::folders`], and nothing is changed there but what is named.
    pub other_folders: Vec<Folder>,
    /// Whether the administrator may give rights whatever the entries say, as one of Cyrus may.
    pub administrator_is_above: bool,
    /// What the server says of its storage; empty where there is no limit, and where it says nothing.
    pub quota: Vec<Quota>,
    /// Why it says nothing, where it was asked and refused.
    pub quota_untold: Option<Untold>,
    /// Whether the server lets limits be set over IMAP, where that is known.
    pub takes_limits: Option<bool>,
    /// Whether the server keeps the special use of a new folder (RFC 6154): it is its user's own, and in a
    /// shared namespace there is nobody to have it.
    pub keeps_special_uses: bool,
    /// What was found of the messages that were looked for.
    pub messages: Vec<Lie>,
    /// What lies in the folder of its settings, where that was looked at.
    pub settings: Option<Settings>,
}

/// On what the spelling of a mailbox's people rests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ground {
    /// Whether the profile says it.
    pub said: bool,
    /// What the server shows, where it shows anything.
    pub shown: Option<Shown>,
}

/// A spelling that the server shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Which.
    pub spelling: Spelling,
    /// What shows it, as in "because …".
    pub why: String,
    /// Whether it can be no accident: servers store any entry unchecked, so that those of others
    /// may all be mistakes.
    pub certain: bool,
}

/// Why a server did not say what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untold {
    /// In the server's words.
    pub why: String,
    /// Whether it keeps it from this login for good, as Dovecot does with the quota of others.
    pub is_kept: bool,
}

/// One folder of a shared mailbox.
#[derive(Clone, Debug)]
pub struct Folder {
    /// Its name on the wire.
    pub wire: WireName,
    /// Its path in the mailbox, `/` between the parts: `INBOX`, `Archive/2025`.
    pub path: String,
    /// Its purpose (`\Sent` …, RFC 6154), where the server says so.
    pub special_use: Option<String>,
    /// Its ACL, or why it could not be read.
    pub acl: Result<Acl, String>,
    /// How many messages it holds, where that was asked for and answered.
    pub messages: Option<u64>,
}

/// Whether the server knows a person, where that could be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// She can log in.
    Yes,
    /// The server says, by name, that there is no such user (RFC 5530, AUTHORIZATIONFAILED), or has
    /// no mailbox of that name where it takes any.
    No,
    /// She could not be looked up: it says neither that she exists nor that she does not.
    Unclear(Unclear),
}

/// Why somebody could not be looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unclear {
    /// In a sentence, without her name.
    pub why: String,
    /// Whether another attempt may do better. Where it will not, the server refuses this name as a
    /// login, though it takes others.
    pub may_pass: bool,
}

impl Known {
    /// Whether she was looked up: the server says that it knows her, or that it does not.
    pub fn is_told(&self) -> bool {
        !matches!(self, Known::Unclear(_))
    }
}

/// Those of `known` of whom nobody can say whether they exist, by identifier.
pub fn unclear(known: &BTreeMap<String, Known>) -> impl Iterator<Item = (&str, &Unclear)> {
    known.iter().filter_map(|(name, known)| match known {
        Known::Unclear(unclear) => Some((name.as_str(), unclear)),
        Known::Yes | Known::No => None,
    })
}

/// One limited resource (RFC 9208). Storage is counted in units of 1024 octets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Quota {
    /// The quota root it belongs to.
    pub root: String,
    /// `STORAGE`, `MESSAGE`, …
    pub resource: String,
    /// What is used.
    pub used: u64,
    /// What is allowed.
    pub limit: u64,
}

/// How many messages `folders` hold together, where it is known of each.
pub fn messages<'a>(folders: impl IntoIterator<Item = &'a Folder>) -> Option<u64> {
    // A server may tell any number.
    let add = |all: u64, folder: &Folder| Some(all.saturating_add(folder.messages?));
    folders.into_iter().try_fold(0, add)
}

/// What the folder for copies of what was sent is called where no special use tells (RFC 6154).
pub const SENT: [&str; 4] = ["Sent", "Sent Items", "Sent Messages", "Sent Mail"];

impl Mailbox {
    /// The mailbox called `name`, of which nothing is known but how its server spells people: no owner, no
    /// folders, no rights that could be granted. Whoever knows more says so: a field more is no business of
    /// those who do not.
    pub fn named(name: impl Into<String>, dialect: Dialect) -> Self {
        Self {
            name: name.into(),
            owner: None,
            administrator: None,
            login: String::new(),
            dialect,
            ground: Ground::default(),
            vocabulary: Vocabulary::new(Rights::NONE, &[], true),
            folders: Vec::new(),
            identity_names: IdentityFolders::default(),
            identity_folders: Vec::new(),
            other_folders: Vec::new(),
            administrator_is_above: false,
            quota: Vec::new(),
            quota_untold: None,
            takes_limits: None,
            keeps_special_uses: false,
            messages: Vec::new(),
            settings: None,
        }
    }

    /// Sets the folders that keep identities or what the team shares, and those that hold no mail, apart from the others.
    pub fn part_identity_folders(&mut self) {
        let all = std::mem::take(&mut self.folders);
        let family = self.dialect.family;
        let no_mail = |folder: &Folder| holds_no_mail(family, &folder.path);
        let (others, all): (Vec<Folder>, Vec<Folder>) = all.into_iter().partition(no_mail);
        self.other_folders.extend(others);
        self.identity_names
            .learn(all.iter().map(|folder| folder.path.as_str()));
        let kept = |folder: &Folder| self.identity_names.reserve(&folder.path);
        (self.identity_folders, self.folders) = all.into_iter().partition(kept);
    }

    /// Learns that the folders called `paths` are there or being made: with what a team shares comes the
    /// folder above that, which held mail until then.
    pub fn learn_reserved<'a>(&mut self, paths: impl Iterator<Item = &'a str>) {
        self.identity_names.learn(paths);
        let kept = |folder: &mut Folder| self.identity_names.reserve(&folder.path);
        let kept: Vec<Folder> = self.folders.extract_if(.., kept).collect();
        self.identity_folders.extend(kept);
    }

    /// Whether `identifier` is an entry that the server makes by itself and keeps whole: the one of
    /// the owner, and on Courier that of the administrators.
    pub fn is_builtin(&self, identifier: &str) -> bool {
        let courier = self.dialect.family == Family::Courier;
        identifier == "owner" && self.dialect.family != Family::Cyrus
            || courier && matches!(identifier, "administrators" | "group=administrators")
    }

    /// The folders whose entries could not be read, those that keep identities included.
    pub fn unread(&self) -> Vec<Unread> {
        let all = self.folders.iter().chain(&self.identity_folders);
        all.filter_map(Folder::unread).collect()
    }

    /// The folders without mail on which an entry names `who`, in any spelling: nobody takes those
    /// away unasked.
    pub fn left_alone(&self, who: &Who) -> Vec<&Folder> {
        let names = |folder: &&Folder| {
            let mut entries = folder.entries();
            entries.any(|(name, _)| self.dialect.means(name, who))
        };
        self.other_folders.iter().filter(names).collect()
    }

    /// The limit of its storage, where there is one.
    ///
    /// # Errors
    /// Why the server did not say.
    pub fn storage_limit(&self) -> Result<Option<u64>, &Untold> {
        let is_storage = |quota: &&Quota| quota.resource.eq_ignore_ascii_case("STORAGE");
        match (&self.quota_untold, self.quota.iter().find(is_storage)) {
            (Some(untold), None) => Err(untold),
            (_, limit) => Ok(limit.map(|quota| quota.limit)),
        }
    }

    /// What the entry called `identifier` gives on `folder`. Dovecot shows the owner's own session the
    /// entries for `owner` under her name (seen on 2.3).
    pub fn entry(&self, folder: &Folder, identifier: &str) -> Option<Rights> {
        let shown = || {
            let name = under_her_name(identifier, self.owner.as_deref()?)?;
            folder
                .rights_of(&name)
                .filter(|_| self.dialect.family == Family::Dovecot)
        };
        folder.rights_of(identifier).or_else(shown)
    }

    /// Whether something could not be read that this login may read: the entries of a folder, or what
    /// is stored.
    pub fn is_partly_unread(&self) -> bool {
        let lost = self.quota_untold.as_ref();
        lost.is_some_and(|untold| !untold.is_kept) || !self.unread().is_empty()
    }

    /// The folder with this path, `INBOX` in any case.
    pub fn folder(&self, path: &str) -> Option<&Folder> {
        self.folders.iter().find(|folder| folder.is_called(path))
    }

    /// The folder called `path` and those below it.
    pub fn subtree(&self, path: &str) -> Vec<&Folder> {
        let all = self.folders.iter();
        all.filter(|folder| folder.path == path || folder.is_below(path))
            .collect()
    }

    /// The folder where what was sent is filed: by its special use (RFC 6154), else by its name.
    pub fn sent_folder(&self) -> Option<&Folder> {
        let mut all = self.folders.iter();
        all.find(|folder| folder.special_use.as_deref() == Some("\\Sent"))
            .or_else(|| SENT.iter().find_map(|name| self.folder(name)))
    }

    /// The mailbox itself (INBOX); nothing where it is but a level of names, with folders below.
    pub fn root(&self) -> Option<&Folder> {
        self.folders.first().filter(|folder| folder.path == "INBOX")
    }

    /// The identifiers that hold an entry on any folder, or an identity; the owner's is left out,
    /// sorted.
    pub fn members(&self) -> Vec<&str> {
        let holders: BTreeSet<String> = Identity::ALL
            .into_iter()
            .filter_map(|identity| match self.standing(identity) {
                Standing::Holders(holders) => Some(holders),
                Standing::Missing | Standing::Disbelieved(_) | Standing::Unknown(_) => None,
            })
            .flatten()
            .collect();
        self.who_is_named(|identifier| holders.contains(*identifier))
    }

    /// The identifiers that stand on any folder, those that keep identities included, whether they
    /// are believed or not; those of the owner and, on the identity folders, of the administrator
    /// are left out. Sorted.
    pub fn identifiers(&self) -> Vec<&str> {
        self.who_is_named(|identifier| !self.is_keeper(identifier))
    }

    /// Who has an entry on a folder, or one on an identity folder that counts.
    fn who_is_named<'a>(&'a self, counts: impl Fn(&&'a str) -> bool) -> Vec<&'a str> {
        // On every folder there is, they would tell nothing.
        let courier = self.dialect.family == Family::Courier;
        let on = |folder: &'a Folder| folder.entries().map(|(identifier, _)| identifier);
        let kept = self.identity_folders.iter().flat_map(on).filter(counts);
        let mut named: Vec<&str> = self
            .folders
            .iter()
            .flat_map(on)
            .chain(kept)
            .filter(|identifier| self.owner.as_deref() != Some(identifier))
            .filter(|identifier| !(courier && self.is_builtin(identifier)))
            .collect();
        named.sort_unstable();
        named.dedup();
        named
    }
}

/// What the entry called `identifier` is called where the one for `owner` is shown by her name.
pub fn under_her_name(identifier: &str, owner: &str) -> Option<String> {
    match identifier {
        "owner" => Some(owner.to_owned()),
        "-owner" => Some(format!("-{owner}")),
        _ => None,
    }
}

impl Folder {
    /// The folder as a plan names it.
    pub fn place(&self) -> Place {
        Place {
            path: self.path.clone(),
            wire: self.wire.clone(),
        }
    }

    /// That its entries could not be read, where that is so.
    pub fn unread(&self) -> Option<Unread> {
        let why = self.acl.as_ref().err()?.clone();
        let folder = self.path.clone();
        Some(Unread { folder, why })
    }

    /// The entries of its ACL; none where it could not be read.
    pub fn entries(&self) -> impl Iterator<Item = (&str, Rights)> {
        self.acl
            .iter()
            .flatten()
            .map(|(identifier, rights)| (&**identifier, *rights))
    }

    /// What `identifier`'s own entry gives, where there is one.
    pub fn rights_of(&self, identifier: &str) -> Option<Rights> {
        self.acl.as_ref().ok()?.get(identifier).copied()
    }

    /// Whether `path` names this folder; INBOX is INBOX in any case.
    pub fn is_called(&self, path: &str) -> bool {
        self.path == path || self.path == "INBOX" && path.eq_ignore_ascii_case("INBOX")
    }

    /// Whether this folder lies below the one called `path`. Nothing lies below INBOX: it is a
    /// folder beside the others.
    pub fn is_below(&self, path: &str) -> bool {
        self.path
            .strip_prefix(path)
            .is_some_and(|rest| rest.starts_with('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;

    #[test]
    fn numbers_beyond_measure_are_no_panic() {
        let mut state = mailbox(&[("INBOX", &[]), ("Sent", &[])]);
        assert_eq!(messages(&state.folders), None);
        for folder in &mut state.folders {
            folder.messages = Some(u64::MAX);
        }
        assert_eq!(messages(&state.folders), Some(u64::MAX));
    }
}
