//! `sharemail folder`: the folders of a shared mailbox.

use super::options::shared::{Change, Confirmation, Members, Scope, Target};
use super::value::text;
use clap::Subcommand;

/// List, make, rename, delete and subscribe to folders of a mailbox
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail folder list support@
  sharemail folder create support@ Archive/2025")]
pub struct Folder {
    /// What to do with them.
    #[command(subcommand)]
    pub command: FolderCommand,
}

/// The verbs of `sharemail folder`.
#[allow(missing_docs)]
#[derive(Clone, Debug, Subcommand)]
pub enum FolderCommand {
    List(FolderList),
    Create(FolderCreate),
    Rename(FolderRename),
    Delete(FolderDelete),
    Subscribe(FolderSubscribe),
}

/// List the folders of a shared mailbox
///
/// With messages, storage and special use where the server tells.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail folder list support@
  sharemail folder list support@ --output csv")]
pub struct FolderList {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,
}

/// Make folders, with the mailbox's grants on them
///
/// Missing parents are made too. Whoever has access to the mailbox has the same access to the new
/// folder, whatever the server let it inherit.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail folder create support@ Invoices
  sharemail folder create support@ Archive/2024 Archive/2025
  sharemail folder create support@ 'Entwürfe & Ideen'")]
pub struct FolderCreate {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,

    /// Folder to make, such as Archive/2025
    #[arg(value_name = "FOLDER", required = true, value_parser = text::text)]
    pub folders: Vec<String>,

    /// Whether to change anything.
    #[command(flatten)]
    pub change: Change,
}

/// Give a folder another name
///
/// The folders below it move along; messages and rights stay. Asks first.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail folder rename support@ Invoices Archive/Invoices
  sharemail folder rename support@ Invoices Bills --yes")]
pub struct FolderRename {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,

    /// Folder to rename
    #[arg(value_name = "FOLDER", value_parser = text::text)]
    pub folder: String,

    /// The new name, from the top of the mailbox
    #[arg(value_name = "NEW", value_parser = text::text)]
    pub new: String,

    /// Whether to ask.
    #[command(flatten)]
    pub confirmation: Confirmation,
    /// Whether to change anything.
    #[command(flatten)]
    pub change: Change,
}

/// Delete a folder with everything in it
///
/// Says first how many messages and folders below it will go, and asks. There is no way back.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail folder delete support@ Archive/2019 --dry-run
  sharemail folder delete support@ Archive/2019
  sharemail folder delete support@ Archive/2019 --yes")]
pub struct FolderDelete {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,

    /// Folder to delete
    #[arg(value_name = "FOLDER", value_parser = text::text)]
    pub folder: String,

    /// Whether to ask.
    #[command(flatten)]
    pub confirmation: Confirmation,
    /// Whether to change anything.
    #[command(flatten)]
    pub change: Change,
}

/// Subscribe members to the folders, so that their mail programs show them
///
/// A subscription is the member's own: this works where members can be impersonated. Folders that
/// a member cannot see are left out.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail folder subscribe support@ alice
  sharemail folder subscribe support@ alice bob --folder INBOX --no-recurse")]
pub struct FolderSubscribe {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,
    /// Who.
    #[command(flatten)]
    pub members: Members,
    /// Which folders.
    #[command(flatten)]
    pub scope: Scope,
    /// Whether to change anything.
    #[command(flatten)]
    pub change: Change,
}
