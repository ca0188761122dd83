//! undo: what takes back the changes of an earlier run, as far as everything is still as that run
//! left it.

use super::layout::removal;
use super::leaving::all_folders;
use crate::model::change::{Change, Create, Delete, Entry, Label, Quota, Rename};
use crate::model::identity::Identity;
use crate::model::messages::{Lie, Meant};
use crate::model::plan::{Place, Plan};
use crate::model::rights::Rights;
use crate::model::selection::Query;
use crate::model::state::{Folder, Mailbox};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What undoing comes to on one mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reversal {
    /// What puts it back.
    pub plan: Plan,
    /// How many things are already as they were before.
    pub already: usize,
    /// What is left as it is, because it is no longer as that run left it, or cannot be put back.
    pub kept: Vec<Kept>,
    /// Folders that keep identities and that the run made: they stay, because without them members
    /// could make their own.
    pub stay: Vec<String>,
    /// Whether the run made the mailbox itself, which stays: no mailbox is deleted to undo anything.
    pub mailbox_stays: bool,
}

/// Something that is not put back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The folder.
    pub folder: String,
    /// The entry's identifier; absent where it is about the folder itself.
    pub identifier: Option<String>,
    /// Why.
    pub why: String,
}

/// A value that a run changed once or more often.
struct Chain<T> {
    before: T,
    /// What it was changed to. After a crash any of them may be there.
    afters: Vec<T>,
}

/// What is to be done with a value that was changed.
enum Verdict {
    Already,
    PutBack,
    SomebodyElses,
}

/// What puts back, on `mailbox`, the changes that were `done`, first one first; `place` says what a folder
/// that is not there would be called on the wire.
pub fn reversal(
    mailbox: &Mailbox,
    done: &[Change<String>],
    place: &dyn Fn(&str) -> Option<Place>,
) -> Reversal {
    let mut reversal = Reversal {
        plan: Plan::new(&mailbox.name),
        already: 0,
        kept: Vec::new(),
        stay: Vec::new(),
        mailbox_stays: false,
    };
    let mut entries: BTreeMap<(&str, &str), Chain<Option<Rights>>> = BTreeMap::new();
    let mut limits: BTreeMap<(&str, &str), Chain<Option<u64>>> = BTreeMap::new();
    let mut made = BTreeSet::new();
    let there = There::new(mailbox);
    // What was found stands in the order in which it was looked for.
    let mut found = mailbox.messages.iter();
    for change in done {
        match change {
            Change::Entry(Entry {
                folder,
                identifier,
                before,
                after,
            }) => link(&mut entries, (folder, identifier), *before, *after),
            Change::Quota(Quota {
                folder,
                resource,
                before,
                after,
            }) => link(&mut limits, (folder, resource), *before, Some(*after)),
            Change::Create(Create { folder, .. }) => drop(made.insert(folder.as_str())),
            Change::Delete(Delete { folder, .. }) => reversal.deleted(&there, folder),
            // Where a mailbox has its name from is seen before it is opened.
            Change::Rename(Rename { whole: true, .. }) => {}
            Change::Rename(Rename { folder, to, .. }) => {
                reversal.renamed(&there, folder, to, place);
            }
            Change::Label(label) => {
                let is_there = there.only(&label.folder).is_ok();
                let found = is_there.then(|| found.next()).flatten();
                reversal.label(&there, label, found);
            }
        }
    }
    for path in made
        .iter()
        .filter(|path| mailbox.identity_names.reserve(path))
    {
        let is_told = |identifier: &str| entries.contains_key(&(*path, identifier));
        reversal.inherited(&there, path, is_told);
    }
    let named: BTreeSet<&str> = entries.keys().map(|(_, identifier)| *identifier).collect();
    for ((folder, identifier), mut chain) in entries {
        let is_made = made.contains(folder);
        if is_made && mailbox.identity_names.reserve(folder) {
            // It stays, and what it inherited when it was made would give identities away. A run that
            // was killed may not have come to take it.
            let inherited = chain.before.take();
            chain.afters.extend(inherited.map(Some));
        }
        reversal.entry(&there, folder, identifier, &chain, is_made);
    }
    for ((folder, resource), chain) in limits {
        reversal.limit(&there, folder, resource, &chain);
    }
    reversal.made(&there, &made, &named);
    reversal
}

