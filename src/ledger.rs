//! What is written down of a change before and after it is made. Each [`Witness`] keeps one book:
//! a change that one of them cannot write down is not made.

use crate::error::Result;
use crate::model::deed::{Deeds, Done};
use crate::model::outcome::{Fate, Outcome};
use crate::model::plan::Plan;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Who keeps a book of changes. Several mailboxes may be changed at once, each by its own thread.
pub trait Witness: Send + Sync {
    /// Learns that the mailbox called `mailbox` is changed in a session that acts as its owner,
    /// under the login name `owner`; without that, it is the administrator's own.
    fn acting(&self, _mailbox: &str, _owner: Option<&str>) {}

    /// Learns that what is about to be changed on the mailbox called `mailbox` is done by the program
    /// `program`, and not over IMAP.
    fn by_program(&self, _mailbox: &str, _program: &str) {}

    /// Writes down, durably, what is about to be changed.
    ///
    /// # Errors
    /// Why it cannot be written down: then nothing of `plan` is sent.
    fn about_to(&self, plan: &Plan) -> Result<()>;

    /// Writes down what became of the changes of the mailbox called `mailbox`.
    ///
    /// # Errors
    /// Why it cannot be written down: the changes are made, and the run tells.
    fn became(&self, mailbox: &str, outcome: &Outcome) -> Result<()>;

    /// Writes down, durably, what is about to be done beside plans.
    ///
    /// # Errors
    /// Why it cannot be written down: then it is not done.
    fn about_to_do(&self, _deeds: &Deeds) -> Result<()> {
        Ok(())
    }

    /// Writes down what became of `deeds`, each in their order.
    ///
    /// # Errors
    /// Why it cannot be written down: it is done, and the run tells.
    fn did(&self, _deeds: &Deeds, _done: &[Done]) -> Result<()> {
        Ok(())
    }
}

/// The books that a run keeps; none by default.
#[derive(Clone, Default)]
pub struct Ledger {
    witnesses: Vec<Arc<dyn Witness>>,
    /// The mailboxes of which something was written down.
    begun: Arc<Mutex<BTreeSet<String>>>,
}

impl Ledger {
    /// Lets `witness` write down every change too.
    pub fn add(&mut self, witness: impl Witness + 'static) {
        self.witnesses.push(Arc::new(witness));
    }

    /// Whether this run has begun to change the mailbox called `mailbox`: what became of that has to
    /// be told, whatever comes later.
    pub fn has_begun(&self, mailbox: &str) -> bool {
        self.begun().contains(mailbox)
    }

    fn begun(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has all of them write; where one cannot, those before it are told that nothing came of it.
    fn all(
        &self,
        write: impl Fn(&dyn Witness) -> Result<()>,
        take_back: impl Fn(&dyn Witness) -> Result<()>,
    ) -> Result<()> {
        for (at, witness) in self.witnesses.iter().enumerate() {
            if let Err(error) = write(&**witness) {
                for before in &self.witnesses[..at] {
                    // Without this their books still tell no lie: what was meant, and no outcome.
                    let _ = take_back(&**before);
                }
                return Err(error);
            }
        }
        Ok(())
    }

    /// Has every one of them write: one that cannot must not keep the others from it.
    fn each(&self, write: impl Fn(&dyn Witness) -> Result<()>) -> Result<()> {
        let told = self.witnesses.iter().map(|witness| write(&**witness));
        let told: Vec<Result<()>> = told.collect();
        told.into_iter().collect()
    }
}

impl Witness for Ledger {
    fn acting(&self, mailbox: &str, owner: Option<&str>) {
        self.witnesses.iter().for_each(|w| w.acting(mailbox, owner));
    }

    fn by_program(&self, mailbox: &str, program: &str) {
        let each = self.witnesses.iter();
        each.for_each(|witness| witness.by_program(mailbox, program));
    }

    fn about_to(&self, plan: &Plan) -> Result<()> {
        let untried = || Outcome::untried(plan, None);
        self.all(
            |witness| witness.about_to(plan),
            |witness| witness.became(&plan.mailbox, &untried()),
        )?;
        self.begun().insert(plan.mailbox.clone());
        Ok(())
    }

    fn became(&self, mailbox: &str, outcome: &Outcome) -> Result<()> {
        self.each(|witness| witness.became(mailbox, outcome))
    }

    fn about_to_do(&self, deeds: &Deeds) -> Result<()> {
        let untried = || vec![Done::from(Fate::NotTried); deeds.list.len()];
        self.all(
            |witness| witness.about_to_do(deeds),
            |witness| witness.did(deeds, &untried()),
        )
    }

    fn did(&self, deeds: &Deeds, done: &[Done]) -> Result<()> {
        self.each(|witness| witness.did(deeds, done))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use crate::exit::Exit;
    use crate::model::change::{Change, Delete};
    use crate::model::plan::Place;

    /// Keeps what it is told, in words; or nothing.
    struct Book(Arc<Mutex<Vec<String>>>, bool);

    impl Witness for Book {
        fn about_to(&self, plan: &Plan) -> Result<()> {
            if self.1 {
                return Err(Error::new(Exit::TryAgain, "full"));
            }
            let mut kept = self.0.lock().unwrap();
            kept.push(format!("about to change {}", plan.mailbox));
            Ok(())
        }

        fn became(&self, _: &str, outcome: &Outcome) -> Result<()> {
            let fates = outcome.changes.iter().map(|(_, fate)| fate);
            let mut kept = self.0.lock().unwrap();
            kept.extend(fates.map(|fate| format!("{fate:?}")));
            Ok(())
        }
    }

    #[test]
    fn where_one_cannot_write_the_others_learn_that_nothing_was_done() {
        let (first, last) = (Arc::default(), Arc::default());
        let mut ledger = Ledger::default();
        ledger.add(Book(Arc::clone(&first), false));
        ledger.add(Book(Arc::default(), true));
        ledger.add(Book(Arc::clone(&last), false));
        let folder = Place {
            path: "Sent".to_owned(),
            wire: crate::model::folder::WireName::inbox(),
        };
        let change = Change::Delete(Delete {
            folder,
            messages: None,
        });
        let plan = Plan {
            mailbox: "support@".to_owned(),
            changes: vec![change],
        };
        assert_eq!(ledger.about_to(&plan).unwrap_err().what(), "full");
        assert!(!ledger.has_begun("support@"));
        assert_eq!(
            *first.lock().unwrap(),
            ["about to change support@", "NotTried"]
        );
        assert!(last.lock().unwrap().is_empty());
    }
}
