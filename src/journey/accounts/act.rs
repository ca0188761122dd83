//! An account made or removed: written down, done by the program, looked at, written down.

use super::look::{Presence, look_until, take_a_breath};
use crate::apply::by_program::{begin, end};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::interrupt;
use crate::model::address::MailboxName;
use crate::model::command::command;
use crate::model::outcome::{Fate, Outcome};
use crate::model::plan::Plan;
use crate::profile::Call;
use crate::reach::accounts::Ended;
use crate::reach::{Opened, Provider};

/// An account that was made.
pub struct Made {
    /// The mailbox, in a session of its own where one can be had.
    pub opened: Opened,
    /// What to warn of: the program failed, and the account is there all the same.
    pub warning: Option<String>,
}

/// Has `call` make the account of the mailbox called `name`, and opens it: that alone shows that it is
/// there. `plan` is the change as it is written down; what became of it is added to `outcome`.
///
/// # Errors
/// That it is not there, or that nobody knows, with what the program said.
pub fn make(
    provider: &Provider,
    name: &MailboxName,
    plan: &Plan,
    call: &Call,
    outcome: &mut Outcome,
) -> Result<Made> {
    let ended = begin(provider, plan, call)?;
    let is_there = |presence: &Presence| !matches!(presence, Presence::Absent);
    let presence = look_until(provider, name, &ended, is_there);
    let program = call.program.display().to_string();
    let stopped = |why: &str, there: &str| {
        let what = format!("{program} {why}; {there}");
        Error::new(cut_exit(), what).hint(format!(
            "{} looks again, and makes what is missing then",
            command(["create", &name.to_string()])
        ))
    };
    let (fate, result) = match (ended, presence) {
        (Ended::Well, Presence::There(opened)) => (Fate::Done, Ok((opened, None))),
        (Ended::Badly(why), Presence::There(opened)) => {
            let warning = format!("{program} {why}; the mailbox is there all the same");
            (Fate::Done, Ok((opened, Some(warning))))
        }
        (Ended::Stopped(why), Presence::There(_)) => {
            let error = stopped(
                &why,
                "the mailbox is there since, and whether all of it was made is not known",
            );
            (Fate::Unknown(error.what().to_owned()), Err(error))
        }
        (Ended::Stopped(why), Presence::Absent) => {
            let error = stopped(&why, "the mailbox is not there now, which may change");
            (Fate::Unknown(error.what().to_owned()), Err(error))
        }
        (Ended::Well, Presence::Absent) => {
            let what = format!(
                "{program} ended with 0, and the mailbox is not there: nothing was made that a \
                 session could open"
            );
            let error = Error::new(Exit::Failure, what).hint(format!(
                "run {call} by hand and see what it does; where the provider takes longer, {} looks \
                 again",
                command(["create", &name.to_string()])
            ));
            (Fate::Refused(error.what().to_owned()), Err(error))
        }
        (Ended::Badly(why), Presence::Absent) => {
            let what = format!("the mailbox was not made: {program} {why}");
            let error = Error::new(Exit::Failure, what);
            (Fate::Refused(error.what().to_owned()), Err(error))
        }
        (ended, Presence::Unknown(seen)) => {
            let what = format!(
                "whether the mailbox was made is not known: {program} {}, and {seen}",
                in_words(&ended)
            );
            let error = Error::new(cut_exit(), what);
            (Fate::Unknown(error.what().to_owned()), Err(error))
        }
    };
    let result = end(provider, plan, fate, outcome, result)?;
    Ok(Made {
        opened: *result.0,
        warning: result.1,
    })
}

/// Has `call` remove the account of the mailbox called `name`; what to warn of.
///
/// # Errors
/// That it is there still, or that nobody knows, with what the program said.
pub fn remove(
    provider: &Provider,
    name: &MailboxName,
    plan: &Plan,
    call: &Call,
    outcome: &mut Outcome,
) -> Result<Option<String>> {
    let ended = begin(provider, plan, call)?;
    let is_gone = |presence: &Presence| !matches!(presence, Presence::There(_));
    take_a_breath();
    let presence = look_until(provider, name, &ended, is_gone);
    let program = call.program.display().to_string();
    let (fate, result) = match (ended, presence) {
        (Ended::Well, Presence::Absent) => (Fate::Done, Ok(None)),
        (Ended::Badly(why), Presence::Absent) => {
            let warning = format!("{program} {why}; the mailbox is gone all the same");
            (Fate::Done, Ok(Some(warning)))
        }
        (Ended::Well, Presence::There(_)) => {
            let what = format!("{program} ended with 0, and the mailbox is still there");
            let error = Error::new(Exit::Failure, what)
                .hint(format!("run {call} by hand and see what it does"));
            (Fate::Refused(error.what().to_owned()), Err(error))
        }
        (Ended::Badly(why), Presence::There(_)) => {
            let what = format!("the mailbox was not deleted: {program} {why}; it is still there");
            let error = Error::new(Exit::Failure, what);
            (Fate::Refused(error.what().to_owned()), Err(error))
        }
        (Ended::Stopped(why), presence) => {
            let there = match &presence {
                Presence::There(_) => {
                    "the mailbox opens still, and what is left in it is not known".to_owned()
                }
                Presence::Absent => {
                    "the mailbox is not there now, and whether all of it went is not known"
                        .to_owned()
                }
                Presence::Unknown(seen) => format!("what is there now is not known: {seen}"),
            };
            let error = Error::new(cut_exit(), format!("{program} {why}; {there}"));
            (Fate::Unknown(error.what().to_owned()), Err(error))
        }
        (ended, Presence::Unknown(seen)) => {
            let what = format!(
                "whether the mailbox was deleted is not known: {program} {}, and {seen}",
                in_words(&ended)
            );
            let error = Error::new(cut_exit(), what);
            (Fate::Unknown(error.what().to_owned()), Err(error))
        }
    };
    end(provider, plan, fate, outcome, result)
}

/// How a run ends that does not know what was done.
pub(crate) fn cut_exit() -> Exit {
    match interrupt::requested() {
        true => Exit::Interrupted,
        false => Exit::Partly,
    }
}

pub(crate) fn in_words(ended: &Ended) -> &str {
    match ended {
        Ended::Well => "ended with 0",
        Ended::Badly(why) | Ended::Stopped(why) => why,
    }
}
