//! People to whom files give something, and whom the server does not know: they would be found by
//! nobody, as the entry is there just as the file says.

use super::foreseen::{Foreseen, Planned};
use super::watch::SOME;
use crate::decide;
use crate::model::desired::Desired;
use crate::model::state::Known;
use crate::model::whom::Whom;
use crate::observe::known::known;
use crate::output::Output;
use crate::reach::Provider;
use crate::report::doubt::{Doubt, doubts};
use crate::report::file::people::{People, Strange};
use std::collections::{BTreeMap, BTreeSet};

/// How many people are asked for.
pub fn most(look_up: Whom) -> usize {
    match look_up {
        Whom::None => 0,
        Whom::Some => SOME,
        Whom::All => usize::MAX,
    }
}

/// Asks the server for the people of `wishes`, each once, but not for those whom `seen` knows by the
/// name that people use, and for no more than `most`.
pub fn unknown(
    foreseen: &Foreseen,
    wishes: &Desired,
    most: usize,
    seen: impl Fn(&str) -> bool,
    provider: &Provider,
    output: &Output,
) -> People {
    if most == 0 {
        return People::default();
    }
    let given: Vec<(&Planned, BTreeSet<String>)> = foreseen
        .planned
        .iter()
        .filter_map(|planned| Some((planned, wishes.mailboxes.get(&planned.name)?)))
        .map(|(planned, wish)| (planned, decide::people(&planned.state, wish)))
        .collect();
    // Each mailbox reads and spells for itself.
    let unseen = |planned: &Planned, name: &str| !seen(&planned.state.dialect.who(name));
    let all: BTreeSet<&str> = given
        .iter()
        .flat_map(|(planned, people)| {
            let names = people.iter().map(String::as_str);
            names.filter(|name| unseen(planned, name))
        })
        .collect();
    let asked: Vec<&str> = all.iter().copied().take(most).collect();
    let there = foreseen.planned.iter().filter(|planned| !planned.is_new);
    let control = there
        .filter_map(|planned| planned.state.owner.as_deref())
        .next();
    let (known, notes) = match asked.is_empty() {
        true => (BTreeMap::new(), Vec::new()),
        false => known(&asked, control, provider, output),
    };
    let strange = |(planned, people): &(&Planned, BTreeSet<String>)| {
        let name = planned.name.to_string();
        let found = decide::unknown_people(&planned.state, &planned.plan, people, &known);
        let strange = move |finding| Strange {
            mailbox: name.clone(),
            finding,
        };
        found.into_iter().map(strange).collect::<Vec<_>>()
    };
    notes.iter().for_each(|note| output.warning(note));
    let in_doubt = |(planned, people): &(&Planned, BTreeSet<String>)| {
        doubts(&known, &planned.state.dialect, |name| people.contains(name))
    };
    let mut people_in_doubt: Vec<Doubt> = given.iter().flat_map(in_doubt).collect();
    people_in_doubt.sort_by(|a, b| a.who.cmp(&b.who));
    people_in_doubt.dedup();
    People {
        findings: given.iter().flat_map(strange).collect(),
        people_not_looked_up: all
            .into_iter()
            .filter(|name| !known.get(*name).is_some_and(Known::is_told))
            .map(str::to_owned)
            .collect(),
        failed: !notes.is_empty() || people_in_doubt.iter().any(|doubt| doubt.may_pass),
        people_in_doubt,
    }
}
