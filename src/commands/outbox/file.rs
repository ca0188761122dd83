//! outbox file: the copies of what was sent are filed, or found. Nothing here sends.

use crate::cli::outbox::OutboxFile;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::interrupt;
use crate::model::address::Address;
use crate::model::command::word;
use crate::outbox::{Kept, Outbox, Slip, State};
use crate::post::filing;
use crate::post::filing::{Filing, Sheet};
use crate::post::sending::outbox as open;
use crate::reach::Provider;
use crate::report::mail::outbox::{Fate, Filed, FiledReport};
use crate::run::Run;

/// Files what is named, else everything that can be settled here.
///
/// # Errors
/// When the outbox cannot be read, and whatever is wrong with the profile.
pub fn file(args: &OutboxFile, run: &Run) -> Result<Exit> {
    let outbox = open()?;
    let output = run.output();
    let ids = wanted(&outbox, args)?;
    if ids.is_empty() {
        output.report(&FiledReport::default())?;
        return Ok(Exit::Done);
    }
    let report = all(&outbox, &ids, args.delivered, run.provider()?);
    output.report(&report)?;
    Ok(report.exit())
}

/// Those named, else everything that can be settled here.
fn wanted(outbox: &Outbox, args: &OutboxFile) -> Result<Vec<String>> {
    if !args.ids.is_empty() {
        return Ok(args.ids.clone());
    }
    let open = |kept: &Kept| kept.entry.is_ok() && !kept.busy && kept.state != State::Prepared;
    let kept = outbox.list()?.into_iter().filter(open);
    Ok(kept.map(|kept| kept.id).collect())
}

fn all(outbox: &Outbox, ids: &[String], delivered: bool, provider: &Provider) -> FiledReport {
    let mut report = FiledReport::default();
    for id in ids {
        let fate = if interrupt::requested() {
            Err(Error::new(Exit::Interrupted, "interrupted"))
        } else {
            settle(outbox, id, delivered, provider)
        };
        let id = id.clone();
        report.messages.push(match fate {
            Ok((fate, filed)) => Filed {
                id,
                fate,
                folder: filed.as_ref().map(|filed| filed.folder.clone()),
                of: filed.and_then(|filed| filed.of),
                why: None,
                hint: None,
            },
            Err(error) => Filed {
                id,
                fate: Fate::Failed,
                folder: None,
                of: None,
                why: Some(error.what().to_owned()),
                hint: error.advice().map(str::to_owned),
            },
        });
    }
    report
}

/// Files one message, or looks for it where nobody knows whether it was sent.
fn settle(
    outbox: &Outbox,
    id: &str,
    delivered: bool,
    provider: &Provider,
) -> Result<(Fate, Option<filing::Filed>)> {
    let slip = outbox.take(id)?;
    let profile = &provider.profile().name;
    if *profile != slip.entry.profile {
        let what = format!("it was sent with profile {:?}", slip.entry.profile);
        let hint = format!("add --profile {}", word(&slip.entry.profile));
        return Err(Error::new(Exit::Config, what).hint(hint));
    }
    let mailbox = address(&slip.entry.mailbox)?;
    let person = address(&slip.entry.sender)?;
    let mut filing = Filing::new(provider, &mailbox, &person, None);
    let settled = settle_as(slip, delivered, &mut filing);
    filing.close();
    settled
}

fn settle_as(
    slip: Slip,
    delivered: bool,
    filing: &mut Filing<'_>,
) -> Result<(Fate, Option<filing::Filed>)> {
    match slip.state {
        State::Prepared => Ok((Fate::NotSent, None)),
        State::Sent => put(slip, filing),
        State::Committing | State::Unknown if delivered => put(slip, filing),
        State::Committing | State::Unknown => match filing.look(&slip.entry.message_id)? {
            Some(filed) => {
                slip.remove()?;
                Ok((Fate::Found, Some(filed)))
            }
            None => Ok((Fate::Unknown, None)),
        },
    }
}

fn put(slip: Slip, filing: &mut Filing<'_>) -> Result<(Fate, Option<filing::Filed>)> {
    if !slip.entry.save {
        slip.remove()?;
        return Ok((Fate::NotWanted, None));
    }
    let filed = filing.file(Sheet {
        message_id: &slip.entry.message_id,
        message: &slip.message()?,
        look_first: true,
    })?;
    slip.remove()?;
    Ok((Fate::Filed, Some(filed)))
}

fn address(text: &str) -> Result<Address> {
    Address::parse(text, None)
        .map_err(|why| Error::new(Exit::Failure, format!("{text:?} is no address: {why}")))
}
