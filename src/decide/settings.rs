//! The settings of a mailbox: what a change of them comes to, and who may read them.

use super::assumed::assume_entries;
use super::errand::{Errand, Found, Stage};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::change::{Change, Create, Entry, Setting};
use crate::model::command::command;
use crate::model::done::Done;
use crate::model::finding::{Finding, FindingKind};
use crate::model::identity::Intruder;
use crate::model::plan::Place;
use crate::model::rights::Rights;
use crate::model::setting::{FOLDER, Kind, LONGEST, TOP};
use crate::model::state::{Folder, Mailbox, Trust};
use crate::observe::Ask;
use std::collections::BTreeSet;
use std::slice;

/// The settings of a kind become others, as an errand.
pub struct Settling<'a> {
    /// Which.
    pub kind: Kind,
    /// What they shall say, in TOML, in the mailbox as it is; where that says nothing else than before, nothing is
    /// done.
    pub text: &'a (dyn Fn(&Mailbox) -> Result<String> + Sync),
}

impl Errand for Settling<'_> {
    fn ask(&self) -> Ask {
        Ask::SETTINGS
    }

    fn is_of_mail(&self) -> bool {
        true
    }

    fn makes(&self) -> BTreeSet<String> {
        [TOP, FOLDER].map(str::to_owned).into()
    }

    fn next(&self, found: &Found, done: &Done) -> Result<Option<Stage>> {
        SettlingAll(slice::from_ref(self)).next(found, done)
    }
}

/// Settings of several kinds become others together, as an errand.
pub struct SettlingAll<'a>(pub &'a [Settling<'a>]);

impl Errand for SettlingAll<'_> {
    fn ask(&self) -> Ask {
        Ask::SETTINGS
    }

    fn is_of_mail(&self) -> bool {
        true
    }

    fn makes(&self) -> BTreeSet<String> {
        [TOP, FOLDER].map(str::to_owned).into()
    }

    fn next(&self, found: &Found, done: &Done) -> Result<Option<Stage>> {
        // The folder first: what is written there before it is settled might be read by anybody.
        let is_setting = match done.stages.len() {
            0 => false,
            1 => true,
            _ => return Ok(None),
        };
        let mut changes: Vec<Change> = Vec::new();
        for settling in self.0 {
            let text = (settling.text)(found.state)?;
            for change in settled(found, settling.kind, text)? {
                // Each of them would make the folder.
                if change.is_setting() == is_setting && !changes.contains(&change) {
                    changes.push(change);
                }
            }
        }
        Ok(Some(Stage {
            changes,
            ..Stage::default()
        }))
    }
}

/// What makes the settings of `kind` say `text`: the folder for them and its entries where it is missing, and then
/// the settings; nothing where they say that already.
///
/// # Errors
/// [`Exit::Refused`] where what is there cannot be believed, or is not known.
pub fn settled(found: &Found, kind: Kind, text: String) -> Result<Vec<Change>> {
    let state = found.state;
    let before = believed(state, kind)?.to_owned();
    if before == text {
        return Ok(Vec::new());
    }
    if text.len() > LONGEST / 2 {
        let what = format!(
            "the {kind} have {} bytes, and {} are the most",
            text.len(),
            LONGEST / 2
        );
        return Err(Error::new(Exit::BadInput, what).about(&state.name));
    }
    if let Some(folder) = state.folder(TOP) {
        free_of_members(state, folder)?;
    }
    let mut changes = Vec::new();
    for path in [TOP, FOLDER] {
        let is_there = state.kept_folder(path).or(state.folder(path)).is_some();
        if !is_there {
            let place = (found.place)(path)?;
            changes.extend(readers(state, &place));
            changes.push(Change::Create(Create {
                folder: place,
                special_use: None,
            }));
        }
    }
    let folder = match state.kept_folder(FOLDER) {
        Some(folder) => folder.place(),
        None => (found.place)(FOLDER)?,
    };
    changes.push(Change::Setting(Setting {
        folder,
        kind,
        before,
        after: text,
        at: None,
    }));
    // What is to be there comes before who may use it.
    changes.sort_by_key(|change| match change {
        Change::Create(_) => 0,
        Change::Entry(_) => 1,
        _ => 2,
    });
    Ok(changes)
}

