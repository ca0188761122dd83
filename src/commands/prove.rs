//! The proof of a change: what the member's own session shows.

use super::ahead::Ahead;
use crate::apply;
use crate::error::Result;
use crate::imap::Pace;
use crate::interrupt;
use crate::model::dialect::Reading;
use crate::model::effect::Effect;
use crate::model::folder::WireName;
use crate::model::rights::Rights;
use crate::model::state::Folder;
use crate::observe;
use crate::reach::{MemberView, NotImpersonated, Opened, Provider};
use crate::report::change::Proof;

/// What was seen as a member.
pub struct Proved {
    /// The finding.
    pub proof: Proof,
    /// On how many folders she was subscribed, where that was asked for and could be done.
    pub subscribed: Option<usize>,
}

/// Looks at `folders` as the member spelled `identifier`, expecting exactly `wanted` or more;
/// where `wanted` is nothing, expecting nothing. Subscribes her to what she can see where
/// `subscribe` asks for it. Her session is the one opened `ahead`, or a new one.
pub fn prove(
    provider: &Provider,
    opened: &Opened,
    identifier: &str,
    folders: &[&Folder],
    wanted: Rights,
    subscribe: bool,
    ahead: &Ahead,
) -> Proved {
    let looked = look(
        provider, opened, identifier, folders, wanted, subscribe, ahead,
    );
    match looked {
        Ok(proved) => proved,
        Err(error) => unproved(error.to_string()),
    }
}

fn look(
    provider: &Provider,
    opened: &Opened,
    identifier: &str,
    folders: &[&Folder],
    wanted: Rights,
    subscribe: bool,
    ahead: &Ahead,
) -> Result<Proved> {
    if folders.is_empty() {
        return Ok(unproved("there is no folder to look at".to_owned()));
    }
    let login = match opened.dialect.read(identifier) {
        _ if opened.owner.as_deref() == Some(identifier) => {
            return Ok(unproved("it is the owner's own entry".to_owned()));
        }
        Reading::Person(login) => login,
        Reading::Group(_) => return Ok(unproved("a group cannot log in".to_owned())),
        Reading::Special(_) => return Ok(unproved("it names nobody in particular".to_owned())),
        Reading::Negative(_) => {
            return Ok(unproved(
                "a negative entry takes away, and gives nothing".to_owned(),
            ));
        }
    };
    let mut view = match ahead.member(provider, opened, login)? {
        Ok(view) => view,
        Err(
            NotImpersonated::NoSuchUser(_)
            | NotImpersonated::Dropped(_)
            | NotImpersonated::NoMailbox(_),
        ) if !wanted.is_empty() => {
            let why = format!("the server knows no user {login}");
            return Ok(Proved {
                proof: Proof::Nothing { why },
                subscribed: None,
            });
        }
        Err(refused) => return Ok(unproved(refused.into_error().to_string())),
    };
    let pace = Pace {
        tick: &|_| {},
        stop: interrupt::flag(),
    };
    if view.trees.is_empty() {
        return Ok(unproved(format!(
            "{} is shown no namespace in which it could lie",
            view.login
        )));
    }
    let effect = observe::effect(&mut view.session, &view.trees, folders, &pace)?;
    let subscribed = if subscribe {
        Some(subscribe_her(&mut view, &effect, &pace))
    } else {
        None
    };
    let proof = if wanted.is_empty() {
        absence(view.login, &effect)
    } else {
        presence(view.login, &effect, wanted)
    };
    Ok(Proved { proof, subscribed })
}

/// Subscribes the member to every folder that she can see; how many that were.
fn subscribe_her(view: &mut MemberView, effect: &Effect, pace: &Pace) -> usize {
    let seen = effect
        .folders
        .iter()
        .filter(|folder| folder.rights.has('l'));
    let names: Vec<WireName> = seen.filter_map(|folder| folder.wire.clone()).collect();
    let answers = apply::subscribe(&mut view.session, &names, pace);
    answers.iter().filter(|answer| answer.is_ok()).count()
}

fn presence(login: String, effect: &Effect, wanted: Rights) -> Proof {
    let lacking: Vec<_> = effect
        .folders
        .iter()
        .filter(|f| !f.rights.contains(wanted))
        .collect();
    let Some(first) = lacking.first() else {
        let path = effect.tree.as_ref().map(|tree| tree.root().to_string());
        let listed = effect.folders.iter().any(|folder| folder.rights.has('l'));
        return Proof::Verified {
            login,
            path,
            listed,
        };
    };
    if !effect.is_anything() && !wanted.has('l') && !wanted.has('r') {
        let why = "the server tells nobody her rights on what she can neither list nor read";
        return Proof::NotVerified {
            why: why.to_owned(),
        };
    }
    if !effect.is_anything() {
        let why = format!(
            "a session as {login} sees none of it; is this how the server spells people in its ACLs?"
        );
        return Proof::Nothing { why };
    }
    let has = first.rights;
    Proof::Partly {
        login,
        folders: lacking.iter().map(|f| f.path.clone()).collect(),
        has,
    }
}

fn absence(login: String, effect: &Effect) -> Proof {
    let left: Vec<_> = effect
        .folders
        .iter()
        .filter(|f| !f.rights.is_empty())
        .collect();
    match left.first() {
        None => Proof::Verified {
            login,
            path: None,
            listed: false,
        },
        Some(first) => {
            let has = first.rights;
            Proof::Remains {
                login,
                folders: left.iter().map(|f| f.path.clone()).collect(),
                has,
            }
        }
    }
}

fn unproved(why: String) -> Proved {
    Proved {
        proof: Proof::NotVerified { why },
        subscribed: None,
    }
}
