//! `sharemail retention set`.

use crate::cli::options::shared::{Change, Target};
use crate::cli::value::text;
use crate::model::retention::Age;
use crate::model::template::Template;

/// Say how long mail of a folder is kept, and what happens then
///
/// Age counts from the day on which a message came or, where that is later, was written; a date that is yet to
/// come does not count. In the trash and in junk it counts from the day on which the message came there.
///
/// delete is for good: only what lies in the trash, in junk or in the archive, there for --grace at least (14 days in
/// the archive), unless --at-once is given. --only finished looks at whole conversations, in all folders but Trash and
/// Junk: answered, not flagged, not held, and the last message is as old. Nothing happens to mail before a run that says so. What was said of the
/// folder before is replaced; --none takes it away.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail retention set support@ Trash --after 30d --then delete
  sharemail retention set support@ INBOX --after 1y --then archive \\
      --to 'Archive/{year}' --only answered
  sharemail retention set support@ Archive --after 10y --then delete
  sharemail retention set support@ INBOX --none")]
pub struct RetentionSet {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,

    /// Folder whose mail is meant; those below it are others
    #[arg(value_name = "FOLDER", value_parser = text::text)]
    pub folder: String,

    /// For how long mail stays there: 30d, 4w or 10y
    #[arg(long, value_name = "AGE", required_unless_present = "none")]
    pub after: Option<Age>,

    /// What happens to it then
    #[arg(
        long,
        value_name = "WHAT",
        value_enum,
        required_unless_present = "none"
    )]
    pub then: Option<Then>,

    /// Folder of the archive; {year} is the year of each message
    #[arg(long, value_name = "FOLDER", required_if_eq("then", "archive"))]
    pub to: Option<Template>,

    /// Only what was answered, or what is of a finished conversation
    #[arg(long, value_name = "WHICH", value_enum)]
    pub only: Option<Only>,

    /// How long it lies in the trash or the archive before it goes for good
    #[arg(long, value_name = "AGE", conflicts_with = "at_once")]
    pub grace: Option<Age>,

    /// Let it go for good from wherever it lies
    #[arg(long)]
    pub at_once: bool,

    /// Say nothing of the folder any more
    #[arg(long, conflicts_with_all = ["after", "then", "to", "only", "grace", "at_once"])]
    pub none: bool,

    /// Whether to change anything.
    #[command(flatten)]
    pub change: Change,
}

/// What happens to mail that is old enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Then {
    /// It goes into another folder
    Archive,
    /// It goes into the trash
    Trash,
    /// It goes for good
    Delete,
}

/// Which mail goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Only {
    /// What was answered, and is not flagged
    Answered,
    /// What is of a conversation for which nobody waits, and of which the last message is old enough
    Finished,
}
