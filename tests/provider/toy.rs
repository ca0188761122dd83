//! A small IMAP server that behaves, except where a test says otherwise.
//!
//! It holds support@example.test, with the folders that keep identities unless it is bare, and lets the administrator in as support, alice, bob and carol,
//! as a Dovecot with a master user would; a [`Town`] holds more. A test's twist sees each command first and may answer it
//! in the server's place.

mod answer;
mod letters;
mod mail;
mod search;
mod world;

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::fake::{Fake, Peer};
use super::{Ran, run};
use answer::answer;
pub use answer::{place, words};
pub use world::World;

/// The mailbox that a toy holds.
pub const SUPPORT: &str = "support@example.test";
/// The folders that keep its identities.
pub const IDENTITIES: [&str; 3] = [
    "Identities",
    "Identities/Send As",
    "Identities/Send on Behalf",
];
/// What an owner has.
pub const ALL: &str = "lrswipkxtea";
/// Who can be logged in as, beside the owners.
pub const PEOPLE: [&str; 3] = [
    "alice@example.test",
    "bob@example.test",
    "carol@example.test",
];

/// What a toy holds that is more than one mailbox.
#[derive(Clone, Default)]
pub struct Town {
    /// The mailboxes, each with its folders beside INBOX.
    pub mailboxes: Vec<(String, Vec<String>)>,
    /// Who can be logged in as, beside their owners.
    pub people: Vec<String>,
    /// Whether the administrator's own session sees all of them, and may do everything there.
    pub reigns: bool,
}

/// A running one.
pub struct Toy {
    fake: Fake,
    world: Arc<World>,
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
        Toy::greeting("ready", World::small(folders), twist)
    }

    /// The same as a Dovecot greets.
    pub fn dovecot(
        folders: &[&str],
        twist: impl Fn(&mut Peer, &str, &World) -> bool + Send + Sync + 'static,
    ) -> Toy {
        let folders = [folders, &IDENTITIES].concat();
        Toy::greeting("Dovecot ready.", World::small(&folders), twist)
    }

    /// One that holds a town. What is made there inherits the entries of what it is made in.
    pub fn of(
        town: &Town,
        twist: impl Fn(&mut Peer, &str, &World) -> bool + Send + Sync + 'static,
    ) -> Toy {
        Toy::greeting("ready", World::of(town), twist)
    }

    fn greeting(
        greeting: &'static str,
        world: World,
        twist: impl Fn(&mut Peer, &str, &World) -> bool + Send + Sync + 'static,
    ) -> Toy {
        let world = Arc::new(world);
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
        let sessions = self.world.heard();
        sessions.into_iter().map(|(_, command)| command).collect()
    }

    /// Those that begin with this word.
    pub fn heard_of(&self, verb: &str) -> Vec<String> {
        let mut heard = self.heard();
        heard.retain(|command| command.split(' ').next() == Some(verb));
        heard
    }

    /// What it knows.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Its own folder, in which sharemail is at home.
    pub fn dir(&self) -> &Path {
        self.fake.dir()
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.fake.port()
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

type Twist<'a> = &'a (dyn Fn(&mut Peer, &str, &World) -> bool + Send + Sync);

fn converse(peer: &mut Peer, greeting: &str, world: &World, twist: Twist) {
    peer.send(format!(
        "* OK [CAPABILITY {}] {greeting}\r\n",
        world::CAPABILITIES
    ));
    let mut user = String::new();
    while let Some(line) = peer.next() {
        let command = line.split_once(' ').map_or("", |(_, command)| command);
        let text = match command.starts_with("APPEND ") {
            true => peer.literal(&line),
            false => Some(String::new()),
        };
        // Whoever leaves in the middle of a message has sent no command.
        let Some(text) = text else { return };
        world.hear(peer.number, command);
        if !twist(peer, &line, world) {
            obey(peer, (command, &text), world, &mut user);
        }
    }
}

/// Does what the last command asks for, and answers it.
fn obey(peer: &mut Peer, (command, text): (&str, &str), world: &World, user: &mut String) {
    let words = words(command);
    let word = |n: usize| words.get(n).map_or("", String::as_str);
    match word(0) {
        "AUTHENTICATE" => match log_in(word(2), world) {
            Some(name) => {
                world.let_in(peer.number, &name);
                *user = name;
                peer.ok(&format!("[CAPABILITY {}] in", world.capabilities()));
            }
            None => peer.no("[AUTHORIZATIONFAILED] nobody of that name"),
        },
        "UID" => mail::obey(peer, world, user, &words),
        "APPEND" => mail::append(peer, world, user, (command, text)),
        _ => answer(peer, world, user, &words),
    }
}

/// The name before the `*`, where it is somebody's.
fn log_in(response: &str, world: &World) -> Option<String> {
    let answer = String::from_utf8(BASE64_STANDARD.decode(response).ok()?).ok()?;
    let login = answer.split('\0').nth(1)?;
    let name = login.split('*').next()?;
    (world.knows(name) || login == "admin").then(|| name.to_owned())
}
