//! Who takes turns at which work.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use super::floor;
use super::others::{Deed, Other};
use super::run::timed;
use super::scene::{MEMBER, Scene, Size};
use super::table::{Samples, Table};

/// How often each is measured.
const ROUNDS: usize = 3;
/// Whoever takes longer than this is measured once.
const PATIENCE: Duration = Duration::from_secs(12);

/// How many times faster than the best of the others reading and repeating should be, far away.
const FASTER: f64 = 50.0;
/// How many times the floor anything may take, far away.
const FLOOR: f64 = 1.2;

/// Every work on a scene.
pub fn all(scene: &Scene<'_>) -> Table {
    let mut table = Table::new(scene.title());
    let far = !scene.delay.is_zero();
    let reading = Work {
        what: "reading every entry",
        deed: Deed::Read,
        faster: if far { FASTER } else { 1.0 },
        begin: Begin::AsItIs,
        ours: |scene| ours(scene, Ours::Read),
    };
    reading.measure(scene, &mut table);
    if scene.size == Size::ManyMailboxes {
        let planning = Work {
            what: "a plan over everything",
            ours: |scene| ours(scene, Ours::Plan),
            ..reading
        };
        planning.measure(scene, &mut table);
    }
    let granting = Work {
        what: "full access for one more, everywhere",
        deed: Deed::Grant,
        faster: 1.0,
        begin: Begin::Nobody,
        ours: |scene| ours(scene, Ours::Grant),
    };
    granting.measure(scene, &mut table);
    // By sharemail itself: what a level is differs a little from server to server.
    scene.nobody_has_access();
    scene.everybody_has_access();
    let repeating = Work {
        what: "the same again",
        faster: if far { FASTER } else { 1.0 },
        begin: Begin::AsItIs,
        ..granting
    };
    repeating.measure(scene, &mut table);
    if scene.size == Size::OneMailbox {
        let taking = Work {
            what: "and taken away again, everywhere",
            deed: Deed::Revoke,
            faster: 1.0,
            begin: Begin::Everybody,
            ours: |scene| ours(scene, Ours::Revoke),
        };
        taking.measure(scene, &mut table);
    }
    table.print();
    table
}

/// Something that all of them can do.
#[derive(Clone, Copy)]
struct Work {
    what: &'static str,
    /// What the others do, and the floor.
    deed: Deed,
    faster: f64,
    begin: Begin,
    ours: fn(&Scene<'_>) -> Command,
}

/// What is there before each turn.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Begin {
    /// What the turn before left.
    AsItIs,
    /// No entries.
    Nobody,
    /// The member's entry on every folder.
    Everybody,
}

/// Who takes a turn.
#[derive(Clone, Copy)]
enum Turn {
    Ours,
    Floor,
    /// The sharemail that the word `before=` names.
    Before,
    Other(Other),
}

impl Turn {
    fn name(self) -> &'static str {
        match self {
            Turn::Ours => "sharemail",
            Turn::Floor => "the floor",
            Turn::Before => "sharemail before",
            Turn::Other(other) => other.name(),
        }
    }
}

impl Work {
    /// All take turns, and each round begins with another.
    fn measure(self, scene: &Scene<'_>, table: &mut Table) {
        let others = Other::on(scene, self.deed);
        let before = scene.before.as_ref().map(|_| Turn::Before);
        let turns: Vec<Turn> = [Turn::Ours, Turn::Floor]
            .into_iter()
            .chain(before)
            .chain(others.iter().copied().map(Turn::Other))
            .collect();
        let mut changes = Samples::default();
        let mut times = vec![Samples::default(); turns.len()];
        for round in 0..ROUNDS {
            for turn in 0..times.len() {
                let n = (turn + round) % times.len();
                if !times[n].is_longer_than(PATIENCE) {
                    let time = self.turn(scene, turns[n], &mut changes);
                    let who = turns[n].name();
                    eprintln!("{}: {}: {who}: {time:.2?}", scene.title(), self.what);
                    times[n].push(time);
                }
            }
        }
        let goal = (!scene.delay.is_zero()).then_some(FLOOR);
        table.work(self.what);
        let rest = &times[times.len() - others.len()..];
        for (other, samples) in others.iter().zip(rest) {
            table.other(other.name(), samples, other.is_told_by_a_part(scene));
        }
        table.ours(&times[0], rest, self.faster);
        for (turn, samples) in turns.iter().zip(&times) {
            match turn {
                Turn::Before => table.before(samples, &times[0]),
                Turn::Floor => table.floor(samples, &times[0], goal),
                Turn::Ours | Turn::Other(_) => {}
            }
        }
        if self.begin != Begin::AsItIs {
            table.part("  of it the changes alone", &changes);
        }
    }

