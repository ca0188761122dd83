//! From the address to the administrator's session, and what the server says that it can do.

use super::Examination;
use crate::error::Error;
use crate::imap::{Capabilities, Kind, Namespace, OpenError, Session, Welcome};
use crate::model::folder::WireName;
use crate::model::login::{Mechanism, Tls};
use crate::profile::Server;
use crate::reach::Provider;
use crate::report::doctor::{Finding, Section};

impl Examination {
    pub(super) fn connection(&mut self, provider: &Provider) -> Option<Welcome> {
        let server = &provider.profile().imap;
        match provider.welcome() {
            Ok(welcome) => {
                self.note(reached(server));
                self.note(protection(server));
                let greeting = format!("\"{}\"", welcome.greeting);
                self.note(Finding::works(Section::Connection, "greeting", greeting));
                self.note(mechanisms(server.mechanism, &welcome.capabilities));
                Some(welcome)
            }
            Err(failure) => {
                self.unreached(server, failure);
                None
            }
        }
    }

    /// Tells how far the way went.
    fn unreached(&mut self, server: &Server, failure: OpenError) {
        let subject = match failure.kind {
            Kind::Tls => {
                self.note(reached(server));
                "tls"
            }
            Kind::Temporary | Kind::Protocol => {
                self.note(reached(server));
                "greeting"
            }
            _ => "server",
        };
        self.note(failed(Section::Connection, subject, &failure.error));
        self.fails(failure.error);
    }

    pub(super) fn login(&mut self, welcome: &Welcome, provider: &Provider) -> Option<Session> {
        let server = &provider.profile().imap;
        match provider.administrator() {
            Ok(session) => {
                let mechanism = name(server.mechanism);
                let says = format!("as {}, with mechanism {mechanism}", server.user);
                let login = Finding::works(Section::Login, "login", says);
                self.note(login.value(&server.user));
                self.note(software(&session, welcome));
                Some(session)
            }
            Err(error) => {
                self.note(failed(Section::Login, "login", &error));
                self.fails(error);
                None
            }
        }
    }

    pub(super) fn capabilities(&mut self, session: &Session) {
        let offered = session.capabilities();
        for (names, good, lacking) in CAPABILITIES {
            let first = names[0];
            let found = names.iter().any(|name| offered.has(name));
            let finding = match (found, first) {
                (true, _) => Finding::works(Section::Capabilities, first, *good).value("yes"),
                (false, "ACL") => {
                    let server = "choose a server with RFC 4314, or load its extension \
                                  (Dovecot: mail_plugins = acl, and imap_acl for protocol imap)";
                    let finding = Finding::fails(Section::Capabilities, first, *lacking);
                    finding.value("no").change(server)
                }
                (false, _) => Finding::fact(Section::Capabilities, first, *lacking).value("no"),
            };
            self.note(finding);
        }
    }

    pub(super) fn namespaces(&mut self, session: &mut Session) {
        let told = match session.namespaces() {
            Ok(told) => told,
            Err(error) => {
                let finding = failed(Section::Namespaces, "namespaces", &error);
                return self.note(finding);
            }
        };
        let kinds = [
            ("own", "one's own folders", &told.personal),
            (
                "other users",
                "the mailboxes of other users",
                &told.other_users,
            ),
            ("shared", "folders that belong to nobody", &told.shared),
        ];
        for (subject, meaning, namespaces) in kinds {
            let finding = if namespaces.is_empty() {
                let says = format!("none: {meaning} are not in this session");
                Finding::fact(Section::Namespaces, subject, says)
            } else {
                let places: Vec<String> = namespaces.iter().map(place).collect();
                let places = places.join(", ");
                let says = format!("{meaning} are {places}");
                Finding::works(Section::Namespaces, subject, says).value(places)
            };
            self.note(finding);
        }
    }
}

/// Each capability that changes what sharemail does: what is won by it, what is lost without.
/// The first name is the one shown; any of them will do.
type Capability = (&'static [&'static str], &'static str, &'static str);
const CAPABILITIES: &[Capability] = &[
    (
        &["ACL"],
        "access control lists: what sharemail is about",
        "no access control lists",
    ),
    (
        &["NAMESPACE", "IMAP4REV2"],
        "says where the mailboxes of others are",
        "where the mailboxes of others are has to be found by listing",
    ),
    (
        &["LIST-EXTENDED", "IMAP4REV2"],
        "folders come with what is asked about them",
        "each kind of fact about a folder takes a question of its own",
    ),
    (
        &["LIST-STATUS", "IMAP4REV2"],
        "message counts come with the list of folders",
        "message counts take a question for each folder, sent together",
    ),
    (
        &["LIST-MYRIGHTS"],
        "one's own rights come with the list of folders",
        "one's own rights take a question for each folder, sent together",
    ),
    (
        &["LITERAL+", "LITERAL-"],
        "long names need no extra round trip",
        "long names take one more round trip",
    ),
    (
        &["ID"],
        "the server says what it is",
        "what the server is has to be guessed",
    ),
    (
        &["QUOTA"],
        "storage and its limits can be read",
        "storage cannot be read",
    ),
    (
        &["SPECIAL-USE", "IMAP4REV2"],
        "Sent, Drafts and Trash can be told by their purpose",
        "Sent, Drafts and Trash are told by their names alone",
    ),
    (
        &["CREATE-SPECIAL-USE"],
        "a new folder can be given its purpose",
        "a new folder cannot be given its purpose",
    ),
    (
        &["METADATA", "METADATA-SERVER"],
        "folders can carry annotations",
        "folders carry no annotations",
    ),
];

