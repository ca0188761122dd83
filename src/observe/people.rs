//! Which of the people in the ACLs the server knows.

use crate::error::{Error, Result};
use crate::model::state::{Known, Unclear};
use crate::reach::{LookedUp, Provider};
use std::collections::BTreeMap;

/// After so many logins that met no answer, the others are not tried: each may take as long as the
/// profile's timeout.
const PATIENCE: usize = 3;

/// Asks the server about each of `people`, as it spells them, by opening a session as her. Those of whom
/// the server cannot be asked at all are left out. `control` is the login name of somebody who is
/// known to exist.
///
/// # Errors
/// As [`Provider::look_up`].
pub fn known_people(
    provider: &Provider,
    people: &[&str],
    control: Option<&str>,
) -> Result<BTreeMap<String, Known>> {
    let mut known = BTreeMap::new();
    let mut somebody = false;
    let mut unanswered: Vec<Error> = Vec::new();
    for identifier in people {
        let answer = match unanswered.get(PATIENCE - 1) {
            Some(error) => unclear(error.what(), true),
            None => match provider.look_up(identifier)? {
                LookedUp::Somebody(_) => {
                    somebody = true;
                    Known::Yes
                }
                LookedUp::Nobody(_) => Known::No,
                LookedUp::Refused(why) => unclear(&why, false),
                LookedUp::Unanswered(error) => {
                    let answer = unclear(error.what(), true);
                    unanswered.push(error);
                    answer
                }
                LookedUp::Unasked => continue,
            },
        };
        known.insert((*identifier).to_owned(), answer);
    }
    // A server in trouble, or one that lets nobody in, disowns and refuses those who exist as well.
    let refused = |known: &Known| match known {
        Known::Yes => false,
        Known::No => true,
        Known::Unclear(unclear) => !unclear.may_pass,
    };
    if known.values().any(refused) && !somebody && !exists(provider, control)? {
        known.retain(|_, known| !refused(known));
    }
    Ok(known)
}

fn unclear(why: &str, may_pass: bool) -> Known {
    let why = why.to_owned();
    Known::Unclear(Unclear { why, may_pass })
}

fn exists(provider: &Provider, login: Option<&str>) -> Result<bool> {
    Ok(match login {
        Some(login) => matches!(provider.look_up(login)?, LookedUp::Somebody(_)),
        None => false,
    })
}
