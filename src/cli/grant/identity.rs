//! What a grant lets its members send.

/// Permissions to send: apart from the levels, but that write includes Send on Behalf.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub struct IdentityOptions {
    /// May send as the mailbox: the recipient sees only its address
    #[arg(long)]
    pub send_as: bool,

    /// May send on the mailbox's behalf: From: the mailbox, Sender: the person
    #[arg(long)]
    pub send_on_behalf: bool,

    /// With --write, which includes Send on Behalf: give no right to send
    #[arg(long, conflicts_with_all = ["send_as", "send_on_behalf"])]
    pub no_send: bool,
}
