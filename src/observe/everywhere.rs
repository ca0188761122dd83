//! Every shared mailbox that the administrator can reach, read in as few sessions as there can be.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::Session;
use crate::model::address::MailboxName;
use crate::model::dialect::Family;
use crate::model::login::ReachKind;
use crate::model::pace::Audience;
use crate::model::pace::Pace;
use crate::model::partition::Partition;
use crate::model::state::Mailbox;
use crate::model::words::listed_only;
use crate::observe::Seen;
use crate::observe::{self, Ask, Look, Terms};
use crate::profile::Profile;
use crate::profile::Section;
use crate::profile::names;
use crate::reach::Provider;
use crate::reach::accounts;
use crate::reach::accounts::LISTED_BY;
use crate::reach::crowd;
use std::collections::BTreeSet;

/// What was found.
pub struct Survey {
    /// The mailboxes, sorted by name.
    pub mailboxes: Vec<Mailbox>,
    /// Those that were asked for and could not be read, with why.
    pub failures: Vec<(String, Error)>,
    /// Whether the list is the profile's own, as the provider cannot list accounts.
    pub by_profile: bool,
    /// Whether neither the command line nor the profile names any.
    pub nothing_named: bool,
    /// Whether there may be accounts beyond what the namespaces show.
    pub may_miss_accounts: bool,
    /// Whether the list is that of the provider's own program.
    pub by_program: bool,
    /// The head of the profile's table of programs.
    table: String,
}

/// Reads the mailboxes called `asked`; where none is, those that the profile names; where it names
/// none, all that the administrator's own session sees. `ask` says what besides the entries.
///
/// # Errors
/// Whatever logging in may meet; a mailbox that cannot be read is a failure in the survey.
pub fn survey(
    provider: &Provider,
    asked: &[String],
    ask: Ask,
    audience: &dyn Audience,
) -> Result<Survey> {
    survey_part(provider, asked, ask, None, audience)
}

/// The same, of those that belong to `part`; the others are not read.
///
/// # Errors
/// As [`survey`].
pub fn survey_part(
    provider: &Provider,
    asked: &[String],
    ask: Ask,
    part: Option<Partition>,
    audience: &dyn Audience,
) -> Result<Survey> {
    let profile = provider.profile();
    if asked.is_empty() && profile.accounts.list.is_some() {
        return of_program(provider, ask, part, audience);
    }
    let listed = if asked.is_empty() {
        &profile.mailboxes
    } else {
        asked
    };
    let mut survey = if listed.is_empty() && profile.reach != Some(ReachKind::Impersonate) {
        in_namespaces(provider, ask, part, audience)?
    } else {
        one_by_one(provider, &named(listed, profile)?, ask, part, audience)?
    };
    survey.mailboxes.sort_by(|a, b| a.name.cmp(&b.name));
    survey.by_profile =
        asked.is_empty() && !listed.is_empty() || profile.reach == Some(ReachKind::Impersonate);
    survey.nothing_named = listed.is_empty();
    Ok(survey)
}

impl Survey {
    /// What to do where there may be accounts that no namespace shows; nothing where there are none.
    pub fn missed(&self) -> Option<String> {
        self.may_miss_accounts.then(|| {
            format!(
                "IMAP cannot list accounts: name them in the profile (mailboxes = [\"support@\"]), or a \
                 program that lists them (list under {})",
                self.table
            )
        })
    }

    /// How a run ends that read them: as reading each did, and partly done for one that is not whole.
    pub fn exit(&self, is_whole: impl Fn(&Mailbox) -> bool) -> Exit {
        let failed = self.failures.iter().map(|(_, error)| error.exit());
        let read = self
            .mailboxes
            .iter()
            .map(|mailbox| match is_whole(mailbox) {
                true => Exit::Done,
                false => Exit::Partly,
            });
        Exit::of_all(failed.chain(read))
    }

    /// The survey, if there was anything to look into.
    ///
    /// # Errors
    /// [`Exit::Config`] where IMAP cannot list the mailboxes and the profile names none.
    pub fn of_something(self) -> Result<Self> {
        let found = !self.mailboxes.is_empty() || !self.failures.is_empty();
        if !self.by_profile || !self.nothing_named || found {
            return Ok(self);
        }
        let what = "IMAP cannot list accounts, and the profile names no mailboxes";
        let hint = format!(
            "name them there (mailboxes = [\"support@\"]), or in SHAREMAIL_MAILBOXES; or name a program \
             that lists them: list under {}",
            self.table
        );
        Err(Error::new(Exit::Config, what).hint(hint))
    }

