//! The six set-ups: which server runs, and how it spells people and folders.

use crate::provider::client::utf7;
use crate::provider::{Client, Cyrus, Dovecot, Kind, PASSWORD, Provider};

/// The domain of the profile.
const DOMAIN: &str = "example.test";

/// Which server, and how it is set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setup {
    /// Dovecot, reached by impersonation.
    Dovecot,
    /// Dovecot that drops the domain of every login (`auth_username_format = %Ln`): its mailboxes and
    /// identifiers are bare.
    DovecotBare,
    /// Cyrus with a default domain: its mailboxes and identifiers are bare.
    CyrusDefault,
    /// Cyrus without domains, folders are `user.team.Sent`.
    CyrusDots,
    /// Cyrus with full virtual domains, two of which are in use.
    CyrusTwo,
    /// Cyrus without domains, folders are `user/team/Sent`.
    CyrusSlash,
}

impl Setup {
    /// A server of this kind.
    pub fn start(self) -> Provider {
        let options: &[&str] = match self {
            Setup::Dovecot => return Dovecot::quick(&["--keep-processes"]),
            Setup::DovecotBare => {
                return Dovecot::quick(&["--keep-processes", "--username-format", "%Ln"]);
            }
            Setup::CyrusDefault => &[],
            Setup::CyrusDots => &["--netnews", "--no-domains", "--allow-moves"],
            Setup::CyrusTwo => &["--virtdomains"],
            Setup::CyrusSlash => &["--no-domains", "--allow-moves"],
        };
        Cyrus::quick(&[&["--empty", "--delete-at-once"], options].concat())
    }

    /// How the list of pending cells calls it.
    pub fn name(self) -> &'static str {
        match self {
            Setup::Dovecot => "dovecot",
            Setup::DovecotBare => "dovecot-bare",
            Setup::CyrusDefault => "cyrus-default",
            Setup::CyrusDots => "cyrus-dots",
            Setup::CyrusTwo => "cyrus-two",
            Setup::CyrusSlash => "cyrus-slash",
        }
    }

    /// Whether it is a Cyrus.
    pub fn is_cyrus(self) -> bool {
        !self.is_dovecot()
    }

    /// Whether it is a Dovecot, whose accounts nobody makes or takes away over IMAP.
    pub fn is_dovecot(self) -> bool {
        matches!(self, Setup::Dovecot | Setup::DovecotBare)
    }

    /// What the server calls the account of this address.
    pub fn account(self, address: &str) -> &str {
        match self {
            Setup::DovecotBare => local(address),
            _ => address,
        }
    }

    /// All rights that the server knows, in alphabetical order.
    pub fn all(self) -> &'static str {
        match self {
            Setup::Dovecot | Setup::DovecotBare => "aeiklprstwx",
            _ => "aeiklnprstwx",
        }
    }

    /// What stands between a folder and those below it.
    pub fn separator(self) -> &'static str {
        match self {
            Setup::CyrusDots => ".",
            _ => "/",
        }
    }

    /// The people and mailboxes of its world, by logical name: those of another domain carry it.
    pub fn everybody(self) -> Vec<&'static str> {
        let mut all = vec!["team", "info", "alice", "bob", "carol", "dave"];
        if self.is_dovecot() {
            // An account that is no shared mailbox yet.
            all.push("crew");
        }
        if self == Setup::CyrusTwo {
            all.extend(["team@other.test", "bob@other.test"]);
        }
        all
    }

    /// How people log in.
    pub fn login(self, address: &str) -> String {
        match self {
            Setup::CyrusDots | Setup::CyrusSlash => local(address).to_owned(),
            _ => address.to_owned(),
        }
    }

    /// How entries spell them.
    pub fn identifier(self, address: &str) -> String {
        match self {
            Setup::Dovecot | Setup::CyrusTwo => address.to_owned(),
            Setup::DovecotBare => local(address).to_owned(),
            _ => address
                .strip_suffix("@example.test")
                .unwrap_or(address)
                .to_owned(),
        }
    }

    /// A session that may read and change the entries of a mailbox.
    pub fn owner(self, server: &Provider, address: &str) -> Client {
        match server.kind() {
            Kind::Dovecot => Client::impersonate(server, address),
            _ => Client::admin(server),
        }
    }

    /// A session of somebody's own.
    pub fn member(self, server: &Provider, address: &str) -> Client {
        Client::login(server, &self.login(address), PASSWORD)
    }

    /// A folder's name for [`Setup::owner`], as on the wire.
    pub fn owned(self, address: &str, folder: &str) -> String {
        let path = self.path(folder);
        if self.is_dovecot() {
            return path;
        }
        let separator = self.separator();
        let root = format!("user{separator}{}", local(address));
        let name = match folder {
            "INBOX" => root,
            _ => format!("{root}{separator}{path}"),
        };
        match self {
            Setup::CyrusTwo => format!("{name}@{}", domain(address)),
            _ => name,
        }
    }

    /// A folder's name for a member, as on the wire.
    pub fn seen(self, address: &str, folder: &str) -> String {
        let separator = self.separator();
        let root = match self {
            Setup::Dovecot | Setup::DovecotBare => format!("shared/{}", self.account(address)),
            _ => format!("Other Users{separator}{}", local(address)),
        };
        match folder {
            "INBOX" => root,
            _ => format!("{root}{separator}{}", self.path(folder)),
        }
    }

    /// A folder's name for the mailbox's own login, as on the wire.
    pub fn path(self, folder: &str) -> String {
        utf7(&folder.replace('/', self.separator()))
    }

    /// The mailbox and the folder behind a name of the administrator's on Cyrus; a mailbox of
    /// the profile's domain without it.
    pub fn placed(self, wire: &str) -> (String, String) {
        let separator = self.separator();
        let Some(rest) = wire.strip_prefix(&format!("user{separator}")) else {
            return (wire.to_owned(), "INBOX".to_owned());
        };
        // Without domains an `@` is a letter like others.
        let (rest, at) = match rest.rsplit_once('@') {
            Some((rest, at)) if matches!(self, Setup::CyrusDefault | Setup::CyrusTwo) => {
                (rest, Some(at))
            }
            _ => (rest, None),
        };
        let (name, folder) = rest.split_once(separator).unwrap_or((rest, ""));
        let name = match at {
            None if self == Setup::CyrusTwo => format!("{name}@"),
            None => name.to_owned(),
            Some(DOMAIN) if self == Setup::CyrusTwo => name.to_owned(),
            Some(other) => format!("{name}@{other}"),
        };
        let folder = match folder {
            "" => "INBOX".to_owned(),
            folder => folder.replace(separator, "/"),
        };
        (name, folder)
    }
}

/// What stands before the `@`.
pub fn local(address: &str) -> &str {
    address.split('@').next().unwrap_or(address)
}

fn domain(address: &str) -> &str {
    address.split_once('@').map_or(DOMAIN, |(_, domain)| domain)
}
