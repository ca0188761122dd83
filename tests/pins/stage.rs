//! A toy as a verb finds it, and the command that runs the verb on it.

use std::process::Command;

use super::verbs::Verb;
use crate::provider::Toy;
use crate::provider::fake::Peer;
use crate::provider::run::{self, Ran};
use crate::provider::toy::{Town, World};

/// Where a verb is about to run.
pub struct Stage<'v> {
    /// Who runs.
    pub verb: &'v Verb,
    /// The server.
    pub toy: Toy,
    /// What it held.
    pub before: Vec<String>,
}

impl<'v> Stage<'v> {
    /// One that is as the verb wants it; from then on `twist` sees each command.
    pub fn set(
        verb: &'v Verb,
        twist: impl Fn(&mut Peer, &str, &World) -> bool + Send + Sync + 'static,
    ) -> Self {
        let begun = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let has_begun = std::sync::Arc::clone(&begun);
        let owned = |(owner, folders): &(&str, &[&str])| {
            let folders = folders.iter().map(|folder| (*folder).to_owned());
            ((*owner).to_owned(), folders.collect())
        };
        let town = Town {
            mailboxes: verb.mailboxes.iter().map(owned).collect(),
            people: super::verbs::PEOPLE.map(str::to_owned).to_vec(),
            reigns: verb.reigns,
        };
        let toy = Toy::of(&town, move |peer, line, world| {
            has_begun.load(std::sync::atomic::Ordering::SeqCst) && twist(peer, line, world)
        });
        // What every server of these days can, and what mail is moved by.
        if !verb.mail.is_empty() {
            toy.world().offer("MOVE UIDPLUS SAVEDATE");
        }
        for (mailbox, folder, who, rights) in verb.entries {
            let who = format!("{who}@example.test");
            toy.world().set_on(mailbox, folder, &who, rights);
        }
        for (mailbox, folder, flags) in verb.mail {
            toy.world().deliver(mailbox, folder, flags);
        }
        for (name, text) in verb.files {
            toy.write(name, text);
        }
        let mut stage = Stage {
            verb,
            toy,
            before: Vec::new(),
        };
        for words in verb.first {
            stage.run(words).exits(0);
        }
        stage.toy.world().forget();
        stage.before = stage.toy.world().holds();
        begun.store(true, std::sync::atomic::Ordering::SeqCst);
        stage
    }

    /// sharemail with these words.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = self.toy.sharemail();
        let names = self.verb.mailboxes.iter().map(|(owner, _)| *owner);
        if self.verb.reigns {
            command.env("SHAREMAIL_REACH", "namespace");
        } else {
            command.env("SHAREMAIL_MAILBOXES", names.collect::<Vec<_>>().join(","));
        }
        // Where another connection may be there, the one that reads what became of mail is opened while the last change is
        // on its way: which of both comes first is left to chance.
        if self.verb.one_at_a_time || !self.verb.mail.is_empty() {
            command.env("SHAREMAIL_IMAP_CONNECTIONS", "1");
        }
        command.current_dir(self.toy.dir()).args(words);
        command
    }

    /// Runs it.
    pub fn run(&self, words: &[&str]) -> Ran {
        run::wait(run::start(&mut self.command(words)))
    }

    /// What the server holds otherwise than before, line by line.
    pub fn changed(&self) -> Vec<String> {
        difference(&self.before, &self.toy.world().holds())
    }

    /// What differs from run to run, put in other words.
    pub fn without_chance(&self, text: &str) -> String {
        let dir = self.toy.dir().display().to_string();
        let text = text.replace(&dir, "[dir]");
        let text = text.replace(
            &format!("localhost:{}", self.toy.port()),
            "localhost:[port]",
        );
        super::record::without_times(&text)
    }
}

/// What is in one and not in the other, a folder's line before and after one below the other.
pub fn difference(before: &[String], now: &[String]) -> Vec<String> {
    let gone = before.iter().filter(|line| !now.contains(line));
    let new = now.iter().filter(|line| !before.contains(line));
    let gone = gone.map(|line| format!("- {line}"));
    let mut all: Vec<String> = gone.chain(new.map(|line| format!("+ {line}"))).collect();
    all.sort_by(|a, b| a[2..].cmp(&b[2..]));
    all
}
