//! One mailbox: handed over first, where that is asked for, and then left.

use super::ahead::Ahead;
use super::fresh::fresh;
use super::giving::Giving;
use super::prove::{Expected, Wanted, prove};
use crate::apply::carry_out;
use crate::decide;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::change::Change;
use crate::model::change::Entry;
use crate::model::dialect::{Reading, Unspeakable};
use crate::model::failure::Failure;
use crate::model::level::Levels;
use crate::model::outcome::{Fate, Outcome};
use crate::model::plan::Plan;
use crate::model::proof::Proof;
use crate::model::rights::Rights;
use crate::model::state::Mailbox;
use crate::model::who::Who;
use crate::observe::unlisted;
use crate::output::Output;
use crate::reach::{Opened, Provider};
use crate::report::access::handed::Received;
use crate::report::access::offboard::Left;
use std::collections::BTreeSet;

/// Who leaves, and how to go about it.
pub struct Leavers<'a> {
    /// They.
    pub who: &'a [Who],
    /// Who gets what they had.
    pub to: Option<&'a Who>,
    /// Take the last right to grant away too.
    pub force: bool,
    /// Where.
    pub provider: &'a Provider,
    /// What the levels mean.
    pub levels: &'a Levels,
    /// Where progress goes.
    pub output: &'a Output,
}

/// What became of one mailbox.
pub struct Parted {
    /// Each person who had an entry.
    pub left: Vec<Left>,
    /// What was handed over.
    pub received: Option<Received>,
    /// What to warn of.
    pub warnings: Vec<String>,
}

