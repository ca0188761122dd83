//! The process killed after each command that reached the server: the same command run again ends
//! where an undisturbed run does, and what was written down takes back exactly what was done.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::record::{is_change, listed, told};
use super::stage::{Stage, difference};
use super::verbs::Verb;
use crate::provider::Ran;
use crate::provider::run;

/// The file that takes back what was done, where the verb writes one where it is told to.
const UNDO: &str = "back.undo";

/// A process, and the command after which it ends.
#[derive(Default)]
struct Victim {
    pid: AtomicU32,
    after: usize,
    heard: AtomicUsize,
    /// The connections up to this one are its own.
    last: AtomicUsize,
    /// One command at a time: no other session goes on while it ends.
    turn: Mutex<()>,
}

impl Victim {
    /// Whether it dies at the next command on this connection, or is dead.
    fn meets(&self, connection: usize) -> Option<bool> {
        if connection > self.last.load(Ordering::SeqCst) {
            return None;
        }
        let count = self.heard.fetch_add(1, Ordering::SeqCst) + 1;
        (count >= self.after).then_some(count == self.after)
    }

    fn die(&self) {
        // It may speak before it is known by its number.
        let pid = loop {
            match self.pid.load(Ordering::SeqCst) {
                0 => thread::sleep(Duration::from_millis(1)),
                pid => break pid,
            }
        };
        let pid = Pid::from_raw(pid.cast_signed()).unwrap();
        kill_process(pid, Signal::KILL).unwrap();
    }
}

/// Kills it after each command from the one before its first change to the one behind its last: what
/// comes before and behind leaves the same. Gives what is then not as it
/// should be, as it is kept; nothing where all is well.
pub fn after_each_command(verb: &Verb) -> String {
    let whole = Stage::set(verb, |_, _, _| false);
    let words: Vec<&str> = [verb.words, undo_file(verb, UNDO)].concat();
    let undisturbed = whole.run(&words);
    let expected = whole.toy.world().holds();
    assert_ne!(
        expected, whole.before,
        "it changes nothing: {undisturbed:?}"
    );
    let heard = whole.toy.heard();
    let changes = || (1..).zip(&heard).filter(|(_, command)| is_change(command));
    let first = changes().map(|(n, _)| n).next().unwrap();
    let last = changes().map(|(n, _)| n).last().unwrap();
    let mut seen = BTreeSet::new();
    let mut faults = Vec::new();
    let mut kills = 0;
    for after in moments(first - 1, last + 1) {
        let (stage, ran) = killed_after(verb, after, &words);
        kills += usize::from(ran.code.is_none());
        // From what it left nothing new can follow where another kill has left the same.
        if ran.code.is_none() && seen.insert(left(&stage)) {
            faults.extend(goes_on(&stage, &expected));
        }
    }
    assert!(kills > 1 && seen.len() > 1, "{kills} {}", seen.len());
    kept(&faults)
}

/// All from the first to the last where they are few, and else eight of them: each costs three runs.
/// `PINS=every` takes all.
fn moments(first: usize, last: usize) -> BTreeSet<usize> {
    const FEW: usize = 8;
    let count = last - first;
    if count < FEW || std::env::var("PINS").is_ok_and(|which| which == "every") {
        return (first..=last).collect();
    }
    let place = |n: usize| first + n * count / (FEW - 1);
    (0..FEW).map(place).collect()
}

/// How something was not made good, and all of it in words.
type Fault = ((&'static str, Option<i32>), String);

/// The first of each kind.
fn kept(faults: &[Fault]) -> String {
    let kinds: BTreeSet<_> = faults.iter().map(|(kind, _)| kind).collect();
    let of = |kind| faults.iter().filter(move |(other, _)| other == kind);
    let first = |kind| Some(format!("==\n{}", of(kind).next()?.1));
    kinds.into_iter().filter_map(first).collect()
}

fn undo_file(verb: &Verb, name: &'static str) -> &'static [&'static str] {
    match (verb.undo, name) {
        (false, _) => &[],
        (true, UNDO) => &["--undo-file", UNDO],
        (true, _) => &["--undo-file", "again.undo"],
    }
}

/// Runs it until it is killed, or ends; the server does the last command and none after it.
fn killed_after<'v>(verb: &'v Verb, after: usize, words: &[&str]) -> (Stage<'v>, Ran) {
    let victim = Arc::new(Victim {
        after,
        last: AtomicUsize::new(usize::MAX),
        ..Victim::default()
    });
    let its = Arc::clone(&victim);
    let stage = Stage::set(verb, move |peer, _, _| {
        let _turn = its.turn.lock().unwrap();
        match its.meets(peer.number) {
            Some(true) => {
                its.die();
                peer.hang_up();
                false
            }
            Some(false) => {
                peer.hang_up();
                true
            }
            None => false,
        }
    });
    let child = run::start(&mut stage.command(words));
    victim.pid.store(child.id(), Ordering::SeqCst);
    let ran = run::wait(child);
    // Whatever connected before this has been taken by now.
    let socket = TcpStream::connect(("127.0.0.1", stage.toy.port())).unwrap();
    BufReader::new(&socket)
        .read_line(&mut String::new())
        .unwrap();
    victim.last.store(stage.toy.connections(), Ordering::SeqCst);
    (stage, ran)
}

/// What a run left: on the server, and on the disk but for times.
fn left(stage: &Stage) -> Vec<String> {
    let mut left = stage.toy.world().holds();
    let dir = stage.toy.dir();
    for path in files(dir) {
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        let name = path.strip_prefix(dir).unwrap().display().to_string();
        left.push(stage.without_chance(&format!("{name}: {text}")));
    }
    left
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        match entry.file_type().unwrap() {
            kind if kind.is_dir() => all.extend(files(&entry.path())),
            kind if kind.is_file() => all.push(entry.path()),
            _ => {}
        }
    }
    all.sort();
    all
}

/// The same command again, and from the same beginning what takes it back: how either fails.
fn goes_on(stage: &Stage, expected: &[String]) -> Vec<Fault> {
    let verb = stage.verb;
    let world = stage.toy.world();
    let (killed, held) = (world.copy(), world.holds());
    let mut faults = Vec::new();
    let mut fault = |what: &'static str, wanted: &[String], words: &[&str], ran: &Ran| {
        let now = world.holds();
        if now != wanted {
            let text = told(stage, words, ran);
            let left = listed("killed with", &difference(&stage.before, &held));
            let wrong = listed(what, &difference(wanted, &now));
            faults.push(((what, ran.code), format!("{left}{text}{wrong}")));
        }
    };
    let words = [verb.words, undo_file(verb, "again")].concat();
    let again = stage.run(&words);
    fault("not as in an undisturbed run", expected, &words, &again);
    if verb.undo && !stage.toy.dir().join(UNDO).exists() {
        assert_eq!(held, stage.before, "{}: it wrote no undo file", verb.name);
    } else if verb.undo {
        world.put_back(killed);
        let words = ["undo", UNDO, "--yes"];
        let back = stage.run(&words);
        fault("not as before", &stage.before, &words, &back);
    }
    faults
}
