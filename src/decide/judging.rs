//! rule run: each message is judged once by each rule.

use super::naming;
use super::settings::believed;
use crate::error::Result;
use crate::manifest::{judged, then_in_toml, when_in_toml, write_judged};
use crate::model::digest::digest;
use crate::model::plan::Place;
use crate::model::rule::{Judged, Rule, Rules, Went};
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
    /// The same of rules that send mail on, for messages that they were let send on.
    onward: BTreeMap<String, String>,
    /// Whether messages are sent on in this run.
    sends_on: bool,
    /// Whether each message is judged whatever was noted of it.
    is_anew: bool,
    /// Whether every message of a folder is meant, so that no other one can lie between two of them.
    is_whole: bool,
}

impl Memory {
    /// What is noted in the settings of `state` of `rules`, for a run that judges `is_anew` what was judged already,
    /// or that means the messages of a folder as a whole, and perhaps `sends_on` what rules forward.
    ///
    /// # Errors
    /// Where the settings are not known, or not believed.
    pub fn new(
        state: &Mailbox,
        rules: &Rules,
        (is_anew, is_whole): (bool, bool),
        sends_on: bool,
    ) -> Result<Self> {
        let labels = naming::names(state)?;
        let keys = rules
            .iter()
            .map(|rule| (rule.name.clone(), key(rule, &labels)));
        let onward = rules.iter().filter(|rule| !rule.then.forward.is_empty());
        let onward = onward.map(|rule| (rule.name.clone(), format!("{}f", key(rule, &labels))));
        Ok(Self {
            judged: noted(state)?,
            keys: keys.collect(),
            onward: onward.collect(),
            sends_on,
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
        let onward = self.onward.values().filter(|_| self.sends_on);
        for key in self.keys.values().chain(onward) {
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

    /// Whether a message was sent on to `address`, or the rule called `name` was let do that and did not have to. That
    /// cannot be taken back: whoever judges anew does not have it done again.
    pub fn was_sent_on(
        &self,
        name: &str,
        address: &str,
        path: &str,
        uid_validity: Option<u32>,
        uid: u32,
    ) -> bool {
        let Some(own) = uid_validity else {
            return false;
        };
        let own_key = self.onward.get(name).cloned();
        let mut keys = own_key.into_iter().chain([gone_to(address)]);
        keys.any(|key| {
            let before = self.judged.of(&key, path, own);
            before.is_some_and(|uids| uids.contains(uid))
        })
    }

    /// What the settings of `state` say after the messages of folders were `judged` by all rules, and it came to
    /// nothing with those of each folder that are in `failed`; and to whom which of them `went`, in a run that sends on.
    ///
    /// # Errors
    /// As [`Memory::new`].
    pub fn after(
        &self,
        state: &Mailbox,
        judged: &[(Place, Result<Ruled, String>)],
        failed: &dyn Fn(&Place) -> Uids,
        went: Option<&[Went]>,
    ) -> Result<String> {
        let mut after = noted(state)?;
        let is_rule = |key: &str| {
            let mut own = self.keys.values().chain(self.onward.values());
            own.any(|own| own == key) || key.starts_with(GONE)
        };
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
            let onward = self.onward.values().filter(|_| went.is_some());
            for key in self.keys.values().chain(onward) {
                after.note(key, &place.path, uid_validity, &done);
            }
        }
        for (path, uid_validity, address, uids) in went.unwrap_or_default() {
            after.note(&gone_to(address), path, *uid_validity, uids);
        }
        let texts = RANGES
            .iter()
            .map(|most| write_judged(&after.in_ranges(*most)));
        let mut texts = texts.filter(|text| text.len() <= LONGEST / 2);
        Ok(texts.next().unwrap_or_default())
    }
}

/// How begins what notes of messages that they went to an address.
const GONE: &str = "to-";

/// What that is called for `address`.
fn gone_to(address: &str) -> String {
    let mut key = digest([address.to_lowercase().as_bytes()]);
    key.truncate(16);
    format!("{GONE}{key}")
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
        let memory = Memory::new(&state, &one, (false, true), false).unwrap();
        assert!(memory.before("INBOX", 7).is_empty());
        // Of 2, 5, 6 and 9 one could not be judged, and one not be changed.
        let judged = vec![(place.clone(), Ok(ruled("2,5:6,9", "2,5,9")))];
        let failed = |_: &Place| "5".parse::<Uids>().unwrap();
        let text = memory.after(&state, &judged, &failed, None).unwrap();
        say(&mut state, text);
        let memory = Memory::new(&state, &one, (false, true), false).unwrap();
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
        let anew = Memory::new(&state, &one, (true, false), false).unwrap();
        assert!(anew.before("INBOX", 7).is_empty() && !anew.was_asked("a", "INBOX", Some(7), 9));
        let judged = vec![(place, Ok(ruled("20", "20")))];
        let text = anew
            .after(&state, &judged, &|_| Uids::default(), None)
            .unwrap();
        assert!(text.contains("7 1:4,7:9,20"), "{text}");
        // A rule that is new was asked about nothing, another name makes none.
        let two = rules(&[("A", "flag = true"), ("b", "label = \"x\"")]);
        let memory = Memory::new(&state, &two, (false, true), false).unwrap();
        assert!(memory.before("INBOX", 7).is_empty());
        assert!(memory.was_asked("A", "INBOX", Some(7), 9));
        assert!(!memory.was_asked("b", "INBOX", Some(7), 9));
        let changed = rules(&[("a", "flag = true, stop = true")]);
        let memory = Memory::new(&state, &changed, (false, true), false).unwrap();
        let text = memory
            .after(&state, &[], &|_| Uids::default(), None)
            .unwrap();
        assert_eq!(text, "", "what is no rule any more is forgotten");
    }

    #[test]
    fn what_went_goes_to_nobody_twice_and_what_did_not_goes_with_a_run_that_may() {
        let mut state = mailbox(&[("INBOX", &[]), ("Team", &[]), ("Team/Settings", &[])]);
        state.part_identity_folders();
        state.settings = Some(Settings::default());
        let place = state.folders[0].place();
        let judged = vec![(place, Ok(ruled("1:3", "1:3")))];
        let none = |_: &Place| Uids::default();
        let boss = rules(&[("a", "forward = \"boss@x.test\"")]);
        let memory = |state: &Mailbox, rules: &Rules, sends_on: bool| {
            Memory::new(state, rules, (false, true), sends_on).unwrap()
        };
        // Nothing was sent on: it was judged, and can go yet.
        let quiet = memory(&state, &boss, false);
        let text = quiet.after(&state, &judged, &none, None).unwrap();
        say(&mut state, text);
        assert_eq!(
            memory(&state, &boss, false).before("INBOX", 7).to_string(),
            "1:3"
        );
        let sending = memory(&state, &boss, true);
        assert!(sending.before("INBOX", 7).is_empty());
        assert!(sending.was_asked("a", "INBOX", Some(7), 2));
        assert!(!sending.was_sent_on("a", "boss@x.test", "INBOX", Some(7), 2));
        // The second one went, the third did not.
        let went = (
            "INBOX".to_owned(),
            7,
            "Boss@x.test".to_owned(),
            "2".parse().unwrap(),
        );
        let third = |_: &Place| "3".parse::<Uids>().unwrap();
        let text = sending
            .after(&state, &judged, &third, Some(&[went]))
            .unwrap();
        say(&mut state, text);
        let sending = memory(&state, &boss, true);
        assert_eq!(sending.before("INBOX", 7).to_string(), "1:2");
        assert!(!sending.was_sent_on("a", "boss@x.test", "INBOX", Some(7), 3));
        // Whoever is named by another rule, or by one that says something else, gets it once all the same.
        let other = rules(&[("b", "forward = [\"boss@x.test\", \"new@x.test\"]")]);
        let sending = memory(&state, &other, true);
        assert!(sending.before("INBOX", 7).is_empty());
        assert!(sending.was_sent_on("b", "boss@x.test", "INBOX", Some(7), 2));
        assert!(!sending.was_sent_on("b", "new@x.test", "INBOX", Some(7), 2));
        let anew = Memory::new(&state, &boss, (true, false), true).unwrap();
        assert!(anew.before("INBOX", 7).is_empty());
        assert!(anew.was_sent_on("a", "boss@x.test", "INBOX", Some(7), 1));
    }
}
