//! check --fix, as an errand: what was found out of order, in the order in which it is safe to mend it.

use super::errand::{Errand, Expectation, Found, Stage, of_changed};
use super::findings::mend;
use super::identity::{mend_identities, missing_identity_folders};
use super::verdict::Expected;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::change::{Change, Entry};
use crate::model::done::Done;
use crate::model::finding::{Finding, FindingKind};
use crate::model::folder::WireName;
use crate::model::outcome::Fate;
use crate::model::plan::Plan;
use crate::model::rights::Rights;
use crate::model::state::{Acl, Mailbox};
use std::collections::BTreeSet;

/// What was found out of order in a mailbox and can be mended without a guess.
///
/// Nothing is done that was not found so: whoever looks for it may have looked long ago.
#[derive(Clone, Debug)]
pub struct Mending<'a> {
    /// The mailbox as it was looked at.
    then: &'a Mailbox,
    parts: Parts,
    /// Everything that would be changed, for people: folders that are not there have no name on the wire.
    plan: Plan,
    /// Whether members could make the identity folders that are missing.
    is_unprotected: bool,
    /// The identifiers of people whom the server does not know: they have no session to look in.
    unknown: BTreeSet<String>,
}

impl<'a> Mending<'a> {
    /// What mends `found` in the mailbox of `then`, and what `mends` otherwise.
    pub fn new(then: &'a Mailbox, found: &[Finding], mends: &[Change]) -> Self {
        let mut plan = mend(then, found);
        plan.changes.extend(mends.iter().cloned());
        let parts = Parts::new(then, &plan);
        let mut kinds = found.iter().map(|finding| finding.kind);
        let is_unprotected = kinds.any(|kind| kind == FindingKind::IdentityUnprotected);
        if is_unprotected {
            let missing = missing_identity_folders(then, |_| WireName::inbox());
            plan.changes.extend(missing.changes);
        }
        let unknown = found
            .iter()
            .filter(|finding| finding.kind == FindingKind::UnknownPerson);
        Self {
            then,
            parts,
            plan,
            is_unprotected,
            unknown: unknown.map(|finding| finding.identifier.clone()).collect(),
        }
    }

    /// The mailbox as it was looked at.
    pub fn then(&self) -> &'a Mailbox {
        self.then
    }

    /// Everything that would be changed.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The identity folder that was not emptied though it was to be, and why, by what was `done`.
    pub fn unemptied(&self, done: &Done) -> Option<(&str, &'static str)> {
        let change = self.parts.emptied.first()?;
        let path = &*change.folder().path;
        self.is_held_back(done).then(|| (path, self.why(done)))
    }

    /// Whether the identity folders are not emptied, by what became of taking them from whoever could
    /// change them.
    fn is_held_back(&self, done: &Done) -> bool {
        let Some(first) = done.stages.first() else {
            return false;
        };
        first.outcome.cut_short.is_some() || self.fates(done).next().is_some()
    }

    /// What became of the entries in identity folders that are not as they should be before one is
    /// emptied.
    fn fates<'d>(&'d self, done: &'d Done) -> impl Iterator<Item = &'d Fate> {
        let kept = |change: &Change| self.then.identity_names.reserve(&change.folder().path);
        let first = done.stages.iter().take(1);
        let failures = first.flat_map(|stage| stage.outcome.failures());
        let of_those = failures.filter(move |(change, _)| kept(change));
        of_those.map(|(_, fate)| fate)
    }

    fn why(&self, done: &Done) -> &'static str {
        let answered = |fate: &Fate| matches!(fate, Fate::Refused(_) | Fate::Differs(_));
        let fates: Vec<&Fate> = self.fates(done).collect();
        if fates.iter().any(|fate| matches!(fate, Fate::Unknown(_))) {
            "it was not emptied: whether somebody else could still change it is unknown"
        } else if !fates.is_empty() && fates.iter().all(|fate| answered(fate)) {
            "it was not emptied: whoever could change it still can, perhaps by the server's \
             configuration (on Dovecot a global ACL file, or acl in dovecot.conf)"
        } else {
            "it was not emptied: the work was cut short before"
        }
    }

    /// # Errors
    /// [`Exit::TryAgain`] where the folders that it is about have other entries in `now` than they had.
    fn must_be_as_it_was(&self, now: &Mailbox) -> Result<()> {
        let is_same = |path: &str| entries(self.then, path) == entries(now, path);
        match self.about().all(is_same) {
            true => Ok(()),
            false => {
                let what = "somebody changed it since it was looked at: nothing was mended";
                Err(Error::new(Exit::TryAgain, what).hint("run it again"))
            }
        }
    }

    /// The paths of the folders whose entries it is about.
    fn about(&self) -> impl Iterator<Item = &str> {
        let changes = self.plan.changes.iter();
        let entries = changes.filter(|change| matches!(change, Change::Entry(..)));
        entries.map(|change| &*change.folder().path)
    }
}