fn reached(server: &Server) -> Finding {
    let says = format!("{} answers on port {}", server.host, server.port);
    let address = format!("{}:{}", server.host, server.port);
    Finding::works(Section::Connection, "server", says).value(address)
}

fn protection(server: &Server) -> Finding {
    let trusted = match &server.ca_file {
        Some(path) => format!("the authorities in {}", path.display()),
        None => "the system's authorities".to_owned(),
    };
    let checked = format!("certificate and host name checked with {trusted}; TLS 1.2 or newer");
    let (value, says) = match server.tls {
        Tls::Implicit => (
            "implicit",
            format!("protected from the first byte; {checked}"),
        ),
        Tls::Starttls => (
            "starttls",
            format!("protected by STARTTLS before the login; {checked}"),
        ),
        Tls::None => {
            let says = "not protected: allowed on this machine alone";
            let finding = Finding::warning(Section::Connection, "tls", says).value("none");
            return finding.change("tls = \"implicit\" or \"starttls\" where the server has it");
        }
    };
    Finding::works(Section::Connection, "tls", says).value(value)
}

fn mechanisms(chosen: Mechanism, offered: &Capabilities) -> Finding {
    let mut names: Vec<String> = offered.values("AUTH=").map(str::to_lowercase).collect();
    let by_sasl = names.clone();
    if !offered.has("LOGINDISABLED") && !names.iter().any(|n| n == "login") {
        names.push("login".to_owned());
    }
    let list = if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    };
    let wanted = name(chosen);
    // PLAIN falls back on LOGIN, which says the same thing.
    let usable = names.iter().any(|n| n == wanted)
        || chosen == Mechanism::Plain && names.iter().any(|n| n == "login");
    let finding = if usable {
        let says = format!("offered: {list}; the profile uses {wanted}");
        Finding::works(Section::Connection, "mechanisms", says)
    } else {
        let says = format!("offered: {list}; the profile asks for {wanted}");
        let finding = Finding::fails(Section::Connection, "mechanisms", says);
        match by_sasl.first() {
            Some(_) => finding.change(format!("mechanism = one of {list}")),
            None => finding.change("use TLS: the server takes no password without it"),
        }
    };
    finding.value(names.join(","))
}

fn software(session: &Session, welcome: &Welcome) -> Finding {
    let identity = session.identity();
    match &identity.name {
        Some(name) => {
            let version = identity.version.as_deref().unwrap_or_default();
            let says = format!("{name} {version}").trim_end().to_owned();
            Finding::works(Section::Login, "software", &says).value(says)
        }
        None => {
            let says = format!(
                "the server does not name itself (ID); by its greeting and capabilities it is treated as {}",
                family(session)
            );
            Finding::fact(Section::Login, "software", says).value(&welcome.greeting)
        }
    }
}

fn family(session: &Session) -> &'static str {
    use crate::model::dialect::Family;
    match session.server_family() {
        Family::Dovecot => "Dovecot",
        Family::Cyrus => "Cyrus",
        Family::Courier => "Courier",
        Family::Other => "a server that is not known",
    }
}

fn place(namespace: &Namespace) -> String {
    let prefix = WireName::from_wire(namespace.prefix.clone()).to_unicode();
    let place = if prefix.is_empty() {
        "at the top".to_owned()
    } else {
        format!("below \"{prefix}\"")
    };
    match namespace.separator {
        Some(separator) => format!("{place} (separator {separator})"),
        None => format!("{place} (one level)"),
    }
}

/// An error as a finding, with its hint as what to change.
pub(super) fn failed(section: Section, subject: &str, error: &Error) -> Finding {
    let finding = Finding::fails(section, subject, error.what());
    match error.advice() {
        Some(advice) => finding.change(advice),
        None => finding,
    }
}

fn name(mechanism: Mechanism) -> &'static str {
    match mechanism {
        Mechanism::Plain => "plain",
        Mechanism::Login => "login",
        Mechanism::Xoauth2 => "xoauth2",
        Mechanism::Oauthbearer => "oauthbearer",
    }
}
