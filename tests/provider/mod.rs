//! Throwaway real servers: start, stop, the profile to reach them.
//!
//! `Dovecot::start()`, `Cyrus::start()` and `Courier::start()` give a server of one's own in a folder
//! of its own, gone when the value is dropped or the test process dies; `Dovecot::running()` and its
//! siblings share one between all tests, where each test works with users of its own
//! ([`Provider::fresh`]).
//! `Postfix` is a Dovecot that takes and delivers mail as well. The servers themselves are the
//! scripts beside this file, which people can start by hand.
//!
//! [`client`] looks at a server without any code of sharemail, [`smtp`] writes through one and
//! [`mail`] is what has arrived, [`mailbox`] is a shared mailbox of a test's own with its names from
//! either side, [`run`] starts sharemail, [`terminal`] with somebody
//! at a keyboard, [`fake`] plays servers that no real one would be, [`toy`]
//! and [`fake_smtp`] good ones that turn bad where a test says so, [`odd`] some that are odd from the start, [`proxy`] stands between and
//! delays or cuts.
#![allow(
    dead_code,
    unused_imports,
    reason = "tests come and go, the tools stay"
)]

pub mod authority;
pub mod client;
pub mod command;
pub mod fake;
pub mod fake_smtp;
pub mod folder;
pub mod mail;
pub mod mailbox;
pub mod odd;
pub mod postfix;
pub mod proxy;
pub mod quota;
pub mod run;
pub mod sieve;
pub mod smtp;
pub mod terminal;
pub mod toy;

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

pub use client::Client;
pub use fake_smtp::{Act, FakeSmtp, Step};
pub use mail::Mail;
pub use mailbox::{Mailbox, on_both};
pub use run::Ran;
pub use smtp::SmtpClient;
pub use toy::Toy;

/// The password of every user, and of the administrator.
pub const PASSWORD: &str = "password";

/// The second domain of a server that has two (`--second-domain`). The first, and the one of the
/// profile, is example.test.
pub const OTHER_DOMAIN: &str = "other.test";

/// Dovecot 2.3 or 2.4: administrator `admin`, who reaches mailboxes by impersonation.
pub struct Dovecot;

/// The same with a Postfix beside it, which checks senders and delivers into it. Needs root.
pub struct Postfix;

/// Cyrus 3: administrator `cyrus`, who sees the mailboxes in a namespace and may impersonate.
pub struct Cyrus;

/// Courier 5: administrator `admin@example.test`, who sees the mailboxes in a namespace and can be
/// nobody else.
pub struct Courier;

impl Dovecot {
    /// A fresh one with nothing special.
    pub fn start() -> Provider {
        Self::with(&[])
    }

    /// A fresh one with options of the script `dovecot`, such as `--anyone`.
    pub fn with(options: &[&str]) -> Provider {
        Provider::start(Kind::Dovecot, "dovecot", options)
    }

    /// The same in memory, where nothing waits for a disk.
    pub fn quick(options: &[&str]) -> Provider {
        Provider::start_in(folder::quick(), Kind::Dovecot, "dovecot", options)
    }

    /// The one without options that all tests share. Use fresh users.
    pub fn running() -> &'static Provider {
        static RUNNING: OnceLock<Provider> = OnceLock::new();
        RUNNING.get_or_init(Self::start)
    }

    /// One that drops the domain of every login, whatever it is (`auth_username_format = %Ln`):
    /// its identifiers are bare. Tests share it.
    pub fn without_domains() -> &'static Provider {
        static RUNNING: OnceLock<Provider> = OnceLock::new();
        RUNNING.get_or_init(|| Self::with(&["--username-format", "%Ln"]))
    }

    /// One that filters what is delivered by scripts. Tests share it.
    pub fn filtering() -> &'static Provider {
        static RUNNING: OnceLock<Provider> = OnceLock::new();
        RUNNING.get_or_init(|| Self::with(&["--sieve"]))
    }

    /// The same where no script may include another.
    pub fn filtering_without_include() -> &'static Provider {
        static RUNNING: OnceLock<Provider> = OnceLock::new();
        RUNNING.get_or_init(|| Self::with(&["--sieve", "--no-include"]))
    }
}

