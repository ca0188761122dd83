//! `sharemail access`.

use super::text;

/// List every shared mailbox and folder that a person reaches
///
/// Says through which entry each is reached: the person's own, a group's, anyone's. Without WHO
/// it answers for the login itself, which takes no administrator.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail access alice
  sharemail access group:helpdesk
  sharemail access
  sharemail access alice --output csv")]
pub struct Access {
    /// Person or group; without it, the login itself
    #[arg(value_name = "WHO", value_parser = text::text)]
    pub who: Option<String>,
}