    fn turn(self, scene: &Scene<'_>, turn: Turn, changes: &mut Samples) -> Duration {
        match self.begin {
            Begin::AsItIs => {}
            Begin::Nobody => scene.nobody_has_access(),
            Begin::Everybody => scene.everybody_has_access(),
        }
        match turn {
            Turn::Ours => timed((self.ours)(scene)),
            Turn::Before => timed(scene.by_the_former((self.ours)(scene))),
            Turn::Other(other) => other.run(scene, self.deed),
            Turn::Floor => self.floor(scene, changes),
        }
    }

    fn floor(self, scene: &Scene<'_>, changes: &mut Samples) -> Duration {
        let who = scene.identifier();
        let change = match (self.begin, self.deed) {
            (Begin::AsItIs, Deed::Grant) => return floor::entries(scene) + proof(scene),
            (Begin::AsItIs, _) => return floor::entries(scene),
            (_, Deed::Revoke) => floor::removals,
            _ => floor::changes,
        };
        let before = floor::entries(scene);
        let change = change(scene, &who);
        changes.push(change);
        before + change + floor::entries(scene) + proof(scene)
    }
}

/// The member is looked at on the one mailbox; of many, on the first that was changed, which is
/// nothing beside the rest.
fn proof(scene: &Scene<'_>) -> Duration {
    match scene.size {
        Size::OneMailbox => floor::proof(scene),
        Size::ManyMailboxes => Duration::ZERO,
    }
}

enum Ours {
    Read,
    Plan,
    Grant,
    Revoke,
}

fn ours(scene: &Scene<'_>, what: Ours) -> Command {
    let mut command = scene.proxy.sharemail(scene.provider);
    match (what, scene.size) {
        (Ours::Grant, _) => return first_grant(scene, command),
        (Ours::Revoke, _) => command.args(["revoke", "support@", MEMBER]),
        // As the others: the entries, and no count of messages.
        (Ours::Read, Size::OneMailbox) => command.args(["export", "support@"]),
        (Ours::Read, Size::ManyMailboxes) => named(&mut command, scene).arg("export"),
        (Ours::Plan, _) => named(&mut command, scene)
            .args(["plan", "-f"])
            .arg(file(scene)),
    };
    command
}

/// Full access for one more, by the command that is meant for it.
pub fn first_grant(scene: &Scene<'_>, mut command: Command) -> Command {
    match scene.size {
        Size::OneMailbox => command.args(["grant", "support@", MEMBER, "--full-access"]),
        Size::ManyMailboxes => named(&mut command, scene)
            .args(["apply", "--yes", "-f"])
            .arg(file(scene)),
    };
    command
}

/// Behind impersonation the mailboxes are those that the profile names.
fn named<'c>(command: &'c mut Command, scene: &Scene<'_>) -> &'c mut Command {
    if scene.is_dovecot() {
        let all: Vec<String> = scene.mailboxes.iter().map(|m| format!("{m}@")).collect();
        command.env("SHAREMAIL_MAILBOXES", all.join(","));
    }
    command
}

/// What `apply` is to make true.
fn file(scene: &Scene<'_>) -> PathBuf {
    let path = scene.provider.dir().join("organisation.toml");
    let mailbox = |name: &String| {
        format!("[mailbox.\"{name}@example.test\"]\nfull-access = [\"{MEMBER}\"]\n\n")
    };
    let text: String = scene.mailboxes.iter().map(mailbox).collect();
    fs::write(&path, text).unwrap();
    path
}