/// The messages whose labels were changed by what was `done`, and that are to be looked for before that is
/// put back: those that are as they were left.
pub(super) fn labelled(mailbox: &Mailbox, done: &[Change<String>]) -> Vec<Meant> {
    let there = There::new(mailbox);
    let meant = |change: &Change<String>| match change {
        Change::Label(label) => Some(Meant {
            place: there.only(&label.folder).ok()?.place(),
            query: Query {
                uids: label.uids.clone(),
                ..Query::default()
            },
            label: label.keyword.clone(),
            set: !label.set,
        }),
        _ => None,
    };
    done.iter().filter_map(meant).collect()
}

fn link<K: Ord, T: Copy>(chains: &mut BTreeMap<K, Chain<T>>, key: K, before: T, after: T) {
    let new = || Chain {
        before,
        afters: Vec::new(),
    };
    chains.entry(key).or_insert_with(new).afters.push(after);
}

impl<T: PartialEq> Chain<T> {
    /// What to do where `now` is there; `alike` are values that some servers turn into each other.
    fn judge(&self, now: &T, alike: impl Fn(&T, &T) -> bool) -> Verdict {
        if *now == self.before {
            Verdict::Already
        } else if self.afters.contains(now) {
            Verdict::PutBack
        } else if alike(now, &self.before) {
            Verdict::Already
        } else if self.afters.iter().any(|after| alike(now, after)) {
            Verdict::PutBack
        } else {
            Verdict::SomebodyElses
        }
    }
}

/// Whether `rights` in the folder at `path` are more than an identity is.
fn is_too_much(mailbox: &Mailbox, path: &str, identifier: &str, rights: Option<Rights>) -> bool {
    mailbox.identity_names.reserve(path)
        && !mailbox.is_keeper(identifier)
        && rights
            .unwrap_or_default()
            .iter()
            .any(|right| !matches!(right, 'l' | 'p'))
}

impl Reversal {
    /// How many changes it would make.
    pub fn len(&self) -> usize {
        self.plan.changes.len()
    }

    /// Whether there is nothing to put back.
    pub fn is_empty(&self) -> bool {
        self.plan.is_empty()
    }

    fn keep(&mut self, folder: &str, identifier: Option<&str>, why: impl Into<String>) {
        self.kept.push(Kept {
            folder: folder.to_owned(),
            identifier: identifier.map(str::to_owned),
            why: why.into(),
        });
    }

    fn entry(
        &mut self,
        there: &There<'_>,
        path: &str,
        identifier: &str,
        chain: &Chain<Option<Rights>>,
        is_made: bool,
    ) {
        let folder = match there.only(path) {
            Ok(folder) => folder,
            // It went with an earlier undo.
            Err(Missing::Gone) if is_made => return self.already += 1,
            Err(missing) => return self.keep(path, Some(identifier), missing.words()),
        };
        if let Err(why) = &folder.acl {
            let why = format!("its entries could not be read {why}");
            return self.keep(path, Some(identifier), why);
        }
        let now = there.mailbox.entry(folder, identifier);
        let alike =
            |a: &Option<Rights>, b: &Option<Rights>| a.unwrap_or_default() == b.unwrap_or_default();
        match chain.judge(&now, alike) {
            Verdict::Already => self.already += 1,
            // Whatever the file says: with more than an identity she could give herself others.
            Verdict::PutBack if is_too_much(there.mailbox, path, identifier, chain.before) => self
                .keep(
                    path,
                    Some(identifier),
                    "nobody may hold that in a folder that keeps identities",
                ),
            Verdict::PutBack => self.plan.changes.push(Change::Entry(Entry {
                folder: folder.place(),
                identifier: identifier.to_owned(),
                before: now,
                after: chain.before,
            })),
            Verdict::SomebodyElses => {
                let words =
                    |rights: Option<Rights>| rights.map_or("none".into(), |r| r.to_string());
                let left = chain.afters.last().copied().flatten();
                let why = format!(
                    "it was changed since: it is {} now, and was left as {}",
                    words(now),
                    words(left)
                );
                self.keep(path, Some(identifier), why);
            }
        }
    }

