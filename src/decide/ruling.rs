//! rule: the rules of a mailbox as its settings say them, and what they do with messages that are there.

use super::errand::{Errand, Found, Stage};
use super::labelling;
use super::naming;
use super::scope::unreserved;
use super::settings::believed;
use super::transit;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::manifest::{rules, write_rule, write_rules};
use crate::model::change::{Change, Label};
use crate::model::command::command;
use crate::model::done::Done;
use crate::model::label::Keyword;
use crate::model::message::Message;
use crate::model::messages::{Aim, Lie, Lying, Meant};
use crate::model::near::nearest;
use crate::model::outcome::Fate;
use crate::model::plan::Place;
use crate::model::rule::{Goes, Rule, Rules, Then};
use crate::model::selection::Query;
use crate::model::setting::{Kind, Labels};
use crate::model::state::{Folder, Mailbox};
use crate::model::uids::Uids;
use crate::observe::Ruled;
use crate::sieve;
use std::collections::{BTreeMap, BTreeSet};

/// The rules of the mailbox.
///
/// # Errors
/// [`Exit::Refused`] where the settings are not known, or not believed; [`Exit::BadInput`] where they cannot be
/// understood.
pub fn rules(state: &Mailbox) -> Result<Rules> {
    parsed(state, believed(state, Kind::Rules)?)
}

/// The rules that `text` says, in the mailbox of `state`.
///
/// # Errors
/// [`Exit::BadInput`] where it cannot be understood.
pub fn parsed(state: &Mailbox, text: &str) -> Result<Rules> {
    rules::parse(text).map_err(|errors| first(&state.name, errors))
}

/// The same of a mailbox that has some.
///
/// # Errors
/// As [`rules`], and [`Exit::NotFound`] where it has none.
pub fn some_rules(state: &Mailbox) -> Result<Rules> {
    let rules = rules(state)?;
    if rules.is_empty() {
        let error = Error::new(Exit::NotFound, "the mailbox has no rules").about(&state.name);
        let add = ["rule", "add", &state.name];
        return Err(error.hint(format!("{} NAME --when … --then … adds one", command(add))));
    }
    Ok(rules)
}

fn first(mailbox: &str, errors: Vec<Error>) -> Error {
    let error = errors.into_iter().next();
    let error = error.unwrap_or_else(|| Error::new(Exit::BadInput, "the settings make no sense"));
    error.about(mailbox)
}

/// The rule called `name` of which somebody wrote what stands between the braces of `when` and `then`.
///
/// # Errors
/// [`Exit::BadInput`] where it is none.
pub fn written(name: &str, when: &str, then: &str) -> Result<Rule> {
    let braced = |text: &str| match text.trim_start().starts_with('{') {
        true => text.to_owned(),
        false => format!("{{ {text} }}"),
    };
    // A text of JSON is one of TOML.
    let name = serde_json::Value::from(name);
    let (when, then) = (braced(when), braced(then));
    let text = format!("[[rule]]\nname = {name}\nwhen = {when}\nthen = {then}\n");
    let wrong = |what: &str| Error::new(Exit::BadInput, what).about("the rule");
    let rules = rules::parse_in("the rule", &text).map_err(|errors| {
        let error = errors.into_iter().next();
        error.unwrap_or_else(|| wrong("it makes no sense"))
    })?;
    let (Some(rule), 1) = (rules.iter().next(), rules.len()) else {
        return Err(wrong("it is more than one rule"));
    };
    // What is written may nest deeper than what was typed.
    match rules::parse(&write_rule(rule)) {
        Ok(again) if again == rules => Ok(rule.clone()),
        _ => Err(wrong("its conditions lie too deep in each other")),
    }
}

/// What the settings say with `rule` at their end.
///
/// # Errors
/// As [`rules`], [`Exit::Usage`] where another one is called so, and where there is no folder to which it moves mail.
pub fn with(state: &Mailbox, rule: &Rule) -> Result<String> {
    let mut rules = rules(state)?;
    target(state, rule)?;
    match rules.called(&rule.name) {
        Some(same) if same == rule => {}
        Some(other) => {
            let what = format!("another rule is called {:?}", other.name);
            let remove = ["rule", "remove", &state.name, &other.name];
            let error = Error::new(Exit::Usage, what).about(&state.name);
            return Err(error.hint(format!("{} makes room", command(remove))));
        }
        None => drop(rules.add(rule.clone())),
    }
    Ok(write_rules(&rules))
}

