//! label: which messages shall carry a label, or shall not.

use super::errand::{Errand, Found, Stage};
use super::naming;
use super::transit;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::change::{Change, Label};
use crate::model::dialect::Family;
use crate::model::done::Done;
use crate::model::label::{Keyword, LONGEST_ON_DOVECOT, MOST_IN_MAILDIR, Permits, Typed};
use crate::model::messages::{Aim, Lie, Lying, Meant};
use crate::model::plan::Place;
use crate::model::selection::Selection;
use crate::model::setting::Called;
use crate::model::state::{Folder, Mailbox};
use crate::model::uids::Uids;
use crate::model::wish::Scope;
use crate::model::words::some;
use crate::observe::Ask;
use std::collections::{BTreeMap, BTreeSet};

/// A label for the messages of a selection, as an errand.
pub struct Labelling<'a> {
    /// The messages.
    pub selection: &'a Selection,
    /// The label.
    pub label: &'a Typed,
    /// Whether they shall carry it; else they shall not.
    pub set: bool,
    /// How many keywords a folder keeps, where somebody knows that.
    pub most: Option<usize>,
}

impl Errand for Labelling<'_> {
    fn ask(&self) -> Ask {
        Ask::SETTINGS
    }

    fn is_of_mail(&self) -> bool {
        true
    }

    fn looks_everywhere(&self) -> bool {
        self.selection.folders == Scope::Every
    }

    fn meant(&self, state: &Mailbox) -> Result<Vec<Meant>> {
        let (query, label) = (naming::query(state, self.selection)?, self.called(state)?);
        let folders = super::select(state, &self.selection.folders)?.into_iter();
        let meant = |folder: &Folder| Meant {
            place: folder.place(),
            query: query.clone(),
            aim: Aim::Label {
                label: label.keyword.clone(),
                set: self.set,
            },
        };
        Ok(folders.map(meant).collect())
    }

    fn next(&self, found: &Found, done: &Done) -> Result<Option<Stage>> {
        if !done.stages.is_empty() {
            return Ok(None);
        }
        let state = found.state;
        let query = &self.selection.query;
        let is_there = |(_, lying): (&Place, &Lying)| !lying.all.is_empty();
        let is_read = state.messages.iter().all(|lie| lie.found.is_ok());
        if query.names_messages() && is_read && !lying(&state.messages).any(is_there) {
            let what = "there is no such message in the folders that are meant";
            let error = Error::new(Exit::NotFound, what).about(&state.name);
            let hint = "a UID is the number that IMAP gives a message in that one folder";
            return Err(error.hint(hint));
        }
        let keyword = self.called(state)?.keyword;
        permitted(state, &state.messages, &keyword, self.set)?;
        if self.set {
            roomy(state, &state.messages, &keyword, self.most)?;
        }
        Ok(Some(Stage {
            changes: lying(&state.messages)
                .flat_map(|(place, lying)| {
                    changes(place, lying, &lying.pending, (&keyword, self.set))
                })
                .collect(),
            ..Stage::default()
        }))
    }
}

/// What was found in each folder that could be looked into.
pub(super) fn lying(lies: &[Lie]) -> impl Iterator<Item = (&Place, &Lying)> {
    lies.iter()
        .filter_map(|lie| Some((&lie.place, lie.found.as_ref().ok()?)))
}

impl Labelling<'_> {
    /// Which label that is, in the mailbox of `state`.
    ///
    /// # Errors
    /// Where no keyword can be made of it, or nobody knows what it is called.
    pub fn called(&self, state: &Mailbox) -> Result<Called> {
        naming::meant(state, self.label)
    }
}

/// What has the messages `uids` of what is `lying` in a folder carry a keyword, or not.
pub(super) fn changes(
    folder: &Place,
    lying: &Lying,
    uids: &Uids,
    (keyword, set): (&Keyword, bool),
) -> Vec<Change> {
    let part = |uids| {
        Change::Label(Label {
            folder: folder.clone(),
            uid_validity: lying.uid_validity,
            uids,
            keyword: keyword.clone(),
            set,
        })
    };
    transit::parts(uids).into_iter().map(part).collect()
}

/// Refuses what a server would take and not keep, before any message is changed.
pub(super) fn permitted(state: &Mailbox, lies: &[Lie], keyword: &Keyword, set: bool) -> Result<()> {
    let length = keyword.as_str().len();
    if set && state.dialect.family == Family::Dovecot && length > LONGEST_ON_DOVECOT {
        let what = format!(
            "{keyword} has {length} characters, and Dovecot keeps no label of more than \
             {LONGEST_ON_DOVECOT}"
        );
        let error = Error::new(Exit::Usage, what).about(&state.name);
        return Err(error.hint("what is not ASCII takes several characters of the keyword"));
    }
    let lost =
        lying(lies).filter(|(_, lying)| !lying.pending.is_empty() && !lying.permits.keeps(keyword));
    let (lacking, lost): (Vec<_>, Vec<_>) = lost.partition(|(_, lying)| lying.lacks_w);
    if !lacking.is_empty() {
        let what = format!(
            "labels cannot be changed in {}: whoever opens the mailbox lacks the w right there",
            some(&paths(&lacking))
        );
        return Err(Error::new(Exit::Refused, what).about(&state.name));
    }
    if lost.is_empty() {
        return Ok(());
    }
    let what = format!(
        "the server keeps no new keywords in {}: {keyword} would be lost",
        some(&paths(&lost))
    );
    let error = Error::new(Exit::Refused, what).about(&state.name);
    Err(error.hint("sharemail label list tells which labels each folder keeps"))
}

