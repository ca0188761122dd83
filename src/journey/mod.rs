//! The journey of every change: read, plan, guard, ask, carry out, settle, prove, take back, tell.

pub mod access;
pub mod accounts;
mod afresh;
mod ahead;
mod bulk;
mod carry;
mod door;
mod foreseen;
mod many;
pub mod offboard;
pub mod own_session;
mod proofs;
mod prove;
pub mod root;
pub mod rows;
pub mod settle;
pub mod somebody;
mod stage;
mod states;
mod taken;
pub mod terms;
mod unknown;
mod unsettled;
pub mod viewed;
pub mod visit;
mod watch;

pub use self::bulk::bulk;
pub use self::carry::{Order, carry};
pub use self::door::Door;
pub use self::foreseen::{Foreseen, Planned, unobjectionable};
pub use self::many::{Hindrance, many};
pub use self::states::{Found, states};
pub use self::taken::{find_named, reveal_named};
pub use self::unknown::{most, unknown};
pub use self::unsettled::Unsettled;
pub use self::watch::Watch;
