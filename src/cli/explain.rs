//! `sharemail explain`.

use super::options::shared::Target;
use super::value::text;

/// Tell why a person can or cannot reach a shared mailbox
///
/// Goes by what the server says and not by what the entries suggest: each entry that counts (the
/// person's own, groups, anyone, negative ones), the rights that result per folder, the path
/// under which the person sees the mailbox, whether a parent hides it, whether the person is
/// subscribed. Where something is missing it names the command that mends it.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail explain support@ alice
  sharemail explain support@ alice --folder Archive/2025
  sharemail explain support@ group:helpdesk")]
pub struct Explain {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,

    /// Person or group: alice, alice@example.com, group:helpdesk, anyone, or id:NAME
    #[arg(value_name = "WHO", value_parser = text::text)]
    pub who: String,

    /// Only this folder
    #[arg(long, value_name = "FOLDER", value_parser = text::text)]
    pub folder: Option<String>,
}
