//! People whom a file names and the server does not know.

use super::spell;
use crate::model::change::Change;
use crate::model::change::Entry;
use crate::model::desired::DesiredMailbox;
use crate::model::dialect::Reading;
use crate::model::finding::{Finding, FindingKind};
use crate::model::plan::Plan;
use crate::model::state::{Folder, Known, Mailbox};
use crate::model::wish::Access;
use std::collections::{BTreeMap, BTreeSet};

/// The people to whom `wish` gives anything, as the mailbox of `state` spells them; not those who
/// keep it.
pub fn people(state: &Mailbox, wish: &DesiredMailbox) -> BTreeSet<String> {
    let shares = wish.access.iter().chain(wish.here.values().flatten());
    let given = shares.filter(|share| share.access != Access::None);
    let named = given.map(|share| &share.who);
    let holders = wish.identities.values().flatten();
    let spelled = named
        .chain(holders)
        .filter_map(|who| spell(state, who).ok());
    let is_person = |name: &String| matches!(state.dialect.read(name), Reading::Person(_));
    spelled
        .filter(|name| is_person(name) && !state.is_keeper(name))
        .collect()
}

/// Those of `people` whom the server does not know, each with the folders where there is an entry
/// for them once `plan` is carried out.
pub fn unknown_people(
    state: &Mailbox,
    plan: &Plan,
    people: &BTreeSet<String>,
    known: &BTreeMap<String, Known>,
) -> Vec<Finding> {
    let unknown = people
        .iter()
        .filter(|name| known.get(*name) == Some(&Known::No));
    let finding = |name: &String| {
        Finding::new(
            FindingKind::UnknownPerson,
            &state.dialect,
            name,
            folders(state, plan, name),
        )
    };
    unknown
        .map(finding)
        .filter(|finding| !finding.folders.is_empty())
        .collect()
}

fn folders(state: &Mailbox, plan: &Plan, name: &str) -> Vec<String> {
    let all = state.folders.iter().chain(&state.identity_folders);
    let there = all.filter(|folder| Folder::rights_of(folder, name).is_some());
    let mut folders: Vec<String> = there.map(|folder| folder.path.clone()).collect();
    for change in plan
        .changes
        .iter()
        .filter(|change| change.is_entry_of(name))
    {
        let path = &change.folder().path;
        folders.retain(|there| there != path);
        if let Change::Entry(Entry { after: Some(_), .. }) = change {
            folders.push(path.clone());
        }
    }
    folders
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::{mailbox, who};
    use crate::model::desired::Share;
    use crate::model::identity::Identity;
    use crate::model::level::Level;

    #[test]
    fn those_who_get_something_are_people_of_the_file() {
        let state = mailbox(&[("INBOX", &[("alcie@example.com", "lrs")])]);
        let share = |name: &str, access| Share {
            who: who(name),
            access,
        };
        let read = Access::Level(Level::ReadOnly);
        let wish = DesiredMailbox {
            access: vec![
                share("alcie", read),
                share("gone", Access::None),
                share("group:team", read),
            ],
            identities: BTreeMap::from([(Identity::SendAs, vec![who("bob")])]),
            ..DesiredMailbox::default()
        };
        let people = people(&state, &wish);
        let names: Vec<&str> = people.iter().map(String::as_str).collect();
        assert_eq!(names, ["alcie@example.com", "bob@example.com"]);
        let known = BTreeMap::from([("alcie@example.com".to_owned(), Known::No)]);
        let plan = Plan::new(&state.name);
        let found = unknown_people(&state, &plan, &people, &known);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].folders, ["INBOX"]);
    }
}
