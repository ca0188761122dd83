//! Sieve (RFC 5228): the rules of a mailbox as a script for the server that filters its mail.

mod compile;

pub use compile::compile;
