//! Every shared mailbox in a namespace, read at once: one list, one batch of ACLs.

use super::mailbox::{Ask, Storage, acls, known_rights_of, storage, whole_names};
use super::names::{path, sort};
use super::nonexistent::without_the_nonexistent;
use super::seen::Seen;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::{ListOptions, Listed, Pattern, Refusal, Session, StatusItems};
use crate::model::address::MailboxName;
use crate::model::dialect::{Dialect, Family};
use crate::model::folder::WireName;
use crate::model::home::Home;
use crate::model::identity::IdentityFolders;
use crate::model::level::Vocabulary;
use crate::model::login::Spelling;
use crate::model::pace::Pace;
use crate::model::partition::Partition;
use crate::model::rights::Rights;
use crate::model::spelling::Clues;
use crate::model::state::{Acl, Folder, Mailbox};
use crate::reach::{Sight, in_sight_of, spelling_at_home};
use std::collections::BTreeSet;

/// What to list of each folder besides its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// How many messages it holds.
    pub messages: bool,
    /// What the session may do on it.
    pub rights: bool,
}

/// The mailboxes that `session` sees in the namespaces of others, without their entries.
///
/// # Errors
/// Whatever the session may meet.
pub fn seen(session: &mut Session, domain: Option<&str>, look: Look) -> Result<Vec<Seen>> {
    Ok(listing(session, domain, look)?.0)
}

/// The same, and the levels of names among them that are no folder.
fn listing(
    session: &mut Session,
    domain: Option<&str>,
    look: Look,
) -> Result<(Vec<Seen>, Vec<WireName>)> {
    let status = StatusItems {
        messages: look.messages,
        ..StatusItems::default()
    };
    let options = ListOptions {
        special_use: true,
        my_rights: look.rights,
        status,
        ..ListOptions::default()
    };
    let mut listed: Vec<Listed> = Vec::new();
    for namespace in prefixes(session)? {
        listed.extend(session.list(&Pattern::below(&namespace), options)?);
    }
    let levels = listed.extract_if(.., |listed| !listed.is_selectable());
    let levels: Vec<WireName> = levels
        .filter(|level| !level.is("\\nonexistent"))
        .map(|level| level.name)
        .collect();
    listed.sort_by(|a, b| a.name.cmp(&b.name));
    listed.dedup_by(|a, b| a.name == b.name);
    let sights = in_sight_of(session, Some(&listed))?;
    let family = session.server_family();
    let is_home_told =
        domain.is_some_and(|domain| family == Family::Cyrus && carries(&sights, domain));
    let mailbox = |(name, sight): (String, Sight)| {
        let (folders, rights) = folders_of(&sight, &listed, family);
        Seen {
            name: full_name(name, &sight, domain, is_home_told),
            sight,
            folders,
            rights,
        }
    };
    let seen = sights.into_iter().map(mailbox);
    let seen = seen.filter(|seen| !seen.folders.is_empty()).collect();
    Ok((seen, levels))
}

/// So many levels are asked about at most.
const MOST_LEVELS: usize = 1_000;

