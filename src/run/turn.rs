//! One run at a time moves the mail of a mailbox: of two servers that were tried, both do two MOVEs of one message
//! that come at the same moment.

mod here;
mod keeper;

use super::Run;
use crate::apply::turn::take;
use crate::cli::options::shared::Preview;
use crate::deadline::Moment;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::interrupt;
use crate::journey::over::Landing;
use crate::journey::visit::Visit;
use crate::model::address::MailboxName;
use crate::model::change::Change;
use crate::model::done::Done;
use crate::model::setting::FOLDER;
use crate::model::state::Mailbox;
use crate::model::turn::{LASTS, Ticket, Turns, Whose};
use crate::observe::Ask;
use crate::output::Output;
use crate::reach::{self, Provider};
use chrono::{DateTime, FixedOffset, Local};
use here::Here;
use keeper::Keeper;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// So long a run waits for the server to be done with what one that did not come to its end has sent.
const SETTLING: Duration = Duration::from_secs(2);

/// The right to move mail of a mailbox, which ends with this. From the beginning other runs on this machine do
/// without; those on other machines from the first change on, so that a run which finds nothing to do leaves nothing.
pub struct Turn<'a> {
    // Dropped first: as long as others on this machine wait, nobody takes the entry for one of a dead run.
    keeper: Option<Keeper>,
    here: Option<Here>,
    is_entered: bool,
    /// What stood beside the settings when the mail was looked at, where that is known.
    looked: Option<Looked>,
    provider: &'a Provider,
    name: MailboxName,
    output: Arc<Output>,
}

/// What stood beside the settings when somebody looked at the mail.
struct Looked {
    /// The number that the next entry would have got, where the server told.
    next: Option<u32>,
    /// Whose turn it was.
    turns: Turns,
}

impl Looked {
    fn of(state: &Mailbox) -> Option<Self> {
        let settings = state.settings.as_ref()?;
        Some(Self {
            next: settings.uid_next,
            turns: settings.turns.clone(),
        })
    }

    /// Whether another run may have moved mail since, or while it was looked at: `own` was written with the number
    /// `uid` at the moment `at`.
    fn is_outdated(&self, own: &Ticket, uid: u32, at: DateTime<FixedOffset>) -> bool {
        self.next.is_some_and(|next| next != uid) || self.turns.may_have_been_moving(own, at)
    }
}

impl Run<'_> {
    /// As [`Turn::new`].
    ///
    /// # Errors
    /// The same.
    pub fn turn<'a>(
        &self,
        provider: &'a Provider,
        name: &MailboxName,
        preview: &Preview,
    ) -> Result<Turn<'a>> {
        Turn::new(provider, name, preview, self.shared_output())
    }
}

impl<'a> Turn<'a> {
    /// The turn of the mailbox called `name`, unless nothing is to be done anyway.
    ///
    /// # Errors
    /// [`Exit::TryAgain`] where another run on this machine has it.
    pub fn new(
        provider: &'a Provider,
        name: &MailboxName,
        preview: &Preview,
        output: Arc<Output>,
    ) -> Result<Self> {
        let mut here = match preview.dry_run {
            true => None,
            false => Here::of(provider, name)?,
        };
        if let Some(here) = here.as_mut().filter(|here| here.is_open()) {
            settle(name, &output)?;
            here.settled()?;
        }
        Ok(Self {
            keeper: None,
            here,
            is_entered: false,
            looked: None,
            provider,
            name: name.clone(),
            output,
        })
    }

    /// Learns that the mail of the mailbox is looked at from now on, which is like `state`.
    pub fn looks(&mut self, state: &Mailbox) {
        self.looked = Looked::of(state);
    }

    /// Carries `visit` out; where messages move or go, no other run moves some meanwhile.
    ///
    /// # Errors
    /// As [`Turn::enter`] and [`Visit::carry`].
    pub fn carry(&mut self, visit: Visit) -> Result<(Mailbox, Done)> {
        let plan = visit.foresee()?;
        if plan.changes.iter().any(Change::takes_messages) {
            self.enter(visit.state())?;
        }
        let (state, done) = visit.carry()?;
        if let Some(here) = self.here.as_mut().filter(|_| done.cut_short().is_none()) {
            // Where that cannot be written, the next run waits for nothing.
            let _ = here.settled();
        }
        Ok((state, done))
    }

    /// Learns that messages were put into folders of the mailbox, and that each lies there once.
    pub fn landed(&mut self) {
        if let Some(here) = &mut self.here {
            here.end();
        }
    }

