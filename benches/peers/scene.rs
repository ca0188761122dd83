//! A server with many folders, and the way to it.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::floor;
use super::provider::proxy::Proxy;
use super::provider::{Client, Kind, Provider};

/// Who is given access.
pub const MEMBER: &str = "alice";

/// How the folders lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// One mailbox of 1,000 folders.
    OneMailbox,
    /// 1,000 mailboxes of ten folders and INBOX.
    ManyMailboxes,
}

impl Size {
    pub const ALL: [Size; 2] = [Size::OneMailbox, Size::ManyMailboxes];

    /// What chooses it on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Size::OneMailbox => "one-mailbox",
            Size::ManyMailboxes => "many-mailboxes",
        }
    }

    pub fn in_words(self) -> &'static str {
        match self {
            Size::OneMailbox => "one mailbox of 1,000 folders",
            Size::ManyMailboxes => "1,000 mailboxes of ten folders",
        }
    }

    fn mailboxes(self) -> Vec<String> {
        match self {
            Size::OneMailbox => vec!["support".into()],
            Size::ManyMailboxes => (1..=1000).map(|n| format!("team{n:04}")).collect(),
        }
    }

    /// The folders of each mailbox, INBOX aside.
    fn folders(self) -> Vec<String> {
        let last = match self {
            Size::OneMailbox => 999,
            Size::ManyMailboxes => 10,
        };
        (1..=last).map(|n| format!("Customer-{n:03}")).collect()
    }
}

/// Folders on a server, and the way to it.
pub struct Scene<'p> {
    pub provider: &'p Provider,
    pub size: Size,
    pub delay: Duration,
    /// The way to the port with TLS.
    pub proxy: Proxy,
    /// The way to the port without.
    pub clear: Proxy,
    /// Whether the others are left out.
    pub alone: bool,
    /// A sharemail of before, to compare with.
    pub before: Option<PathBuf>,
    pub mailboxes: Vec<String>,
    pub folders: Vec<String>,
}

impl<'p> Scene<'p> {
    /// Makes the mailboxes and their folders.
    pub fn new(provider: &'p Provider, size: Size) -> Scene<'p> {
        let begin = Instant::now();
        let scene = Scene {
            provider,
            size,
            delay: Duration::ZERO,
            proxy: Proxy::tls(provider, Duration::ZERO, None),
            clear: Proxy::plain(provider, Duration::ZERO, None),
            alone: false,
            before: None,
            mailboxes: size.mailboxes(),
            folders: size.folders(),
        };
        provider.log_in_once(MEMBER);
        match provider.kind() {
            Kind::Dovecot => scene.make_maildirs(),
            _ => scene.make_by_imap(),
        }
        // The folders that keep identities are made once, beforehand.
        scene.everybody_has_access();
        eprintln!("{}: made in {:.1?}", scene.title(), begin.elapsed());
        scene
    }

    /// From now on everybody comes this way.
    pub fn moves_away(&mut self, round_trip: Duration) {
        self.delay = round_trip;
        self.proxy = Proxy::tls(self.provider, round_trip / 2, None);
        self.clear = Proxy::plain(self.provider, round_trip / 2, None);
    }

    pub fn title(&self) -> String {
        let server = match self.provider.kind() {
            Kind::Dovecot => "Dovecot",
            _ => "Cyrus",
        };
        let way = match self.delay.as_millis() {
            0 => "no delay".to_owned(),
            ms => format!("{ms} ms round trip"),
        };
        format!("{server}, {}, {way}", self.size.in_words())
    }

    pub fn is_dovecot(&self) -> bool {
        self.provider.kind() == Kind::Dovecot
    }

    /// The member as the server's entries spell her.
    pub fn identifier(&self) -> String {
        match self.provider.kind() {
            Kind::Dovecot => super::provider::address(MEMBER),
            _ => MEMBER.to_owned(),
        }
    }

    /// What full access is there: Cyrus has a right of its own, for annotations.
    pub fn rights(&self) -> &'static str {
        match self.provider.kind() {
            Kind::Dovecot => "lrswipkxtea",
            _ => "lrswipkxtean",
        }
    }

    /// The login name that opens a mailbox.
    pub fn login(&self, mailbox: &str) -> String {
        let admin = self.provider.admin();
        match self.provider.kind() {
            Kind::Dovecot => format!("{mailbox}@example.test*{admin}"),
            _ => admin.to_owned(),
        }
    }

