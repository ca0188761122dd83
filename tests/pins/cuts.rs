//! The connection cut at one moment: what is said, how the run ends, and what the server then holds.

use std::collections::BTreeSet;
use std::sync::Mutex;

use super::record::{changes_messages, is_change, listed, told};
use super::stage::Stage;
use super::verbs::Verb;
use crate::provider::fake::Peer;
use crate::provider::toy::{World, place, words};

/// When, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    /// In place of the first change: the server never gets it.
    Before,
    /// At the first change: the server makes it, and nobody gets its answer.
    At,
    /// After the answer to the first change.
    After,
    /// At the first reading that follows a change.
    Reading,
    /// No connection: the server does not say again what is on the folders that were changed.
    Unread,
    /// At the first change, and then nobody is let in any more.
    Gone,
}

const CUTS: [(Cut, &str); 6] = [
    (Cut::Before, "cut before the first change"),
    (Cut::At, "cut at the first change"),
    (Cut::After, "cut after the first change"),
    (Cut::Reading, "cut at the first reading after a change"),
    (Cut::Unread, "what was changed cannot be read"),
    (Cut::Gone, "cut at the first change, and no way back"),
];

/// What happened so far.
#[derive(Default)]
struct Seen {
    /// The connection that sent the first change.
    first: Option<usize>,
    is_over: bool,
    changed: BTreeSet<(String, String)>,
    /// Whether messages were changed.
    has_stored: bool,
}

impl Cut {
    fn act(self, seen: &mut Seen, peer: &mut Peer, command: &str, world: &World) -> bool {
        let change = is_change(command);
        let is_first = change && seen.first.is_none();
        let words = words(command);
        let user = world.user(peer.number).unwrap_or_default();
        let name = words.get(1).map_or("", String::as_str);
        let (mailbox, folder) = place(world, &user, name);
        let there = (mailbox.to_owned(), folder.to_owned());
        let asks = ["LIST", "GETACL", "MYRIGHTS", "EXAMINE", "STATUS"].contains(&words[0].as_str());
        let follows = seen.first.is_some() && !seen.is_over;
        if is_first {
            seen.first = Some(peer.number);
        }
        seen.has_stored |= changes_messages(command);
        if change {
            seen.changed.insert(there.clone());
        }
        match self {
            Cut::Before if is_first => peer.hang_up(),
            // It is obeyed all the same; nobody hears the answer.
            Cut::At | Cut::Gone if is_first => {
                peer.hang_up();
                return false;
            }
            Cut::After if follows && !is_first && seen.first == Some(peer.number) => {
                seen.is_over = true;
                peer.hang_up();
            }
            Cut::Reading if follows && asks => {
                seen.is_over = true;
                peer.hang_up();
            }
            Cut::Unread if words[0] == "GETACL" && seen.changed.contains(&there) => {
                peer.no("[SERVERBUG] not now");
            }
            Cut::Unread if words[0] == "EXAMINE" && seen.has_stored => {
                peer.no("[SERVERBUG] not now");
            }
            Cut::Gone if seen.first.is_some() => peer.hang_up(),
            _ => return false,
        }
        true
    }
}

/// One run for each cut, as it is kept.
pub fn all(verb: &Verb) -> String {
    let one = |(cut, name): (Cut, &str)| {
        let seen = Mutex::new(Seen::default());
        let stage = Stage::set(verb, move |peer, line, world| {
            let command = line.split_once(' ').map_or("", |(_, command)| command);
            cut.act(&mut seen.lock().unwrap(), peer, command, world)
        });
        let ran = stage.run(verb.words);
        assert!(
            ran.code.is_some() && !ran.stderr.contains("panicked"),
            "{ran:?}"
        );
        let held = listed("holds", &stage.changed());
        format!("== {name}\n{}{held}", told(&stage, verb.words, &ran))
    };
    CUTS.map(one).concat()
}
