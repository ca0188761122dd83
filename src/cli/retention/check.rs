//! `sharemail retention check`.

use crate::cli::options::shared::Target;

/// Find what stands in the way of keeping mail as long as it shall be kept
///
/// Who but the owner may take held mail away, by the t, e or x right; policies about folders that are gone; holds that
/// have ended; mail that came more than a year after it was written, as after a migration, so that its age counts from
/// then; dates that are yet to come. Looks at every folder, and exits with 2 where there is any of that.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail retention check support@
  sharemail retention check support@ -o json")]
pub struct RetentionCheck {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,
}
