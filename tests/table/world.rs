//! What every row finds: the same two mailboxes, the same people, on a server of the group's own.
//!
//! `team` has four mail folders with two messages: alice has write there and may send as it, bob has
//! full access, carol reads and is subscribed to INBOX. `info` has two, which carol reads. dave holds
//! nothing. Where there are two domains, `team@other.test` is read by `bob@other.test`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use super::setup::{Setup, local};
use crate::provider::client::{quoted, replies};
use crate::provider::{Act, Client, FakeSmtp, Provider};

/// The folders that keep identities.
pub const IDENTITIES: [&str; 3] = [
    "Identities",
    "Identities/Send As",
    "Identities/Send on Behalf",
];
/// Folders that somebody hostile makes in `team`.
pub const MADE: [&str; 3] = [
    "Identities/Send as",
    "Archive/Identities",
    "Archive/Identities/Send As",
];
/// The mail folders of `team`.
pub const FOLDERS: [&str; 4] = ["INBOX", "Sent", "Archive", "Archive/2025"];
/// The mail folders of the other mailboxes.
pub const FEW: [&str; 2] = ["INBOX", "Sent"];

/// A running server with the world on it.
pub struct World {
    /// How the server is set up.
    pub setup: Setup,
    /// The server.
    pub server: Provider,
    /// The number in each name, where whoever is made anew gets a new one.
    numbers: BTreeMap<&'static str, usize>,
    smtp: FakeSmtp,
}

/// Worlds that nobody works on at the moment: to make one anew takes less than to start a server.
static IDLE: Mutex<Vec<World>> = Mutex::new(Vec::new());

/// A world, given back at the end for whoever needs the next one, unless a test failed on it.
pub struct Lent(Option<World>);

impl Lent {
    /// A world of this set-up, as at the beginning.
    pub fn begin(setup: Setup) -> Lent {
        let idle = {
            let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
            let place = idle.iter().position(|world| world.setup == setup);
            place.map(|place| idle.swap_remove(place))
        };
        Lent(Some(match idle {
            Some(mut world) => {
                world.renew_those(&setup.everybody());
                world
            }
            None => World::begin(setup),
        }))
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let (Some(world), false) = (self.0.take(), std::thread::panicking()) {
            let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
            idle.push(world);
        }
    }
}

impl Deref for Lent {
    type Target = World;

    fn deref(&self) -> &World {
        self.0.as_ref().expect("it is there until it is dropped")
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut World {
        self.0.as_mut().expect("it is there until it is dropped")
    }
}

impl World {
    /// A server, and the world on it.
    fn begin(setup: Setup) -> World {
        let everybody = setup.everybody();
        let world = World {
            setup,
            server: setup.start(),
            numbers: everybody.iter().map(|name| (*name, 0)).collect(),
            smtp: FakeSmtp::tls(|_, _| Act::Go),
        };
        if setup.is_cyrus() {
            world.server.add_users(&everybody, &[]);
            world.clear(|_| true);
        }
        world.make(&everybody);
        world
    }

    /// Makes those anew of whom one of these facts tells, and `team`, so that all is as it was at the
    /// beginning. On Dovecot they get other names, because only the server's own files could undo
    /// everything there.
    pub fn renew(&mut self, changed: &BTreeSet<String>) {
        let is_changed = |name: &&str| {
            let place = format!(" on {name} ");
            *name == "team" || changed.iter().any(|fact| fact.contains(&place))
        };
        let names: Vec<&'static str> = self
            .setup
            .everybody()
            .into_iter()
            .filter(is_changed)
            .collect();
        self.renew_those(&names);
    }

