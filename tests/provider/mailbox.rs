//! A shared mailbox of a test's own, and the names that it has from either side.

use std::collections::BTreeMap;

use super::client::{Client, quoted, utf7};
use super::toy::IDENTITIES;
use super::{Cyrus, Dovecot, Kind, PASSWORD, Provider, Ran};

/// A shared mailbox on a running provider, and the people of one test.
pub struct Mailbox<'p> {
    /// Where it is.
    pub provider: &'p Provider,
    /// Its address: `support7@example.test`.
    pub address: String,
    /// The test's own people, none of whom has access.
    pub people: Vec<String>,
}

/// One on each server, with these folders and so many people.
pub fn on_both(folders: &[&str], people: usize) -> [Mailbox<'static>; 2] {
    [Dovecot::running(), Cyrus::running()].map(|p| Mailbox::on(p, folders, people))
}

impl<'p> Mailbox<'p> {
    /// One on this provider, with these folders and so many people.
    pub fn on(provider: &'p Provider, folders: &[&str], people: usize) -> Mailbox<'p> {
        let stems = ["support", "alice", "bob", "carol"];
        let stems: Vec<&str> = stems.into_iter().take(people + 1).collect();
        let mut names = provider.fresh_all(&stems);
        let mailbox = Mailbox {
            provider,
            address: names.remove(0),
            people: names,
        };
        mailbox.make(folders);
        mailbox
    }

    /// Makes folders, each with the server's own idea of who may do what there.
    pub fn make(&self, folders: &[&str]) {
        let creates = folders
            .iter()
            .map(|folder| format!("CREATE {}", quoted(&self.owned(folder))));
        self.owner().all_ok(creates);
    }

    /// Makes the folders that keep identities, without any entry in them but the owner's.
    pub fn make_identities(&self) {
        self.make(&IDENTITIES);
        for folder in IDENTITIES {
            for who in self.entries(folder).into_keys() {
                let name = quoted(&self.owned(folder));
                let delete = format!("DELETEACL {name} {}", quoted(&who));
                self.owner().ok(&delete);
            }
        }
    }

    /// The only one of the people, or the first.
    pub fn alice(&self) -> &str {
        &self.people[0]
    }

    /// The second of the people.
    pub fn bob(&self) -> &str {
        &self.people[1]
    }

    /// Runs sharemail with this provider's profile.
    pub fn run<const N: usize>(&self, words: [&str; N]) -> Ran {
        self.provider.run(words)
    }

    /// `sharemail grant` on this mailbox.
    pub fn grant<const N: usize>(&self, words: [&str; N]) -> Ran {
        self.provider
            .run(["grant", &self.address].iter().chain(&words))
    }

    /// `sharemail revoke` on this mailbox.
    pub fn revoke<const N: usize>(&self, words: [&str; N]) -> Ran {
        self.provider
            .run(["revoke", &self.address].iter().chain(&words))
    }

    /// Whoever may give rights on it.
    pub fn owner(&self) -> Client {
        Client::owner(self.provider, &self.address)
    }

    /// How this server's ACLs spell a person.
    pub fn spelled<'a>(&self, person: &'a str) -> &'a str {
        self.provider.spelled(person)
    }

    /// A folder's name for [`Mailbox::owner`], as on the wire.
    pub fn owned(&self, folder: &str) -> String {
        let provider = self.provider;
        let separator = provider.separator();
        let path = utf7(&folder.replace('/', separator));
        match (provider.kind(), folder) {
            (Kind::Dovecot, "INBOX") => path,
            (Kind::Dovecot, _) if separator == "." => format!("INBOX.{path}"),
            (Kind::Dovecot, _) => path,
            (Kind::Cyrus, _) => {
                let root = format!("user{separator}{}", local(&self.address));
                let name = match folder {
                    "INBOX" => root,
                    _ => format!("{root}{separator}{path}"),
                };
                match provider.spelled(&self.address).rsplit_once('@') {
                    Some((_, domain)) => format!("{name}@{domain}"),
                    None => name,
                }
            }
            (Kind::Courier, _) => self.seen(folder),
        }
    }

    /// A folder's name for a member, as on the wire.
    pub fn seen(&self, folder: &str) -> String {
        let separator = self.provider.separator();
        let root = match (self.provider.kind(), separator) {
            (Kind::Dovecot, "/") => format!("shared/{}", self.provider.spelled(&self.address)),
            (Kind::Dovecot, _) => format!("shared.{}", local(&self.address)),
            (Kind::Cyrus, _) => format!("Other Users{separator}{}", local(&self.address)),
            (Kind::Courier, _) if self.provider.has("--munge") => {
                format!("#shared.{}", self.address.replace('.', "\\:"))
            }
            (Kind::Courier, _) => format!("#shared.{}", self.address.replace('.', " ")),
        };
        match folder {
            "INBOX" => root,
            _ => format!("{root}{separator}{}", utf7(&folder.replace('/', separator))),
        }
    }

    /// The entries of a folder, the owner's own left out.
    pub fn entries(&self, folder: &str) -> BTreeMap<String, String> {
        let mut entries = self.owner().getacl(&self.owned(folder));
        entries.remove(self.spelled(&self.address));
        entries
    }

    /// What an entry gives.
    pub fn stored(&self, folder: &str, person: &str) -> Option<String> {
        self.entries(folder).remove(self.spelled(person))
    }

    /// Gives a person these rights behind sharemail's back.
    pub fn set(&self, folder: &str, person: &str, rights: &str) {
        let identifier = self.spelled(person);
        self.owner().setacl(&self.owned(folder), identifier, rights);
    }

    /// A new session of a person's own.
    pub fn member(&self, person: &str) -> Client {
        Client::login(self.provider, self.provider.login_of(person), PASSWORD)
    }

    /// What a person may do with a folder, by MYRIGHTS in a new session of her own.
    pub fn rights(&self, person: &str, folder: &str) -> Option<String> {
        self.member(person).myrights(&self.seen(folder))
    }

    /// All that this server knows, in alphabetical order.
    pub fn everything(&self) -> &'static str {
        match self.provider.kind() {
            Kind::Dovecot => "aeiklprstwx",
            Kind::Cyrus => "aeiklnprstwx",
            Kind::Courier => "aeiklrstwx",
        }
    }
}

/// What stands before the `@`.
pub fn local(address: &str) -> &str {
    address.split('@').next().unwrap_or(address)
}
