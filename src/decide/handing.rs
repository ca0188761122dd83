//! offboard --to and access copy: what one has, given to another, who keeps what they have.

use super::access::spell;
use super::errand::{Errand, Expectation, Found, Otherwise, Shadowed, Stage};
use super::identity::identities;
use super::leaving::{all_folders, is_own};
use super::verdict::Expected;
use crate::error::Result;
use crate::model::change::Change;
use crate::model::change::Entry;
use crate::model::dialect::Unspeakable;
use crate::model::done::Done;
use crate::model::identity::Identity;
use crate::model::plan::Plan;
use crate::model::rights::Rights;
use crate::model::state::{Folder, Mailbox};
use crate::model::who::Who;
use std::collections::BTreeMap;

/// What somebody holds on a mailbox by entries that count, and another shall have too.
#[derive(Clone, Debug)]
pub struct Handing<'a> {
    mailbox: &'a Mailbox,
    /// Who shall have it, as the server spells them.
    pub identifier: String,
    /// The rights on each folder where there are some.
    pub rights: Vec<(&'a Folder, Rights)>,
    /// The identities.
    pub identities: Vec<Identity>,
    /// Identities that have an entry, in folders that are not believed: nobody is given those.
    pub disbelieved: Vec<Identity>,
}

impl<'a> Handing<'a> {
    /// What all of `from` hold together on `mailbox`, for `to`.
    ///
    /// A negative entry among `from` has nothing that could be given.
    /// An entry that names somebody in a spelling which the server does not look at gives nothing,
    /// and so nothing of it is handed on.
    ///
    /// # Errors
    /// [`crate::exit::Exit::Config`] where somebody cannot be spelled for the server.
    pub fn new(mailbox: &'a Mailbox, from: &[Who], to: &Who) -> Result<Self> {
        let mut handing = Self {
            mailbox,
            identifier: spell(mailbox, to)?,
            rights: Vec::new(),
            identities: Vec::new(),
            disbelieved: Vec::new(),
        };
        if is_own(mailbox, to) {
            return Ok(handing);
        }
        let has = |who: &&Who| !is_own(mailbox, who) && !who.takes_away();
        let givers = from.iter().filter(has);
        let givers: Vec<String> = givers
            .filter_map(|who| effective(mailbox, who).transpose())
            .collect::<Result<_>>()?;
        for folder in &mailbox.folders {
            let held = givers.iter().map(|giver| gives(folder, giver));
            let held = held.fold(Rights::NONE, Rights::union);
            if !held.is_empty() {
                handing.rights.push((folder, held));
            }
        }
        let held = |identity: &Identity| givers.iter().any(|g| holds(mailbox, g, *identity));
        let believed = |identity: &Identity| {
            let mut givers = givers.iter();
            givers.any(|giver| mailbox.identities_of(giver).contains(identity))
        };
        let all = Identity::ALL.into_iter().filter(held);
        (handing.identities, handing.disbelieved) = all.partition(believed);
        Ok(handing)
    }

    /// Whether there is nothing to hand on.
    pub fn is_empty(&self) -> bool {
        self.rights.is_empty() && self.identities.is_empty()
    }

    /// The folders on which an entry of their own could take away what other entries give them:
    /// they have none there, and there are entries for groups or everybody.
    pub fn shadowed(&self) -> Vec<&'a Folder> {
        let dialect = &self.mailbox.dialect;
        let others = |folder: &Folder| {
            let mut names = folder.entries().map(|(name, _)| name);
            names.any(|name| dialect.is_many(name))
        };
        let folders = self.rights.iter().map(|(folder, _)| *folder);
        folders
            .filter(|f| f.rights_of(&self.identifier).is_none() && others(f))
            .collect()
    }

    /// The plan that gives it: what is held there already stays. `others` are the rights, by the
    /// folder's path, that somebody without an entry of her own has by entries for groups or
    /// everybody, which an own entry would replace.
    ///
    /// # Errors
    /// None that [`Handing::new`] had not.
    pub fn plan(&self, others: &BTreeMap<String, Rights>) -> Result<Plan> {
        let mut plan = Plan::new(&self.mailbox.name);
        for (folder, rights) in &self.rights {
            let before = folder.rights_of(&self.identifier);
            let by_others = others.get(&folder.path).copied().unwrap_or_default();
            if before.is_none() && by_others.contains(*rights) {
                continue;
            }
            let has = before.unwrap_or(by_others);
            let after = Some(has.union(*rights));
            if before != after {
                plan.changes.push(Change::Entry(Entry {
                    folder: folder.place(),
                    identifier: self.identifier.clone(),
                    before,
                    after,
                }));
            }
        }
        let to = [self.identifier.clone()];
        plan.changes
            .extend(identities(self.mailbox, &to, &self.identities, &[])?.changes);
        Ok(plan)
    }
}

