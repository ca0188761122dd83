//! `sharemail send`.

use super::options::shared::Target;
use super::value::text;
use clap::ValueHint::FilePath;
use std::path::PathBuf;

/// Send mail from a shared mailbox
///
/// The sender is the profile's SMTP user, or with --user NAME another person, whom the profile's
/// user then has to be allowed to impersonate. Whoever holds Send As on the mailbox sends as it;
/// else whoever holds Send on Behalf sends on its behalf; nobody else sends anything. The text is
/// read from standard input unless an option gives it.
///
/// The message is filed in the mailbox's Sent folder, with Bcc, for everybody to see. It is kept in
/// an outbox on this machine from before it is handed over until it is filed: see
/// sharemail-outbox(1). Nothing is ever sent twice.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sharemail send support@ --to robin@example.com --subject 'Your ticket' < answer.txt
  sharemail send support@ --to robin@example.com --subject Report --attach report.pdf < note.txt
  sharemail send support@ --reply 4711 --quote < answer.txt
  sharemail send support@ --each people.csv --to '{email}' --subject 'Dear {name}' < text.txt
  sharemail send support@ --to robin@example.com --bcc log@example.com --subject Hello --dry-run
  sharemail send support@ --user alice --on-behalf --to robin@example.com --subject Hi < hi.txt
  sharemail send support@ --to robin@example.com --subject Hi --header 'X-Ticket: 7' < hi.txt
  sharemail send support@ --raw message.eml")]
pub struct Send {
    /// Which mailbox.
    #[command(flatten)]
    pub target: Target,

    /// To whom; an option may be repeated, and hold several addresses
    #[arg(long, value_name = "ADDRESS", value_parser = text::line)]
    #[arg(required_unless_present_any = ["cc", "bcc", "raw", "reply"])]
    pub to: Vec<String>,

    /// Who gets a copy
    #[arg(long, value_name = "ADDRESS", value_parser = text::line)]
    pub cc: Vec<String>,

    /// Who gets a copy without the others knowing
    #[arg(long, value_name = "ADDRESS", value_parser = text::line)]
    pub bcc: Vec<String>,

    /// What it is about
    #[arg(long, short, value_name = "TEXT", value_parser = text::line)]
    #[arg(required_unless_present_any = ["raw", "reply"], conflicts_with = "raw")]
    pub subject: Option<String>,

    /// To whom answers go, if not to the mailbox
    #[arg(hide_short_help = true)]
    #[arg(long, value_name = "ADDRESS", value_parser = text::line, conflicts_with = "raw")]
    pub reply_to: Vec<String>,

    /// What people read as the sender's name
    #[arg(long, value_name = "NAME", value_parser = text::line, hide_short_help = true)]
    pub from_name: Option<String>,

