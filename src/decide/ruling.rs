//! rule run: what the rules of a mailbox do with messages that are there, as an errand.

use super::batches::{self, Send, Taken, Want, Way};
use super::course::{Course, Does};
use super::errand::{Errand, Found, Stage};
use super::judging::Memory;
use super::labelling;
use super::naming;
use super::onward::Letters;
use super::rulebook::{copies, target};
use super::settings::settled;
use super::transit;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::change::{Change, Label};
use crate::model::done::Done;
use crate::model::label::Keyword;
use crate::model::messages::{Aim, Lie, Lying, Meant, Origin};
use crate::model::outcome::Fate;
use crate::model::plan::Place;
use crate::model::rule::{Rules, Then};
use crate::model::selection::Query;
use crate::model::setting::{Kind, Labels};
use crate::model::state::{Folder, Mailbox};
use crate::model::uids::Uids;
use crate::observe::{Ask, Ruled};
use std::collections::{BTreeMap, BTreeSet};

/// What rules do with the messages that they take, as an errand.
pub struct Ruling {
    /// What was made of the messages of each folder.
    pub judged: Vec<(Place, Result<Ruled, String>)>,
    /// What each rule that took a message does, by its name.
    does: BTreeMap<String, Does>,
    wants: Vec<Want>,
    sends: Vec<Send>,
    ways: Vec<Way>,
    steps: Vec<Step>,
    /// How many keywords a folder keeps, where the profile says so.
    most: Option<usize>,
    memory: Memory,
    /// What goes on to others.
    pub letters: Letters,
}

/// What is done at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    /// Messages get the labels of a round, before copies are made.
    Labels(usize),
    /// The copies of a round are made.
    Copies(usize),
    /// Messages move.
    Moves,
    /// It is noted what was judged.
    Notes,
}

impl Ruling {
    /// What `rules` do in the mailbox of `state`, where its messages were `judged`, as far as they were not asked
    /// about them before, and a folder keeps `most` keywords.
    ///
    /// # Errors
    /// Where nobody knows what its labels are called, and where a folder is missing into which a message shall go.
    pub fn new(
        state: &Mailbox,
        rules: &Rules,
        mut judged: Vec<(Place, Result<Ruled, String>)>,
        most: Option<usize>,
        memory: Memory,
        sends_on: bool,
    ) -> Result<Self> {
        let letters = Letters::new(rules, &judged, &memory, sends_on);
        for (place, ruled) in &mut judged {
            let Ok(ruled) = ruled else { continue };
            for (message, takers) in &mut ruled.taken {
                let (path, uid) = (&place.path, message.uid);
                takers.retain(|name| !memory.was_asked(name, path, ruled.uid_validity, uid));
            }
            ruled.taken.retain(|(message, takers)| {
                let goes_on = letters.is_asked() && letters.of(place, message.uid).is_some();
                !takers.is_empty() || goes_on
            });
        }
        let labels = naming::names(state)?;
        let ruled = judged.iter().filter_map(|(_, ruled)| ruled.as_ref().ok());
        let takers = ruled.flat_map(|ruled| ruled.taken.iter().flat_map(|(_, takers)| takers));
        let takers: BTreeSet<&String> = takers.collect();
        let mut does = BTreeMap::new();
        for rule in rules.iter().filter(|rule| takers.contains(&rule.name)) {
            let copies = copies(state, rule)?.into_iter().map(Folder::place);
            let does_one = Does {
                gives: given(&rule.then, &labels),
                copies: copies.collect(),
                goes: target(state, rule)?.map(Folder::place),
            };
            does.insert(rule.name.clone(), does_one);
        }
        let mut ruling = Self {
            judged,
            does,
            wants: Vec::new(),
            sends: Vec::new(),
            ways: Vec::new(),
            steps: Vec::new(),
            most,
            memory,
            letters,
        };
        let taken: Vec<Taken> = ruling.taken().collect();
        let wants = batches::wants(&taken, &ruling.does);
        let sends = batches::sends(&taken, &ruling.does);
        let ways = batches::ways(&taken, &ruling.does);
        (ruling.wants, ruling.sends, ruling.ways) = (wants, sends, ways);
        ruling.steps = ruling.steps();
        Ok(ruling)
    }