    fn renew_those(&mut self, names: &[&'static str]) {
        if self.setup.is_cyrus() {
            let all = self.setup.everybody();
            self.clear(|name| names.contains(&name) || !all.contains(&name));
        } else {
            for name in names {
                let address = self.address(name);
                let server = self.server.dir().join("server");
                let account = self.setup.account(&address);
                fs::remove_file(server.join("users").join(account)).unwrap();
                let _ = fs::remove_dir_all(server.join("mail").join(account));
                *self.numbers.get_mut(name).unwrap() += 1;
            }
        }
        self.make(names);
    }

    fn make(&self, names: &[&str]) {
        if self.setup.is_cyrus() {
            self.create(names);
        } else {
            let addresses: Vec<String> = names.iter().map(|name| self.address(name)).collect();
            self.server.add_users(&addresses, &[]);
            for address in &addresses {
                self.setup.member(&self.server, address).ok("NOOP");
            }
        }
        for name in names {
            match *name {
                "team" => self.make_team(),
                "info" => {
                    self.fill("info", &FEW);
                    self.give("info", &FEW, "carol", "lrs");
                }
                "team@other.test" => {
                    self.fill("team@other.test", &FEW);
                    self.give("team@other.test", &FEW, "bob@other.test", "lrs");
                }
                _ => {}
            }
        }
    }

    fn make_team(&self) {
        self.fill("team", &FOLDERS);
        self.give("team", &FOLDERS, "alice", "ilprsw");
        self.give("team", &FOLDERS, "bob", self.setup.all());
        self.give("team", &FOLDERS, "carol", "lrs");
        self.give("team", &IDENTITIES[1..2], "alice", "lp");
        let mut team = self.setup.member(&self.server, &self.address("team"));
        team.append("INBOX", "Subject: first\n\nhello\n");
        team.append("Archive", "Subject: second\n\nhello\n");
        for person in ["alice", "bob", "carol", "dave"] {
            let mut session = self.setup.member(&self.server, &self.address(person));
            let reply = session.ok("LSUB \"\" \"*\"");
            for name in replies(&reply, "LSUB")
                .iter()
                .filter_map(|words| words.last())
            {
                session.ok(&format!("UNSUBSCRIBE {}", quoted(name)));
            }
            // Cyrus does not show those of folders that are not there at the moment.
            for folder in FOLDERS.iter().chain(&IDENTITIES).chain(&MADE) {
                let name = self.setup.seen(&self.address("team"), folder);
                session.command(&format!("UNSUBSCRIBE {}", quoted(&name)));
            }
            if person == "carol" {
                let inbox = self.setup.seen(&self.address("team"), "INBOX");
                session.ok(&format!("SUBSCRIBE {}", quoted(&inbox)));
            }
        }
    }

    /// Deletes the mailboxes of these logical names.
    fn clear(&self, wanted: impl Fn(&str) -> bool) {
        let mut admin = Client::admin(&self.server);
        for folder in admin.list("*") {
            let (name, path) = self.setup.placed(&folder);
            if path == "INBOX" && wanted(&name) {
                admin.setacl(&folder, "cyrus", "lrswipkxtea");
                admin.ok(&format!("DELETE {}", quoted(&folder)));
            }
        }
    }

    fn create(&self, names: &[&str]) {
        let mut admin = Client::admin(&self.server);
        let names = names.iter();
        let roots = names.map(|name| self.setup.owned(&self.address(name), "INBOX"));
        admin.all_ok(roots.map(|root| format!("CREATE {}", quoted(&root))));
    }

    fn fill(&self, mailbox: &str, folders: &[&str]) {
        let address = self.address(mailbox);
        let mut owner = self.setup.owner(&self.server, &address);
        let all = folders.iter().chain(&IDENTITIES);
        for folder in all.filter(|folder| **folder != "INBOX") {
            owner.create(&self.setup.owned(&address, folder));
        }
    }

    /// Gives somebody rights behind sharemail's back.
    pub fn give(&self, mailbox: &str, folders: &[&str], who: &str, rights: &str) {
        let who = self.setup.identifier(&self.address(who));
        let address = self.address(mailbox);
        let mut owner = self.setup.owner(&self.server, &address);
        for folder in folders {
            owner.setacl(&self.setup.owned(&address, folder), &who, rights);
        }
    }

    /// Renames a folder behind sharemail's back.
    pub fn rename(&self, mailbox: &str, old: &str, new: &str) {
        let address = self.address(mailbox);
        let [old, new] = [old, new].map(|folder| quoted(&self.setup.owned(&address, folder)));
        let mut owner = self.setup.owner(&self.server, &address);
        owner.ok(&format!("RENAME {old} {new}"));
    }

    /// Whether a member's name for a folder is one of a mailbox that was made anew since, and is
    /// called otherwise now.
    pub fn is_gone(&self, seen: &str) -> bool {
        let mut numbers = self.numbers.iter().filter(|_| self.setup.is_dovecot());
        numbers.any(|(name, number)| {
            (0..*number).any(|former| {
                let address = format!("{name}{former}@example.test");
                let rest = seen.strip_prefix(&self.setup.seen(&address, "INBOX"));
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        })
    }

    /// The address behind a logical name.
    pub fn address(&self, logical: &str) -> String {
        let (name, domain) = logical.split_once('@').unwrap_or((logical, "example.test"));
        let number = match self.setup {
            Setup::Dovecot | Setup::DovecotBare => self
                .numbers
                .get(name)
                .copied()
                .unwrap_or_default()
                .to_string(),
            _ => String::new(),
        };
        format!("{name}{number}@{domain}")
    }

    /// The logical name behind what an entry says.
    pub fn who(&self, identifier: &str) -> String {
        if let Some(taken) = identifier.strip_prefix('-') {
            return format!("-{}", self.who(taken));
        }
        let mut names: Vec<String> = self
            .setup
            .everybody()
            .into_iter()
            .map(str::to_owned)
            .collect();
        names.extend(["crew", "ghost"].map(str::to_owned));
        let is = |name: &str| self.setup.identifier(&self.address(name)) == identifier;
        if let Some(name) = names.iter().find(|name| is(name)) {
            return name.clone();
        }
        let mut bare = names.iter().filter(|name| !name.contains('@'));
        let stranger = bare.find(|name| is(&format!("{name}@evil.test")));
        match stranger {
            Some(name) => format!("{name}@evil.test"),
            // Called as somebody is, and not as the server calls her.
            None if names.iter().any(|name| name == identifier) => format!("id:{identifier}"),
            None => identifier.to_owned(),
        }
    }

    /// The sharemail under test, at work in this folder.
    pub fn sharemail(&self, cwd: &Path) -> Command {
        let mut command = self.server.sharemail();
        // Clear text: the handshakes of a table take longer than all the rest, and others test them.
        command.env("SHAREMAIL_IMAP_TLS", "none");
        command.env("SHAREMAIL_IMAP_PORT", self.server.imap_port().to_string());
        let mailboxes = ["team", "info"].map(|name| self.address(name));
        // What a run leaves behind is found by those of the same row, and by no others.
        command.env("XDG_STATE_HOME", cwd.join("state"));
        command.env("SHAREMAIL_MAILBOXES", mailboxes.join(","));
        self.smtp.serve(&mut command);
        command.current_dir(cwd);
        command
    }

    /// An empty folder for one run.
    pub fn folder(&self) -> PathBuf {
        let folder = self.server.dir().join("rows");
        fs::create_dir_all(&folder).unwrap();
        tempfile::tempdir_in(folder).unwrap().keep()
    }

    /// `team@example.test` is `team`.
    pub fn short(&self, logical: &str) -> String {
        local(&self.address(logical)).to_owned()
    }
}
