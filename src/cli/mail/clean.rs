//! `sharemail mail clean`.

use crate::cli::options::shared::{Change, Target};
use crate::model::retention::Age;

/// Clear out the trash, junk, drafts, spare copies or empty folders
///
/// Each is asked for by name. --trash, --junk and --drafts delete what is older for good, which has no way back, and
/// ask first. In the trash and in junk age counts from the day on which mail came there (SAVEDATE; without it, from the
/// first run that saw it there), so that what was thrown away an hour ago stays however old it is; a draft counts from
/// the later one of its dates. What is held stays, and is told. --duplicates moves spare copies into the trash: of
/// messages of one folder that say the same, the one with an answer, a flag or a label stays.
///
/// --empty-folders deletes folders without messages, and asks first. Each is put aside under another name, looked at
/// again there, and deleted if it is empty still; what came meanwhile stays, with its folder. What mail programs, rules,
/// retention or filters use stays, and what is shared otherwise than the mailbox; each is told with the reason.
///
/// --dry-run tells how many go of each folder, how large they are, and how old the oldest is. --proof is refused (64)
/// unless it is none.
#[derive(Clone, Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("what").required(true).multiple(true).args(["trash", "junk", "drafts", "duplicates", "empty_folders"]))]
#[command(after_help = "\
Examples:
  sharemail mail clean support@ --trash 30d --junk 30d --dry-run
  sharemail mail clean support@ --drafts 90d
  sharemail mail clean support@ --duplicates
  sharemail mail clean support@ --empty-folders --dry-run")]
pub struct MailClean {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,

    /// What has lain in the trash for so long: 30d, 4w, 1y
    #[arg(long, value_name = "AGE")]
    pub trash: Option<Age>,

    /// What has lain in junk for so long
    #[arg(long, value_name = "AGE")]
    pub junk: Option<Age>,

    /// Drafts that are so old
    #[arg(long, value_name = "AGE")]
    pub drafts: Option<Age>,

    /// Spare copies, into the trash
    #[arg(long, conflicts_with_all = ["trash", "junk", "drafts"])]
    pub duplicates: bool,

    /// Folders without messages
    #[arg(long, conflicts_with_all = ["trash", "junk", "drafts", "duplicates"])]
    pub empty_folders: bool,

    /// Whether to change anything.
    #[command(flatten)]
    pub change: Change,
}
