//! `sharemail mail`: the messages of a shared mailbox.

mod archive;
mod clean;
mod export;
mod list;
mod show;
mod usage;

pub use archive::{MailArchive, Only};
pub use clean::MailClean;
pub use export::MailExport;
pub use list::{MailList, Order};
pub use show::MailShow;
pub use usage::MailUsage;

use clap::Subcommand;

/// List, show, export, archive and clean mail; tell its storage
///
/// Messages are meant by ID, folder, sender, recipient, subject, text, day, size, state and label; all that
/// is said must hold. The server narrows, and what it finds is judged again, so that every server means the
/// same. Nothing is marked as read.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail mail list support@ --folder INBOX --unanswered --before 7d
  sharemail mail list support@ --from '*@billing.example.com' --count
  sharemail mail show support@ 'CAF3xyz...'
  sharemail mail export support@ --into mbox support.mbox
  sharemail mail archive support@ --before 1y --to-folder 'Archive/{year}'
  sharemail mail usage support@")]
pub struct Mail {
    /// What to do with them.
    #[command(subcommand)]
    pub command: MailCommand,
}

/// The verbs of `sharemail mail`.
#[allow(missing_docs)]
#[derive(Clone, Debug, Subcommand)]
pub enum MailCommand {
    List(Box<MailList>),
    Show(MailShow),
    Export(Box<MailExport>),
    Archive(Box<MailArchive>),
    Clean(MailClean),
    Usage(Box<MailUsage>),
}