/// Those of `levels`, one below a namespace and without a folder below them in any list, for which the
/// server answers by name as it does for a folder (MYRIGHTS): its list is blind there. Each with what it
/// answered.
fn blind(
    session: &mut Session,
    levels: &[WireName],
    seen: &[Seen],
    pace: &Pace,
) -> Result<Vec<(String, Error)>> {
    // Its administrators are shown every mailbox, some of them as a level that is looked into by name.
    if session.server_family() == Family::Cyrus {
        return Ok(Vec::new());
    }
    let namespaces = session.namespaces()?;
    let all = namespaces.other_users.iter().chain(&namespaces.shared);
    let all: Vec<_> = all.cloned().collect();
    let is_first = |name: &WireName| {
        all.iter().any(|namespace| {
            let within = namespace.within(name.as_bytes());
            let separator = namespace.separator.map(|c| c as u8);
            within.is_some_and(|within| {
                !within.is_empty() && !within.iter().any(|byte| Some(*byte) == separator)
            })
        })
    };
    let folders = || seen.iter().flat_map(|seen| &seen.folders);
    let is_above = |name: &WireName| {
        let below = |folder: &Folder| {
            folder
                .wire
                .as_bytes()
                .strip_prefix(name.as_bytes())
                .is_some()
        };
        folders().any(below)
    };
    let ghosts = levels
        .iter()
        .filter(|name| is_first(name) && !is_above(name));
    let ghosts: Vec<WireName> = ghosts.take(MOST_LEVELS).cloned().collect();
    let answers = session.my_rights(&ghosts, pace)?;
    let told = |(name, answer): (WireName, std::result::Result<Rights, Refusal>)| {
        let name = name.to_unicode();
        let error = match answer {
            Ok(rights) if rights.is_empty() => return None,
            Ok(rights) => Error::new(
                Exit::Partly,
                format!(
                    "the server's list shows a level without any folder (\\Noselect), and by name \
                     it answers as for a folder (MYRIGHTS {rights}): what lies there was not read"
                ),
            ),
            Err(refusal) if refusal.denies() => return None,
            Err(refusal) => {
                refusal.error("MYRIGHTS on a level that its list shows without any folder")
            }
        };
        Some((name, error))
    };
    Ok(ghosts.into_iter().zip(answers).filter_map(told).collect())
}

/// What the profile says of all the mailboxes of a survey.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// The domain of the provider.
    pub domain: Option<&'a str>,
    /// How the server spells people, where the profile says so.
    pub people: Option<Spelling>,
    /// The administrator's login name.
    pub administrator: &'a str,
    /// Where identities are kept.
    pub identities: &'a IdentityFolders,
    /// The part of the mailboxes that is asked for; all where absent.
    pub part: Option<Partition>,
}

/// What a namespaced administrator's session shows.
pub struct Surveyed {
    /// The mailboxes, with every entry.
    pub mailboxes: Vec<Mailbox>,
    /// What its list does not show although the server answers for it by name, each with what it
    /// answered.
    pub blind: Vec<(String, Error)>,
    /// What its list shows and the server says that it does not exist.
    pub nonexistent: Vec<String>,
}

/// The mailboxes that the administrator's `session` sees, with what `ask` says.
///
/// # Errors
/// Whatever the session may meet.
pub fn survey(session: &mut Session, terms: Terms, ask: Ask, pace: &Pace) -> Result<Surveyed> {
    let look = Look {
        messages: ask.messages,
        rights: false,
    };
    let (mut all, levels) = listing(session, terms.domain, look)?;
    let mut blind = blind(session, &levels, &all, pace)?;
    blind.retain(|(name, _)| belongs(name, terms));
    all.retain(|seen| belongs(&seen.name, terms));
    let (mailboxes, nonexistent) = with_entries(session, all, terms, ask.quota, pace)?;
    Ok(Surveyed {
        mailboxes,
        blind,
        nonexistent,
    })
}

/// Those of them that are called as one of `wanted` is, with their quota where `quota` asks for it;
/// messages are not counted. One of which the server did not say what rights it knows is left out.
///
/// # Errors
/// Whatever the session may meet.
pub fn survey_of(
    session: &mut Session,
    terms: Terms,
    wanted: &BTreeSet<String>,
    quota: bool,
    pace: &Pace,
) -> Result<Vec<Mailbox>> {
    let mut all = seen(session, terms.domain, Look::default())?;
    all.retain(|seen| wanted.contains(&seen.name));
    let (mut mailboxes, _) = with_entries(session, all, terms, quota, pace)?;
    // What is to be changed is read by itself then, and the reason is its own.
    mailboxes.retain(|mailbox| mailbox.vocabulary.untold.is_none());
    Ok(mailboxes)
}

