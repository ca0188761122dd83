//! The plans of many mailboxes in one session that reaches all of them: one stream of changes, one
//! reading afterwards.

use super::batch::apply;
use super::verify::verify;
use super::written;
use crate::error::Result;
use crate::imap::Session;
use crate::model::change::Change;
use crate::model::level::Vocabulary;
use crate::model::outcome::{Fate, Outcome};
use crate::model::pace::{Audience, Pace};
use crate::model::plan::Plan;
use crate::reach::Provider;

/// Makes the changes of `plans`, each of another mailbox, through `session`, which is the
/// administrator's own; what became of each in their order, as
/// [`carry_out`](super::carry_out) tells it.
pub fn together(
    provider: &Provider,
    mut session: Session,
    vocabulary: &Vocabulary,
    plans: &[&Plan],
    audience: &dyn Audience,
) -> Vec<Result<Outcome>> {
    let ledger = provider.ledger();
    let begun = plans.iter().map(|plan| written::before(ledger, None, plan));
    let begun: Vec<Result<()>> = begun.collect();
    let sent = plans.iter().zip(&begun).filter(|(_, begun)| begun.is_ok());
    let sent = sent.flat_map(|(plan, _)| plan.changes.iter().cloned());
    let all = Plan {
        mailbox: String::new(),
        changes: sent.collect(),
    };
    audience.detail(&format!(
        "{} mailboxes: {} changes to make",
        plans.len(),
        all.changes.len()
    ));
    let pace = Pace::interruptible();
    let mut whole = apply(&mut session, &all, &pace);
    // A server may limit the connections of a user, and this one has served.
    drop(session);
    verify(
        provider.administrator(),
        &mut whole,
        vocabulary,
        None,
        &pace,
    );
    let mut fates = whole.changes.into_iter();
    let own = |(plan, begun): (&&Plan, Result<()>)| {
        begun?;
        let changes: Vec<(Change, Fate)> = fates.by_ref().take(plan.changes.len()).collect();
        let is_whole = changes.iter().all(|(_, fate)| *fate == Fate::Done);
        let mut outcome = Outcome {
            changes,
            // Whatever was cut short was another mailbox.
            cut_short: whole.cut_short.clone().filter(|_| !is_whole),
            said: Vec::new(),
        };
        written::after(ledger, plan, &mut outcome);
        Ok(outcome)
    };
    plans.iter().zip(begun).map(own).collect()
}
