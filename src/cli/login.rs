//! `sharemail login`.

use super::options::provider::{Override, given};
use super::value::text;

/// Set up a provider: ask, try, and keep the profile
///
/// Asks for what the options and the environment do not say, logs in to try it, writes the
/// profile to the configuration file and keeps the password in the system's keyring. Where there
/// is no keyring, a file beside the configuration is offered, which its owner alone can read;
/// --password-file and --password-command name another place.
///
/// Where the login fails, only what may be wrong is asked for again, and every other answer stays.
/// After three refused passwords it ends, as more might lock the account.
///
/// Without a terminal nothing is asked: what is missing is named.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail login
  sharemail login --profile prod --host imap.example.com --user admin --domain example.com
  sharemail login --profile prod --host imap.example.com:1993 --user admin \\
      --password-file ~/.config/sharemail/prod.password
  sharemail login --profile prod --password-command 'pass show mail/admin'
  sharemail login --profile prod --host imap.example.com --user admin \\
      --impersonate '{mailbox}*{admin}' --mailbox support@ --password-stdin < secret")]
pub struct Login {
    /// Shared mailbox that the profile names; may be repeated
    ///
    /// Needed under impersonation for commands about all mailboxes, because IMAP cannot list
    /// accounts.
    #[arg(long = "mailbox", value_name = "MAILBOX", value_parser = text::text)]
    pub mailboxes: Vec<String>,

    /// Read the password from this file, which only its owner may read
    ///
    /// Where there is no such file yet, the password that is typed or given is kept in it.
    #[arg(long, value_name = "FILE", value_parser = text::text)]
    #[arg(value_hint = clap::ValueHint::FilePath, conflicts_with = "password_command")]
    pub password_file: Option<String>,

    /// Run this command to get the password (or a token)
    #[arg(long, value_name = "COMMAND", value_parser = text::text)]
    pub password_command: Option<String>,
}

impl Login {
    /// The keys of the profile that only this command's options give; `mailboxes` comes besides.
    pub fn overrides(&self) -> Vec<Override<'_>> {
        given([
            ("--password-file", "imap.password-file", &self.password_file),
            (
                "--password-command",
                "imap.password-command",
                &self.password_command,
            ),
        ])
    }
}
