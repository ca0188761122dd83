//! `sharemail list`.

/// List the shared mailboxes that the administrator can reach
///
/// With folders, members, messages and storage where the server tells. Under impersonation these
/// are the mailboxes that the profile's program lists, or those that it names in 'mailboxes', because
/// IMAP cannot list accounts (sharemail-accounts(7)).
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail list
  sharemail list --output json")]
pub struct List {}
