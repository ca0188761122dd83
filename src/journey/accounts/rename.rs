//! An account renamed by the program, then looked for under both names, and through the eyes of its
//! members under the new one.

use super::super::watch::Watch;
use super::act::{cut_exit, in_words};
use super::look::{Presence, look_until, take_a_breath};
use crate::apply::by_program::{begin, end};
use crate::apply::carry_out;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::address::MailboxName;
use crate::model::change::Change;
use crate::model::change::Entry;
use crate::model::command::command;
use crate::model::outcome::failure;
use crate::model::outcome::{Fate, Outcome};
use crate::model::pace::Pace;
use crate::model::plan::Plan;
use crate::model::rights::Rights;
use crate::model::state::{Folder, Mailbox};
use crate::model::words::{count, some};
use crate::observe::unlisted::people;
use crate::observe::{self, Ask, Eyes, Look, Sought};
use crate::output::Output;
use crate::profile::Call;
use crate::reach::accounts::Ended;
use crate::reach::crowd;
use crate::reach::{MemberView, NOBODY, Opened, Provider, Sessions};
use std::collections::BTreeSet;

/// What became of a renaming.
pub struct Carried {
    /// What to warn of: what did not come along, and who does not find it.
    pub warnings: Vec<String>,
    /// What was seen to have come along, in a sentence.
    pub seen: String,
}

/// Has `call` rename the account of the mailbox that `before` is, and looks what is there under both
/// names then, and what its members see of it under the new one.
///
/// # Errors
/// That it was not renamed, or that nobody knows, with what the program said.
pub fn rename(
    provider: &Provider,
    before: &Mailbox,
    names: (&MailboxName, &MailboxName),
    plan: &Plan,
    call: &Call,
    outcome: &mut Outcome,
    output: &Output,
) -> Result<Carried> {
    let (old, new) = names;
    let ended = begin(provider, plan, call)?;
    let program = call.program.display().to_string();
    take_a_breath();
    let find = |name, wanted: fn(&Presence) -> bool| look_until(provider, name, &ended, wanted);
    let there = find(new, |presence| !matches!(presence, Presence::Absent));
    let left = find(old, |presence| !matches!(presence, Presence::There(_)));
    let how = in_words(&ended).to_owned();
    let found = match (&there, &left) {
        (Presence::There(_), Presence::Absent) => None,
        (Presence::Absent, Presence::There(_)) => {
            Some(format!("{old} is there as before, and {new} is not"))
        }
        (Presence::There(_), Presence::There(_)) => Some(format!("both {old} and {new} are there")),
        (Presence::Absent, Presence::Absent) => Some(format!(
            "neither {old} nor {new} is there: look at the provider at once"
        )),
        (Presence::Unknown(seen), _) => Some(format!("what is at {new} is not known: {seen}")),
        (_, Presence::Unknown(seen)) => Some(format!("what is at {old} is not known: {seen}")),
    };
    let untouched = matches!((&there, &left), (Presence::Absent, Presence::There(_)));
    let (fate, result) = match (found, &ended, there) {
        (None, Ended::Stopped(_), _) => {
            let what = format!(
                "{program} {how}; {new} is there in place of {old}, and whether all of it came along \
                 is not known"
            );
            let error = Error::new(cut_exit(), what);
            (Fate::Unknown(error.what().to_owned()), Err(error))
        }
        (None, _, Presence::There(opened)) => (Fate::Done, Ok(*opened)),
        (found, ..) => {
            let found = found.unwrap_or_default();
            let error = Error::new(Exit::Failure, format!("{program} {how}; {found}"));
            let known = untouched && !matches!(ended, Ended::Stopped(_));
            match known {
                true => (Fate::Refused(error.what().to_owned()), Err(error)),
                false => {
                    let error = Error::new(cut_exit(), error.what());
                    (Fate::Unknown(error.what().to_owned()), Err(error))
                }
            }
        }
    };
    let mut opened = end(provider, plan, fate, outcome, result)?;
    let mut warnings = Vec::new();
    if let Ended::Badly(why) = ended {
        warnings.push(format!(
            "{program} {why}; {new} is there in place of {old} all the same"
        ));
    }
    let seen = compared(provider, before, &mut opened, &mut warnings, output);
    Ok(Carried { warnings, seen })
}