    fn course(&self, place: &Place, takers: &[String]) -> Course<'_> {
        Course::new(place, takers, &self.does)
    }

    /// Where a message goes that lies in `place` and is taken by the rules called `takers`.
    pub fn way(&self, place: &Place, takers: &[String]) -> Option<&Place> {
        self.course(place, takers).way
    }

    /// The keywords that a message gets which lies in `place` and is taken by the rules called `takers`, each once.
    pub fn given(&self, place: &Place, takers: &[String]) -> Vec<&Keyword> {
        let labels = self.course(place, takers).labels.into_iter();
        labels.map(|(_, keyword)| keyword).collect()
    }

    /// The folders that get a copy of it, and whether they had one before, by what was found in `state`.
    pub fn copies(
        &self,
        state: &Mailbox,
        (place, uid): (&Place, u32),
        takers: &[String],
    ) -> Vec<(&Place, bool)> {
        let copies = self.course(place, takers).copies.into_iter();
        let sends = || self.sends.iter().zip(self.of_sends(state));
        let has = |to: &Place| {
            let mut known = sends().filter(|(send, _)| {
                send.sizes.contains_key(&uid) && send.place == *place && send.to == *to
            });
            known.any(|(_, lie)| {
                let twins = lie.found.as_ref().map(|lying| &lying.twins);
                twins.is_ok_and(|twins| twins.values().any(|own| *own == uid))
            })
        };
        copies.map(|(_, to)| (to, has(to))).collect()
    }

    /// The messages that rules take, folder by folder, each with these rules, where they can be told apart later.
    fn taken(&self) -> impl Iterator<Item = Taken<'_>> {
        self.judged.iter().filter_map(|(place, ruled)| {
            let ruled = ruled.as_ref().ok()?;
            Some((place, ruled.uid_validity?, ruled.taken.as_slice()))
        })
    }

    fn steps(&self) -> Vec<Step> {
        let labels = self.wants.iter().map(|want| Step::Labels(want.round));
        let copies = self.sends.iter().map(|send| Step::Copies(send.round));
        let moves = (!self.ways.is_empty()).then_some(Step::Moves);
        let rounds: BTreeSet<(usize, Step)> = labels
            .chain([Step::Labels(0)])
            .chain(copies)
            .map(|step| match step {
                Step::Labels(round) | Step::Copies(round) => (round, step),
                _ => (0, step),
            })
            .collect();
        let rounds = rounds.into_iter().map(|(_, step)| step);
        rounds.chain(moves).chain([Step::Notes]).collect()
    }

    /// The folders into which messages or copies go.
    fn targets(&self) -> BTreeSet<&Place> {
        let ways = self.ways.iter().map(|way| &way.to);
        ways.chain(self.sends.iter().map(|send| &send.to)).collect()
    }

    /// What was found of the copies of messages.
    fn of_sends<'s>(&self, state: &'s Mailbox) -> &'s [Lie] {
        let after = state.messages.get(self.wants.len()..);
        let sends = after.and_then(|after| after.get(..self.sends.len()));
        sends.unwrap_or_default()
    }

    /// What was found of the messages that go, and of the folders into which they do.
    fn of_ways<'s>(&self, state: &'s Mailbox) -> &'s [Lie] {
        let before = self.wants.len() + self.sends.len();
        state.messages.get(before..).unwrap_or_default()
    }

    /// What gives the labels of that `round`, but to those with which something came to nothing.
    fn labels(&self, state: &Mailbox, done: &Done, round: usize) -> Result<Vec<Change>> {
        let mut changes = Vec::new();
        for (want, lie) in self.wants.iter().zip(&state.messages) {
            if want.round == round {
                let failed = failed(done, &want.place);
                changes.extend(change(state, want, lie, &failed)?);
            }
        }
        Ok(changes)
    }

    /// What makes the copies of that `round` which are not there yet, but of those with which something came to nothing.
    fn sent(&self, state: &Mailbox, done: &Done, round: usize) -> Result<Vec<Change>> {
        let mut changes = Vec::new();
        for (send, lie) in self.sends.iter().zip(self.of_sends(state)) {
            if send.round != round {
                continue;
            }
            let known = lie.found.as_ref().map_err(|why| {
                let what = format!(
                    "whether {:?} has copies already cannot be seen {why}",
                    send.to.path
                );
                Error::new(Exit::Refused, what).about(&state.name)
            })?;
            let known: Uids = known.twins.values().copied().collect();
            let failed = failed(done, &send.place);
            let sizes = send.sizes.iter();
            let sizes: BTreeMap<u32, u64> = sizes
                .filter(|(uid, _)| !known.contains(**uid) && !failed.contains(**uid))
                .map(|(uid, size)| (*uid, *size))
                .collect();
            changes.extend(transit::copies(
                (&send.place, send.uid_validity),
                &sizes,
                &send.to,
            ));
        }
        Ok(changes)
    }

    /// What moves the messages, but for those that did not get what they shall have, and of which copies are lacking:
    /// their rules would never be asked again. Those that got the same go together, so that it is known of each part what
    /// it got.
    fn moves(&self, state: &Mailbox, done: &Done) -> Result<Vec<Change>> {
        let labelled = state.messages.get(..self.wants.len()).unwrap_or_default();
        let gets: Vec<(&Place, &Uids)> = self
            .wants
            .iter()
            .zip(labelled)
            .filter_map(|(want, lie)| Some((&want.place, &lie.found.as_ref().ok()?.pending)))
            .collect();
        let mut moves = Vec::new();
        for (way, lie) in self.ways.iter().zip(self.of_ways(state)) {
            let lying = still(state, &way.place, way.uid_validity, lie)?;
            let failed = failed(done, &way.place).or(&self.letters.open(&way.place));
            let mut each: BTreeMap<Vec<usize>, BTreeMap<u32, u64>> = BTreeMap::new();
            for dated in lying
                .dated
                .iter()
                .filter(|dated| !failed.contains(dated.uid))
            {
                let got = gets.iter().enumerate();
                let got = got
                    .filter(|(_, (place, uids))| **place == way.place && uids.contains(dated.uid));
                let got = got.map(|(n, _)| n).collect();
                each.entry(got).or_default().insert(dated.uid, dated.size);
            }
            for sizes in each.values() {
                moves.extend(transit::moves(&way.place, way.uid_validity, sizes, &way.to));
            }
        }
        Ok(moves)
    }

    /// What is noted for the next run: a message counts as judged when all that is done with it was read back.
    fn notes(&self, found: &Found, done: &Done) -> Result<Vec<Change>> {
        let failed = |place: &Place| failed(done, place).or(&self.letters.open(place));
        let went = self.letters.went();
        let judged = &self.judged;
        let text = self
            .memory
            .after(found.state, judged, &failed, went.as_deref())?;
        settled(found, Kind::Judged, text)
    }

    /// Refuses what a server would take and not keep, before any message is changed.
    fn permitted(&self, state: &Mailbox) -> Result<()> {
        let mut each: BTreeMap<&str, (&Keyword, Vec<Lie>)> = BTreeMap::new();
        for (want, lie) in self.wants.iter().zip(&state.messages) {
            if lie
                .found
                .as_ref()
                .is_ok_and(|lying| !lying.pending.is_empty())
            {
                let (_, lies) = each
                    .entry(want.keyword.as_str())
                    .or_insert_with(|| (&want.keyword, Vec::new()));
                lies.push(lie.clone());
            }
        }
        for (keyword, lies) in each.values() {
            labelling::permitted(state, lies, keyword, true)?;
        }
        let each: Vec<(&Keyword, &[Lie])> = each
            .values()
            .map(|(keyword, lies)| (*keyword, lies.as_slice()))
            .collect();
        labelling::roomy_for(state, &each, self.most)?;
        labelling::roomy_at(state, &state.messages, &self.coming(), self.most)
    }

    /// The keywords that messages carry which go into each folder, or copies of them, and those that they get before.
    fn coming(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut coming: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (place, _, taken) in self.taken() {
            for (message, takers) in taken {
                let course = self.course(place, takers);
                let copies = course.copies.iter().map(|(round, to)| (*round, *to));
                let way = course.way.map(|to| (usize::MAX, to));
                for (round, to) in copies.chain(way) {
                    let given = course.labels.iter().filter(|(own, _)| *own <= round);
                    let given = given.map(|(_, keyword)| keyword.as_str());
                    let all = message.keywords.iter().map(String::as_str).chain(given);
                    let keywords = coming.entry(to.path.clone()).or_default();
                    keywords.extend(all.map(str::to_ascii_lowercase));
                }
            }
        }
        coming
    }
}

