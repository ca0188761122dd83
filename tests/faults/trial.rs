//! A row on a server: undisturbed, and then with one fault after another.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::rows::{self, Row};
use super::town::{self, Facts, Town};
use super::way::{Fault, Side, Then};
use crate::provider::Kind;
use crate::provider::run::{self, Ran};

/// How many of each kind of fault: the next run of the suite meets others.
const FEW: usize = 2;
/// So often is the same typed until it is done.
const PATIENCE: usize = 4;
/// What undo says of messages that went while nobody wrote down where to.
const UNFOUND: &str = "nobody wrote down where";

/// What it says of messages of which there are copies while nobody wrote down who made them.
const UNPROVED: &str = "nobody wrote down whether that run made";

/// Runs the row of this name on this server.
pub fn of(name: &str, kind: Kind) {
    let row = rows::row(name);
    let number = |name: &str| std::env::var(name).ok()?.parse().ok();
    let seed = number("FAULTS_SEED").unwrap_or_else(now);
    // Whether a login is over takes sharemail seconds to see where mailboxes are accounts.
    let usual = if row.accounts && kind == Kind::Dovecot || kind == Kind::Courier {
        1
    } else {
        FEW
    };
    let count = number("FAULTS").map_or(usual, |count| usize::try_from(count).unwrap());
    let mut chance = Chance(seed | 1);
    let mut prefixes = town::prefixes(&row, kind, 2 * count + 1).into_iter();
    let whole = Whole::of(Town::begin(&row, kind, prefixes.next().unwrap()));
    let faults = faults(whole.commands, count, &mut chance);
    let mut told = Vec::new();
    for (fault, prefix) in faults.into_iter().zip(prefixes) {
        let mut try_ = Try {
            row: &row,
            whole: &whole,
            town: Town::begin(&row, kind, prefix),
            typed: Vec::new(),
            said: String::new(),
        };
        if let Err(wrong) = try_.all(fault, chance.below(3000)) {
            told.push(format!("{fault:?}\n{}{wrong}", try_.said));
        }
    }
    assert!(
        told.is_empty(),
        "FAULTS_SEED={seed}: {} of {} faults, over {} commands\n== {}",
        told.len(),
        2 * count,
        whole.commands,
        told.join("\n== ")
    );
}

fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u64::try_from(now.as_nanos() & 0xffff_ffff).unwrap()
}

/// As many that cut the connection as that kill the process, each kind spread over all commands.
fn faults(commands: usize, count: usize, chance: &mut Chance) -> Vec<Fault> {
    let mut faults = Vec::new();
    for kill in [false, true] {
        for n in 0..count {
            let place = n * commands + chance.below(commands);
            let then = match (kill, chance.below(2)) {
                (true, _) => Then::Kill,
                (false, 0) => Then::Once,
                (false, _) => Then::Gone,
            };
            let side = match chance.below(2) {
                0 => Side::Before,
                _ => Side::After,
            };
            let at = place / count + 1;
            faults.push(Fault { at, side, then });
        }
    }
    faults
}

/// Random numbers (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (limit.max(1) as u64)).unwrap()
    }
}

/// What an undisturbed run finds and leaves, and what is left once it is taken back.
struct Whole {
    before: Facts,
    after: Facts,
    back: Facts,
    commands: usize,
}

impl Whole {
    fn of(town: Town) -> Whole {
        let row = town.row();
        let before = town.facts();
        let typed = with_undo(row, 0);
        let ran = town.run(&typed).exits(0);
        let commands = town.way.heard();
        let after = town.facts();
        assert_ne!(before, after, "it changes nothing: {ran:?}");
        assert!(commands > 0, "nobody heard it change anything: {ran:?}");
        let mut whole = Whole {
            back: before.clone(),
            before,
            after,
            commands,
        };
        if row.undo {
            let back = town.run("undo 0.undo --yes");
            whole.back = town.facts();
            let wrong = whole.beside(&whole.back);
            assert!(
                back.code == Some(0) && wrong.is_empty(),
                "an undisturbed undo is not exact\n{ran:?}\n{back:?}\n{wrong}"
            );
        }
        whole
    }

    /// What of `found` is not as it was before. A new mailbox and folders that keep identities stay where
    /// an undo file says that they were made: what an undisturbed undo leaves there may be there.
    fn beside(&self, found: &Facts) -> String {
        let places: BTreeSet<&String> = self.before.iter().map(|(place, _)| place).collect();
        let stays = |fact: &&(String, String)| {
            !places.contains(&fact.0)
                && (fact.0.contains("/Identities") || !fact.0.contains('/'))
                && self.back.contains(fact)
        };
        let is_noted = |fact: &(String, String)| fact.1.starts_with(town::NOTED);
        let found = found.iter().filter(|fact| !stays(fact) && !is_noted(fact));
        let before = self.before.iter().filter(|fact| !is_noted(fact));
        difference(&before.cloned().collect(), &found.cloned().collect())
    }
}

fn with_undo(row: &Row, n: usize) -> String {
    match row.undo {
        true => format!("{} --undo-file {n}.undo", row.typed),
        false => row.typed.to_owned(),
    }
}

/// One fault.
struct Try<'t> {
    row: &'t Row,
    whole: &'t Whole,
    town: Town<'t>,
    /// What each run so far was told to write down.
    typed: Vec<String>,
    said: String,
}

