//! `sharemail outbox file`.

use crate::cli::value::text;

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
