//! `sharemail mail list`.

use crate::cli::options::selection::Selection;
use crate::cli::options::shared::Target;

/// List messages: when they arrived, who wrote them, about what, with which labels, where they lie
///
/// Without any condition all messages of the mailbox. The newest stand first. The ID in the last column can be
/// given back to any command that takes an ID, as it stands there with its three dots; it is a Message-ID cut
/// short, and goes on meaning the message when it is moved. A message without one is named by its UID
/// and its folder. Nothing is marked as read.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail mail list support@ --folder INBOX --unanswered --before 7d
  sharemail mail list support@ --from '*@billing.example.com' --count
  sharemail mail list support@ --larger 5MiB --sort size --limit 20
  sharemail mail list support@ --text 'order 4711' --since 2026-01-01
  sharemail mail list support@ --label urgent -o json")]
pub struct MailList {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,

    /// Which messages.
    #[command(flatten)]
    pub selection: Selection,

    /// Only say how many there are, folder by folder
    #[arg(long)]
    pub count: bool,

    /// In which order: newest or largest first, or by the alphabet
    #[arg(long, value_enum, value_name = "ORDER", default_value_t = Order::Arrived)]
    pub sort: Order,

    /// The other way round
    #[arg(long)]
    pub reverse: bool,

    /// At most so many, the first in that order
    #[arg(long, value_name = "NUMBER")]
    pub limit: Option<usize>,
}

/// In which order messages are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Order {
    /// The newest first
    Arrived,
    /// By sender
    From,
    /// By subject
    Subject,
    /// The largest first
    Size,
    /// By folder, and as they came into it
    Folder,
}
