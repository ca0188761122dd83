//! From values that may be missing to a profile that is whole: defaults, and what must go
//! together.

use super::key::Section;
use super::origin::Origin;
use super::problem::{Problems, Wrong, quoted};
use super::reading::{ServerReading, read};
use super::server::{Audit, Impersonate, LogFile, Profile, SecretSource, Server};
use super::setting::Settings;
use super::value::is_loopback;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::login::{Mechanism, Tls};
use std::path::Path;
use std::time::Duration;

const CONNECTIONS: usize = 2;
/// The same where there is work in many folders of it.
const CONNECTIONS_OF_MAIL: usize = 4;
/// The same where each is another user's: most of the time goes into waiting for logins.
const CONNECTIONS_OF_MANY: usize = 16;
const TIMEOUT: Duration = Duration::from_secs(30);

/// The profile that `settings` describe, or everything that is wrong with them.
pub(super) fn complete(name: &str, settings: &Settings, home: Option<&Path>) -> Result<Profile> {
    let mut problems = Problems::default();
    let reading = read(settings, home, &mut problems);
    let mut whole = Whole {
        name,
        settings,
        problems: &mut problems,
    };
    let smtp = settings
        .has(Section::Smtp)
        .then(|| whole.beside(Section::Smtp, reading.smtp, &reading.imap));
    let scripts = ServerReading {
        host: reading
            .sieve
            .host
            .clone()
            .or_else(|| reading.imap.host.clone()),
        tls: reading.sieve.tls.or(Some(Tls::Starttls)),
        ..reading.sieve
    };
    let sieve = settings
        .has(Section::Sieve)
        .then(|| whole.beside(Section::Sieve, scripts, &reading.imap));
    let imap = whole.server(Section::Imap, reading.imap);
    whole.check_audit(&reading.audit);
    problems.into_result()?;
    let Some(imap) = imap else {
        let what = format!("profile {} has no IMAP server", quoted(name));
        return Err(Error::new(Exit::Config, what));
    };
    Ok(Profile {
        name: name.to_owned(),
        domain: reading.domain,
        identifier: reading.identifier,
        reach: reading.reach,
        mailboxes: reading.mailboxes.unwrap_or_default(),
        identity_check: reading.identity_check.unwrap_or_default(),
        sent_copy: reading.sent_copy.unwrap_or_default(),
        max_keywords: reading.max_keywords,
        forward_domains: reading.forward_domains.unwrap_or_default(),
        audit: reading.audit,
        levels: reading.levels,
        identities: reading.identities,
        accounts: reading.accounts,
        imap,
        smtp: smtp.flatten(),
        sieve: sieve.flatten(),
    })
}

struct Whole<'a> {
    name: &'a str,
    settings: &'a Settings,
    problems: &'a mut Problems,
}

