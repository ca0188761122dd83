//! Options that stand in for keys of the profile.

use crate::cli::value::text;
use clap::builder::{PossibleValue, PossibleValuesParser};

/// Overrides of the profile: each beats the environment, which beats the file.
///
/// Values stay text here, so that one place, the profile's, says what a value may be, wherever it
/// was given.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Provider options")]
pub struct Provider {
    /// Domain that completes names: support@ and alice become …@DOMAIN
    #[arg(long, value_name = "DOMAIN", value_parser = text::text)]
    #[arg(global = true, hide_short_help = true)]
    pub domain: Option<String>,

    /// IMAP server: HOST, HOST:PORT, [ADDRESS]:PORT or imaps://HOST
    #[arg(long, value_name = "HOST", value_parser = text::text)]
    #[arg(global = true, hide_short_help = true)]
    pub host: Option<String>,

    /// Its port; without it 993, or 143 for STARTTLS
    #[arg(long, value_name = "PORT", value_parser = text::text)]
    #[arg(global = true, hide_short_help = true)]
    pub port: Option<String>,

    /// How the connection is protected
    #[arg(long, value_name = "HOW", value_parser = tls())]
    #[arg(global = true, hide_short_help = true)]
    pub tls: Option<String>,

    /// Certificates to trust instead of the system's, in PEM
    #[arg(long, value_name = "FILE", value_parser = text::text)]
    #[arg(global = true, hide_short_help = true, value_hint = clap::ValueHint::FilePath)]
    pub ca_file: Option<String>,

    /// Login name of the administrator
    #[arg(long, value_name = "USER", value_parser = text::text)]
    #[arg(global = true, hide_short_help = true)]
    pub user: Option<String>,

    /// How the login is proved; with xoauth2 and oauthbearer the password is a token
    #[arg(long, value_name = "NAME", value_parser = ["plain", "login", "xoauth2", "oauthbearer"])]
    #[arg(global = true, hide_short_help = true)]
    pub mechanism: Option<String>,

    /// How the administrator gets at a shared mailbox; without it, found out
    #[arg(long, value_name = "HOW", value_parser = reach())]
    #[arg(global = true, hide_short_help = true)]
    pub reach: Option<String>,

    /// How to log in as a mailbox: a template such as '{mailbox}*{admin}', or 'authzid'
    #[arg(long, value_name = "TEMPLATE", value_parser = text::text)]
    #[arg(global = true, hide_short_help = true)]
    pub impersonate: Option<String>,

    /// How access control entries spell people; without it, found out
    #[arg(long, value_name = "FORM", value_parser = identifier())]
    #[arg(global = true, hide_short_help = true)]
    pub identifier: Option<String>,

    /// Connections to use at once, at most
    #[arg(long, value_name = "N", value_parser = text::text)]
    #[arg(global = true, hide_short_help = true)]
    pub connections: Option<String>,

    /// How long to wait for the server each time: 30s, 2m, 500ms
    #[arg(long, value_name = "TIME", value_parser = text::text)]
    #[arg(global = true, hide_short_help = true)]
    pub timeout: Option<String>,

    /// Read the password (or token) from the first line of stdin
    ///
    /// SHAREMAIL_PASSWORD does the same for callers that cannot write to stdin. There is no option
    /// that holds the password itself, because everybody on a machine can read its command lines.
    #[arg(long, global = true, hide_short_help = true)]
    pub password_stdin: bool,
}

/// A key of the profile given by an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Override<'a> {
    /// The option, for messages: `--host`.
    pub flag: &'static str,
    /// The key as a path below the profile: `imap.host`.
    pub key: &'static str,
    /// What was typed.
    pub value: &'a str,
}

impl Provider {
    /// The keys that options give.
    pub fn overrides(&self) -> Vec<Override<'_>> {
        given([
            ("--domain", "domain", &self.domain),
            ("--host", "imap.host", &self.host),
            ("--port", "imap.port", &self.port),
            ("--tls", "imap.tls", &self.tls),
            ("--ca-file", "imap.ca-file", &self.ca_file),
            ("--user", "imap.user", &self.user),
            ("--mechanism", "imap.mechanism", &self.mechanism),
            ("--reach", "reach", &self.reach),
            ("--impersonate", "imap.impersonate", &self.impersonate),
            ("--identifier", "identifier", &self.identifier),
            ("--connections", "imap.connections", &self.connections),
            ("--timeout", "imap.timeout", &self.timeout),
        ])
    }
}

/// The options that were typed, of all that there are.
pub(in crate::cli) fn given<'a>(
    options: impl IntoIterator<Item = (&'static str, &'static str, &'a Option<String>)>,
) -> Vec<Override<'a>> {
    let typed = |(flag, key, value): (_, _, &'a Option<String>)| {
        value.as_deref().map(|value| Override { flag, key, value })
    };
    options.into_iter().filter_map(typed).collect()
}

fn tls() -> PossibleValuesParser {
    PossibleValuesParser::new([
        PossibleValue::new("implicit").help("TLS from the first byte"),
        PossibleValue::new("starttls").help("Upgraded before the login, never in clear text"),
        PossibleValue::new("none").help("No protection: refused unless the host is loopback"),
    ])
}

fn reach() -> PossibleValuesParser {
    PossibleValuesParser::new([
        PossibleValue::new("impersonate").help("In a session of its own, as its owner"),
        PossibleValue::new("namespace").help("In the administrator's own session"),
    ])
}

fn identifier() -> PossibleValuesParser {
    PossibleValuesParser::new([
        PossibleValue::new("address").help("alice@example.com"),
        PossibleValue::new("local-part").help("alice"),
    ])
}
