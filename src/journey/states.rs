//! The mailboxes that a file names, as the provider holds them: one session where that can be, else
//! one each.

use super::accounts;
use super::door::Door;
use super::root::{by_hand, nothing};
use crate::error::Result;
use crate::exit::Exit;
use crate::interrupt;
use crate::model::address::MailboxName;
use crate::model::folder::WireName;
use crate::model::home::Home;
use crate::model::level::Vocabulary;
use crate::model::login::Spelling;
use crate::model::pace::{self, Pace};
use crate::model::state::Mailbox;
use crate::observe::{self, Ask};
use crate::output::Output;
use crate::profile::Call;
use crate::profile::Task;
use crate::profile::names as words;
use crate::reach::crowd;
use crate::reach::{Opened, Provider, in_sight, spelling_at_home};
use std::collections::{BTreeMap, BTreeSet};

/// From this many on, they are looked for in one list of all.
const MANY: usize = 4;

/// A mailbox that a file names.
pub struct Found {
    /// What it is like; without folders where it is not there yet.
    pub state: Mailbox,
    /// Whether it is not there, and can be made.
    pub is_new: bool,
    /// The provider's program that makes it, where one does.
    pub program: Option<Call>,
}

/// What the mailboxes called `names` are like, in their order; their quota where `quota` asks for it.
///
/// # Errors
/// Whatever logging in as the administrator may meet.
pub fn states(
    provider: &Provider,
    names: &[MailboxName],
    quota: bool,
    output: &Output,
) -> Result<Vec<Result<Found>>> {
    let door = Door::new(provider)?;
    let progress = output.progress(Some(names.len() as u64), "reading mailboxes");
    let mut found = if door.is_namespaced() {
        let mut seen = in_one_list(provider, &door, names, quota)?;
        let mut each = |name: &MailboxName| {
            progress.tick(1);
            match seen.remove(&name.to_string()) {
                Some(found) => Ok(found),
                None => one(&door, name, quota),
            }
        };
        names.iter().map(&mut each).collect()
    } else {
        let work = |name: &MailboxName| {
            let found = one(&door, name, quota);
            progress.tick(1);
            found
        };
        crowd::after_the_first(names, provider.profile().imap.connections_of_many, work)
    };
    teach(&door, &mut found)?;
    words::distinct(found.iter().flatten().map(|found| &found.state))?;
    Ok(found)
}

/// The state of an opened mailbox as plans are made from it, with its quota where `quota` asks for it.
///
/// # Errors
/// Whatever the session may meet.
fn read(provider: &Provider, opened: &mut Opened, quota: bool) -> Result<Mailbox> {
    observe::mailbox(opened, ask(quota), &provider.profile().imap.user, &pace())
}

/// What is asked of a mailbox from which plans are made.
fn ask(quota: bool) -> Ask {
    Ask {
        messages: false,
        quota,
        ..Ask::default()
    }
}

fn pace() -> Pace<'static> {
    Pace::interruptible()
}

/// Those of `names` that the administrator's list shows, where there are many to be looked for.
pub(crate) fn in_one_list(
    provider: &Provider,
    door: &Door,
    names: &[MailboxName],
    quota: bool,
) -> Result<BTreeMap<String, Found>> {
    if names.len() < MANY {
        return Ok(BTreeMap::new());
    }
    let profile = provider.profile();
    let terms = observe::Terms {
        domain: profile.domain.as_deref(),
        people: profile.identifier,
        administrator: &profile.imap.user,
        identities: &profile.identities,
        part: None,
    };
    let wanted: BTreeSet<String> = names.iter().map(MailboxName::to_string).collect();
    let mut session = door.session()?;
    let mailboxes = observe::survey_of(&mut session, terms, &wanted, quota, &pace())?;
    let found = |state: Mailbox| {
        let found = Found {
            is_new: false,
            program: None,
            state,
        };
        (found.state.name.clone(), found)
    };
    let found = mailboxes.into_iter().map(found).collect();
    door.keep(session);
    Ok(found)
}