/// What some hold on a mailbox, for another, as an errand.
#[derive(Clone, Copy)]
pub struct Giving<'a> {
    /// Those who have it.
    pub from: &'a [Who],
    /// Who shall have it too.
    pub to: &'a Who,
}

impl Giving<'_> {
    /// In how many stages it comes true.
    pub const STAGES: usize = 2;

    /// What is handed on in `state`.
    ///
    /// # Errors
    /// As [`Handing::new`].
    pub fn handing<'s>(&self, state: &'s Mailbox) -> Result<Handing<'s>> {
        Handing::new(state, self.from, self.to)
    }
}

impl Errand for Giving<'_> {
    fn shadowed<'s>(&self, state: &'s Mailbox, stage: usize) -> Result<Option<Shadowed<'s>>> {
        if stage != 1 {
            return Ok(None);
        }
        let handing = self.handing(state)?;
        Ok(Some(Shadowed {
            folders: handing.shadowed(),
            identifier: handing.identifier,
        }))
    }

    fn next(&self, found: &Found, done: &Done) -> Result<Option<Stage>> {
        let handing = self.handing(found.state)?;
        Ok(match done.stages.len() {
            0 if handing.is_empty() => Some(Stage::default()),
            // As with every grant: before anybody could make them who is given the right to.
            0 => Some(Stage::optional(found.missing_identity_folders())),
            1 => Some(Stage {
                changes: handing.plan(found.by_others)?.changes,
                otherwise: Otherwise::TakeBack,
                is_optional: false,
            }),
            _ => None,
        })
    }

    fn expected<'s>(&self, state: &'s Mailbox, done: &Done) -> Result<Vec<Expectation<'s>>> {
        let handing = self.handing(state)?;
        if done.last() != 1 || handing.is_empty() {
            return Ok(Vec::new());
        }
        let given = handing.rights.iter();
        let mut expected: Vec<Expected> = given
            .map(|(folder, rights)| Expected {
                folder,
                rights: *rights,
            })
            .collect();
        for identity in &handing.identities {
            let path = state.identity_names.path(*identity);
            let folder = state.identity_folders.iter().find(|f| f.path == path);
            let rights = state.identity_rights();
            expected.extend(folder.map(|folder| Expected { folder, rights }));
        }
        Ok(vec![Expectation {
            part: 0,
            identifier: handing.identifier,
            expected,
            of: None,
        }])
    }
}

/// How `who` is spelled where the entry counts; nothing where no entry could.
fn effective(mailbox: &Mailbox, who: &Who) -> Result<Option<String>> {
    match mailbox.dialect.spell(who) {
        Err(Unspeakable::Poisonous) => Ok(None),
        _ => spell(mailbox, who).map(Some),
    }
}

/// What an identifier's own entries give, those that take away counted.
fn gives(folder: &Folder, identifier: &str) -> Rights {
    let taken = folder.rights_of(&format!("-{identifier}"));
    let given = folder.rights_of(identifier).unwrap_or_default();
    given.minus(taken.unwrap_or_default())
}