/// What the settings say without the rule called `name`.
///
/// # Errors
/// As [`rules`], and [`Exit::NotFound`] where there is none.
pub fn without(state: &Mailbox, name: &str) -> Result<String> {
    let mut rules = rules(state)?;
    match rules.remove(name) {
        Some(_) => Ok(write_rules(&rules)),
        None => Err(not_called(state, &rules, name)),
    }
}

/// The one of `rules` called `name`, and as which it is asked, from 1.
///
/// # Errors
/// [`Exit::NotFound`] where there is none.
pub fn called<'r>(state: &Mailbox, rules: &'r Rules, name: &str) -> Result<(usize, &'r Rule)> {
    let rule = rules
        .called(name)
        .ok_or_else(|| not_called(state, rules, name))?;
    let before = rules.iter().take_while(|other| *other != rule).count();
    Ok((before + 1, rule))
}

fn not_called(state: &Mailbox, rules: &Rules, name: &str) -> Error {
    let error = Error::new(Exit::NotFound, format!("no rule is called {name:?}"));
    let near = nearest(name, rules.iter().map(|rule| rule.name.as_str()));
    let list = ["rule", "list", &state.name];
    let hint = match near {
        Some(near) => format!("did you mean {near:?}?"),
        None => format!("{} tells which there are", command(list)),
    };
    error.about(&state.name).hint(hint)
}

/// The script by which a server does with mail that comes what `rules` do, in the mailbox of `state` with these
/// `labels`; `called` says what a folder is called there.
///
/// # Errors
/// Where a folder is missing to which a rule moves mail.
pub fn script(
    state: &Mailbox,
    rules: &Rules,
    labels: &Labels,
    called: &dyn Fn(&Folder) -> String,
) -> Result<String> {
    let mut folders = BTreeMap::new();
    for rule in rules.iter() {
        if let Some(folder) = target(state, rule)? {
            folders.insert(rule.name.clone(), called(folder));
        }
    }
    Ok(sieve::compile(&state.name, rules, labels, &folders))
}

/// The folder to which `rule` moves mail, if it does.
///
/// # Errors
/// Where there is no such folder.
pub fn target<'s>(state: &'s Mailbox, rule: &Rule) -> Result<Option<&'s Folder>> {
    let (name, mut folders) = (&rule.name, state.folders.iter());
    match &rule.then.goes {
        None => Ok(None),
        Some(Goes::To(path)) => {
            unreserved(state, path)?;
            let missing = || {
                let what = format!(
                    "the rule {name:?} moves mail into {path:?}, and there is no such folder"
                );
                let near = nearest(path, state.folders.iter().map(|one| one.path.as_str()));
                let create = ["folder", "create", &state.name, path];
                let hint = match near {
                    Some(near) => format!("did you mean {near:?}?"),
                    None => format!("{} makes it", command(create)),
                };
                Error::new(Exit::NotFound, what)
                    .about(&state.name)
                    .hint(hint)
            };
            state.folder(path).map(Some).ok_or_else(missing)
        }
        Some(Goes::ToTrash) => {
            let is_trash = |folder: &&Folder| {
                let used = folder.special_use.as_deref();
                used.is_some_and(|used| used.eq_ignore_ascii_case("\\Trash"))
            };
            let missing = || {
                let what = format!(
                    "the rule {name:?} moves mail into the trash, and the server tells no folder that is it (\\Trash)"
                );
                let error = Error::new(Exit::NotFound, what).about(&state.name);
                error.hint("move = \"PATH\" in place of trash = true names a folder")
            };
            folders.find(is_trash).map(Some).ok_or_else(missing)
        }
    }
}

/// What rules do with the messages that they take, as an errand.
pub struct Ruling {
    /// What was made of the messages of each folder.
    pub judged: Vec<(Place, Result<Ruled, String>)>,
    /// The keywords that each rule gives, by its name.
    pub gives: BTreeMap<String, Vec<Keyword>>,
    /// Where each rule that took a message moves it, by its name.
    goes: BTreeMap<String, Place>,
    wants: Vec<Want>,
    ways: Vec<Way>,
    /// How many keywords a folder keeps, where the profile says so.
    most: Option<usize>,
}

/// Messages of a folder that get a keyword.
struct Want {
    place: Place,
    uid_validity: u32,
    uids: Uids,
    keyword: Keyword,
}

/// Messages of a folder that go into another one.
struct Way {
    place: Place,
    uid_validity: u32,
    uids: Uids,
    to: Place,
}

