//! `sharemail outbox`.

use super::value::text;

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

/// File copies of messages that were sent
///
/// A message that lies in the Sent folder already, by its Message-ID, is not filed a second time.
/// An unknown one is only looked up there: found, it is settled; else it stays. Nothing is sent.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail outbox file
  sharemail outbox file 6560f2a1c0ffee00
  sharemail outbox file 6560f2a1c0ffee00 --delivered")]
pub struct OutboxFile {
    /// Which messages; without it, all of this profile
    #[arg(value_name = "ID", value_parser = text::text)]
    pub ids: Vec<String>,

    /// File an unknown message too: you have learned that it was delivered
    #[arg(long, requires = "ids")]
    pub delivered: bool,
}

/// Remove messages from the outbox
///
/// They are neither sent nor filed: their only copy is gone.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail outbox forget 6560f2a1c0ffee00")]
pub struct OutboxForget {
    /// Which messages
    #[arg(value_name = "ID", required = true, value_parser = text::text)]
    pub ids: Vec<String>,
}
