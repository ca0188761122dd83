//! rule run: each message is judged once by each rule.

use super::naming;
use super::settings::believed;
use crate::error::Result;
use crate::manifest::{judged, then_in_toml, when_in_toml, write_judged};
use crate::model::digest::digest;
use crate::model::plan::Place;
use crate::model::rule::{Judged, Rule, Rules};
use crate::model::setting::{Kind, LONGEST, Labels};
use crate::model::state::Mailbox;
use crate::model::uids::Uids;
use crate::observe::Ruled;
use std::collections::BTreeMap;

/// Of each folder so many ranges of messages are kept, unless all of it would be too long.
const RANGES: [usize; 4] = [1_000, 100, 10, 1];

/// What rules were asked about before.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    judged: Judged,
    /// What each rule is called there, by its name: a rule that says something else is another one.
    keys: BTreeMap<String, String>,
    /// Whether each message is judged whatever was noted of it.
    is_anew: bool,
    /// Whether every message of a folder is meant, so that no other one can lie between two of them.
    is_whole: bool,
}

impl Memory {
    /// What is noted in the settings of `state` of `rules`, for a run that judges `is_anew` what was judged already,
    /// or that means the messages of a folder as a whole.
    ///
    /// # Errors
    /// Where the settings are not known, or not believed.
    pub fn new(state: &Mailbox, rules: &Rules, is_anew: bool, is_whole: bool) -> Result<Self> {
        let labels = naming::names(state)?;
        let keys = rules
            .iter()
            .map(|rule| (rule.name.clone(), key(rule, &labels)));
        Ok(Self {
            judged: noted(state)?,
            keys: keys.collect(),
            is_anew,
            is_whole,
        })
    }

    /// The messages of a folder about which every rule was asked before.
    pub fn before(&self, path: &str, uid_validity: u32) -> Uids {
        if self.is_anew {
            return Uids::default();
        }
        let of = |key: &String| self.judged.of(key, path, uid_validity);
        let mut all = Uids::up_to(u32::MAX);
        for key in self.keys.values() {
            match of(key) {
                Some(uids) => all = all.but(&all.but(uids)),
                None => return Uids::default(),
            }
        }
        all
    }

    /// Whether the rule called `name` was asked before about a message.
    pub fn was_asked(&self, name: &str, path: &str, uid_validity: Option<u32>, uid: u32) -> bool {
        let Some((key, own)) = self.keys.get(name).zip(uid_validity) else {
            return false;
        };
        let before = self.judged.of(key, path, own);
        !self.is_anew && before.is_some_and(|uids| uids.contains(uid))
    }

    /// What the settings of `state` say after the messages of folders were `judged` by all rules, and it came to
    /// nothing with those of each folder that are in `failed`.
    ///
    /// # Errors
    /// As [`Memory::new`].
    pub fn after(
        &self,
        state: &Mailbox,
        judged: &[(Place, Result<Ruled, String>)],
        failed: &dyn Fn(&Place) -> Uids,
    ) -> Result<String> {
        let mut after = noted(state)?;
        let is_rule = |key: &str| self.keys.values().any(|own| own == key);
        after.retain(is_rule, |path| state.folder(path).is_some());
        for (place, ruled) in judged {
            let Ok(ruled) = ruled else { continue };
            let Some(uid_validity) = ruled.uid_validity else {
                continue;
            };
            // A number that no message has below one that has is given to none any more.
            let done = match (self.is_whole, ruled.found.last()) {
                (true, Some(last)) => {
                    let before = self.before(&place.path, uid_validity);
                    let not_judged = ruled.found.but(&ruled.judged).but(&before);
                    Uids::up_to(last).but(&not_judged)
                }
                _ => ruled.judged.clone(),
            };
            let done = done.but(&failed(place));
            if done.is_empty() {
                continue;
            }
            for key in self.keys.values() {
                after.note(key, &place.path, uid_validity, &done);
            }
        }
        let texts = RANGES
            .iter()
            .map(|most| write_judged(&after.in_ranges(*most)));
        let mut texts = texts.filter(|text| text.len() <= LONGEST / 2);
        Ok(texts.next().unwrap_or_default())
    }
}

