//! send: mail from a shared mailbox, and the copy that everybody sees.

mod attachment;
mod each;
mod parts;
mod permission;
mod reply;
mod told;

#[cfg(any(test, fuzzing))]
pub(crate) use each::fuzz;

use self::reply::Answering;
use crate::cli;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::interrupt;
use crate::mail::MailAddress;
use crate::model::address::{Address, MailboxName};
use crate::model::identity::Identity;
use crate::post::filing::Filing;
use crate::post::handing::{Hand, Wishes};
use crate::post::sending::{Sending, mail_address};
use crate::profile::names;
use crate::reach::Provider;
use crate::report::mail::send::DryReport;
use crate::run::Run;
use std::io::{self, IsTerminal as _};

/// Sends one message, files its copy and tells what became of both.
///
/// # Errors
/// Whatever stands in the way before the message is handed over.
pub fn send(args: &cli::send::Send, run: &Run) -> Result<Exit> {
    let output = run.output();
    let begun = run.sending()?;
    let provider = &begun.provider;
    let mailbox = mailbox(&args.target.mailbox, provider)?;
    if let Some(file) = &args.each {
        return each::each(args, file, &begun, mailbox, output);
    }
    if parts::is_typed(args) && io::stdin().is_terminal() {
        let what = if args.raw.is_some() {
            "message"
        } else {
            "text"
        };
        output.note(&format!(
            "type the {what}; Ctrl-D on a line of its own ends it"
        ));
    }
    let content = interrupt::idle(|| parts::Content::gather(args))?;
    let (sending, mut hers) = permission::sending(args, mailbox, &begun, output)?;
    let answering = reply::answering(args, &begun, &sending, &mut hers, output)?;
    let answering = answering.as_ref();
    let message = content.compose(
        args,
        &mail_address(&sending.mailbox)?,
        sender(&sending)?,
        answering.map(|answering| (answering, mail_address(&sending.person).ok())),
    )?;
    if args.dry_run {
        output.report(&DryReport::new(&message, sending.identity))?;
        return Ok(Exit::Done);
    }
    let filing = Filing::new(provider, &sending.mailbox, &sending.person, hers);
    let mut hand = Hand::open(wishes(args), &begun, &sending, filing, output)?;
    let handed = hand.hand_over(&message, answering.map(Answering::lying), &mut ())?;
    hand.close();
    let report = told::report(
        &sending,
        &handed,
        &message,
        answering.map(Answering::folder),
    );
    output.report(&report)?;
    Ok(report.exit())
}

/// The mailbox as an address, which mail must come from.
fn mailbox(text: &str, provider: &Provider) -> Result<Address> {
    match names::mailbox(text, provider.profile())? {
        MailboxName::Address(address) => Ok(address),
        MailboxName::Path(path) => {
            let what = format!("mail comes from an address, and {path:?} is none");
            Err(Error::new(Exit::Usage, what))
        }
    }
}

/// Who stands in Sender: somebody for Send on Behalf alone.
fn sender(sending: &Sending) -> Result<Option<MailAddress>> {
    match sending.identity {
        Identity::SendAs => Ok(None),
        Identity::SendOnBehalf => mail_address(&sending.person).map(Some),
    }
}

/// What is wished for besides the message itself.
fn wishes(args: &cli::send::Send) -> Wishes {
    Wishes {
        save: !args.no_save,
        dsn: args.dsn.is_some(),
        patient: args.each.is_some(),
    }
}