    /// Reads the mailboxes, too, that somebody's own `session` sees and this survey has not. Those that
    /// the administrator cannot open are failures in it, but for those that do not exist: their names.
    ///
    /// # Errors
    /// Whatever stands in the way of asking the session.
    pub fn complete(
        &mut self,
        session: &mut Session,
        provider: &Provider,
        audience: &dyn Audience,
    ) -> Result<Vec<String>> {
        let domain = provider.profile().domain.as_deref();
        let seen = observe::seen(session, domain, Look::default())?;
        let known = |seen: &Seen| {
            let mut read = self.mailboxes.iter().map(|mailbox| &mailbox.name);
            let mut failed = self.failures.iter().map(|(name, _)| name);
            read.any(|name| seen.is_called(name)) || failed.any(|name| seen.is_called(name))
        };
        let missing = seen.iter().filter(|seen| !known(seen));
        let missing: Vec<&Seen> = missing.filter(|seen| seen.name.contains('@')).collect();
        let more = more(provider, &missing, session, audience);
        self.mailboxes.extend(more.mailboxes);
        self.failures.extend(more.failures);
        Ok(more.nonexistent)
    }
}

/// What somebody's own list shows beyond what was read.
#[derive(Default)]
pub struct More {
    /// The mailboxes, sorted by name.
    pub mailboxes: Vec<Mailbox>,
    /// Those that could not be read.
    pub failures: Vec<(String, Error)>,
    /// Those of them that do not exist, as the server says to the same session.
    pub nonexistent: Vec<String>,
}

/// The mailboxes that `session` was shown as `seen`.
pub fn more(
    provider: &Provider,
    seen: &[&Seen],
    session: &mut Session,
    audience: &dyn Audience,
) -> More {
    let mut more = More::default();
    let mut names: Vec<MailboxName> = Vec::new();
    // As they are told of where they cannot be read.
    let mut called: Vec<(&Seen, String)> = Vec::new();
    for seen in seen.iter().copied() {
        match names::mailbox(&seen.name, provider.profile()) {
            Ok(name) => {
                called.push((seen, name.to_string()));
                names.push(name);
            }
            Err(error) => {
                called.push((seen, seen.name.clone()));
                more.failures.push((seen.name.clone(), error));
            }
        }
    }
    match each(provider, &names, Ask::default(), None, audience) {
        Ok(survey) => {
            more.mailboxes = survey.mailboxes;
            more.failures.extend(survey.failures);
        }
        Err(error) => {
            let failed = names.iter().map(|name| (name.to_string(), error.clone()));
            more.failures.extend(failed);
        }
    }
    more.mailboxes.sort_by(|a, b| a.name.cmp(&b.name));
    called.retain(|(_, name)| more.failures.iter().any(|(failed, _)| failed == name));
    let doubted: Vec<&Seen> = called.iter().map(|(seen, _)| *seen).collect();
    // Where the session can say nothing of them, they stay unread.
    let denied = observe::nonexistent(session, &doubted, &Pace::unattended()).unwrap_or_default();
    for ((_, name), _) in called.into_iter().zip(denied).filter(|(_, denied)| *denied) {
        more.failures.retain(|(failed, _)| *failed != name);
        more.nonexistent.push(name);
    }
    more
}

/// The mailboxes that the provider's own program lists, those that the profile names, and those that
/// the administrator's namespaces show.
fn of_program(
    provider: &Provider,
    ask: Ask,
    part: Option<Partition>,
    audience: &dyn Audience,
) -> Result<Survey> {
    let profile = provider.profile();
    let mut listed = named(&profile.mailboxes, profile)?;
    let mut failures: Vec<(String, Error)> = Vec::new();
    let by_name = profile.reach == Some(ReachKind::Impersonate);
    match accounts::list(provider.profile()) {
        Ok(told) => {
            let told = told.unwrap_or_default();
            let known: BTreeSet<MailboxName> = listed.iter().cloned().collect();
            listed.extend(told.names.into_iter().filter(|name| !known.contains(name)));
            let junk = told.junk.into_iter();
            let failed = |why| Error::new(Exit::BadInput, why).about(LISTED_BY);
            failures.extend(junk.map(|why| (LISTED_BY.to_owned(), failed(why))));
        }
        Err(error) if by_name && listed.is_empty() || error.exit() == Exit::Interrupted => {
            return Err(error);
        }
        // What is known without it is read, and that this is not all is told.
        Err(error) => failures.push((LISTED_BY.to_owned(), error)),
    }
    let mut survey = match by_name {
        true => one_by_one(provider, &listed, ask, part, audience),
        false => beside_namespaces(provider, listed, ask, part, audience),
    };
    // Where nothing of it could be read, that is not the whole reason.
    if let (Err(error), false) = (&survey, failures.is_empty()) {
        survey = Err(failures.first().map_or(error, |(_, first)| first).clone());
    }
    let mut survey = survey?;
    survey.failures.splice(0..0, failures);
    survey.mailboxes.sort_by(|a, b| a.name.cmp(&b.name));
    survey.by_profile = by_name;
    survey.by_program = true;
    survey.may_miss_accounts = false;
    Ok(survey)
}

