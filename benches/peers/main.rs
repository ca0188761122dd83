//! How fast sharemail is beside what administrators have, on the same work.
//!
//! `cargo bench` starts throwaway servers with one mailbox of 1,000 folders, then with 1,000
//! mailboxes of ten, then with one of 100,000 messages, and lets sharemail, doveadm, cyradm, imapfilter, Python's
//! imaplib and IMAPClient take turns: without a delay, and behind a proxy that adds a 40 ms round trip. It prints medians,
//! the ratio to the best of the others, and the ratio to the floor: the bare stream of the same
//! commands over as many connections, for a change read, made and read back. Speed is reported and not asserted: the exit code is 0.
//!
//! All of it takes half an hour, most of which the others spend waiting for replies. Words choose
//! a part: `cargo bench -- dovecot one-mailbox 40ms`; with `alone` the others are left out, and
//! `before=PATH` lets another sharemail take turns, to see what a change costs. With `--manual`
//! sharemail-speed(7) tells the result.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement that cannot go on says so by panicking"
)]

#[path = "../../tests/provider/mod.rs"]
mod provider;

mod contest;
mod floor;
mod letters;
mod manual;
mod others;
mod program;
mod run;
mod scene;
mod table;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use letters::Letters;
use provider::{Cyrus, Dovecot, Provider};
use scene::{Scene, Size};
use table::Table;

/// The word that leaves the others out.
const ALONE: &str = "alone";
/// What begins the word that names the sharemail of before.
const BEFORE: &str = "before=";

/// The round trip behind the proxy.
const FAR: Duration = Duration::from_millis(40);

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --all-targets` builds benches and starts them too, to see that they start.
    if !words.iter().any(|word| word == "--bench") {
        return;
    }
    install();
    let chosen = Chosen(
        words
            .iter()
            .filter(|w| !w.starts_with('-') && *w != ALONE && !w.starts_with(BEFORE))
            .cloned()
            .collect(),
    );
    let mut tables = Vec::new();
    for server in ["dovecot", "cyrus"] {
        for size in Size::ALL
            .into_iter()
            .filter(|size| chosen.has(server, size.word()))
        {
            let provider = start(server);
            let mut scene = Scene::new(&provider, size);
            scene.alone = words.iter().any(|word| word == ALONE);
            scene.before = words
                .iter()
                .find_map(|word| word.strip_prefix(BEFORE))
                .map(PathBuf::from);
            tables.extend(measure(scene, &chosen));
        }
    }
    for server in ["dovecot", "cyrus"] {
        if chosen.has(server, "mail") {
            let alone = words.iter().any(|word| word == ALONE);
            let provider = start(server);
            let mut letters = Letters::new(&provider, alone);
            for delay in chosen.delays() {
                letters.moves_away(delay);
                tables.push(letters.measure());
            }
        }
    }
    if chosen.has("program", "program") {
        tables.push(program::measure(&Dovecot::start()));
    }
    if words.iter().any(|word| word == "--manual") {
        manual::tell(&tables);
    }
}

/// The parts that were asked for; none means all.
struct Chosen(Vec<String>);

impl Chosen {
    fn has(&self, server: &str, part: &str) -> bool {
        let servers = ["dovecot", "cyrus", "program"];
        let (named, parts): (Vec<&str>, Vec<&str>) = self
            .0
            .iter()
            .map(String::as_str)
            .partition(|w| servers.contains(w));
        let parts: Vec<&str> = parts.into_iter().filter(|w| !w.ends_with("ms")).collect();
        (named.is_empty() || named.contains(&server)) && (parts.is_empty() || parts.contains(&part))
    }

    fn delays(&self) -> Vec<Duration> {
        let is_asked = |delay: &Duration| {
            let mut asked = self.0.iter().filter(|w| w.ends_with("ms")).peekable();
            asked.peek().is_none() || asked.any(|w| *w == format!("{}ms", delay.as_millis()))
        };
        [Duration::ZERO, FAR].into_iter().filter(is_asked).collect()
    }
}

fn install() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/provider/install");
    assert!(
        Command::new(script)
            .arg("peers")
            .status()
            .unwrap()
            .success()
    );
}

fn start(server: &str) -> Provider {
    match server {
        "dovecot" => Dovecot::start(),
        _ => Cyrus::start(),
    }
}

fn measure(mut scene: Scene<'_>, chosen: &Chosen) -> Vec<Table> {
    let mut tables = Vec::new();
    for delay in chosen.delays() {
        scene.moves_away(delay);
        tables.push(contest::all(&scene));
    }
    tables
}