    /// A folder of identities that the run made stays. What it inherited from those above it goes, where
    /// the run did not come to that: nobody gave it. Entries that the run tells of are no business of this.
    fn inherited(&mut self, there: &There<'_>, path: &str, is_told: impl Fn(&str) -> bool) {
        let mailbox = there.mailbox;
        let Ok(folder) = there.only(path) else {
            return;
        };
        if let Err(why) = &folder.acl {
            let why = format!("what it inherited could not be read {why}");
            return self.keep(path, None, why);
        }
        for (identifier, rights) in folder.entries() {
            if is_told(identifier) || mailbox.is_keeper(identifier) {
                continue;
            }
            let mut above = all_folders(mailbox)
                .filter(|above| above.path == "INBOX" || folder.is_below(&above.path));
            if above.any(|above| above.rights_of(identifier) == Some(rights)) {
                self.plan.changes.push(Change::Entry(Entry {
                    folder: folder.place(),
                    identifier: identifier.to_owned(),
                    before: Some(rights),
                    after: None,
                }));
            } else if !Identity::leaves_alone(rights) {
                let why = "the command did not give it, and it is no identity";
                self.keep(path, Some(identifier), why);
            }
        }
    }

    fn limit(&mut self, there: &There<'_>, path: &str, resource: &str, chain: &Chain<Option<u64>>) {
        let folder = match there.only(path) {
            Ok(folder) => folder,
            Err(missing) => return self.keep(path, None, missing.words()),
        };
        let mailbox = there.mailbox;
        if let Some(untold) = mailbox
            .quota_untold
            .as_ref()
            .filter(|_| mailbox.quota.is_empty())
        {
            let why = format!("its limit could not be read {}", untold.why);
            return self.keep(path, None, why);
        }
        let mut quota = mailbox.quota.iter();
        let quota = quota.find(|quota| quota.resource.eq_ignore_ascii_case(resource));
        let now = quota.map(|quota| quota.limit);
        match (chain.judge(&now, |_, _| false), chain.before) {
            (Verdict::Already, _) => self.already += 1,
            (Verdict::PutBack, Some(after)) => self.plan.changes.push(Change::Quota(Quota {
                folder: folder.place(),
                resource: resource.to_owned(),
                before: now,
                after,
            })),
            (Verdict::PutBack, None) => self.keep(path, None, "IMAP cannot take a limit away"),
            (Verdict::SomebodyElses, _) => self.keep(path, None, "its limit was changed since"),
        }
    }

    /// Folders that the run made go again, where nothing was put into them and nobody uses them;
    /// `named` are the identifiers that the run gave or took entries.
    fn made(&mut self, there: &There<'_>, made: &BTreeSet<&str>, named: &BTreeSet<&str>) {
        let mailbox = there.mailbox;
        let mut going: Vec<&Folder> = Vec::new();
        // Those below come first: what stays keeps those above it.
        for path in made.iter().rev() {
            match there.only(path) {
                Err(Missing::Gone) => self.already += 1,
                Err(missing) => self.keep(path, None, missing.words()),
                Ok(folder) if folder.path == "INBOX" => self.mailbox_stays = true,
                Ok(_) if mailbox.identity_names.reserve(path) => self.stay.push((*path).to_owned()),
                Ok(folder) => {
                    match full(mailbox, folder, &going).or_else(|| shared(mailbox, folder, named)) {
                        None => going.push(folder),
                        Some(why) => self.keep(path, None, why),
                    }
                }
            }
        }
        if !going.is_empty() {
            self.plan.changes.extend(removal(mailbox, &going).changes);
        }
    }

    /// Of the messages only those are meant that `found` shows to be still as the run left them.
    fn label(&mut self, there: &There<'_>, label: &Label<String>, found: Option<&Lie>) {
        let folder = match there.only(&label.folder) {
            Ok(folder) => folder,
            Err(missing) => return self.keep(&label.folder, None, missing.words()),
        };
        let lying = match found.map(|lie| &lie.found) {
            Some(Ok(lying)) => lying,
            Some(Err(why)) => {
                let why = format!("its messages could not be looked at {why}");
                return self.keep(&label.folder, None, why);
            }
            None => return self.keep(&label.folder, None, "nobody looked at its messages"),
        };
        if lying.uid_validity != label.uid_validity {
            let why =
                "it numbers its messages anew since then: those that were labelled cannot be told";
            return self.keep(&label.folder, None, why);
        }
        if lying.pending.is_empty() {
            return self.already += 1;
        }
        self.plan.changes.push(Change::Label(Label {
            folder: folder.place(),
            uid_validity: label.uid_validity,
            uids: lying.pending.clone(),
            keyword: label.keyword.clone(),
            set: !label.set,
        }));
    }