fn given(then: &Then, labels: &Labels) -> Vec<Keyword> {
    let labels = then.labels.iter().map(|given| given.keyword(labels));
    labels.chain(then.flag.then(Keyword::flagged)).collect()
}

impl Errand for Ruling {
    fn ask(&self) -> Ask {
        Ask::SETTINGS
    }

    fn is_of_mail(&self) -> bool {
        true
    }

    fn meant(&self, state: &Mailbox) -> Result<Vec<Meant>> {
        let meant = |want: &Want| Meant {
            place: want.place.clone(),
            query: Query {
                uids: want.uids.clone(),
                ..Query::default()
            },
            aim: Aim::Label {
                label: want.keyword.clone(),
                set: true,
            },
        };
        let twins = |send: &Send| Meant {
            place: send.to.clone(),
            query: Query::default(),
            aim: Aim::Twins {
                of: vec![Origin {
                    folder: send.place.clone(),
                    uid_validity: send.uid_validity,
                    uids: send.sizes.keys().copied().collect(),
                }],
                unchanged: false,
            },
        };
        let leave = |way: &Way| Meant {
            place: way.place.clone(),
            query: Query {
                uids: way.uids.clone(),
                ..Query::default()
            },
            aim: Aim::Leave,
        };
        let receive = |place: &Place| Meant {
            place: place.clone(),
            query: Query::default(),
            aim: Aim::Receive {
                labels: labelling::is_counted(state),
            },
        };
        let labels = self.wants.iter().map(meant);
        let sends = self.sends.iter().map(twins);
        let leaves = self.ways.iter().map(leave);
        let targets = self.targets().into_iter().map(receive);
        Ok(labels.chain(sends).chain(leaves).chain(targets).collect())
    }