impl Leavers<'_> {
    /// How it is handed over, where it is to be.
    pub fn giving(&self) -> Option<Giving<'_>> {
        Some(Giving {
            from: self.who,
            to: self.to?,
            provider: self.provider,
            levels: self.levels,
            output: self.output,
        })
    }

    /// Refuses, before anything is done, what would leave a folder without anybody who could give
    /// rights there, and to take out the login that does it.
    ///
    /// # Errors
    /// [`Exit::Refused`], naming every such mailbox.
    pub fn guard(&self, mailboxes: &[Mailbox]) -> Result<()> {
        let user = &self.provider.profile().imap.user;
        let mut refused = Vec::new();
        for mailbox in mailboxes {
            if self.who.iter().any(|who| mailbox.dialect.means(user, who)) {
                let what = format!("{user} is the login that does this: log in as somebody else");
                return Err(Error::new(Exit::Refused, what));
            }
            if !self.force {
                let plan = self.whole_plan(mailbox)?;
                refused.extend(decide::lock_out(mailbox, &plan).err());
            }
        }
        let Some(first) = refused.first() else {
            return Ok(());
        };
        let what: Vec<&str> = refused.iter().map(Error::what).collect();
        Err(Error::new(first.exit(), what.join("; ")).hint(
            "--to OTHER hands it over; --force takes it away all the same; nothing was changed",
        ))
    }

    /// Everything that would be done on `mailbox`.
    fn whole_plan(&self, mailbox: &Mailbox) -> Result<Plan> {
        let mut plan = match self.giving() {
            Some(giving) => giving.plan(mailbox)?,
            None => Plan::new(&mailbox.name),
        };
        plan.changes.extend(self.leaving(mailbox).changes);
        Ok(plan)
    }

    /// The entries of all who leave, each once.
    fn leaving(&self, mailbox: &Mailbox) -> Plan {
        let mut plan = Plan::new(&mailbox.name);
        for who in self.who {
            let hers = decide::leaving(mailbox, who).changes;
            let new = |change: &Change| !plan.changes.contains(change);
            let new: Vec<Change> = hers.into_iter().filter(new).collect();
            plan.changes.extend(new);
        }
        plan
    }

    /// What `who` has on `mailbox`; nothing where there is no entry.
    ///
    /// # Errors
    /// [`Exit::Config`] where WHO cannot be spelled for the server.
    pub fn left(&self, mailbox: &Mailbox, who: &Who) -> Result<Option<Left>> {
        let spelled = spelled(mailbox, who)?;
        let changes = decide::leaving(mailbox, who).changes;
        let mut identifiers = BTreeSet::new();
        let mut held: Vec<(&str, &str, Rights)> = Vec::new();
        for change in &changes {
            if let Change::Entry(Entry {
                folder,
                identifier,
                before,
                ..
            }) = change
            {
                identifiers.insert(identifier.clone());
                if !mailbox.identity_names.reserve(&folder.path) {
                    held.push((&folder.path, identifier, before.unwrap_or_default()));
                }
            }
        }
        if changes.is_empty() {
            return Ok(None);
        }
        let counts =
            |(_, identifier, _): &&(&str, &str, Rights)| Some(*identifier) == spelled.as_deref();
        let rights = held.iter().find(counts).or(held.first());
        let rights = rights.map(|(_, _, rights)| *rights).unwrap_or_default();
        let folders: BTreeSet<&str> = held.iter().map(|(path, ..)| *path).collect();
        let identities = spelled.as_deref().map(|name| mailbox.identities_of(name));
        Ok(Some(Left {
            mailbox: mailbox.name.clone(),
            who: who.to_string(),
            identifiers: identifiers.into_iter().collect(),
            level: self.levels.name(rights, &mailbox.vocabulary),
            rights,
            folders: folders.len(),
            of: mailbox.folders.len(),
            identities: identities.unwrap_or_default(),
            changed: changes.len(),
            unknown: 0,
            changes,
            kept: None,
            proof: None,
            failures: Vec::new(),
            cut_short: None,
            exit: Exit::Done,
        }))
    }

    /// Hands `mailbox` over, and takes those who leave out of it.
    ///
    /// # Errors
    /// Whatever stands in the way before the first change.
    pub fn part(&self, mailbox: &Mailbox) -> Result<Parted> {
        let (mut opened, mut state) = fresh(mailbox, self.provider)?;
        let whose = |state: &Mailbox| {
            let spelled = |who: &Who| spelled(state, who).ok().flatten();
            let leavers = self.who.iter().filter_map(spelled);
            let person = |name: &String| matches!(state.dialect.read(name), Reading::Person(_));
            let leavers = leavers.filter(|name| person(name) && !state.is_keeper(name));
            unlisted::masters(state)
                .into_iter()
                .chain(leavers)
                .collect()
        };
        let look = |opened: &Opened, login: &str| unlisted::by_member(self.provider, opened, login);
        let looked = unlisted::look(self.provider, &mut opened, &mut state, whose, look);
        if !self.force {
            decide::lock_out(&state, &self.whole_plan(&state)?)?;
        }
        let received = match self.giving() {
            Some(giving) => giving.give(&mut opened, &mut state)?,
            None => None,
        };
        let left = self.who.iter().map(|who| self.left(&state, who));
        let left: Vec<Left> = left.filter_map(Result::transpose).collect::<Result<_>>()?;
        let refused = received.as_ref().filter(|received| received.is_lacking());
        let left = match refused {
            Some(received) => left.into_iter().map(|left| kept(left, received)).collect(),
            None => self.leave(left, &mut opened, &state)?,
        };
        let warnings = looked.warnings(&state).into_iter();
        let warnings = warnings
            .map(|why| format!("{}: {why}", state.name))
            .collect();
        Ok(Parted {
            left,
            received,
            warnings,
        })
    }

    fn leave(&self, left: Vec<Left>, opened: &mut Opened, state: &Mailbox) -> Result<Vec<Left>> {
        let plan = self.leaving(state);
        let outcome = carry_out(self.provider, opened, &state.vocabulary, &plan, self.output)?;
        let told = |left: Left| {
            let hers = |change: &Change| left.identifiers.iter().any(|i| change.is_entry_of(i));
            let hers: Vec<(Change, Fate)> = outcome
                .changes
                .iter()
                .filter(|(change, _)| hers(change))
                .cloned()
                .collect();
            let hers = Outcome {
                changes: hers,
                cut_short: outcome.cut_short.clone(),
                said: Vec::new(),
            };
            let proof = outcome
                .cut_short
                .is_none()
                .then(|| self.absent(&left, opened, state, &outcome));
            Left {
                changed: hers.done(),
                unknown: hers.tally().unknown,
                changes: Vec::new(),
                failures: Failure::of(&hers),
                exit: hers.exit(),
                cut_short: outcome.cut_short.clone(),
                proof,
                ..left
            }
        };
        Ok(left.into_iter().map(told).collect())
    }

    /// What a session of hers shows of the mailbox.
    fn absent(&self, left: &Left, opened: &Opened, state: &Mailbox, outcome: &Outcome) -> Proof {
        let who = self.who.iter().find(|who| who.to_string() == left.who);
        let identifier = who.and_then(|who| spelled(state, who).ok().flatten());
        let Some(identifier) = identifier else {
            let why = "no login has such a name".to_owned();
            return Proof::NotVerified { why };
        };
        let expected: Vec<Expected> = decide::all_folders(state)
            .map(|folder| Expected {
                folder,
                rights: Rights::NONE,
            })
            .collect();
        let wanted = Wanted {
            expected: &expected,
            guarded: &[],
            subscribe: false,
            outcome,
        };
        prove(
            self.provider,
            opened,
            &identifier,
            &wanted,
            &Ahead::default(),
        )
        .proof
    }
}

/// How `who` is spelled where the entry counts; nothing where none could.
fn spelled(mailbox: &Mailbox, who: &Who) -> Result<Option<String>> {
    match mailbox.dialect.spell(who) {
        Err(Unspeakable::Poisonous) => Ok(None),
        _ => decide::spell(mailbox, who).map(Some),
    }
}

fn kept(left: Left, received: &Received) -> Left {
    Left {
        changed: 0,
        changes: Vec::new(),
        kept: Some(format!("{} was not seen to have it", received.identifier)),
        exit: received.exit,
        ..left
    }
}
