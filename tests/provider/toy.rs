//! A small IMAP server that behaves, except where a test says otherwise.
//!
//! It holds support@example.test, with the folders that keep identities unless it is bare, and lets the administrator in as support, alice, bob and carol,
//! as a Dovecot with a master user would. A test's twist sees each command first and may answer it
//! in the server's place.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::fake::{Fake, Peer};
use super::{Ran, run};

/// The mailbox that a toy holds.
pub const SUPPORT: &str = "support@example.test";
/// The folders that keep its identities.
pub const IDENTITIES: [&str; 3] = [
    "Identities",
    "Identities/Send As",
    "Identities/Send on Behalf",
];
const ALL: &str = "lrswipkxtea";
const CAPABILITIES: &str = "IMAP4rev1 SASL-IR AUTH=PLAIN ID ACL RIGHTS=texk NAMESPACE";
const PEOPLE: [&str; 4] = [
    SUPPORT,
    "alice@example.test",
    "bob@example.test",
    "carol@example.test",
];

/// A running one.
pub struct Toy {
    fake: Fake,
    world: Arc<World>,
}

/// What a toy knows: shared by its connections, and open to twists.
#[derive(Default)]
pub struct World {
    folders: Mutex<BTreeMap<String, BTreeMap<String, String>>>,
    heard: Mutex<Vec<String>>,
    offers: Mutex<String>,
}

impl Toy {
    /// One that behaves.
    pub fn new(folders: &[&str]) -> Toy {
        Toy::twisted(folders, |_, _, _| false)
    }

    /// One whose `twist` sees each command, with its tag, and says whether it has answered it.
    pub fn twisted(
        folders: &[&str],
        twist: impl Fn(&mut Peer, &str, &World) -> bool + Send + Sync + 'static,
    ) -> Toy {
        Toy::bare(&[folders, &IDENTITIES].concat(), twist)
    }

    /// The same without the folders that keep identities.
    pub fn bare(
        folders: &[&str],
        twist: impl Fn(&mut Peer, &str, &World) -> bool + Send + Sync + 'static,
    ) -> Toy {
        Toy::greeting("ready", folders, twist)
    }

    /// The same as a Dovecot greets.
    pub fn dovecot(
        folders: &[&str],
        twist: impl Fn(&mut Peer, &str, &World) -> bool + Send + Sync + 'static,
    ) -> Toy {
        Toy::greeting("Dovecot ready.", &[folders, &IDENTITIES].concat(), twist)
    }

    fn greeting(
        greeting: &'static str,
        folders: &[&str],
        twist: impl Fn(&mut Peer, &str, &World) -> bool + Send + Sync + 'static,
    ) -> Toy {
        let world = Arc::new(World::default());
        for folder in ["INBOX"].iter().chain(folders) {
            world.set(folder, SUPPORT, ALL);
        }
        let shared = Arc::clone(&world);
        let fake = Fake::plain(move |peer| converse(peer, greeting, &shared, &twist));
        Toy { fake, world }
    }

    /// The sharemail under test with a profile for this toy.
    pub fn sharemail(&self) -> Command {
        self.fake.sharemail()
    }

    /// Runs it with these words.
    pub fn run<W: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = W>) -> Ran {
        run::run(&mut self.sharemail(), words)
    }

    /// Every command that was sent to it, without tags, in the order of arrival.
    pub fn heard(&self) -> Vec<String> {
        self.world.heard.lock().unwrap().clone()
    }

    /// Those that begin with this word.
    pub fn heard_of(&self, verb: &str) -> Vec<String> {
        let mut heard = self.heard();
        heard.retain(|command| command.split(' ').next() == Some(verb));
        heard
    }

    /// Writes a file that only its owner reads, and says where it is.
    pub fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.fake.dir().join(name);
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path
    }

    /// How many connections it has had.
    pub fn connections(&self) -> usize {
        self.fake.connections()
    }

    /// What an entry gives.
    pub fn stored(&self, folder: &str, identifier: &str) -> Option<String> {
        self.world.stored(folder, identifier)
    }

    /// Makes an entry, as somebody else might.
    pub fn set(&self, folder: &str, identifier: &str, rights: &str) {
        self.world.set(folder, identifier, rights);
    }

    /// Waits for its conversations, and fails if a twist did.
    pub fn finish(self) {
        self.fake.finish();
    }
}

