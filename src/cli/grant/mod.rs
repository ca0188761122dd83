//! `sharemail grant`: the main job.

mod identity;
mod level;

pub use identity::IdentityOptions;
pub use level::{LevelChoice, LevelOptions};

use crate::cli::options::shared::{Change, Members, Scope, Target};
use crate::cli::value::text;
use clap::ArgGroup;
use clap::ValueHint::FilePath;
use std::path::PathBuf;

/// Give people or groups access to a shared mailbox
///
/// Sets the rights of each WHO on every folder of the mailbox, or on the folders that --folder
/// names with those below them. What WHO held there before is replaced by the level asked for.
///
/// Afterwards the folders are read again in a new session and compared with the plan; where the
/// member can be impersonated, the effect is proved as the member. A grant that the server stored
/// but that gives the member nothing, because the server knows no such user, is undone and
/// reported.
///
/// Permission to send is apart from the levels: --send-as and --send-on-behalf give it, --write on
/// the whole mailbox includes Send on Behalf. It is kept as an entry (lp, or l on a server without
/// p) on two folders of the mailbox, Identities/Send As and Identities/Send on Behalf, which the
/// profile may name otherwise. No level reaches those folders: only the owner and the administrator
/// can give an identity, full access cannot. They are made before anybody is given a right and
/// emptied of what they inherited; one on which, or above which, anybody else holds more than lp is
/// not believed, and check --fix mends it. This rests on the server: Cyrus lets whoever holds k make
/// folders, so that they must be there first; Dovecot refuses members new folders beside INBOX,
/// but not in a public namespace, and with acl_defaults_from_inbox it protects nothing, which is
/// told. What finally decides who may send
/// is the SMTP server.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail grant support@ alice --full-access
  sharemail grant support@ bob carol --read-only --subscribe
  sharemail grant support@ group:helpdesk --write
  sharemail grant support@ alice --write --folder Archive/2025 --no-recurse
  sharemail grant support@ alice --full-access --send-as
  sharemail grant support@ alice --rights lrswi
  sharemail grant support@ alice --level editor    # as the profile defines it
  sharemail grant support@ carol --send-on-behalf
  sharemail grant support@ alice --full-access --dry-run
  sharemail grant support@ id:-bob --read-only
  sharemail grant --csv grants.csv --yes --output csv > result.csv")]
#[command(override_usage = USAGE)]
#[command(group = ArgGroup::new("given").required(true).multiple(true).args(GIVEN))]
pub struct Grant {
    /// Which mailbox; absent with a sheet.
    #[command(flatten)]
    pub target: Option<Target>,
    /// Who; absent with a sheet.
    #[command(flatten)]
    pub members: Option<Members>,
    /// What they may do.
    #[command(flatten)]
    pub level: LevelOptions,
    /// What they may send.
    #[command(flatten)]
    pub identities: IdentityOptions,
    /// Which folders.
    #[command(flatten)]
    pub scope: Scope,

    /// Grant what the rows of a CSV file say; - is standard input
    ///
    /// The first row names the columns: mailbox and who, and at least one of level (read-only, write,
    /// full-access or one of the profile's own), rights (letters), send-as and send-on-behalf (yes, no). With folders, a row is
    /// about those with the folders below them, unless recurse says no; | stands between several,
    /// and is written || in a name. A row about a folder counts there in place of one about the
    /// mailbox. A column comment is kept. Commas, semicolons or tabs separate the cells.
    ///
    /// Everything wrong in the file is told first, and then nothing is sent. Without --yes it shows what
    /// each row would do, and asks. A row that fails does not stop the rest. With --output csv the same rows are written, with the columns result, proof and
    /// why: that file can be run again.
    #[arg(long, value_name = "FILE", value_parser = text::path(), value_hint = FilePath)]
    #[arg(conflicts_with_all = IN_ROWS)]
    pub csv: Option<PathBuf>,

    /// Subscribe the members to the folders: their mail programs show them
    ///
    /// Works where the members can be impersonated; a subscription is the member's own.
    #[arg(long)]
    pub subscribe: bool,

    /// Keep a grant that gives the member nothing (yet); with --csv, change even very much of a mailbox at
    /// once
    #[arg(long)]
    pub force: bool,

    /// Whether to change anything.
    #[command(flatten)]
    pub change: Change,
}

/// Without it, a sheet would look like one more level.
const USAGE: &str = "\
sharemail grant [OPTIONS] <--read-only|--write|--full-access|--level <LEVEL>|--rights <RIGHTS>\
|--send-as|--send-on-behalf> <MAILBOX> <WHO>...
       sharemail grant [OPTIONS] --csv <FILE>";

/// What a grant can be about: one of these there must be.
const GIVEN: [&str; 8] = [
    "read_only",
    "write",
    "full_access",
    "level",
    "rights",
    "send_as",
    "send_on_behalf",
    "csv",
];

/// What the rows of a sheet say in place of the command line.
const IN_ROWS: [&str; 12] = [
    "mailbox",
    "who",
    "read_only",
    "write",
    "full_access",
    "level",
    "rights",
    "send_as",
    "send_on_behalf",
    "no_send",
    "folders",
    "no_recurse",
];