impl Postfix {
    /// A fresh one with nothing special.
    pub fn start() -> Provider {
        Self::with(&[])
    }

    /// A fresh one with options of the script `postfix`, such as `--no-sender-check`.
    pub fn with(options: &[&str]) -> Provider {
        Provider::start(Kind::Dovecot, "postfix", options)
    }

    /// The one without options that all tests share. Use fresh users, and
    /// [`Provider::sender_owners`] for what they share.
    pub fn running() -> &'static Provider {
        static RUNNING: OnceLock<Provider> = OnceLock::new();
        RUNNING.get_or_init(Self::start)
    }
}

impl Cyrus {
    /// A fresh one with nothing special.
    pub fn start() -> Provider {
        Self::with(&[])
    }

    /// A fresh one with options of the script `cyrus`, such as `--virtdomains`.
    pub fn with(options: &[&str]) -> Provider {
        Provider::start(Kind::Cyrus, "cyrus", options)
    }

    /// The one without options that all tests share. Use fresh users.
    pub fn running() -> &'static Provider {
        static RUNNING: OnceLock<Provider> = OnceLock::new();
        RUNNING.get_or_init(Self::start)
    }

    /// The same in memory, where nothing waits for a disk.
    pub fn quick(options: &[&str]) -> Provider {
        Provider::start_in(folder::quick(), Kind::Cyrus, "cyrus", options)
    }

    /// One that filters what is delivered by scripts. Tests share it.
    pub fn filtering() -> &'static Provider {
        static RUNNING: OnceLock<Provider> = OnceLock::new();
        RUNNING.get_or_init(|| Self::with(&["--sieve"]))
    }

    /// One default domain, example.test, whose names are bare; names of the second domain,
    /// [`OTHER_DOMAIN`], carry it. Tests share it.
    pub fn default_domain() -> &'static Provider {
        static RUNNING: OnceLock<Provider> = OnceLock::new();
        RUNNING.get_or_init(|| Self::with(&["--second-domain", OTHER_DOMAIN]))
    }

    /// Full virtual domains: every name carries its domain, example.test or [`OTHER_DOMAIN`].
    /// Tests share it.
    pub fn two_domains() -> &'static Provider {
        static RUNNING: OnceLock<Provider> = OnceLock::new();
        RUNNING.get_or_init(|| Self::with(&["--virtdomains", "--second-domain", OTHER_DOMAIN]))
    }

    /// The same with dots between folders, where `%` shows only what stands before the first dot
    /// of the domain. Tests share it.
    pub fn two_domains_with_dots() -> &'static Provider {
        static RUNNING: OnceLock<Provider> = OnceLock::new();
        let options = [
            "--virtdomains",
            "--netnews",
            "--second-domain",
            OTHER_DOMAIN,
        ];
        RUNNING.get_or_init(|| Self::with(&options))
    }

    /// No domains and dots between folders: every name is bare. Tests share it.
    pub fn dots_without_domains() -> &'static Provider {
        static RUNNING: OnceLock<Provider> = OnceLock::new();
        RUNNING.get_or_init(|| Self::with(&["--no-domains", "--netnews"]))
    }

    /// No domains and slashes between folders: every name is bare. Tests share it.
    pub fn slashes_without_domains() -> &'static Provider {
        static RUNNING: OnceLock<Provider> = OnceLock::new();
        RUNNING.get_or_init(|| Self::with(&["--no-domains"]))
    }

    /// Another one that tests share: some of its mailboxes are open to anyone.
    pub fn open_to_anyone() -> &'static Provider {
        static RUNNING: OnceLock<Provider> = OnceLock::new();
        RUNNING.get_or_init(Self::start)
    }
}

impl Courier {
    /// A fresh one with nothing special.
    pub fn start() -> Provider {
        Self::with(&[])
    }

    /// A fresh one with options of the script `courier`, such as `--munge`.
    pub fn with(options: &[&str]) -> Provider {
        Provider::start(Kind::Courier, "courier", options)
    }

    /// The one without options that all tests share. Use fresh users.
    pub fn running() -> &'static Provider {
        static RUNNING: OnceLock<Provider> = OnceLock::new();
        RUNNING.get_or_init(Self::start)
    }
}

