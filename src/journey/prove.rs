//! The proof of a change: what the member's own session shows.

use super::ahead::Ahead;
use crate::apply::deeds;
pub use crate::decide::verdict::Expected;
use crate::decide::verdict::{absence, presence, remains};
use crate::error::Result;
use crate::model::change::Change;
use crate::model::change::Entry;
use crate::model::dialect::Reading;
use crate::model::done::Proved;
use crate::model::effect::{Effect, FolderEffect};
use crate::model::identity::Identity;
use crate::model::outcome::{Fate, Outcome, Stored};
use crate::model::pace::Pace;
use crate::model::proof::Proof;
use crate::model::rights::Rights;
use crate::model::state::Folder;
use crate::observe::{self, Eyes, Sought};
use crate::reach::{MemberView, Opened, Provider};

/// What to look at in a member's session.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    /// What she should find.
    pub expected: &'a [Expected<'a>],
    /// Identity folders, of which she should not get hold.
    pub guarded: &'a [&'a Folder],
    /// Whether to subscribe her to what she can see.
    pub subscribe: bool,
    /// What became of the changes before: what is stored now.
    pub outcome: &'a Outcome,
}

/// Looks at the folders of `wanted` as the member spelled `identifier`. Her session is the one
/// opened `ahead`, or a new one.
pub fn prove(
    provider: &Provider,
    opened: &Opened,
    identifier: &str,
    wanted: &Wanted,
    ahead: &Ahead,
) -> Proved {
    match look(provider, opened, identifier, wanted, ahead) {
        Ok(proved) => proved,
        Err(error) => Proved::not(&error.to_string()),
    }
}

fn look(
    provider: &Provider,
    opened: &Opened,
    identifier: &str,
    wanted: &Wanted,
    ahead: &Ahead,
) -> Result<Proved> {
    let expected = wanted.expected;
    if expected.is_empty() {
        return Ok(Proved::not("there is no folder to look at"));
    }
    let login = match opened.dialect.read(identifier) {
        _ if opened.owner.as_deref() == Some(identifier) => {
            return Ok(Proved::not("it is the owner's own entry"));
        }
        Reading::Person(login) => login,
        Reading::Group(_) => return Ok(Proved::not("a group cannot log in")),
        Reading::Special(_) => return Ok(Proved::not("it names nobody in particular")),
        Reading::Negative(_) => {
            return Ok(Proved::not(
                "a negative entry takes away, and gives nothing",
            ));
        }
    };
    let gives = expected.iter().any(|expected| !expected.rights.is_empty());
    let mut view = match ahead.member(provider, opened, login)? {
        Ok(view) => view,
        // A genuine grant is not taken back for a login that was dropped.
        Err(refused) if gives && refused.disowns() => {
            let why = format!("the server knows no user {login}");
            return Ok(Proved {
                proof: Proof::Nothing { why },
                seen: Vec::new(),
                subscribed: None,
                exposed: None,
                unlogged: None,
            });
        }
        Err(refused) => return Ok(Proved::not(&refused.into_words())),
    };
    let pace = Pace::interruptible();
    if view.trees.is_empty() {
        return Ok(Proved::not(&format!(
            "{} is shown no namespace in which it could lie",
            view.login
        )));
    }
    // Of what shall be gone anything may be left; of what is given MYRIGHTS mostly tells all.
    let eyes = |rights: Rights| match rights.is_empty() {
        true => Eyes::Left,
        false => Eyes::For(rights),
    };
    let sought = expected.iter().map(|expected| Sought {
        folder: expected.folder,
        eyes: eyes(expected.rights),
    });
    let guarded = wanted.guarded.iter().map(|folder| Sought {
        folder,
        eyes: Eyes::For(Rights::NONE),
    });
    let sought: Vec<Sought> = sought.chain(guarded).collect();
    let mut effect = observe::sight(&mut view.session, &view.trees, &sought, &pace)?;
    let exposed = exposed(&view.login, &effect.folders.split_off(expected.len()));
    let subscribed = match wanted.subscribe {
        true => Some(subscribe_her(provider, opened, &mut view, &effect, &pace)),
        false => None,
    };
    let (subscribed, unlogged) = match subscribed.transpose() {
        Ok(subscribed) => (subscribed, None),
        Err(error) => (None, Some(error.to_string())),
    };
    let proof = if gives {
        let spelled = view.spelled.filter(|spelled| spelled != identifier);
        let elsewhere = spelled.and_then(|s| elsewhere(opened, identifier, &s, &effect, expected));
        let taken = effect.folders.iter().zip(expected);
        let taken = taken.filter(|(_, expected)| expected.rights.is_empty());
        let left = remains(&view.login, taken.map(|(seen, _)| seen));
        let stored = |expected: &Expected| stored(wanted.outcome, expected.folder, identifier);
        match (
            presence(view.login, &effect, expected, stored),
            elsewhere,
            left,
        ) {
            (Proof::Verified { .. } | Proof::Partly { .. }, Some(proof), _) => proof,
            (Proof::Verified { .. }, None, Some(left)) => left,
            (proof, ..) => proof,
        }
    } else {
        absence(view.login, &effect)
    };
    let seen = effect.folders.into_iter();
    Ok(Proved {
        proof,
        seen: seen.map(|folder| (folder.path, folder.rights)).collect(),
        subscribed,
        exposed,
        unlogged,
    })
}

