//! A review of mailboxes: who holds what, what is out of order, and what changed since a file was written.

mod former;

pub use self::former::Former;

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::export::Groups;
use crate::interrupt;
use crate::journey::viewed::{Viewed, view_all};
use crate::model::address::MailboxName;
use crate::model::dialect::Reading;
use crate::model::failure::Unopened;
use crate::model::level::{Level, Levels};
use crate::model::moment;
use crate::model::partition::Partition;
use crate::model::rights::Rights;
use crate::model::state::{Known, Mailbox};
use crate::observe::Ask;
use crate::observe::everywhere::{Survey, survey_part};
use crate::observe::known::known;
use crate::observe::unlisted::Looked;
use crate::output::Output;
use crate::reach::{Provider, Sessions, crowd};
use crate::report::doubt::doubts;
use crate::report::review::{About, Group, Name, Review, Reviewed};
use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

/// Where IMAP shows no accounts of others.
const MAY_MISS: &str = "Only what the namespaces show was read: IMAP cannot list accounts, and the profile \
                        names none (mailboxes = [\"support@\"])";

/// What a review is about.
#[derive(Debug)]
pub struct Wanted<'a> {
    /// The mailboxes by name; without any, all that can be reached.
    pub mailboxes: &'a [String],
    /// Only this part of them.
    pub partition: Option<Partition>,
    /// Who is in which group.
    pub groups: Groups,
    /// What it is compared with.
    pub former: Option<Former>,
}

impl Wanted<'_> {
    /// Whether a mailbox that was not found was looked for.
    fn is_about(&self, name: &MailboxName) -> bool {
        self.mailboxes.is_empty() && self.partition.is_none_or(|part| part.holds(name))
    }
}

/// Reads all that the review tells.
///
/// # Errors
/// Whatever stands in the way of reading any mailbox; and where somebody stopped the run, as half a review
/// is none.
pub fn review(wanted: &Wanted, provider: &Provider, output: &Output) -> Result<Review> {
    let begun = SystemTime::now();
    let (asked, partition) = (wanted.mailboxes, wanted.partition);
    let survey = survey_part(provider, asked, Ask::QUOTA, partition, output)?;
    let mut survey = survey.of_something()?;
    let viewed = through_members(&mut survey, provider, output);
    // A review without it is a review.
    let (mut known, mut notes) = known_people(&survey.mailboxes, &viewed, provider, output);
    let seen = viewed.iter().flat_map(|viewed| &viewed.looked.seen);
    known.extend(seen.map(|name| (name.clone(), Known::Yes)));
    for (mailbox, viewed) in survey.mailboxes.iter().zip(&viewed) {
        let untried = viewed.untried().map(|why| {
            format!(
                "whether the server opens the identity folders beyond what their entries say was not \
                 looked at: {why}"
            )
        });
        let warnings = viewed.looked.warnings(mailbox).into_iter().chain(untried);
        notes.extend(warnings.map(|why| format!("{}: {why}", mailbox.name)));
    }
    notes.extend(survey.mailboxes.iter().filter_map(promised_only));
    notes.extend(survey.may_miss_accounts.then(|| MAY_MISS.to_owned()));
    let levels = provider.profile().levels.clone();
    let all = reviewed(&survey, &viewed, &levels, &known, provider, output)?;
    let (mut mailboxes, untold): (Vec<Reviewed>, Vec<_>) = all.into_iter().unzip();
    let untold = mailboxes.iter().zip(untold).filter_map(|(told, why)| {
        let why = why?;
        Some(format!("{}: {why}", told.mailbox))
    });
    let untold: Vec<String> = untold.collect();
    let logins_are_told = untold.is_empty();
    notes.extend(untold);
    if interrupt::requested() {
        return Err(Error::new(
            Exit::Interrupted,
            "interrupted: no report was written",
        ));
    }
    if let Some(former) = &wanted.former {
        former.compare(&mut mailboxes, &survey.mailboxes, &levels);
    }
    let former = wanted.former.as_ref();
    let failures: Vec<Unopened> = survey.failures.iter().map(Unopened::new).collect();
    let unread = mailboxes.iter().any(|mailbox| !mailbox.unread.is_empty());
    Ok(Review {
        report: Name::AccessReview,
        partition: partition.map(|part| part.to_string()),
        about: about(provider, begun, &survey.mailboxes, &levels),
        complete: failures.is_empty()
            && !unread
            && logins_are_told
            && viewed.iter().all(|viewed| viewed.looked.broken.is_none()),
        since: former.map(|former| former.since(&survey, |name| wanted.is_about(name))),
        mailboxes,
        failures,
        groups: told(&survey.mailboxes, &wanted.groups),
        notes,
    })
}

/// That what the levels of a mailbox mean rests on what the server's capabilities promise.
fn promised_only(mailbox: &Mailbox) -> Option<String> {
    let why = mailbox.vocabulary.untold.as_ref()?;
    Some(format!(
        "{}: the server did not say which rights it knows {why}: what the levels mean there is what its \
         capabilities promise",
        mailbox.name
    ))
}

