//! What is written down of a change before and after it is made. Each [`Witness`] keeps one book:
//! a change that one of them cannot write down is not made.

use crate::error::Result;
use crate::model::outcome::Outcome;
use crate::model::plan::Plan;
use std::sync::Arc;

/// Who keeps a book of changes. Several mailboxes may be changed at once, each by its own thread.
pub trait Witness: Send + Sync {
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
}

/// The books that a run keeps; none by default.
#[derive(Clone, Default)]
pub struct Ledger(Vec<Arc<dyn Witness>>);

impl Ledger {
    /// Lets `witness` write down every change too.
    pub fn add(&mut self, witness: impl Witness + 'static) {
        self.0.push(Arc::new(witness));
    }
}

impl Witness for Ledger {
    fn about_to(&self, plan: &Plan) -> Result<()> {
        self.0.iter().try_for_each(|witness| witness.about_to(plan))
    }

    fn became(&self, mailbox: &str, outcome: &Outcome) -> Result<()> {
        // One that cannot write must not keep the others from it.
        let told: Vec<Result<()>> = self
            .0
            .iter()
            .map(|witness| witness.became(mailbox, outcome))
            .collect();
        told.into_iter().collect()
    }
}
