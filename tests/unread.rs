//! What cannot be read is unknown, and is told: one word and one exit code for one event, whatever
//! the verb.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::provider::fake::Peer;
use crate::provider::toy::World;
use crate::provider::{Ran, Toy, run};

const ALL: &str = "lrswipkxtea";

/// What happens to a question for the entries of a folder, once something was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    /// It is refused.
    Refused,
    /// The connection is dropped.
    Dropped,
}

/// A toy to which `event` happens after the first change that is made while it is armed.
struct Blind {
    toy: Toy,
    armed: Arc<AtomicBool>,
}

impl Blind {
    /// One mailbox, in which alice may read, and somebody stands whom nobody knows.
    fn new(event: Event) -> Blind {
        Blind::with(event, |toy| {
            for folder in ["INBOX", "Sent"] {
                toy.set(folder, "alice@example.test", "lrs");
            }
            toy.set("Sent", "gone@example.test", "lrs");
        })
    }

    /// So many mailboxes that the administrator's own session sees.
    fn many(event: Event, count: usize) -> Blind {
        Blind::with(event, move |world| {
            for n in 1..=count {
                let name = format!("shared/m{n}@example.test");
                world.set(&name, &format!("m{n}@example.test"), ALL);
                world.set(&name, "admin", ALL);
            }
        })
    }

    fn with(event: Event, furnish: impl Fn(&World) + Send + Sync + 'static) -> Blind {
        let armed = Arc::new(AtomicBool::new(false));
        let (begun, changed) = (AtomicBool::new(false), AtomicBool::new(false));
        let is_armed = Arc::clone(&armed);
        let toy = Toy::twisted(&["Sent"], move |peer, line, world| {
            if !begun.swap(true, Ordering::SeqCst) {
                furnish(world);
            }
            let verb = line.split(' ').nth(1).unwrap_or_default();
            if !is_armed.load(Ordering::SeqCst) {
                return list(peer, line, world);
            }
            if ["SETACL", "DELETEACL", "CREATE"].contains(&verb) {
                changed.store(true, Ordering::SeqCst);
            }
            let blind = verb == "GETACL" && changed.load(Ordering::SeqCst);
            match event {
                // The first question of a login is whose session this is.
                Event::Refused if blind && !line.contains("\"INBOX\"") => {
                    peer.no("[UNAVAILABLE] not now");
                    true
                }
                Event::Dropped if blind => {
                    peer.close();
                    true
                }
                _ => list(peer, line, world),
            }
        });
        Blind { toy, armed }
    }

    fn arm(&self) {
        self.armed.store(true, Ordering::SeqCst);
    }

    fn run(&self, words: &[&str]) -> Ran {
        self.toy.run(words)
    }

    /// The same as an administrator who reaches mailboxes by namespaces.
    fn namespaced(&self, words: &[&str]) -> Ran {
        let mut command = self.toy.sharemail();
        run::run(command.env("SHAREMAIL_REACH", "namespace"), words)
    }
}

/// Lists what lies in the namespace of others.
pub fn list(peer: &mut Peer, line: &str, world: &World) -> bool {
    let pattern = line.rsplit('"').nth(1).unwrap_or_default();
    if !line.contains(" LIST ") || !pattern.starts_with("shared/") {
        return false;
    }
    let begin = pattern.trim_end_matches(['*', '%']);
    let names = world.names().into_iter();
    let shown = |name: &String| match begin == pattern {
        true => name == begin,
        false => name.starts_with(begin),
    };
    for name in names.filter(shown) {
        peer.send(format!("* LIST () \"/\" \"{name}\"\r\n"));
    }
    peer.ok("done");
    true
}

/// Runs these words on a mailbox that nobody can read after the first change.
fn told(event: Event, words: &[&str]) -> Ran {
    let blind = Blind::new(event);
    blind.arm();
    blind.run(words)
}

/// It may have been done, nobody knows, and that is said.
#[track_caller]
fn is_unknown(ran: Ran) {
    ran.exits(3).says("unknown").says_not("silently");
}

#[test]
fn what_cannot_be_read_back_is_unknown_whatever_the_verb() {
    let verbs: [&[&str]; 6] = [
        &["grant", "support@", "alice", "--write"],
        &["revoke", "support@", "alice"],
        &["create", "support@", "--folder", "New"],
        &["folder", "create", "support@", "New"],
        &["check", "support@", "--fix", "--yes"],
        &["grant", "support@", "bob", "--send-as"],
    ];
    for event in [Event::Refused, Event::Dropped] {
        for words in verbs {
            println!("{event:?} {words:?}");
            is_unknown(told(event, words));
        }
    }
}

#[test]
fn what_cannot_be_read_back_is_unknown_to_undo() {
    for event in [Event::Refused, Event::Dropped] {
        let blind = Blind::new(event);
        let file = blind.toy.write("there", "").with_file_name("it.undo");
        let file = file.to_str().unwrap();
        let words = ["grant", "support@", "bob", "--write", "--undo-file", file];
        blind.run(&words).exits(0);
        blind.arm();
        is_unknown(blind.run(&["undo", file, "--yes"]));
    }
}

#[test]
fn what_cannot_be_read_back_is_unknown_to_a_file_whatever_its_size() {
    for event in [Event::Refused, Event::Dropped] {
        for count in [1, 3, 6] {
            println!("{event:?} {count}");
            let blind = Blind::many(event, count);
            let wish = |n| format!("[mailbox.\"m{n}@example.test\"]\nread-only = [\"alice\"]\n");
            let text: String = (1..=count).map(wish).collect();
            let file = blind.toy.write("wishes.toml", &text);
            blind.arm();
            let words = ["apply", "-f", file.to_str().unwrap(), "--yes"];
            is_unknown(blind.namespaced(&words));
        }
    }
}

#[test]
fn an_identity_folder_that_cannot_be_read_is_not_taken_for_empty() {
    let toy = Toy::bare(&["Sent"], |peer, line, world| {
        let made = world.stored("Identities/Send As", "support@example.test");
        let refused = line.contains("GETACL \"Identities/Send As\"") && made.is_some();
        if refused {
            peer.no("[UNAVAILABLE] not now");
        }
        refused
    });
    toy.run(["grant", "support@", "alice", "--full-access"])
        .exits(3)
        .says("full-access on 2 folders")
        .says("Identities/Send As: unknown: it is there, and what it inherited cannot be read");
}
