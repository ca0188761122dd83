//! access WHO: every shared mailbox and folder that somebody reaches, and through which entry.

use crate::cli;
use crate::decide;
use crate::error::Result;
use crate::exit::Exit;
use crate::journey::own_session::{Own, own_session};
use crate::model::dialect::Reading;
use crate::model::failure::Unopened;
use crate::model::level::Levels;
use crate::model::reached::Reached;
use crate::model::rights::Rights;
use crate::model::state::Mailbox;
use crate::model::who::Who;
use crate::observe::Ask;
use crate::observe::everywhere::survey;
use crate::observe::reached::{Entries, OwnEyes, Reaches, add, by_session, called};
use crate::output::Output;
use crate::profile::names;
use crate::reach::Provider;
use crate::report::access::reached::ReachReport;
use crate::run::Run;

/// Tells what WHO reaches; without WHO, what the login itself does, as any member may ask.
///
/// # Errors
/// Whatever stands in the way of asking.
pub fn who(args: &cli::access::Access, run: &Run) -> Result<Exit> {
    let (provider, output) = (run.provider()?, run.output());
    let levels = provider.profile().levels.clone();
    let report = match &args.who {
        None => {
            let mut session = provider.administrator_with_acl()?;
            let who = provider.profile().imap.user.clone();
            let reaches = by_session(&mut session, provider, &levels, &OwnEyes)?;
            ReachReport {
                who,
                unknown: false,
                not_looked_up: None,
                access: reaches.reached,
                looked_into: Vec::new(),
                failures: reaches.untold,
                nonexistent: Vec::new(),
                near: None,
            }
        }
        Some(who) => of(
            &names::who(who, provider.profile())?,
            provider,
            &levels,
            output,
        )?,
    };
    output.report(&report)?;
    Ok(
        match (
            report.failures.is_empty() && report.not_looked_up.is_none(),
            report.unknown && report.access.is_empty(),
        ) {
            (false, _) => Exit::Partly,
            (true, true) => Exit::NotFound,
            (true, false) => Exit::Done,
        },
    )
}

/// What WHO reaches: by a session of her own where one can be had, else by the entries alone.
fn of(who: &Who, provider: &Provider, levels: &Levels, output: &Output) -> Result<ReachReport> {
    let mut survey = survey(provider, &[], Ask::default(), output)?;
    let (mut session, nobody, unclear) = match own_session(who, provider, &survey.mailboxes)? {
        Own::Session(session) => (Some(*session), None, None),
        Own::Nobody(why) => (None, Some(why), None),
        Own::Unclear(why) => (None, None, Some(why)),
        Own::None => (None, None, None),
    };
    let unknown = nobody.is_some();
    let mut nonexistent = Vec::new();
    if let Some(session) = &mut session {
        nonexistent = survey.complete(session, provider, output)?;
    } else {
        // Without a session of hers, there must be mailboxes to look into.
        survey = survey
            .of_something()
            .map_err(|error| nobody.or(unclear.clone()).unwrap_or(error))?;
    }
    let mailboxes = &survey.mailboxes;
    let Reaches {
        reached: mut access,
        untold,
    } = match &mut session {
        Some(session) => by_session(session, provider, levels, &Entries { who, mailboxes })?,
        None => Reaches::default(),
    };
    let hers = |mailbox: &&Mailbox| {
        let own = mailbox.dialect.spell(who).ok();
        own.is_some() && mailbox.owner == own
    };
    access.retain(|reached| reached.through != "owner");
    for mailbox in mailboxes.iter().filter(|mailbox| !hers(mailbox)) {
        unite(
            &mut access,
            by_entries(mailbox, who, levels),
            session.is_some(),
        );
        for reached in access
            .iter_mut()
            .filter(|reached| reached.mailbox == mailbox.name)
        {
            reached.of = Some(mailbox.folders.len());
        }
    }
    let failures = survey.failures.iter().map(Unopened::new);
    let failures = failures.chain(untold);
    let failures = failures.chain(mailboxes.iter().filter_map(decide::unreadable));
    let failures = failures.collect();
    let looked_into = mailboxes
        .iter()
        .map(|mailbox| mailbox.name.clone())
        .collect();
    let who = who.to_string();
    let is_lost = access.is_empty() && (unknown || unclear.is_some() || session.is_none());
    Ok(ReachReport {
        near: is_lost.then(|| decide::alike(mailboxes, &who)).flatten(),
        who,
        unknown,
        not_looked_up: unclear.map(|error| error.what().to_owned()),
        access,
        looked_into,
        failures,
        nonexistent,
    })
}

/// Adds what the entries of a mailbox give and no list of hers shows (`r` without `l`), where a
/// session of hers was asked; else everything.
fn unite(access: &mut Vec<Reached>, entries: Vec<Reached>, by_session: bool) {
    for mut entry in entries {
        let known = |folder: &String| {
            access
                .iter()
                .any(|r| r.mailbox == entry.mailbox && r.folders.contains(folder))
        };
        let effective = !entry.through.starts_with("id:-") && !entry.rights.is_empty();
        if by_session {
            entry.folders = entry
                .folders
                .iter()
                .filter(|f| !known(f))
                .cloned()
                .collect();
            entry.listed = false;
        }
        let only_sends = entry.folders.is_empty() && !entry.identities.is_empty();
        if !by_session && only_sends || !entry.folders.is_empty() && (effective || !by_session) {
            access.push(entry);
        }
    }
}

/// What the entries of `mailbox` give WHO: those that name WHO, and those for everybody.
fn by_entries(mailbox: &Mailbox, who: &Who, levels: &Levels) -> Vec<Reached> {
    let Ok(identifier) = mailbox.dialect.spell(who) else {
        return Vec::new();
    };
    let counts = |name: &str| match mailbox.dialect.read(name) {
        Reading::Special("anyone" | "authenticated") => true,
        _ => name == identifier || name.strip_prefix('-') == Some(&identifier),
    };
    let row = |name: &str, rights, folders| Reached {
        mailbox: mailbox.name.clone(),
        through: called(mailbox, name),
        level: levels.name(rights, &mailbox.vocabulary),
        rights,
        folders,
        of: Some(mailbox.folders.len()),
        listed: true,
        identities: mailbox.identities_of(name),
    };
    let mut reached: Vec<Reached> = Vec::new();
    for folder in &mailbox.folders {
        for (name, rights) in folder.entries().filter(|(name, _)| counts(name)) {
            add(&mut reached, row(name, rights, vec![folder.path.clone()]));
        }
    }
    let names = mailbox.members().into_iter().filter(|name| counts(name));
    for name in names.filter(|name| !mailbox.identities_of(name).is_empty()) {
        let who = called(mailbox, name);
        if !reached.iter().any(|row| row.through == who) {
            reached.push(row(name, Rights::NONE, Vec::new()));
        }
    }
    reached
}