/// Those `listed`, and those that the administrator's namespaces show.
fn beside_namespaces(
    provider: &Provider,
    mut listed: Vec<MailboxName>,
    ask: Ask,
    part: Option<Partition>,
    audience: &dyn Audience,
) -> Result<Survey> {
    let mut survey = in_namespaces(provider, ask, part, audience)?;
    let is_whole = provider.profile().reach == Some(ReachKind::Namespace);
    let called = |mailbox: &Mailbox, name: &MailboxName| mailbox.name == name.to_string();
    if is_whole {
        // What the administrator's own session shows needs no other.
        listed.retain(|name| !survey.mailboxes.iter().any(|seen| called(seen, name)));
    } else {
        // A session as the owner shows more.
        let names: BTreeSet<String> = listed.iter().map(MailboxName::to_string).collect();
        survey.mailboxes.retain(|seen| !names.contains(&seen.name));
        survey.failures.retain(|(name, _)| !names.contains(name));
    }
    if listed.is_empty() {
        return Ok(survey);
    }
    match one_by_one(provider, &listed, ask, part, audience) {
        Ok(more) => {
            survey.mailboxes.extend(more.mailboxes);
            survey.failures.extend(more.failures);
        }
        Err(error) if error.exit() == Exit::Interrupted => return Err(error),
        Err(error) => {
            let failed = listed.iter().map(|name| (name.to_string(), error.clone()));
            survey.failures.extend(failed);
        }
    }
    Ok(survey)
}

fn named(listed: &[String], profile: &Profile) -> Result<Vec<MailboxName>> {
    let names = listed.iter().map(|name| names::mailbox(name, profile));
    names.collect()
}

fn in_namespaces(
    provider: &Provider,
    ask: Ask,
    part: Option<Partition>,
    audience: &dyn Audience,
) -> Result<Survey> {
    let profile = provider.profile();
    let mut session = provider.administrator_with_acl()?;
    let progress = audience.begins(None, "reading");
    let tick = |n: usize| progress.tick(n as u64);
    let pace = Pace::telling(&tick);
    let terms = Terms {
        domain: profile.domain.as_deref(),
        people: profile.identifier,
        administrator: &profile.imap.user,
        identities: &profile.identities,
        part,
    };
    let surveyed = observe::survey(&mut session, terms, ask, &pace)?;
    if !surveyed.nonexistent.is_empty() {
        audience.note(&listed_only(&profile.imap.user, &surveyed.nonexistent));
    }
    let cyrus = session.server_family() == Family::Cyrus;
    Ok(Survey {
        mailboxes: surveyed.mailboxes,
        failures: surveyed.blind,
        by_profile: false,
        nothing_named: false,
        may_miss_accounts: profile.reach.is_none() && !cyrus,
        by_program: false,
        table: profile.head(Section::Accounts),
    })
}

fn one_by_one(
    provider: &Provider,
    listed: &[MailboxName],
    ask: Ask,
    part: Option<Partition>,
    audience: &dyn Audience,
) -> Result<Survey> {
    let survey = each(provider, listed, ask, part, audience)?;
    // Where nothing could be read at all, the first reason is the run's own.
    match survey.failures.first() {
        Some((_, error)) if survey.mailboxes.is_empty() => Err(error.clone()),
        _ => Ok(survey),
    }
}

/// Those `listed` that belong to `part`, each with its own reason where it could not be read.
fn each(
    provider: &Provider,
    listed: &[MailboxName],
    ask: Ask,
    part: Option<Partition>,
    audience: &dyn Audience,
) -> Result<Survey> {
    let profile = provider.profile();
    let mut names: Vec<&MailboxName> = listed.iter().collect();
    names.retain(|name| part.is_none_or(|part| part.holds(name)));
    let progress = audience.begins(Some(names.len() as u64), "reading mailboxes");
    let work = |name: &&MailboxName| {
        let pace = Pace::interruptible();
        let mut opened = provider.open_and_look(name, &ask.look())?;
        let mailbox = observe::mailbox(&mut opened, ask, &profile.imap.user, &pace);
        progress.tick(1);
        mailbox
    };
    let results = crowd::after_the_first(&names, profile.imap.connections_of_many, work);
    let mut survey = Survey {
        mailboxes: Vec::new(),
        failures: Vec::new(),
        by_profile: false,
        nothing_named: false,
        may_miss_accounts: false,
        by_program: false,
        table: profile.head(Section::Accounts),
    };
    for (name, result) in names.iter().zip(results) {
        match result {
            Ok(mailbox) => survey.mailboxes.push(mailbox),
            Err(error) => survey.failures.push((name.to_string(), error)),
        }
    }
    names::distinct(&survey.mailboxes)?;
    Ok(survey)
}
