//! Messages of a mailbox: those that are meant, and the labels that all of them carry.

use super::looking::{AT_ONCE, judged, not_known, widened};
use super::shared::{Help, idle, shared};
use super::together::{Narrowed, narrowed};
use super::twins::twins;
use crate::error::Result;
use crate::imap::{HeaderFields, Selected, Session, Wanted, Way};
use crate::mail::message::head;
use crate::model::dated::Dated;
use crate::model::folder::WireName;
use crate::model::label::{Keyword, Permits};
use crate::model::matching::matches;
use crate::model::message::Message;
use crate::model::messages::{Aim, Lie, Lying, Meant, Removal};
use crate::model::pace::Pace;
use crate::model::rights::Rights;
use crate::model::selection::Query;
use crate::model::state::Folder;
use crate::model::uids::Uids;
use crate::reach::Opened;
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

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

/// Looks for the messages that are `meant`; what was found, in the same order. Where one does not have to do with
/// another, more sessions that `help` opens look into other folders meanwhile; they stay with the mailbox.
///
/// # Errors
/// Whatever the session may meet; a folder that refuses is part of what was found.
pub fn messages(
    opened: &mut Opened,
    meant: &[Meant],
    help: &Help<'_>,
    pace: &Pace,
) -> Result<Vec<Lie>> {
    let is_apart = meant.iter().all(|one| one.query.together.is_none());
    if help.hands < 2 || !is_apart {
        return looked(&mut opened.session, meant, pace);
    }
    let parts: Vec<&[Meant]> = meant.chunks(meant.len().div_ceil(help.hands)).collect();
    let idle = idle(opened);
    let Opened { session, reach, .. } = opened;
    let look = |session: &mut Session, part: &&[Meant]| looked(session, part, pace);
    let open = || idle.take().or_else(|| (help.open)(reach));
    let (found, more) = shared(session, &parts, help.hands, open, look)?;
    opened.more = more;
    let mut all = Vec::with_capacity(meant.len());
    for (part, lies) in parts.into_iter().zip(found) {
        all.extend(match lies {
            Some(lies) => lies,
            // Whoever took it came to nothing.
            None => looked(&mut opened.session, part, pace)?,
        });
    }
    Ok(all)
}

fn looked(session: &mut Session, meant: &[Meant], pace: &Pace) -> Result<Vec<Lie>> {
    let mut all = Vec::with_capacity(meant.len());
    // What is meant together is looked for together.
    let is_alike = |one: &Meant, other: &Meant| {
        one.query == other.query && one.aim.is_of_those_there() == other.aim.is_of_those_there()
    };
    for alike in meant.chunk_by(is_alike) {
        let wires: Vec<&WireName> = alike.iter().map(|one| &one.place.wire).collect();
        if is_swept(session, alike, &wires) {
            for part in alike.chunks(AT_ONCE) {
                swept(session, part, pace, &mut all)?;
            }
            continue;
        }
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
            all.push(lie(one, lying));
            (pace.tick)(1);
        }
    }
    Ok(all)
}

fn lie(meant: &Meant, found: Result<Lying, String>) -> Lie {
    Lie {
        place: meant.place.clone(),
        found,
    }
}

/// Whether those that are `meant` alike, in the folders called `wires`, can be looked for in one stream, and have to be
/// judged one by one.
fn is_swept(session: &Session, meant: &[Meant], wires: &[&WireName]) -> bool {
    let Some(Meant { query, aim, .. }) = meant.first() else {
        return false;
    };
    let is_by_itself = query.together.is_none() && query.text.is_none();
    let is_judged = query.is_judged() || matches!(aim, Aim::Leave);
    let apart: BTreeSet<&WireName> = wires.iter().copied().collect();
    is_by_itself
        && is_judged
        && aim.is_of_those_there()
        && apart.len() == wires.len()
        && session.sweeps(&widened(session, query))
}

