//! What a toy knows.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::letters::Mail;
use super::{ALL, PEOPLE, SUPPORT, Town};

/// What it says it can do.
pub const CAPABILITIES: &str = "IMAP4rev1 SASL-IR AUTH=PLAIN ID ACL RIGHTS=texk NAMESPACE";

/// The folders of a mailbox, and who has which rights on each.
pub type Folders = BTreeMap<String, BTreeMap<String, String>>;

/// All that a toy held at one time.
pub struct Held(BTreeMap<String, Folders>, Mail);

/// What a toy knows: shared by its connections, and open to twists.
#[derive(Default)]
pub struct World {
    mailboxes: Mutex<BTreeMap<String, Folders>>,
    pub(super) mail: Mutex<Mail>,
    /// Which folder of which mailbox each connection has selected.
    pub(super) selected: Mutex<BTreeMap<usize, (String, String)>>,
    /// What each connection's last search that keeps it has found.
    pub(super) found: Mutex<BTreeMap<usize, Vec<u32>>>,
    heard: Mutex<Vec<(usize, String)>>,
    users: Mutex<BTreeMap<usize, String>>,
    offers: Mutex<String>,
    people: Vec<String>,
    is_town: bool,
    reigns: bool,
}

impl World {
    /// One mailbox with these folders.
    pub(super) fn small(folders: &[&str]) -> World {
        let folders = folders.iter().map(|folder| (*folder).to_owned()).collect();
        let world = World::of(&Town {
            mailboxes: vec![(SUPPORT.to_owned(), folders)],
            people: PEOPLE.map(str::to_owned).to_vec(),
            reigns: false,
        });
        World {
            is_town: false,
            ..world
        }
    }

    pub(super) fn of(town: &Town) -> World {
        let world = World {
            people: town.people.clone(),
            is_town: true,
            reigns: town.reigns,
            ..World::default()
        };
        for (owner, folders) in &town.mailboxes {
            for folder in std::iter::once("INBOX").chain(folders.iter().map(String::as_str)) {
                world.set_on(owner, folder, owner, ALL);
            }
        }
        world
    }

    /// Every command that was sent, with the number of its connection, in the order of arrival.
    pub fn heard(&self) -> Vec<(usize, String)> {
        self.heard.lock().unwrap().clone()
    }

    /// Forgets what was sent so far.
    pub fn forget(&self) {
        self.heard.lock().unwrap().clear();
    }

    pub(super) fn hear(&self, connection: usize, command: &str) {
        let heard = (connection, command.to_owned());
        self.heard.lock().unwrap().push(heard);
    }

    /// As whom somebody is logged in on this connection.
    pub fn user(&self, connection: usize) -> Option<String> {
        self.users.lock().unwrap().get(&connection).cloned()
    }

    pub(super) fn let_in(&self, connection: usize, user: &str) {
        let mut users = self.users.lock().unwrap();
        users.insert(connection, user.to_owned());
    }

    /// All mailboxes, to be put back later.
    pub fn copy(&self) -> Held {
        let mail = self.mail.lock().unwrap().clone();
        Held(self.mailboxes.lock().unwrap().clone(), mail)
    }

    /// Makes them what they were.
    pub fn put_back(&self, Held(mailboxes, mail): Held) {
        *self.mailboxes.lock().unwrap() = mailboxes;
        *self.mail.lock().unwrap() = mail;
    }

    pub(super) fn is_town(&self) -> bool {
        self.is_town
    }

    /// What an entry gives.
    pub fn stored(&self, folder: &str, identifier: &str) -> Option<String> {
        self.stored_on(SUPPORT, folder, identifier)
    }

    /// The same on another mailbox.
    pub fn stored_on(&self, mailbox: &str, folder: &str, identifier: &str) -> Option<String> {
        let mailboxes = self.mailboxes.lock().unwrap();
        let entries = mailboxes.get(mailbox)?.get(folder)?;
        if self.reigns && identifier == "admin" {
            return Some(ALL.to_owned());
        }
        entries.get(identifier).cloned()
    }

    /// From the next login on, this is offered beside the other capabilities.
    pub fn offer(&self, capability: &str) {
        *self.offers.lock().unwrap() = format!(" {capability}");
    }

    pub(super) fn capabilities(&self) -> String {
        CAPABILITIES.to_owned() + &self.offers.lock().unwrap()
    }

    /// Makes an entry, and its folder where there is none.
    pub fn set(&self, folder: &str, identifier: &str, rights: &str) {
        self.set_on(SUPPORT, folder, identifier, rights);
    }

    /// The same on another mailbox.
    pub fn set_on(&self, mailbox: &str, folder: &str, identifier: &str, rights: &str) {
        let mut mailboxes = self.mailboxes.lock().unwrap();
        let folders = mailboxes.entry(mailbox.to_owned()).or_default();
        let entries = folders.entry(folder.to_owned()).or_default();
        entries.insert(identifier.to_owned(), rights.to_owned());
    }

