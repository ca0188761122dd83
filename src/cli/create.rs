//! `sharemail create`.

use super::options::shared::{Change, Target};
use super::value::text;
use crate::model::size;

/// Make a shared mailbox
///
/// Makes the mailbox with Sent, Drafts, Trash and Archive, and with no rights for anybody but the
/// owner: entries that the server put there by itself are taken away. The two folders that keep who
/// may send for it are made too.
///
/// Where mailboxes are accounts, the program that the profile names makes the account
/// (sharemail-accounts(7)); without one it must exist at the provider already, and the folders are
/// made in it.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail create support@
  sharemail create support@ --folder Invoices --folder Invoices/2025
  sharemail create support@ --quota 5GiB")]
pub struct Create {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,

    /// Make this folder as well; may be repeated
    #[arg(long = "folder", value_name = "FOLDER", value_parser = text::text)]
    pub folders: Vec<String>,

    /// Limit of the storage, in KiB.
    #[arg(long = "quota", value_name = "SIZE", value_parser = size::parse)]
    #[arg(help = "Limit the storage: 500MiB, 5GiB")]
    pub quota_kib: Option<u64>,

    /// Whether to change anything.
    #[command(flatten)]
    pub change: Change,
}
