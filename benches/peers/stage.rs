//! A server with a mailbox of 1,000 folders, and what is done with it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use super::provider::proxy::Proxy;
use super::provider::{Client, Kind, Provider};
use super::run::{said, script, timed};

/// INBOX is the thousandth.
const FOLDERS: usize = 1000;
const MAILBOX: &str = "support@example.test";
const MEMBERS: usize = 100;
/// What full access is on both servers.
const RIGHTS: &str = "lrswipkxtea";

/// A mailbox on a server, and the way to it.
pub struct Stage<'p> {
    provider: &'p Provider,
    proxy: Proxy,
}

impl<'p> Stage<'p> {
    /// Makes the folders, and a way with this delay in each direction.
    pub fn on(provider: &'p Provider, delay: Duration) -> Stage<'p> {
        let begin = Instant::now();
        provider.log_in_once(MAILBOX);
        provider.log_in_once("alice");
        let stage = Stage {
            provider,
            proxy: Proxy::tls(provider, delay, None),
        };
        let mut owner = Client::owner(provider, MAILBOX);
        for folder in stage.folders() {
            owner.create(&folder);
        }
        eprintln!(
            "{}: {FOLDERS} folders in {:.1?}",
            stage.what(),
            begin.elapsed()
        );
        stage
    }

    pub fn what(&self) -> &'static str {
        match self.provider.kind() {
            Kind::Dovecot => "Dovecot",
            Kind::Cyrus => "Cyrus",
        }
    }

    /// Takes every entry away, so that a grant finds all to be done.
    pub fn nobody_has_access(&self) {
        match self.provider.kind() {
            Kind::Dovecot => {
                for folder in self.maildirs() {
                    let _ = fs::remove_file(folder.join("dovecot-acl"));
                }
            }
            Kind::Cyrus => {
                let mut revoke = self.provider.sharemail();
                revoke.args(["revoke", "support@", "alice"]);
                said(revoke);
            }
        }
    }

    /// `grant --full-access` over so many connections.
    pub fn grant(&self, connections: usize) -> Duration {
        let mut grant = self.proxy.sharemail(self.provider);
        grant
            .env("SHAREMAIL_IMAP_CONNECTIONS", connections.to_string())
            .args(["grant", "support@", "alice", "--full-access"]);
        timed(grant)
    }

    pub fn show(&self) -> Duration {
        let mut show = self.proxy.sharemail(self.provider);
        show.args(["show", "support@"]);
        timed(show)
    }

    /// imaplib, one GETACL after the other: what by hand both a look and a repeated grant are.
    pub fn read_one_by_one(&self) -> Duration {
        let mut script = self.script("read_one_by_one.py");
        script.arg(self.pattern());
        timed(script)
    }

    /// The stream of SETACL alone, and with connect and login.
    pub fn bare_stream(&self) -> (Duration, Duration) {
        let mut script = self.script("bare_stream.py");
        let member = match self.provider.kind() {
            Kind::Dovecot => "alice@example.test",
            Kind::Cyrus => "alice",
        };
        script.args([self.pattern(), member, RIGHTS]);
        let said = said(script);
        let mut times = said
            .split_whitespace()
            .map(|word| Duration::from_secs_f64(word.parse().unwrap()));
        (times.next().unwrap(), times.next().unwrap())
    }

    /// Every folder with 100 members, written where Dovecot keeps them.
    pub fn crowded(&self) -> &Self {
        let entry = |n| format!("user=member{n:03}@example.test lrwstipekxa\n");
        let acl: String = (0..MEMBERS).map(entry).collect();
        for folder in self.maildirs() {
            fs::write(folder.join("dovecot-acl"), &acl).unwrap();
        }
        self
    }

    /// The most memory that `show --output json` takes, in KiB.
    pub fn peak_memory(&self) -> u64 {
        let show = self.provider.sharemail();
        let mut script = script("peak_memory.py");
        let set = show
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?)));
        script
            .envs(set)
            .arg(show.get_program())
            .args(["show", "support@", "--output", "json"]);
        said(script).trim().parse().unwrap()
    }

    fn script(&self, name: &str) -> Command {
        let user = match self.provider.kind() {
            Kind::Dovecot => format!("{MAILBOX}*{}", self.provider.admin()),
            Kind::Cyrus => self.provider.admin().to_owned(),
        };
        let mut script = script(name);
        script
            .args([self.provider.host(), &self.proxy.port().to_string()])
            .arg(self.provider.ca_path())
            .arg(user);
        script
    }

    fn pattern(&self) -> &'static str {
        match self.provider.kind() {
            Kind::Dovecot => "*",
            Kind::Cyrus => "user/support*",
        }
    }

    fn folders(&self) -> impl Iterator<Item = String> {
        let above = match self.provider.kind() {
            Kind::Dovecot => "",
            Kind::Cyrus => "user/support/",
        };
        (1..FOLDERS).map(move |n| format!("{above}Customer-{n:04}"))
    }

    /// Where Dovecot keeps the folders.
    fn maildirs(&self) -> impl Iterator<Item = PathBuf> {
        let inbox = self
            .provider
            .dir()
            .join("server/mail")
            .join(MAILBOX)
            .join("Maildir");
        let folders = self.folders().map({
            let inbox = inbox.clone();
            move |folder| inbox.join(format!(".{folder}"))
        });
        std::iter::once(inbox).chain(folders)
    }
}
