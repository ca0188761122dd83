//! Identities that cannot be kept here: the folders could not be made, or cannot be believed. A
//! level is granted all the same; whoever asked for the identity itself is refused.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::change::Change;
use crate::model::command::command;
use crate::model::identity::{Identity, Standing};
use crate::model::outcome::Fate;
use crate::model::outcome::failure;
use crate::model::rights::Rights;
use crate::model::state::Mailbox;
use crate::model::wish::{Access, AccessWish};
use crate::profile::Profile;
use crate::profile::Section;

/// What a grant has to say of identities that it could not keep.
#[derive(Default)]
pub struct Unkept {
    /// Those that come with the level and were left out.
    left_out: Vec<Identity>,
    /// Those that were asked for, and have no folder.
    pub refused: Vec<Identity>,
    /// What could not be done for their folders.
    pub lacking: Vec<(Change, Fate)>,
}

impl Unkept {
    /// What `wish` meets in `state`, where `lacking` could not be done.
    ///
    /// # Errors
    /// [`Exit::Refused`] where nothing but such an identity was asked for.
    pub fn new(
        state: &Mailbox,
        wish: &AccessWish,
        left_out: Vec<Identity>,
        lacking: Vec<(Change, Fate)>,
        profile: &Profile,
    ) -> Result<Self> {
        let is_missing = |identity: &&Identity| state.standing(**identity) == Standing::Missing;
        let refused: Vec<Identity> = wish.give.iter().filter(is_missing).copied().collect();
        let unkept = Self {
            left_out,
            refused,
            lacking,
        };
        match unkept.refused.first() {
            Some(identity) if wish.access == Access::Same => {
                Err(refusal(state, *identity, &unkept.why(), profile))
            }
            _ => Ok(unkept),
        }
    }

    /// Whether those who asked for the identity itself did not get it, or nobody has seen what stands
    /// in the folders.
    pub fn is_failure(&self) -> bool {
        let unknown = |(_, fate): &(Change, Fate)| matches!(fate, Fate::Unknown(_));
        !self.refused.is_empty() || self.lacking.iter().any(unknown)
    }

    /// What to warn of, where the members get `rights`.
    pub fn warnings(&self, mailbox: &Mailbox, rights: Rights) -> Vec<String> {
        let mut warnings = Vec::new();
        if !self.lacking.is_empty() && gives_away(rights) && self.could_be_forged(mailbox) {
            warnings.push(format!(
                "identities may not be protected here, as whoever holds k or a could make their \
                 folders first: {}",
                self.why()
            ));
        }
        for identity in &self.left_out {
            warnings.push(match mailbox.standing(*identity) {
                Standing::Disbelieved(_) => format!(
                    "{identity} was not given: its folder cannot be believed; {} tells why, \
                     and mends it with --fix",
                    command(["check", &mailbox.name])
                ),
                Standing::Unknown(unread) => {
                    let why = unread.first().map(ToString::to_string).unwrap_or_default();
                    format!("{identity} was not given: {why}")
                }
                _ => format!("{identity} was not given: {}", self.why()),
            });
        }
        warnings
    }

    /// What else to know, where there is nothing to warn of.
    pub fn note(&self) -> Option<String> {
        (!self.lacking.is_empty()).then(|| format!("identities cannot be given: {}", self.why()))
    }

    /// Whether a folder is not there at all, so that somebody else could make it.
    fn could_be_forged(&self, mailbox: &Mailbox) -> bool {
        let missing = |identity: &Identity| mailbox.standing(*identity) == Standing::Missing;
        Identity::ALL.iter().any(missing)
    }

    fn why(&self) -> String {
        match self.lacking.first() {
            Some((change, fate)) => {
                let verb = match change {
                    Change::Create(..) if fate.was_tried() => "may not be as it was to be",
                    Change::Create(..) => "could not be made",
                    _ => "could not be emptied of what it inherited",
                };
                let why = failure(fate).unwrap_or_default();
                format!("{:?} {verb}: {why}", change.folder().path)
            }
            None => "this server has no room for the names of their folders".to_owned(),
        }
    }
}

/// Rights with which somebody may make folders, or give themselves the right to.
fn gives_away(rights: Rights) -> bool {
    "kca".chars().any(|right| rights.has(right))
}

fn refusal(mailbox: &Mailbox, identity: Identity, why: &str, profile: &Profile) -> Error {
    let what = format!("{identity} cannot be given: {why}");
    Error::new(Exit::Refused, what)
        .about(&mailbox.name)
        .hint(format!(
            "an administrator with the k right on the mailbox can make it; or name another folder under {}",
            profile.head(Section::Identities)
        ))
}
