//! The changes that the log tells of, one at a time: each by its outcome, or by its intent where it
//! has none.

use super::chain::Chain;
use super::told::Told;
use crate::error::Result;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// No more unfinished stretches of work than this are kept in mind.
const MOST: usize = 100_000;
/// No run has a longer name, in bytes.
const MOST_NAME: usize = 64;

/// A change as the log tells it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Shown {
    /// The line's number.
    pub n: u64,
    /// When, in UTC.
    pub at: String,
    /// `outcome`, or `intent` where nothing is known of it.
    pub event: String,
    /// The rest.
    #[serde(flatten)]
    pub told: Told,
}

/// Which changes are wanted; all of them by default.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this mailbox; `support@` is support at any domain.
    pub mailbox: Option<String>,
    /// Of this person or group; without a domain, here or there, it is any.
    pub who: Option<String>,
    /// By this login or user of the system.
    pub by: Option<String>,
    /// By this verb, or any of this noun.
    pub command: Option<String>,
    /// From then on.
    pub since: Option<DateTime<Utc>>,
    /// Before then.
    pub until: Option<DateTime<Utc>>,
}

/// What is needed of a line to know whether a change was finished.
#[derive(Deserialize)]
struct Step {
    event: String,
    #[serde(default)]
    run: String,
    #[serde(default)]
    id: u64,
}

/// Stretches of numbers: the first of each, and the one behind its last.
type Work = BTreeMap<u64, u64>;

/// Changes that have an intent and no outcome, by run.
#[derive(Default)]
struct Unfinished {
    runs: BTreeMap<String, Work>,
    count: usize,
}

/// Gives every change of `chain` that `filter` wants to `each`, in the order of the log; how many
/// lines were no lines of a log. Reads all twice, in the memory of a line.
///
/// # Errors
/// When a file cannot be read; the first that `each` returns.
pub fn show(
    chain: &Chain,
    filter: &Filter,
    each: &mut dyn FnMut(Shown) -> Result<()>,
) -> Result<u64> {
    let mut unfinished = Unfinished::default();
    read(chain, &mut |bytes| {
        if let Ok(step) = serde_json::from_slice::<Step>(bytes) {
            unfinished.learn(step);
        }
        Ok(())
    })?;
    let mut strange = 0;
    read(chain, &mut |bytes| {
        let Ok(step) = serde_json::from_slice::<Step>(bytes) else {
            strange += 1;
            return Ok(());
        };
        let counts = match step.event.as_str() {
            "outcome" => true,
            "intent" => unfinished.holds(&step.run, step.id),
            _ => false,
        };
        if !counts {
            return Ok(());
        }
        match serde_json::from_slice::<Shown>(bytes) {
            Ok(shown) if filter.wants(&shown) => each(shown)?,
            Ok(_) => {}
            Err(_) => strange += 1,
        }
        Ok(())
    })?;
    Ok(strange)
}

fn read(chain: &Chain, each: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
    for part in &chain.parts {
        let mut lines = part.lines()?;
        while let Some(raw) = lines.next().map_err(|error| part.unreadable(&error))? {
            // What does not fit is no line, and neither is its beginning.
            each(if raw.fits() { raw.bytes } else { b"" })?;
        }
    }
    Ok(())
}

impl Filter {
    fn wants(&self, shown: &Shown) -> bool {
        let told = &shown.told;
        let at = DateTime::parse_from_rfc3339(&shown.at);
        let at = at.map(|at| at.with_timezone(&Utc)).ok();
        let given =
            |wanted: &Option<String>, is: &dyn Fn(&str) -> bool| wanted.as_deref().is_none_or(is);
        // Whoever was subscribed is who the session was.
        let subscribed = told
            .acting
            .as_deref()
            .filter(|_| told.change == "subscribe");
        let people = [
            told.identifier.as_deref(),
            told.sender.as_deref(),
            subscribed,
        ];
        given(&self.mailbox, &|wanted| is_mailbox(&told.mailbox, wanted))
            && given(&self.who, &|wanted| {
                people.iter().flatten().any(|who| is_who(who, wanted))
            })
            && given(&self.by, &|wanted| {
                is_who(&told.login, wanted) || told.user == wanted
            })
            && given(&self.command, &|wanted| is_command(&told.command, wanted))
            && self
                .since
                .is_none_or(|since| at.is_some_and(|at| at >= since))
            && self
                .until
                .is_none_or(|until| at.is_some_and(|at| at < until))
    }
}

