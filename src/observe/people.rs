//! Which of the people in the ACLs the server knows.

use crate::error::Result;
use crate::model::dialect::{Dialect, Reading};
use crate::model::state::Known;
use crate::reach::{NotImpersonated, Provider};
use std::collections::BTreeMap;

/// Asks the server about each person among `identifiers` by opening a session as her. Nobody is
/// judged where the server cannot be asked, or takes any name for somebody.
///
/// # Errors
/// Whatever connecting may meet.
pub fn known_people(
    provider: &Provider,
    dialect: Dialect,
    identifiers: &[&str],
) -> Result<BTreeMap<String, Known>> {
    let mut known = BTreeMap::new();
    let person = |identifier: &&&str| matches!(dialect.read(identifier), Reading::Person(_));
    let people: Vec<&str> = identifiers.iter().filter(person).copied().collect();
    let Some(first) = people.first() else {
        return Ok(known);
    };
    if !provider.knows_who_exists(first)? {
        return Ok(known);
    }
    for identifier in people {
        let answer = match provider.impersonate(identifier)? {
            Ok(_) => Known::Yes,
            Err(NotImpersonated::NoSuchUser(_)) => Known::No,
            Err(_) => continue,
        };
        known.insert(identifier.to_owned(), answer);
    }
    Ok(known)
}