    /// What it says, instead of standard input
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["body_file", "raw"])]
    pub body: Option<String>,

    /// The file with what it says; - is standard input
    #[arg(long, value_name = "FILE", value_parser = text::path(), value_hint = FilePath)]
    #[arg(conflicts_with = "raw")]
    pub body_file: Option<PathBuf>,

    /// The file with the same in HTML
    ///
    /// Standard input is then read only with --body-file -.
    #[arg(long, value_name = "FILE", value_parser = text::path(), value_hint = FilePath)]
    #[arg(conflicts_with = "raw")]
    pub html: Option<PathBuf>,

    /// A file that goes with it; may be repeated
    #[arg(long, value_name = "FILE", value_parser = text::path(), value_hint = FilePath)]
    #[arg(conflicts_with = "raw")]
    pub attach: Vec<PathBuf>,

    /// Another header field, such as 'X-Ticket: 7'; may be repeated
    #[arg(hide_short_help = true)]
    #[arg(long, value_name = "FIELD", value_parser = text::line, conflicts_with = "raw")]
    pub header: Vec<String>,

    /// A finished message instead; - is standard input
    ///
    /// Only its From and Sender are set. It goes to its To, Cc and Bcc, or to whom --to, --cc and
    /// --bcc name. Where its first Resent-From names the mailbox, it is sent on (RFC 5322): it stays
    /// its author's, Resent-From and Resent-Sender are set, and it goes to Resent-To, Resent-Cc and
    /// Resent-Bcc.
    #[arg(long, value_name = "FILE", value_parser = text::path(), value_hint = FilePath)]
    pub raw: Option<PathBuf>,

    /// Answer this message of the mailbox: its UID or its Message-ID
    ///
    /// The answer goes to whom Reply-To names, else to the author, unless --to says otherwise; its
    /// subject is that of the message, unless --subject says otherwise. The message is read as the
    /// sender sees it and marked as answered once the answer is sent. Where it cannot be marked,
    /// the run ends with 3.
    #[arg(long, value_name = "UID|MESSAGE-ID", value_parser = text::text)]
    #[arg(conflicts_with_all = ["raw", "each"])]
    pub reply: Option<String>,

    /// The folder of the message that is answered
    #[arg(long, value_name = "FOLDER", value_parser = text::text)]
    #[arg(requires = "reply", default_value = "INBOX")]
    pub folder: String,

    /// Answer everybody who got it, but the mailbox and the sender
    #[arg(long, requires = "reply")]
    pub all: bool,

    /// Answer no more people than this whom the message names
    #[arg(long, value_name = "NUMBER", requires = "reply", default_value_t = 50)]
    #[arg(hide_short_help = true)]
    pub at_most: usize,

    /// Put the text of the message below one's own
    ///
    /// With --html, below the same in HTML too.
    #[arg(long, requires = "reply")]
    pub quote: bool,

    /// Send a message for each row of a CSV file, with {COLUMN} filled in
    ///
    /// The file, or standard input where it is -, has a line of column names, and commas, semicolons
    /// or tabs between values. {COLUMN} may stand in the
    /// addresses, --subject, --from-name, the text, the HTML (where values are escaped) and the
    /// values of --header; {{ and }} are braces. Where {COLUMN} is all of an address, its value may
    /// be a list of addresses. Everything is checked before the first message goes.
    #[arg(long, value_name = "FILE", value_parser = text::path(), value_hint = FilePath)]
    #[arg(conflicts_with = "raw")]
    pub each: Option<PathBuf>,

    /// With --each: go on where an earlier run stopped
    ///
    /// A run, that is, with this file and text. Rows that were sent are left out. So are rows of which nobody knows whether they were sent:
    /// they are told. A run that came to its end is known for 30 days, and says so.
    #[arg(long, requires = "each", conflicts_with_all = ["dry_run", "restart"])]
    pub resume: bool,

    /// With --each: send to all rows again, although an earlier run has sent to some, or to all within
    /// a day
    #[arg(
        hide_short_help = true,
        long,
        requires = "each",
        conflicts_with = "dry_run"
    )]
    pub restart: bool,

    /// Ask for reports: success, failure, delay (with commas between), or never
    ///
    /// Reports go to the envelope's sender: to the mailbox from whoever sends as it, to the person
    /// from whoever sends on its behalf. They name the message by its Message-ID, and hold its
    /// header alone. Without this option servers report failures; with it they report nothing that
    /// is not asked for. A server that takes no such wishes (no DSN) gets the message without them,
    /// and a warning says so.
    #[arg(long, value_name = "WHEN", value_parser = text::text, hide_short_help = true)]
    pub dsn: Option<String>,

    /// Send as the mailbox, or not at all
    #[arg(long = "as", conflicts_with = "on_behalf")]
    pub send_as: bool,

    /// Send on behalf of the mailbox, or not at all
    #[arg(long)]
    pub on_behalf: bool,

    /// File no copy
    #[arg(long)]
    pub no_save: bool,

    /// Print the message and its envelope, and send nothing
    #[arg(long, short = 'n')]
    pub dry_run: bool,
}