/// What of `before` is there in the mailbox of `opened`, and what its members see of it.
fn compared(
    provider: &Provider,
    before: &Mailbox,
    opened: &mut Opened,
    warnings: &mut Vec<String>,
    output: &Output,
) -> String {
    let ask = Ask {
        messages: true,
        ..Ask::default()
    };
    let user = &provider.profile().imap.user;
    let after = match observe::mailbox(opened, ask, user, &Pace::unattended()) {
        Ok(after) => after,
        Err(error) => {
            warnings.push(format!("what came along could not be read: {error}"));
            return "it opens under its new name".to_owned();
        }
    };
    warnings.extend(lost(before, &after));
    let names = (before.name.as_str(), &after);
    let members = by_members(&people(&after), provider, names, opened, warnings, output);
    let members = members.in_words(&before.name);
    warnings.extend(stale(before, &after));
    let folders = count(after.folders.len(), "folder");
    let messages = crate::model::state::messages(&after.folders);
    let messages = messages.map_or(String::new(), |n| {
        format!(" and {}", count(n as usize, "message"))
    });
    format!("{folders}{messages}; {members}")
}

/// What the members of `watch` see of the mailbox that is called `new`, and was called `old` where it is not a
/// folder of it alone that got another name: in a sentence, and what to warn of.
///
/// # Errors
/// Whatever opening and reading it may meet.
pub fn looked_at(
    provider: &Provider,
    (old, new): (Option<&MailboxName>, &MailboxName),
    watch: &Watch,
    output: &Output,
) -> Result<(String, Vec<String>)> {
    let mut opened = provider.open(new)?;
    let user = &provider.profile().imap.user;
    let after = observe::mailbox(&mut opened, Ask::default(), user, &Pace::unattended())?;
    let mut who = people(&after);
    who.truncate(watch.left());
    let (mut warnings, old) = (
        Vec::new(),
        old.map(MailboxName::to_string).unwrap_or_default(),
    );
    let names = (old.as_str(), &after);
    let seen = by_members(&who, provider, names, &mut opened, &mut warnings, output);
    Ok((seen.in_words(&old), warnings))
}

/// What `before` had and `after` has not.
fn lost(before: &Mailbox, after: &Mailbox) -> Vec<String> {
    let mut warnings = Vec::new();
    let all = |mailbox: &Mailbox| -> Vec<Folder> {
        let kept = mailbox.identity_folders.iter();
        mailbox.folders.iter().chain(kept).cloned().collect()
    };
    let (was, is) = (all(before), all(after));
    let twin = |folder: &Folder| is.iter().find(|other| other.is_called(&folder.path));
    let gone: Vec<String> = was
        .iter()
        .filter(|folder| twin(folder).is_none())
        .map(|folder| folder.path.clone())
        .collect();
    if !gone.is_empty() {
        warnings.push(format!("did not come along: {}", some(&gone)));
    }
    let sum = |mailbox: &Mailbox| crate::model::state::messages(&mailbox.folders);
    if let (Some(had), Some(has)) = (sum(before), sum(after))
        && has < had
    {
        warnings.push(format!(
            "{} of {had} did not come along",
            count((had - has) as usize, "message")
        ));
    }
    let own = |mailbox: &Mailbox, name: &str| mailbox.owner.as_deref() == Some(name);
    let mut without: BTreeSet<String> = BTreeSet::new();
    for folder in &was {
        let Some(twin) = twin(folder) else { continue };
        let entries = folder.entries().filter(|(name, _)| !own(before, name));
        let missing = entries.filter(|(name, rights)| twin.rights_of(name) != Some(*rights));
        without.extend(missing.map(|(name, _)| before.dialect.who(name)));
    }
    if !without.is_empty() {
        let who: Vec<String> = without.into_iter().collect();
        warnings.push(format!(
            "rights or identities did not come along as they were of {}: {} shows what there is",
            some(&who),
            command(["show", &after.name])
        ));
    }
    warnings
}

/// What looking as the members showed.
#[derive(Default)]
struct Seen {
    /// How many see what their entries say, in their lists too.
    all: usize,
    /// Those whose lists do not show it.
    unlisted: Vec<String>,
    /// Those who see less, in words.
    lacking: Vec<String>,
    /// How many have it in their lists under its old name too, and how many of them are told by the
    /// server that nothing of that name exists.
    still_listed: usize,
    nonexistent: usize,
    /// Those as whom nobody could look, and why the first of them.
    untried: Vec<String>,
    why: Option<String>,
}