    /// Whether runs on other machines know of this one.
    pub fn is_known(&self) -> bool {
        self.keeper.is_some()
    }

    /// Says in the mailbox of `state`, beside its settings, that this run moves mail of it. Where it keeps none, runs on
    /// this machine alone know, and so where it takes no entry, which is told.
    ///
    /// # Errors
    /// [`Exit::TryAgain`] where a run on another machine has the turn, or had it since the mail was looked at, and
    /// whatever opening the mailbox may meet.
    pub fn enter(&mut self, state: &Mailbox) -> Result<()> {
        self.enter_beside_settings(state)?;
        match &mut self.here {
            Some(here) => here.begin(),
            None => Ok(()),
        }
    }

    fn enter_beside_settings(&mut self, state: &Mailbox) -> Result<()> {
        let keeps = state.kept_folder(FOLDER).is_some();
        if !keeps || std::mem::replace(&mut self.is_entered, true) {
            return Ok(());
        }
        let machine = self.here.as_ref().map(Here::machine).transpose()?;
        let ticket = Ticket {
            token: here::random(),
            machine: machine.unwrap_or_else(here::random),
            lasts: LASTS,
        };
        let looked = self.looked.take().or_else(|| Looked::of(state));
        match self.entered(ticket, looked)? {
            Ok(keeper) => self.keeper = Some(keeper),
            Err(why) => self.output.warning(&format!(
                "{}: runs on other machines cannot be told that this one moves mail: {why}",
                self.name
            )),
        }
        Ok(())
    }

    /// Writes `ticket` into the mailbox, and keeps it there; why the mailbox does not take it, where it does not.
    fn entered(&self, ticket: Ticket, looked: Option<Looked>) -> Result<Result<Keeper, String>> {
        let provider = self.provider;
        let begun = Moment::now();
        let mut opened = provider.open_for_mail(&self.name, &Ask::default().look())?;
        let wire = reach::place(&opened, FOLDER)?.wire;
        let whose = take(&mut opened.session, &wire, &ticket).map_err(|error| {
            let minutes = LASTS / 60;
            error.hint_too(format!(
                "nothing was moved, and the entry that tells other machines of this run may be there: they wait for {minutes} minutes at most"
            ))
        })?;
        match whose {
            Ok(Whose::Own(uid, at)) => {
                let is_outdated = looked.is_some_and(|looked| looked.is_outdated(&ticket, uid, at));
                let output = Arc::clone(&self.output);
                // It leaves the turn again where it ends here.
                let keeper = Keeper::of(opened, wire, ticket, begun, provider, output);
                match is_outdated {
                    true => Err(meanwhile(&self.name)),
                    false => Ok(Ok(keeper)),
                }
            }
            Ok(Whose::Anothers(until)) => Err(anothers(&self.name, until)),
            Ok(Whose::Lost) => Ok(Err(format!("{FOLDER} does not keep it"))),
            Err(refusal) => Ok(Err(refusal.to_string())),
        }
    }
}

impl Landing for Turn<'_> {
    fn since(&self, path: &str) -> Option<(u32, u32)> {
        self.here.as_ref()?.since(path)
    }

    fn begin(&mut self, path: &str, since: (u32, u32)) -> Result<()> {
        match &mut self.here {
            Some(here) => here.begin_into(path, since),
            None => Ok(()),
        }
    }
}

/// Waits until the server is done with what a run before this one sent it, which was killed or cut off.
fn settle(name: &MailboxName, output: &Output) -> Result<()> {
    output.note(&format!(
        "{name}: a run before this one did not come to its end: waiting until the server is done with it"
    ));
    let begun = Moment::now();
    while begun.past() < SETTLING {
        if interrupt::requested() {
            let what = "interrupted: nothing was done";
            return Err(Error::new(Exit::Interrupted, what).about(name.to_string()));
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

fn meanwhile(name: &MailboxName) -> Error {
    let what = "another run may have moved its mail since it was looked at: nothing was done";
    let error = Error::new(Exit::TryAgain, what).about(name.to_string());
    error.hint("run it again")
}

fn anothers(name: &MailboxName, until: DateTime<FixedOffset>) -> Error {
    let until = until.with_timezone(&Local).format("%H:%M");
    let what = "another run is moving its mail, on another machine: nothing was done";
    let error = Error::new(Exit::TryAgain, what).about(name.to_string());
    error.hint(format!(
        "run it again when that is done; where it was killed, it is waited for until {until}"
    ))
}
