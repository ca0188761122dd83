//! access: every shared mailbox and folder that somebody reaches, and through which entry.

use super::connect::levels;
use super::names;
use super::survey::survey;
use crate::cli;
use crate::error::Result;
use crate::exit::Exit;
use crate::imap::{Pace, Session};
use crate::interrupt;
use crate::model::dialect::Reading;
use crate::model::level::{Levels, Vocabulary};
use crate::model::rights::Rights;
use crate::model::state::Mailbox;
use crate::model::who::Who;
use crate::observe;
use crate::output::Output;
use crate::reach::Provider;
use crate::report::access::{ReachReport, Reached};
use crate::report::list::Unopened;

/// Tells what WHO reaches; without WHO, what the login itself does, as any member may ask.
///
/// # Errors
/// Whatever stands in the way of asking.
pub fn access(args: &cli::access::Access, provider: &Provider, output: &Output) -> Result<Exit> {
    let levels = levels(provider.profile());
    let report = match &args.who {
        None => {
            let mut session = provider.administrator_with_acl()?;
            let who = provider.profile().imap.user.clone();
            let access = through_session(&mut session, provider, &levels)?;
            ReachReport {
                who,
                access,
                failures: Vec::new(),
                notes: Vec::new(),
            }
        }
        Some(who) => through_entries(
            &names::who(who, provider.profile())?,
            provider,
            &levels,
            output,
        )?,
    };
    output.report(&report)?;
    Ok(if report.failures.is_empty() {
        Exit::Done
    } else {
        Exit::Partly
    })
}

/// What the session's own login may do in the namespaces of others (MYRIGHTS).
fn through_session(
    session: &mut Session,
    provider: &Provider,
    levels: &Levels,
) -> Result<Vec<Reached>> {
    let pace = Pace {
        tick: &|_| {},
        stop: interrupt::flag(),
    };
    let all = observe::seen(session, provider.profile().domain.as_deref(), false)?;
    let names: Vec<_> = all
        .iter()
        .flat_map(|seen| seen.folders.iter().map(|f| f.wire.clone()))
        .collect();
    let mut answers = session.my_rights(&names, &pace)?.into_iter();
    let vocabulary = standard(session);
    let mut reached = Vec::new();
    for seen in &all {
        let of = seen.folders.len();
        let mut groups: Vec<Reached> = Vec::new();
        for folder in &seen.folders {
            let rights = answers
                .next()
                .and_then(std::result::Result::ok)
                .unwrap_or_default();
            let rights = vocabulary.normal(rights);
            if !rights.is_empty() {
                let level = levels.name(rights, &vocabulary);
                add(
                    &mut groups,
                    Reached {
                        mailbox: seen.name.clone(),
                        through: "login".to_owned(),
                        level,
                        rights,
                        folders: vec![folder.path.clone()],
                        of,
                    },
                );
            }
        }
        reached.append(&mut groups);
    }
    Ok(reached)
}

/// The rights that the capabilities promise: a member may not ask LISTRIGHTS.
fn standard(session: &Session) -> Vocabulary {
    let advertised = session.capabilities().rights();
    let base = Rights::parse("lrswipa").unwrap_or_default();
    let known = base.union(advertised.unwrap_or_default());
    Vocabulary {
        known,
        tied: Vec::new(),
        virtual_cd: advertised.is_some(),
    }
}

/// What the entries give WHO on every mailbox in reach: those that name WHO, and those for
/// everybody.
fn through_entries(
    who: &Who,
    provider: &Provider,
    levels: &Levels,
    output: &Output,
) -> Result<ReachReport> {
    let survey = survey(provider, &[], output)?;
    let mut access = Vec::new();
    let mut groups = false;
    for mailbox in &survey.mailboxes {
        let Ok(identifier) = mailbox.dialect.spell(who) else {
            continue;
        };
        groups |= mailbox
            .members()
            .iter()
            .any(|name| matches!(mailbox.dialect.read(name), Reading::Group(_)));
        access.append(&mut on(mailbox, &identifier, levels));
    }
    let mut notes = Vec::new();
    if groups && matches!(who, Who::Person(_)) {
        notes.push("groups hold entries too: IMAP does not tell who is in them (sharemail explain MAILBOX WHO looks through a session of WHO's own)".to_owned());
    }
    if survey.by_profile {
        notes.push(
            "looked into the mailboxes that the profile names: IMAP cannot list accounts"
                .to_owned(),
        );
    }
    let failures = survey.failures.iter().map(Unopened::new).collect();
    Ok(ReachReport {
        who: who.to_string(),
        access,
        failures,
        notes,
    })
}

fn on(mailbox: &Mailbox, identifier: &str, levels: &Levels) -> Vec<Reached> {
    let counts = |name: &str| {
        let negative = name.strip_prefix('-') == Some(identifier);
        name == identifier
            || negative
            || matches!(
                mailbox.dialect.read(name),
                Reading::Special("anyone" | "authenticated")
            )
    };
    let mut groups = Vec::new();
    for folder in &mailbox.folders {
        for (name, rights) in folder.entries().filter(|(name, _)| counts(name)) {
            let level = levels.name(rights, &mailbox.vocabulary);
            let reached = Reached {
                mailbox: mailbox.name.clone(),
                through: name.to_owned(),
                level,
                rights,
                folders: vec![folder.path.clone()],
                of: mailbox.folders.len(),
            };
            add(&mut groups, reached);
        }
    }
    groups
}

/// Folders that the same entry opens with the same rights stand together.
fn add(groups: &mut Vec<Reached>, mut new: Reached) {
    match groups
        .iter_mut()
        .find(|g| g.through == new.through && g.rights == new.rights)
    {
        Some(group) => group.folders.append(&mut new.folders),
        None => groups.push(new),
    }
}