    fn deleted(&mut self, there: &There<'_>, path: &str) {
        match there.only(path) {
            Ok(_) => self.already += 1,
            Err(_) => self.keep(path, None, "it was deleted, and cannot come back"),
        }
    }

    fn renamed(
        &mut self,
        there: &There<'_>,
        path: &str,
        to: &str,
        place: &dyn Fn(&str) -> Option<Place>,
    ) {
        // Whatever the file says: nobody renames the mailbox itself by it, or what keeps identities.
        let names = &there.mailbox.identity_names;
        let is_kept = |path: &str| path == "INBOX" || names.reserve(path);
        match (there.only(path), there.only(to)) {
            (Ok(_), Err(Missing::Gone)) => self.already += 1,
            _ if is_kept(path) || is_kept(to) => {
                self.keep(path, None, format!("no undo file renames {to:?}"));
            }
            (Err(Missing::Gone), Ok(folder)) => match place(path) {
                Some(old) => self.plan.changes.push(Change::Rename(Rename {
                    folder: folder.place(),
                    to: old,
                    whole: false,
                })),
                None => self.keep(path, None, format!("it was renamed to {to:?}")),
            },
            _ => self.keep(path, None, format!("it was renamed to {to:?}")),
        }
    }
}

/// Why a path is not one folder.
enum Missing {
    Gone,
    Several,
}

impl Missing {
    fn words(&self) -> &'static str {
        match self {
            Missing::Gone => "the folder is gone",
            Missing::Several => "there are several folders that read alike",
        }
    }
}

/// The folders of a mailbox by their paths: a file may name very many.
struct There<'a> {
    mailbox: &'a Mailbox,
    /// Nothing where several read alike.
    paths: HashMap<&'a str, Option<&'a Folder>>,
}

impl<'a> There<'a> {
    fn new(mailbox: &'a Mailbox) -> Self {
        let mut paths = HashMap::new();
        for folder in all_folders(mailbox) {
            let known = paths.entry(folder.path.as_str());
            known
                .and_modify(|only| *only = None)
                .or_insert(Some(folder));
        }
        Self { mailbox, paths }
    }

    fn only(&self, path: &str) -> Result<&'a Folder, Missing> {
        let found = self.paths.get(path).ok_or(Missing::Gone)?;
        found.ok_or(Missing::Several)
    }
}

/// Why `folder` does not go again, where those of `going` do.
fn full(mailbox: &Mailbox, folder: &Folder, going: &[&Folder]) -> Option<String> {
    let stays = |other: &&Folder| !going.iter().any(|gone| gone.wire == other.wire);
    if all_folders(mailbox)
        .filter(stays)
        .any(|other| other.is_below(&folder.path))
    {
        return Some("the folder was made, and stays: there are folders below it".to_owned());
    }
    match folder.messages {
        Some(0) => None,
        Some(_) => Some("the folder was made, and stays: it holds messages".to_owned()),
        None => Some("the folder was made, and stays: whether it is empty is not known".to_owned()),
    }
}