/// Refuses to make a keyword one more than a folder of Dovecot keeps, of which `most` are known to be.
pub(super) fn roomy(
    state: &Mailbox,
    lies: &[Lie],
    keyword: &Keyword,
    most: Option<usize>,
) -> Result<()> {
    roomy_for(state, &[(keyword, lies)], most)
}

/// The same for several keywords that come together, each with where it is to be.
pub(super) fn roomy_for(
    state: &Mailbox,
    each: &[(&Keyword, &[Lie])],
    most: Option<usize>,
) -> Result<()> {
    if state.dialect.family != Family::Dovecot {
        return Ok(());
    }
    let room = most.unwrap_or(MOST_IN_MAILDIR);
    // Of each folder, how many it has and which would come.
    let mut folders: BTreeMap<&str, (usize, BTreeSet<&str>)> = BTreeMap::new();
    for (keyword, lies) in each.iter().filter(|(keyword, _)| !keyword.is_flagged()) {
        for (place, lying) in lying(lies) {
            if lying.pending.is_empty() || lying.permits.names(keyword) {
                continue;
            }
            // Those that no message carries any more take a letter too.
            let own = lying.permits.named.iter();
            let own = own.filter(|flag| !flag.starts_with('\\')).count();
            let (_, new) = folders.entry(&place.path).or_insert((own, BTreeSet::new()));
            new.insert(keyword.as_str());
        }
    }
    folders.retain(|_, (own, new)| *own + new.len() > room);
    not_full(state, &folders, most)
}

/// Whether a folder keeps so many labels and no more.
pub(super) fn is_counted(state: &Mailbox) -> bool {
    state.dialect.family == Family::Dovecot
}

/// Refuses to have messages come into a folder that keeps no more different labels than it has: `coming` are the
/// keywords, in small letters, that messages carry which go to each path.
pub(super) fn roomy_at(
    state: &Mailbox,
    lies: &[Lie],
    coming: &BTreeMap<String, BTreeSet<String>>,
    most: Option<usize>,
) -> Result<()> {
    if state.dialect.family != Family::Dovecot {
        return Ok(());
    }
    let room = most.unwrap_or(MOST_IN_MAILDIR);
    let mut folders: BTreeMap<&str, (usize, BTreeSet<&str>)> = BTreeMap::new();
    for (path, keywords) in coming {
        let mut permits = lying(lies)
            .filter(|(place, _)| place.path == *path)
            .map(|(_, lying)| &lying.permits);
        let named = permits.find(|permits| **permits != Permits::default());
        let has = |flag: &str| named.is_some_and(|permits| permits.named.contains(flag));
        let own = named.map_or(0, |permits| {
            let own = permits.named.iter();
            own.filter(|flag| !flag.starts_with('\\')).count()
        });
        let new: BTreeSet<&str> = keywords
            .iter()
            .map(String::as_str)
            .filter(|keyword| !keyword.starts_with('\\') && !has(keyword))
            .collect();
        if !new.is_empty() && own + new.len() > room {
            folders.insert(path, (own, new));
        }
    }
    not_full(state, &folders, most)
}

/// Refuses to give labels to the `folders` that have no room for them.
fn not_full(
    state: &Mailbox,
    folders: &BTreeMap<&str, (usize, BTreeSet<&str>)>,
    most: Option<usize>,
) -> Result<()> {
    let room = most.unwrap_or(MOST_IN_MAILDIR);
    if folders.is_empty() {
        return Ok(());
    }
    let paths: Vec<String> = folders.keys().map(|path| (*path).to_owned()).collect();
    let (paths, new) = (some(&paths), folders.values().flat_map(|(_, new)| new));
    let new: BTreeSet<String> = new.map(|word| (*word).to_owned()).collect();
    let words: Vec<String> = new.into_iter().collect();
    let (words, more) = match words.as_slice() {
        [one] => (one.clone(), "one more"),
        several => (some(several), "too many"),
    };
    let what = match most {
        Some(_) => format!("{paths}: {room} labels are the most, and {words} would be {more}"),
        None => format!(
            "a Maildir of Dovecot keeps {room} labels, and {words} would be {more} in {paths}: what is more is lost \
             with the server's index"
        ),
    };
    let error = Error::new(Exit::Refused, what).about(&state.name);
    Err(error.hint("where the server keeps more, max-keywords in the profile says how many"))
}

