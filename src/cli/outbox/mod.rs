//! `sharemail outbox`.

mod file;
mod forget;

pub use file::OutboxFile;
pub use forget::OutboxForget;

/// Show messages whose sending or filing did not come to its end
///
/// A message stays in the outbox where the copy could not be filed ("not filed"), where the
/// connection was lost before the server said whether it has the message ("unknown"), or where
/// sharemail was stopped before it handed the message over ("not sent"). It lies in sharemail/outbox
/// in $XDG_STATE_HOME. Nothing here sends anything.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail outbox
  sharemail outbox file
  sharemail outbox --output json")]
pub struct Outbox {
    /// What to do; without it, list.
    #[command(subcommand)]
    pub command: Option<OutboxCommand>,
}

/// What can be done with them.
#[allow(missing_docs)]
#[derive(Clone, Debug, clap::Subcommand)]
pub enum OutboxCommand {
    File(OutboxFile),
    Forget(OutboxForget),
}
