//! mail archive --to-file, --to-mailbox: what is kept elsewhere too leaves the mailbox.

use super::archiving::leaving;
use super::errand::{Errand, Found, Stage};
use super::withheld::Withheld;
use super::{naming, transit};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::change::{Change, Expunge};
use crate::model::done::Done;
use crate::model::messages::{Aim, Lying, Meant, Removal};
use crate::model::plan::Place;
use crate::model::safe::Safe;
use crate::model::selection::Selection;
use crate::model::state::{Folder, Mailbox};
use crate::model::uids::Uids;
use crate::observe::Ask;
use std::collections::BTreeMap;

/// The messages of a selection that are kept elsewhere too go for good, as an errand.
pub struct Emptying<'a> {
    /// The messages.
    pub selection: &'a Selection,
    /// Those that are kept elsewhere; all will be, where nobody knows yet.
    pub safe: Option<&'a Safe>,
    /// What holds keep in the mailbox, wherever else it lies.
    pub withheld: &'a Withheld,
    /// Whether the server is asked how much the mailbox may use.
    pub asks_quota: bool,
}

impl Errand for Emptying<'_> {
    fn ask(&self) -> Ask {
        Ask {
            quota: self.asks_quota,
            ..Ask::SETTINGS
        }
    }

    fn is_of_mail(&self) -> bool {
        true
    }

    fn meant(&self, state: &Mailbox) -> Result<Vec<Meant>> {
        let query = naming::query(state, self.selection)?;
        let sources = super::select(state, &self.selection.folders)?.into_iter();
        let sources = sources.filter(|folder| transit::is_source(self.selection, folder));
        let leave = sources.map(|folder| Meant {
            place: folder.place(),
            query: query.clone(),
            aim: Aim::Leave,
        });
        Ok(leave.collect())
    }

    fn next(&self, found: &Found, done: &Done) -> Result<Option<Stage>> {
        if !done.stages.is_empty() {
            return Ok(None);
        }
        let state = found.state;
        self.withheld.unchanged(state)?;
        self.permitted(state)?;
        let mut changes = Vec::new();
        for (place, lying, sizes) in self.going(state) {
            changes.extend(gone(state, place, lying, &sizes)?);
        }
        Ok(Some(Stage {
            changes,
            ..Stage::default()
        }))
    }
}

impl Emptying<'_> {
    /// What goes out of which folder, with the sizes of the messages.
    fn going<'s>(&self, state: &'s Mailbox) -> Vec<(&'s Place, &'s Lying, BTreeMap<u32, u64>)> {
        let sizes = |place: &Place, lying: &Lying| match self.safe {
            Some(safe) => safe.within(&place.path, lying),
            None => lying.dated.iter().map(|one| (one.uid, one.size)).collect(),
        };
        let free = |place: &Place, lying: &Lying| {
            let mut sizes = sizes(place, lying);
            let keeps = |uid| self.withheld.keeps(&place.path, lying.uid_validity, uid);
            sizes.retain(|uid, _| keeps(*uid).is_none());
            sizes
        };
        let all = leaving(state).map(|(place, lying)| (place, lying, free(place, lying)));
        all.filter(|(_, _, sizes)| !sizes.is_empty()).collect()
    }

    /// Refuses, before anything is sent, what the server would refuse halfway.
    fn permitted(&self, state: &Mailbox) -> Result<()> {
        let query = &self.selection.query;
        let is_read = state.messages.iter().all(|lie| lie.found.is_ok());
        if query.names_messages() && is_read && leaving(state).next().is_none() {
            let what = "there is no such message in the folders that are meant";
            let error = Error::new(Exit::NotFound, what).about(&state.name);
            let hint = "a UID is the number that IMAP gives a message in that one folder";
            return Err(error.hint(hint));
        }
        let going = self.going(state);
        let is_stuck = |lying: &Lying| lying.removal == Removal::Never;
        if going.iter().any(|(_, lying, _)| is_stuck(lying)) {
            let what = "the server cannot remove exactly the messages that are meant (UIDPLUS): a bare EXPUNGE would take \
                        what others marked, too";
            let error = Error::new(Exit::Refused, what).about(&state.name);
            return Err(
                error.hint("sharemail mail export writes mail into files, and leaves it there")
            );
        }
        let leaves = going.iter().map(|(place, ..)| (*place, ""));
        transit::passable(state, &state.messages, &leaves.collect())
    }
}