fn is_mailbox(name: &str, wanted: &str) -> bool {
    let name = name.to_lowercase();
    let wanted = wanted.to_lowercase();
    name == wanted || wanted.ends_with('@') && name.starts_with(&wanted)
}

fn is_who(name: &str, wanted: &str) -> bool {
    let (name, wanted) = (name.to_lowercase(), wanted.to_lowercase());
    // Some servers spell people without their domain.
    match (name.split_once('@'), wanted.split_once('@')) {
        (Some((local, _)), None) => local == wanted,
        (None, Some((local, _))) => name == local,
        _ => name == wanted,
    }
}

/// `folder` is every verb of `folder`.
fn is_command(command: &str, wanted: &str) -> bool {
    let rest = command.strip_prefix(wanted);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

impl Unfinished {
    fn learn(&mut self, step: Step) {
        match step.event.as_str() {
            "intent" if step.run.len() <= MOST_NAME => self.add(step.run, step.id),
            "outcome" => self.remove(&step.run, step.id),
            _ => {}
        }
    }

    fn add(&mut self, run: String, id: u64) {
        let work = self.runs.entry(run).or_default();
        match work.last_entry().filter(|last| *last.get() == id) {
            Some(mut last) => *last.get_mut() = id.saturating_add(1),
            None if self.count < MOST => {
                work.insert(id, id.saturating_add(1));
                self.count += 1;
            }
            None => {}
        }
    }

    fn remove(&mut self, run: &str, id: u64) {
        let Some(work) = self.runs.get_mut(run) else {
            return;
        };
        let Some((start, end)) = stretch(work, id) else {
            return;
        };
        work.remove(&start);
        self.count -= 1;
        for (start, end) in [(start, id), (id.saturating_add(1), end)] {
            if start < end {
                work.insert(start, end);
                self.count += 1;
            }
        }
        if work.is_empty() {
            self.runs.remove(run);
        }
    }

    fn holds(&self, run: &str, id: u64) -> bool {
        let work = self.runs.get(run);
        work.is_some_and(|work| stretch(work, id).is_some())
    }
}

/// The stretch that `id` lies in.
fn stretch(work: &Work, id: u64) -> Option<(u64, u64)> {
    let (start, end) = work.range(..=id).next_back()?;
    (id < *end).then_some((*start, *end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(event: &str, id: u64) -> Step {
        Step {
            event: event.into(),
            run: "a".into(),
            id,
        }
    }

    #[test]
    fn what_has_no_outcome_is_unfinished() {
        let mut unfinished = Unfinished::default();
        (1..=1000).for_each(|id| unfinished.learn(step("intent", id)));
        assert_eq!(unfinished.count, 1);
        (1..=1000)
            .filter(|id| ![1, 500, 1000].contains(id))
            .for_each(|id| unfinished.learn(step("outcome", id)));
        let left: Vec<u64> = (0..1002).filter(|id| unfinished.holds("a", *id)).collect();
        assert_eq!((left, unfinished.count), (vec![1, 500, 1000], 3));
        for id in [1, 500, 1000] {
            unfinished.learn(step("outcome", id));
        }
        assert!(unfinished.runs.is_empty() && unfinished.count == 0);
    }

    #[test]
    fn that_the_server_stores_nothing_is_read_as_it_was_written() {
        for stored in ["\"stored\":null", "\"stored\":\"lr\""] {
            let line = format!("{{\"n\":1,\"at\":\"\",\"event\":\"outcome\",{stored}}}");
            let shown: Shown = serde_json::from_str(&line).unwrap();
            assert!(shown.told.stored.is_some(), "{stored}");
            assert!(serde_json::to_string(&shown).unwrap().contains(stored));
        }
        let shown: Shown = serde_json::from_str(r#"{"n":1,"at":"","event":"x"}"#).unwrap();
        assert_eq!(shown.told.stored, None);
    }

    #[test]
    fn names_are_found_with_and_without_their_domain() {
        assert!(is_mailbox("support@example.test", "Support@"));
        assert!(is_mailbox("shared/sales", "shared/sales"));
        assert!(!is_mailbox("support@example.test", "support"));
        assert!(is_who("alice@example.test", "alice") && is_who("alice", "Alice"));
        assert!(is_who("alice", "alice@example.test"));
        assert!(!is_who("alice@example.test", "alice@example.com"));
        assert!(is_command("folder create", "folder") && !is_command("folders", "folder"));
    }
}