/// They with their entries, and the names of those that the server says do not exist.
fn with_entries(
    session: &mut Session,
    mut all: Vec<Seen>,
    terms: Terms,
    quota: bool,
    pace: &Pace,
) -> Result<(Vec<Mailbox>, Vec<String>)> {
    let names: Vec<WireName> = all
        .iter()
        .flat_map(|seen| seen.folders.iter().map(|f| f.wire.clone()))
        .collect();
    // Each mailbox is asked which rights it knows: servers tell it by folder.
    let firsts = all.iter().filter_map(|seen| seen.folders.first());
    let firsts: Vec<WireName> = firsts.map(|folder| folder.wire.clone()).collect();
    if firsts.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let mut vocabularies = known_rights_of(session, &firsts, pace)?;
    let mut entries = acls(session, &names, pace)?.into_iter();
    for (seen, vocabulary) in all.iter_mut().zip(&vocabularies) {
        for folder in &mut seen.folders {
            // There is an answer for each.
            folder.acl = entries.next().unwrap_or_else(|| Ok(Acl::new()));
            normalise(folder, vocabulary);
        }
    }
    let gone = without_the_nonexistent(session, &mut all, &mut vocabularies, pace)?;
    let quotas = if quota {
        quotas(session, &all, pace)?
    } else {
        vec![(Vec::new(), None); all.len()]
    };
    let family = session.server_family();
    let home = terms.domain.map(str::to_owned);
    let clues = Clues {
        said: terms.people,
        login: terms.administrator,
        whole_names: whole_names(session)?,
    };
    let domain = Home::new(terms.domain);
    // Asked once for all of them: it is the server that leaves out a domain.
    let abroad = match terms.people.is_none() && all.iter().any(|s| s.sight.is_abroad(&domain)) {
        true => spelling_at_home(session, &domain)?,
        false => None,
    };
    let takes_limits = session.takes_limits();
    let special_uses = session.keeps_special_uses();
    let mailbox = |((seen, vocabulary), (quota, quota_untold)): ((Seen, Vocabulary), Storage)| {
        let abroad = abroad.filter(|_| seen.sight.is_abroad(&domain));
        let people = terms.people.or(abroad).unwrap_or(seen.sight.people);
        let dialect = Dialect {
            family,
            people,
            home: home.clone(),
        };
        let mut mailbox = Mailbox {
            keeps_special_uses: special_uses && seen.sight.owner.is_some(),
            owner: seen.sight.owner,
            administrator: Some(terms.administrator.to_owned()),
            login: terms.administrator.to_owned(),
            vocabulary,
            folders: seen.folders,
            identity_names: terms.identities.clone(),
            administrator_is_above: clues.whole_names,
            quota,
            quota_untold,
            takes_limits,
            ..Mailbox::named(seen.name, dialect)
        };
        mailbox.part_identity_folders();
        mailbox.settle_spelling(clues);
        mailbox
    };
    let mailboxes = all.into_iter().zip(vocabularies).zip(quotas).map(mailbox);
    Ok((mailboxes.collect(), gone))
}

fn belongs(name: &str, terms: Terms) -> bool {
    terms.part.is_none_or(|part| {
        let parsed = MailboxName::parse(name, terms.domain);
        part.holds(&parsed.unwrap_or_else(|_| MailboxName::Path(name.to_owned())))
    })
}

fn normalise(folder: &mut Folder, vocabulary: &Vocabulary) {
    for rights in folder.acl.iter_mut().flat_map(|acl| acl.values_mut()) {
        *rights = vocabulary.normal(*rights);
    }
}

fn prefixes(session: &mut Session) -> Result<Vec<Vec<u8>>> {
    let namespaces = session.namespaces()?;
    let all = namespaces.other_users.iter().chain(&namespaces.shared);
    let mut prefixes: Vec<Vec<u8>> = all.map(|namespace| namespace.prefix.clone()).collect();
    // An empty prefix holds all the others (Cyrus shows its administrator such a one).
    if prefixes.iter().any(Vec::is_empty) {
        prefixes.retain(Vec::is_empty);
    }
    Ok(prefixes)
}

