//! access: every shared mailbox and folder that somebody reaches, and through which entry.

use super::connect::levels;
use super::names;
use super::survey::{Survey, survey};
use crate::cli;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::{Pace, Session};
use crate::interrupt;
use crate::model::dialect::Reading;
use crate::model::identity::{Identity, Standing};
use crate::model::level::{Levels, Vocabulary};
use crate::model::rights::Rights;
use crate::model::state::{Folder, Mailbox};
use crate::model::who::Who;
use crate::observe::{self, Look, Seen};
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
            let access = by_session(&mut session, provider, &levels, &OwnEyes)?;
            ReachReport {
                who,
                unknown: false,
                access,
                looked_into: Vec::new(),
                failures: Vec::new(),
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
            report.failures.is_empty(),
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
    let mut survey = survey(provider, &[], output)?;
    let (mut session, nobody) = match own_session(who, provider, &survey.mailboxes)? {
        Own::Session(session) => (Some(*session), None),
        Own::Nobody(why) => (None, Some(why)),
        Own::None => (None, None),
    };
    let unknown = nobody.is_some();
    if let Some(session) = &mut session {
        complete(&mut survey, session, provider, output)?;
    } else {
        // Without a session of hers, there must be mailboxes to look into.
        survey = survey
            .of_something()
            .map_err(|error| nobody.unwrap_or(error))?;
    }
    let mailboxes = &survey.mailboxes;
    let mut access = match &mut session {
        Some(session) => by_session(session, provider, levels, &Entries { who, mailboxes })?,
        None => Vec::new(),
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
    let failures = survey.failures.iter().map(Unopened::new).collect();
    let looked_into = mailboxes
        .iter()
        .map(|mailbox| mailbox.name.clone())
        .collect();
    Ok(ReachReport {
        who: who.to_string(),
        unknown,
        access,
        looked_into,
        failures,
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
        let effective = !entry.through.starts_with('-') && !entry.rights.is_empty();
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

/// Reads the mailboxes, too, that WHO's own session sees and the survey has not, as far as the
/// administrator can open them.
fn complete(
    survey: &mut Survey,
    session: &mut Session,
    provider: &Provider,
    output: &Output,
) -> Result<()> {
    let domain = provider.profile().domain.as_deref();
    let seen = observe::seen(session, domain, Look::default())?;
    let known = |name: &String| survey.mailboxes.iter().any(|mailbox| mailbox.name == *name);
    let names = seen.into_iter().map(|seen| seen.name);
    let missing: Vec<String> = names.filter(|n| n.contains('@') && !known(n)).collect();
    if !missing.is_empty() {
        let more = super::survey::survey(provider, &missing, output);
        survey
            .mailboxes
            .extend(more.map(|more| more.mailboxes).unwrap_or_default());
    }
    Ok(())
}

/// A session as WHO.
enum Own {
    /// Here it is.
    Session(Box<Session>),
    /// The server says that there is nobody of that name.
    Nobody(Error),
    /// WHO is no person, or cannot be impersonated here.
    None,
}

fn own_session(who: &Who, provider: &Provider, mailboxes: &[Mailbox]) -> Result<Own> {
    let spelled = match (who, mailboxes.first()) {
        (Who::Person(_), Some(mailbox)) => mailbox.dialect.spell(who).ok(),
        (Who::Person(address), None) => Some(address.to_string()),
        _ => None,
    };
    let Some(login) = spelled else {
        return Ok(Own::None);
    };
    Ok(match provider.impersonate(&login)? {
        Ok(impersonated) => Own::Session(Box::new(impersonated.session)),
        Err(refused) => match refused.into_error() {
            error if error.exit() == Exit::NotFound => Own::Nobody(error),
            _ => Own::None,
        },
    })
}

/// How the entries of a mailbox that a session sees are known.
trait Insight {
    /// The entry that opens a folder.
    fn through(&self, seen: &Seen, folder: &str) -> String;

    /// Whether the folder of an identity is believed.
    fn believes(&self, seen: &Seen, identity: Identity) -> bool;
}

/// Nothing is known but what the session itself is told.
struct OwnEyes;

impl Insight for OwnEyes {
    fn through(&self, _: &Seen, _: &str) -> String {
        "login".to_owned()
    }

    fn believes(&self, _: &Seen, _: Identity) -> bool {
        true
    }
}

/// The administrator has read the entries.
struct Entries<'a> {
    who: &'a Who,
    mailboxes: &'a [Mailbox],
}

impl Insight for Entries<'_> {
    fn through(&self, seen: &Seen, folder: &str) -> String {
        opening(self.who, self.mailboxes, seen, folder)
    }

    fn believes(&self, seen: &Seen, identity: Identity) -> bool {
        let mut known = self.mailboxes.iter();
        known
            .find(|mailbox| seen.is_called(&mailbox.name))
            .is_none_or(|mailbox| matches!(mailbox.standing(identity), Standing::Holders(_)))
    }
}

/// What the session's login may do in the namespaces of others (MYRIGHTS).
fn by_session(
    session: &mut Session,
    provider: &Provider,
    levels: &Levels,
    insight: &dyn Insight,
) -> Result<Vec<Reached>> {
    let pace = Pace {
        tick: &|_| {},
        stop: interrupt::flag(),
    };
    let look = Look {
        rights: true,
        messages: false,
    };
    let all = observe::seen(session, provider.profile().domain.as_deref(), look)?;
    let mut held = observe::rights(session, &all, &pace)?.into_iter();
    let vocabulary = promised(session);
    let names = &provider.profile().identities;
    let mut reached = Vec::new();
    for seen in &all {
        let held = held.by_ref().take(seen.folders.len());
        let held: Vec<Rights> = held.map(|rights| vocabulary.normal(rights)).collect();
        let folders = seen.folders.iter().map(|f| f.path.as_str()).zip(held);
        let (kept, folders): (Vec<_>, Vec<_>) = folders.partition(|(path, _)| names.reserve(path));
        let identities = Identity::ALL.into_iter().filter(|identity| {
            let holds = |(path, rights): &(&str, Rights)| {
                *path == names.path(*identity) && Identity::is_held_by(*rights, &vocabulary)
            };
            kept.iter().any(holds) && insight.believes(seen, *identity)
        });
        let identities: Vec<Identity> = identities.collect();
        let row = |through: String, rights, folder: Option<&str>| Reached {
            mailbox: seen.name.clone(),
            through,
            level: levels.name(rights, &vocabulary),
            rights,
            folders: folder.into_iter().map(str::to_owned).collect(),
            of: None,
            listed: true,
            identities: identities.clone(),
        };
        let mut rows = Vec::new();
        for (path, rights) in folders.into_iter().filter(|(_, rights)| !rights.is_empty()) {
            let through = insight.through(seen, path);
            add(&mut rows, row(through, rights, Some(path)));
        }
        if let ([], Some(identity)) = (rows.as_slice(), identities.first()) {
            let through = insight.through(seen, names.path(*identity));
            rows.push(row(through, Rights::NONE, None));
        }
        reached.append(&mut rows);
    }
    Ok(reached)
}

/// The rights that the capabilities promise: a member may not ask LISTRIGHTS.
fn promised(session: &Session) -> Vocabulary {
    let advertised = session.capabilities().rights();
    let base = Rights::parse("lrswipa").unwrap_or_default();
    let known = base.union(advertised.unwrap_or_default());
    Vocabulary {
        known,
        tied: Vec::new(),
        virtual_cd: advertised.is_some(),
    }
}

/// The entries that may open a folder to WHO: her own, else those for everybody, else those of
/// groups, one of which she must be in.
fn opening(who: &Who, mailboxes: &[Mailbox], seen: &Seen, folder: &str) -> String {
    let unseen = || "unseen".to_owned();
    let Some(mailbox) = mailboxes.iter().find(|m| seen.is_called(&m.name)) else {
        return unseen();
    };
    let mut kept = mailbox.identity_folders.iter();
    let is_kept = |kept: &&Folder| kept.path == folder;
    let Some(folder) = mailbox.folder(folder).or_else(|| kept.find(is_kept)) else {
        return unseen();
    };
    let own = mailbox.dialect.spell(who).ok();
    if own
        .as_ref()
        .is_some_and(|own| mailbox.owner.as_ref() == Some(own))
    {
        return "owner".to_owned();
    }
    if let Some(own) = own.filter(|own| folder.rights_of(own).is_some()) {
        return own;
    }
    let names = |wanted: fn(&Reading) -> bool| {
        let read = |name: &str| wanted(&mailbox.dialect.read(name));
        let names = folder
            .entries()
            .map(|(name, _)| name)
            .filter(|name| read(name));
        names.collect::<Vec<_>>().join(" or ")
    };
    let everybody = names(|r| matches!(r, Reading::Special("anyone" | "authenticated")));
    let groups = names(|r| matches!(r, Reading::Group(_)));
    [everybody, groups]
        .into_iter()
        .find(|names| !names.is_empty())
        .unwrap_or_else(unseen)
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
        through: name.to_owned(),
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
        if !reached.iter().any(|row| row.through == name) {
            reached.push(row(name, Rights::NONE, Vec::new()));
        }
    }
    reached
}

/// Folders that the same entry opens with the same rights stand together.
fn add(all: &mut Vec<Reached>, mut new: Reached) {
    let alike = |g: &&mut Reached| {
        g.mailbox == new.mailbox && g.through == new.through && g.rights == new.rights
    };
    match all.iter_mut().rev().find(alike) {
        Some(group) => group.folders.append(&mut new.folders),
        None => all.push(new),
    }
}