    pub(super) fn remove(&self, mailbox: &str, folder: &str, identifier: &str) {
        let mut mailboxes = self.mailboxes.lock().unwrap();
        let folder = mailboxes.get_mut(mailbox).and_then(|f| f.get_mut(folder));
        folder.map(|entries| entries.remove(identifier));
    }

    /// Makes a folder that is not there, and its mailbox; tells whether it was not.
    pub(super) fn create(&self, mailbox: &str, folder: &str) -> bool {
        let mut mailboxes = self.mailboxes.lock().unwrap();
        let folders = mailboxes.entry(mailbox.to_owned()).or_default();
        if folders.contains_key(folder) {
            return false;
        }
        let mut above = folder.rmatch_indices('/').map(|(at, _)| &folder[..at]);
        let above = above.find(|above| folders.contains_key(*above));
        let heritage = folders.get(above.unwrap_or("INBOX"));
        let mut entries = heritage
            .filter(|_| self.is_town)
            .cloned()
            .unwrap_or_default();
        entries.insert(mailbox.to_owned(), ALL.to_owned());
        folders.insert(folder.to_owned(), entries);
        true
    }

    /// Takes a folder away, or with INBOX the mailbox once it holds nothing else; tells whether there
    /// was one.
    pub(super) fn delete(&self, mailbox: &str, folder: &str) -> bool {
        let mut mailboxes = self.mailboxes.lock().unwrap();
        let Some(folders) = mailboxes.get_mut(mailbox) else {
            return false;
        };
        let was_there = folders.remove(folder).is_some();
        let place = (mailbox.to_owned(), folder.to_owned());
        self.mail.lock().unwrap().remove(&place);
        if folders.is_empty() {
            mailboxes.remove(mailbox);
        }
        was_there
    }

    /// Gives a folder another name, with those below it, or a mailbox; tells whether it was there.
    pub(super) fn rename(&self, from: (&str, &str), to: (&str, &str)) -> bool {
        let mut mailboxes = self.mailboxes.lock().unwrap();
        if from.1 == "INBOX" && to.1 == "INBOX" {
            let Some(mut folders) = mailboxes.remove(from.0) else {
                return false;
            };
            for entries in folders.values_mut() {
                let owners = entries.remove(from.0);
                entries.extend(owners.map(|rights| (to.0.to_owned(), rights)));
            }
            mailboxes.insert(to.0.to_owned(), folders);
            return true;
        }
        let Some(folders) = mailboxes.get_mut(from.0) else {
            return false;
        };
        let below = format!("{}/", from.1);
        let is_moved = |path: &String| path == from.1 || path.starts_with(&below);
        let moved: Vec<String> = folders.keys().filter(|p| is_moved(p)).cloned().collect();
        for path in &moved {
            let entries = folders.remove(path).unwrap_or_default();
            folders.insert(format!("{}{}", to.1, &path[from.1.len()..]), entries);
        }
        !moved.is_empty()
    }

    /// The names of all folders.
    pub fn names(&self) -> Vec<String> {
        self.names_of(SUPPORT)
    }

    /// The same on another mailbox.
    pub(super) fn names_of(&self, mailbox: &str) -> Vec<String> {
        let mailboxes = self.mailboxes.lock().unwrap();
        let folders = mailboxes.get(mailbox).into_iter().flat_map(BTreeMap::keys);
        folders.cloned().collect()
    }

    pub(super) fn owners(&self) -> Vec<String> {
        self.mailboxes.lock().unwrap().keys().cloned().collect()
    }

    /// Whether somebody of this name can be logged in as.
    pub(super) fn knows(&self, name: &str) -> bool {
        let owns = self.mailboxes.lock().unwrap().contains_key(name);
        owns || self.people.iter().any(|person| person == name)
    }

    /// Every folder with its entries, but those of owners who have everything.
    pub fn holds(&self) -> Vec<String> {
        let mailboxes = self.mailboxes.lock().unwrap();
        let mut lines = Vec::new();
        for (owner, folders) in mailboxes.iter() {
            for (folder, entries) in folders {
                let others = entries.iter().filter(|(who, r)| *who != owner || *r != ALL);
                let others: String = others.map(|(who, r)| format!(" {who} {r}")).collect();
                lines.push(format!("{owner} {folder}:{others}"));
            }
        }
        lines.extend(self.letters());
        lines
    }

    pub(super) fn entries(&self, mailbox: &str, folder: &str) -> Option<String> {
        let mailboxes = self.mailboxes.lock().unwrap();
        let entries = mailboxes.get(mailbox)?.get(folder)?.iter();
        Some(
            entries
                .map(|(who, rights)| format!(" \"{who}\" {rights}"))
                .collect(),
        )
    }
}