/// Refuses to keep anything below `folder` where others than the owner may change it: whoever can rename it could
/// put folders of their own in its place.
fn free_of_members(state: &Mailbox, folder: &Folder) -> Result<()> {
    let refused = |what| Error::new(Exit::Refused, what).about(&state.name);
    if let Some(unread) = folder.unread() {
        return Err(refused(unread.to_string()));
    }
    match state.writers(folder).next() {
        None => Ok(()),
        Some(member) => {
            let what = format!(
                "settings would lie below {TOP:?}, which is a folder of mail here that others may change: {member}"
            );
            let rename = ["folder", "rename", &state.name, TOP, "Team mail"];
            Err(refused(what).hint(format!("{} makes room", command(rename))))
        }
    }
}

/// What the settings of `kind` say.
///
/// # Errors
/// [`Exit::Refused`] where that is not known, or not believed.
pub fn believed(state: &Mailbox, kind: Kind) -> Result<&str> {
    state.setting(kind).map_err(|why| {
        let error = Error::new(Exit::Refused, why).about(&state.name);
        match state.trust_in_settings() {
            Trust::Disbelieved(_) => error.hint(
                "nobody but the owner of the mailbox and the administrator may write there: what stands there may \
                 be forged",
            ),
            _ => error,
        }
    })
}

/// Who could change what the settings say. Nobody but people can tell whether they did: what is written there would be
/// believed if it were mended by taking their entries alone.
pub fn settings_findings(state: &Mailbox) -> Vec<Finding> {
    let Trust::Disbelieved(intruders) = state.trust_in_settings() else {
        return Vec::new();
    };
    let kind = FindingKind::SettingsNotBelieved;
    let finding = |intruder: Intruder| Finding {
        rights: Some(intruder.rights),
        ..Finding::new(
            kind,
            &state.dialect,
            &intruder.identifier,
            vec![intruder.folder],
        )
    };
    intruders.into_iter().map(finding).collect()
}

/// The entries of a new folder at `place` in which members read settings.
fn readers<'s>(state: &'s Mailbox, place: &'s Place) -> impl Iterator<Item = Change> + 's {
    let root = state.root().into_iter().flat_map(Folder::entries);
    let members = root.filter(|(name, _)| !state.is_keeper(name) && *name != state.login);
    members.filter_map(|(name, rights)| {
        let after = Mailbox::settings_entry(name, Some(rights))?;
        Some(entry(place.clone(), name, None, Some(after)))
    })
}

/// Adds to `changes` what keeps the readers of the settings in step with the members of the mailbox: whoever may
/// read the mail may read them, and nobody else. Nothing where there is no folder for them.
pub fn follow(state: &Mailbox, changes: &mut Vec<Change>) {
    let kept: Vec<&Folder> = [TOP, FOLDER]
        .iter()
        .filter_map(|path| state.kept_folder(path))
        .filter(|folder| folder.acl.is_ok())
        .collect();
    let Some(root) = state.root().filter(|_| !kept.is_empty()) else {
        return;
    };
    let of_root = changes.iter().filter_map(|change| match change {
        Change::Entry(entry) if entry.folder.wire == root.wire => Some(&entry.identifier),
        _ => None,
    });
    let names: BTreeSet<String> = of_root
        .filter(|name| !state.is_keeper(name) && **name != state.login)
        .cloned()
        .collect();
    if names.is_empty() {
        return;
    }
    let mut then = state.clone();
    assume_entries(&mut then, &*changes);
    let rights = |name: &str| then.root().and_then(|root| root.rights_of(name));
    for folder in kept {
        for name in &names {
            let now = then.kept_folder(&folder.path);
            let now = now.and_then(|folder| folder.rights_of(name));
            let after = Mailbox::settings_entry(name, rights(name));
            if now != after {
                changes.push(entry(folder.place(), name, now, after));
            }
        }
    }
}

