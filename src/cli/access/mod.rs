//! `sharemail access`.

mod copy;

pub use copy::AccessCopy;

use crate::cli::value::text;

/// List every shared mailbox and folder that a person reaches
///
/// Says through which entry each is reached: the person's own, a group's, anyone's. Without WHO
/// it answers for the login itself, which takes no administrator. Somebody whose name is copy is
/// written copy@.
#[derive(Clone, Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
#[command(after_help = "\
Examples:
  sharemail access alice
  sharemail access group:helpdesk
  sharemail access
  sharemail access alice --output csv
  sharemail access copy alice bob")]
pub struct Access {
    /// Person or group; without it, the login itself
    #[arg(value_name = "WHO", value_parser = text::text)]
    pub who: Option<String>,

    /// What to do; without it, list.
    #[command(subcommand)]
    pub command: Option<AccessCommand>,
}

/// What can be done besides listing.
#[allow(missing_docs)]
#[derive(Clone, Debug, clap::Subcommand)]
pub enum AccessCommand {
    Copy(AccessCopy),
}
