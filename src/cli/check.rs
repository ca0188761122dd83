//! `sharemail check`.

use super::complete;
use super::options::files::{Files, LookUp};
use super::options::shared::Change;
use super::value::text;
use clap_complete::engine::ArgValueCandidates;

/// Find folders and entries that are not as they should be
///
/// Finds folders that never inherited what the mailbox grants, entries for people whom the server
/// does not know (where that can be found out), and negative or unusual entries; identity folders
/// that somebody could change or make who should not, and entries there that give no identity.
/// Exits with 2 when something was found, and with 3 when something could not be looked at: a
/// mailbox, or somebody whose login met no answer. She is not taken for unknown, and her entries stay.
///
/// With --fix, shows what it would mend and asks before it does; --yes answers for scripts. What
/// changes very much at once is refused (77) unless --force is given, as apply does, and a mailbox that
/// somebody changed meanwhile is left alone (75). What is left out of order is 2 with --dry-run too, with
/// or without --detailed-exitcode. --proof looks in sessions of the members whose entries were mended.
///
/// With -f, tells instead where mailboxes are not what a file says of them: quiet and 0 when all is
/// as it says, else the difference and 2. People to whom the file gives something and whom the
/// server does not know are told too, with 2, each time: that costs a short login for each person,
/// however many mailboxes name her; --look-up some or none is for a line that must cost less.
#[derive(Clone, Debug, clap::Args)]
// Without --fix nothing is changed, and none of these means anything.
#[command(mut_args(with_fix))]
#[command(after_help = "\
Examples:
  sharemail check
  sharemail check support@ sales@
  sharemail check support@ --fix --dry-run
  sharemail check support@ --fix
  sharemail check --fix --yes
  sharemail check -f access.toml")]
pub struct Check {
    /// Shared mailboxes; without any, all that can be reached
    #[arg(value_name = "MAILBOX", value_parser = text::text, conflicts_with = "files")]
    #[arg(add = ArgValueCandidates::new(complete::mailboxes))]
    pub mailboxes: Vec<String>,

    /// The files.
    #[command(flatten)]
    pub files: Files,

    /// With -f: of whom to ask the server whether it knows them, by a login each; everybody if not
    /// given
    #[arg(long, value_name = "WHO", value_enum, requires = "files")]
    pub look_up: Option<LookUp>,

    /// Mend what can be mended, after asking
    #[arg(long, conflicts_with = "files")]
    pub fix: bool,

    /// With --fix: do even what changes very much at once
    ///
    /// More than 30 % of a mailbox's ten or more members, the last holder of the right to grant, or all
    /// that a mailbox has.
    #[arg(long, requires = "fix")]
    pub force: bool,

    /// How to go about it.
    #[command(flatten)]
    pub change: Change,
}

fn with_fix(arg: clap::Arg) -> clap::Arg {
    match arg.get_id().as_str() {
        "dry_run" | "yes" | "proof" | "undo_file" => arg.requires("fix"),
        _ => arg,
    }
}