/// Looks into the folders in which messages are `meant` alike, of all of them in one stream.
fn swept(session: &mut Session, meant: &[Meant], pace: &Pace, all: &mut Vec<Lie>) -> Result<()> {
    pace.must_go_on()?;
    let Some(Meant { query, aim, .. }) = meant.first() else {
        return Ok(());
    };
    let wires: Vec<&WireName> = meant.iter().map(|one| &one.place.wire).collect();
    let wide = widened(session, query);
    let mut gathered: Vec<Gathered> = meant.iter().map(|one| Gathered::of(&one.aim)).collect();
    let mut judge = |n: usize, mut message: Message, header: &[u8]| {
        message.head = head(header);
        if let Some(gathered) = gathered.get_mut(n)
            && matches(query, &message)
        {
            gathered.take(&message);
        }
    };
    let quiet = Pace {
        tick: &|_| {},
        ..*pace
    };
    let wanted = Wanted {
        fields: asked(query, aim),
        way: Way::Change,
        rights: matches!(aim, Aim::Leave),
    };
    let found = session.sweep(&wires, &wide, wanted, &quiet, &mut judge)?;
    for ((one, gathered), found) in meant.iter().zip(gathered).zip(found) {
        let lying = match found {
            Ok(Some(selected)) => gathered.lying(session, &one.place.wire, selected)?,
            Ok(None) => look(session, one, None, pace)?,
            Err(refusal) => Err(refusal.to_string()),
        };
        all.push(lie(one, lying));
        (pace.tick)(1);
    }
    Ok(())
}

/// What has to be told of each message to know whether `query` means it, and what becomes of it.
fn asked(query: &Query, aim: &Aim) -> HeaderFields<'static> {
    let fields = [&query.from, &query.to, &query.cc, &query.subject];
    let is_by_header = fields.into_iter().any(Option::is_some) || !query.ids.is_empty();
    let is_by_size = query.larger.is_some() || query.smaller.is_some();
    match aim {
        _ if is_by_header => HeaderFields::Listed,
        Aim::Leave => HeaderFields::Named("DATE"),
        _ if is_by_size => HeaderFields::Sized,
        _ => HeaderFields::Arrived,
    }
}

/// Looks into one folder, where those are meant that were `found` there a moment ago, if anything was looked for.
fn look(
    session: &mut Session,
    meant: &Meant,
    found: Option<&Narrowed>,
    pace: &Pace,
) -> Result<Result<Lying, String>> {
    let Meant { place, query, aim } = meant;
    match aim {
        Aim::Receive { labels } => {
            return receiving(session, &place.wire, *labels, pace).map(Ok);
        }
        Aim::Twins { of, unchanged } => {
            return twins(session, (&place.wire, &query.uids), of, *unchanged, pace);
        }
        Aim::Label { .. } | Aim::Leave => {}
    }
    let selected = match enter(session, &place.wire, pace)? {
        Ok(selected) => selected,
        Err(why) => return Ok(Err(why)),
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
    let mut gathered = Gathered::of(aim);
    // Some refuse to search where nothing is.
    let narrow = narrow.filter(|_| selected.messages > 0);
    let told = match (narrow, aim) {
        (None, _) => Ok(()),
        (Some(_), Aim::Label { label, set }) if found.is_none() && !query.is_judged() => {
            searched(session, query, label, *set)?.map(|(all, pending)| {
                gathered.all = all.iter().collect();
                gathered.pending = pending.iter().collect();
            })
        }
        (Some(query), _) => judged(session, &query, asked(&query, aim), pace)?.map(|messages| {
            for message in &messages {
                gathered.take(message);
            }
        }),
    };
    match told {
        Ok(()) => gathered.lying(session, &place.wire, selected),
        Err(why) => Ok(Err(why)),
    }
}

/// What a folder is like into which messages shall come, and which keywords it has where `labels` says that they count.
fn receiving(session: &mut Session, wire: &WireName, labels: bool, pace: &Pace) -> Result<Lying> {
    pace.must_go_on()?;
    // Whoever may put messages there and not look takes what the server makes of them.
    let selected = match labels {
        true => session.select_with_rights(wire)?.ok(),
        false => None,
    };
    let lacks = match selected.as_ref().and_then(|selected| selected.rights) {
        Some(rights) => lacking_of(session, rights, "i"),
        None => lacking(session, wire, "i")?,
    };
    Ok(Lying {
        lacks,
        permits: selected.map_or_else(Permits::default, |selected| selected.permits),
        ..Lying::default()
    })
}

/// What is gathered of the messages of a folder, one by one.
struct Gathered<'a> {
    aim: &'a Aim,
    now: DateTime<Utc>,
    all: Vec<u32>,
    /// Those that do not carry the label as they shall.
    pending: Vec<u32>,
    dated: Vec<Dated>,
    /// Those that carry each keyword, where they shall leave.
    keywords: BTreeMap<String, Vec<u32>>,
}