/// What has the messages of these `sizes` leave the mailbox.
fn gone(
    state: &Mailbox,
    place: &Place,
    lying: &Lying,
    sizes: &BTreeMap<u32, u64>,
) -> Result<Vec<Change>> {
    if lying.removal == Removal::IntoTrash {
        let is_trash = |folder: &&Folder| {
            let used = folder.special_use.as_deref();
            used.is_some_and(|used| used.eq_ignore_ascii_case("\\Trash"))
        };
        let Some(trash) = state.folders.iter().find(is_trash) else {
            let what = "the server deletes what lies in Trash, and shows no such folder";
            let error = Error::new(Exit::Refused, what).about(&state.name);
            return Err(error.hint("have its settings show Trash in IMAP"));
        };
        return Ok(transit::moves(
            place,
            lying.uid_validity,
            sizes,
            &trash.place(),
        ));
    }
    let uids: Uids = sizes.keys().copied().collect();
    let part = |uids: Uids| {
        Change::Expunge(Expunge {
            folder: place.clone(),
            uid_validity: lying.uid_validity,
            size: uids.iter().filter_map(|uid| sizes.get(&uid)).sum(),
            uids,
            others: Uids::default(),
        })
    };
    Ok(transit::parts(&uids).into_iter().map(part).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;
    use crate::model::dated::Dated;
    use crate::model::messages::Lie;
    use crate::model::safe::Held;
    use crate::model::selection::Query;
    use crate::model::wish::Scope;

    fn plan(removal: Removal, safe: Option<&Safe>) -> Result<Vec<Change>> {
        let mut state = mailbox(&[("INBOX", &[]), ("Trash", &[])]);
        state.folders[1].special_use = Some("\\Trash".to_owned());
        let dated = |uid| Dated {
            uid,
            size: 10,
            day: None,
            is_future: false,
        };
        state.messages = vec![Lie {
            place: state.folders[0].place(),
            found: Ok(Lying {
                uid_validity: 7,
                all: "1:3".parse().unwrap(),
                dated: (1..=3).map(dated).collect(),
                moves: true,
                removal,
                ..Lying::default()
            }),
        }];
        let selection = Selection {
            folders: Scope::Every,
            query: Query::default(),
            labels: Vec::new(),
        };
        let emptying = Emptying {
            selection: &selection,
            safe,
            withheld: &Withheld::default(),
            asks_quota: false,
        };
        assert_eq!(emptying.meant(&state).unwrap().len(), 1, "Trash stays");
        let found = Found {
            state: &state,
            place: &|_| Err(Error::new(Exit::Usage, "no place")),
            by_others: &BTreeMap::new(),
        };
        let stage = emptying.next(&found, &Done::default())?;
        Ok(stage.map(|stage| stage.changes).unwrap_or_default())
    }

    #[test]
    fn only_what_is_kept_elsewhere_goes_once_that_is_known() {
        let all = plan(Removal::Exactly, None).unwrap();
        assert!(matches!(&all[..], [Change::Expunge(gone)] if gone.uids.to_string() == "1:3"));
        let mut safe = Safe::default();
        let held = |size| Held {
            size,
            sha256: String::new(),
        };
        safe.add("INBOX", 7, 2, held(10));
        safe.add("INBOX", 7, 3, held(11));
        let all = plan(Removal::Exactly, Some(&safe)).unwrap();
        assert!(matches!(&all[..], [Change::Expunge(gone)] if gone.uids.to_string() == "2"));
        assert!(
            plan(Removal::Exactly, Some(&Safe::default()))
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn where_deleting_takes_a_label_off_it_goes_into_trash_and_else_never_with_others() {
        let all = plan(Removal::IntoTrash, None).unwrap();
        assert!(matches!(&all[..], [Change::Move(moved)] if moved.to.path == "Trash"));
        let error = plan(Removal::Never, None).unwrap_err();
        assert_eq!(error.exit(), Exit::Refused);
    }
}