    /// Every folder of `mailbox` on the wire.
    pub fn wire<'a>(&'a self, mailbox: &'a str) -> impl Iterator<Item = String> + 'a {
        let dovecot = self.is_dovecot();
        let inbox = match dovecot {
            true => "INBOX".to_owned(),
            false => format!("user/{mailbox}"),
        };
        let folder = move |name: &String| match dovecot {
            true => name.clone(),
            false => format!("user/{mailbox}/{name}"),
        };
        std::iter::once(inbox).chain(self.folders.iter().map(folder))
    }

    /// Every folder of `mailbox` on the wire of a member's session.
    pub fn seen_by_others<'a>(&'a self, mailbox: &'a str) -> impl Iterator<Item = String> + 'a {
        let dovecot = self.is_dovecot();
        let named = move |own: String| match (dovecot, own.as_str()) {
            (true, "INBOX") => format!("shared/{mailbox}@example.test"),
            (true, name) => format!("shared/{mailbox}@example.test/{name}"),
            // Where the namespace of the administrator's is another's: `user/support`.
            (false, name) => format!("\"Other Users/{}\"", name.trim_start_matches("user/")),
        };
        self.wire(mailbox).map(named)
    }

    /// The folders of `mailbox` that keep identities, on the wire.
    pub fn identities<'a>(&'a self, mailbox: &'a str) -> impl Iterator<Item = String> + 'a {
        let stem = match self.is_dovecot() {
            true => String::new(),
            false => format!("user/{mailbox}/"),
        };
        ["", "/Send As", "/Send on Behalf"]
            .into_iter()
            .map(move |rest| format!("\"{stem}Identities{rest}\""))
    }

    /// Takes every entry away, so that a grant finds all to be done.
    pub fn nobody_has_access(&self) {
        if self.is_dovecot() {
            for mailbox in &self.mailboxes {
                for folder in self.maildirs(mailbox) {
                    let _ = fs::remove_file(folder.join("dovecot-acl"));
                }
            }
        } else {
            let who = self.identifier();
            floor::removals(self, &who);
        }
    }

    /// The same command by the sharemail of before.
    pub fn by_the_former(&self, command: Command) -> Command {
        let mut former = Command::new(self.before.as_ref().unwrap());
        former.env_clear().args(command.get_args());
        for (key, value) in command.get_envs() {
            former.env(key, value.unwrap_or_default());
        }
        former.current_dir(command.get_current_dir().unwrap());
        former
    }

    /// By sharemail itself, over the shortest way.
    pub fn everybody_has_access(&self) {
        super::run::timed(super::contest::first_grant(self, self.provider.sharemail()));
    }

    fn make_maildirs(&self) {
        let names: Vec<&str> = self.mailboxes.iter().map(String::as_str).collect();
        for some in names.chunks(100) {
            self.provider.add_users(some, &[]);
        }
        let above = self.provider.dir().join("server/mail");
        let owner = fs::metadata(&above).unwrap();
        let make = |dir: &Path| {
            fs::create_dir_all(dir).unwrap();
            chown(dir, Some(owner.uid()), Some(owner.gid())).unwrap();
        };
        for mailbox in &self.mailboxes {
            make(&above.join(format!("{mailbox}@example.test")));
            for folder in self.maildirs(mailbox) {
                make(&folder);
                for part in ["cur", "new", "tmp"] {
                    make(&folder.join(part));
                }
                if folder.file_name().is_some_and(|name| name != "Maildir") {
                    fs::write(folder.join("maildirfolder"), "").unwrap();
                }
            }
        }
    }

    fn make_by_imap(&self) {
        let mut admin = Client::admin(self.provider);
        for mailbox in &self.mailboxes {
            // Some users are there from the start.
            if self.size == Size::OneMailbox {
                admin.all_ok(self.wire(mailbox).skip(1).map(|f| format!("CREATE {f}")));
            } else {
                admin.all_ok(self.wire(mailbox).map(|f| format!("CREATE {f}")));
            }
        }
    }

    /// Where Dovecot keeps the folders of a mailbox.
    fn maildirs(&self, mailbox: &str) -> Vec<PathBuf> {
        let home = self.provider.dir().join("server/mail");
        let inbox = home.join(format!("{mailbox}@example.test")).join("Maildir");
        let folders = self
            .folders
            .iter()
            .map(|folder| inbox.join(format!(".{folder}")));
        std::iter::once(inbox.clone()).chain(folders).collect()
    }
}
