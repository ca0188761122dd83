//! `sharemail mail archive`.

use crate::cli::complete;
use crate::cli::options::selection::Selection;
use crate::cli::options::shared::{Change, Target};
use crate::cli::value::text;
use crate::decide::archiving::Template;
use crate::model::target::Target as Share;
use clap_complete::engine::ArgValueCandidates;
use std::path::PathBuf;

/// Which conversations go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Only {
    /// Those for which nobody waits
    Finished,
}

/// Move messages into folders of the archive, into another mailbox or into files
///
/// --to-folder: {year} is the year in which a message came or, where that is later, was written; a date that is yet to come
/// does not count. Folders that are missing are made, with the entries of the mailbox itself. Without --folder,
/// what lies in Trash, Junk, Drafts and the archive stays there.
///
/// Flags, labels and dates go along. Where the server cannot move, messages are copied, compared, and then exactly
/// those are removed; where it can do neither, nothing is moved (77). What lies where is read back. --proof is
/// refused (64) unless it is none: no member's session is needed for that.
///
/// --only finished: whole conversations go, of which the last message is one that the mailbox sent, or the
/// last one that came is answered, none is flagged, held or being answered, and the last one is from before --before.
/// Each is told with the reason why it goes or stays. A folder that cannot be looked into ends it (77).
///
/// --to-file: they are written as mail export writes them, with a manifest, into a file that is not there yet, and
/// when all of it was read again from the disk exactly those are deleted. It asks first: there is no undo. Where a
/// run broke off, the same line, typed again, goes on; a file that is in its place is never added to.
///
/// --to-mailbox: each is put into the other mailbox with its flags, labels and date, fetched back from there and
/// compared, and only then deleted here. What is there already, byte for byte, is not put there twice. It asks first.
///
/// --target 80%, with either of these: no more goes than until the mailbox uses no more than that of its quota. Each
/// message that is meant counts by its size and its age, and is told with why it goes or stays.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail mail archive support@ --before 1y --to-folder 'Archive/{year}'
  sharemail mail archive support@ --before 3y --to-mailbox archive@
  sharemail mail archive support@ --before 5y --to-file 2021.mbox")]
pub struct MailArchive {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,

    /// Which messages.
    #[command(flatten)]
    pub selection: Selection,

    /// Where they go: 'Archive/{year}', or one folder
    #[arg(long, value_name = "FOLDER", required_unless_present_any = ["to_file", "to_mailbox"])]
    pub to_folder: Option<Template>,

    /// Into files: NAME.mbox, or a folder, which gets .eml files
    #[arg(long, value_name = "PATH", value_parser = text::path(), conflicts_with = "to_folder")]
    #[arg(value_hint = clap::ValueHint::AnyPath)]
    pub to_file: Option<PathBuf>,

    /// Into another mailbox, with --to-folder or folders of the same names
    #[arg(long, value_name = "MAILBOX", value_parser = text::text, conflicts_with = "to_file")]
    #[arg(add = ArgValueCandidates::new(complete::mailboxes))]
    pub to_mailbox: Option<String>,

    /// Which is that of another profile
    #[arg(long, value_name = "NAME", value_parser = text::text, requires = "to_mailbox", hide_short_help = true)]
    #[arg(add = ArgValueCandidates::new(complete::profiles))]
    pub to_profile: Option<String>,

    /// A file for what was archived there: a line of JSON for each message
    #[arg(long, value_name = "FILE", value_parser = text::path(), requires = "to_mailbox", hide_short_help = true)]
    #[arg(value_hint = clap::ValueHint::FilePath)]
    pub manifest: Option<PathBuf>,

    /// Whole conversations alone of which the last message is answered and older than --before
    #[arg(long, value_name = "WHAT", value_enum, hide_short_help = true)]
    pub only: Option<Only>,

    /// Largest and oldest first, until the mailbox uses no more than that of its quota: 80%
    #[arg(long = "target", value_name = "SHARE", hide_short_help = true)]
    pub target_share: Option<Share>,

    /// Whether to change anything.
    #[command(flatten)]
    pub change: Change,
}
