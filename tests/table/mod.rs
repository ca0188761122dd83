//! The table: every verb that tells or changes something is a row, every way in which things can be
//! otherwise than usual a column ([`Situation`]), and each cell runs on six set-ups ([`Setup`]). Who
//! judge are independent clients: they look at everything that the server holds and that everybody
//! sees, before and after, and the difference has to be what the row says.
//!
//! # A new verb
//! Is one more row in one of the files of `rows`. In ten lines:
//!
//! ```ignore
//! row("label-add", "label add {team} urgent --who {carol}") // a name, and what is typed
//!     .need(some_mail)                        // what must be there, made behind sharemail's back
//!     .first("folder create {team} Labels")   // what is typed before and must end with 0
//!     .changes(&["~ mail on team Sent"])      // what must change, and nothing else may
//!     .says(&["urgent"])                      // what must be said; the code is 0 unless .code(2)
//!     .closes("carol", &["team"])             // told as done, carol opens nothing of it
//!     .on(dovecot, |e| e.codes(&[1]))         // otherwise on some set-ups, in every situation
//!     .when(Unreadable, |e| e.codes(&[0, 3])) // otherwise in a situation, on every set-up
//!     .when_on(Foreign, domains, new),        // both
//! ```
//!
//! `{team}`, `{info}` and `{crew}` become addresses of mailboxes, `{alice}`, `{bob}`, `{carol}` and
//! `{dave}` people, in the spelling of the situation; what they hold stands in [`world`]. Changes are
//! facts of [`snapshot`] after `+` or `-`: `+ holds dave lrs on team *` is an entry on every mail
//! folder and what dave opens by it, `{all}` all rights of the server. What a situation changes in
//! what is right, where a row says nothing else, stands in [`Situation::usual`].
//!
//! # Running it
//! It is part of the ordinary run; `cargo test --test verbs table::` is all of it, and
//! `table::dovecot::hostile` one column. `SHAREMAIL_TABLE=revoke` runs only the rows whose name
//! contains it, and is quick: begin with that. Told is each cell that is not as it must be, as
//! `SET-UP/SITUATION/ROW`, with every fault and all that was said. `SHAREMAIL_TABLE=all` runs every
//! row and tells also of those that are known to fail: a cell that does for a fault that is known
//! stands in [`pending`], which fails in turn as soon as the cell passes.
//!
//! A new situation is a variant of [`Situation`], what is right there, and how it is brought about; a
//! new set-up one of [`Setup`]. Both want a line in `columns!`.

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
use snapshot::{Facts, Made};
use world::{Lent, World};

use crate::provider::run::{self, Ran};

/// Runs all rows in one situation on one set-up.
fn column(setup: Setup, situation: Situation) {
    let only = std::env::var("SHAREMAIL_TABLE").unwrap_or_default();
    let waiting = if only.is_empty() { PENDING } else { &[] };
    let chosen = |row: &Row| {
        (matches!(only.as_str(), "" | "all") || row.name.contains(&only))
            && situation.concerns(row, setup)
    };
    let mut column = Column::begin(setup, situation);
    let (mut told, mut cells) = (Vec::new(), Vec::new());
    for row in rows::all().iter().filter(|row| chosen(row)) {
        let name = format!("{}/{}", column.name(), row.name);
        let (ran, faults) = column.cell(row);
        if let Some(verdict) = pending::verdict(waiting, &name, &faults) {
            told.push(format!("{verdict}\n{}\n{}", ran.stdout, ran.stderr));
        }
        cells.push(name);
    }
    told.extend(column.look_again());
    if only.is_empty() {
        told.extend(pending::strays(waiting, &column.name(), &cells));
    }
    assert!(told.is_empty(), "{} cells\n{}", told.len(), told.join("\n"));
}

/// A world in one situation, on which row after row runs.
///
/// Looking at everything takes longer than most verbs. So rows that may change nothing run one after
/// the other, and one look behind them shows whether that is so.
struct Column {
    world: Lent,
    situation: Situation,
    /// What there is, where the situation has begun.
    now: Option<Facts>,
    /// What has changed since the world was made.
    changed: BTreeSet<String>,
    /// Whether more has changed, before anybody looked.
    prepared: bool,
    /// What ran since `now` and may have changed nothing.
    quiet: Vec<&'static str>,
    made: Made,
    told: Vec<String>,
}

impl Column {
    fn begin(setup: Setup, situation: Situation) -> Column {
        Column {
            world: Lent::begin(setup),
            situation,
            now: None,
            changed: BTreeSet::new(),
            prepared: false,
            quiet: Vec::new(),
            made: Made::default(),
            told: Vec::new(),
        }
    }