impl World {
    /// What an entry gives.
    pub fn stored(&self, folder: &str, identifier: &str) -> Option<String> {
        let folders = self.folders.lock().unwrap();
        folders.get(folder)?.get(identifier).cloned()
    }

    /// From the next login on, this is offered beside the other capabilities.
    pub fn offer(&self, capability: &str) {
        *self.offers.lock().unwrap() = format!(" {capability}");
    }

    fn capabilities(&self) -> String {
        CAPABILITIES.to_owned() + &self.offers.lock().unwrap()
    }

    /// Makes an entry, and its folder where there is none.
    pub fn set(&self, folder: &str, identifier: &str, rights: &str) {
        let mut folders = self.folders.lock().unwrap();
        let entries = folders.entry(folder.to_owned()).or_default();
        entries.insert(identifier.to_owned(), rights.to_owned());
    }

    fn remove(&self, folder: &str, identifier: &str) {
        if let Some(entries) = self.folders.lock().unwrap().get_mut(folder) {
            entries.remove(identifier);
        }
    }

    /// The names of all folders.
    pub fn names(&self) -> Vec<String> {
        self.folders.lock().unwrap().keys().cloned().collect()
    }

    fn entries(&self, folder: &str) -> Option<String> {
        let folders = self.folders.lock().unwrap();
        let entries = folders.get(folder)?.iter();
        Some(
            entries
                .map(|(who, rights)| format!(" \"{who}\" {rights}"))
                .collect(),
        )
    }
}

type Twist<'a> = &'a (dyn Fn(&mut Peer, &str, &World) -> bool + Send + Sync);

fn converse(peer: &mut Peer, greeting: &str, world: &World, twist: Twist) {
    peer.send(format!("* OK [CAPABILITY {CAPABILITIES}] {greeting}\r\n"));
    let mut user = String::new();
    while let Some(line) = peer.next() {
        let command = line.split_once(' ').map_or("", |(_, command)| command);
        world.heard.lock().unwrap().push(command.to_owned());
        if twist(peer, &line, world) {
            continue;
        }
        let words = words(command);
        let word = |n: usize| words.get(n).map_or("", String::as_str);
        match word(0) {
            "AUTHENTICATE" => match log_in(word(2)) {
                Some(name) => {
                    user = name;
                    peer.ok(&format!("[CAPABILITY {}] in", world.capabilities()));
                }
                None => peer.no("[AUTHORIZATIONFAILED] nobody of that name"),
            },
            _ => answer(peer, world, &user, &words),
        }
    }
}

/// The name before the `*`, where it is somebody's.
fn log_in(response: &str) -> Option<String> {
    let answer = String::from_utf8(BASE64_STANDARD.decode(response).ok()?).ok()?;
    let login = answer.split('\0').nth(1)?;
    let name = login.split('*').next()?;
    (PEOPLE.contains(&name) || login == "admin").then(|| name.to_owned())
}

