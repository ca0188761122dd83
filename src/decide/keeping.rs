//! retention run: what the policies of a mailbox make of its mail, as an errand.

#[cfg(test)]
mod tests;

use super::errand::{Errand, Found, Stage};
use super::finishing::Conversation;
use super::folders::made_like_the_mailbox;
use super::retaining::{ground, holds, must_have_trash, noted};
use super::settings::{believed, settled};
use super::transit;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::manifest::retention::parse_seen;
use crate::manifest::{write_held, write_seen};
use crate::model::change::{Change, Expunge};
use crate::model::dated::Dated;
use crate::model::done::Done;
use crate::model::messages::{Aim, Lie, Lying, Meant};
use crate::model::plan::Place;
use crate::model::retention::{
    Ground, Item, Leave, Policies, Policy, Reason, Seen, Then, TooMuch, judge,
};
use crate::model::selection::Query;
use crate::model::setting::Kind;
use crate::model::state::{Folder, Mailbox};
use crate::model::uids::Uids;
use crate::model::words::some;
use crate::observe::{Aged, Ask};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// What the policy of one folder makes of its messages.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The folder.
    pub place: Place,
    /// What is said of it.
    pub policy: Policy,
    /// What it is for.
    pub ground: Ground,
    /// Why it could not be looked into; else what came of it.
    pub found: Result<Verdict, String>,
}

/// What came of the messages of a folder.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// The identity of its numbering.
    pub uid_validity: u32,
    /// How many messages lie there.
    pub messages: u64,
    /// How many go.
    pub goes: u64,
    /// How long those are, in bytes.
    pub bytes: u64,
    /// The day from which the oldest of them counts.
    pub oldest: Option<NaiveDate>,
    /// How many stay, by the reason.
    pub stays: BTreeMap<Reason, u64>,
    /// How many say that they were written later than now.
    pub future: u64,
    /// How many came more than a year after they were written, by the day on which they came.
    pub late: BTreeMap<NaiveDate, u64>,
    /// Why a run has to be told to take so much.
    pub too_much: Option<TooMuch>,
    /// Whether removing takes a label off a message alone: it goes into the trash instead.
    pub is_label: bool,
}

/// Messages of a folder that go the same way.
#[derive(Clone, Debug)]
struct Way {
    place: Place,
    uid_validity: u32,
    uids: Uids,
    /// The path of the folder into which they go; none where they go for good.
    to: Option<String>,
}

/// What a run is about.
pub struct Keeping {
    /// Each folder that a policy is about and that is there.
    pub folders: Vec<Judged>,
    /// Each conversation of which something might go, where a policy takes only what is finished.
    pub conversations: Option<Vec<Conversation>>,
    ways: Vec<Way>,
    /// What was said when the messages were judged.
    said: [String; 3],
    /// Since when mail lies where it lies, to be kept for the next run.
    seen: Option<String>,
    /// What is held, to be kept until the holds end.
    held: Option<String>,
    /// Whether more is held than can be remembered.
    pub is_forgetful: bool,
}

/// The settings by which messages are judged.
const JUDGED_BY: [Kind; 3] = [Kind::Retention, Kind::Holds, Kind::Held];

/// The folders of `state` that are looked into: those that `policies` are about, and all where what is held is to be
/// remembered.
pub fn meant<'s>(state: &'s Mailbox, policies: &Policies, remembers: bool) -> Vec<&'s Folder> {
    let is_meant = |folder: &&Folder| remembers || policies.of(&folder.path).is_some();
    state.folders.iter().filter(is_meant).collect()
}

