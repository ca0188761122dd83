//! `sharemail folder`: the folders of a shared mailbox.

mod create;
mod delete;
mod list;
mod rename;
mod subscribe;

pub use create::FolderCreate;
pub use delete::FolderDelete;
pub use list::FolderList;
pub use rename::FolderRename;
pub use subscribe::FolderSubscribe;

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