/// The entries of the folder called `path`, where there is one and they could be read.
fn entries<'m>(mailbox: &'m Mailbox, path: &str) -> Option<&'m Acl> {
    let mut all = mailbox.folders.iter().chain(&mailbox.identity_folders);
    all.find(|folder| folder.path == path)?.acl.as_ref().ok()
}

impl Errand for Mending<'_> {
    fn folders(&self) -> BTreeSet<String> {
        self.about().map(str::to_owned).collect()
    }

    fn next(&self, found: &Found, done: &Done) -> Result<Option<Stage>> {
        let n = done.stages.len();
        if n == 0 {
            self.must_be_as_it_was(found.state)?;
        }
        let Parts {
            disarmed,
            emptied,
            believed,
        } = &self.parts;
        let changes = match n {
            0 => disarmed.clone(),
            // What comes later rests on what came before.
            _ if done.cut_short().is_some() => return Ok(None),
            // What others were rightly given would be lost, and nothing be better.
            1 if self.is_held_back(done) => Vec::new(),
            1 => emptied.clone(),
            // Whoever was disarmed goes in any case; whoever was not holds what she held.
            2 => {
                let outcome = done.outcome();
                let is_disarmed = |change: &&Change| {
                    let mut changes = outcome.changes.iter();
                    changes.any(|(made, fate)| *fate == Fate::Done && made.leads_to(change))
                };
                believed.iter().filter(is_disarmed).cloned().collect()
            }
            3 if self.is_unprotected => found.missing_identity_folders(),
            _ => return Ok(None),
        };
        Ok(Some(Stage {
            changes,
            ..Stage::default()
        }))
    }

    /// Of folders of mail alone. What is taken off an identity folder is taken in two steps, or held back,
    /// and gave nobody anything to open: it is read back.
    fn expected<'s>(&self, state: &'s Mailbox, done: &Done) -> Result<Vec<Expectation<'s>>> {
        let mut all = of_changed(state, done);
        for hers in &mut all {
            let is_mail = |one: &Expected| !state.identity_names.reserve(&one.folder.path);
            hers.expected.retain(is_mail);
        }
        all.retain(|hers| {
            let name = &hers.identifier;
            !hers.expected.is_empty() && !state.is_keeper(name) && !self.unknown.contains(name)
        });
        Ok(all)
    }
}

/// What mends a mailbox, in the order in which it is safe, each part after the other. A run that breaks
/// off between them leaves a folder that is not believed, or one that says nothing. An entry that the
/// server's configuration gives cannot be taken away: as long as its holder can change an identity folder,
/// emptying it makes nothing better, and what others were rightly given would be lost.
#[derive(Clone, Debug, Default)]
struct Parts {
    /// Everything else, and the identity folders taken from whoever could change them: with an entry
    /// that changes nothing, and for whose sake nobody believes the folder.
    disarmed: Vec<Change>,
    /// What the folders say, which any of them may have forged.
    emptied: Vec<Change>,
    /// The entries that changed nothing: only then is the folder believed.
    believed: Vec<Change>,
}

impl Parts {
    /// Those of `plan`, which mends `mailbox`.
    fn new(mailbox: &Mailbox, plan: &Plan) -> Self {
        let intruders = mailbox.intruders_of_identities();
        let emptied = mend_identities(mailbox).changes;
        let of_intruder = |change: &Change| {
            intruders.iter().any(|intruder| {
                change.is_entry_of(&intruder.identifier) && change.folder().path == intruder.folder
            })
        };
        let is_later = |change: &Change| emptied.contains(change) && !of_intruder(change);
        let (later, first): (Vec<Change>, Vec<Change>) =
            plan.changes.iter().cloned().partition(is_later);
        let mut parts = Self {
            emptied: later,
            ..Self::default()
        };
        for change in first {
            match disarmed(&change).filter(|_| !parts.emptied.is_empty() && of_intruder(&change)) {
                Some((disarmed, believed)) => {
                    parts.disarmed.push(disarmed);
                    parts.believed.push(believed);
                }
                None => parts.disarmed.push(change),
            }
        }
        parts
    }
}

