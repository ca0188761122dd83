//! The people whom a file names.

use super::fault::{Faults, cut};
use super::source::Source;
use crate::model::who::{BadWho, Who};

/// The person or group that `text`, which stands at the byte `at`, names; what is wrong with it is
/// told.
pub(super) fn who(
    source: &Source,
    (at, text): (usize, &str),
    domain: Option<&str>,
    faults: &mut Faults,
) -> Option<Who> {
    let why = match Who::parse(text, domain) {
        Ok(who) => return Some(who),
        Err(why) => why,
    };
    let hint = match &why {
        BadWho::Several => {
            Some("each person is a string of its own; id:… passes exactly this".to_owned())
        }
        why => why.advice(text),
    };
    let hint = hint.unwrap_or_else(|| {
        "write alice, alice@example.com, group:helpdesk, anyone, id:… or the name of a team"
            .to_owned()
    });
    faults.add(
        source,
        at,
        format!("{:?} names nobody: {why}", cut(text)),
        Some(hint),
    );
    None
}
