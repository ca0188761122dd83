//! `sharemail access copy`.

use crate::cli::complete;
use crate::cli::options::shared::Change;
use crate::cli::value::text;
use clap_complete::engine::ArgValueCandidates;

/// Give somebody what a colleague has
///
/// On every shared mailbox that can be reached, or those that --mailbox names, TO gets on each folder
/// the rights that FROM has there by entries of their own, and their permission to send. What TO has
/// already stays. The effect is proved as TO, where that can be.
///
/// What FROM has through a group is not copied, because that is a matter of being in the group. Where
/// TO is a group or everybody, it asks first.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail access copy alice bob --dry-run
  sharemail access copy alice bob
  sharemail access copy alice bob --mailbox support@ --mailbox sales@")]
pub struct AccessCopy {
    /// Who has it: person or group
    #[arg(value_name = "FROM", value_parser = text::text)]
    pub from: String,

    /// Who shall have it too
    #[arg(value_name = "TO", value_parser = text::text)]
    pub to: String,

    /// Only this shared mailbox; may be repeated
    #[arg(long = "mailbox", value_name = "MAILBOX", value_parser = text::text)]
    #[arg(add = ArgValueCandidates::new(complete::mailboxes))]
    pub mailboxes: Vec<String>,

    /// Whether to change anything.
    #[command(flatten)]
    pub change: Change,
}
