//! What holds keep of a mailbox, as it is now.

use super::Run;
use crate::decide::retaining;
use crate::decide::withheld::{Withheld, looked_into};
use crate::error::Result;
use crate::journey::opening::read;
use crate::model::address::MailboxName;
use crate::model::pace::Pace;
use crate::model::selection::Selection;
use crate::observe::{self, Ask};
use crate::reach::{Opened, Provider};
use chrono::Utc;

impl Run<'_> {
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
        let aged = observe::aged(&mut opened, &folders, &holds, now, &Pace::telling(&tick))?;
        drop(progress);
        let looked = folders.into_iter().zip(aged).collect();
        let withheld = Withheld::new(&state, Some(looked))?;
        Ok((opened, withheld))
    }
}
