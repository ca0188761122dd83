//! The journey of every change: read, plan, guard, ask, carry out, settle, prove, take back, tell.
//!
//! - [`visit`] goes to one mailbox for an [`Errand`](crate::decide::errand::Errand): opens it ([`opening`]),
//!   works out what would be done ([`foresee`](mod@foresee)), looks again after a question, and carries it out
//!   stage by stage. [`terms`] say how.
//! - `stage` makes one stage true: [`settle`] makes folders what they shall be, `prove` looks as the members,
//!   and what gives nothing is taken back.
//! - [`Many`] does so with many mailboxes: how many at once, how many sessions as one person (`watch`), and when
//!   it is useless to go on.
//! - [`born`] makes a mailbox that is not there.
//! - [`copied`] goes to one mailbox to keep its mail in files; [`filed`] is for mail that leaves it then.
//! - `states`, `foreseen`, `bulk` and `carry` are the way of files, which see all their mailboxes before the
//!   first is changed.

pub mod access;
pub mod accounts;
mod ahead;
pub mod born;
mod bulk;
mod carry;
pub mod checked;
pub mod copied;
mod door;
pub mod filed;
pub mod filtered;
pub mod foresee;
mod foreseen;
mod kept;
mod many;
pub mod moved;
pub mod offboard;
pub mod opening;
pub mod over;
pub mod own_session;
mod printed;
mod prove;
pub mod review;
pub mod root;
pub mod rows;
pub mod settle;
pub mod somebody;
mod stage;
mod states;
pub mod subscribed;
mod taken;
pub mod terms;
mod unknown;
mod unsettled;
mod verdict;
pub mod viewed;
pub mod visit;
mod watch;

pub use self::carry::{Order, carry};
pub use self::door::Door;
pub use self::foreseen::{Foreseen, Planned, unobjectionable};
pub use self::kept::{learn_settings, learn_settings_of};
pub use self::many::{Hindrance, Many};
pub use self::printed::printed;
pub use self::states::{Found, states};
pub use self::taken::find_named;
pub use self::unknown::{most, unknown};
pub use self::unsettled::Unsettled;
pub use self::verdict::verdict;
pub use self::watch::Watch;
