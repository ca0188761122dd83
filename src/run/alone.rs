//! One mailbox, from options to the end of the run: foreseen, asked about, carried out and told.

use super::Run;
use crate::cli::options::shared::Change;
use crate::decide::errand::Errand;
use crate::error::Result;
use crate::exit::Exit;
use crate::journey::terms::Terms;
use crate::journey::visit::Visit;
use crate::journey::{Watch, verdict};
use crate::model::address::MailboxName;
use crate::model::done::Done;
use crate::model::outcome::Outcome;
use crate::model::plan::Plan;
use crate::model::state::Mailbox;
use crate::model::whom::Whom;
use crate::reach::{Opened, Provider};
use crate::report::mailbox::plan::PlanReport;

/// What is asked before something is done that cannot be taken back, or that moves other people's things.
pub struct Question {
    /// The question.
    pub text: String,
    /// What is said where the answer is no: `nothing was deleted`.
    pub unless: &'static str,
    /// What is said before it is begun.
    pub begins: Option<String>,
}

/// How a verb that changes one mailbox goes about it.
pub struct Alone<'a> {
    /// The mailbox.
    pub name: &'a MailboxName,
    /// What the verb's options say.
    pub options: &'a Change,
    /// Where, what is changed written down for it already.
    pub provider: &'a Provider,
}

impl Run<'_> {
    /// Visits a mailbox for `errand`, asks the `question` where there is something to be done and nobody
    /// said yes before, carries it out and tells it: how it ended, and what became of it.
    ///
    /// # Errors
    /// Whatever stands in the way before the first change.
    pub fn alone(
        &self,
        alone: &Alone,
        errand: &dyn Errand,
        question: impl Fn(&Mailbox) -> Result<Option<Question>>,
    ) -> Result<(Exit, Outcome)> {
        let opened = alone
            .provider
            .open_and_look(alone.name, &errand.ask().look())?;
        self.alone_in(opened, alone, errand, question)
    }

    /// The same for a mailbox that is open already.
    ///
    /// # Errors
    /// As [`Run::alone`].
    pub fn alone_in(
        &self,
        opened: Opened,
        alone: &Alone,
        errand: &dyn Errand,
        question: impl Fn(&Mailbox) -> Result<Option<Question>>,
    ) -> Result<(Exit, Outcome)> {
        let (options, output) = (alone.options, self.output());
        let watch = Watch::new(options.watched(Whom::None));
        let mut visit = Visit::within(opened, errand, Terms::new(&watch), alone.provider, output)?;
        let plan = visit.foresee()?;
        if options.preview.dry_run {
            let exit = self.foreseen(visit.state(), &plan, None, options)?;
            return Ok((exit, Outcome::default()));
        }
        if let Some(question) = question(visit.state())?.filter(|_| !plan.is_empty()) {
            self.ask(&mut visit, &plan, question, options)?;
        }
        let (state, done) = visit.carry()?;
        let outcome = done.outcome();
        let exit = self.became(&state, &done, &outcome)?;
        Ok((exit, outcome))
    }

    /// Asks, unless somebody said yes before. Where it was asked, nothing else than what was shown, which
    /// is `plan`, is done.
    ///
    /// # Errors
    /// Where the answer is no, or nobody can answer, or it would be another plan now.
    pub fn ask(
        &self,
        visit: &mut Visit,
        plan: &Plan,
        question: Question,
        options: &Change,
    ) -> Result<()> {
        let output = self.output();
        if !options.yes {
            let agreed = output.agree(false, &question.text, question.unless);
            agreed.map_err(|error| match error.exit() {
                Exit::Failure => error.about(&visit.state().name),
                _ => error,
            })?;
            visit.look_again(plan)?;
        }
        question.begins.iter().for_each(|text| output.note(text));
        Ok(())
    }

    /// How a run ends that was done, with `warnings` of what the provider's program left or said, which
    /// are told.
    pub fn warned(&self, exit: Exit, name: &MailboxName, warnings: &[String]) -> Exit {
        for why in warnings {
            self.output().warning(&format!("{name}: {why}"));
        }
        match exit {
            Exit::Done if !warnings.is_empty() => Exit::Partly,
            exit => exit,
        }
    }

    /// Tells a plan for the mailbox of `state` that is not carried out, where the account is made, renamed
    /// or removed by `program`.
    ///
    /// # Errors
    /// When the report cannot be delivered.
    pub fn foreseen(
        &self,
        state: &Mailbox,
        plan: &Plan,
        program: Option<String>,
        options: &Change,
    ) -> Result<Exit> {
        let report = PlanReport::dry(plan, &state.dialect).by(program);
        self.output().report(&report)?;
        let found = options.preview.detailed_exitcode && !plan.is_empty();
        Ok(if found { Exit::Found } else { Exit::Done })
    }

    /// Tells what became of the mailbox of `state`, and how the run ends.
    ///
    /// # Errors
    /// When the report cannot be delivered.
    pub fn became(&self, state: &Mailbox, done: &Done, outcome: &Outcome) -> Result<Exit> {
        let report = PlanReport::done(&state.name, outcome, &state.dialect).proved(done);
        self.output().report(&report)?;
        let proofs = done.seen.iter().map(|seen| &seen.proved.proof);
        Ok(verdict([outcome.exit_seen(proofs)], false))
    }
}
