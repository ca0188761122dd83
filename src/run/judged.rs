//! What the policies of a mailbox make of its mail, as it is now.

use super::Run;
use crate::decide::keeping::{self, Keeping};
use crate::decide::{finishing, retaining};
use crate::error::Result;
use crate::journey::opening::read;
use crate::model::address::MailboxName;
use crate::model::pace::Pace;
use crate::model::retention::{Leave, Policies};
use crate::model::state::Mailbox;
use crate::observe::{self, Ask};
use crate::reach::{Opened, Provider};
use chrono::Utc;

/// A mailbox whose mail was judged.
pub struct Judged {
    /// Its session.
    pub opened: Opened,
    /// What it is like.
    pub state: Mailbox,
    /// What its policies come to.
    pub keeping: Keeping,
    /// The folders that policies are about and that are not there.
    pub missing: Vec<String>,
}

impl Run<'_> {
    /// Judges the mail of the mailbox called `name`, of which a run may take as much as `leave` says. Where it
    /// `remembers`, all folders are looked into for what is held: that is kept until the hold ends, wherever it goes.
    ///
    /// # Errors
    /// Whatever opening and reading it may meet, and where its settings cannot be believed.
    pub fn judged(
        &self,
        provider: &Provider,
        name: &MailboxName,
        leave: Leave,
        remembers: bool,
    ) -> Result<Judged> {
        self.judged_by(provider, name, leave, remembers, &retaining::policies)
    }

    /// The same by `policies` in the place of those that the mailbox's settings say; its holds hold.
    ///
    /// # Errors
    /// As [`Run::judged`].
    pub fn judged_by(
        &self,
        provider: &Provider,
        name: &MailboxName,
        leave: Leave,
        remembers: bool,
        policies: &dyn Fn(&Mailbox) -> Result<Policies>,
    ) -> Result<Judged> {
        let (output, ask) = (self.output(), Ask::SETTINGS);
        let mut opened = provider.open_for_mail(name, &ask.look())?;
        let state = read(provider, &mut opened, ask, output)?;
        let (policies, holds) = (policies(&state)?, retaining::holds(&state)?);
        let (now, remembers) = (Utc::now(), remembers && holds.last(Utc::now().date_naive()));
        let folders = keeping::meant(&state, &policies, remembers);
        let progress = output.progress(Some(folders.len() as u64), "judging messages");
        let tick = |n: usize| progress.tick(n as u64);
        let pace = Pace::telling(&tick);
        let aged = observe::aged_together(provider, &mut opened, &folders, &holds, now, &pace)?;
        drop(progress);
        let mut folders: Vec<_> = folders.into_iter().zip(aged).collect();
        let looked = finishing::asked_about(&state, &policies);
        let mut conversations = None;
        if !looked.is_empty() {
            let progress = output.progress(Some(looked.len() as u64), "judging conversations");
            let tick = |n: usize| progress.tick(n as u64);
            let pace = Pace::telling(&tick);
            let found = observe::pieces(&mut opened, &looked, &holds, now, &pace)?;
            let told = finishing::told(&policies, &mut folders, &looked, found, now.date_naive());
            conversations = Some(told);
        }
        let mut keeping = Keeping::new(&state, &policies, folders, leave, now.date_naive())?;
        keeping.conversations = conversations;
        let missing = retaining::gone(&state, &policies);
        Ok(Judged {
            opened,
            state,
            keeping,
            missing,
        })
    }
}
