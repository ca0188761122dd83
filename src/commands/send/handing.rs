//! Handing one message over, with the outbox as witness.

use super::login::Begun;
use super::posting::Posting;
use super::{Sending, outbox};
use crate::cli;
use crate::commands::copy::Filing;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::interrupt;
use crate::model::login::Side;
use crate::outbox::{Entry, Slip, State};
use crate::output::Output;
use crate::smtp::message::Composed;
use crate::smtp::submission::{Delivery, Step, Submission, Verdict};

/// What became of a message and its copy.
pub struct Handed {
    /// Who sent as what.
    pub sending: Sending,
    /// What the server said.
    pub delivery: Delivery,
    /// What became of the copy.
    pub copy: Copy,
    /// Whether nobody has written down what became of it.
    pub unlogged: bool,
}

/// What became of the copy.
pub enum Copy {
    /// There is nothing to file: nothing was sent, or nobody knows.
    Nothing,
    /// None was wanted.
    Unwanted,
    /// The server files it by itself.
    Servers,
    /// It lies in this folder.
    Filed(String),
    /// It does not, or nobody knows.
    NotFiled(Error),
}

/// Sends `message` and files its copy.
///
/// # Errors
/// Whatever stands in the way before the server is told anything of the message.
pub fn hand_over(
    args: &cli::send::Send,
    begun: &Begun,
    mut sending: Sending,
    message: &Composed,
    output: &Output,
) -> Result<(Handed, String)> {
    let profile = begun.provider.profile();
    let by_server = profile.sent_copy == Side::Server;
    let save = !args.no_save && !by_server;
    let hers = sending.session.as_ref();
    let mut submission = begun.submission(hers.map(|hers| hers.login.as_str()))?;
    if message.envelope.notify.is_some() && !submission.capabilities().dsn {
        output.warning("the server takes no wishes for reports (no DSN): there will be none");
    }
    let entry = entry(&sending, message, &profile.name, save);
    let outbox = outbox()?;
    let posting = Posting::begin(begun.provider.ledger(), &entry)?;
    let mut slip = outbox.put(entry, message.filed())?;
    let id = slip.id.clone();
    let delivery = submit(&mut submission, &mut slip, message);
    let logged = posting.end(&delivery);
    let unlogged = logged.is_err();
    told(logged, output);
    let copy = match &delivery.verdict {
        Verdict::Unknown(_) => {
            told(slip.advance(State::Unknown), output);
            Copy::Nothing
        }
        Verdict::Sent(_) if save => {
            told(slip.advance(State::Sent), output);
            let session = sending.session.take();
            let filing = Filing {
                provider: &begun.provider,
                mailbox: &sending.mailbox,
                person: &sending.person,
                message_id: &slip.entry.message_id.clone(),
                look_first: false,
            };
            match filing.file(session, message.filed()) {
                Ok(folder) => {
                    told(slip.remove(), output);
                    Copy::Filed(folder)
                }
                Err(error) => Copy::NotFiled(error),
            }
        }
        verdict => {
            told(slip.remove(), output);
            match verdict {
                Verdict::Sent(_) if by_server => Copy::Servers,
                Verdict::Sent(_) => Copy::Unwanted,
                _ => Copy::Nothing,
            }
        }
    };
    submission.quit();
    let handed = Handed {
        sending,
        delivery,
        copy,
        unlogged,
    };
    Ok((handed, id))
}

fn entry(sending: &Sending, message: &Composed, profile: &str, save: bool) -> Entry {
    Entry {
        profile: profile.to_owned(),
        mailbox: sending.mailbox.to_string(),
        sender: sending.person.to_string(),
        identity: sending.identity,
        message_id: message.message_id.to_string(),
        envelope: message.envelope.clone(),
        created: 0,
        save,
    }
}

/// From `Committing` on nobody knows, so that this is on the disk before the message's end goes.
fn submit(submission: &mut Submission, slip: &mut Slip, message: &Composed) -> Delivery {
    let wire = message.wire();
    submission.send(&message.envelope, &wire, &mut |step| {
        if interrupt::requested() {
            return Err(Error::new(
                Exit::Interrupted,
                "interrupted: nothing was sent",
            ));
        }
        match step {
            Step::Recipients(_) => Ok(()),
            Step::Committing => slip.advance(State::Committing),
        }
    })
}

/// The message is on its way whatever becomes of its file.
fn told(result: Result<()>, output: &Output) {
    if let Err(error) = result {
        output.warning(error.what());
    }
}