impl Seen {
    /// Looks as each of `people`, whom the entries of the mailbox name, which was called `old`.
    fn by(
        people: &[String],
        provider: &Provider,
        (old, after): (&str, &Mailbox),
        opened: &Opened,
    ) -> Self {
        let sessions = Sessions::new(provider);
        let domain = provider.profile().domain.as_deref();
        let look = |who: &String| {
            let expected = expected(after, who);
            sessions.view(opened, who, |view| {
                sees(view, &expected, (old, &after.name), domain)
            })
        };
        let hands = provider.profile().imap.connections_of_many;
        let results = crowd::each(people, hands, look);
        let mut seen = Self::default();
        for (who, result) in people.iter().zip(results) {
            let result = result.map(|(sees, old)| {
                seen.still_listed += usize::from(old.is_some());
                seen.nonexistent += usize::from(old == Some(Old::Nonexistent));
                sees
            });
            match result {
                Ok(Sees::All) => seen.all += 1,
                Ok(Sees::Unlisted) => seen.unlisted.push(who.clone()),
                Ok(Sees::Lacks(what)) => {
                    seen.lacking
                        .push(format!("{} ({what})", after.dialect.who(who)));
                }
                Err(error) => {
                    seen.untried.push(after.dialect.who(who));
                    seen.why.get_or_insert_with(|| error.what().to_owned());
                }
            }
        }
        seen
    }

    fn in_words(&self, old: &str) -> String {
        let looked = self.all + self.unlisted.len() + self.lacking.len();
        let mut words = match (looked, self.untried.len()) {
            (0, 0) => return "it has no members".to_owned(),
            (0, _) => String::new(),
            (n, _) if n == self.all => format!("{} see it under its new name", count(n, "member")),
            (n, _) => format!(
                "{} of {} see it under its new name",
                self.all,
                count(n, "member")
            ),
        };
        if let Some(why) = &self.why {
            let comma = if words.is_empty() { "" } else { ", " };
            let who = some(&self.untried);
            words.push_str(&format!("{comma}what {who} sees was not looked at: {why}"));
        }
        if self.still_listed > 0 {
            let members = count(self.still_listed, "member");
            let exists = match self.nonexistent == self.still_listed {
                true => ", of which the server says that it does not exist (NONEXISTENT)",
                false => "",
            };
            words.push_str(&format!(
                "; the lists of {members} still show {old}{exists}"
            ));
        }
        words
    }
}

/// Looks as each of `people`, who have entries. Where their lists do not show the mailbox, the server is made
/// to read its entries anew, and they are looked at once more.
fn by_members(
    people: &[String],
    provider: &Provider,
    (old, after): (&str, &Mailbox),
    opened: &mut Opened,
    warnings: &mut Vec<String>,
    output: &Output,
) -> Seen {
    let mut seen = Seen::by(people, provider, (old, after), opened);
    if !seen.unlisted.is_empty() && touch(provider, after, opened, warnings, output) {
        let again = Seen::by(&seen.unlisted, provider, (old, after), opened);
        seen.all += again.all;
        seen.unlisted = again.unlisted;
        seen.lacking.extend(again.lacking);
        seen.untried.extend(again.untried);
        seen.why = seen.why.or(again.why);
    }
    if let [first, ..] = seen.unlisted.as_slice() {
        let who: Vec<String> = seen
            .unlisted
            .iter()
            .map(|who| after.dialect.who(who))
            .collect();
        warnings.push(format!(
            "can open it by its new name, and their lists do not show it: {}; the server lists it for \
             them once they are granted it anew: {} and grant it again",
            some(&who),
            command(["revoke", &after.name, &after.dialect.who(first)])
        ));
    }
    if !seen.lacking.is_empty() {
        let what = format!(
            "not seen to have it under its new name: {}",
            some(&seen.lacking)
        );
        warnings.push(what);
    }
    seen
}