impl Keeping {
    /// What `policies` make of the messages of `folders`, which were looked at `today`.
    ///
    /// # Errors
    /// Where the settings are not believed, or the trash is missing.
    pub fn new(
        state: &Mailbox,
        policies: &Policies,
        folders: Vec<(&Folder, Result<Aged, String>)>,
        leave: Leave,
        today: NaiveDate,
    ) -> Result<Self> {
        let before = believed(state, Kind::Seen)?;
        // What makes no sense tells nothing: it is counted from now on.
        let mut seen = parse_seen(before).unwrap_or_default();
        seen.0.retain(|path, _| state.folder(path).is_some());
        let mut keeping = Self {
            folders: Vec::new(),
            conversations: None,
            ways: Vec::new(),
            said: Default::default(),
            seen: None,
            held: None,
            is_forgetful: false,
        };
        for (said, kind) in keeping.said.iter_mut().zip(JUDGED_BY) {
            *said = believed(state, kind)?.to_owned();
        }
        keeping.remember(state, &folders, today)?;
        for (folder, aged) in folders {
            let Some(policy) = policies.of(&folder.path) else {
                continue;
            };
            let mut judged = Judged {
                place: folder.place(),
                policy: policy.clone(),
                ground: ground(folder, policies),
                found: Err(String::new()),
            };
            judged.found = match aged {
                Err(why) => Err(why),
                Ok(mut aged) => {
                    let is_asked =
                        judged.ground == Ground::Trash || judged.policy.waits().is_some();
                    if is_asked && judged.ground != Ground::Mail {
                        since(&mut aged, folder, &mut seen, today);
                    }
                    Ok(keeping.judge(state, &judged, &aged, leave, today)?)
                }
            };
            keeping.folders.push(judged);
        }
        let after = write_seen(&seen);
        keeping.seen = (after != before).then_some(after);
        Ok(keeping)
    }

    /// Notes what holds have matched in `folders`, and forgets what no hold keeps any more.
    fn remember(
        &mut self,
        state: &Mailbox,
        folders: &[(&Folder, Result<Aged, String>)],
        today: NaiveDate,
    ) -> Result<()> {
        let looked = folders.iter().filter_map(|(_, aged)| aged.as_ref().ok());
        let news: Vec<_> = looked.flat_map(|aged| aged.news.clone()).collect();
        let (held, is_whole) = noted(holds(state)?.held(today), &news);
        let after = write_held(&held);
        self.is_forgetful = !is_whole;
        self.held = (after != believed(state, Kind::Held)?).then_some(after);
        Ok(())
    }

    fn judge(
        &mut self,
        state: &Mailbox,
        judged: &Judged,
        aged: &Aged,
        leave: Leave,
        today: NaiveDate,
    ) -> Result<Verdict> {
        let (policy, place) = (&judged.policy, &judged.place);
        let verdicts = judge(Some(policy), judged.ground, &aged.items, today);
        let counted = |item: &Item| match judged.ground {
            Ground::Trash => item.saved,
            Ground::Mail | Ground::Archive => item.day,
        };
        let mut verdict = Verdict {
            uid_validity: aged.uid_validity,
            messages: aged.items.len() as u64,
            goes: verdicts.remove.len() as u64,
            bytes: verdicts.bytes(),
            oldest: verdicts
                .remove
                .iter()
                .filter_map(|(item, _)| counted(item))
                .min(),
            future: aged.future,
            late: aged.late.clone(),
            too_much: verdicts.objection(leave),
            is_label: aged.is_label && judged.ground != Ground::Trash,
            ..Verdict::default()
        };
        for (_, reason) in &verdicts.keep {
            *verdict.stays.entry(reason.clone()).or_default() += 1;
        }
        let mut ways: BTreeMap<Option<String>, Vec<u32>> = BTreeMap::new();
        for (item, _) in &verdicts.remove {
            let to = match &policy.then {
                Then::Archive { to } => match to.path(&dated(item)) {
                    Some(path) if path != place.path => Some(path),
                    // It lies there, or nobody knows where it belongs.
                    other => {
                        let reason = match other {
                            Some(_) => Reason::Young,
                            None => Reason::Undated,
                        };
                        verdict.goes -= 1;
                        verdict.bytes -= item.size;
                        *verdict.stays.entry(reason).or_default() += 1;
                        continue;
                    }
                },
                Then::Delete if !verdict.is_label => None,
                Then::Trash | Then::Delete => Some(must_have_trash(state)?.path.clone()),
            };
            ways.entry(to).or_default().push(item.uid);
        }
        for (to, uids) in ways {
            if to.is_none() && !aged.removes {
                let what = format!(
                    "the server cannot remove exactly the messages that are old enough of {:?} (UIDPLUS): a bare \
                     EXPUNGE would take what others marked, too",
                    place.path
                );
                return Err(Error::new(Exit::Refused, what).about(&state.name));
            }
            for uids in transit::parts(&uids.into_iter().collect()) {
                self.ways.push(Way {
                    place: place.clone(),
                    uid_validity: aged.uid_validity,
                    uids,
                    to: to.clone(),
                });
            }
        }
        Ok(verdict)
    }

