//! IMAP4rev1 with ACL (RFC 4314): wire, session, batch, grammar, and a file per topic.
//!
//! From the outside in:
//!
//! - [`Session`] is a login that can be asked things; one file per topic in `session` says what.
//! - `acl`, `list`, `namespace`, `quota` and `status` are what it is told, and how that is read.
//! - `batch` and `flight` pipeline [`Request`]s under a bounded window in an order that `schedule`
//!   allows, and match the replies.
//! - `login`, `sasl`, `greeting` and `look` make a session out of a connection. The `imap` crate speaks
//!   CAPABILITY, LOGIN and AUTHENTICATE over a stream on which it sees only vetted lines.
//! - `response` and `token` are the grammar; `wire` cuts the stream into whole responses;
//!   [`crate::net`] carries it, every wait under a deadline.
//!
//! Whatever a server sends is bounded before it is kept, and a session that met a surprise is
//! broken for good: every later call fails at once.

mod acl;
mod answer;
mod argument;
mod attributes;
mod batch;
mod capability;
mod collect;
mod courier;
mod door;
mod flight;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod greeting;
#[cfg(test)]
mod hostile;
mod identity;
mod list;
mod login;
mod look;
mod namespace;
#[cfg(test)]
mod packets;
mod pattern;
#[cfg(test)]
pub(crate) mod peer;
mod quota;
mod request;
mod response;
mod said;
mod sasl;
mod schedule;
mod session;
mod status;
mod token;
#[cfg(test)]
mod transcript;
mod volume;
mod welcome;
mod wire;

pub use crate::net::{Credentials, Direction, Endpoint, Kind, OpenError, Trace, Trust};
pub use acl::{Acl, Entry, ListRights};
pub use answer::{Answer, Batch, Code, Refusal};
pub use attributes::Attributes;
pub use capability::Capabilities;
pub use identity::Identity;
pub use list::{ListOptions, Listed};
pub use look::FirstLook;
pub use namespace::{Namespace, Namespaces};
pub use pattern::Pattern;
pub use quota::{Quota, Resource};
pub use request::Request;
pub use session::{
    Appended, Asked, Glance, Glanced, Greeted, HeaderFields, LONGEST_HEADER, Landed, Lengths,
    Letter, Moved, PIECE, Part, Piece, Selected, Session, Sets, Shown, Wanted, Way,
};
pub use status::{Status, StatusItems};
pub use welcome::Welcome;
