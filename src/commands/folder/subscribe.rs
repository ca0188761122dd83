//! folder subscribe: members' mail programs show what they are subscribed to.

use crate::cli::folder::FolderSubscribe;
use crate::decide;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::journey::opening::read;
use crate::journey::subscribed::subscribed;
use crate::journey::verdict;
use crate::observe::Ask;
use crate::profile::names;
use crate::reach::crowd;
use crate::report::mailbox::subscribe::{SubscribeReport, Subscribed};
use crate::run::Run;

/// Subscribes each WHO, in a session of her own, to the folders that she can see.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn subscribe(args: &FolderSubscribe, run: &Run) -> Result<Exit> {
    let (provider, output) = (run.provider()?, run.output());
    let profile = provider.profile();
    let who = names::everybody(&args.members.who, profile)?;
    let name = names::mailbox(&args.target.mailbox, profile)?;
    let mut opened = provider.open(&name)?;
    let state = read(provider, &mut opened, Ask::default(), output)?;
    let folders = decide::select(&state, &args.scope.meant())?;
    let work = |who: &crate::model::who::Who| {
        let identifier = decide::spell(&state, who)?;
        subscribed(
            &identifier,
            &folders,
            &opened,
            provider,
            args.change.dry_run,
        )
    };
    let results = crowd::each(&who, profile.imap.connections_of_many, work);
    let errors = results.iter().filter_map(|result| result.as_ref().err());
    let first = errors.map(Error::exit).next().unwrap_or(Exit::Refused);
    let members = who.iter().zip(results).map(|(who, result)| match result {
        Ok(subscribed) => Subscribed {
            who: who.to_string(),
            ..subscribed
        },
        Err(error) => Subscribed::failed(who.to_string(), error.to_string()),
    });
    let members: Vec<Subscribed> = members.collect();
    let report = SubscribeReport {
        mailbox: state.name.clone(),
        dry_run: args.change.dry_run,
        members,
    };
    output.report(&report)?;
    let pending = report
        .members
        .iter()
        .any(|member| !member.folders.is_empty());
    let ends = report.members.iter().map(|member| match member.why {
        None => Exit::Done,
        Some(_) => first,
    });
    Ok(verdict(ends, args.change.detailed_exitcode && pending))
}
