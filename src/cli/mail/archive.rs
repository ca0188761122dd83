//! `sharemail mail archive`.

use crate::cli::options::selection::Selection;
use crate::cli::options::shared::{Change, Target};
use crate::cli::value::text;
use crate::decide::archiving::Template;
use std::path::PathBuf;

/// Move messages into folders of the archive, or into files and out of the mailbox
///
/// --to-folder: {year} is the year in which a message came or, where that is later, was written; a date that is yet to come
/// does not count. Folders that are missing are made, with the entries of the mailbox itself. Without --folder,
/// what lies in Trash, Junk, Drafts and the archive stays there.
///
/// Flags, labels and dates go along. Where the server cannot move, messages are copied, compared, and then exactly
/// those are removed; where it can do neither, nothing is moved (77). What lies where is read back. --proof is
/// refused (64) unless it is none: no member's session is needed for that.
///
/// --to-file: they are written as mail export writes them, with a manifest, into a file that is not there yet, and
/// when all of it was read again from the disk exactly those are deleted. It asks first: there is no undo. Where a
/// run broke off, the same line, typed again, goes on; a file that is in its place is never added to.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail mail archive support@ --before 1y --to-folder 'Archive/{year}'
  sharemail mail archive support@ --label done --to-folder Done
  sharemail mail archive support@ --before 5y --to-file 2021.mbox")]
pub struct MailArchive {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,

    /// Which messages.
    #[command(flatten)]
    pub selection: Selection,

    /// Where they go: 'Archive/{year}', or one folder
    #[arg(long, value_name = "FOLDER", required_unless_present = "to_file")]
    pub to_folder: Option<Template>,

    /// Into files, and out of the mailbox: NAME.mbox, or a folder for .eml files
    #[arg(long, value_name = "PATH", value_parser = text::path(), conflicts_with = "to_folder")]
    #[arg(value_hint = clap::ValueHint::AnyPath)]
    pub to_file: Option<PathBuf>,

    /// Whether to change anything.
    #[command(flatten)]
    pub change: Change,
}
