//! The messages that a query means, as a list tells of them.

use super::looking::{AT_ONCE, LONGEST, enter_to_look, folded, in_order, widened};
use super::shared::among;
use super::together::{NUMBERED_ANEW, Narrowed, narrowed};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::{HeaderFields, Refusal, Session, Wanted, Way};
use crate::mail::message::head;
use crate::model::folder::WireName;
use crate::model::matching::matches;
use crate::model::message::Message;
use crate::model::pace::Pace;
use crate::model::pile::Pile;
use crate::model::selection::Query;
use crate::model::state::Folder;
use crate::reach::{Opened, Provider};
use std::collections::HashMap;

/// The messages of a folder that are meant.
#[derive(Clone, Debug, Default)]
pub struct Listed<M = Vec<Message>> {
    /// The identity of its numbering; absent where the server does not tell.
    pub uid_validity: Option<u32>,
    /// They, by their UIDs.
    pub messages: M,
    /// How many are among them that are too long to be read to their end: what was read does not hold the text,
    /// and the rest may.
    pub not_read_to_the_end: u64,
}

/// How the messages of a folder are kept.
trait Shelf: Default + Send {
    fn put(&mut self, message: Message);

    /// They, by their UIDs.
    fn in_order(self) -> Self;
}

impl Shelf for Vec<Message> {
    fn put(&mut self, message: Message) {
        self.push(message);
    }

    fn in_order(self) -> Self {
        in_order(self)
    }
}

impl Shelf for Pile {
    fn put(&mut self, mut message: Message) {
        // It was judged by: of what is kept it would be a tenth.
        message.head.sender = None;
        self.push(&message);
    }

    fn in_order(mut self) -> Self {
        self.sort();
        self
    }
}

/// What takes messages as they come, one folder after the other.
pub(super) trait Fold {
    /// One more of `folder`, in no order.
    fn message(&mut self, folder: &Folder, message: Message);

    /// `folder` is at its end; or why it could not be looked into, or not to its end.
    fn end(&mut self, folder: &Folder, looked: Result<Looked, String>);
}

/// What is told of a folder beside its messages.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Looked {
    /// The identity of its numbering; absent where the server does not tell.
    pub uid_validity: Option<u32>,
    /// As [`Listed::not_read_to_the_end`].
    pub not_read_to_the_end: u64,
}

/// The messages of each of `folders` that `query` means, in their order; a refusal in the server's words.
/// None is marked as read.
///
/// # Errors
/// Whatever the session may meet; a folder that refuses is part of what was found.
pub fn listing(
    opened: &mut Opened,
    folders: &[&Folder],
    query: &Query,
    pace: &Pace,
) -> Result<Vec<Result<Listed, String>>> {
    listed(opened, folders, query, pace)
}

fn listed<M: Shelf>(
    opened: &mut Opened,
    folders: &[&Folder],
    query: &Query,
    pace: &Pace,
) -> Result<Vec<Result<Listed<M>, String>>> {
    let mut lists = Lists::default();
    let session = &mut opened.session;
    let is_by_itself = query.together.is_none() && query.text.is_none();
    if is_by_itself && session.sweeps(&widened(session, query)) {
        for part in folders.chunks(AT_ONCE) {
            swept(session, part, query, pace, &mut lists)?;
        }
    } else {
        fold(opened, folders, query, pace, &mut lists)?;
    }
    Ok(lists.all)
}

/// The same in little room, as there may be very many; several sessions take a part of it where there are many folders.
///
/// # Errors
/// As [`listing`].
pub fn listing_together(
    provider: &Provider,
    opened: &mut Opened,
    folders: &[&Folder],
    query: &Query,
    pace: &Pace,
) -> Result<Vec<Result<Listed<Pile>, String>>> {
    let is_by_itself = query.together.is_none() && query.text.is_none();
    if !is_by_itself || !opened.session.sweeps(&widened(&opened.session, query)) {
        return listed(opened, folders, query, pace);
    }
    let work = |session: &mut Session, part: &[&Folder]| {
        let mut lists = Lists::default();
        swept(session, part, query, pace, &mut lists)?;
        Ok(lists.all)
    };
    let parts = among(provider, opened, folders, AT_ONCE, work)?;
    Ok(parts.into_iter().flatten().collect())
}

/// Selects `folder` again, in which messages were `listed` before; why nobody can go on there.
///
/// # Errors
/// Whatever the session may meet.
pub fn entered_again(
    opened: &mut Opened,
    folder: &Folder,
    listed: &Listed,
) -> Result<Result<(), String>> {
    let selected = opened.session.examine(&folder.wire)?;
    Ok(match selected {
        Ok(selected) if selected.uid_validity == listed.uid_validity => Ok(()),
        Ok(_) => Err(NUMBERED_ANEW.to_owned()),
        Err(refusal) => Err(refusal.to_string()),
    })
}

/// Hands `into` the messages of each of `folders` that `query` means; none is kept, and none marked as read.
///
/// # Errors
/// As [`listing`].
pub(super) fn fold(
    opened: &mut Opened,
    folders: &[&Folder],
    query: &Query,
    pace: &Pace,
    into: &mut dyn Fold,
) -> Result<()> {
    let session = &mut opened.session;
    let wires: Vec<&WireName> = folders.iter().map(|folder| &folder.wire).collect();
    let mut found = narrowed(session, &wires, query, pace)?.map(Vec::into_iter);
    for folder in folders {
        let mut take = |message| into.message(folder, message);
        let found = found.as_mut().and_then(Iterator::next);
        let looked = match found {
            None => looked(session, &folder.wire, query, pace, &mut take)?,
            Some(Ok(found)) => looked_again(session, &folder.wire, &found, pace, &mut take)?,
            Some(Err(why)) => Err(why),
        };
        into.end(folder, looked);
        (pace.tick)(1);
    }
    Ok(())
}

