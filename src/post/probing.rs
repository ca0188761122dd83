//! What a submission server says to senders, without any mail.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::mail::MailAddress;
use crate::reach::Submitter;
use crate::report::access::can_send::{Answer, Asked, Sender};
use crate::smtp::Submission;

/// The local part of a sender that nobody owns.
const NOBODY: &str = "sharemail-nobody-9f3c1d";

/// Asks as `login` whether the server takes mail to `to` from the mailbox, from the person's own address, and
/// from one that nobody owns.
///
/// # Errors
/// Whatever logging in and asking may meet.
pub fn probe(
    submitter: &Submitter,
    login: &str,
    mailbox: &MailAddress,
    person: Option<&MailAddress>,
    to: &MailAddress,
) -> Result<Vec<Asked>> {
    let mut session = submitter.session_as(login)?;
    let answers = ask(&mut session, mailbox, person, to);
    session.quit();
    answers
}

fn ask(
    session: &mut Submission,
    mailbox: &MailAddress,
    person: Option<&MailAddress>,
    to: &MailAddress,
) -> Result<Vec<Asked>> {
    let nobody = nobody_at(mailbox)?;
    let person = person.filter(|person| !person.is_same(mailbox));
    let senders = [
        (Sender::Mailbox, Some(mailbox)),
        (Sender::Person, person),
        (Sender::Nobody, Some(&nobody)),
    ];
    let mut answers = Vec::new();
    for (sender, address) in senders {
        let Some(address) = address else { continue };
        let probe = session.probe(address, to)?;
        answers.push(Asked {
            sender,
            address: address.to_string(),
            answer: Answer::from(&probe),
            reply: probe.reply().to_string(),
        });
    }
    Ok(answers)
}

/// A sender in the domain of `address` that nobody owns.
///
/// # Errors
/// [`Exit::BadInput`] where there is no such domain.
pub fn nobody_at(address: &MailAddress) -> Result<MailAddress> {
    MailAddress::parse(&format!("{NOBODY}@{}", address.domain()))
        .map_err(|why| Error::new(Exit::BadInput, why.to_string()))
}