    /// How many messages go for good.
    pub fn for_good(&self) -> u64 {
        let ways = self.ways.iter().filter(|way| way.to.is_none());
        ways.map(|way| way.uids.len()).sum()
    }

    /// How many messages go.
    pub fn all(&self) -> u64 {
        self.ways.iter().map(|way| way.uids.len()).sum()
    }

    /// Whether any message goes.
    pub fn is_pending(&self) -> bool {
        !self.ways.is_empty()
    }

    /// The paths into which messages go.
    fn targets(&self) -> BTreeSet<&String> {
        self.ways.iter().filter_map(|way| way.to.as_ref()).collect()
    }

    /// Refuses, before anything is sent, what nobody may have meant, and what the server would refuse halfway.
    fn permitted(&self, state: &Mailbox) -> Result<()> {
        for (said, kind) in self.said.iter().zip(JUDGED_BY) {
            if believed(state, kind)? != said {
                let what = format!("somebody changed the {kind} since the messages were judged");
                let error = Error::new(Exit::TryAgain, what).about(&state.name);
                return Err(error.hint("run it again"));
            }
        }
        self.unobjectionable(state)?;
        let of = |for_good: bool| {
            let ways = self
                .ways
                .iter()
                .filter(move |way| way.to.is_none() == for_good);
            ways.collect::<Vec<_>>()
        };
        let going = of(false);
        let going = going.iter();
        let going = going.map(|way| (&way.place, way.to.as_deref().unwrap_or_default()));
        transit::passable(state, &state.messages, &going.collect())?;
        let places: BTreeSet<&Place> = of(true).into_iter().map(|way| &way.place).collect();
        for lie in &state.messages {
            let Ok(lying) = &lie.found else { continue };
            if places.contains(&lie.place) && lying.lacks.contains(['t', 'e']) {
                let letters: Vec<String> = lying.lacks.chars().map(String::from).collect();
                let what = format!(
                    "mail cannot go out of {:?}: whoever opens the mailbox lacks the {} right there",
                    lie.place.path,
                    letters.join(" and the ")
                );
                return Err(Error::new(Exit::Refused, what).about(&state.name));
            }
        }
        Ok(())
    }

    fn unobjectionable(&self, state: &Mailbox) -> Result<()> {
        let of = |much: TooMuch| -> Vec<String> {
            let folders = self.folders.iter().filter(|judged| {
                let found = judged.found.as_ref().ok();
                found.is_some_and(|verdict| verdict.too_much == Some(much))
            });
            folders
                .map(|judged| format!("{:?}", judged.place.path))
                .collect()
        };
        let (all, much) = (of(TooMuch::All), of(TooMuch::Much));
        let (what, hint) = match (all.is_empty(), much.is_empty()) {
            (true, true) => return Ok(()),
            (false, _) => (
                format!("refused: {} would lose every message", some(&all)),
                "if that is meant, add --unsafe-allow-remove-all",
            ),
            (true, false) => (
                format!(
                    "refused: {} would lose more than 30 % of the messages",
                    some(&much)
                ),
                "if that is meant, add --force",
            ),
        };
        Err(Error::new(Exit::Refused, what)
            .about(&state.name)
            .hint(hint))
    }