/// Whether an entry gives the identity, believed or not.
fn holds(mailbox: &Mailbox, identifier: &str, identity: Identity) -> bool {
    let path = mailbox.identity_names.path(identity);
    all_folders(mailbox).any(|f| f.path == path && mailbox.gives_identity(gives(f, identifier)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::{mailbox, who};

    type Entries<'a> = &'a [(&'a str, &'a str)];

    fn planned(mailbox: &Mailbox, from: &str, others: &[(&str, &str)]) -> Vec<String> {
        let others = others
            .iter()
            .map(|(path, rights)| ((*path).to_owned(), Rights::parse(rights).unwrap()));
        let handing = Handing::new(mailbox, &[who(from)], &who("bob")).unwrap();
        let plan = handing.plan(&others.collect()).unwrap();
        let entry = |change: &Change| match change {
            Change::Entry(Entry { folder, after, .. }) => {
                format!("{} {}", folder.path, after.unwrap_or_default())
            }
            other => panic!("{other:?}"),
        };
        plan.changes.iter().map(entry).collect()
    }

    #[test]
    fn what_a_negative_entry_takes_is_given_to_nobody() {
        let state = mailbox(&[("INBOX", &[("-alice@example.com", "lrs")])]);
        assert!(planned(&state, "id:-alice@example.com", &[]).is_empty());
    }

    #[test]
    fn what_somebody_has_is_added_to_what_another_has() {
        let mut state = mailbox(&[
            (
                "INBOX",
                &[("alice@example.com", "lrs"), ("bob@example.com", "lrwi")],
            ),
            ("Sent", &[("alice@example.com", "lr")]),
            ("Trash", &[("bob@example.com", "lra")]),
            (
                "Archive",
                &[("alice@example.com", "lr"), ("bob@example.com", "lrs")],
            ),
            ("Identities", &[]),
            ("Identities/Send As", &[("alice@example.com", "lp")]),
            ("Identities/Send on Behalf", &[]),
        ]);
        state.part_identity_folders();
        assert_eq!(
            planned(&state, "alice", &[]),
            ["INBOX lrswi", "Sent lr", "Identities/Send As lp"]
        );
    }

    #[test]
    fn entries_that_do_not_count_are_not_handed_on() {
        let state = mailbox(&[
            (
                "INBOX",
                &[("Alice@example.com", "lra"), ("alice", "lra")] as Entries,
            ),
            (
                "Sent",
                &[("alice@example.com", "lrs"), ("-alice@example.com", "s")],
            ),
        ]);
        assert_eq!(planned(&state, "alice", &[]), ["Sent lr"]);
    }

    #[test]
    fn an_own_entry_takes_nothing_from_a_member_of_a_group() {
        let state = mailbox(&[
            ("INBOX", &[("alice@example.com", "lrs"), ("$team", "lrwi")]),
            ("Sent", &[("alice@example.com", "lr"), ("$team", "lrs")]),
        ]);
        let handing = Handing::new(&state, &[who("alice")], &who("bob")).unwrap();
        assert_eq!(handing.shadowed().len(), 2);
        let others = [("INBOX", "lrwi"), ("Sent", "lrs")];
        assert_eq!(planned(&state, "alice", &others), ["INBOX lrswi"]);
    }

    #[test]
    fn an_identity_that_is_not_believed_is_not_handed_on() {
        let mut state = mailbox(&[
            ("INBOX", &[] as Entries),
            ("Identities", &[("mallory@example.com", "lrka")]),
            ("Identities/Send As", &[("alice@example.com", "lp")]),
        ]);
        state.part_identity_folders();
        let handing = Handing::new(&state, &[who("alice")], &who("bob")).unwrap();
        assert!(handing.is_empty());
        assert_eq!(handing.disbelieved, [Identity::SendAs]);
    }

    #[test]
    fn an_owner_neither_gives_nor_gets_on_the_own_mailbox() {
        let state = mailbox(&[(
            "INBOX",
            &[("support@example.com", "lra"), ("alice@example.com", "lr")],
        )]);
        let from = |from, to| Handing::new(&state, &[who(from)], &who(to)).unwrap();
        assert!(from("support", "bob").is_empty());
        assert!(from("alice", "support").is_empty());
    }
}
