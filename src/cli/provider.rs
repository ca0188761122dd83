//! Options that stand in for keys of the profile.

use super::{duration, text};
use crate::model::login::{Mechanism, Tls};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use std::path::PathBuf;
use std::time::Duration;

/// Overrides of the profile: each beats the environment, which beats the file.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Provider options (they override the profile)")]
pub struct Provider {
    /// Domain that completes names: support@ and alice become …@DOMAIN
    #[arg(long, global = true, hide_short_help = true, value_name = "DOMAIN", value_parser = text::text)]
    pub domain: Option<String>,

    /// IMAP server
    #[arg(long, global = true, hide_short_help = true, value_name = "HOST", value_parser = text::text)]
    pub host: Option<String>,

    /// Its port; without it 993, or 143 for STARTTLS
    #[arg(long, global = true, hide_short_help = true, value_name = "PORT")]
    #[arg(value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,

    /// How the connection is protected
    #[arg(long, global = true, hide_short_help = true, value_name = "HOW", value_parser = tls())]
    pub tls: Option<Tls>,

    /// Certificates to trust instead of the system's, in PEM
    #[arg(long, global = true, hide_short_help = true, value_name = "FILE", value_parser = text::path())]
    #[arg(value_hint = clap::ValueHint::FilePath)]
    pub ca_file: Option<PathBuf>,

    /// Login name of the administrator
    #[arg(long, global = true, hide_short_help = true, value_name = "USER", value_parser = text::text)]
    pub user: Option<String>,

    /// How the login is proved
    #[arg(long, global = true, hide_short_help = true, value_name = "NAME", value_parser = mechanism())]
    pub mechanism: Option<Mechanism>,

    /// How the administrator gets at a shared mailbox; without it, found out
    #[arg(
        long,
        global = true,
        hide_short_help = true,
        value_name = "HOW",
        value_enum
    )]
    pub reach: Option<Reach>,

    /// How to log in as a mailbox: a template such as '{mailbox}*{admin}', or 'authzid'
    #[arg(long, global = true, hide_short_help = true, value_name = "TEMPLATE", value_parser = text::text)]
    pub impersonate: Option<String>,

    /// How entries spell people; without it, found out
    #[arg(
        long,
        global = true,
        hide_short_help = true,
        value_name = "FORM",
        value_enum
    )]
    pub identifier: Option<Spelling>,

    /// Connections to use at once, at most
    #[arg(long, global = true, hide_short_help = true, value_name = "N")]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=64))]
    pub connections: Option<u16>,

    /// How long to wait for the server each time: 30s, 2m, 500ms
    #[arg(long, global = true, hide_short_help = true, value_name = "TIME", value_parser = duration::parse)]
    pub timeout: Option<Duration>,

    /// Read the password (or token) from the first line of stdin
    ///
    /// SHAREMAIL_PASSWORD does the same for programs that cannot write to stdin. There is no
    /// option for the password itself, because everybody on a machine can read its command lines.
    #[arg(long, global = true, hide_short_help = true)]
    pub password_stdin: bool,
}

/// How the administrator gets at a shared mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Reach {
    /// In a session of its own as its owner
    Impersonate,
    /// In the administrator's own session, through a namespace
    Namespace,
}

/// How entries of an access control list spell people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Spelling {
    /// alice@example.com
    Address,
    /// alice
    LocalPart,
}

fn tls() -> impl TypedValueParser<Value = Tls> {
    PossibleValuesParser::new([
        PossibleValue::new("implicit").help("TLS from the first byte"),
        PossibleValue::new("starttls").help("Upgraded before the login, never in clear text"),
        PossibleValue::new("none").help("No protection: refused unless the host is loopback"),
    ])
    .map(|name| match name.as_str() {
        "starttls" => Tls::Starttls,
        "none" => Tls::None,
        _ => Tls::Implicit,
    })
}

fn mechanism() -> impl TypedValueParser<Value = Mechanism> {
    PossibleValuesParser::new(["plain", "login", "xoauth2", "oauthbearer"]).map(|name| {
        match name.as_str() {
            "login" => Mechanism::Login,
            "xoauth2" => Mechanism::Xoauth2,
            "oauthbearer" => Mechanism::Oauthbearer,
            _ => Mechanism::Plain,
        }
    })
}
