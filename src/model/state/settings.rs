//! What a mailbox says of itself in the folder of its settings, as far as that can be believed.

use super::{Folder, Mailbox};
use crate::model::identity::{Intruder, Unread};
use crate::model::rights::Rights;
use crate::model::setting::{self, FOLDER, Kind, TOP};

/// What can be said of the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// There is no folder for them.
    Missing,
    /// Nobody but the owner and the administrator can have written what stands there.
    Believed,
    /// Somebody else can write there, so that nothing of it is obeyed.
    Disbelieved(Vec<Intruder>),
    /// Something could not be read, so that nobody knows.
    Unknown(Vec<Unread>),
}

impl Mailbox {
    /// Whether what stands in the folder of the settings can be believed.
    pub fn trust_in_settings(&self) -> Trust {
        let chain: Vec<&Folder> = [TOP, FOLDER]
            .iter()
            .filter_map(|path| self.kept_folder(path))
            .collect();
        let unread: Vec<Unread> = chain.iter().filter_map(|folder| folder.unread()).collect();
        let intruders = chain.iter().flat_map(|folder| self.writers(folder));
        let intruders: Vec<Intruder> = intruders.collect();
        match chain.last() {
            _ if !unread.is_empty() => Trust::Unknown(unread),
            _ if !intruders.is_empty() => Trust::Disbelieved(intruders),
            Some(folder) if folder.path == FOLDER => Trust::Believed,
            _ => Trust::Missing,
        }
    }

    /// What the settings of `kind` say, in TOML: nothing where there are none.
    ///
    /// # Errors
    /// Why that is not known, or not believed.
    pub fn setting(&self, kind: Kind) -> Result<&str, String> {
        match self.trust_in_settings() {
            Trust::Missing => Ok(""),
            Trust::Unknown(unread) => {
                let why = unread.first().map(ToString::to_string);
                Err(why.unwrap_or_default())
            }
            Trust::Disbelieved(intruders) => {
                let who = intruders.first().map(ToString::to_string);
                Err(format!(
                    "what {FOLDER} says is not obeyed: {}",
                    who.unwrap_or_default()
                ))
            }
            Trust::Believed => match &self.settings {
                None => Err(format!("nobody looked into {FOLDER}")),
                Some(settings) => settings
                    .text(kind)
                    .map_err(|why| format!("what {FOLDER} says of {kind} is not known {why}")),
            },
        }
    }

    /// The folder called `path` among those that are kept apart from mail.
    pub fn kept_folder(&self, path: &str) -> Option<&Folder> {
        self.identity_folders
            .iter()
            .find(|folder| folder.path == path)
    }

    /// What makes somebody a reader of the settings who has `rights` on the mailbox itself; a negative entry
    /// takes as much there as it takes here.
    pub fn settings_entry(identifier: &str, rights: Option<Rights>) -> Option<Rights> {
        let given = rights?.intersection(setting::member_rights());
        match identifier.starts_with('-') {
            true => (!given.is_empty()).then_some(given),
            false => given.has('r').then(setting::member_rights),
        }
    }

    /// What may stand in an entry of somebody who is no keeper, in the folder called `path` that is kept apart.
    pub fn kept_rights(&self, path: &str) -> Rights {
        match setting::keeps(path) {
            true => setting::member_rights(),
            false => self.identity_rights(),
        }
    }

    /// Whoever may change `folder`, or what lies in it, and does not keep the mailbox.
    pub fn writers(&self, folder: &Folder) -> impl Iterator<Item = Intruder> {
        let writes = |(name, rights): &(&str, Rights)| {
            !name.starts_with('-')
                && !self.is_keeper(name)
                && *name != self.login
                && !setting::leaves_alone(*rights)
        };
        folder
            .entries()
            .filter(writes)
            .map(|(name, rights)| Intruder {
                folder: folder.path.clone(),
                who: self.dialect.who(name),
                identifier: name.to_owned(),
                rights,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;
    use crate::model::setting::{Newest, Settings};

    type Entries<'a> = &'a [(&'a str, &'a str)];

    fn state(top: Entries, settings: Entries) -> Mailbox {
        let mut state = mailbox(&[
            ("INBOX", &[("alice@example.com", "lrswi")]),
            ("Team", top),
            ("Team/Settings", settings),
        ]);
        state.part_identity_folders();
        let newest = Newest {
            uid: 7,
            older: Vec::new(),
            text: Ok("[labels]\n".to_owned()),
        };
        state.settings = Some(Settings {
            newest: [(Kind::Labels, newest)].into(),
            ..Settings::default()
        });
        state
    }

    #[test]
    fn what_members_may_only_read_is_believed() {
        let readers: Entries = &[("alice@example.com", "lr"), ("-bob@example.com", "lr")];
        let state = state(readers, readers);
        assert_eq!(state.folders.len(), 1, "the team's folders hold no mail");
        assert_eq!(state.trust_in_settings(), Trust::Believed);
        assert_eq!(state.setting(Kind::Labels), Ok("[labels]\n"));
        assert_eq!(state.setting(Kind::Rules), Ok(""));
        let none = mailbox(&[("INBOX", &[])]);
        assert_eq!(none.trust_in_settings(), Trust::Missing);
        assert_eq!(none.setting(Kind::Labels), Ok(""));
    }

    #[test]
    fn whoever_can_write_there_or_move_it_away_is_not_obeyed() {
        let reads: Entries = &[("alice@example.com", "lr")];
        for hers in ["lri", "lrp", "lrw", "lrx", "lrk", "lra"] {
            let writes: Entries = &[("mallory@example.com", hers)];
            for state in [state(reads, writes), state(writes, reads)] {
                assert!(matches!(state.trust_in_settings(), Trust::Disbelieved(_)));
                let why = state.setting(Kind::Labels).unwrap_err();
                assert!(why.contains("mallory@example.com holds"), "{why}");
            }
        }
        let mut state = state(reads, reads);
        state.identity_folders[0].acl = Err("(NOPERM) no".to_owned());
        assert!(matches!(state.trust_in_settings(), Trust::Unknown(_)));
        assert!(state.setting(Kind::Labels).is_err());
    }
}
