//! mail archive --only finished: which conversations go, which stay, and why.

use super::scope::select;
use super::{retaining, transit};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::finished::{Piece, Why, judge};
use crate::model::selection::{Query, Selection};
use crate::model::state::{Folder, Mailbox};
use crate::model::template::Template;
use crate::model::wish::Scope;
use crate::model::words::some;
use crate::observe::Pieces;
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
    /// What was found in `folders`, of which what goes shall go `to` somewhere else.
    ///
    /// # Errors
    /// [`Exit::Refused`] where one of them could not be looked into.
    pub fn new(
        state: &Mailbox,
        selection: &Selection,
        to: &Template,
        folders: &[&Folder],
        found: Pieces,
    ) -> Result<Self> {
        let before = age(selection)?;
        readable(state, folders, &found)?;
        let mut whole: BTreeMap<u32, Vec<Piece>> = BTreeMap::new();
        for mut piece in found.all {
            let Some(folder) = folders.get(piece.folder) else {
                continue;
            };
            piece.is_ours = retaining::is_for_sent(folder);
            piece.is_draft |= retaining::is_for_drafts(folder);
            whole.entry(piece.conversation).or_default().push(piece);
        }
        let mut finished = Self::default();
        for pieces in whole.values() {
            let leaves = |piece: &&Piece| {
                let folder = folders.get(piece.folder);
                folder.is_some_and(|folder| transit::leaves(folder, selection, to))
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
        let first = pieces.iter().min_by_key(|piece| piece.moment);
        self.conversations.push(Conversation {
            subject: first.map(|piece| piece.subject.clone()).unwrap_or_default(),
            last: pieces.iter().filter_map(|piece| piece.day).max(),
            why,
            messages,
            bytes: leaving.iter().map(|piece| piece.size).sum(),
        });
    }
}

/// Refuses to judge what was not read: the last message may lie there.
fn readable(state: &Mailbox, folders: &[&Folder], found: &Pieces) -> Result<()> {
    let each = folders.iter().zip(&found.folders);
    let unread: Vec<(String, &String)> = each
        .filter_map(|(folder, found)| Some((format!("{:?}", folder.path), found.as_ref().err()?)))
        .collect();
    let Some((_, why)) = unread.first() else {
        return Ok(());
    };
    let paths: Vec<String> = unread.iter().map(|(path, _)| path.clone()).collect();
    let what = format!(
        "which conversations are finished is not known: {} could not be looked into: {why}",
        some(&paths)
    );
    let error = Error::new(Exit::Refused, what).about(&state.name);
    Err(error.hint("--folder FOLDER names the folders that are looked into"))
}
