//! Which of the people in the ACLs the server knows.

use crate::error::Result;
use crate::model::dialect::{Dialect, Reading};
use crate::model::state::Known;
use crate::reach::{NotImpersonated, Provider};
use std::collections::BTreeMap;

/// Asks the server about each person among `identifiers` by opening a session as her. Nobody is
/// judged where the server cannot be asked. `control` is the login name of somebody who is known to
/// exist.
///
/// # Errors
/// Whatever connecting may meet.
pub fn known_people(
    provider: &Provider,
    dialect: &Dialect,
    identifiers: &[&str],
    control: Option<&str>,
) -> Result<BTreeMap<String, Known>> {
    let mut known = BTreeMap::new();
    let person = |identifier: &&&str| matches!(dialect.read(identifier), Reading::Person(_));
    let people: Vec<&str> = identifiers.iter().filter(person).copied().collect();
    let mut somebody = false;
    for identifier in people {
        let answer = match provider.impersonate(identifier)? {
            Ok(_) => {
                somebody = true;
                Known::Yes
            }
            Err(
                NotImpersonated::NoSuchUser(_)
                | NotImpersonated::NoMailbox(_)
                | NotImpersonated::Dropped(_),
            ) => Known::No,
            Err(_) => continue,
        };
        known.insert(identifier.to_owned(), answer);
    }
    // A server in trouble, or one that lets nobody in, disowns those who exist as well.
    let disowned = known.values().any(|answer| *answer == Known::No);
    if disowned && !somebody && !exists(provider, control)? {
        known.retain(|_, answer| *answer == Known::Yes);
    }
    Ok(known)
}

fn exists(provider: &Provider, login: Option<&str>) -> Result<bool> {
    Ok(match login {
        Some(login) => provider.impersonate(login)?.is_ok(),
        None => false,
    })
}