    fn changes(&self, state: &Mailbox, for_good: bool) -> Result<Vec<Change>> {
        let mut changes = Vec::new();
        for (way, lie) in self.ways.iter().zip(&state.messages) {
            if way.to.is_none() != for_good {
                continue;
            }
            let lying = still(state, way, lie)?;
            let sizes: BTreeMap<u32, u64> =
                lying.dated.iter().map(|one| (one.uid, one.size)).collect();
            if sizes.is_empty() {
                continue;
            }
            match &way.to {
                Some(to) => {
                    // One that could not be made is told by its own change.
                    let Some(to) = state.folder(to).map(Folder::place) else {
                        continue;
                    };
                    changes.extend(transit::moves(&way.place, way.uid_validity, &sizes, &to));
                }
                None => changes.push(Change::Expunge(Expunge {
                    folder: way.place.clone(),
                    uid_validity: way.uid_validity,
                    uids: sizes.keys().copied().collect(),
                    size: sizes.values().sum(),
                    others: Uids::default(),
                })),
            }
        }
        Ok(changes)
    }

    /// What has to be there before anything moves.
    fn first(&self, found: &Found) -> Result<Vec<Change>> {
        let paths: Vec<String> = self.targets().into_iter().cloned().collect();
        let mut changes = made_like_the_mailbox(&paths, found)?;
        if let Some(seen) = &self.seen {
            changes.extend(settled(found, Kind::Seen, seen.clone())?);
        }
        if let Some(held) = &self.held {
            changes.extend(settled(found, Kind::Held, held.clone())?);
        }
        Ok(changes)
    }
}

fn dated(item: &Item) -> Dated {
    Dated {
        uid: item.uid,
        size: item.size,
        day: item.day,
        is_future: false,
    }
}

/// Fills in since when messages lie in `folder` of which the server does not tell, and notes them.
fn since(aged: &mut Aged, folder: &Folder, seen: &mut Seen, today: NaiveDate) {
    if aged.items.iter().all(|item| item.saved.is_some()) {
        seen.0.remove(&folder.path);
        return;
    }
    if let Some(last) = aged.items.last() {
        seen.note(&folder.path, aged.uid_validity, last.uid, today);
    }
    for item in aged.items.iter_mut().filter(|item| item.saved.is_none()) {
        item.saved = seen.since(&folder.path, aged.uid_validity, item.uid);
    }
}

/// What was found of those that go this `way`, where they are those that were judged.
fn still<'s>(state: &Mailbox, way: &Way, lie: &'s Lie) -> Result<&'s Lying> {
    let again = |what: String| {
        let error = Error::new(Exit::TryAgain, what).about(&state.name);
        Err(error.hint("run it again"))
    };
    let folder = &way.place.path;
    match &lie.found {
        Ok(lying) if lying.uid_validity == way.uid_validity => Ok(lying),
        Ok(_) => again(format!(
            "{folder:?} numbers its messages anew since they were judged"
        )),
        Err(why) => again(format!(
            "{folder:?} could be looked into before, and not now {why}"
        )),
    }
}

impl Errand for Keeping {
    fn ask(&self) -> Ask {
        Ask::SETTINGS
    }

    fn is_of_mail(&self) -> bool {
        true
    }

    fn meant(&self, state: &Mailbox) -> Result<Vec<Meant>> {
        let leave = self.ways.iter().map(|way| Meant {
            place: way.place.clone(),
            query: Query {
                uids: way.uids.clone(),
                ..Query::default()
            },
            aim: Aim::Leave,
        });
        let targets = self.targets();
        let targets = state
            .folders
            .iter()
            .filter(|folder| targets.contains(&folder.path));
        let receive = targets.map(|folder| Meant {
            place: folder.place(),
            query: Query::default(),
            aim: Aim::Receive { labels: false },
        });
        Ok(leave.chain(receive).collect())
    }

    fn next(&self, found: &Found, done: &Done) -> Result<Option<Stage>> {
        let state = found.state;
        let changes = match done.stages.len() {
            0 => {
                self.permitted(state)?;
                // That these are the messages that were judged, before any goes.
                self.changes(state, true)?;
                self.first(found)?
            }
            1 => self.changes(state, false)?,
            2 => self.changes(state, true)?,
            _ => return Ok(None),
        };
        Ok(Some(Stage {
            changes,
            ..Stage::default()
        }))
    }
}
