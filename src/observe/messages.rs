//! Messages of a mailbox: those that are meant, and the labels that all of them carry.

use super::looking::{judged, not_known};
use super::together::{Narrowed, narrowed};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::{Selected, Session};
use crate::model::dated::Dated;
use crate::model::folder::WireName;
use crate::model::label::{Keyword, Permits};
use crate::model::message::Message;
use crate::model::messages::{Aim, Lie, Lying, Meant, Removal};
use crate::model::pace::Pace;
use crate::model::selection::Query;
use crate::model::state::Folder;
use crate::model::uids::Uids;
use crate::reach::Opened;
use chrono::Utc;
use std::collections::BTreeMap;

/// The most keywords of one folder that are told apart.
const MOST_KEYWORDS: usize = 10_000;

/// What a folder holds, label by label.
#[derive(Clone, Debug)]
pub struct Carried {
    /// How many messages it holds.
    pub messages: u64,
    /// Which flags it keeps.
    pub permits: Permits,
    /// How many messages carry each keyword, as the first of them spells it.
    pub keywords: BTreeMap<String, u64>,
}

/// Looks for the messages that are `meant`; what was found, in the same order.
///
/// # Errors
/// Whatever the session may meet; a folder that refuses is part of what was found.
pub fn messages(opened: &mut Opened, meant: &[Meant], pace: &Pace) -> Result<Vec<Lie>> {
    let session = &mut opened.session;
    let mut all = Vec::with_capacity(meant.len());
    // What is meant together is looked for together.
    for alike in meant.chunk_by(|one, other| one.query == other.query) {
        let wires: Vec<&WireName> = alike.iter().map(|one| &one.place.wire).collect();
        let query = alike.first().map(|one| &one.query);
        let found = match query {
            Some(query) => narrowed(session, &wires, query, pace)?,
            None => None,
        };
        let mut found = found.map(Vec::into_iter);
        for one in alike {
            let lying = match found.as_mut().and_then(Iterator::next) {
                None => look(session, one, None, pace)?,
                Some(Ok(found)) => look(session, one, Some(&found), pace)?,
                Some(Err(why)) => Err(why),
            };
            all.push(Lie {
                place: one.place.clone(),
                found: lying,
            });
            (pace.tick)(1);
        }
    }
    Ok(all)
}

/// Looks into one folder, where those are meant that were `found` there a moment ago, if anything was looked for.
fn look(
    session: &mut Session,
    meant: &Meant,
    found: Option<&Narrowed>,
    pace: &Pace,
) -> Result<Result<Lying, String>> {
    let Meant { place, query, aim } = meant;
    if let Aim::Receive = aim {
        let lacks = lacking(session, &place.wire, "i")?;
        return Ok(Ok(Lying {
            lacks,
            ..Lying::default()
        }));
    }
    let selected = match enter(session, &place.wire, pace)? {
        Ok(selected) => selected,
        Err(why) => return Ok(Err(why)),
    };
    let Some(uid_validity) = selected.uid_validity else {
        let why = "(no UIDVALIDITY: nobody could tell its messages apart later)";
        return Ok(Err(why.to_owned()));
    };
    let narrow = match found {
        None => Some(query.clone()),
        Some(found) if found.not_read_to_the_end > 0 => {
            return Ok(Err(not_known(found.not_read_to_the_end)));
        }
        Some(found) => match found.query(&selected) {
            Ok(query) => query,
            Err(why) => return Ok(Err(why)),
        },
    };
    let (label, set) = match aim {
        Aim::Label { label, set } => (label, *set),
        Aim::Leave | Aim::Receive => {
            let narrow = narrow.filter(|_| selected.messages > 0);
            let all = match narrow {
                None => Vec::new(),
                Some(query) => match judged(session, &query, pace)? {
                    Ok(messages) => messages,
                    Err(why) => return Ok(Err(why)),
                },
            };
            return leaving(session, &place.wire, uid_validity, &all).map(Ok);
        }
    };
    // Some refuse to search where nothing is.
    let found = match (selected.messages, &narrow) {
        (0, _) | (_, None) => Ok((Uids::default(), Uids::default())),
        (_, Some(query)) if found.is_some() || query.is_judged() => {
            let messages = judged(session, query, pace)?;
            messages.map(|messages| apart(&messages, label, set))
        }
        (_, Some(_)) => searched(session, &meant.query, label, set)?,
    };
    let (all, pending) = match found {
        Ok(found) => found,
        Err(why) => return Ok(Err(why)),
    };
    let is_kept = selected.permits.keeps(label) || pending.is_empty();
    let lacks_w = !is_kept && {
        let rights = session.my_rights_on(&place.wire)?;
        rights.is_some_and(|rights| !rights.has('w'))
    };
    Ok(Ok(Lying {
        uid_validity,
        permits: selected.permits,
        lacks_w,
        all,
        pending,
        ..Lying::default()
    }))
}

