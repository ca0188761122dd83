//! mail archive --only finished, and policies that say so: which conversations go, which stay, and why.

use super::scope::select;
use super::{retaining, transit};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::finished::{Piece, Why, judge};
use crate::model::retention::{Only, Policies};
use crate::model::selection::{Query, Selection};
use crate::model::state::{Folder, Mailbox};
use crate::model::target::{self, Storage, Target};
use crate::model::template::Template;
use crate::model::wish::Scope;
use crate::model::words::some;
use crate::observe::{Aged, Pieces};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// What the conversations of a mailbox come to.
#[derive(Clone, Debug, Default)]
pub struct Finished {
    /// The messages that go, by the folder in which they lie, with the identity of its numbering.
    pub going: BTreeMap<String, (u32, BTreeSet<u32>)>,
    /// Each conversation of which something might go.
    pub conversations: Vec<Conversation>,
}

/// A conversation, and what becomes of it.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// The subject of its first message.
    pub subject: String,
    /// The day of its last message.
    pub last: Option<NaiveDate>,
    /// Why it goes or stays.
    pub why: Why,
    /// Each message that lies where mail goes out, by the folder and its UID.
    pub messages: Vec<(String, u32)>,
    /// How long those are, in bytes.
    pub bytes: u64,
}

/// The day before which the last message of a conversation came that `selection` means.
///
/// # Errors
/// [`Exit::Usage`] where it is not said, or where messages are chosen one by one.
pub fn age(selection: &Selection) -> Result<NaiveDate> {
    let query = &selection.query;
    let others = Query {
        before: None,
        ..query.clone()
    };
    if !others.is_everything() || !selection.labels.is_empty() {
        let what =
            "--only finished is about whole conversations, and takes no other choice of messages";
        let hint = "say --before and, if need be, --folder alone";
        return Err(Error::new(Exit::Usage, what).hint(hint));
    }
    query.before.ok_or_else(|| {
        let what = "--only finished has to be told how old the last message is";
        Error::new(Exit::Usage, what).hint("add --before 1y")
    })
}

/// The folders of `state` that are looked into for conversations: where all are meant, all but Trash and Junk.
///
/// # Errors
/// Where a folder is not there.
pub fn looked_into<'s>(state: &'s Mailbox, selection: &Selection) -> Result<Vec<&'s Folder>> {
    let folders = select(state, &selection.folders)?.into_iter();
    let is_meant = |folder: &&Folder| {
        selection.folders != Scope::Every
            || !transit::is_passing(folder)
            || retaining::is_for_drafts(folder)
    };
    Ok(folders.filter(is_meant).collect())
}

impl Finished {
    /// What was found in `folders`, of which what goes shall go `to` other folders, or out of the mailbox.
    ///
    /// # Errors
    /// [`Exit::Refused`] where one of them could not be looked into.
    pub fn new(
        state: &Mailbox,
        selection: &Selection,
        to: Option<&Template>,
        folders: &[&Folder],
        found: Pieces,
    ) -> Result<Self> {
        let before = age(selection)?;
        readable(folders, &found).map_err(|what| {
            let error = Error::new(Exit::Refused, what).about(&state.name);
            error.hint("--folder FOLDER names the folders that are looked into")
        })?;
        let mut finished = Self::default();
        for pieces in whole(folders, found.all).values() {
            let leaves = |piece: &&Piece| {
                let folder = folders.get(piece.folder);
                folder.is_some_and(|folder| match to {
                    Some(to) => transit::leaves(folder, selection, to),
                    None => transit::is_source(selection, folder),
                })
            };
            let leaving: Vec<&Piece> = pieces.iter().filter(leaves).collect();
            if !leaving.is_empty() {
                finished.add(folders, &found.folders, pieces, &leaving, before);
            }
        }
        // The oldest first, as they went quiet.
        finished.conversations.sort_by_key(|one| one.last);
        Ok(finished)
    }

    /// Has only what is largest and oldest go, until the mailbox uses no more than `target` says.
    pub fn limit(&mut self, target: Target, storage: Storage, today: NaiveDate) {
        let finished = self.conversations.iter_mut();
        let mut finished: Vec<&mut Conversation> =
            finished.filter(|one| one.why == Why::Finished).collect();
        let piece = |one: &&mut Conversation| target::Piece {
            bytes: one.bytes,
            day: one.last,
        };
        let pieces: Vec<target::Piece> = finished.iter().map(piece).collect();
        let chosen = target.chosen(&pieces, storage, today);
        let spared = finished.iter_mut().zip(chosen).filter(|(_, goes)| !goes);
        for (one, _) in spared {
            one.why = Why::Spared;
            for (folder, uid) in &one.messages {
                if let Some((_, uids)) = self.going.get_mut(folder) {
                    uids.remove(uid);
                }
            }
        }
    }

    fn add(
        &mut self,
        folders: &[&Folder],
        validities: &[Result<u32, String>],
        pieces: &[Piece],
        leaving: &[&Piece],
        before: NaiveDate,
    ) {
        let why = judge(&pieces.iter().collect::<Vec<_>>(), before);
        let mut messages = Vec::new();
        for piece in leaving {
            let (Some(folder), Some(Ok(validity))) =
                (folders.get(piece.folder), validities.get(piece.folder))
            else {
                continue;
            };
            messages.push((folder.path.clone(), piece.uid));
            if why == Why::Finished {
                let going = self.going.entry(folder.path.clone());
                let (_, uids) = going.or_insert_with(|| (*validity, BTreeSet::new()));
                uids.insert(piece.uid);
            }
        }
        self.conversations.push(Conversation {
            messages,
            ..Conversation::of(pieces, leaving, why)
        });
    }
}

