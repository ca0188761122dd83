//! What may be typed: clap types and help texts, one file per verb, a folder for a noun with verbs, no I/O.
//!
//! Mailboxes, people and folders stay the strings that were typed: what they mean depends on the
//! profile and is the model's business. What is refused here is refused for every profile.

pub mod access;
pub mod answering;
pub mod apply;
pub mod audit;
pub mod can_send;
pub mod check;
pub mod complete;
pub mod completions;
pub mod create;
pub mod delete;
pub mod docs;
pub mod doctor;
pub mod explain;
pub mod export;
pub mod folder;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
pub mod grant;
pub mod identities;
pub mod install_docs;
pub mod label;
pub mod list;
pub mod login;
pub mod logout;
pub mod mail;
pub mod offboard;
pub mod options;
pub mod outbox;
mod parse;
pub mod plan;
pub mod rename;
pub mod report;
pub mod retention;
pub mod revoke;
pub mod rule;
pub mod send;
pub mod show;
#[cfg(test)]
mod tests;
pub mod typed;
pub mod undo;
pub mod value;

pub use parse::{Exited, command, parse};

use clap::{Parser, Subcommand};

/// Shared mailboxes for any IMAP provider: grant, see and prove access
///
/// sharemail gives people and groups access to shared mailboxes such as support@example.com, on
/// any mail server that speaks IMAP with access control lists (RFC 4314): Dovecot, Cyrus and
/// others. It changes every folder, reads back what the server stored, and proves the effect as
/// the member where it can.
///
/// Changes are idempotent: what is already as asked is left alone, and a second run sends no
/// change to the server.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "sharemail",
    version,
    after_help = "\
Examples:
  sharemail login                               # set up a provider
  sharemail grant support@ alice --full-access  # give alice every folder
  sharemail show support@                       # who has access, and to what

'sharemail help COMMAND' tells all about a command."
)]
pub struct Args {
    /// Which provider, and how to tell the result.
    #[command(flatten)]
    pub global: options::global::Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The verbs, the main job first. Their help is the documentation of the types they hold.
#[allow(missing_docs)]
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    Grant(grant::Grant),
    Revoke(revoke::Revoke),
    Offboard(offboard::Offboard),
    Undo(undo::Undo),
    Show(show::Show),
    Explain(explain::Explain),
    Access(access::Access),
    Check(check::Check),
    Plan(plan::Plan),
    Apply(apply::Apply),
    Export(export::Export),
    List(list::List),
    Report(report::Report),
    Identities(identities::Identities),
    CanSend(can_send::CanSend),
    Create(create::Create),
    Rename(rename::Rename),
    Delete(delete::Delete),
    Folder(folder::Folder),
    Label(label::Label),
    Rule(rule::Rule),
    Retention(retention::Retention),
    Mail(mail::Mail),
    Send(Box<send::Send>),
    Outbox(outbox::Outbox),
    Audit(audit::Audit),
    Login(login::Login),
    Logout(logout::Logout),
    Doctor(doctor::Doctor),
    InstallDocs(install_docs::InstallDocs),
    Completions(completions::Completions),
    Generate(completions::Generate),
}