/// A connection of `user`: the mailbox is the owner's INBOX, and shared/… for the others.
fn answer(peer: &mut Peer, world: &World, user: &str, words: &[String]) {
    let word = |n: usize| words.get(n).map_or("", String::as_str);
    let folder = match word(1).strip_prefix("shared/support@example.test") {
        Some("") => "INBOX",
        Some(path) => path.trim_start_matches('/'),
        None => word(1),
    };
    let foreign = user != SUPPORT && folder == word(1);
    let reply = match word(0) {
        "ID" => "* ID (\"name\" \"Toy\")\r\n".to_owned(),
        "NAMESPACE" => "* NAMESPACE ((\"\" \"/\")) ((\"shared/\" \"/\")) NIL\r\n".to_owned(),
        "CAPABILITY" => format!("* CAPABILITY {}\r\n", world.capabilities()),
        "LIST" if user == SUPPORT => {
            let pattern = word(2);
            let names = world.names().into_iter();
            names
                .filter(|name| pattern.contains(['*', '%']) || pattern == name)
                .map(|name| format!("* LIST () \"/\" \"{name}\"\r\n"))
                .collect()
        }
        "LIST" => {
            let pattern = word(2);
            seen(world, user, pattern)
        }
        "MYRIGHTS" if foreign && folder == "INBOX" => format!("* MYRIGHTS INBOX {ALL}\r\n"),
        "EXAMINE" => match world.stored(folder, user) {
            Some(rights) if rights.contains('r') => "* 0 EXISTS\r\n* FLAGS ()\r\n".to_owned(),
            Some(rights) if rights.contains('l') => return peer.no("[NOPERM] not yours to read"),
            _ => return peer.no("[NONEXISTENT] no such folder"),
        },
        "GETACL" if foreign && folder == "INBOX" => format!("* ACL INBOX \"{user}\" {ALL}\r\n"),
        "GETACL" => match world.entries(folder) {
            Some(entries) => format!("* ACL \"{folder}\"{entries}\r\n"),
            None => return peer.no("[NONEXISTENT] no such folder"),
        },
        "LISTRIGHTS" => format!(
            "* LISTRIGHTS \"{folder}\" \"{}\" \"\" l r s w i p k x t e a c d\r\n",
            word(2)
        ),
        "MYRIGHTS" => match world.stored(folder, user) {
            Some(rights) => format!("* MYRIGHTS \"{}\" {rights}\r\n", word(1)),
            None => return peer.no("[NONEXISTENT] no such folder"),
        },
        "SETACL" => {
            world.set(folder, word(2), word(3));
            String::new()
        }
        "CREATE" if foreign => return peer.no("[NOPERM] not yours"),
        "CREATE" if world.names().iter().any(|name| name == folder) => {
            return peer.no("[ALREADYEXISTS] there is one");
        }
        "CREATE" => {
            world.set(folder, SUPPORT, ALL);
            String::new()
        }
        "DELETEACL" => {
            world.remove(folder, word(2));
            String::new()
        }
        _ => String::new(),
    };
    peer.send(reply);
    peer.ok("done");
}

/// LIST of what somebody who is not its owner sees of the mailbox.
fn seen(world: &World, user: &str, pattern: &str) -> String {
    let root = "shared/support@example.test";
    let prefix = pattern.trim_end_matches(['*', '%']);
    let wide = prefix != pattern;
    let sees = |name: &String| world.stored(name, user).is_some_and(|r| r.contains('l'));
    let shown = |name: String| match &*name {
        "INBOX" => root.to_owned(),
        below => format!("{root}/{below}"),
    };
    let names = world.names().into_iter().filter(sees).map(shown);
    names
        .filter(|name| match name.strip_prefix(prefix) {
            Some(rest) if wide => pattern.ends_with('*') || !rest.contains('/'),
            rest => rest == Some(""),
        })
        .map(|name| format!("* LIST () \"/\" \"{name}\"\r\n"))
        .collect()
}

/// Atoms and quoted strings, unquoted.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let (mut quoted, mut escaped) = (false, false);
    for c in command.chars() {
        let last = words.len() - 1;
        match c {
            '"' if !escaped => quoted = !quoted,
            '\\' if quoted && !escaped => {
                escaped = true;
                continue;
            }
            ' ' if !quoted => words.push(String::new()),
            c => words[last].push(c),
        }
        escaped = false;
    }
    words
}