impl Conversation {
    /// That of `pieces`, of which those `leaving` lie where mail goes out.
    fn of(pieces: &[Piece], leaving: &[&Piece], why: Why) -> Self {
        let first = pieces.iter().min_by_key(|piece| piece.moment);
        Self {
            subject: first.map(|piece| piece.subject.clone()).unwrap_or_default(),
            last: pieces.iter().filter_map(|piece| piece.day).max(),
            why,
            messages: Vec::new(),
            bytes: leaving.iter().map(|piece| piece.size).sum(),
        }
    }
}

/// Refuses to judge what was not read: the last message may lie there.
fn readable(folders: &[&Folder], found: &Pieces) -> Result<(), String> {
    let each = folders.iter().zip(&found.folders);
    let unread: Vec<(String, &String)> = each
        .filter_map(|(folder, found)| Some((format!("{:?}", folder.path), found.as_ref().err()?)))
        .collect();
    let Some((_, why)) = unread.first() else {
        return Ok(());
    };
    let paths: Vec<String> = unread.iter().map(|(path, _)| path.clone()).collect();
    Err(format!(
        "which conversations are finished is not known: {} could not be looked into: {why}",
        some(&paths)
    ))
}

/// The messages of each conversation, with what their folders say of them.
fn whole(folders: &[&Folder], all: Vec<Piece>) -> BTreeMap<u32, Vec<Piece>> {
    let mut whole: BTreeMap<u32, Vec<Piece>> = BTreeMap::new();
    for mut piece in all {
        let Some(folder) = folders.get(piece.folder) else {
            continue;
        };
        piece.is_ours = retaining::is_for_sent(folder);
        piece.is_draft |= retaining::is_for_drafts(folder);
        whole.entry(piece.conversation).or_default().push(piece);
    }
    // Where the server cannot move, a run that broke off leaves copies in the archive of what it took out of Sent.
    let copy = |piece: &Piece| (piece.own, piece.size, piece.moment);
    for pieces in whole.values_mut() {
        let ours = pieces.iter().filter(|piece| piece.is_ours);
        let ours: BTreeSet<_> = ours.map(copy).collect();
        for piece in pieces.iter_mut() {
            piece.is_ours |= ours.contains(&copy(piece));
        }
    }
    whole
}

/// The folders that are looked into for conversations where one of `policies` takes only what is finished: all but
/// Trash and Junk, and those that such a policy is about; none where no policy asks.
pub fn asked_about<'s>(state: &'s Mailbox, policies: &Policies) -> Vec<&'s Folder> {
    let asks = |folder: &Folder| {
        let policy = policies.of(&folder.path);
        policy.is_some_and(|policy| policy.only == Some(Only::Finished))
    };
    if !state.folders.iter().any(asks) {
        return Vec::new();
    }
    let is_meant = |folder: &&Folder| {
        !transit::is_passing(folder) || retaining::is_for_drafts(folder) || asks(folder)
    };
    state.folders.iter().filter(is_meant).collect()
}

/// Tells each message of `folders`, of which a policy takes only what is finished, what becomes of its conversation, as
/// it was `found` in those that were `looked` into; each such conversation.
pub fn told(
    policies: &Policies,
    folders: &mut [(&Folder, Result<Aged, String>)],
    looked: &[&Folder],
    found: Pieces,
    today: NaiveDate,
) -> Vec<Conversation> {
    let readable = readable(looked, &found);
    let (validities, whole) = (found.folders, whole(looked, found.all));
    let mut conversations = Vec::new();
    for (folder, aged) in folders {
        let policy = policies.of(&folder.path);
        let policy = policy.filter(|policy| policy.only == Some(Only::Finished));
        let (Some(policy), Ok(ages)) = (policy, &mut *aged) else {
            continue;
        };
        let at = looked.iter().position(|one| one.path == folder.path);
        let validity = at.and_then(|at| validities.get(at));
        if let Err(why) = &readable {
            *aged = Err(format!("({why})"));
        } else if validity.is_some_and(|validity| *validity == Ok(ages.uid_validity)) {
            let before = policy.after.before(today);
            let of = |pieces: &Vec<Piece>| told_of(folder, at, pieces, ages, before);
            conversations.extend(whole.values().filter_map(of));
        } else {
            *aged = Err("(it numbers its messages anew since it was looked at)".to_owned());
        }
    }
    conversations.sort_by_key(|one| one.last);
    conversations
}

/// What becomes of the conversation of `pieces`, told to each that lies in `folder`, where any does.
fn told_of(
    folder: &Folder,
    at: Option<usize>,
    pieces: &[Piece],
    ages: &mut Aged,
    before: NaiveDate,
) -> Option<Conversation> {
    let here = pieces.iter().filter(|piece| Some(piece.folder) == at);
    let here: Vec<&Piece> = here.collect();
    if here.is_empty() {
        return None;
    }
    let why = judge(&pieces.iter().collect::<Vec<_>>(), before);
    for piece in &here {
        let item = ages.items.binary_search_by_key(&piece.uid, |item| item.uid);
        if let Some(item) = item.ok().and_then(|at| ages.items.get_mut(at)) {
            item.conversation = Some(why.clone());
        }
    }
    Some(Conversation {
        messages: here
            .iter()
            .map(|piece| (folder.path.clone(), piece.uid))
            .collect(),
        ..Conversation::of(pieces, &here, why)
    })
}