/// Gives `l` on the mailbox to nobody, and takes it away again; whether that was done. Seen on Dovecot:
/// which mailboxes the list of a member shows is kept by their names (`acl_shared_dict`), apart from the
/// entries, and written anew only where somebody gets or loses `l`.
fn touch(
    provider: &Provider,
    after: &Mailbox,
    opened: &mut Opened,
    warnings: &mut Vec<String>,
    output: &Output,
) -> bool {
    let root = after.root().map(Folder::place);
    let (Some(root), Ok(l)) = (root, Rights::parse("l")) else {
        return false;
    };
    for (before, after_it) in [(None, Some(l)), (Some(l), None)] {
        let change = Change::Entry(Entry {
            folder: root.clone(),
            identifier: NOBODY.to_owned(),
            before,
            after: after_it,
        });
        let plan = Plan {
            mailbox: after.name.clone(),
            changes: vec![change],
        };
        let made = carry_out(provider, opened, &after.vocabulary, &plan, output);
        let failed = match made {
            Ok(outcome) if outcome.is_complete() => continue,
            Ok(outcome) => outcome.failures().find_map(|(_, fate)| failure(fate)),
            Err(error) => Some(error.to_string()),
        };
        let left = before.map(|_| format!("; the entry of {NOBODY} is left, which names nobody"));
        warnings.push(format!(
            "the server could not be made to list it anew for its members: {}{}",
            failed.unwrap_or_default(),
            left.unwrap_or_default()
        ));
        return false;
    }
    true
}

/// The folders on which `who` holds something, each with what that is.
fn expected<'a>(mailbox: &'a Mailbox, who: &str) -> Vec<(&'a Folder, Rights)> {
    let rights = |folder: &Folder| folder.rights_of(who).filter(|rights| !rights.is_empty());
    let folders = mailbox.folders.iter();
    folders
        .filter_map(|folder| Some((folder, rights(folder)?)))
        .collect()
}

/// What a member sees.
enum Sees {
    /// What the entries say, and it is in the list.
    All,
    /// The same by name alone.
    Unlisted,
    /// Less, in words.
    Lacks(String),
}

/// What the old name is to a member whose list still shows it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Old {
    /// The server says that nothing of that name exists.
    Nonexistent,
    /// It says something else.
    Unclear,
}

fn sees(
    view: &mut MemberView,
    expected: &[(&Folder, Rights)],
    (old, name): (&str, &str),
    domain: Option<&str>,
) -> Result<(Sees, Option<Old>)> {
    // As mail programs do, which ask for no mailbox by its name; and first, as a session of Dovecot that
    // has asked for one by its name lists it from then on.
    let listed = observe::seen(&mut view.session, domain, Look::default())?;
    let sought: Vec<Sought> = expected
        .iter()
        .map(|(folder, rights)| Sought {
            folder,
            eyes: Eyes::For(*rights),
        })
        .collect();
    let pace = Pace::unattended();
    let left = listed.iter().find(|seen| seen.is_called(old));
    let left = left.map(|seen| observe::nonexistent(&mut view.session, &[seen], &pace));
    let left = left.transpose()?.map(|denied| match denied.as_slice() {
        [true] => Old::Nonexistent,
        _ => Old::Unclear,
    });
    let effect = observe::sight(&mut view.session, &view.trees, &sought, &pace)?;
    let pairs = effect.folders.iter().zip(expected);
    let lacks: Vec<String> = pairs
        .filter(|(seen, (_, rights))| !seen.rights.contains(*rights))
        .map(|(seen, _)| seen.path.clone())
        .collect();
    if !lacks.is_empty() {
        let what = format!("less than the entry says on {}", some(&lacks));
        return Ok((Sees::Lacks(what), left));
    }
    if !expected.iter().any(|(_, rights)| rights.has('l')) {
        return Ok((Sees::All, left));
    }
    let sees = match listed.iter().any(|seen| seen.is_called(name)) {
        true => Sees::All,
        false => Sees::Unlisted,
    };
    Ok((sees, left))
}

/// Entries that still name the mailbox as it was called.
fn stale(before: &Mailbox, after: &Mailbox) -> Option<String> {
    let old = before.owner.as_deref()?;
    if after.owner.as_deref() == Some(old) {
        return None;
    }
    let all = after.folders.iter().chain(&after.identity_folders);
    let named = all.filter(|folder| folder.rights_of(old).is_some());
    let folders: Vec<String> = named.map(|folder| folder.path.clone()).collect();
    (!folders.is_empty()).then(|| {
        format!(
            "entries still name {} on {}: {} takes them away",
            before.name,
            some(&folders),
            command(["revoke", &after.name, &before.name])
        )
    })
}
