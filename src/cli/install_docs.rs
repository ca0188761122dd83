//! `sharemail install-docs`.

use super::value::text;
use std::path::PathBuf;

/// Install the man pages, and the completions of bash, zsh and fish
///
/// The program carries them, so that a program alone, as `cargo install` leaves it, has its manual too.
/// Without --prefix they go where your own programs have theirs: below $XDG_DATA_HOME, or ~/.local/share.
/// What is there of an earlier version is replaced. Says what was written, and what a shell or man needs to
/// be told to find it.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail install-docs
  sharemail install-docs --dry-run              # where they would go
  sudo sharemail install-docs --prefix /usr/local
  sharemail install-docs --man ~/man --no-completions

For PowerShell and elvish see 'sharemail help completions'.")]
pub struct InstallDocs {
    /// Below DIR/share, for everybody: /usr/local
    #[arg(long, value_name = "DIR", value_parser = text::path(), value_hint = clap::ValueHint::DirPath)]
    pub prefix: Option<PathBuf>,

    /// The man pages into DIR/man1, DIR/man5 and DIR/man7
    #[arg(long, value_name = "DIR", value_parser = text::path(), value_hint = clap::ValueHint::DirPath)]
    pub man: Option<PathBuf>,

    /// Not the man pages
    #[arg(long, conflicts_with_all = ["man", "no_completions"])]
    pub no_man: bool,

    /// Not the completions
    #[arg(long)]
    pub no_completions: bool,

    /// Tell where they would go, and write nothing
    #[arg(long, short = 'n')]
    pub dry_run: bool,
}