impl<'a> Gathered<'a> {
    fn of(aim: &'a Aim) -> Self {
        Self {
            aim,
            now: Utc::now(),
            all: Vec::new(),
            pending: Vec::new(),
            dated: Vec::new(),
            keywords: BTreeMap::new(),
        }
    }

    fn take(&mut self, message: &Message) {
        self.all.push(message.uid);
        match self.aim {
            Aim::Label { label, set } if message.carries(label) != *set => {
                self.pending.push(message.uid);
            }
            Aim::Leave => {
                self.dated.push(Dated::of(message, self.now));
                for keyword in &message.keywords {
                    if self.keywords.len() < MOST_KEYWORDS {
                        let keyword = keyword.to_ascii_lowercase();
                        self.keywords.entry(keyword).or_default().push(message.uid);
                    }
                }
            }
            Aim::Label { .. } | Aim::Receive { .. } | Aim::Twins { .. } => {}
        }
    }

    /// What lies in the folder called `wire`, which is as it was `selected`.
    fn lying(
        mut self,
        session: &mut Session,
        wire: &WireName,
        selected: Selected,
    ) -> Result<Result<Lying, String>> {
        let Some(uid_validity) = selected.uid_validity else {
            let why = "(no UIDVALIDITY: nobody could tell its messages apart later)";
            return Ok(Err(why.to_owned()));
        };
        let all: Uids = self.all.into_iter().collect();
        let Aim::Label { label, .. } = self.aim else {
            self.dated.sort_by_key(|one| one.uid);
            let keywords = self.keywords.into_iter();
            let keywords = keywords.map(|(keyword, uids)| (keyword, uids.into_iter().collect()));
            let lacks = match selected.rights {
                // Where nothing goes, nothing is lacking.
                _ if all.is_empty() => String::new(),
                Some(rights) => lacking_of(session, rights, "te"),
                None => lacking(session, wire, "te")?,
            };
            let mut lying = leaving(session, uid_validity, all, (self.dated, lacks));
            lying.keywords = keywords.collect();
            return Ok(Ok(lying));
        };
        let pending: Uids = self.pending.into_iter().collect();
        let is_kept = selected.permits.keeps(label) || pending.is_empty();
        let lacks_w = !is_kept && {
            let rights = session.my_rights_on(wire)?;
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
}

/// `dated`, which shall leave the folder: `all` of them; what whoever takes them `lacks` there.
fn leaving(
    session: &Session,
    uid_validity: u32,
    all: Uids,
    (dated, lacks): (Vec<Dated>, String),
) -> Lying {
    Lying {
        uid_validity,
        pending: all.clone(),
        all,
        dated,
        lacks,
        moves: session.moves() || session.removes_exactly(),
        removal: removal(session),
        ..Lying::default()
    }
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
    Ok(lacking_of(session, rights, needed))
}

/// The same where it has these `rights`.
pub(super) fn lacking_of(session: &Session, rights: Rights, needed: &str) -> String {
    let is_old = session.capabilities().values("RIGHTS=").next().is_none();
    let has = |letter: char| rights.has(letter) || is_old && letter != 'i' && rights.has('d');
    needed.chars().filter(|letter| !has(*letter)).collect()
}

/// The messages that are meant, and those that do not carry `label` as they shall, by the server's own search, where
/// it cannot mean anything else than people do.
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
    pace.must_go_on()?;
    let selected = session.select(wire)?;
    Ok(selected.map_err(|refusal| refusal.to_string()))
}