    fn next(&self, found: &Found, done: &Done) -> Result<Option<Stage>> {
        let state = found.state;
        let Some(step) = self.steps.get(done.stages.len()) else {
            return Ok(None);
        };
        if done.stages.is_empty() {
            self.permitted(state)?;
            let going = self.ways.iter().map(|way| (&way.place, &way.to));
            let sent = self.sends.iter().map(|send| (&send.place, &send.to));
            let going = going.chain(sent).map(|(from, to)| (from, to.path.as_str()));
            transit::passable(state, self.of_ways(state), &going.collect())?;
            // That it can be said where each message goes, before any is changed.
            self.moves(state, done)?;
            for round in self.sends.iter().map(|send| send.round) {
                self.sent(state, done, round)?;
            }
        }
        let changes = match step {
            Step::Labels(round) => self.labels(state, done, *round)?,
            Step::Copies(round) => self.sent(state, done, *round)?,
            Step::Moves => self.moves(state, done)?,
            Step::Notes => self.notes(found, done)?,
        };
        Ok(Some(Stage {
            changes,
            ..Stage::default()
        }))
    }
}

/// What was found in `place`, where it is numbered as it was when its messages were judged.
fn still<'s>(state: &Mailbox, place: &Place, uid_validity: u32, lie: &'s Lie) -> Result<&'s Lying> {
    let again = |what: String| {
        let error = Error::new(Exit::TryAgain, what).about(&state.name);
        Err(error.hint("run it again"))
    };
    let folder = &place.path;
    match &lie.found {
        Ok(lying) if lying.uid_validity == uid_validity => Ok(lying),
        Ok(_) => again(format!(
            "{folder:?} numbers its messages anew since they were judged"
        )),
        Err(why) => again(format!(
            "{folder:?} could be looked into before, and not now {why}"
        )),
    }
}

