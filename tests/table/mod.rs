//! The table: every verb that tells or changes something is a row, every way in which things can be
//! otherwise than usual a column, and each cell runs on five set-ups. Who judges are independent
//! clients: they look at everything that the server holds before and after, and the difference has to
//! be what the row says.
//!
//! A new verb is one more row in `rows`. A cell that fails because of a known fault stands in
//! [`pending`], which fails in turn as soon as the cell passes.
//!
//! It is not part of the ordinary run as long as the list of what waits is long and changes:
//! `cargo test --test verbs -- --ignored table::` runs it, a column by its name.
//! `SHAREMAIL_TABLE=delete` runs only the rows whose name contains it, `all` every row, and tells why
//! those that wait fail.

mod doubt;
mod judge;
mod pending;
mod relay;
mod row;
mod rows;
mod setup;
mod situation;
mod snapshot;
mod world;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use judge::{Seen, faults};
use pending::PENDING;
use relay::Relay;
use row::{Row, words};
use setup::Setup;
use situation::{Situation, through};
use snapshot::Facts;
use world::World;

use crate::provider::run;

/// Runs all rows in one situation on one set-up.
fn column(setup: Setup, situation: Situation) {
    let only = std::env::var("SHAREMAIL_TABLE").unwrap_or_default();
    let waiting = if only.is_empty() { PENDING } else { &[] };
    let mut world = World::begin(setup);
    let column = format!("{}/{}", setup.name(), situation.name());
    let (mut told, mut cells) = (Vec::new(), Vec::new());
    // What there is, where the situation has begun and nothing was changed since.
    let mut now: Option<Facts> = None;
    let mut changed = BTreeSet::new();
    let mut fresh = true;
    for row in rows::all() {
        if (only != "all" && !row.name.contains(&only)) || !situation.concerns(&row, setup) {
            continue;
        }
        // What comes first for a row comes before the situation does.
        if !fresh && (now.is_none() || row.prepares()) {
            world.renew(&changed);
            changed.clear();
            fresh = true;
        }
        if fresh {
            now = None;
        }
        let (seen, faults) = cell(&world, situation, &row, now.take());
        fresh = false;
        changed.extend(snapshot::difference(&seen.before, &seen.after));
        now = (seen.before == seen.after && !row.prepares()).then(|| seen.after.clone());
        let name = format!("{column}/{}", row.name);
        if let Some(verdict) = pending::verdict(waiting, &name, &faults) {
            told.push(format!(
                "{verdict}\n{}\n{}",
                seen.ran.stdout, seen.ran.stderr
            ));
        }
        cells.push(name);
    }
    if only.is_empty() {
        told.extend(pending::strays(waiting, &column, &cells));
    }
    assert!(told.is_empty(), "{} cells\n{}", told.len(), told.join("\n"));
}

/// Runs one row; `now` is what there is, where the situation has begun already.
fn cell(world: &World, situation: Situation, row: &Row, now: Option<Facts>) -> (Seen, Vec<String>) {
    let cwd = world.folder();
    let relay = situation.way(world);
    if let Some(need) = row.need {
        need(world);
    }
    for (name, text) in &row.files {
        fs::write(cwd.join(name), Situation::Plain.fill(world, text)).unwrap();
    }
    for typed in &row.first {
        first(
            world,
            relay.as_ref(),
            &Situation::Plain.fill(world, typed),
            &cwd,
        );
    }
    for name in &row.rewritten {
        let text = fs::read_to_string(cwd.join(name)).unwrap();
        let text = text.replace(&world.address("team"), &situation.fill(world, "{team}"));
        fs::write(cwd.join(name), text).unwrap();
    }
    for (name, text) in &row.files {
        fs::write(cwd.join(name), situation.fill(world, text)).unwrap();
    }
    let before = now.unwrap_or_else(|| {
        situation.begin(world);
        snapshot::take(world)
    });
    if let Some(relay) = &relay {
        relay.arm();
    }
    let mut command = world.sharemail(&cwd);
    through(&mut command, relay.as_ref());
    let ran = run::run(&mut command, words(&situation.fill(world, row.typed)));
    drop(relay);
    let after = snapshot::take(world);
    let seen = Seen { ran, before, after };
    let faults = faults(&row.expect(world, situation), &seen);
    (seen, faults)
}

/// What a row needs to have been done: `export > file.toml`.
fn first(world: &World, relay: Option<&Relay>, typed: &str, cwd: &Path) {
    let (typed, kept) = match typed.split_once(" > ") {
        Some((typed, kept)) => (typed, Some(kept)),
        None => (typed, None),
    };
    let mut command = world.sharemail(cwd);
    through(&mut command, relay);
    let ran = run::run(&mut command, words(typed)).exits(0);
    if let Some(kept) = kept {
        fs::write(cwd.join(kept), ran.stdout).unwrap();
    }
}

/// A test for each situation on each set-up.
macro_rules! columns {
    ($($setup:ident = $variant:ident),*) => {
        $(mod $setup {
            use super::{Setup, Situation, column};

            #[test]
            #[ignore = "takes minutes: cargo test --test verbs -- --ignored table::"]
            fn plain() { column(Setup::$variant, Situation::Plain); }
            #[test]
            #[ignore = "takes minutes: cargo test --test verbs -- --ignored table::"]
            fn foreign() { column(Setup::$variant, Situation::Foreign); }
            #[test]
            #[ignore = "takes minutes: cargo test --test verbs -- --ignored table::"]
            fn stranger() { column(Setup::$variant, Situation::Stranger); }
            #[test]
            #[ignore = "takes minutes: cargo test --test verbs -- --ignored table::"]
            fn dropped() { column(Setup::$variant, Situation::Dropped); }
            #[test]
            #[ignore = "takes minutes: cargo test --test verbs -- --ignored table::"]
            fn unreadable() { column(Setup::$variant, Situation::Unreadable); }
            #[test]
            #[ignore = "takes minutes: cargo test --test verbs -- --ignored table::"]
            fn hostile() { column(Setup::$variant, Situation::Hostile); }
        })*
    };
}

columns!(
    dovecot = Dovecot,
    cyrus_default = CyrusDefault,
    cyrus_dots = CyrusDots,
    cyrus_two = CyrusTwo,
    cyrus_slash = CyrusSlash
);

#[test]
#[ignore = "takes minutes: cargo test --test verbs -- --ignored table::"]
fn cyrus_two_twin() {
    column(Setup::CyrusTwo, Situation::Twin);
}
