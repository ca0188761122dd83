//! Wish and State to Plan, and the guards: pure, needs no server.

mod access;
mod alike;
mod apart;
mod applying;
pub mod archiving;
mod assumed;
mod batches;
pub mod cleaning;
mod course;
mod describe;
mod desired;
pub mod emptying;
pub mod errand;
#[cfg(any(test, fuzzing))]
mod example;
mod extent;
pub mod filtering;
mod findings;
mod fingerprint;
pub mod finishing;
pub mod folders;
pub mod forwarding;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
pub mod granting;
mod guard;
mod handing;
mod identity;
pub mod judging;
pub mod keeping;
mod kept;
pub mod labelling;
mod layout;
mod leaving;
mod mending;
pub mod merging;
pub mod naming;
mod offboarding;
pub mod onward;
pub mod receiving;
pub mod retaining;
mod reversal;
mod reviewed;
pub mod rows;
pub mod rule_findings;
pub mod rulebook;
pub mod ruling;
mod scope;
pub mod settings;
pub mod spares;
pub mod targeting;
mod transit;
mod undoing;
mod unhide;
pub mod unkept;
mod unknown;
pub mod usage;
pub mod vacant;
pub mod verdict;
pub mod withheld;

pub use access::{access, identifiers, rights, spell};
pub use alike::alike;
pub use apart::apart;
pub use applying::{Applying, Asked, Part, Saved, Shown};
pub use assumed::{assume, assume_entries};
pub use describe::{Described, describe};
pub use desired::{
    Terms, desired, limit_out_of_reach, limit_to_change, limits_can_be_set, where_limits_are,
};
pub use extent::{Extent, objections, too_many_leave};
pub use findings::findings;
pub use fingerprint::fingerprint;
pub use guard::{lock_out, own_lock_out};
pub use handing::{Giving, Handing};
pub use identity::{
    assumed, identities, identity_findings, missing_identity_folders, strip_identity_folders,
    with_included,
};
pub use kept::Closure;
pub use layout::{STANDARD_FOLDERS, inherited, missing_folders, removal, strip, whole_removal};
pub use leaving::{all_folders, is_own, leaving, spelled, unreadable};
pub use mending::Mending;
pub use offboarding::Leaving;
pub use reversal::{Kept, Reversal, reversal};
pub use reviewed::reviewed;
pub use scope::{select, unread, unreserved};
pub use transit::is_source;
pub use undoing::{Undoing, followed};
pub use unhide::unhide;
pub use unknown::{people, unknown_people};

#[cfg(test)]
pub(crate) mod tests {
    use crate::model::who::Who;

    pub(crate) use super::example::mailbox;

    pub(crate) fn who(name: &str) -> Who {
        Who::parse(name, Some("example.com")).unwrap()
    }
}
