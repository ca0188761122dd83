//! `sharemail retention show`.

use crate::cli::options::shared::Target;

/// Show how long mail is kept, folder by folder, and what is kept for which case
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail retention show support@
  sharemail retention show support@ -o json")]
pub struct RetentionShow {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,
}
