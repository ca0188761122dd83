//! What the user is told of a message that was handed over.

use super::handing::{Copy, Handed};
use super::sending::Sending;
use crate::exit::Exit;
use crate::mail::message::Composed;
use crate::model::command::command;
use crate::report::mail::delivery::said;
use crate::report::mail::send::{AnsweredTold, CopyState, CopyTold, Outcome, SendReport, Told};
use crate::smtp::{Reply, Verdict};

/// The report of one message, which answers what lies in `folder` if it answers something.
pub fn report(
    sending: &Sending,
    handed: &Handed,
    message: &Composed,
    folder: Option<&str>,
) -> SendReport {
    let Handed { delivery, copy, .. } = handed;
    let said = said(&delivery.verdict);
    let outcome = said.outcome;
    let kept = outcome == Outcome::Unknown || matches!(copy, Copy::NotFiled(_));
    SendReport {
        mailbox: sending.mailbox.to_string(),
        sender: sending.person.to_string(),
        identity: sending.identity,
        message_id: message.message_id.to_string(),
        outcome,
        answer: said.answer(),
        queue_id: said.reply.and_then(Reply::queue_id),
        recipients: delivery.recipients.iter().map(Told::from).collect(),
        copy: copied(copy),
        answered: folder.map(|folder| answered(folder, handed)),
        outbox: kept.then(|| handed.id.clone()),
        hints: hints(sending, handed, message),
        exit: exit(handed),
    }
}

/// How a run ends that sent this one message.
pub fn exit(handed: &Handed) -> Exit {
    let unmarked = matches!(handed.marked, Some(Err(_)));
    let open = matches!(handed.copy, Copy::NotFiled(_)) || unmarked || handed.unlogged;
    match handed.delivery.exit() {
        Exit::Done if open => Exit::Partly,
        exit => exit,
    }
}

/// What is told of a copy.
pub fn copied(copy: &Copy) -> CopyTold {
    let (state, filed, error) = match copy {
        Copy::Nothing => (CopyState::Nothing, None, None),
        Copy::Unwanted => (CopyState::NotWanted, None, None),
        Copy::Servers => (CopyState::ByServer, None, None),
        Copy::Filed(filed) => (CopyState::Filed, Some(filed), None),
        Copy::NotFiled(error) => (CopyState::NotFiled, None, Some(error)),
    };
    CopyTold {
        state,
        folder: filed.map(|filed| filed.folder.clone()),
        of: filed.and_then(|filed| filed.of.clone()),
        why: error.map(|error| error.what().to_owned()),
        hint: error.and_then(|error| error.advice().map(str::to_owned)),
    }
}

fn answered(folder: &str, handed: &Handed) -> AnsweredTold {
    let failed = handed
        .marked
        .as_ref()
        .and_then(|marked| marked.as_ref().err());
    AnsweredTold {
        folder: folder.to_owned(),
        marked: matches!(handed.marked, Some(Ok(()))),
        why: failed.map(|error| error.what().to_owned()),
        hint: failed.and_then(|error| error.advice().map(str::to_owned)),
    }
}

/// What to do about what was refused.
pub fn hints(sending: &Sending, handed: &Handed, message: &Composed) -> Vec<String> {
    let hint = match &handed.delivery.verdict {
        Verdict::SenderRefused {
            not_owned: true, ..
        } => Some(not_owned(sending, message)),
        Verdict::NotSent(error) => error.advice().map(str::to_owned),
        _ => None,
    };
    hint.into_iter().collect()
}

/// What the server's table of senders lacks.
fn not_owned(sending: &Sending, message: &Composed) -> String {
    let (from, person, called) = (&message.envelope.from, &sending.person, &sending.called);
    format!(
        "the grant alone does not let {person} use {from}: the SMTP server's table of senders needs \
         the line \"{from} {called}\" (Postfix: smtpd_sender_login_maps); {} prints it",
        command(["identities", "--format", "postfix"])
    )
}
