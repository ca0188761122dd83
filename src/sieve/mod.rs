//! Sieve (RFC 5228): the rules of a mailbox as a script for the server that filters its mail, and how that stands
//! beside the scripts of others.

mod compile;
mod foreign;
mod marks;

pub use compile::{Filed, compile, is_ours};
pub use marks::{Parted, Untouched, parted, with};