impl Whole<'_> {
    /// A server beside that for IMAP: what it does not say about the login is as there, and so is the
    /// secret unless the user is another.
    fn beside(
        &mut self,
        section: Section,
        own: ServerReading,
        imap: &ServerReading,
    ) -> Option<Server> {
        let same_user = own.user.is_none();
        let source = imap.secret_source.clone().filter(|_| same_user);
        let reading = ServerReading {
            ca_file: own.ca_file.or_else(|| imap.ca_file.clone()),
            user: own.user.or_else(|| imap.user.clone()),
            mechanism: own.mechanism.or(imap.mechanism),
            impersonate: own.impersonate.or_else(|| imap.impersonate.clone()),
            timeout: own.timeout.or(imap.timeout),
            secret_source: own.secret_source.or(source),
            ..own
        };
        let mut server = self.server(section, reading)?;
        if let Some(host) = imap.host.as_ref().filter(|_| same_user) {
            server.keyring_account = account(&server.user, host);
        }
        Some(server)
    }

    fn server(&mut self, section: Section, reading: ServerReading) -> Option<Server> {
        let tls = reading.tls.unwrap_or(Tls::Implicit);
        let mechanism = reading.mechanism.unwrap_or(Mechanism::Plain);
        self.check_authzid(section, mechanism, reading.impersonate.as_ref());
        let host = self.need(section, "host", reading.host);
        let user = self.need(section, "user", reading.user);
        let (host, user) = (host?, user?);
        self.check_clear_text(section, tls, &host);
        let default_port = match section {
            Section::Smtp => tls.smtp_port(),
            Section::Sieve => Tls::SIEVE_PORT,
            _ => tls.imap_port(),
        };
        Some(Server {
            port: reading.port.unwrap_or(default_port),
            tls,
            ca_file: reading.ca_file,
            mechanism,
            impersonate: reading.impersonate,
            connections: reading.connections.unwrap_or(CONNECTIONS),
            connections_of_mail: reading.connections.unwrap_or(CONNECTIONS_OF_MAIL),
            connections_of_many: reading.connections.unwrap_or(CONNECTIONS_OF_MANY),
            timeout: reading.timeout.unwrap_or(TIMEOUT),
            secret_source: reading.secret_source.unwrap_or(SecretSource::Keyring),
            keyring_account: account(&user, &host),
            host,
            user,
        })
    }

    /// Says that a key is missing, unless its value was there and wrong.
    fn need<T>(&mut self, section: Section, name: &str, value: Option<T>) -> Option<T> {
        let lacks = self.settings.origin(section, name).is_none();
        if let Some(key) = section.key(name).filter(|_| value.is_none() && lacks) {
            let place = self.place(section);
            let what = format!("{key} is missing in profile {}", quoted(self.name));
            let hint = format!(
                "add {name} = \"…\" under {}, or set {}",
                section.head(self.name),
                key.variable()
            );
            self.problems.push(&place, Wrong::new(what).hint(hint));
        }
        value
    }

    fn place(&self, section: Section) -> Origin {
        let sections = &self.settings.sections;
        let place = sections.get(&section).or(sections.get(&Section::Profile));
        place
            .cloned()
            .unwrap_or_else(|| Origin::Environment("environment".into()))
    }

    fn check_clear_text(&mut self, section: Section, tls: Tls, host: &str) {
        if tls != Tls::None || is_loopback(host) {
            return;
        }
        let what = format!("tls = \"none\" would send the password to {host} in clear text");
        let hint = "use tls = \"implicit\" or \"starttls\"; \"none\" is for this machine alone";
        self.blame(section, "tls", Wrong::new(what).hint(hint));
    }

    /// Nobody makes changes that are logged nowhere.
    fn check_audit(&mut self, audit: &Audit) {
        if audit.file == LogFile::None && audit.syslog.is_none() {
            let what = "audit-file = \"none\" without audit-syslog would log no change anywhere";
            let hint = "add audit-syslog = true, or name a file that can be written";
            self.blame(Section::Profile, "audit-file", Wrong::new(what).hint(hint));
        }
    }

    /// Only PLAIN carries an authorisation identity (RFC 4616, section 2).
    fn check_authzid(&mut self, section: Section, mechanism: Mechanism, how: Option<&Impersonate>) {
        if how == Some(&Impersonate::Authzid) && mechanism != Mechanism::Plain {
            let what = "impersonate = \"authzid\" works with mechanism = \"plain\" only";
            let hint = "use \"plain\", or a login-name template such as \"{mailbox}*{admin}\"";
            self.blame(section, "impersonate", Wrong::new(what).hint(hint));
        }
    }

    fn blame(&mut self, section: Section, name: &str, wrong: Wrong) {
        let origin = self.settings.origin(section, name).cloned();
        let origin = origin.unwrap_or_else(|| self.place(section));
        self.problems.push(&origin, wrong);
    }
}

