//! The journey of every change: read, plan, guard, ask, carry out, settle, prove, take back, tell.

pub mod access;
pub mod accounts;
mod afresh;
mod ahead;
mod bulk;
mod carry;
mod door;
mod foreseen;
pub mod fresh;
pub mod giving;
pub mod identity_folders;
mod level_notes;
pub mod notes;
pub mod parting;
mod proofs;
mod prove;
pub mod root;
pub mod rows;
mod seen;
pub mod settle;
mod states;
mod taken;
pub mod told;
mod unknown;
mod unsettled;
pub mod viewed;
mod watch;

pub use self::bulk::bulk;
pub use self::carry::{Done, Order, carry};
pub use self::door::Door;
pub use self::foreseen::{Foreseen, Planned};
pub use self::states::{Found, states};
pub use self::taken::{find_named, reveal_named};
pub use self::unknown::{most, unknown};
pub use self::unsettled::Unsettled;
pub use self::watch::Watch;
