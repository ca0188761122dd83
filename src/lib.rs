//! sharemail: shared mailboxes on any IMAP provider.
//!
//! # The map
//!
//! Every command is the same short journey, and each border has one named value:
//!
//! ```text
//! Args ──► Wish ──► State ──► Plan ──► Outcome ──► Report ──► terminal
//! cli      model    observe   decide   apply       report     output
//! ```
//!
//! - **Args** ([`cli`]): what was typed.
//! - **Wish** ([`model::wish`]): the same, checked and complete, no network yet.
//! - **State** ([`model::state`]): what the server holds, read by [`observe`].
//! - **Plan** ([`model::plan`]): a list of changes as plain data, made by [`decide`].
//! - **Outcome** ([`model::outcome`]): what became of each change, made by [`apply`], the only
//!   room that changes a server.
//! - **Report** ([`report`]): what the user is told, printed by [`output`], the only room that
//!   prints.
//!
//! [`manifest`] reads and writes files that say what many mailboxes shall be like.
//! [`export`] puts who may send into the words of the programs that enforce it.
//! [`commands`] tells each verb's story; [`profile`] says which provider, as whom, with which
//! secret; [`reach`] is how the administrator gets at a shared mailbox; [`imap`] and [`smtp`] are
//! the protocols, and [`net`] is the connection under them. [`mail`] reads what messages say. [`ledger`] has each change written down
//! before it is made: [`audit`] is the log that it is written into, [`undo`] keeps a file from
//! which it can be taken back. [`sheet`] reads grants from the rows of a spreadsheet. [`outbox`]
//! keeps what is being sent until its copy is filed; [`private`] is where they outlive a crash.
//! [`program`] runs the programs of others, such as the one that makes accounts.
//! [`input`] reads what people name: files, pipes and standard input; [`nesting`] bounds what they
//! are made of, [`memory`] what servers send.
//! Imports run downwards only: commands → observe, decide, apply, report → reach, export, outbox →
//! imap, smtp, profile → net → model → nothing.
//!
//! # Glossary
//!
//! | word | meaning |
//! |---|---|
//! | shared mailbox | the thing with an address: a tree of folders that several people use |
//! | folder | what IMAP calls a mailbox: INBOX, Sent, Archive/2025 |
//! | identifier | the name in an ACL entry, as the server spells it |
//! | member | a person or group that holds rights on a shared mailbox |
//! | rights | a set of RFC 4314 letters |
//! | level | none, read-only, write, full-access, custom: a name for a set of rights |
//! | profile | a provider and how to log in to it |
//! | identity | permission to send: Send As or Send on Behalf, kept as an ACL entry |
//! | reach | how the administrator gets at a shared mailbox: namespace or impersonation |

pub mod apply;
pub mod audit;
pub mod cli;
pub mod commands;
pub mod decide;
pub mod error;
pub mod exit;
pub mod export;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
#[cfg(unix)]
#[cfg(test)]
mod growth;
pub mod imap;
pub mod input;
pub mod interrupt;
pub mod ledger;
pub mod mail;
pub mod manifest;
pub mod memory;
pub mod model;
pub mod nesting;
pub mod net;
pub mod observe;
pub mod outbox;
pub mod output;
pub mod private;
pub mod profile;
pub mod program;
mod program_trust;
pub mod reach;
pub mod report;
pub mod sheet;
pub mod smtp;
pub mod undo;