/// Which IMAP server a provider runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Started by the script `dovecot` or `postfix`.
    Dovecot,
    /// Started by the script `cyrus`.
    Cyrus,
    /// Started by the script `courier`.
    Courier,
}

/// A running server in a folder of its own. `TEST_SERVERS` names the release whose servers
/// all are, where it is not this system's.
pub struct Provider {
    kind: Kind,
    script: PathBuf,
    options: Vec<String>,
    dir: PathBuf,
    process: Child,
    host: String,
    imap: u16,
    imaps: u16,
    submission: Option<(u16, u16)>,
    names: AtomicUsize,
}

impl Provider {
    fn start(kind: Kind, script: &str, options: &[&str]) -> Provider {
        Provider::start_in(folder::fresh(), kind, script, options)
    }

    fn start_in(dir: PathBuf, kind: Kind, script: &str, options: &[&str]) -> Provider {
        let script = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/provider")
            .join(script);
        let process = Command::new(&script)
            .args(["run".as_ref(), dir.as_os_str(), "--remove".as_ref()])
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let process = ready(process);
        let ports = std::fs::read_to_string(dir.join("ports")).unwrap();
        let port = |name| value(&ports, name).parse().unwrap();
        let submission = ports
            .contains("SMTPS=")
            .then(|| (port("SMTP"), port("SMTPS")));
        Provider {
            kind,
            script,
            options: options.iter().map(|option| (*option).to_owned()).collect(),
            process,
            host: value(&ports, "HOST").to_owned(),
            imap: port("IMAP"),
            imaps: port("IMAPS"),
            submission,
            dir,
            names: AtomicUsize::new(1),
        }
    }

    /// One in this folder, by the script of that name: `postfix` for one that takes mail as well.
    pub fn of(script: &str, dir: &Path) -> Provider {
        let kind = match script {
            "cyrus" => Kind::Cyrus,
            "courier" => Kind::Courier,
            _ => Kind::Dovecot,
        };
        Provider::start_in(dir.to_owned(), kind, script, &[])
    }

    /// Which server this is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether it was started with this option.
    pub fn has(&self, option: &str) -> bool {
        self.options.iter().any(|given| given == option)
    }

    /// What stands between a folder and those below it.
    pub fn separator(&self) -> &str {
        if self.kind == Kind::Courier
            || self.has("--netnews")
            || self.has("--separator") && self.has(".")
        {
            "."
        } else {
            "/"
        }
    }