/// `messages`, which shall leave the folder.
fn leaving(
    session: &mut Session,
    wire: &WireName,
    uid_validity: u32,
    messages: &[Message],
) -> Result<Lying> {
    let now = Utc::now();
    let dated: Vec<Dated> = messages.iter().map(|one| Dated::of(one, now)).collect();
    let all: Uids = dated.iter().map(|one| one.uid).collect();
    // Where nothing goes, nothing is lacking.
    let lacks = match all.is_empty() {
        true => String::new(),
        false => lacking(session, wire, "te")?,
    };
    Ok(Lying {
        uid_validity,
        pending: all.clone(),
        all,
        dated,
        lacks,
        moves: session.moves() || session.removes_exactly(),
        removal: removal(session),
        ..Lying::default()
    })
}

fn removal(session: &Session) -> Removal {
    let is_labelling = session.capabilities().has("X-GM-EXT-1") && session.moves();
    match (is_labelling, session.removes_exactly()) {
        (true, _) => Removal::IntoTrash,
        (false, true) => Removal::Exactly,
        (false, false) => Removal::Never,
    }
}

/// Those of the rights `needed` that this session lacks on the folder, where its server has rights. `d` of
/// RFC 2086 is `t` and `e` (RFC 4314, section 2.1.1).
pub(super) fn lacking(session: &mut Session, wire: &WireName, needed: &str) -> Result<String> {
    if !session.capabilities().has("ACL") {
        return Ok(String::new());
    }
    let Some(rights) = session.my_rights_on(wire)? else {
        return Ok(String::new());
    };
    let is_old = session.capabilities().values("RIGHTS=").next().is_none();
    let has = |letter: char| rights.has(letter) || is_old && letter != 'i' && rights.has('d');
    Ok(needed.chars().filter(|letter| !has(*letter)).collect())
}

/// The UIDs of `messages`, and of those that do not carry `label` as they shall.
fn apart(messages: &[Message], label: &Keyword, set: bool) -> (Uids, Uids) {
    let pending = messages
        .iter()
        .filter(|message| message.carries(label) != set);
    (
        messages.iter().map(|message| message.uid).collect(),
        pending.map(|message| message.uid).collect(),
    )
}

/// The same by the server's own search, where it cannot mean anything else than people do.
fn searched(
    session: &mut Session,
    query: &Query,
    label: &Keyword,
    set: bool,
) -> Result<Result<(Uids, Uids), String>> {
    let all = match session.find(query)? {
        Ok(all) if !all.is_empty() => all,
        Ok(none) => return Ok(Ok((none, Uids::default()))),
        Err(refusal) => return Ok(Err(refusal.to_string())),
    };
    let found = session.find(&query.labelled(label, !set))?;
    Ok(match found {
        // What came in between is not what was found.
        Ok(found) => {
            let pending = found.iter().filter(|uid| all.contains(*uid)).collect();
            Ok((all, pending))
        }
        Err(refusal) => Err(refusal.to_string()),
    })
}

/// Which keywords the messages of each of `folders` carry, in their order; a refusal in the server's
/// words.
///
/// # Errors
/// As [`messages`].
pub fn keywords(
    opened: &mut Opened,
    folders: &[&Folder],
    pace: &Pace,
) -> Result<Vec<Result<Carried, String>>> {
    let mut all = Vec::with_capacity(folders.len());
    for folder in folders {
        all.push(carried(&mut opened.session, &folder.wire, pace)?);
        (pace.tick)(1);
    }
    Ok(all)
}

fn carried(session: &mut Session, wire: &WireName, pace: &Pace) -> Result<Result<Carried, String>> {
    let selected = match enter(session, wire, pace)? {
        Ok(selected) => selected,
        Err(why) => return Ok(Err(why)),
    };
    // By small letters: they are the same in any case.
    let mut counted: BTreeMap<String, (String, u64)> = BTreeMap::new();
    let mut is_too_many = false;
    let mut take = |_: u32, flags: &[&str]| {
        for flag in flags.iter().filter(|flag| !flag.starts_with('\\')) {
            let key = flag.to_ascii_lowercase();
            if let Some((_, count)) = counted.get_mut(&key) {
                *count += 1;
            } else if counted.len() < MOST_KEYWORDS {
                counted.insert(key, ((*flag).to_owned(), 1));
            } else {
                is_too_many = true;
            }
        }
    };
    if selected.messages > 0
        && let Err(refusal) = session.flags("1:*", &mut take)?
    {
        return Ok(Err(refusal.to_string()));
    }
    if is_too_many {
        let why = format!("(its messages carry more than {MOST_KEYWORDS} keywords)");
        return Ok(Err(why));
    }
    Ok(Ok(Carried {
        messages: selected.messages,
        permits: selected.permits,
        keywords: counted.into_values().collect(),
    }))
}

/// SELECT, as EXAMINE does not tell what a folder keeps.
fn enter(session: &mut Session, wire: &WireName, pace: &Pace) -> Result<Result<Selected, String>> {
    if pace.stopped() {
        return Err(Error::new(Exit::Interrupted, "interrupted"));
    }
    let selected = session.select(wire)?;
    Ok(selected.map_err(|refusal| refusal.to_string()))
}
