//! `sharemail mail archive`.

use crate::cli::options::selection::Selection;
use crate::cli::options::shared::{Change, Target};
use crate::decide::archiving::Template;

/// Move messages into folders of the archive
///
/// {year} is the year in which a message came or, where that is later, was written; a date that is yet to come
/// does not count. Folders that are missing are made, with the entries of the mailbox itself. Without --folder,
/// what lies in Trash, Junk, Drafts and the archive stays there.
///
/// Flags, labels and dates go along. Where the server cannot move, messages are copied, compared, and then exactly
/// those are removed; where it can do neither, nothing is moved (77). What lies where is read back. --proof is
/// refused (64) unless it is none: no member's session is needed for that.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail mail archive support@ --before 1y --to-folder 'Archive/{year}'
  sharemail mail archive support@ --folder Sent --to-folder Archive -n
  sharemail mail archive support@ --label done --to-folder Done")]
pub struct MailArchive {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,

    /// Which messages.
    #[command(flatten)]
    pub selection: Selection,

    /// Where they go: 'Archive/{year}', or one folder
    #[arg(long, value_name = "FOLDER", required = true)]
    pub to_folder: Template,

    /// Whether to change anything.
    #[command(flatten)]
    pub change: Change,
}
