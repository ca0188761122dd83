//! `sharemail completions`, and the hidden `sharemail generate`.

use super::value::text;
use std::path::PathBuf;

/// Print the completion script of a shell
///
/// The script asks sharemail itself while you type, so that profiles and mailboxes are completed
/// too.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  source <(sharemail completions bash)                       # in ~/.bashrc
  source <(sharemail completions zsh)                        # in ~/.zshrc, after compinit
  sharemail completions fish > ~/.config/fish/completions/sharemail.fish
  sharemail completions powershell | Out-String | Invoke-Expression
  eval (sharemail completions elvish | slurp)")]
pub struct Completions {
    /// Which shell
    #[arg(value_name = "SHELL", value_enum)]
    pub shell: Shell,
}

/// A shell that can complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Shell {
    /// Bash
    Bash,
    /// Zsh
    Zsh,
    /// Fish
    Fish,
    /// PowerShell
    Powershell,
    /// Elvish
    Elvish,
}

/// Write the man pages and completion scripts into DIR/man and DIR/completions
#[derive(Clone, Debug, clap::Args)]
#[command(hide = true)]
pub struct Generate {
    /// Where to write
    #[arg(value_name = "DIR", value_parser = text::path(), value_hint = clap::ValueHint::DirPath)]
    pub dir: PathBuf,
}
