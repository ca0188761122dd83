//! People who could not be looked up: nobody can say whether the server knows them.

use crate::model::dialect::Dialect;
use crate::model::state::{Known, unclear};
use crate::model::words::some;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Somebody of whom it could not be found out whether she exists, though the server was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubt {
    /// As one would write her on the command line.
    pub who: String,
    /// What came back.
    pub why: String,
    /// Whether another attempt may do better; where not, the server refuses this name as a login.
    pub may_pass: bool,
}

/// Those of `known` in doubt whom `counts`, by the names that people use.
pub fn doubts(
    known: &BTreeMap<String, Known>,
    dialect: &Dialect,
    counts: impl Fn(&str) -> bool,
) -> Vec<Doubt> {
    let unclear = unclear(known).filter(|(name, _)| counts(name));
    let doubt = unclear.map(|(name, unclear)| Doubt {
        who: dialect.who(name),
        why: unclear.why.clone(),
        may_pass: unclear.may_pass,
    });
    doubt.collect()
}

/// Each in a sentence.
pub(super) fn sentences(doubts: &[Doubt]) -> impl Iterator<Item = String> {
    let told = |Doubt { who, why, .. }: &Doubt| format!("{who} could not be looked up: {why}");
    doubts.iter().map(told)
}

/// Those of `people` of whom no doubt tells why, in a sentence; nothing where there is none.
pub(super) fn unasked(people: &[String], doubts: &[Doubt]) -> Option<String> {
    let is_told = |who: &&String| doubts.iter().any(|doubt| doubt.who == **who);
    let people: Vec<String> = people.iter().filter(|who| !is_told(who)).cloned().collect();
    (!people.is_empty()).then(|| {
        format!(
            "could not be found out whether they exist: {}",
            some(&people)
        )
    })
}