fn folders_of(
    sight: &Sight,
    listed: &[Listed],
    family: Family,
) -> (Vec<Folder>, Vec<Option<Rights>>) {
    let folder = |listed: &Listed| {
        let folder = Folder {
            path: path(&sight.tree, &listed.name, family)?,
            wire: listed.name.clone(),
            special_use: super::mailbox::special_use(listed.attributes),
            acl: Ok(Acl::new()),
            messages: listed.status.as_ref().and_then(|status| status.messages),
        };
        Some((folder, listed.my_rights))
    };
    let stem = sight.tree.stem();
    let first = listed.partition_point(|l| l.name.as_bytes() < stem);
    let below = listed[first..]
        .iter()
        .take_while(|l| l.name.as_bytes().starts_with(stem));
    let root = listed
        .binary_search_by(|l| l.name.cmp(sight.tree.root()))
        .ok();
    let root = root.and_then(|n| listed.get(n));
    let mut folders: Vec<_> = root.into_iter().chain(below).filter_map(folder).collect();
    sort(&mut folders, &sight.tree, family, |(folder, _)| {
        (&folder.path, &folder.wire)
    });
    folders.into_iter().unzip()
}

/// What `session` may do on each folder of `all`, in their order: as LIST told, else asked
/// (MYRIGHTS); or why that is not known, in the server's words. A folder that the server denies when
/// it is asked for by name gives no rights.
///
/// # Errors
/// Whatever the session may meet.
pub fn rights(
    session: &mut Session,
    all: &[Seen],
    pace: &Pace,
) -> Result<Vec<std::result::Result<Rights, String>>> {
    let told = || {
        all.iter()
            .flat_map(|seen| seen.folders.iter().zip(&seen.rights))
    };
    let untold = told().filter(|(_, rights)| rights.is_none());
    let names: Vec<WireName> = untold.map(|(folder, _)| folder.wire.clone()).collect();
    let mut answers = session.my_rights(&names, pace)?.into_iter();
    let mut asked = || match answers.next() {
        Some(Err(refusal)) if !refusal.denies() => Err(refusal.to_string()),
        answer => Ok(answer.and_then(Result::ok).unwrap_or_default()),
    };
    Ok(told()
        .map(|(_, rights)| rights.map_or_else(&mut asked, Ok))
        .collect())
}

/// The name under which a mailbox in a namespace is asked for.
///
/// A bare name is one of the profile's domain, except where others carry that domain in theirs: what
/// the server leaves out is then another one, and the mailbox is told by its place.
fn full_name(name: String, sight: &Sight, domain: Option<&str>, is_home_told: bool) -> String {
    match (&sight.owner, domain) {
        (Some(owner), _) if owner.contains('@') => name,
        (Some(_), _) if is_home_told => sight.tree.root().to_unicode(),
        (Some(owner), Some(domain)) => format!("{owner}@{domain}"),
        _ => name,
    }
}

/// Whether any of them carries this domain in its name.
fn carries(sights: &[(String, Sight)], domain: &str) -> bool {
    let owners = sights
        .iter()
        .filter_map(|(_, sight)| sight.owner.as_deref());
    let mut domains = owners.filter_map(|owner| owner.rsplit_once('@'));
    domains.any(|(_, its)| its.eq_ignore_ascii_case(domain))
}

fn quotas(session: &mut Session, all: &[Seen], pace: &Pace) -> Result<Vec<Storage>> {
    if !session.capabilities().has("QUOTA") {
        return Ok(vec![(Vec::new(), None); all.len()]);
    }
    let answers = session.quotas(&roots(all), pace)?;
    Ok(answers.into_iter().map(storage).collect())
}

fn roots(all: &[Seen]) -> Vec<WireName> {
    let roots = all.iter().map(|seen| seen.sight.tree.root().clone());
    roots.collect()
}
