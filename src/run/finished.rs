//! Which conversations of a mailbox are finished, as it is now.

use super::Run;
use crate::decide::finishing::{Finished, looked_into};
use crate::decide::{retaining, targeting};
use crate::error::Result;
use crate::journey::opening::read;
use crate::model::address::MailboxName;
use crate::model::pace::Pace;
use crate::model::selection::Selection;
use crate::model::target::Target;
use crate::model::template::Template;
use crate::observe::{self, Ask};
use crate::reach::{Opened, Provider};
use chrono::Utc;

impl Run<'_> {
    /// Judges the conversations in the mailbox called `name` that `selection` means, of which what is finished shall
    /// go `to` somewhere else; with the session in which that was done.
    ///
    /// # Errors
    /// Whatever opening and reading it may meet, and where its settings cannot be believed.
    pub fn finished(
        &self,
        provider: &Provider,
        name: &MailboxName,
        selection: &Selection,
        to: Option<&Template>,
        target: Option<Target>,
    ) -> Result<(Opened, Finished)> {
        let (output, mut ask) = (self.output(), Ask::SETTINGS);
        ask.quota = target.is_some();
        let mut opened = provider.open_for_mail(name, &ask.look())?;
        let state = read(provider, &mut opened, ask, output)?;
        let holds = retaining::holds(&state)?;
        let folders = looked_into(&state, selection)?;
        let progress = output.progress(Some(folders.len() as u64), "judging conversations");
        let tick = |n: usize| progress.tick(n as u64);
        let pace = Pace::telling(&tick);
        let found = observe::pieces(&mut opened, &folders, &holds, Utc::now(), &pace)?;
        drop(progress);
        let mut finished = Finished::new(&state, selection, to, &folders, found)?;
        if let Some(target) = target {
            let storage = targeting::storage(&state)?;
            finished.limit(target, storage, Utc::now().date_naive());
        }
        Ok((opened, finished))
    }
}