    fn name(&self) -> String {
        format!("{}/{}", self.world.setup.name(), self.situation.name())
    }

    /// Runs one row and judges it.
    fn cell(&mut self, row: &Row) -> (Ran, Vec<String>) {
        let expect = row.expect(&self.world, self.situation);
        let is_quiet = expect.is_quiet() && !row.prepares();
        if !is_quiet {
            self.look();
        }
        // What comes first for a row comes before the situation does.
        let begun = self.now.is_some() && row.prepares();
        if begun || self.prepared || !self.changed.is_empty() {
            self.renew();
        }
        self.prepared = row.prepares();
        let before = self.now.take();
        let (ran, before) = run_row(&self.world, self.situation, row, before, &mut self.made);
        // Who is made anew may have got another name.
        let expect = row.expect(&self.world, self.situation);
        if is_quiet {
            self.quiet.push(row.name);
            self.now = Some(before.clone());
            let (after, seen) = (before.clone(), before);
            let seen = Seen {
                ran,
                before: seen,
                after,
            };
            let faults = faults(&expect, &seen);
            return (seen.ran, faults);
        }
        let after = snapshot::take(&self.world);
        let seen = Seen { ran, before, after };
        self.changed = snapshot::difference(&seen.before, &seen.after);
        let faults = faults(&expect, &seen);
        self.now = Some(seen.after);
        (seen.ran, faults)
    }

    /// Makes the world anew, before the situation.
    fn renew(&mut self) {
        let changed = std::mem::take(&mut self.changed);
        self.world.renew(&changed);
        self.now = None;
    }

    /// Looks whether what ran since the last look has changed anything.
    fn look(&mut self) {
        let quiet = std::mem::take(&mut self.quiet);
        let Some(before) = self.now.take_if(|_| !quiet.is_empty()) else {
            return;
        };
        let after = snapshot::take(&self.world);
        self.changed = snapshot::difference(&before, &after);
        if !self.changed.is_empty() {
            let column = self.name();
            let changed: Vec<&str> = self.changed.iter().map(String::as_str).collect();
            let (quiet, changed) = (quiet.join(", "), changed.join("\n  "));
            self.told.push(format!(
                "{column}: one of {quiet} changed this (SHAREMAIL_TABLE=NAME tells which):\n  {changed}"
            ));
        }
        self.now = Some(after);
    }

    /// The same at the end; what was found on the way.
    fn look_again(&mut self) -> Vec<String> {
        self.look();
        std::mem::take(&mut self.told)
    }
}

/// Runs one row; `now` is what there is, where the situation has begun already. What there was before
/// it comes with it.
fn run_row(
    world: &World,
    situation: Situation,
    row: &Row,
    now: Option<Facts>,
    made: &mut Made,
) -> (Ran, Facts) {
    let cwd = world.folder();
    let relay = situation.way(world);
    if let Some(need) = row.need {
        need(world);
    }
    for (name, text) in &row.files {
        fs::write(cwd.join(name), Situation::Plain.fill(world, text)).unwrap();
    }
    for typed in &row.first {
        let typed = Situation::Plain.fill(world, typed);
        first(world, relay.as_ref(), &typed, &cwd);
    }
    if let Some(typed) = row.tried {
        let typed = Situation::Plain.fill(world, typed);
        let mut command = world.sharemail(&cwd);
        through(&mut command, relay.as_ref());
        run::run(&mut command, words(&typed));
    }
    if let Some(then) = row.then {
        then(world);
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
        match row.prepares() {
            true => snapshot::take(world),
            false => snapshot::take_made(world, made),
        }
    });
    if let Some(relay) = &relay {
        relay.arm();
    }
    let mut command = world.sharemail(&cwd);
    through(&mut command, relay.as_ref());
    let ran = run::run(&mut command, words(&situation.fill(world, row.typed)));
    (ran, before)
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
            fn plain() { column(Setup::$variant, Situation::Plain); }
            #[test]
            fn foreign() { column(Setup::$variant, Situation::Foreign); }
            #[test]
            fn stranger() { column(Setup::$variant, Situation::Stranger); }
            #[test]
            fn dropped() { column(Setup::$variant, Situation::Dropped); }
            #[test]
            fn unreadable() { column(Setup::$variant, Situation::Unreadable); }
            #[test]
            fn hostile() { column(Setup::$variant, Situation::Hostile); }
        })*
    };
}

columns!(
    dovecot = Dovecot,
    dovecot_bare = DovecotBare,
    cyrus_default = CyrusDefault,
    cyrus_dots = CyrusDots,
    cyrus_two = CyrusTwo,
    cyrus_slash = CyrusSlash
);

#[test]
fn cyrus_two_twin() {
    column(Setup::CyrusTwo, Situation::Twin);
}
