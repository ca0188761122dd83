//! From the address to the administrator's session, and what the server says that it can do.

use super::Examination;
use crate::error::Error;
use crate::imap::{Capabilities, Kind, OpenError, Session, Welcome};
use crate::model::login::{Mechanism, Tls};
use crate::profile::Server;
use crate::reach::Provider;
use crate::report::doctor::{Finding, Section};

impl Examination {
    pub(super) fn connection(&mut self, provider: &Provider) -> Option<Welcome> {
        let server = &provider.profile().imap;
        match provider.welcome() {
            Ok(welcome) => {
                self.note(reached(Section::Connection, server));
                self.note(protection(Section::Connection, server));
                let greeting = format!("\"{}\"", welcome.greeting);
                self.note(Finding::works(Section::Connection, "greeting", greeting));
                let offered = offered(&welcome.capabilities);
                self.note(mechanisms(Section::Connection, server.mechanism, &offered));
                Some(welcome)
            }
            Err(failure) => {
                self.unreached(Section::Connection, server, &failure);
                self.fails(failure.error);
                None
            }
        }
    }

    /// Tells how far the way went.
    pub(super) fn unreached(&mut self, section: Section, server: &Server, failure: &OpenError) {
        let subject = match failure.kind {
            Kind::Tls | Kind::Certificate => {
                self.note(reached(section, server));
                "tls"
            }
            Kind::Temporary | Kind::Protocol => {
                self.note(reached(section, server));
                "greeting"
            }
            _ => "server",
        };
        self.note(failed(section, subject, &failure.error));
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
}

pub(super) fn reached(section: Section, server: &Server) -> Finding {
    let says = format!("{} answers on port {}", server.host, server.port);
    let address = format!("{}:{}", server.host, server.port);
    Finding::works(section, "server", says).value(address)
}

pub(super) fn protection(section: Section, server: &Server) -> Finding {
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
            let finding = Finding::warning(section, "tls", says).value("none");
            return finding.change("tls = \"implicit\" or \"starttls\" where the server has it");
        }
    };
    Finding::works(section, "tls", says).value(value)
}

/// The LOGIN command needs no SASL.
fn offered(capabilities: &Capabilities) -> Vec<String> {
    let names = capabilities.values("AUTH=").map(str::to_lowercase);
    let mut names: Vec<String> = names.collect();
    if !capabilities.has("LOGINDISABLED") && !names.iter().any(|n| n == "login") {
        names.push("login".to_owned());
    }
    names
}

/// Whether the mechanism of the profile is among the names, in lower case, that are offered.
pub(super) fn mechanisms(section: Section, chosen: Mechanism, names: &[String]) -> Finding {
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
        Finding::works(section, "mechanisms", says)
    } else {
        let says = format!("offered: {list}; the profile asks for {wanted}");
        let finding = Finding::fails(section, "mechanisms", says);
        match names.first() {
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

/// An error as a finding, with its hint as what to change.
pub(super) fn failed(section: Section, subject: &str, error: &Error) -> Finding {
    let finding = Finding::fails(section, subject, error.what());
    match error.advice() {
        Some(advice) => finding.change(advice),
        None => finding,
    }
}

pub(super) fn name(mechanism: Mechanism) -> &'static str {
    match mechanism {
        Mechanism::Plain => "plain",
        Mechanism::Login => "login",
        Mechanism::Xoauth2 => "xoauth2",
        Mechanism::Oauthbearer => "oauthbearer",
    }
}
