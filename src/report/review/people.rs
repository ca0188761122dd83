//! The same grants the other way round: what each person holds.

use super::{Grant, Review, Reviewed};
use crate::model::member::Kind;
use std::collections::BTreeMap;

/// One person with everything that she holds.
#[derive(Clone, Debug)]
pub struct Person<'a> {
    /// As one would write her on the command line.
    pub who: &'a str,
    /// What she holds, by mailbox.
    pub shares: Vec<Share<'a>>,
}

/// What a person holds on one mailbox.
#[derive(Clone, Copy, Debug)]
pub struct Share<'a> {
    /// The mailbox.
    pub mailbox: &'a Reviewed,
    /// Where the mailbox stands in the review.
    pub place: usize,
    /// The grant; that of a group where she holds it as one of its members.
    pub grant: &'a Grant,
    /// Where the grant stands among all of the review.
    pub number: usize,
    /// The group that it comes from, where it does.
    pub via: Option<&'a str>,
}

/// Everybody who holds something by an entry of her own or, where a group file says who is in it,
/// by a group's; sorted by name.
pub fn people(review: &Review) -> Vec<Person<'_>> {
    let mut all: BTreeMap<&str, Vec<Share>> = BTreeMap::new();
    let mut number = 0;
    for (place, mailbox) in review.mailboxes.iter().enumerate() {
        for grant in &mailbox.grants {
            let share = |via| Share {
                mailbox,
                place,
                grant,
                number,
                via,
            };
            match grant.kind {
                Kind::Person => all.entry(&grant.who).or_default().push(share(None)),
                Kind::Group => {
                    for who in review.members_of(&grant.who).unwrap_or_default() {
                        let share = share(Some(grant.who.as_str()));
                        all.entry(who).or_default().push(share);
                    }
                }
                Kind::Special | Kind::Negative => {}
            }
            number += 1;
        }
    }
    let person = |(who, shares)| Person { who, shares };
    all.into_iter().map(person).collect()
}