/// The removal of an entry in two steps: first it keeps of its rights what changes nothing and is more than
/// a holder has.
fn disarmed(change: &Change) -> Option<(Change, Change)> {
    let Change::Entry(Entry {
        folder,
        identifier,
        before: Some(before),
        after: None,
    }) = change
    else {
        return None;
    };
    let harmless = Rights::parse("rs").unwrap_or_default();
    let kept = match before.intersection(harmless) {
        kept if kept.is_empty() => Rights::parse("r").unwrap_or_default(),
        kept => kept,
    };
    let step = |before, after| {
        Change::Entry(Entry {
            folder: folder.clone(),
            identifier: identifier.clone(),
            before,
            after,
        })
    };
    Some((step(Some(*before), Some(kept)), step(Some(kept), None)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::findings;
    use crate::decide::tests::mailbox;
    use crate::model::done::Carried;
    use crate::model::identity::Identity;
    use crate::model::outcome::Outcome;
    use std::collections::BTreeMap;

    /// Mallory could change who may send, and Eve stands there.
    fn forged() -> Mailbox {
        let mut state = mailbox(&[
            ("INBOX", &[]),
            ("Identities", &[]),
            (
                "Identities/Send As",
                &[
                    ("mallory@example.com", "lrswipkxtea"),
                    ("eve@example.com", "lp"),
                ],
            ),
            ("Identities/Send on Behalf", &[]),
        ]);
        state.part_identity_folders();
        state
    }

    fn next(mending: &Mending, now: &Mailbox, done: &Done) -> Result<Option<Vec<Change>>> {
        let found = Found {
            state: now,
            place: &|path| Err(Error::new(Exit::Usage, path)),
            by_others: &BTreeMap::new(),
        };
        Ok(mending.next(&found, done)?.map(|stage| stage.changes))
    }

    /// What became of `changes`: of each the same.
    fn carried(changes: &[Change], fate: &Fate) -> Carried {
        let changes = changes.iter();
        Carried {
            outcome: Outcome {
                changes: changes.map(|c| (c.clone(), fate.clone())).collect(),
                ..Outcome::default()
            },
            is_optional: false,
        }
    }

    #[test]
    fn a_run_that_breaks_off_leaves_a_folder_that_is_not_believed_or_says_nothing() {
        let state = forged();
        let found = findings(&state, &BTreeMap::new());
        let mending = Mending::new(&state, &found, &[]);
        let mut done = Done::default();
        let mut all = Vec::new();
        while let Some(changes) = next(&mending, &state, &done).unwrap() {
            done.stages.push(carried(&changes, &Fate::Done));
            all.push(changes);
        }
        let [first, then, last] = &all[..] else {
            panic!("{all:?}");
        };
        assert!(first[0].is_entry_of("mallory@example.com"));
        assert!(then[0].is_entry_of("eve@example.com"));
        assert!(last[0].is_entry_of("mallory@example.com"));
        assert_eq!([first, then, last].map(Vec::len), [1, 1, 1]);
        let Change::Entry(Entry { after, .. }) = &first[0] else {
            panic!("{first:?}");
        };
        let after = after.unwrap();
        assert!(!Identity::leaves_alone(after) && !state.gives_identity(after));
        assert!(!"xktea".chars().any(|right| after.has(right)));
        assert_eq!(mending.unemptied(&done), None);
    }

    #[test]
    fn nothing_is_emptied_while_somebody_can_still_change_it() {
        let state = forged();
        let found = findings(&state, &BTreeMap::new());
        let mending = Mending::new(&state, &found, &[]);
        let first = next(&mending, &state, &Done::default()).unwrap().unwrap();
        for (fate, why) in [
            (Fate::Refused("no".to_owned()), "still can"),
            (Fate::lost(), "is unknown"),
        ] {
            let mut done = Done {
                stages: vec![carried(&first, &fate)],
                ..Done::default()
            };
            assert_eq!(next(&mending, &state, &done).unwrap(), Some(Vec::new()));
            assert!(mending.unemptied(&done).unwrap().1.contains(why));
            // She holds what she held.
            done.stages.push(Carried::default());
            assert_eq!(next(&mending, &state, &done).unwrap(), Some(Vec::new()));
            done.stages[0].outcome.cut_short = Some("gone".to_owned());
            assert_eq!(next(&mending, &state, &done).unwrap(), None);
        }
    }

    #[test]
    fn nothing_is_mended_that_was_not_found_so() {
        let then = forged();
        let found = findings(&then, &BTreeMap::new());
        let mending = Mending::new(&then, &found, &[]);
        let mut now = then.clone();
        let acl = now.identity_folders[1].acl.as_mut().unwrap();
        acl.insert("frank@example.com".into(), Rights::parse("lp").unwrap());
        let refused = next(&mending, &now, &Done::default()).unwrap_err();
        assert_eq!(refused.exit(), Exit::TryAgain);
    }
}
