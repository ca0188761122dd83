//! What the messages of folders say of whether their conversations are finished.

use super::looking::enter_to_look;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::{HeaderFields, LONGEST_HEADER, Session};
use crate::mail::message::{fields, head, names};
use crate::model::conversations::{Conversations, TooMany};
use crate::model::dated::Dated;
use crate::model::finished::Piece;
use crate::model::message::Message;
use crate::model::pace::Pace;
use crate::model::retention::Holds;
use crate::model::rule::Facts;
use crate::model::selection::Query;
use crate::model::state::Folder;
use crate::reach::Opened;
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// The messages of folders.
#[derive(Clone, Debug, Default)]
pub struct Pieces {
    /// Of each folder why it could not be looked into; else the identity of its numbering.
    pub folders: Vec<Result<u32, String>>,
    /// The messages, of which those of one conversation have one number.
    pub all: Vec<Piece>,
}

/// The messages of `folders`, as it is `now`, of which `holds` keep some. Who sent them is not known by that. None is
/// marked as read.
///
/// # Errors
/// Whatever the session may meet; [`Exit::BadInput`] where there are more messages than can be told apart.
pub fn pieces(
    opened: &mut Opened,
    folders: &[&Folder],
    holds: &Holds,
    now: DateTime<Utc>,
    pace: &Pace,
) -> Result<Pieces> {
    let mut known = Conversations::default();
    let mut pieces = Pieces::default();
    let eyes = Look { holds, now, pace };
    for (n, folder) in folders.iter().enumerate() {
        let before = pieces.all.len();
        let found = eyes.look(&mut opened.session, folder, &mut known, &mut pieces.all)?;
        for piece in pieces.all.iter_mut().skip(before) {
            piece.folder = n;
        }
        pieces.folders.push(found);
        (pace.tick)(1);
    }
    for piece in &mut pieces.all {
        piece.own = piece.conversation;
        piece.conversation = known.whole(piece.conversation);
    }
    Ok(pieces)
}

struct Look<'a> {
    holds: &'a Holds,
    now: DateTime<Utc>,
    pace: &'a Pace<'a>,
}

impl Look<'_> {
    fn look(
        &self,
        session: &mut Session,
        folder: &Folder,
        known: &mut Conversations,
        all: &mut Vec<Piece>,
    ) -> Result<Result<u32, String>> {
        let selected = match enter_to_look(session, &folder.wire, self.pace)? {
            Ok(selected) => selected,
            Err(why) => return Ok(Err(why)),
        };
        let Some(uid_validity) = selected.uid_validity else {
            let why = "(no UIDVALIDITY: nobody could tell its messages apart later)";
            return Ok(Err(why.to_owned()));
        };
        // Some refuse to search where nothing is.
        if selected.messages == 0 {
            return Ok(Ok(uid_validity));
        }
        let uids = match session.find(&Query::default())? {
            Ok(uids) => uids,
            Err(refusal) => return Ok(Err(refusal.to_string())),
        };
        let asked = self.fields();
        let mut is_too_many = false;
        let mut take = |message: Message, header: &[u8]| match self.piece(message, header, known) {
            Ok(piece) => all.push(piece),
            Err(TooMany) => is_too_many = true,
        };
        let quiet = Pace {
            tick: &|_| {},
            ..*self.pace
        };
        let told = session.summaries(&uids, HeaderFields::Named(&asked), &quiet, &mut take)?;
        if is_too_many {
            let what = "there are more messages than conversations can be told of";
            let error = Error::new(Exit::BadInput, what);
            return Err(error.hint("--folder FOLDER names the folders that are looked into"));
        }
        Ok(told.map(|()| uid_validity).map_err(|why| why.to_string()))
    }

    /// The header fields that are asked for.
    fn fields(&self) -> String {
        let held = self.holds.fields(self.now.date_naive());
        let own = ["message-id", "in-reply-to", "references", "date", "subject"];
        let names: BTreeSet<&str> = held.iter().map(String::as_str).chain(own).collect();
        let names: Vec<&str> = names.into_iter().collect();
        names.join(" ").to_ascii_uppercase()
    }

    fn piece(
        &self,
        mut message: Message,
        header: &[u8],
        known: &mut Conversations,
    ) -> Result<Piece, TooMany> {
        message.head = head(header);
        let dated = Dated::of(&message, self.now);
        let written = message.head.written.filter(|_| !dated.is_future);
        let facts = Facts {
            fields: match self.holds.is_empty() {
                true => Vec::new(),
                false => fields(header),
            },
            size: message.size,
            texts: None,
        };
        Ok(Piece {
            conversation: known.add(names(header).iter().map(String::as_str))?,
            own: 0,
            folder: 0,
            uid: message.uid,
            size: message.size,
            moment: message.arrived.max(written).map(|moment| moment.to_utc()),
            day: dated.day,
            is_ours: false,
            is_draft: message.has("\\Draft"),
            is_answered: message.has("\\Answered"),
            is_flagged: message.has("\\Flagged"),
            holds: self.holds.keeping(&facts, self.now.date_naive()),
            is_doubtful: header.len() >= LONGEST_HEADER,
            subject: message.head.subject,
        })
    }
}
