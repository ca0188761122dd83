//! can-send: what the grants allow, and what the SMTP server says to it.

use crate::cli;
use crate::decide;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::journey::opening::read;
use crate::mail::MailAddress;
use crate::model::address::MailboxName;
use crate::model::dialect::Reading;
use crate::model::grants::Grants;
use crate::model::who::Who;
use crate::observe::Ask;
use crate::observe::held::Found;
use crate::output::Output;
use crate::post::probing;
use crate::profile::Profile;
use crate::profile::names;
use crate::reach::{Provider, Submitter};
use crate::report::access::can_send::{Answer, Asked, CanSend, Sender, Verdict};
use crate::run::Run;

/// Tells whether WHO may send for the mailbox, by the grants and by the server.
///
/// # Errors
/// Whatever stands in the way of reading the grants or of asking the server.
pub fn can_send(args: &cli::can_send::CanSend, run: &Run) -> Result<Exit> {
    let (provider, output) = (run.provider()?, run.output());
    let submitter = &run.submission()?;
    let profile = provider.profile();
    let name = names::mailbox(&args.target.mailbox, profile)?;
    let mailbox = address(&name)?;
    let who = args.who.as_deref().unwrap_or(submitter.user());
    let who = names::who(who, profile)?;
    let to = args.to.as_deref().map(recipient).transpose()?;
    let Asking {
        login,
        mut found,
        granted_as,
    } = match &args.who {
        Some(_) => of_other(provider, &name, &who, output)?,
        None => of_own(provider, submitter, &name, &who, output)?,
    };
    let person = own_address(&who, profile);
    let to = to.unwrap_or_else(|| mailbox.clone());
    let answers = probing::probe(submitter, &login, &mailbox, person.as_ref(), &to)?;
    let verdict = verdict(found.grants, &answers, args.with_on_behalf);
    let acts = args.who.is_none() && verdict == Verdict::NotAllowed;
    let as_itself = match &name {
        MailboxName::Address(mailbox) if acts => {
            let login = provider.acts_as(mailbox);
            login.is_some_and(|login| submitter.lets_act_as(&login))
        }
        _ => false,
    };
    found.remarks.extend(not_hers(&answers, args.who.is_none()));
    output.report(&CanSend {
        mailbox: name.to_string(),
        who: who.to_string(),
        login,
        grants: found.grants,
        answers,
        verdict,
        remarks: found.remarks,
        disbelieved: found.disbelieved,
        granted_as,
        as_itself,
    })?;
    Ok(verdict.exit())
}

/// Under which name the server is asked, and what the grants give it.
struct Asking {
    login: String,
    found: Found,
    /// How a grant names whoever is asked about.
    granted_as: String,
}

fn of_other(provider: &Provider, name: &MailboxName, who: &Who, output: &Output) -> Result<Asking> {
    let mut opened = provider.open(name)?;
    let state = read(provider, &mut opened, Ask::default(), output)?;
    let identifier = decide::spell(&state, who)?;
    let Reading::Person(login) = state.dialect.read(&identifier) else {
        let error = Error::new(Exit::Usage, format!("{who} is no person, who could log in"));
        return Err(error.hint("ask about one of the people in it"));
    };
    let found = Found::new(provider, &opened, &state, &identifier);
    let login = login.to_owned();
    let granted_as = who.to_string();
    Ok(Asking {
        login,
        found,
        granted_as,
    })
}

/// The SMTP user of the profile need not be an administrator: her own session tells, and what an
/// administrator sees besides may only take something from it.
fn of_own(
    provider: &Provider,
    submitter: &Submitter,
    name: &MailboxName,
    who: &Who,
    output: &Output,
) -> Result<Asking> {
    let own = match (who, name) {
        (Who::Person(person), MailboxName::Address(mailbox)) => {
            Found::by_own_session(provider, mailbox, person).ok()
        }
        _ => None,
    };
    let mut granted_as = who.to_string();
    let found = match own {
        Some(mut found) => {
            let opened = provider.open(name);
            if let Ok(state) =
                opened.and_then(|mut opened| read(provider, &mut opened, Ask::default(), output))
            {
                if let Who::Person(person) = who {
                    granted_as = provider.granted_as(person, state.dialect.family);
                }
                found.doubt(&state);
            }
            found
        }
        None => of_other(provider, name, who, output)?.found,
    };
    let login = submitter.user().to_owned();
    Ok(Asking {
        login,
        found,
        granted_as,
    })
}

fn verdict(grants: Grants, answers: &[Asked], with_on_behalf: bool) -> Verdict {
    let to = |sender| answers.iter().find(|asked| asked.sender == sender);
    let answer = |sender| to(sender).map(|asked| asked.answer);
    let mailbox = answer(Sender::Mailbox).unwrap_or(Answer::Refused);
    let nobody = answer(Sender::Nobody).unwrap_or(Answer::Refused);
    // With such a table Send on Behalf gives the server's part of Send As.
    let expected = Grants {
        send_as: grants.send_as || with_on_behalf && grants.send_on_behalf,
        ..grants
    };
    Verdict::new(expected, mailbox, answer(Sender::Person), nobody)
}

/// A server that ignores whom a login acts as refuses her own address, too.
fn not_hers(answers: &[Asked], is_own_login: bool) -> Option<String> {
    let own = answers
        .iter()
        .find(|asked| asked.sender == Sender::Person)?;
    let why = match is_own_login {
        true => "the server's table lacks it",
        false => "either the server's table lacks it, or the session is not hers",
    };
    let refused = own.answer == Answer::NotOwned;
    refused.then(|| format!("{} is refused, too: {why}", own.address))
}

fn address(name: &MailboxName) -> Result<MailAddress> {
    let text = name.to_string();
    MailAddress::parse(&text).map_err(|why| {
        Error::new(
            Exit::Usage,
            format!("{text:?} has no address to send from: {why}"),
        )
    })
}

fn recipient(text: &str) -> Result<MailAddress> {
    MailAddress::parse(text)
        .map_err(|why| Error::new(Exit::Usage, format!("{text:?} is no address: {why}")))
}

fn own_address(who: &Who, profile: &Profile) -> Option<MailAddress> {
    let Who::Person(address) = who else {
        return None;
    };
    let domain = address.domain().or(profile.domain.as_deref())?;
    MailAddress::parse(&format!("{}@{domain}", address.local())).ok()
}
