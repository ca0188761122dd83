//! `sharemail mail show`.

use crate::cli::options::shared::{Scope, Target};
use crate::cli::value::query::{self, Id};

/// Print one message as text, with the names of the files that go with it
///
/// Every charset is read, HTML as the text that it says, and nothing of it reaches the terminal but letters.
/// The message is not marked as read. Where copies of it lie in several folders, the first one is printed
/// and the others are named.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail mail show support@ 'CAF3xyz...'
  sharemail mail show support@ '<left@right>' --folder Archive
  sharemail mail show support@ 812 --folder INBOX -o json")]
pub struct MailShow {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,

    /// Which message: '<left@right>' by Message-ID or abcd... by its beginning, or a UID with --folder
    #[arg(value_name = "ID", value_parser = query::id)]
    pub id: Id,

    /// Where it is looked for.
    #[command(flatten)]
    pub scope: Scope,
}