/// The messages of `place` with which something came to nothing of what was `done`.
fn failed(done: &Done, place: &Place) -> Uids {
    let changes = done.stages.iter().flat_map(|stage| &stage.outcome.changes);
    let failed = changes.filter(|(change, fate)| *fate != Fate::Done && change.folder() == place);
    failed.fold(Uids::default(), |all, (change, _)| match change {
        Change::Label(label) => all.or(&label.uids),
        Change::Copy(copied) => all.or(&copied.uids),
        Change::Move(moved) => all.or(&moved.uids),
        _ => all,
    })
}

/// What gives `want` to those that lack it yet, but to those with which something `failed`.
fn change(state: &Mailbox, want: &Want, lie: &Lie, failed: &Uids) -> Result<Option<Change>> {
    let lying = still(state, &want.place, want.uid_validity, lie)?;
    let pending = lying.pending.but(failed);
    Ok((!pending.is_empty()).then(|| {
        Change::Label(Label {
            folder: want.place.clone(),
            uid_validity: want.uid_validity,
            uids: pending,
            keyword: want.keyword.clone(),
            set: true,
        })
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::rulebook::written;
    use crate::decide::tests::mailbox;
    use crate::model::label::Permits;
    use crate::model::message::Message;

    fn ruled(takers: &[&[&str]]) -> Ruled {
        let message = |(n, takers): (usize, &&[&str])| {
            let message = Message {
                uid: u32::try_from(n).unwrap() + 1,
                keywords: vec!["INVOICE".to_owned(); n % 2],
                ..Message::default()
            };
            (
                message,
                takers.iter().map(|name| (*name).to_owned()).collect(),
            )
        };
        Ruled {
            uid_validity: Some(7),
            judged: Uids::up_to(10),
            taken: takers.iter().enumerate().map(message).collect(),
            ..Ruled::default()
        }
    }

    fn rules() -> Rules {
        let mut rules = Rules::default();
        for (name, then) in [
            ("a", "label = \"invoice\""),
            ("b", "label = [\"Invoice\", \"work\"], flag = true"),
        ] {
            rules
                .add(written(name, "from = \"*\"", then).unwrap())
                .unwrap();
        }
        rules
    }

    fn plan(uid_validity: u32, permits: Permits) -> Result<Vec<String>> {
        let mut state = mailbox(&[("INBOX", &[])]);
        let place = state.folders[0].place();
        let judged = vec![(place, Ok(ruled(&[&["a", "b"], &["a"], &["a"]])))];
        let ruling = Ruling::new(&state, &rules(), judged, None, Memory::default(), false).unwrap();
        let lie = |meant: Meant| Lie {
            place: meant.place,
            found: Ok(Lying {
                uid_validity,
                permits: permits.clone(),
                lacks_w: false,
                all: meant.query.uids.clone(),
                pending: meant.query.uids,
                ..Lying::default()
            }),
        };
        state.messages = ruling.meant(&state)?.into_iter().map(lie).collect();
        let found = Found {
            state: &state,
            place: &|_| Err(Error::new(Exit::Usage, "no place")),
            by_others: &BTreeMap::new(),
        };
        let stage = ruling.next(&found, &Done::default())?;
        let changes = stage.unwrap().changes.into_iter();
        Ok(changes
            .map(|change| match change {
                Change::Label(label) => format!("{} {}", label.keyword, label.uids),
                other => format!("{other:?}"),
            })
            .collect())
    }

    #[test]
    fn each_message_gets_what_its_rules_give_and_it_lacks() {
        let told = plan(7, Permits::all()).unwrap();
        assert_eq!(
            told,
            ["Work ($label2) 1", "Flagged (\\Flagged) 1", "invoice 1,3"]
        );
    }

    #[test]
    fn what_is_lost_or_numbered_anew_is_refused() {
        let error = plan(7, Permits::of(["\\Flagged", "$label2"])).unwrap_err();
        assert_eq!(error.exit(), Exit::Refused);
        assert!(error.what().contains("invoice would be lost"), "{error}");
        assert_eq!(plan(8, Permits::all()).unwrap_err().exit(), Exit::TryAgain);
    }
}
