//! `sharemail export`.

use super::complete;
use super::value::text;
use clap::ValueHint::FilePath;
use clap_complete::engine::ArgValueCandidates;
use std::path::PathBuf;

/// Write the file that says what shared mailboxes are like now
///
/// For a start with files, for a copy on paper, and for another provider. With the file that it
/// writes, plan changes nothing. Levels are those of the profile; what is no level is written as
/// rights. What most folders give is said of the mailbox, and of a folder only what is otherwise
/// there. The same state always gives the same bytes.
///
/// The owner's own entries are not written, as the server makes them. Identities that somebody could
/// have given herself are not believed. Whoever cannot be told exactly, such as one with a name that
/// no file can hold, is left out whole. All of that is a warning, and a comment in the file.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail export > mailboxes.toml
  sharemail export support@ sales@ --out shared.toml
  sharemail export --format json --out shared.json")]
pub struct Export {
    /// Shared mailboxes; without any, all that can be reached
    #[arg(value_name = "MAILBOX", value_parser = text::text)]
    #[arg(add = ArgValueCandidates::new(complete::mailboxes))]
    pub mailboxes: Vec<String>,

    /// Form of the file; without it, JSON into a FILE named *.json and with --output json, else TOML
    #[arg(long, value_name = "FORM", value_enum)]
    pub format: Option<Form>,

    /// Write it into FILE, which nobody else may read, instead of to standard output
    #[arg(long, value_name = "FILE", value_parser = text::path(), value_hint = FilePath)]
    pub out: Option<PathBuf>,
}

/// What a file of mailboxes is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// With what is left out as comments
    Toml,
    /// The same shape for programs
    Json,
}
