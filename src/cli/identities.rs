//! `sharemail identities`.

use super::complete;
use super::value::text;
use clap_complete::engine::ArgValueCandidates;
use std::path::PathBuf;

/// Tell who may send as which mailbox, the mail server too
///
/// With --format, prints it for the program that enforces it. A Postfix table
/// (smtpd_sender_login_maps) has a line for each mailbox, with itself and who holds Send As, and
/// one for each person who has access to a mailbox or is in a group of the group file; whoever
/// else may send belongs into a second table. Send on Behalf needs no line of its own: such mail
/// leaves with the person's envelope when sharemail sends it. Web mailers, and most programs with more
/// than one sender, send it with the mailbox's envelope instead, which the table refuses. With
/// --with-on-behalf it lets them, at a price: the server then cannot tell Send on Behalf from Send As,
/// as whoever holds either may use the mailbox's envelope, and nothing makes her stand in Sender.
///
/// Identities that somebody could have given herself are not believed: they are left out, with a
/// warning; with --format and --check that ends with 3, so that no table without these senders is
/// installed unseen. With --check, exits with 2 when the table in FILE says something else, and with 3
/// when something could not be read: then nothing should be installed, and lines that could not be
/// judged are named and not called wrong.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail identities
  sharemail identities support@ --output csv
  sharemail identities --format postfix --group-file groups > sender_login_maps
  sharemail identities --check /etc/postfix/sender_login_maps
  sharemail identities --format postfix --with-on-behalf > sender_login_maps
  sharemail identities --format exchange > grants.ps1

A group file has a line per group, with blanks between its members:
  helpdesk: alice bob@example.com")]
pub struct Identities {
    /// Shared mailboxes; without any, all that can be reached
    #[arg(value_name = "MAILBOX", value_parser = text::text)]
    #[arg(add = ArgValueCandidates::new(complete::mailboxes))]
    pub mailboxes: Vec<String>,

    /// Print it for this program in place of the list
    #[arg(long, value_name = "TARGET", value_enum)]
    pub format: Option<Target>,

    /// Compare the Postfix table with the one in FILE; a file that is not there is empty
    #[arg(long, value_name = "FILE", value_parser = text::path(), conflicts_with = "mailboxes")]
    #[arg(value_hint = clap::ValueHint::FilePath)]
    pub check: Option<PathBuf>,

    /// Who is in which group, in lines such as 'helpdesk: alice bob'
    #[arg(long, value_name = "FILE", value_parser = text::path())]
    #[arg(value_hint = clap::ValueHint::FilePath)]
    pub group_file: Option<PathBuf>,

    /// Let whoever holds Send on Behalf use the mailbox's envelope sender too, as web mailers do
    ///
    /// For the Postfix table, with --format postfix or --check. The server then cannot tell Send on Behalf
    /// from Send As: such mail may leave without her in Sender, as if she held Send As.
    #[arg(long)]
    pub with_on_behalf: bool,

    /// How people log in to the SMTP server; without it, as IMAP's ACLs spell them
    #[arg(long, value_name = "FORM", value_enum)]
    pub login: Option<Login>,
}

/// A program that enforces who may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Target {
    /// A table for smtpd_sender_login_maps
    Postfix,
    /// A script for Exchange Online PowerShell
    Exchange,
    /// A shell script that makes Gmail delegates by GAM
    Gam,
}

/// How a login name is spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Login {
    /// alice@example.com
    Address,
    /// alice
    LocalPart,
}