impl Ruling {
    /// What `rules` do in the mailbox of `state`, where its messages were `judged`, and a folder keeps `most`
    /// keywords.
    ///
    /// # Errors
    /// Where nobody knows what its labels are called, and where a folder is missing into which a message shall go.
    pub fn new(
        state: &Mailbox,
        rules: &Rules,
        judged: Vec<(Place, Result<Ruled, String>)>,
        most: Option<usize>,
    ) -> Result<Self> {
        let labels = naming::names(state)?;
        let gives: BTreeMap<String, Vec<Keyword>> = rules
            .iter()
            .map(|rule| (rule.name.clone(), given(&rule.then, &labels)))
            .collect();
        let ruled = judged.iter().filter_map(|(_, ruled)| ruled.as_ref().ok());
        let takers = ruled.flat_map(|ruled| ruled.taken.iter().flat_map(|(_, takers)| takers));
        let takers: BTreeSet<&String> = takers.collect();
        let mut goes = BTreeMap::new();
        for rule in rules.iter().filter(|rule| takers.contains(&rule.name)) {
            if let Some(folder) = target(state, rule)? {
                goes.insert(rule.name.clone(), folder.place());
            }
        }
        let mut ruling = Self {
            judged,
            gives,
            goes,
            wants: Vec::new(),
            ways: Vec::new(),
            most,
        };
        ruling.wants = ruling.wants();
        ruling.ways = ruling.ways();
        Ok(ruling)
    }

    /// Where a message goes that lies in `place` and is taken by the rules called `takers`.
    pub fn way(&self, place: &Place, takers: &[String]) -> Option<&Place> {
        let to = takers.iter().find_map(|name| self.goes.get(name))?;
        (to.wire != place.wire).then_some(to)
    }

    /// The keywords that a message gets which is taken by the rules called `takers`, each once.
    pub fn given(&self, takers: &[String]) -> Vec<&Keyword> {
        let mut all: Vec<&Keyword> = Vec::new();
        for keyword in takers
            .iter()
            .filter_map(|name| self.gives.get(name))
            .flatten()
        {
            if !all.iter().any(|own| own.is(keyword.as_str())) {
                all.push(keyword);
            }
        }
        all
    }

    /// The messages that rules take, folder by folder, each with these rules, where they can be told apart later.
    fn taken(&self) -> impl Iterator<Item = (&Place, u32, &[(Message, Vec<String>)])> {
        self.judged.iter().filter_map(|(place, ruled)| {
            let ruled = ruled.as_ref().ok()?;
            Some((place, ruled.uid_validity?, ruled.taken.as_slice()))
        })
    }

    fn wants(&self) -> Vec<Want> {
        let mut wants = Vec::new();
        for (place, uid_validity, taken) in self.taken() {
            let mut each: BTreeMap<String, (&Keyword, Vec<u32>)> = BTreeMap::new();
            for (message, takers) in taken {
                for keyword in self.given(takers) {
                    let key = keyword.as_str().to_ascii_lowercase();
                    let (_, uids) = each.entry(key).or_insert_with(|| (keyword, Vec::new()));
                    if !message.carries(keyword) {
                        uids.push(message.uid);
                    }
                }
            }
            for (keyword, uids) in each.into_values() {
                let uids: Uids = uids.into_iter().collect();
                let parts = transit::parts(&uids).into_iter();
                wants.extend(parts.map(|uids| Want {
                    place: place.clone(),
                    uid_validity,
                    uids,
                    keyword: keyword.clone(),
                }));
            }
        }
        wants
    }

    fn ways(&self) -> Vec<Way> {
        let mut ways = Vec::new();
        for (place, uid_validity, taken) in self.taken() {
            let mut each: BTreeMap<&Place, Vec<u32>> = BTreeMap::new();
            for (message, takers) in taken {
                if let Some(to) = self.way(place, takers) {
                    each.entry(to).or_default().push(message.uid);
                }
            }
            for (to, uids) in each {
                let parts = transit::parts(&uids.into_iter().collect()).into_iter();
                ways.extend(parts.map(|uids| Way {
                    place: place.clone(),
                    uid_validity,
                    uids,
                    to: to.clone(),
                }));
            }
        }
        ways
    }

    /// The folders into which messages go.
    fn targets(&self) -> BTreeSet<&Place> {
        self.ways.iter().map(|way| &way.to).collect()
    }

