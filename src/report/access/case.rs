//! The case of one WHO and one mailbox: which entries count, what they come to, and what would
//! mend it. Pure: what a session showed is given.

use super::effective::{Counting, Effective, Way};
use super::remark::{Mend, Remark, remark};
use crate::model::dialect::{Family, Reading};
use crate::model::effect::{Effect, FolderEffect, Visible};
use crate::model::folder::WireName;
use crate::model::identity::Unread;
use crate::model::level::Levels;
use crate::model::rights::Rights;
use crate::model::state::{Folder, Mailbox};

/// A mailbox and the one who is asked about.
pub struct Case<'a> {
    /// The mailbox.
    pub state: &'a Mailbox,
    /// What the levels mean.
    pub levels: &'a Levels,
    /// How the server spells WHO.
    pub identifier: &'a str,
    /// The folders that are asked about.
    pub folders: &'a [&'a Folder],
}

impl Case<'_> {
    /// The entries that may count for WHO, one for each identifier and set of rights.
    pub fn entries(&self) -> Vec<Counting> {
        let mut entries: Vec<Counting> = Vec::new();
        for folder in self.folders {
            for (identifier, rights) in folder.entries() {
                let Some(way) = self.way(identifier) else {
                    continue;
                };
                let same = |e: &&mut Counting| e.identifier == identifier && e.rights == rights;
                match entries.iter_mut().find(same) {
                    Some(entry) => entry.folders.push(folder.path.clone()),
                    None => entries.push(Counting {
                        who: self.state.dialect.who(identifier),
                        identifier: identifier.to_owned(),
                        way,
                        level: self.levels.name(rights, &self.state.vocabulary),
                        rights,
                        folders: vec![folder.path.clone()],
                    }),
                }
            }
        }
        entries
    }

    /// The folders asked about whose entries could not be read.
    pub fn unread(&self) -> Vec<Unread> {
        let folders = self.folders.iter();
        folders.filter_map(|folder| folder.unread()).collect()
    }

    /// In which way an entry for `identifier` counts, if it may.
    pub(super) fn way(&self, identifier: &str) -> Option<Way> {
        if identifier == self.identifier {
            return Some(Way::Own);
        }
        let read = |name| self.state.dialect.read(name);
        let is_person = matches!(read(self.identifier), Reading::Person(_));
        match read(identifier) {
            Reading::Negative(name) if name == self.identifier => Some(Way::Negative),
            Reading::Negative(name) => match read(name) {
                Reading::Group(_) if is_person => Some(Way::NegativeGroup),
                Reading::Special("owner") => self.is_owner().then_some(Way::Negative),
                Reading::Special("administrators") => None,
                Reading::Special(_) => Some(Way::Negative),
                _ => None,
            },
            Reading::Group(_) if is_person => Some(Way::Group),
            Reading::Special("owner") if self.is_owner() => Some(Way::Own),
            Reading::Special("owner" | "administrators") => None,
            Reading::Special(_) => Some(Way::Everybody),
            Reading::Person(name)
                if is_person
                    && name != self.state.login
                    && self.state.dialect.is_misspelt(name, self.identifier) =>
            {
                Some(Way::Misspelt)
            }
            _ => None,
        }
    }

    pub(super) fn is_owner(&self) -> bool {
        self.state.owner.as_deref() == Some(self.identifier)
    }

    /// Whether WHO is an entry that takes away (RFC 4314, section 2): nobody, who could be given
    /// anything.
    pub(super) fn takes_away(&self) -> bool {
        let reading = self.state.dialect.read(self.identifier);
        matches!(reading, Reading::Negative(_))
    }

    /// What a session of WHO's own showed, folder by folder.
    pub fn seen(&self, effect: &Effect, visible: &Visible) -> Vec<Effective> {
        let folder = |seen: &FolderEffect| Effective {
            hidden_by: self.hidden_by(&seen.path, visible),
            visible: Some(visible.listed.contains(&seen.path)),
            subscribed: Some(visible.subscribed.contains(&seen.path)),
            seen_as: seen.wire.as_ref().map(WireName::to_unicode),
            ..self.effective(&seen.path, self.with_stored(effect, seen))
        };
        effect.folders.iter().map(folder).collect()
    }

    /// What was seen, and what is stored for WHO of what no session can show.
    fn with_stored(&self, effect: &Effect, seen: &FolderEffect) -> Rights {
        let folder = self.state.folder(&seen.path);
        let entry = folder.and_then(|folder| folder.rights_of(self.identifier));
        let unseen = effect.untold(seen).intersection(entry.unwrap_or_default());
        seen.rights.union(unseen)
    }

    /// What WHO's own entry says, folder by folder; on Courier, which adds up whatever names her,
    /// what her own, the owner's and everybody's come to.
    pub fn by_entries(&self) -> Vec<Effective> {
        let own = |folder: &Folder| match self.state.dialect.family {
            Family::Courier => self.sum(folder),
            _ => folder.rights_of(self.identifier).unwrap_or_default(),
        };
        self.folders
            .iter()
            .map(|folder| self.effective(&folder.path, own(folder)))
            .collect()
    }

    fn sum(&self, folder: &Folder) -> Rights {
        let all = |counts: fn(Way) -> bool| {
            let named = folder.entries().filter(|(name, _)| {
                let way = self.way(name);
                way.is_some_and(counts)
            });
            named.fold(Rights::NONE, |all, (_, rights)| all.union(rights))
        };
        let given = all(|way| matches!(way, Way::Own | Way::Everybody));
        given.minus(all(|way| way == Way::Negative))
    }

    fn effective(&self, path: &str, rights: Rights) -> Effective {
        let entry = self
            .state
            .folder(path)
            .and_then(|folder| folder.rights_of(self.identifier));
        Effective {
            folder: path.to_owned(),
            level: self.levels.name(rights, &self.state.vocabulary),
            rights,
            entry,
            visible: None,
            hidden_by: None,
            subscribed: None,
            seen_as: None,
        }
    }

    /// The nearest folder above `path` that exists and that a list does not show.
    fn hidden_by(&self, path: &str, visible: &Visible) -> Option<String> {
        let parents = path.rmatch_indices('/').map(|(at, _)| &path[..at]);
        let mut hidden = parents.filter(|parent| {
            self.state.folder(parent).is_some() && !visible.listed.contains(*parent)
        });
        hidden.next().map(str::to_owned)
    }

    /// What there is to say of somebody whom the server does not know.
    pub fn nobody(&self) -> Remark {
        let kept = self.state.identity_folders.iter();
        let mut all = self.folders.iter().copied().chain(kept);
        let held = all.any(|f| f.rights_of(self.identifier).is_some());
        let revoke = held.then(|| Mend::Revoke(self.state.dialect.who(self.identifier)));
        remark("is nobody whom the server knows", revoke)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;
    use std::collections::BTreeSet;

    fn effective(path: &str, rights: &str) -> Effective {
        Effective {
            folder: path.to_owned(),
            level: crate::model::level::Naming::None,
            rights: Rights::parse(rights).unwrap(),
            entry: None,
            visible: Some(true),
            hidden_by: None,
            subscribed: Some(true),
            seen_as: None,
        }
    }

    fn says(state: &Mailbox, folders: &[Effective]) -> Vec<String> {
        let all: Vec<&Folder> = state.folders.iter().collect();
        let identifier = "alice@example.com";
        let case = Case {
            state,
            levels: &Levels::default(),
            identifier,
            folders: &all,
        };
        let remarks = case.remarks(folders, &case.entries(), true);
        remarks.into_iter().map(|remark| remark.says).collect()
    }

    #[test]
    fn rights_that_no_entry_shows_are_the_servers_own_doing() {
        let state = mailbox(&[("INBOX", &[("alice@example.com", "lr")]), ("Sent", &[])]);
        let folders = [effective("INBOX", "lr"), effective("Sent", "lr")];
        assert_eq!(
            says(&state, &folders),
            [
                "can read all 2 folders",
                "on 1 folder the server gives rights that no entry there shows \
                 (acl_defaults_from_inbox?): an entry would"
            ]
        );
    }

    #[test]
    fn what_could_not_be_read_is_told_as_that() {
        let mut state = mailbox(&[("INBOX", &[("alice@example.com", "lr")]), ("Sent", &[])]);
        state.folders[1].acl = Err("(NOPERM): no".to_owned());
        let folders = [
            Effective {
                entry: Rights::parse("lr").ok(),
                ..effective("INBOX", "lr")
            },
            effective("Sent", "lr"),
        ];
        let told = "may hold more: the entries of Sent could not be read";
        assert_eq!(says(&state, &folders), ["can read all 2 folders", told]);
        state.folders[0].acl = Ok(std::collections::BTreeMap::new());
        let folders = [effective("INBOX", ""), effective("Sent", "")];
        let unnamed = "no entry that could be read names them";
        assert_eq!(
            says(&state, &folders),
            ["cannot read any folder", told, unnamed]
        );
    }

    #[test]
    fn a_negative_entry_and_what_it_does_are_told() {
        let entries = [("alice@example.com", "lr"), ("-alice@example.com", "r")];
        let state = mailbox(&[("INBOX", &entries)]);
        let inbox = Effective {
            entry: Rights::parse("lr").ok(),
            ..effective("INBOX", "l")
        };
        assert_eq!(
            says(&state, &[inbox]),
            [
                "cannot read any folder",
                "id:-alice@example.com takes r away",
                "on 1 folder the server gives less than their entry says"
            ]
        );
    }

    #[test]
    fn a_spelling_that_only_looks_right_is_named() {
        let state = mailbox(&[("INBOX", &[("Alice@Example.com", "lr")])]);
        let said = says(&state, &[effective("INBOX", "")]);
        assert!(said.contains(&"no entry names them".to_owned()));
        assert!(
            said.iter()
                .any(|line| line.starts_with("id:Alice@Example.com is spelled"))
        );
    }

    #[test]
    fn a_parent_that_is_not_listed_hides_what_is_below() {
        let state = mailbox(&[("INBOX", &[]), ("a", &[]), ("a/b", &[])]);
        let all: Vec<&Folder> = state.folders.iter().collect();
        let identifier = "alice@example.com";
        let case = Case {
            state: &state,
            levels: &Levels::default(),
            identifier,
            folders: &all,
        };
        let visible = Visible {
            listed: BTreeSet::from(["a/b".to_owned()]),
            subscribed: BTreeSet::new(),
        };
        assert_eq!(case.hidden_by("a/b", &visible).as_deref(), Some("a"));
        assert_eq!(case.hidden_by("a", &visible), None);
    }
}
