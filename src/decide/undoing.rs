//! undo, as an errand: what an earlier command changed is put back.

use super::errand::{Errand, Expectation, Found, Stage};
use super::leaving::all_folders;
use super::reversal::{labelled, reversal};
use super::verdict::Expected;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::change::{Change, Copy, Create, Label, Move};
use crate::model::dialect::Reading;
use crate::model::done::Done;
use crate::model::folder::WireName;
use crate::model::messages::{Meant, Origin};
use crate::model::state::{Folder, Mailbox};
use crate::observe::Ask;
use std::collections::{BTreeMap, BTreeSet};

/// What a command did in one mailbox, put back as far as it is as that command left it.
#[derive(Clone, Copy, Debug)]
pub struct Undoing<'a> {
    /// What it did, first one first.
    pub done: &'a [Change<String>],
    /// The paths of the folders that may be deleted for it; all where nobody was asked yet.
    pub named: Option<&'a BTreeSet<String>>,
}

/// The same as `done`, with copies of messages beside where these went, and with labels of messages that went into another folder after they got them where these lie now,
/// as far as a whole part of them went.
pub fn followed(done: &[Change<String>]) -> Vec<Change<String>> {
    let mut all = Vec::with_capacity(done.len());
    for (n, change) in done.iter().enumerate() {
        let label = match change {
            Change::Label(label) => label,
            Change::Copy(copied) => {
                let went = went(copied, done.iter().skip(n));
                all.push(Change::Copy(Copy {
                    went,
                    ..copied.clone()
                }));
                continue;
            }
            _ => {
                all.push(change.clone());
                continue;
            }
        };
        let mut stayed: BTreeSet<u32> = label.uids.iter().collect();
        for later in done.iter().skip(n) {
            let Change::Move(moved @ Move { at: Some(at), .. }) = later else {
                continue;
            };
            let is_there = moved.folder == label.folder && moved.uid_validity == label.uid_validity;
            if !is_there || !moved.uids.iter().all(|uid| stayed.contains(&uid)) {
                continue;
            }
            stayed.retain(|uid| !moved.uids.contains(*uid));
            all.push(Change::Label(Label {
                folder: moved.to.clone(),
                uid_validity: at.uid_validity,
                uids: at.uids.clone(),
                ..label.clone()
            }));
        }
        let is_all = stayed.len() as u64 == label.uids.len();
        if is_all || !stayed.is_empty() {
            all.push(Change::Label(Label {
                uids: stayed.into_iter().collect(),
                ..label.clone()
            }));
        }
    }
    all
}

/// Where messages of `copied` went by what was done `later`.
fn went<'c>(
    copied: &Copy<String>,
    later: impl Iterator<Item = &'c Change<String>>,
) -> Vec<Origin<String>> {
    let (mut stayed, mut went) = (copied.uids.clone(), Vec::new());
    for change in later {
        let Change::Move(moved @ Move { at: Some(at), .. }) = change else {
            continue;
        };
        let is_there = moved.folder == copied.folder && moved.uid_validity == copied.uid_validity;
        let rest = stayed.but(&moved.uids);
        if is_there && rest != stayed {
            stayed = rest;
            went.push(Origin {
                folder: moved.to.clone(),
                uid_validity: at.uid_validity,
                uids: at.uids.clone(),
            });
        }
    }
    went
}

impl Undoing<'_> {
    /// Whether the command made the mailbox itself: where it is gone again, all is as it was before.
    pub fn made_it(&self) -> bool {
        let is_root = |change: &Change<String>| matches!(change, Change::Create(Create { folder, .. }) if folder == "INBOX");
        self.done.iter().any(is_root)
    }

    /// # Errors
    /// [`Exit::TryAgain`] for a folder that would be deleted, and was not named before.
    fn must_be_named(&self, changes: &[Change]) -> Result<()> {
        let unnamed = |path: &&str| self.named.is_some_and(|named| !named.contains(*path));
        let deleted = changes
            .iter()
            .filter(|change| matches!(change, Change::Delete(..)))
            .map(|change| change.folder().path.as_str());
        match deleted.into_iter().find(unnamed) {
            None => Ok(()),
            Some(path) => {
                let what = format!("{path:?} would be deleted now, and was not when it was asked");
                Err(Error::new(Exit::TryAgain, what).hint("run it again"))
            }
        }
    }
}