/// What `identifier` holds on `folder` now: as it was read back, or as it was read before where it
/// was not to be changed.
fn stored(outcome: &Outcome, folder: &Folder, identifier: &str) -> Rights {
    let mut changes = outcome.changes.iter().rev();
    let its_own = |(change, _): &&(Change, Fate)| {
        change.is_entry_of(identifier) && change.folder().wire == folder.wire
    };
    let rights = match changes.find(its_own) {
        Some((Change::Entry(Entry { after, .. }), Fate::Done)) => *after,
        Some((_, Fate::Differs(Stored(rights)))) => *rights,
        Some(_) => None,
        None => folder.rights_of(identifier),
    };
    rights.unwrap_or_default()
}

/// Seen on Dovecot with `acl_defaults_from_inbox`: what INBOX gives counts on every folder for
/// whoever has no entry there, and GETACL does not show it.
fn exposed(login: &str, guarded: &[FolderEffect]) -> Option<String> {
    let folder = guarded
        .iter()
        .find(|folder| !Identity::leaves_alone(folder.rights))?;
    Some(format!(
        "identities are not protected here: the server gives {login} {} on {:?} although no entry \
         says so (acl_defaults_from_inbox?), so that whoever has full access can give herself one",
        folder.rights, folder.path
    ))
}

/// Subscribes the member to every folder that she can see, but not to those that keep identities;
/// how many that were.
///
/// # Errors
/// When it cannot be written down.
fn subscribe_her(
    provider: &Provider,
    opened: &Opened,
    view: &mut MemberView,
    effect: &Effect,
    pace: &Pace,
) -> Result<usize> {
    let kept = &opened.identity_names;
    let seen = effect
        .folders
        .iter()
        .filter(|folder| folder.rights.has('l') && !kept.reserve(&folder.path));
    let named = |folder: &FolderEffect| Some((folder.path.clone(), folder.wire.clone()?));
    let folders = seen.filter_map(named).collect();
    let (mailbox, ledger) = (opened.name.to_string(), provider.ledger());
    let (login, session) = (&view.login, &mut view.session);
    let answers = deeds::subscribe(ledger, &mailbox, login, session, folders, pace)?;
    Ok(answers.iter().filter(|answer| answer.is_ok()).count())
}

/// An entry under a spelling that the server never reads gives nothing, and her session does not
/// show that where she has all that it shows by other entries.
fn elsewhere(
    opened: &Opened,
    identifier: &str,
    spelled: &str,
    effect: &Effect,
    expected: &[Expected],
) -> Option<Proof> {
    let by = |counts: &dyn Fn(Reading) -> bool| {
        let mut pairs = effect.folders.iter().zip(expected);
        pairs.all(|(seen, expected)| {
            let counts = |name: &str| name != identifier && counts(opened.dialect.read(name));
            let others = expected.folder.entries().filter(|(name, _)| counts(name));
            let given = others.fold(Rights::NONE, |all, (_, rights)| all.union(rights));
            given.contains(seen.rights)
        })
    };
    let hers = |reading: Reading| match reading {
        Reading::Person(name) => name == spelled,
        Reading::Special(name) => matches!(name, "anyone" | "authenticated"),
        Reading::Group(_) | Reading::Negative(_) => false,
    };
    let or_groups = |reading: Reading| matches!(reading, Reading::Group(_)) || hers(reading);
    if by(&hers) {
        let why = format!("the server spells her {spelled}, and what she has is by other entries");
        return Some(Proof::Nothing { why });
    }
    let why = format!("the server spells her {spelled}, and she may have this by a group");
    by(&or_groups).then_some(Proof::NotVerified { why })
}
