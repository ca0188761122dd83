//! `sharemail can-send`.

use super::options::shared;
use super::value::text;

/// Ask whether somebody may send as a mailbox, without sending
///
/// Says what the grants allow, and then asks the SMTP server of the profile: MAIL FROM, RCPT TO,
/// RSET. It asks for the mailbox, for the person's own address, and for a sender that nobody owns,
/// which a server that checks senders refuses. Without WHO it asks as the profile's SMTP user; with
/// WHO as WHO, where the provider lets the administrator act as others for SMTP, too. What a server
/// only says at the end of a message cannot be found out so.
///
/// Exits with 0 when she may send and the server enforces it, with 77 when she may not and the
/// server refuses her, with 2 when grants and server disagree or the server does not check, with
/// 75 when the server said to come back later, and with 1 when it refused for another reason.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail can-send support@ alice
  sharemail can-send support@
  sharemail can-send support@ alice --to postmaster@example.com")]
pub struct CanSend {
    /// The mailbox.
    #[command(flatten)]
    pub target: shared::Target,

    /// Person; without it, the SMTP user of the profile
    #[arg(value_name = "WHO", value_parser = text::text)]
    pub who: Option<String>,

    /// Expect a table that gives whoever sends on behalf the mailbox's envelope sender
    ///
    /// As made by 'identities --format postfix --with-on-behalf'.
    #[arg(long)]
    pub with_on_behalf: bool,

    /// Recipient to name to the server; without it, the mailbox itself
    #[arg(long, value_name = "ADDRESS", value_parser = text::text)]
    pub to: Option<String>,
}
