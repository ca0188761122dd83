//! One of the programs, run: what it said of itself, which nobody believes yet.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::address::MailboxName;
use crate::profile::{Call, Profile, Section, Task};
use crate::program::trust::trusted;
use crate::program::{End, Ran, Terms};
use crate::reach::Provider;
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How long a program may clean up after itself when it is stopped.
const FAREWELL: Duration = Duration::from_secs(2);

/// How much is kept of what a program says that is asked for no list, in bytes.
const CHATTER: usize = 4096;

/// One change after the other: a program that changes a list of accounts may not expect another of
/// its kind.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// How a program ended, as it tells itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// With 0.
    Well,
    /// Otherwise, by itself: how, and what it complained of.
    Badly(String),
    /// It was stopped: why.
    Stopped(String),
}

/// Runs a program that changes something.
///
/// # Errors
/// [`Exit::Config`] where it cannot be started.
pub fn change(provider: &Provider, call: &Call) -> Result<Ended> {
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let profile = provider.profile();
    Ok(ended(&run(profile, call, CHATTER)?, profile))
}

/// Runs a program that prints up to `most` bytes.
///
/// # Errors
/// [`Exit::Config`] where it cannot be started, and where others can change it.
pub(super) fn run(profile: &Profile, call: &Call, most: usize) -> Result<Ran> {
    if let Err(why) = trusted(&call.program, &call.arguments) {
        return Err(Error::new(Exit::Config, why));
    }
    let mut command = Command::new(&call.program);
    command.args(&call.arguments);
    let terms = Terms {
        deadline: profile.accounts.timeout,
        farewell: FAREWELL,
        stdout: most,
        own_group: true,
        heeds_interruptions: true,
    };
    Ran::of(&mut command, terms).map_err(|error| {
        let what = format!("{} could not be started: {error}", call.program.display());
        Error::new(Exit::Config, what).hint(format!(
            "sharemail doctor looks at the programs that {} names",
            profile.head(Section::Accounts)
        ))
    })
}

/// How `ran` ended, in words.
pub(super) fn ended(ran: &Ran, profile: &Profile) -> Ended {
    let complaint = ran.complaint();
    let with = |what: String| match &complaint {
        Some(complaint) => format!("{what}: {complaint}"),
        None => what,
    };
    match ran.end {
        End::Status(status) if status.success() => Ended::Well,
        End::Status(status) => Ended::Badly(with(format!("failed ({status})"))),
        End::TimedOut => {
            let seconds = profile.accounts.timeout.as_secs_f32();
            Ended::Stopped(with(format!(
                "did not end within {seconds} s and was stopped"
            )))
        }
        End::Interrupted => Ended::Stopped(with("was stopped by the interruption".to_owned())),
    }
}

/// Whether the account of the mailbox called `name` has a login of its own, as the profile's program
/// tells; nothing where it names none.
///
/// # Errors
/// Why that is not known: the program ended neither with 0, which means yes, nor with 1, which means
/// no.
pub fn has_login(provider: &Provider, name: &MailboxName) -> Result<Option<bool>> {
    let profile = provider.profile();
    let call = match super::call(profile, Task::HasLogin, name, None)? {
        Some(call) => call,
        None => return Ok(None),
    };
    let ran = run(profile, &call, CHATTER)?;
    match ran.end {
        End::Status(status) if status.success() => Ok(Some(true)),
        End::Status(status) if status.code() == Some(1) => Ok(Some(false)),
        _ => {
            let why = match ended(&ran, profile) {
                Ended::Well => "ended".to_owned(),
                Ended::Badly(why) | Ended::Stopped(why) => why,
            };
            let what = format!(
                "whether it has a login of its own is not known: {} {why}",
                call.program.display()
            );
            Err(Error::new(Exit::Failure, what))
        }
    }
}
