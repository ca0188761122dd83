//! send: mail from a shared mailbox, and the copy that everybody sees.

mod attachment;
mod each;
mod handing;
mod login;
mod parts;
mod permission;
mod posting;
mod reply;
mod told;

#[cfg(any(test, fuzzing))]
pub(crate) use each::fuzz;

use self::handing::Hand;
use self::reply::Answering;
use super::copy::Filing;
use super::names;
use crate::cli;
use crate::cli::global::Global;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::interrupt;
use crate::mail::MailAddress;
use crate::model::address::{Address, MailboxName};
use crate::model::identity::Identity;
use crate::output::Output;
use crate::profile::Environment;
use crate::reach::Provider;
use crate::report::send::DryReport;
use std::io::{self, IsTerminal as _};
use std::sync::Arc;

/// Who sends from where, and as what.
pub struct Sending {
    /// The shared mailbox.
    pub mailbox: Address,
    /// Who sends.
    pub person: Address,
    /// As what.
    pub identity: Identity,
    /// What the SMTP server calls her.
    pub called: String,
}

/// Sends one message, files its copy and tells what became of both.
///
/// # Errors
/// Whatever stands in the way before the message is handed over.
pub fn send(args: &cli::send::Send, global: &Global, output: &Arc<Output>) -> Result<Exit> {
    let begun = login::begin(global, output)?;
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
    let mut hand = Hand::open(args, &begun, &sending, filing, output)?;
    let handed = hand.hand_over(&message, answering, &mut ())?;
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

pub(super) fn mail_address(address: &Address) -> Result<MailAddress> {
    let text = address.to_string();
    MailAddress::parse(&text).map_err(|why| {
        let what = format!("{text} is no address that mail can come from: {why}");
        Error::new(Exit::Config, what).hint("set domain in the profile, or write the whole address")
    })
}

/// The outbox of whoever runs this.
///
/// # Errors
/// Where there is no place for it.
pub(super) fn outbox() -> Result<crate::outbox::Outbox> {
    let state = crate::profile::state_folder(&Environment::of_process())?;
    crate::outbox::Outbox::open(&state)
}
