//! sharemail: shared mailboxes on any IMAP provider.
//!
//! # The map
//!
//! Every command is the same short journey, and each border has one named value:
//!
//! ```text
//! Args ──► Errand ──► State ──► Plan ──► Outcome ──► Done ──► Report ──► terminal
//! cli      decide     observe   decide   apply       journey  report     output
//! ```
//!
//! - **Args** ([`cli`]): what was typed; checked and complete it is a wish ([`model::wish`]).
//! - **Errand** ([`decide::errand`]): what shall become true of one mailbox, in stages; pure.
//! - **State** ([`model::state`]): what the server holds, read by [`observe`].
//! - **Plan** ([`model::plan`]): a list of changes as plain data, made by [`decide`].
//! - **Outcome** ([`model::outcome`]): what became of each change, made by [`apply`], the only
//!   room that changes a server.
//! - **Done** ([`model::done`]): what became of one mailbox, with what its members saw. [`journey`] takes an
//!   errand all the way to it, for one mailbox or a thousand.
//! - **Report** ([`report`]): what the user is told, as a [`document`], printed by [`output`], the
//!   only room that prints.
//!
//! From top to bottom; imports run downwards alone, and a test reads them:
//!
//! | room | what it holds |
//! |---|---|
//! | [`commands`] | one file for each verb, a noun with verbs is a folder |
//! | [`run`] | from options to what a verb works with: the provider, files, a message, the undo file |
//! | [`cli`] | what may be typed |
//! | [`doctor`] | what keeps a provider from working, part by part |
//! | [`post`] | the only way in which mail leaves: outbox, submission, the copy |
//! | [`journey`] | what every change goes through: read, plan, guard, carry out, settle, prove |
//! | [`report`] | what is said, by noun |
//! | [`decide`] | errand and state to plan, and the guards; pure |
//! | [`apply`] | plan to outcome, written down before and after |
//! | [`observe`] | server to state; never changes anything |
//! | [`reach`] | how the administrator gets at a mailbox |
//! | [`export`], [`sheet`], [`manifest`] | files of others, in and out |
//! | [`outbox`], [`undo`], [`audit`], [`archive`] | what outlives a run |
//! | [`output`], [`document`] | what prints, and what a report consists of |
//! | [`imap`], [`smtp`], [`sieve`], [`managesieve`] | one room for each protocol |
//! | [`mail`] | what a message looks like, written and read |
//! | [`net`] | the connection under them |
//! | [`profile`] | which provider, as whom, with which secret |
//! | [`ledger`], [`private`], [`program`], [`input`], [`memory`], [`nesting`] | what witnesses, where it outlives a crash, programs of others, what people name, and what bounds all of that |
//! | [`model`] | nouns without I/O |
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
//! | errand | what a verb, a file or a row of a sheet wants to become true of one mailbox |
//! | stage | changes of an errand that belong together, and what happens where a member does not see them |
//! | label | an IMAP keyword that people see as a tag |
//! | selection | messages meant by a mailbox, folders and a query |
//! | reach | how the administrator gets at a shared mailbox: namespace or impersonation |

pub mod apply;
pub mod archive;
pub mod audit;
pub mod cli;
pub mod commands;
pub mod deadline;
pub mod decide;
pub mod doctor;
pub mod document;
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
pub mod journey;
pub mod ledger;
pub mod mail;
pub mod managesieve;
pub mod manifest;
pub mod memory;
pub mod model;
pub mod nesting;
pub mod net;
pub mod observe;
pub mod outbox;
pub mod output;
pub mod post;
pub mod private;
pub mod profile;
pub mod program;
pub mod reach;
pub mod report;
pub mod run;
pub mod sheet;
pub mod sieve;
pub mod smtp;
pub mod undo;