    /// What was found of the messages that go, and of the folders into which they do.
    fn of_ways<'s>(&self, state: &'s Mailbox) -> &'s [Lie] {
        state.messages.get(self.wants.len()..).unwrap_or_default()
    }

    /// What moves the messages, but for those that did not get what they shall have: their rules would never be asked
    /// again. Those that got the same go together, so that it is known of each part what it got.
    fn moves(&self, state: &Mailbox, done: &Done) -> Result<Vec<Change>> {
        let (labelled, ways) = state
            .messages
            .split_at_checked(self.wants.len())
            .unwrap_or_default();
        let failed: Vec<&Label<Place>> = done
            .stages
            .iter()
            .flat_map(|stage| &stage.outcome.changes)
            .filter_map(|(change, fate)| match change {
                Change::Label(label) if *fate != Fate::Done => Some(label),
                _ => None,
            })
            .collect();
        let gets: Vec<(&Place, &Uids)> = self
            .wants
            .iter()
            .zip(labelled)
            .filter_map(|(want, lie)| Some((&want.place, &lie.found.as_ref().ok()?.pending)))
            .collect();
        let mut moves = Vec::new();
        for (way, lie) in self.ways.iter().zip(ways) {
            let lying = still(state, &way.place, way.uid_validity, lie)?;
            let is_failed = |uid: u32| {
                let mut failed = failed.iter();
                failed.any(|label| label.folder == way.place && label.uids.contains(uid))
            };
            let mut each: BTreeMap<Vec<usize>, BTreeMap<u32, u64>> = BTreeMap::new();
            for dated in lying.dated.iter().filter(|dated| !is_failed(dated.uid)) {
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
        labelling::roomy_for(state, &each, self.most)
    }
}

fn given(then: &Then, labels: &Labels) -> Vec<Keyword> {
    let labels = then.labels.iter().map(|given| given.keyword(labels));
    labels.chain(then.flag.then(Keyword::flagged)).collect()
}

impl Errand for Ruling {
    fn is_of_mail(&self) -> bool {
        true
    }

    fn meant(&self, _: &Mailbox) -> Result<Vec<Meant>> {
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
            aim: Aim::Receive,
        };
        let labels = self.wants.iter().map(meant);
        let leaves = self.ways.iter().map(leave);
        let targets = self.targets().into_iter().map(receive);
        Ok(labels.chain(leaves).chain(targets).collect())
    }

    fn next(&self, found: &Found, done: &Done) -> Result<Option<Stage>> {
        let state = found.state;
        let changes = match done.stages.len() {
            0 => {
                self.permitted(state)?;
                let going = self.ways.iter();
                let going = going.map(|way| (&way.place, way.to.path.as_str()));
                transit::passable(state, self.of_ways(state), &going.collect())?;
                // That it can be said where each message goes, before any is changed.
                self.moves(state, done)?;
                let mut changes = Vec::new();
                for (want, lie) in self.wants.iter().zip(&state.messages) {
                    changes.extend(change(state, want, lie)?);
                }
                changes
            }
            1 if !self.ways.is_empty() => self.moves(state, done)?,
            _ => return Ok(None),
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

/// What gives `want` to those that lack it yet.
fn change(state: &Mailbox, want: &Want, lie: &Lie) -> Result<Option<Change>> {
    let lying = still(state, &want.place, want.uid_validity, lie)?;
    Ok((!lying.pending.is_empty()).then(|| {
        Change::Label(Label {
            folder: want.place.clone(),
            uid_validity: want.uid_validity,
            uids: lying.pending.clone(),
            keyword: want.keyword.clone(),
            set: true,
        })
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
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
            judged: 10,
            taken: takers.iter().enumerate().map(message).collect(),
            not_judged: 0,
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
        let ruling = Ruling::new(&state, &rules(), judged, None).unwrap();
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

    #[test]
    fn a_rule_is_one_that_makes_sense() {
        let wrong = |when: &str, then: &str| written("a", when, then).unwrap_err().to_string();
        assert!(wrong("from = \"x\"", "move = \"b\", trash = true").contains("one place alone"));
        assert!(wrong("", "flag = true").contains("says nothing"));
        assert!(wrong("from = \"x\"", "label = \"a\" }\n[[rule]]\nx = {").contains("the rule:"));
        assert!(written("a", "{ from = \"x\" }", "{ flag = true }").is_ok());
        let deep = format!(
            "{}from = [\"a\", \"b\"]{}",
            "not = { ".repeat(7),
            " }".repeat(7)
        );
        assert!(
            wrong(&deep, "flag = true").contains("too deep"),
            "{}",
            wrong(&deep, "flag = true")
        );
    }

    #[test]
    fn settings_have_each_rule_once() {
        let mut state = mailbox(&[("INBOX", &[])]);
        let rule = written("a", "from = \"x\"", "flag = true").unwrap();
        assert!(with(&state, &rule).unwrap().starts_with("[[rule]]\n"));
        assert_eq!(without(&state, "a").unwrap_err().exit(), Exit::NotFound);
        assert_eq!(some_rules(&state).unwrap_err().exit(), Exit::NotFound);
        state.messages.clear();
    }
}
