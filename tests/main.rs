//! Every test that needs more than the crate itself: one binary, one file per verb.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test that cannot go on says so by panicking"
)]

mod access;
mod access_copy;
mod accounts;
mod apply;
mod audit;
mod can_send;
mod check;
mod courier;
mod create;
mod delete;
mod doctor;
mod domains;
mod dropped;
mod each;
mod early;
mod explain;
mod export;
mod faults;
mod file_settings;
mod folder;
mod generated;
mod grant;
mod groupware;
mod hands;
mod hidden;
mod hints;
mod hoard;
mod house;
mod identities;
mod identity;
mod label;
mod label_names;
mod levels;
mod list;
mod login;
mod mail;
mod mail_archive;
mod mail_archive_file;
mod mail_archive_mailbox;
mod mail_clean;
mod mail_export;
mod mail_list;
mod mail_usage;
mod manual;
mod meant;
mod names;
mod nonexistent;
mod odd;
mod offboard;
mod output;
mod owner;
mod pins;
mod plan;
mod printed;
mod protection;
mod proved;
mod provider;
mod reach;
mod rename;
mod reply;
mod report;
mod retention;
mod revoke;
mod rule;
mod rule_agreement;
mod rule_install;
mod scale;
mod secrets;
mod send;
mod servers;
mod sheet;
mod show;
mod spelling;
mod table;
mod turns;
mod undo;
mod unread;
mod unsettled;
mod untold;
mod warned;
