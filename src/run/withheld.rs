//! What holds keep of a mailbox, as it is now.

use super::Run;
use crate::decide::emptying::Emptying;
use crate::decide::retaining;
use crate::decide::targeting::{Choice, Ranked};
use crate::decide::withheld::{Withheld, looked_into};
use crate::error::Result;
use crate::journey::Watch;
use crate::journey::opening::read;
use crate::journey::terms::Terms;
use crate::journey::visit::Visit;
use crate::model::address::MailboxName;
use crate::model::pace::Pace;
use crate::model::selection::Selection;
use crate::model::target::Target;
use crate::model::whom::Whom;
use crate::observe::{self, Ask};
use crate::reach::{Opened, Provider};
use chrono::Utc;

impl Run<'_> {
    /// What goes out of the mailbox called `name` of what `selection` means: of finished conversations alone where
    /// `is_finished`, and no more than until the mailbox is as small as `target`; with a session, and what stays.
    ///
    /// # Errors
    /// As [`Run::withheld`], and where the server tells no quota.
    pub fn choice(
        &self,
        provider: &Provider,
        name: &MailboxName,
        selection: &Selection,
        (is_finished, target): (bool, Option<Target>),
    ) -> Result<(Opened, Withheld, Choice)> {
        let mut choice = Choice::default();
        if is_finished {
            let (opened, finished) = self.finished(provider, name, selection, None, target)?;
            drop(opened);
            let (opened, withheld) = self.withheld(provider, name, selection)?;
            let withheld = withheld.choosing(finished.going.clone());
            choice.finished = Some(finished);
            return Ok((opened, withheld, choice));
        }
        let (opened, withheld) = self.withheld(provider, name, selection)?;
        let Some(target) = target else {
            return Ok((opened, withheld, choice));
        };
        let watch = Watch::new(Whom::None);
        let emptying = Emptying {
            selection,
            safe: None,
            withheld: &withheld,
            asks_quota: true,
        };
        let visit = Visit::within(
            opened,
            &emptying,
            Terms::new(&watch),
            provider,
            self.output(),
        )?;
        let state = visit.leave();
        let ranked = Ranked::new(&state, &withheld, target, Utc::now().date_naive())?;
        let withheld = withheld.choosing(ranked.chosen(&state));
        choice.ranked = Some(ranked);
        let opened = provider.open_for_mail(name, &Ask::SETTINGS.look())?;
        Ok((opened, withheld, choice))
    }

    /// What holds keep in the mailbox called `name` of what `selection` means; with the session in which that was
    /// asked.
    ///
    /// # Errors
    /// Whatever opening and reading it may meet, and where its settings cannot be believed.
    pub fn withheld(
        &self,
        provider: &Provider,
        name: &MailboxName,
        selection: &Selection,
    ) -> Result<(Opened, Withheld)> {
        let (output, ask, now) = (self.output(), Ask::SETTINGS, Utc::now());
        let mut opened = provider.open_for_mail(name, &ask.look())?;
        let state = read(provider, &mut opened, ask, output)?;
        let holds = retaining::holds(&state)?;
        if !holds.last(now.date_naive()) {
            return Ok((opened, Withheld::new(&state, None)?));
        }
        let folders = looked_into(&state, selection)?;
        let progress = output.progress(Some(folders.len() as u64), "asking holds");
        let tick = |n: usize| progress.tick(n as u64);
        let pace = Pace::telling(&tick);
        let aged = observe::aged_together(provider, &mut opened, &folders, &holds, now, &pace)?;
        drop(progress);
        let looked = folders.into_iter().zip(aged).collect();
        let withheld = Withheld::new(&state, Some(looked))?;
        Ok((opened, withheld))
    }
}