fn entry(folder: Place, name: &str, before: Option<Rights>, after: Option<Rights>) -> Change {
    Change::Entry(Entry {
        folder,
        identifier: name.to_owned(),
        before,
        after,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;
    use crate::model::folder::WireName;
    use crate::model::setting::Settings;
    use std::collections::BTreeMap;

    type Entries<'a> = &'a [(&'a str, &'a str)];

    fn words(changes: &[Change]) -> Vec<String> {
        let rights = |rights: Option<Rights>| rights.map_or("-".to_owned(), |r| r.to_string());
        let word = |change: &Change| match change {
            Change::Create(create) => format!("create {}", create.folder.path),
            Change::Entry(entry) => format!(
                "{} {} {} {}",
                entry.folder.path,
                entry.identifier,
                rights(entry.before),
                rights(entry.after)
            ),
            Change::Setting(setting) => format!("{} {:?}", setting.kind, setting.after),
            other => format!("{other:?}"),
        };
        changes.iter().map(word).collect()
    }

    fn plan(state: &Mailbox, text: &str) -> Result<Vec<Change>> {
        let place = |path: &str| {
            Ok(Place {
                path: path.to_owned(),
                wire: WireName::from_unicode(path).unwrap(),
            })
        };
        let found = Found {
            state,
            place: &place,
            by_others: &BTreeMap::new(),
        };
        settled(&found, Kind::Labels, text.to_owned())
    }

    #[test]
    fn the_folder_is_made_with_its_readers_before_anything_is_said_there() {
        let root: Entries = &[
            ("alice@example.com", "lrswipkxtea"),
            ("bob@example.com", "l"),
            ("-carol@example.com", "lrs"),
            ("support@example.com", "lrswipkxtea"),
        ];
        let state = mailbox(&[("INBOX", root)]);
        assert_eq!(
            words(&plan(&state, "a = \"A\"\n").unwrap()),
            [
                "create Team",
                "create Team/Settings",
                "Team -carol@example.com - lr",
                "Team alice@example.com - lr",
                "Team/Settings -carol@example.com - lr",
                "Team/Settings alice@example.com - lr",
                "labels \"a = \\\"A\\\"\\n\"",
            ]
        );
        assert!(plan(&state, "").unwrap().is_empty());
    }

    #[test]
    fn what_cannot_be_believed_is_not_built_upon() {
        let mut state = mailbox(&[
            ("INBOX", &[] as Entries),
            ("Team", &[]),
            ("Team/Settings", &[("mallory@example.com", "lri")]),
        ]);
        state.part_identity_folders();
        state.settings = Some(Settings::default());
        assert_eq!(plan(&state, "x").unwrap_err().exit(), Exit::Refused);
    }

    #[test]
    fn a_folder_of_mail_that_members_may_change_is_nothing_to_build_below() {
        let root: Entries = &[("alice@example.com", "lrswipkxtea")];
        let mut state = mailbox(&[("INBOX", root), ("Team", root), ("Team/Projects", root)]);
        state.part_identity_folders();
        assert_eq!(
            state.folders.len(),
            3,
            "it is mail as long as nothing is kept below"
        );
        let error = plan(&state, "x").unwrap_err();
        assert_eq!(error.exit(), Exit::Refused);
        assert!(
            error.to_string().contains("alice@example.com holds"),
            "{error}"
        );
        let mut state = mailbox(&[("INBOX", root), ("Team", &[("alice@example.com", "lr")])]);
        state.part_identity_folders();
        let made = words(&plan(&state, "x").unwrap());
        assert_eq!(made[0], "create Team/Settings");
        let [change, ..] = &plan(&state, "x").unwrap()[..] else {
            panic!()
        };
        change.assume(&mut state);
        assert!(state.folder("Team").is_none() && state.kept_folder("Team").is_some());
    }

    #[test]
    fn readers_follow_the_members_of_the_mailbox() {
        let kept: Entries = &[("bob@example.com", "lr")];
        let mut state = mailbox(&[
            ("INBOX", &[("bob@example.com", "lrs")]),
            ("Team", kept),
            ("Team/Settings", kept),
        ]);
        state.part_identity_folders();
        let inbox = state.folders[0].place();
        let all = Rights::parse("lrswipkxtea").ok();
        let mut changes = vec![
            entry(inbox.clone(), "alice@example.com", None, all),
            entry(inbox, "bob@example.com", Rights::parse("lrs").ok(), None),
        ];
        follow(&state, &mut changes);
        assert_eq!(
            words(&changes)[2..],
            [
                "Team alice@example.com - lr",
                "Team bob@example.com lr -",
                "Team/Settings alice@example.com - lr",
                "Team/Settings bob@example.com lr -",
            ]
        );
        // Done once, nothing is left.
        let planned = changes.len();
        follow(&state, &mut changes);
        assert_eq!(changes.len(), planned);
        let sent = mailbox(&[("INBOX", &[]), ("Sent", &[])]);
        let mut changes = vec![entry(sent.folders[1].place(), "alice", None, all)];
        follow(&sent, &mut changes);
        assert_eq!(changes.len(), 1);
    }
}
