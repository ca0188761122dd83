//! How fast the main job is on a mailbox of 1,000 folders, beside the same work by hand.
//!
//! `cargo bench` starts throwaway servers, puts a proxy that adds a 40 ms round trip before
//! Dovecot, lets sharemail and small Python scripts take turns, and prints medians and ratios
//! with the goal that each should meet. It takes four minutes on a quiet machine, a third of which is
//! imaplib waiting for its 1,000 replies. Speed is reported and not asserted: the exit code is 0.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement that cannot go on says so by panicking"
)]

#[path = "../../tests/provider/mod.rs"]
mod provider;
mod run;
mod stage;
mod table;

use std::time::{Duration, Instant};

use provider::{Cyrus, Dovecot};
use stage::Stage;
use table::{Goal, Samples, Table};

/// What the proxy adds each way.
const DELAY: Duration = Duration::from_millis(20);
/// How often the first grant is measured: the server's own work varies most.
const ROUNDS: usize = 3;
/// imaplib takes as long as all the rest, and one connection is told without a goal.
const ROUNDS_SLOW: usize = 2;
/// On a busy machine no other round begins after this.
const PATIENCE: Duration = Duration::from_secs(150);
/// What is cheap is measured so often in each round.
const CHEAP: usize = 3;

/// What is measured on a server.
#[derive(Default)]
struct Measured {
    show: Samples,
    first: Samples,
    first_alone: Samples,
    again: Samples,
    one_by_one: Samples,
    stream: Samples,
    stream_whole: Samples,
}

fn main() {
    // `cargo test --all-targets` builds benches and starts them too, to see that they start.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let provider = Dovecot::start();
    let stage = Stage::on(&provider, DELAY);
    let slow_line = measure(&stage);
    let version = run::version(&provider);
    let memory = stage.crowded().peak_memory();
    report(&slow_line, &version, memory);
    drop(stage);

    let provider = Cyrus::start();
    let stage = Stage::on(&provider, Duration::ZERO);
    report_besides(&measure(&stage));
}

/// Rivals take turns, and each begins now and then.
fn measure(stage: &Stage<'_>) -> Measured {
    let mut measured = Measured::default();
    let begin = Instant::now();
    for round in 0..ROUNDS {
        if round >= ROUNDS_SLOW && begin.elapsed() > PATIENCE {
            break;
        }
        eprintln!("{}: round {} of {ROUNDS}", stage.what(), round + 1);
        first_grants(stage, &mut measured, round);
        for _ in 0..CHEAP {
            measured.show.push(stage.show());
            measured.again.push(stage.grant(2));
        }
        if round < ROUNDS_SLOW {
            measured.one_by_one.push(stage.read_one_by_one());
        }
    }
    measured
}

/// Ends with sharemail's, which a repeated grant finds complete.
fn first_grants(stage: &Stage<'_>, measured: &mut Measured, round: usize) {
    let stream_first = round.is_multiple_of(2);
    let stream = |measured: &mut Measured| {
        stage.nobody_has_access();
        let (stream, whole) = stage.bare_stream();
        measured.stream.push(stream);
        measured.stream_whole.push(whole);
    };
    if stream_first {
        stream(measured);
    }
    stage.nobody_has_access();
    measured.first.push(stage.grant(2));
    if !stream_first {
        stream(measured);
    }
    if round < ROUNDS_SLOW {
        stage.nobody_has_access();
        measured.first_alone.push(stage.grant(1));
    }
}

fn report(slow_line: &Measured, version: &Samples, memory: u64) {
    let mut table = Table::new("Dovecot, 1,000 folders, 40 ms round trip");
    let by_hand = &slow_line.one_by_one;
    table.rival("imaplib: LIST and 1,000 times GETACL", by_hand);
    table.compare(
        "sharemail show",
        &slow_line.show,
        by_hand,
        Goal::Faster(50.0),
    );
    table.compare(
        "sharemail grant, nothing to change",
        &slow_line.again,
        by_hand,
        Goal::Faster(50.0),
    );
    let (stream, whole) = (&slow_line.stream, &slow_line.stream_whole);
    table.rival("bare stream of 1,000 SETACL", stream);
    table.rival("connect, login, bare stream", whole);
    table.compare(
        "sharemail grant, all to change, 2 connections",
        &slow_line.first,
        stream,
        Goal::Slower(1.2),
    );
    table.compare(
        "  over 1 connection",
        &slow_line.first_alone,
        stream,
        Goal::None,
    );
    table.print();

    let mut table = Table::new("Dovecot, without the proxy");
    table.time("sharemail --version", version, Duration::from_millis(10));
    table.memory(
        "sharemail show, 100,000 entries, peak memory",
        memory,
        30 << 10,
    );
    table.print();
}

fn report_besides(cyrus: &Measured) {
    let mut table = Table::new("Cyrus, 1,000 folders, no delay (no goals)");
    table.rival("imaplib: LIST and 1,000 times GETACL", &cyrus.one_by_one);
    table.compare("sharemail show", &cyrus.show, &cyrus.one_by_one, Goal::None);
    table.compare(
        "sharemail grant, nothing to change",
        &cyrus.again,
        &cyrus.one_by_one,
        Goal::None,
    );
    table.rival("bare stream of 1,000 SETACL", &cyrus.stream);
    table.compare(
        "sharemail grant, all to change",
        &cyrus.first,
        &cyrus.stream,
        Goal::None,
    );
    table.print();
}