impl Errand for Undoing<'_> {
    fn ask(&self) -> Ask {
        // Whether a folder is empty, what its limit is, and whose turn it was while that was looked at.
        let moves = |change: &Change<String>| change.is_of_mail() && change.takes_messages();
        let keeps = |change: &Change<String>| change.is_setting() || moves(change);
        Ask {
            settings: self.done.iter().any(keeps),
            ..Ask::ALL
        }
    }

    fn is_of_mail(&self) -> bool {
        self.done.iter().any(Change::is_of_mail)
    }

    fn meant(&self, state: &Mailbox) -> Result<Vec<Meant>> {
        Ok(labelled(state, self.done))
    }

    fn folders(&self) -> BTreeSet<String> {
        let made: BTreeSet<&String> = self.done.iter().filter_map(Change::makes).collect();
        let entries = self
            .done
            .iter()
            .filter(|change| matches!(change, Change::Entry(..)))
            .map(Change::folder);
        entries
            .filter(|path| !made.contains(path))
            .cloned()
            .collect()
    }

    fn next(&self, found: &Found, done: &Done) -> Result<Option<Stage>> {
        let place = |path: &str| (found.place)(path).ok();
        let mut changes = reversal(found.state, self.done, &place).plan.changes;
        self.must_be_named(&changes)?;
        let made = changes.iter().filter_map(Change::makes);
        let made: BTreeSet<WireName> = made.map(|place| place.wire.clone()).collect();
        // Those of a folder that is made again come with it.
        let is_entry = |change: &Change| {
            matches!(change, Change::Entry(..)) && !made.contains(&change.folder().wire)
        };
        // Copies go while their messages carry what they carry.
        let is_first = |change: &Change| is_entry(change) || matches!(change, Change::Expunge(_));
        // Entries first: a folder that goes takes its own with it, and they could not be put back there.
        let is_of: &dyn Fn(&Change) -> bool = match done.stages.len() {
            0 => &is_first,
            // What goes back is numbered anew there: before that it gets and loses what it shall, and is read again.
            1 => &|change| matches!(change, Change::Label(_)),
            2 => &|change| !is_first(change) && !matches!(change, Change::Label(_)),
            _ => return Ok(None),
        };
        changes.retain(|change| is_of(change));
        // Nothing is without a label meanwhile that has one before and after.
        changes.sort_by_key(|change| matches!(change, Change::Label(label) if !label.set));
        Ok(Some(Stage {
            changes,
            ..Stage::default()
        }))
    }

    fn expected<'s>(&self, state: &'s Mailbox, done: &Done) -> Result<Vec<Expectation<'s>>> {
        if done.last() > 0 {
            return Ok(Vec::new());
        }
        let folders = all_folders(state).map(|folder| (&folder.wire, folder));
        let folders: BTreeMap<&WireName, &Folder> = folders.collect();
        let mut all: BTreeMap<String, Vec<Expected>> = BTreeMap::new();
        for change in reversal(state, self.done, &|_| None).plan.changes {
            let Change::Entry(entry) = change else {
                continue;
            };
            // No session tells what a negative entry takes from what others do not give.
            let is_negative = matches!(state.dialect.read(&entry.identifier), Reading::Negative(_));
            if is_negative || state.is_keeper(&entry.identifier) {
                continue;
            }
            let meant = folders.get(&entry.folder.wire).map(|folder| Expected {
                folder,
                rights: entry.after.unwrap_or_default(),
            });
            all.entry(entry.identifier).or_default().extend(meant);
        }
        let each = all.into_iter().map(|(identifier, expected)| Expectation {
            part: 0,
            identifier,
            expected,
            of: None,
        });
        Ok(each.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;
    use crate::model::change::{At, Entry};
    use crate::model::done::Carried;
    use crate::model::label::Keyword;
    use crate::model::rights::Rights;
    use crate::model::uids::Uids;

    fn next(undoing: &Undoing, stages: usize) -> Result<Option<Stage>> {
        let mut state = mailbox(&[("INBOX", &[]), ("New", &[("alice", "lrs")])]);
        for folder in &mut state.folders {
            folder.messages = Some(0);
        }
        let found = Found {
            state: &state,
            place: &|path| Err(Error::new(Exit::Usage, path)),
            by_others: &BTreeMap::new(),
        };
        let done = Done {
            stages: vec![Carried::default(); stages],
            ..Done::default()
        };
        undoing.next(&found, &done)
    }

    #[test]
    fn entries_go_before_their_folder_and_no_folder_goes_unnamed() {
        let alice = Change::Entry(Entry {
            folder: "New".to_owned(),
            identifier: "alice".to_owned(),
            before: None,
            after: Rights::parse("lrs").ok(),
        });
        let new = Change::Create(Create {
            folder: "New".to_owned(),
            special_use: None,
        });
        let (done, nothing) = ([new, alice], BTreeSet::new());
        let mut undoing = Undoing {
            done: &done,
            named: None,
        };
        let [first, then] = [0, 2].map(|n| next(&undoing, n).unwrap().unwrap().changes);
        assert!(matches!(first[..], [Change::Entry(..)]));
        assert!(matches!(then[..], [Change::Delete(..)]));
        assert!(next(&undoing, 3).unwrap().is_none());
        undoing.named = Some(&nothing);
        assert_eq!(next(&undoing, 0).unwrap_err().exit(), Exit::TryAgain);
    }

    fn uids(text: &str) -> Uids {
        text.split(' ')
            .map(|uid| uid.parse::<u32>().unwrap())
            .collect()
    }

    fn label(folder: &str, uid_validity: u32, numbers: &str) -> Change<String> {
        Change::Label(Label {
            folder: folder.to_owned(),
            uid_validity,
            uids: uids(numbers),
            keyword: Keyword::flagged(),
            set: true,
        })
    }

    fn moved(numbers: &str, at: Option<&str>) -> Change<String> {
        Change::Move(Move {
            folder: "INBOX".to_owned(),
            uid_validity: 7,
            uids: uids(numbers),
            size: 1,
            to: "New".to_owned(),
            at: at.map(|at| At {
                uid_validity: 9,
                uids: uids(at),
            }),
            next: None,
        })
    }

    #[test]
    fn copies_are_looked_for_beside_where_their_messages_went() {
        let copied = Copy {
            folder: "INBOX".to_owned(),
            uid_validity: 7,
            uids: uids("1 2 3"),
            size: 3,
            to: "Books".to_owned(),
            at: None,
            next: None,
            went: Vec::new(),
        };
        let done = [
            Change::Copy(copied),
            moved("2 9", Some("12 19")),
            moved("4", Some("14")),
        ];
        let all = followed(&done);
        let Change::Copy(copied) = &all[0] else {
            panic!("{all:?}")
        };
        let went = Origin {
            folder: "New".to_owned(),
            uid_validity: 9,
            uids: uids("12 19"),
        };
        assert_eq!(copied.went, [went]);
    }

    #[test]
    fn a_label_is_looked_for_where_its_message_went() {
        let first = label("INBOX", 7, "1 2 3 4");
        let gone = moved("1 2", Some("11 12"));
        // Written down before it was made, and one of which others went than got the label.
        let others = [moved("1 2", None), moved("4 5", Some("14 15"))];
        let done = [
            vec![first, others[0].clone(), gone.clone()],
            others.to_vec(),
        ]
        .concat();
        let all = followed(&done);
        assert_eq!(
            all[..2],
            [label("New", 9, "11 12"), label("INBOX", 7, "3 4")]
        );
        assert_eq!(all[2..], done[1..]);
        let all = followed(&[label("INBOX", 7, "1 2"), gone.clone()]);
        assert_eq!(all, [label("New", 9, "11 12"), gone.clone()]);
        // What was labelled there under other numbers, or went before.
        for stays in [
            [label("INBOX", 8, "1 2"), gone.clone()],
            [gone, label("INBOX", 7, "1 2")],
        ] {
            assert_eq!(followed(&stays), stays);
        }
    }
}