fn account(user: &str, host: &str) -> String {
    format!("{user}@{host}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::level::Level;
    use crate::profile::table::parse;

    fn profile(text: &str) -> Result<Profile> {
        let mut config = parse(Path::new("/etc/mail/c.toml"), text.into())?;
        let (name, settings) = config.profiles.pop_first().unwrap();
        complete(&name, &settings, Some(Path::new("/home/admin")))
    }

    fn error(text: &str) -> String {
        let error = profile(text).unwrap_err();
        let hint = error.advice().map(|hint| format!(" | {hint}"));
        format!("{}{}", error.what(), hint.unwrap_or_default())
    }

    const SHORT: &str = "[profile.p.imap]\nhost = \"imap.example.com\"\nuser = \"admin\"\n";

    #[test]
    fn the_whole_example_is_understood() {
        let text = r#"
            default-profile = "prod"
            [profile.prod]
            domain = "example.com"
            identifier = "local-part"
            reach = "impersonate"
            mailboxes = ["support@", "sales@"]
            [profile.prod.imap]
            host = "imap.example.com"
            port = 1993
            tls = "implicit"
            ca-file = "ca.pem"
            user = "admin"
            mechanism = "plain"
            impersonate = "{mailbox}*{admin}"
            password-file = "~/secret"
            connections = 4
            timeout = "500ms"
            [profile.prod.levels]
            read-only = "lr"
            [profile.prod.smtp]
            host = "smtp.example.com"
            tls = "starttls"
        "#;
        let profile = profile(text).unwrap();
        assert_eq!(profile.name, "prod");
        assert_eq!(profile.mailboxes, ["support@", "sales@"]);
        assert_eq!(
            profile.levels.defined(Level::ReadOnly).unwrap().to_string(),
            "lr"
        );
        let imap = &profile.imap;
        assert_eq!((imap.port, imap.connections), (1993, 4));
        assert_eq!(imap.connections_of_many, 4);
        assert_eq!(imap.timeout, Duration::from_millis(500));
        assert_eq!(imap.ca_file.as_deref(), Some(Path::new("/etc/mail/ca.pem")));
        let secret = SecretSource::File("/home/admin/secret".into());
        assert_eq!(imap.secret_source, secret);
        let smtp = profile.smtp.unwrap();
        assert_eq!((smtp.port, smtp.user.as_str()), (587, "admin"));
        assert_eq!(
            (smtp.secret_source, smtp.ca_file),
            (secret, imap.ca_file.clone())
        );
        assert_eq!(smtp.keyring_account, "admin@imap.example.com");
    }

    #[test]
    fn what_is_not_said_has_a_safe_default() {
        let imap = profile(SHORT).unwrap().imap;
        assert_eq!((imap.tls, imap.port), (Tls::Implicit, 993));
        assert_eq!(
            (imap.connections, imap.timeout),
            (2, Duration::from_secs(30))
        );
        assert_eq!(imap.mechanism, Mechanism::Plain);
        assert_eq!(imap.secret_source, SecretSource::Keyring);
    }

    #[test]
    fn another_user_for_sending_has_another_password() {
        let more = "password-file = \"x\"\n[profile.p.smtp]\nhost = \"s\"\nuser = \"other\"\n";
        let smtp = profile(&format!("{SHORT}{more}")).unwrap().smtp.unwrap();
        assert_eq!(smtp.secret_source, SecretSource::Keyring);
        assert_eq!(smtp.keyring_account, "other@s");
    }

    #[test]
    fn scripts_are_kept_where_the_mail_is_unless_it_says_otherwise() {
        let sieve = |more: &str| {
            let text = format!("{SHORT}password-file = \"x\"\n[profile.p.sieve]\n{more}");
            profile(&text).unwrap().sieve.unwrap()
        };
        let usual = sieve("timeout = \"5s\"\n");
        let imap = profile(SHORT).unwrap().imap;
        assert_eq!((usual.host, usual.port), (imap.host, 4190));
        assert_eq!((usual.tls, usual.user), (Tls::Starttls, imap.user));
        assert_eq!(
            usual.secret_source,
            SecretSource::File("/etc/mail/x".into())
        );
        let other = sieve("host = \"s\"\nport = 1\ntls = \"implicit\"\n");
        assert_eq!(
            (other.host.as_str(), other.port, other.tls),
            ("s", 1, Tls::Implicit)
        );
        assert!(profile(SHORT).unwrap().sieve.is_none());
    }

    #[test]
    fn what_is_missing_is_told_with_the_place_where_it_belongs() {
        let expected = "/etc/mail/c.toml:1:12: imap.user is missing in profile \"p\" \
             | add user = \"…\" under [profile.p.imap], or set SHAREMAIL_IMAP_USER";
        assert_eq!(error("[profile.p.imap]\nhost = \"x\"\n"), expected);
        let both = error("[profile.p]\n");
        assert!(both.contains("c.toml:1:10: imap.host is missing") && both.contains("imap.user"));
    }

    #[test]
    fn clear_text_is_refused_except_on_this_machine() {
        let expected = "/etc/mail/c.toml:4:1: tls = \"none\" would send the password to \
             imap.example.com in clear text | use tls = \"implicit\" or \"starttls\"; \"none\" is for \
             this machine alone";
        assert_eq!(error(&format!("{SHORT}tls = \"none\"\n")), expected);
        let local = "[profile.p.imap]\nhost = \"127.0.0.1\"\nuser = \"a\"\ntls = \"none\"\n";
        assert_eq!(profile(local).unwrap().imap.port, 143);
    }

    #[test]
    fn an_authorisation_identity_needs_plain() {
        let more = "mechanism = \"login\"\nimpersonate = \"authzid\"\n";
        assert!(error(&format!("{SHORT}{more}")).starts_with("/etc/mail/c.toml:5:1: impersonate"));
    }

    #[test]
    fn changes_are_logged_somewhere() {
        let audit = |text: &str| profile(&format!("[profile.p]\n{text}\n{SHORT}"));
        let audit = |text| audit(text).map(|profile| profile.audit);
        assert_eq!(audit("").unwrap(), Audit::default());
        let both = audit("audit-file = \"~/log\"\naudit-syslog = true\naudit-rotate = \"1MiB\"");
        let expected = Audit {
            file: LogFile::At("/home/admin/log".into()),
            syslog: Some("/dev/log".into()),
            rotate: Some(1 << 20),
        };
        assert_eq!(both.unwrap(), expected);
        let elsewhere = audit("audit-file = \"none\"\naudit-syslog = \"/run/log\"").unwrap();
        assert_eq!(elsewhere.file, LogFile::None);
        assert_eq!(elsewhere.syslog.as_deref(), Some(Path::new("/run/log")));
        for bad in [
            "audit-file = \"none\"",
            "audit-file = \"none\"\naudit-syslog = false",
            "audit-file = \"\"",
            "audit-file = false",
            "audit-syslog = \"yes\"",
            "audit-syslog = 1",
            "audit-rotate = \"1\"",
        ] {
            assert_eq!(audit(bad).unwrap_err().exit(), Exit::Config, "{bad}");
        }
    }

    #[test]
    fn debug_shows_no_command() {
        let more = "password-command = \"echo hunter2\"\n";
        let profile = profile(&format!("{SHORT}{more}")).unwrap();
        assert!(!format!("{profile:?}").contains("hunter2"));
    }
}
