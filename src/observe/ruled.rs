//! Which messages the rules of a mailbox take, by what their headers say.

use super::listing::{Listed, entered_again, listing};
use super::looking::{LONGEST, enter_to_look, not_known};
use crate::error::Result;
use crate::imap::{HeaderFields, LONGEST_HEADER};
use crate::mail::body;
use crate::mail::message::{fields, head};
use crate::model::message::Message;
use crate::model::pace::Pace;
use crate::model::rule::{Facts, Rule, Rules, taken};
use crate::model::selection::Query;
use crate::model::state::Folder;
use crate::model::uids::Uids;
use crate::reach::Opened;
use mail_parser::MessageParser;

/// What the rules make of the messages of a folder.
#[derive(Clone, Debug, Default)]
pub struct Ruled {
    /// The identity of its numbering; absent where the server does not tell.
    pub uid_validity: Option<u32>,
    /// Those that were meant.
    pub found: Uids,
    /// Those of them that were judged.
    pub judged: Uids,
    /// How many of them were judged before, and are not again.
    pub before: u64,
    /// Those that a rule takes, by their UIDs, each with the names of the rules that do.
    pub taken: Vec<(Message, Vec<String>)>,
    /// How many could not be judged: they are longer than anybody reads.
    pub not_judged: u64,
}

/// The messages of a folder that were judged before, by its path and the identity of its numbering.
pub type Before<'a> = dyn Fn(&str, u32) -> Uids + 'a;

/// What `rules` make of the messages of each of `folders` that `query` means, in their order, but for those that were
/// judged `before`; a refusal in the server's words. None is marked as read.
///
/// # Errors
/// Whatever the session may meet; a folder that refuses is part of what was found.
pub fn ruled(
    opened: &mut Opened,
    folders: &[&Folder],
    query: &Query,
    rules: &Rules,
    before: &Before,
    pace: &Pace,
) -> Result<Vec<Result<Ruled, String>>> {
    let quiet = Pace {
        tick: &|_| {},
        ..*pace
    };
    // What servers understand as people do needs no look at each message.
    let listed = match query.is_judged() {
        true => Some(listing(opened, folders, query, &quiet)?),
        false => None,
    };
    let mut listed = listed.map(Vec::into_iter);
    let mut all = Vec::with_capacity(folders.len());
    for folder in folders {
        let entered = match listed.as_mut().and_then(Iterator::next) {
            Some(listed) => entered_with(opened, folder, listed)?,
            None => entered(opened, folder, query, &quiet)?,
        };
        all.push(match entered {
            Ok((found, uid_validity)) => {
                let before = uid_validity.map(|own| before(&folder.path, own));
                let rest = found.but(&before.unwrap_or_default());
                let ruled = Ruled {
                    uid_validity,
                    before: found.len() - rest.len(),
                    found,
                    ..Ruled::default()
                };
                judged(opened, &rest, ruled, rules, &quiet)?
            }
            Err(why) => Err(why),
        });
        (pace.tick)(1);
    }
    Ok(all)
}

/// The messages of a folder, and the identity of its numbering.
type Entered = Result<(Uids, Option<u32>), String>;

/// Looks into `folder` for what was `listed` there before.
fn entered_with(
    opened: &mut Opened,
    folder: &Folder,
    listed: Result<Listed, String>,
) -> Result<Entered> {
    let listed = match listed {
        Ok(listed) if listed.not_read_to_the_end > 0 => {
            return Ok(Err(not_known(listed.not_read_to_the_end)));
        }
        Ok(listed) => listed,
        Err(why) => return Ok(Err(why)),
    };
    let uids = listed.messages.iter().map(|message| message.uid).collect();
    let entered = entered_again(opened, folder, &listed)?;
    Ok(entered.map(|()| (uids, listed.uid_validity)))
}

/// Looks into `folder` for what `query` means, as the server finds it.
fn entered(opened: &mut Opened, folder: &Folder, query: &Query, pace: &Pace) -> Result<Entered> {
    let session = &mut opened.session;
    let selected = match enter_to_look(session, &folder.wire, pace)? {
        Ok(selected) => selected,
        Err(why) => return Ok(Err(why)),
    };
    // Some refuse to search where nothing is.
    if selected.messages == 0 {
        return Ok(Ok((Uids::default(), selected.uid_validity)));
    }
    let found = session.find(query)?;
    let found = found.map_err(|refusal| refusal.to_string());
    Ok(found.map(|uids| (uids, selected.uid_validity)))
}

fn judged(
    opened: &mut Opened,
    uids: &Uids,
    mut ruled: Ruled,
    rules: &Rules,
    pace: &Pace,
) -> Result<Result<Ruled, String>> {
    let mut names = rules.fields();
    // By these a message is told.
    names.extend(["from", "subject", "message-id"].map(str::to_owned));
    let names: Vec<String> = names.into_iter().collect();
    let asked = names.join(" ").to_ascii_uppercase();
    let mut judged = Vec::new();
    for part in uids.parts(WAITING, usize::MAX) {
        // The texts can be asked for when the headers have come.
        let mut waiting = Vec::new();
        let mut take = |mut message: Message, header: &[u8]| {
            if header.len() >= LONGEST_HEADER {
                ruled.not_judged += 1;
                return;
            }
            let facts = Facts {
                fields: fields(header),
                size: message.size,
                texts: None,
            };
            message.head = head(header);
            match taken(rules, &facts) {
                Some(takers) => {
                    judged.push(message.uid);
                    ruled.taken.extend(by(message, &takers));
                }
                None => waiting.push((message, facts)),
            }
        };
        let asked = HeaderFields::Named(&asked);
        let told = opened.session.summaries(&part, asked, pace, &mut take)?;
        if let Err(refusal) = told {
            return Ok(Err(refusal.to_string()));
        }
        for (message, mut facts) in waiting {
            match texts_of(opened, message.uid)? {
                Ok(Text::Gone) => continue,
                Ok(Text::TooLong) => {
                    ruled.not_judged += 1;
                    continue;
                }
                Ok(Text::Read(texts)) => facts.texts = Some(texts),
                Err(why) => return Ok(Err(why)),
            }
            if let Some(takers) = taken(rules, &facts) {
                judged.push(message.uid);
                ruled.taken.extend(by(message, &takers));
            }
        }
    }
    ruled.judged = judged.into_iter().collect();
    ruled.taken.sort_by_key(|(message, _)| message.uid);
    Ok(Ok(ruled))
}

/// So many messages wait at once for their text to be read.
const WAITING: u32 = 8_000;

/// `message` with those who take it, where anybody does.
fn by(message: Message, takers: &[&Rule]) -> Option<(Message, Vec<String>)> {
    let names = takers.iter().map(|rule| rule.name.clone());
    (!takers.is_empty()).then(|| (message, names.collect()))
}

/// What came of a message whose text was asked for.
enum Text {
    Gone,
    TooLong,
    Read(Vec<String>),
}

fn texts_of(opened: &mut Opened, uid: u32) -> Result<Result<Text, String>> {
    let text = match opened.session.whole(uid, LONGEST)? {
        Ok(Some(text)) => text,
        Ok(None) => return Ok(Ok(Text::Gone)),
        Err(refusal) => return Ok(Err(refusal.to_string())),
    };
    if text.len() >= LONGEST {
        return Ok(Ok(Text::TooLong));
    }
    let parsed = MessageParser::default().parse(&text);
    Ok(Ok(Text::Read(
        parsed.map_or_else(Vec::new, |parsed| body::texts(&parsed)),
    )))
}
