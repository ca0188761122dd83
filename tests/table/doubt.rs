//! That the table can fail: wrong expectations of a run that went well, each of which must be told.

use super::cell;
use super::row::{Row, row};
use super::setup::Setup;
use super::situation::Situation;
use super::snapshot;
use super::world::World;

fn faults(world: &World, row: Row) -> Vec<String> {
    cell(world, Situation::Plain, &row, None).1
}

fn told(faults: &[String], words: &str) {
    assert!(
        faults.iter().any(|fault| fault.contains(words)),
        "no {words:?} in {faults:?}"
    );
}

#[test]
fn a_wrong_expectation_is_told() {
    let mut world = World::begin(Setup::Dovecot);
    let shows = || row("show", "show {team}");
    let grants = || row("grant", "grant {team} {dave} --read-only --folder Sent");

    assert_eq!(faults(&world, shows()), [""; 0]);
    told(&faults(&world, shows().code(2)), "it ended with Some(0)");
    told(
        &faults(&world, shows().says(&["{dave}"])),
        "it does not say",
    );
    told(&faults(&world, shows().says_not(&["{alice}"])), "it says");
    let never = shows().changes(&["+ holds dave lrs on team Sent"]);
    told(
        &faults(&world, never),
        "this did not happen: + opens dave lrs on team Sent",
    );

    let before = snapshot::take(&world);
    let found = faults(&world, grants());
    told(&found, "this happened: + entry dave lrs on team Sent");
    told(&found, "this happened: + opens dave lrs on team Sent");
    assert_eq!(found.len(), 2, "{found:?}");

    let mut again = |row: Row| {
        world.renew(&snapshot::difference(&before, &snapshot::take(&world)));
        faults(&world, row)
    };
    let right = &["+ holds dave lrs on team Sent"];
    assert_eq!(again(grants().changes(right)), [""; 0]);
    let other = again(grants().changes(&["+ holds dave lrs on team INBOX"]));
    told(
        &other,
        "this did not happen: + entry dave lrs on team INBOX",
    );
    told(&other, "this happened: + entry dave lrs on team Sent");
    let less = again(grants().changes(&["+ holds dave lr on team Sent"]));
    told(&less, "this happened: + opens dave lrs on team Sent");
    let open = again(grants().changes(right).closes("dave", &["team"]));
    told(&open, "it is told as done, and opens dave lrs on team Sent");
}