fn paths(all: &[(&Place, &Lying)]) -> Vec<String> {
    let mut paths: Vec<String> = all.iter().map(|(place, _)| place.path.clone()).collect();
    // What was looked for in parts is one folder.
    paths.dedup();
    paths
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;
    use crate::model::label::Permits;
    use crate::model::selection::Query;
    use crate::model::wish::Scope;

    fn plan(permits: Permits, pending: &str, label: &str) -> Result<Vec<Change>> {
        let mut state = mailbox(&[("INBOX", &[])]);
        state.dialect.family = Family::Dovecot;
        let selection = Selection {
            folders: Scope::Every,
            query: Query::default(),
            labels: Vec::new(),
        };
        let labelling = Labelling {
            selection: &selection,
            label: &Typed::new(label).unwrap(),
            set: true,
            most: None,
        };
        let meant = labelling.meant(&state).unwrap();
        assert_eq!(meant.len(), 1);
        let lying = Lying {
            uid_validity: 7,
            permits,
            lacks_w: false,
            all: "1:5000".parse().unwrap(),
            pending: pending.parse().unwrap(),
            ..Lying::default()
        };
        state.messages = vec![Lie {
            place: meant[0].place.clone(),
            found: Ok(lying),
        }];
        let found = Found {
            state: &state,
            place: &|_| Err(Error::new(Exit::Usage, "no place")),
            by_others: &BTreeMap::new(),
        };
        let stage = labelling.next(&found, &Done::default())?;
        Ok(stage.map(|stage| stage.changes).unwrap_or_default())
    }

    #[test]
    fn those_that_lack_the_label_get_it_in_bounded_parts() {
        let changes = plan(Permits::all(), "3:2402,4000", "urgent").unwrap();
        let uids: Vec<String> = changes
            .iter()
            .map(|change| match change {
                Change::Label(label) => label.uids.to_string(),
                other => format!("{other:?}"),
            })
            .collect();
        assert_eq!(uids, ["3:1002", "1003:2002", "2003:2402,4000"]);
        assert!(plan(Permits::all(), "", "urgent").unwrap().is_empty());
    }

    #[test]
    fn one_more_than_a_maildir_keeps_is_refused() {
        let words: Vec<String> = (1..=MOST_IN_MAILDIR).map(|n| format!("word{n}")).collect();
        let all = words.iter().map(String::as_str);
        let full = Permits::of(all.chain(["\\*", "\\Seen"]));
        let error = plan(full.clone(), "1", "urgent").unwrap_err();
        assert_eq!(error.exit(), Exit::Refused);
        assert!(plan(full.clone(), "1", "WORD7").is_ok());
        assert!(plan(full, "", "urgent").is_ok());
        let words = words.iter().skip(1).map(String::as_str);
        assert!(plan(Permits::of(words.chain(["\\*"])), "1", "urgent").is_ok());
    }

    #[test]
    fn labels_that_come_together_are_counted_together() {
        let mut state = mailbox(&[("INBOX", &[])]);
        state.dialect.family = Family::Dovecot;
        let words: Vec<String> = (2..=MOST_IN_MAILDIR).map(|n| format!("word{n}")).collect();
        let permits = Permits::of(words.iter().map(String::as_str).chain(["\\*"]));
        let lies = |pending: &str| {
            vec![Lie {
                place: state.folders[0].place(),
                found: Ok(Lying {
                    permits: permits.clone(),
                    pending: pending.parse().unwrap(),
                    ..Lying::default()
                }),
            }]
        };
        let (some, none) = (lies("1"), lies(""));
        let [a, b, known] = ["a", "b", "word7"].map(|word| Keyword::of(word).unwrap());
        let refused = |each: &[(&Keyword, &[Lie])]| roomy_for(&state, each, None).is_err();
        assert!(!refused(&[
            (&a, &some),
            (&known, &some),
            (&Keyword::flagged(), &some)
        ]));
        assert!(!refused(&[(&a, &some), (&b, &none)]));
        assert!(refused(&[(&a, &some), (&b, &some)]));
        assert!(roomy_for(&state, &[(&a, &some), (&b, &some)], Some(30)).is_ok());
    }

    #[test]
    fn what_would_be_lost_is_refused_before_anything_is_sent() {
        let error = plan(Permits::of(["\\Seen"]), "1", "urgent").unwrap_err();
        assert_eq!(error.exit(), Exit::Refused);
        assert!(
            error.what().contains("keeps no new keywords in INBOX"),
            "{error}"
        );
        // Nothing is to be done there.
        assert!(plan(Permits::of(["\\Seen"]), "", "urgent").is_ok());
        assert!(plan(Permits::of(["Urgent"]), "1", "urgent").is_ok());
        let long = "x".repeat(LONGEST_ON_DOVECOT + 1);
        let error = plan(Permits::all(), "1", &long).unwrap_err();
        assert_eq!(error.exit(), Exit::Usage);
    }
}
