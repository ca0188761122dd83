//! send: mail from a shared mailbox, and the copy that everybody sees.

mod each;
mod reply;

use crate::cli;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::interrupt;
use crate::model::address::{Address, MailboxName};
use crate::model::identity::Identity;
use crate::post::filing::Filing;
use crate::post::handing::{Hand, Wishes};
use crate::post::sending::mail_address;
use crate::post::{permission, told};
use crate::profile::names;
use crate::reach::Provider;
use crate::report::mail::send::DryReport;
use crate::run::Run;
use crate::run::letter::{self, Content};
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
    if letter::is_typed(args) && io::stdin().is_terminal() {
        let what = if args.raw.is_some() {
            "message"
        } else {
            "text"
        };
        output.note(&format!(
            "type the {what}; Ctrl-D on a line of its own ends it"
        ));
    }
    let content = interrupt::idle(|| Content::gather(args))?;
    let (sending, mut hers) = permission::sending(insisted(args), mailbox, &begun, output)?;
    let answered = reply::answered(args, &begun, &sending, &mut hers, output)?;
    let (original, lying) = answered.unzip();
    let message = content.compose(
        args,
        &mail_address(&sending.mailbox)?,
        sending.sender()?,
        original
            .as_ref()
            .map(|original| (original, mail_address(&sending.person).ok())),
    )?;
    if args.dry_run {
        output.report(&DryReport::new(&message, sending.identity))?;
        return Ok(Exit::Done);
    }
    let filing = Filing::new(provider, &sending.mailbox, &sending.person, hers);
    let mut hand = Hand::open(wishes(args), &begun, &sending, filing, output)?;
    let handed = hand.hand_over(&message, lying.as_ref(), &mut ())?;
    hand.close();
    let folder = lying.as_ref().map(|lying| lying.folder.as_str());
    let report = told::report(&sending, &handed, &message, folder);
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

/// As what she insists on sending, if she does.
fn insisted(args: &cli::send::Send) -> Option<Identity> {
    let asked = [
        (args.send_as, Identity::SendAs),
        (args.on_behalf, Identity::SendOnBehalf),
    ];
    let asked = asked.into_iter().find(|(asked, _)| *asked);
    asked.map(|(_, identity)| identity)
}

/// What is wished for besides the message itself.
fn wishes(args: &cli::send::Send) -> Wishes {
    Wishes {
        save: !args.no_save,
        dsn: args.dsn.is_some(),
        patient: args.each.is_some(),
    }
}