/// Why `folder` does not go again, where it has entries that neither the run made nor any folder
/// above it has: somebody shared it since, or it was there before, whatever the file says.
fn shared(mailbox: &Mailbox, folder: &Folder, named: &BTreeSet<&str>) -> Option<String> {
    let is_above = |above: &&Folder| above.path == "INBOX" || folder.is_below(&above.path);
    let inherited = |identifier: &str| {
        let mut above = mailbox.folders.iter().filter(is_above);
        above.any(|above| above.rights_of(identifier).is_some())
    };
    let explained = |identifier: &str| {
        named.contains(identifier)
            || mailbox.is_keeper(identifier)
            || mailbox.is_builtin(identifier)
            || inherited(identifier)
    };
    let mut entries = folder.entries();
    let (stranger, _) = entries.find(|(identifier, _)| !explained(identifier))?;
    Some(format!(
        "the folder was made, and stays: it is shared with {stranger}, which the command did not do"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;
    use crate::model::folder::WireName;

    fn reversal(mailbox: &Mailbox, done: &[Change<String>]) -> Reversal {
        let place = |path: &str| {
            Some(Place {
                path: path.to_owned(),
                wire: WireName::inbox(),
            })
        };
        super::reversal(mailbox, done, &place)
    }

    fn rights(text: &str) -> Option<Rights> {
        (text != "-").then(|| Rights::parse(text).unwrap())
    }

    fn entry(folder: &str, before: &str, after: &str) -> Change<String> {
        Change::Entry(Entry {
            folder: folder.to_owned(),
            identifier: "alice".to_owned(),
            before: rights(before),
            after: rights(after),
        })
    }

    fn create(folder: &str) -> Change<String> {
        Change::Create(Create {
            folder: folder.to_owned(),
            special_use: None,
        })
    }

    /// How many go back, are back, and stay.
    fn counts(mailbox: &Mailbox, done: &[Change<String>]) -> (usize, usize, usize) {
        let reversal = reversal(mailbox, done);
        (reversal.len(), reversal.already, reversal.kept.len())
    }

    #[test]
    fn only_what_is_as_it_was_left_is_put_back() {
        let state = mailbox(&[
            ("INBOX", &[]),
            ("Sent", &[("alice", "lrs")]),
            ("Trash", &[("alice", "lra")]),
        ]);
        let taken = ["INBOX", "Sent", "Trash", "Gone"].map(|folder| entry(folder, "lrs", "-"));
        assert_eq!(counts(&state, &taken), (1, 1, 2));
    }

    #[test]
    fn a_value_that_was_changed_twice_goes_back_to_the_first() {
        let done = [entry("INBOX", "lr", "lrs"), entry("INBOX", "lrs", "-")];
        for now in ["lrs", "-"] {
            let entries: Vec<(&str, &str)> = match now {
                "-" => Vec::new(),
                now => vec![("alice", now)],
            };
            let state = mailbox(&[("INBOX", &entries)]);
            let plan = reversal(&state, &done).plan;
            assert!(
                matches!(&plan.changes[..], [Change::Entry(Entry { after, .. })] if *after == rights("lr"))
            );
        }
        assert_eq!(
            counts(&mailbox(&[("INBOX", &[("alice", "lr")])]), &done).1,
            1
        );
    }

    #[test]
    fn no_file_puts_more_than_an_identity_where_identities_are_kept() {
        let state = mailbox(&[("INBOX", &[]), ("Identities/Send As", &[])]);
        let mut state = state;
        state.part_identity_folders();
        let taken = |before| [entry("Identities/Send As", before, "-")];
        assert_eq!(counts(&state, &taken("lp")), (1, 0, 0));
        assert_eq!(counts(&state, &taken("lpa")), (0, 0, 1));
    }

    #[test]
    fn an_entry_without_rights_and_none_are_the_same() {
        let state = mailbox(&[("INBOX", &[])]);
        assert_eq!(counts(&state, &[entry("INBOX", "lrs", "")]), (1, 0, 0));
        assert_eq!(counts(&state, &[entry("INBOX", "", "lrs")]), (0, 1, 0));
    }

    #[test]
    fn a_new_folder_goes_again_only_when_it_is_empty() {
        let mut state = mailbox(&[
            ("INBOX", &[]),
            ("New", &[]),
            ("New/Below", &[]),
            ("Full", &[]),
            ("Full/Below", &[]),
        ]);
        for folder in &mut state.folders {
            folder.messages = Some(u64::from(folder.path == "Full/Below"));
        }
        let done = ["New", "New/Below", "Full", "Full/Below", "Gone"].map(create);
        let found = reversal(&state, &done);
        let gone: Vec<&str> = found
            .plan
            .changes
            .iter()
            .map(|c| c.folder().path.as_str())
            .collect();
        assert_eq!(gone, ["New/Below", "New"]);
        assert_eq!((found.already, found.kept.len()), (1, 2));
    }

    #[test]
    fn a_new_folder_that_is_shared_with_others_stays() {
        let mut state = mailbox(&[
            ("INBOX", &[("alice", "lrs")]),
            ("New", &[("alice", "lrs"), ("bob", "lr")]),
            ("Other", &[("alice", "lrs"), ("dave", "lr")]),
        ]);
        for folder in &mut state.folders {
            folder.messages = Some(0);
        }
        let bobs = Change::Entry(Entry {
            folder: "New".to_owned(),
            identifier: "bob".to_owned(),
            before: None,
            after: rights("lr"),
        });
        let found = reversal(&state, &[create("New"), create("Other"), bobs]);
        let going = |change: &&Change| matches!(change, Change::Delete(..));
        let going: Vec<&Change> = found.plan.changes.iter().filter(going).collect();
        assert_eq!(going.len(), 1);
        assert_eq!(going[0].folder().path, "New");
        assert!(found.kept[0].why.contains("shared with dave"));
    }

    #[test]
    fn a_new_mailbox_stays_and_that_is_no_failure() {
        let state = mailbox(&[("INBOX", &[])]);
        let found = reversal(&state, &[create("INBOX")]);
        assert!(found.mailbox_stays && found.is_empty() && found.kept.is_empty());
    }

    #[test]
    fn the_folders_of_identities_stay() {
        let mut state = mailbox(&[("INBOX", &[]), ("Identities", &[])]);
        state.part_identity_folders();
        let stripped = entry("Identities", "lrka", "-");
        let found = reversal(&state, &[create("Identities"), stripped]);
        assert_eq!(found.stay, ["Identities"]);
        assert!(found.is_empty() && found.kept.is_empty());
    }

    #[test]
    fn what_a_folder_of_identities_inherited_goes_though_nobody_wrote_it_down() {
        let state = |own: &[(&str, &str)]| {
            let mut state = mailbox(&[("INBOX", &[("carol", "lrs")]), ("Identities", own)]);
            state.part_identity_folders();
            state
        };
        let is_gone = |found: &Reversal, who: &str| {
            let mut changes = found.plan.changes.iter();
            changes.any(|change| {
                change.is_entry_of(who)
                    && matches!(change, Change::Entry(Entry { after: None, .. }))
            })
        };
        let found = reversal(&state(&[("carol", "lrs")]), &[create("Identities")]);
        assert!(is_gone(&found, "carol") && found.kept.is_empty());
        // It was about to go when the run was killed.
        let taken = Change::Entry(Entry {
            folder: "Identities".to_owned(),
            identifier: "dave".to_owned(),
            before: rights("lra"),
            after: None,
        });
        let found = reversal(
            &state(&[("dave", "lra"), ("bob", "lp"), ("eve", "lrs")]),
            &[create("Identities"), taken],
        );
        assert!(is_gone(&found, "dave") && found.len() == 1);
        // Whoever was given an identity since then keeps it; what nobody can tell is named.
        assert_eq!(found.kept.len(), 1);
        assert_eq!(found.kept[0].identifier.as_deref(), Some("eve"));
    }

    #[test]
    fn many_entries_on_many_folders_take_no_longer_the_more_they_are() {
        let entry = |folder: &String, n: usize| {
            Change::Entry(Entry {
                folder: folder.clone(),
                identifier: format!("person{n}"),
                before: rights("lrs"),
                after: None,
            })
        };
        crate::growth::is_linear(250, |count| {
            let names: Vec<String> = (0..count).map(|n| format!("F{n}")).collect();
            let folders: Vec<(&str, &[(&str, &str)])> =
                names.iter().map(|name| (name.as_str(), &[][..])).collect();
            let state = mailbox(&folders);
            let entries = names
                .iter()
                .flat_map(|name| (0..20).map(move |n| entry(name, n)));
            let done: Vec<Change<String>> = entries.collect();
            let found = reversal(&state, &done);
            assert_eq!(found.len(), 20 * count);
            assert!(crate::decide::lock_out(&state, &found.plan).is_ok());
        });
    }

    #[test]
    fn what_was_deleted_cannot_come_back() {
        let state = mailbox(&[("INBOX", &[])]);
        let gone = Change::Delete(Delete {
            folder: "Old".to_owned(),
            messages: Some(3),
        });
        assert!(
            reversal(&state, &[gone]).kept[0]
                .why
                .contains("cannot come back")
        );
    }

    #[test]
    fn a_folder_gets_its_name_back_and_the_mailbox_itself_no_other() {
        let state = mailbox(&[("INBOX", &[]), ("Bills", &[])]);
        let renamed = |folder: &str, to: &str| {
            Change::Rename(Rename {
                folder: folder.to_owned(),
                to: to.to_owned(),
                whole: false,
            })
        };
        let back = reversal(&state, &[renamed("Invoices", "Bills")]);
        assert!(back.kept.is_empty());
        let [Change::Rename(rename)] = &back.plan.changes[..] else {
            panic!("{back:?}");
        };
        assert_eq!(
            (&*rename.folder.path, &*rename.to.path),
            ("Bills", "Invoices")
        );
        for hostile in [renamed("Old", "INBOX"), renamed("Identities", "Bills")] {
            let back = reversal(&state, &[hostile]);
            assert!(back.plan.is_empty() && back.kept.len() == 1, "{back:?}");
        }
    }
}