impl Try<'_> {
    /// From the fault to the end.
    ///
    /// # Errors
    /// What is not as it must be.
    fn all(&mut self, fault: Fault, micros: usize) -> Result<(), String> {
        let typed = with_undo(self.row, 0);
        let ran = self.disturbed(&typed, fault, micros);
        self.told(&typed, &ran);
        let mut is_done = self.is_done(&ran)?;
        for n in 1..=PATIENCE {
            if is_done {
                break;
            }
            let typed = with_undo(self.row, n);
            let ran = self.town.run(&typed);
            self.told(&typed, &ran);
            if ran.code.is_none() {
                return Err("a re-run was killed".to_owned());
            }
            is_done = self.is_done(&ran)?;
        }
        if let (false, Some(typed)) = (is_done, self.row.mends) {
            let ran = self.town.run(typed);
            self.told(typed, &ran);
            // What else the mailbox has to be told of is no matter of the row, and makes another exit code.
            is_done = self.is_done(&ran)? || self.beside_after().is_empty();
        }
        if !is_done {
            let wrong = self.beside_after();
            return Err(format!("not done after {PATIENCE} more runs\n{wrong}"));
        }
        if self.row.undo { self.back() } else { Ok(()) }
    }

    /// Runs it into the fault.
    fn disturbed(&self, typed: &str, fault: Fault, micros: usize) -> Ran {
        let town = &self.town;
        let struck = town.way.arm(Some(fault), town.needs_programs());
        let mut child = run::start(&mut town.sharemail(typed));
        loop {
            match struck.recv_timeout(Duration::from_millis(2)) {
                Ok(()) => {
                    if fault.side == Side::After {
                        thread::sleep(Duration::from_micros(micros as u64));
                    }
                    child.kill().unwrap();
                    break;
                }
                // Nobody is to be killed any more.
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) if child.try_wait().unwrap().is_some() => break,
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
        let ran = run::wait(child);
        town.way.rest();
        ran
    }

    fn told(&mut self, typed: &str, ran: &Ran) {
        self.typed.push(typed.to_owned());
        let code = ran
            .code
            .map_or("killed".to_owned(), |code| format!("exit {code}"));
        let _ = write!(self.said, "$ {typed}: {code}\n{}{}", ran.stdout, ran.stderr);
    }

    /// Whether a run has said that all is done; where it has, all must be as after an undisturbed one.
    fn is_done(&self, ran: &Ran) -> Result<bool, String> {
        if ran.stderr.contains("panicked") {
            return Err("it panicked".to_owned());
        }
        let may_be = [0, self.row.again];
        if !ran.code.is_some_and(|code| may_be.contains(&code)) {
            return Ok(false);
        }
        let wrong = self.beside_after();
        match (wrong.is_empty(), ran.code) {
            (true, _) => Ok(true),
            (false, Some(0)) => Err(format!("done, and not as in an undisturbed run\n{wrong}")),
            (false, _) => Ok(false),
        }
    }

    /// What is otherwise than after an undisturbed run.
    fn beside_after(&self) -> String {
        difference(&self.whole.after, &self.town.facts())
    }

    /// Takes everything back.
    fn back(&mut self) -> Result<(), String> {
        for n in (0..self.typed.len()).rev() {
            let file = format!("{n}.undo");
            if !self.town.has(&file) {
                continue;
            }
            let typed = format!("undo {file} --yes");
            let ran = self.town.run(&typed);
            self.told(&typed, &ran);
            if self.row.moves && ran.stdout.contains(UNFOUND) {
                return self.kept();
            }
            if ran.stdout.contains(UNPROVED) {
                return self.copied();
            }
            if ran.code != Some(0) {
                return Err(format!("{typed} is not done\n{}", self.beside()));
            }
        }
        let wrong = self.beside();
        match wrong.is_empty() {
            true => Ok(()),
            false => Err(format!(
                "all is taken back, and it is not as before\n{wrong}"
            )),
        }
    }

    /// Undo has told that it does not know where some messages lie: all are somewhere, each once.
    fn kept(&self) -> Result<(), String> {
        let found = self.town.facts();
        match town::letters_in(&self.whole.before) == town::letters_in(&found) {
            true => Ok(()),
            false => Err(format!("not each message is there once\n{found:#?}")),
        }
    }

    /// Undo has told that it does not know who made some copies: all messages are somewhere, and none of them twice in
    /// one place.
    fn copied(&self) -> Result<(), String> {
        let found = self.town.facts();
        let before = town::texts_in(&self.whole.before);
        let places = town::texts_by_place(&found);
        let is_there = |text: &String| places.iter().any(|all| all.contains(text));
        let is_once = |all: &Vec<String>| all.iter().collect::<BTreeSet<_>>().len() == all.len();
        match before.iter().all(is_there) && places.iter().all(is_once) {
            true => Ok(()),
            false => Err(format!("not each message is there once\n{found:#?}")),
        }
    }

    /// What is otherwise than before.
    fn beside(&self) -> String {
        self.whole.beside(&self.town.facts())
    }
}

/// What is lacking with `-`, what is too much with `+`.
fn difference(wanted: &Facts, found: &Facts) -> String {
    let lacking = wanted
        .difference(found)
        .map(|(place, what)| (place, '-', what));
    let more = found
        .difference(wanted)
        .map(|(place, what)| (place, '+', what));
    let all: BTreeSet<_> = lacking.chain(more).collect();
    let lines = all
        .into_iter()
        .map(|(place, sign, what)| format!("  {sign} {place}: {what}\n"));
    lines.collect()
}
