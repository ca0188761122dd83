//! Every test that needs more than the crate itself: one binary, one file per verb.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test that cannot go on says so by panicking"
)]

mod check;
mod doctor;
mod faults;
mod generated;
mod grant;
mod list;
mod login;
mod protection;
mod provider;
mod revoke;
mod secrets;
mod servers;
mod show;