fn one(door: &Door, name: &MailboxName, quota: bool) -> Result<Found> {
    if interrupt::requested() {
        return Err(pace::stopped().about(name.to_string()));
    }
    match door.open_and_look(name, &ask(quota).look()) {
        Ok(mut opened) => {
            let state = read(door.provider(), &mut opened, quota)?;
            door.keep_that_of(opened);
            Ok(Found {
                state,
                is_new: false,
                program: None,
            })
        }
        Err(error) if error.exit() == Exit::NotFound => {
            if accounts::makes(door.provider(), name)? {
                // What no program can be told is known before anything is done.
                let program = accounts::call(door.provider().profile(), Task::Create, name, None)?;
                return Ok(Found {
                    state: accounts::unborn(door.provider(), name),
                    is_new: true,
                    program,
                });
            }
            let error = by_hand(error, door.provider(), name);
            let opened = door.place(name, error)?;
            let state = nothing(&opened);
            door.keep_that_of(opened);
            Ok(Found {
                state,
                is_new: true,
                program: None,
            })
        }
        Err(error) => Err(error),
    }
}

/// A mailbox that is not there yet will know the rights that the others know, and spell people as
/// they do: those of its own domain, else all of them where they agree. Where there is no such other,
/// the server's promises have to do.
fn teach(door: &Door, found: &mut [Result<Found>]) -> Result<()> {
    let there = found.iter().flatten().filter(|found| !found.is_new);
    let there: Vec<Lesson> = there
        .map(|found| Lesson {
            domain: domain(&found.state.name).map(str::to_owned),
            vocabulary: found.state.vocabulary.clone(),
            people: Some(found.state.dialect.people),
        })
        .collect();
    let mut promises = None;
    for found in found.iter_mut().flatten().filter(|found| found.is_new) {
        let lesson = match lesson(&there, domain(&found.state.name)) {
            Some(lesson) => lesson.clone(),
            None => match &promises {
                Some(promises) => Lesson::clone(promises),
                None => promises.insert(promised(door)?).clone(),
            },
        };
        found.state.vocabulary = lesson.vocabulary;
        let people = lesson.people;
        if let Some(people) = people.filter(|_| door.provider().profile().identifier.is_none()) {
            found.state.dialect.people = people;
        }
    }
    Ok(())
}

/// What a mailbox that is there teaches one that is not.
#[derive(Clone, PartialEq, Eq)]
struct Lesson {
    domain: Option<String>,
    vocabulary: Vocabulary,
    people: Option<Spelling>,
}

/// The first of `there` that is of this domain, else the first if all say the same.
fn lesson<'a>(there: &'a [Lesson], domain: Option<&str>) -> Option<&'a Lesson> {
    let own = |lesson: &&Lesson| lesson.domain.as_deref() == domain;
    let first = there.first()?;
    let alike =
        |other: &Lesson| (&other.vocabulary, other.people) == (&first.vocabulary, first.people);
    let agreed = || there.iter().all(alike).then_some(first);
    there.iter().find(own).or_else(agreed)
}

fn domain(name: &str) -> Option<&str> {
    name.rsplit_once('@').map(|(_, domain)| domain)
}

/// What can be learned where none of the mailboxes is there.
fn promised(door: &Door) -> Result<Lesson> {
    let mut session = door.session()?;
    let vocabulary = observe::known_rights(&mut session, &WireName::inbox())?;
    let home = Home::new(door.provider().profile().domain.as_deref());
    let people = match spelling_at_home(&mut session, &home)? {
        Some(people) => Some(people),
        None => {
            let others = in_sight(&mut session)?.into_iter();
            let mut owned = others.filter(|(_, sight)| sight.owner.is_some());
            owned.next().map(|(_, sight)| sight.people)
        }
    };
    door.keep(session);
    Ok(Lesson {
        domain: None,
        vocabulary,
        people,
    })
}
