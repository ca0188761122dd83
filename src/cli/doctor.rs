//! `sharemail doctor`.

use super::complete;
use super::value::text;
use clap_complete::engine::ArgValueCandidates;

/// Tell whether sharemail works with this provider, and if not, why
///
/// Connects and tells in plain words: TLS, mechanisms, capabilities, namespaces, how the shared
/// mailboxes are reached and how the server spells people (and how that was found out), which
/// rights it knows, and for each feature whether it works here, and if not, what to change; whether
/// identities can be kept here; and, where the profile names an SMTP server, how that is reached,
/// what it takes, and whether it checks who sends, which is asked without sending. Fails when
/// 'sharemail grant' would not work.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail doctor
  sharemail doctor support@
  sharemail doctor --host imap.example.com --user admin --password-stdin < secret")]
pub struct Doctor {
    /// Shared mailbox to try with; without it, one that can be reached
    #[arg(value_name = "MAILBOX", value_parser = text::text)]
    #[arg(add = ArgValueCandidates::new(complete::mailboxes))]
    pub mailbox: Option<String>,
}