/// Adds to each mailbox the folders that only its members' own lists show.
fn through_members(survey: &mut Survey, provider: &Provider, output: &Output) -> Vec<Viewed> {
    let sessions = Sessions::new(provider);
    let results = view_all(&survey.mailboxes, &sessions, output);
    let mut all = Vec::new();
    for (mailbox, result) in survey.mailboxes.iter_mut().zip(results) {
        all.push(match result {
            Ok((whole, viewed)) => {
                *mailbox = whole;
                viewed
            }
            Err(error) => Viewed {
                looked: Looked {
                    broken: Some(error),
                    ..Looked::default()
                },
                ..Viewed::default()
            },
        });
    }
    all
}

fn known_people(
    mailboxes: &[Mailbox],
    viewed: &[Viewed],
    provider: &Provider,
    output: &Output,
) -> (BTreeMap<String, Known>, Vec<String>) {
    let control = mailboxes
        .iter()
        .find_map(|mailbox| mailbox.owner.as_deref());
    let seen = viewed.iter().flat_map(|viewed| &viewed.looked.seen);
    let seen: BTreeSet<&String> = seen.collect();
    let unseen = |name: &&str| !seen.iter().any(|seen| seen.as_str() == *name);
    let all: BTreeSet<&str> = mailboxes.iter().flat_map(people).collect();
    let people: Vec<&str> = all.into_iter().filter(unseen).collect();
    known(&people, control, provider, output)
}

/// The people with an entry anywhere in `mailbox`, as it spells and reads them.
fn people(mailbox: &Mailbox) -> impl Iterator<Item = &str> {
    let person = |name: &&str| matches!(mailbox.dialect.read(name), Reading::Person(_));
    mailbox.identifiers().into_iter().filter(person)
}

fn about(provider: &Provider, begun: SystemTime, mailboxes: &[Mailbox], levels: &Levels) -> About {
    let profile = provider.profile();
    About {
        provider: profile.imap.host.clone(),
        profile: profile.name.clone(),
        login: profile.imap.user.clone(),
        at: moment::utc(begun),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        // What they mean first of all; each mailbox says besides what they mean there.
        levels: mailboxes
            .first()
            .map(|mailbox| meaning(mailbox, levels))
            .unwrap_or_default(),
    }
}

/// What the levels mean in `mailbox`, those of them that it can have.
fn meaning(mailbox: &Mailbox, levels: &Levels) -> BTreeMap<String, Rights> {
    let meant = |level: Level| {
        let rights = levels.rights(level, &mailbox.vocabulary).ok()?;
        Some((level.to_string(), rights))
    };
    levels.all().filter_map(meant).collect()
}

/// What is told of each mailbox, and why it could not be found out whether it has a login of its own,
/// where it could not.
fn reviewed(
    survey: &Survey,
    viewed: &[Viewed],
    levels: &Levels,
    known: &BTreeMap<String, Known>,
    provider: &Provider,
    output: &Output,
) -> Result<Vec<(Reviewed, Option<String>)>> {
    let progress = output.progress(Some(survey.mailboxes.len() as u64), "checking");
    let work = |(mailbox, viewed): &(&Mailbox, &Viewed)| {
        let (findings, untold) = viewed.all_findings(mailbox, known, provider);
        progress.tick(1);
        let unasked = |name: &&&str| {
            let is_told = known.get(**name).is_some_and(Known::is_told);
            matches!(mailbox.dialect.read(name), Reading::Person(_)) && !is_told
        };
        let identifiers = mailbox.identifiers();
        let unasked = identifiers.iter().filter(unasked);
        let reviewed = Reviewed {
            people_not_looked_up: unasked.map(|name| (*name).to_owned()).collect(),
            people_in_doubt: doubts(known, &mailbox.dialect, |name| identifiers.contains(&name)),
            levels: meaning(mailbox, levels),
            ..Reviewed::new(mailbox, levels, &findings)
        };
        Ok((reviewed, untold))
    };
    let hands = provider.profile().imap.connections_of_many;
    let pairs: Vec<(&Mailbox, &Viewed)> = survey.mailboxes.iter().zip(viewed).collect();
    crowd::each(&pairs, hands, work).into_iter().collect()
}

/// The groups that hold something anywhere, with those whom the file names.
fn told(mailboxes: &[Mailbox], groups: &Groups) -> Vec<Group> {
    let mut all: BTreeMap<String, Group> = BTreeMap::new();
    for mailbox in mailboxes {
        for identifier in mailbox.members() {
            if let Reading::Group(name) = mailbox.dialect.read(identifier) {
                let who = mailbox.dialect.who(identifier);
                let names =
                    |members: &BTreeSet<_>| members.iter().map(ToString::to_string).collect();
                let members = groups.members(name).map(names);
                all.entry(who.clone()).or_insert(Group { who, members });
            }
        }
    }
    all.into_values().collect()
}