/// What is noted in the settings of `state`. What makes no sense tells nothing: everything is judged again.
fn noted(state: &Mailbox) -> Result<Judged> {
    let text = believed(state, Kind::Judged)?;
    Ok(judged::parse(text).unwrap_or_default())
}

/// What tells a rule from one that takes other messages, or does something else with them.
fn key(rule: &Rule, labels: &Labels) -> String {
    let mut parts = vec![when_in_toml(&rule.when), then_in_toml(&rule.then)];
    let keywords = rule.then.labels.iter().map(|given| given.keyword(labels));
    parts.extend(keywords.map(|keyword| keyword.as_str().to_owned()));
    let mut key = digest(parts.iter().map(String::as_bytes));
    key.truncate(16);
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::rulebook::written;
    use crate::decide::tests::mailbox;
    use crate::model::setting::{Newest, Settings};

    fn rules(all: &[(&str, &str)]) -> Rules {
        let mut rules = Rules::default();
        for (name, then) in all {
            rules
                .add(written(name, "from = \"*\"", then).unwrap())
                .unwrap();
        }
        rules
    }

    fn ruled(found: &str, judged: &str) -> Ruled {
        Ruled {
            uid_validity: Some(7),
            found: found.parse().unwrap(),
            judged: judged.parse().unwrap(),
            ..Ruled::default()
        }
    }

    fn say(state: &mut Mailbox, text: String) {
        let newest = Newest {
            uid: 1,
            older: Vec::new(),
            text: Ok(text),
        };
        let settings = state.settings.get_or_insert_with(Settings::default);
        settings.newest.insert(Kind::Judged, newest);
    }

    #[test]
    fn a_message_is_judged_once_by_each_rule() {
        let mut state = mailbox(&[("INBOX", &[]), ("Team", &[]), ("Team/Settings", &[])]);
        state.part_identity_folders();
        state.settings = Some(Settings::default());
        let place = state.folders[0].place();
        let one = rules(&[("a", "flag = true")]);
        let memory = Memory::new(&state, &one, false, true).unwrap();
        assert!(memory.before("INBOX", 7).is_empty());
        // Of 2, 5, 6 and 9 one could not be judged, and one not be changed.
        let judged = vec![(place.clone(), Ok(ruled("2,5:6,9", "2,5,9")))];
        let failed = |_: &Place| "5".parse::<Uids>().unwrap();
        let text = memory.after(&state, &judged, &failed).unwrap();
        say(&mut state, text);
        let memory = Memory::new(&state, &one, false, true).unwrap();
        assert_eq!(memory.before("INBOX", 7).to_string(), "1:4,7:9");
        assert!(memory.before("INBOX", 8).is_empty());
        assert!(memory.was_asked("a", "INBOX", Some(7), 9));
        for (name, path, validity, uid) in [
            ("b", "INBOX", Some(7), 9),
            ("a", "Archive", Some(7), 9),
            ("a", "INBOX", Some(8), 9),
            ("a", "INBOX", None, 9),
            ("a", "INBOX", Some(7), 5),
        ] {
            assert!(!memory.was_asked(name, path, validity, uid));
        }
        // What was selected is judged, and no more is noted.
        let anew = Memory::new(&state, &one, true, false).unwrap();
        assert!(anew.before("INBOX", 7).is_empty() && !anew.was_asked("a", "INBOX", Some(7), 9));
        let judged = vec![(place, Ok(ruled("20", "20")))];
        let text = anew.after(&state, &judged, &|_| Uids::default()).unwrap();
        assert!(text.contains("7 1:4,7:9,20"), "{text}");
        // A rule that is new was asked about nothing, another name makes none.
        let two = rules(&[("A", "flag = true"), ("b", "label = \"x\"")]);
        let memory = Memory::new(&state, &two, false, true).unwrap();
        assert!(memory.before("INBOX", 7).is_empty());
        assert!(memory.was_asked("A", "INBOX", Some(7), 9));
        assert!(!memory.was_asked("b", "INBOX", Some(7), 9));
        let changed = rules(&[("a", "flag = true, stop = true")]);
        let memory = Memory::new(&state, &changed, false, true).unwrap();
        let text = memory.after(&state, &[], &|_| Uids::default()).unwrap();
        assert_eq!(text, "", "what is no rule any more is forgotten");
    }
}