/// Hands `into` the messages of each of `folders` that `query` means, of all of them in one stream: their ends come
/// together.
fn swept<M: Shelf>(
    session: &mut Session,
    folders: &[&Folder],
    query: &Query,
    pace: &Pace,
    into: &mut Lists<M>,
) -> Result<()> {
    pace.must_go_on()?;
    let wires: Vec<&WireName> = folders.iter().map(|folder| &folder.wire).collect();
    let wide = widened(session, query);
    let mut judge = |n: usize, mut message: Message, header: &[u8]| {
        message.head = head(header);
        if let Some(folder) = folders.get(n)
            && matches(query, &message)
        {
            into.message(folder, message);
        }
    };
    let quiet = Pace {
        tick: &|_| {},
        ..*pace
    };
    let wanted = Wanted {
        fields: HeaderFields::Listed,
        way: Way::Look,
        rights: false,
    };
    let all = session.sweep(&wires, &wide, wanted, &quiet, &mut judge)?;
    for (folder, found) in folders.iter().zip(all) {
        let looked = match found {
            Ok(None) => {
                let mut take = |message| into.message(folder, message);
                looked(session, &folder.wire, query, pace, &mut take)?
            }
            Ok(Some(selected)) => Ok(Looked {
                uid_validity: selected.uid_validity,
                not_read_to_the_end: 0,
            }),
            Err(refusal) => Err(refusal.to_string()),
        };
        into.end(folder, looked);
        (pace.tick)(1);
    }
    Ok(())
}

/// All of them.
#[derive(Default)]
struct Lists<M> {
    /// The messages of those that are not at their end.
    current: HashMap<WireName, M>,
    all: Vec<Result<Listed<M>, String>>,
}

impl<M: Shelf> Fold for Lists<M> {
    fn message(&mut self, folder: &Folder, message: Message) {
        if let Some(messages) = self.current.get_mut(&folder.wire) {
            return messages.put(message);
        }
        let messages = self.current.entry(folder.wire.clone()).or_default();
        messages.put(message);
    }

    fn end(&mut self, folder: &Folder, looked: Result<Looked, String>) {
        let messages = self.current.remove(&folder.wire).unwrap_or_default();
        let messages = messages.in_order();
        self.all.push(looked.map(|looked| Listed {
            uid_validity: looked.uid_validity,
            messages,
            not_read_to_the_end: looked.not_read_to_the_end,
        }));
    }
}

/// The message `uid` in `folder`, as it lies there; one that is longer than anybody reads is cut. It is not
/// marked as read.
///
/// # Errors
/// That it is gone, or the server's refusal, and whatever the session may meet.
pub fn whole(opened: &mut Opened, folder: &Folder, uid: u32) -> Result<Vec<u8>> {
    whole_where(opened, folder, None, uid)
}

fn whole_where(
    opened: &mut Opened,
    folder: &Folder,
    uid_validity: Option<u32>,
    uid: u32,
) -> Result<Vec<u8>> {
    let session = &mut opened.session;
    let refused =
        |what: &str, refusal: Refusal| refusal.error(&format!("{what} in {:?}", folder.path));
    let entered = session.examine(&folder.wire)?;
    let entered = entered.map_err(|refusal| refused("EXAMINE", refusal))?;
    if uid_validity.is_some() && entered.uid_validity != uid_validity {
        let what = format!("{:?} numbers its messages anew", folder.path);
        return Err(Error::new(Exit::TryAgain, what));
    }
    let text = session.whole(uid, LONGEST)?;
    let text = text.map_err(|refusal| refused("FETCH", refusal))?;
    text.ok_or_else(|| {
        let what = format!("the message is not in {:?} any more", folder.path);
        Error::new(Exit::NotFound, what)
    })
}

/// The same where the numbering of the folder has the identity `uid_validity` still.
///
/// # Errors
/// As [`whole`], and where it has another one.
pub fn whole_of(
    opened: &mut Opened,
    folder: &Folder,
    (uid_validity, uid): (u32, u32),
) -> Result<Vec<u8>> {
    whole_where(opened, folder, Some(uid_validity), uid)
}

fn looked(
    session: &mut Session,
    wire: &WireName,
    query: &Query,
    pace: &Pace,
    take: &mut dyn FnMut(Message),
) -> Result<Result<Looked, String>> {
    let selected = match enter_to_look(session, wire, pace)? {
        Ok(selected) => selected,
        Err(why) => return Ok(Err(why)),
    };
    // Some refuse to search where nothing is.
    let taken = match selected.messages {
        0 => Ok(0),
        _ => folded(session, query, HeaderFields::Listed, pace, take)?,
    };
    Ok(taken.map(|not_read_to_the_end| Looked {
        uid_validity: selected.uid_validity,
        not_read_to_the_end,
    }))
}

/// The messages that were `found` there a moment ago.
fn looked_again(
    session: &mut Session,
    wire: &WireName,
    found: &Narrowed,
    pace: &Pace,
    take: &mut dyn FnMut(Message),
) -> Result<Result<Looked, String>> {
    let selected = match enter_to_look(session, wire, pace)? {
        Ok(selected) => selected,
        Err(why) => return Ok(Err(why)),
    };
    let taken = match found.query(&selected) {
        Ok(Some(query)) => folded(session, &query, HeaderFields::Listed, pace, take)?,
        Ok(None) => Ok(0),
        Err(why) => Err(why),
    };
    Ok(taken.map(|_| Looked {
        uid_validity: selected.uid_validity,
        not_read_to_the_end: found.not_read_to_the_end,
    }))
}
