//! A complete profile: everything that a connection needs to know, checked.

use super::accounts::Accounts;
use super::key::Section;
use super::template::LoginTemplate;
use crate::model::identity::IdentityFolders;
use crate::model::level::Levels;
use crate::model::login::{Mechanism, ReachKind, SentCopy, Side, Spelling, Tls};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// A provider and how to log in to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its name in the file, or [`Profile::ENVIRONMENT`].
    pub name: String,
    /// What follows the `@` where an address is given without it.
    pub domain: Option<String>,
    /// How ACL entries spell people; found out where absent.
    pub identifier: Option<Spelling>,
    /// How shared mailboxes are reached; found out where absent.
    pub reach: Option<ReachKind>,
    /// The shared mailboxes that there are, as IMAP cannot list accounts.
    pub mailboxes: Vec<String>,
    /// Who says whether somebody may send: the identity folders, or the SMTP server alone.
    pub identity_check: Side,
    /// Who files the copy of what was sent: sharemail by APPEND, or the SMTP server by itself.
    pub sent_copy: SentCopy,
    /// How many different keywords a folder keeps, where that is known; of a Maildir, which cannot be told from
    /// outside, it is assumed.
    pub max_keywords: Option<usize>,
    /// The domains to which rules may forward mail, in small letters and A-labels (RFC 5890); none where it is empty.
    pub forward_domains: Vec<String>,
    /// What the levels mean where this profile says so, and the levels that it has of its own.
    pub levels: Levels,
    /// Where changes are logged.
    pub audit: Audit,
    /// The folders of each mailbox that keep who may send as it and on its behalf.
    pub identities: IdentityFolders,
    /// The programs that make, rename, remove and list accounts.
    pub accounts: Accounts,
    /// Where mail is read and shared.
    pub imap: Server,
    /// Where mail is submitted.
    pub smtp: Option<Server>,
    /// Where the scripts are kept by which mail is filtered (ManageSieve, RFC 5804).
    pub sieve: Option<Server>,
}

impl Profile {
    /// The head of one of its tables, as the file writes it.
    pub fn head(&self, section: Section) -> String {
        section.head(&self.name)
    }

    /// The name of a profile that comes from the environment alone.
    pub const ENVIRONMENT: &str = "environment";
}

/// Where every change is logged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// In which file.
    pub file: LogFile,
    /// Over which socket of the system's log; nowhere where absent. Given where there is no file.
    pub syslog: Option<PathBuf>,
    /// From how many bytes on a new file is begun; never where absent.
    pub rotate: Option<u64>,
}

/// The file that changes are logged in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LogFile {
    /// `audit.jsonl` among what outlives a run.
    #[default]
    Usual,
    /// This one.
    At(PathBuf),
    /// No file: the system's log alone.
    None,
}

impl LogFile {
    /// How a profile says that there is no file.
    pub(super) const NONE: &str = "none";
}

/// One server and the login to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// A host name or an IP address without brackets.
    pub host: String,
    /// The TCP port, never 0.
    pub port: u16,
    /// How the connection is protected; [`Tls::None`] only where `host` is loopback.
    pub tls: Tls,
    /// PEM certificates to trust; the system's where absent.
    pub ca_file: Option<PathBuf>,
    /// The login name of the administrator.
    pub user: String,
    /// How the login proves who it is.
    pub mechanism: Mechanism,
    /// How a session is opened as somebody else.
    pub impersonate: Option<Impersonate>,
    /// How many connections may be open at once for one mailbox, 1 to 32.
    pub connections: usize,
    /// The same where messages in many of its folders are meant.
    pub connections_of_mail: usize,
    /// How many may be open at once where each is another mailbox's or person's, 1 to 32: servers
    /// limit the connections of a user.
    pub connections_of_many: usize,
    /// How long a single answer may take.
    pub timeout: Duration,
    /// Where the password or token comes from when no one gave it to this run.
    pub secret_source: SecretSource,
    /// The account name in the system keyring: `user@host`.
    pub keyring_account: String,
}

/// How a session is opened as the owner of a shared mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Impersonate {
    /// The SASL authorisation identity names the owner (RFC 4616, section 2).
    Authzid,
    /// The login name names both, as with Dovecot's master users.
    Template(LoginTemplate),
}

/// Where a secret is kept.
#[derive(Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// In a file that only its owner can read.
    File(PathBuf),
    /// On the standard output of a shell command.
    Command(String),
    /// In the system's keyring.
    Keyring,
}

impl fmt::Display for Impersonate {
    /// As the profile spells it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Impersonate::Authzid => f.write_str("authzid"),
            Impersonate::Template(template) => template.fmt(f),
        }
    }
}

impl fmt::Debug for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SecretSource::File(path) => f.debug_tuple("File").field(path).finish(),
            // People do write `echo hunter2` there.
            SecretSource::Command(_) => f.write_str("Command(…)"),
            SecretSource::Keyring => f.write_str("Keyring"),
        }
    }
}