    /// How this server's ACLs and mailbox names spell the person or mailbox of this address.
    pub fn spelled<'a>(&self, address: &'a str) -> &'a str {
        let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
        let bare = match self.kind {
            Kind::Cyrus if self.has("--no-domains") => true,
            Kind::Cyrus => !self.has("--virtdomains") && domain == "example.test",
            Kind::Dovecot => self.has("%Ln"),
            Kind::Courier => false,
        };
        if bare { local } else { address }
    }

    /// What stands in [`Client::login`] for the person of this address: without domains, a Cyrus
    /// knows nobody by an address.
    pub fn login_of<'a>(&self, address: &'a str) -> &'a str {
        if self.has("--no-domains") {
            self.spelled(address)
        } else {
            address
        }
    }

    /// The folder that holds everything of this server, its log included.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The profile that reaches it.
    pub fn config_path(&self) -> PathBuf {
        self.dir.join("config.toml")
    }

    /// The certificate of the authority that signed the server's.
    pub fn ca_path(&self) -> PathBuf {
        self.dir.join("ca.pem")
    }

    /// `localhost` nearly always.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port that begins in clear text and offers STARTTLS.
    pub fn imap_port(&self) -> u16 {
        self.imap
    }

    /// The port that speaks TLS from the first byte.
    pub fn imaps_port(&self) -> u16 {
        self.imaps
    }

    /// The port of ManageSieve, where it was started with it.
    pub fn sieve_port(&self) -> u16 {
        self.port("SIEVE")
    }

    /// The port at which mail is delivered by LMTP.
    pub fn lmtp_port(&self) -> u16 {
        self.port("LMTP")
    }

    fn port(&self, name: &str) -> u16 {
        let ports = std::fs::read_to_string(self.dir.join("ports")).unwrap();
        value(&ports, name).parse().unwrap()
    }

    /// What the server wrote into its log so far.
    pub fn log(&self) -> String {
        let bytes = std::fs::read(self.dir.join("log")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The sharemail under test, in a clean environment, with this provider's profile.
    pub fn sharemail(&self) -> Command {
        let mut command = command::sharemail(&self.dir);
        command.env("SHAREMAIL_CONFIG", self.config_path());
        command
    }

    /// Runs sharemail with these words.
    pub fn run<W: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = W>) -> Ran {
        run::run(&mut self.sharemail(), words)
    }

    /// The administrator's login name.
    pub fn admin(&self) -> &'static str {
        match self.kind {
            Kind::Dovecot => "admin",
            Kind::Cyrus => "cyrus",
            Kind::Courier => "admin@example.test",
        }
    }

    /// Adds a user while the server runs, and returns the address. On Dovecot `extra` holds userdb
    /// fields such as `acl_groups=helpdesk`, on Courier one option such as `group=helpdesk`. Others see nothing of a user before the first login.
    pub fn add_user(&self, name: &str, extra: &[&str]) -> String {
        self.add_users(&[name], extra);
        address(name)
    }

    /// Many at once, in one step.
    pub fn add_users<N: AsRef<OsStr>>(&self, names: &[N], extra: &[&str]) {
        let mut script = Command::new(&self.script);
        let said = script
            .arg("user")
            .arg(&self.dir)
            .args(names)
            .args(extra)
            .output()
            .unwrap();
        assert!(
            said.status.success(),
            "{}",
            String::from_utf8_lossy(&said.stderr)
        );
    }

    /// A user whom no other test knows: `support` becomes `support1@example.test`, and
    /// `support@other.test` becomes `support1@other.test`. It has logged
    /// in once, and so exists for the others.
    pub fn fresh(&self, stem: &str) -> String {
        self.fresh_all(&[stem]).remove(0)
    }

    /// Several of them, in one step.
    pub fn fresh_all(&self, stems: &[&str]) -> Vec<String> {
        let number = self.names.fetch_add(1, Ordering::Relaxed);
        let name = |stem: &&str| match stem.split_once('@') {
            Some((local, domain)) => format!("{local}{number}@{domain}"),
            None => format!("{stem}{number}"),
        };
        let names: Vec<String> = stems.iter().map(name).collect();
        self.add_users(&names, &[]);
        let addresses: Vec<String> = names.iter().map(|name| address(name)).collect();
        addresses.iter().for_each(|user| self.log_in_once(user));
        addresses
    }

    /// Makes users exist for others: on Dovecot and Cyrus that takes a first login or a CREATE.
    pub fn log_in_once(&self, user: &str) {
        let user = address(user);
        Client::login(self, self.login_of(&user), PASSWORD).ok("NOOP");
    }

    /// An OAuth 2 access token that Dovecot accepts for this user during the next `seconds`.
    pub fn token(&self, user: &str, seconds: i32) -> String {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/provider/token");
        let mut script = Command::new(script);
        let said = script
            .arg(&self.dir)
            .arg(user)
            .arg(seconds.to_string())
            .output()
            .unwrap();
        assert!(
            said.status.success(),
            "{}",
            String::from_utf8_lossy(&said.stderr)
        );
        String::from_utf8(said.stdout).unwrap().trim().to_owned()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        // The end of its input is what the script waits for; it deletes the folder as well.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// `alice` and `alice@example.test` are both `alice@example.test`.
pub fn address(name: &str) -> String {
    if name.contains('@') {
        name.to_owned()
    } else {
        format!("{name}@example.test")
    }
}

fn ready(mut process: Child) -> Child {
    let mut line = String::new();
    let stdout = process.stdout.take().unwrap();
    BufReader::new(stdout).read_line(&mut line).unwrap();
    if line != "ready\n" {
        let mut problem = String::new();
        process
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut problem)
            .unwrap();
        panic!("no server: {problem}");
    }
    process
}

fn value<'a>(ports: &'a str, name: &str) -> &'a str {
    let line = ports
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    line.unwrap()
}
