//! `sharemail plan`.

use super::options::files::{Files, LookUp};
use super::value::text;
use std::path::PathBuf;

/// Show what would make mailboxes what a file says of them
///
/// Reads the mailboxes that the files name and prints the difference, mailbox by mailbox. Nothing
/// is changed. Only what is named is managed: whoever stands in the file has exactly what it says,
/// on every folder of that mailbox; all others keep what they have, unless --prune is given.
#[derive(Clone, Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("source").required(true).args(["files"]))]
#[command(after_help = "\
Examples:
  sharemail plan -f access.toml
  sharemail plan -f mailboxes/ teams.toml --prune
  sharemail plan -f access.toml --out plan.json
  sharemail plan -f access.toml --detailed-exitcode --partition 3/8

A file:
  [mailbox.\"support@example.com\"]
  quota = \"5 GiB\"
  folders = [\"Archive\", \"Archive/2025\"]
  full-access = [\"alice\", \"group:helpdesk\"]
  write = [\"bob\", \"night-shift\"]
  send-as = [\"alice\"]

  [mailbox.\"support@example.com\".folder.\"Archive\"]
  read-only = [\"bob\"]
  rights = { dave = \"lrsw\" }
  none = [\"night-shift\"]

  [team]
  night-shift = [\"erin\", \"frank\"]")]
pub struct Plan {
    /// The files.
    #[command(flatten)]
    pub files: Files,

    /// Save the plan, for 'sharemail apply FILE'
    #[arg(long, value_name = "FILE", value_parser = text::path())]
    pub out: Option<PathBuf>,

    /// Ask the server for the people in the files, and warn of those whom it does not know: a login
    /// each
    #[arg(long, value_name = "WHO", value_enum, default_value = "none")]
    pub look_up: LookUp,

    /// Exit with 2 when something would change
    #[arg(long)]
    pub detailed_exitcode: bool,

    /// Plan even what changes very much at once
    ///
    /// More than 30 % of a mailbox's ten or more members, the last holder of the right to grant, or all that a
    /// mailbox has.
    #[arg(long)]
    pub force: bool,
}
