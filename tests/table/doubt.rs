//! That the table can fail: wrong expectations of a run that went well, each of which must be told.

use super::Column;
use super::row::{Row, row};
use super::setup::Setup;
use super::situation::Situation;

fn told(faults: &[String], words: &str) {
    assert!(
        faults.iter().any(|fault| fault.contains(words)),
        "no {words:?} in {faults:?}"
    );
}

#[test]
fn a_wrong_expectation_is_told() {
    let mut column = Column::begin(Setup::Dovecot, Situation::Plain);
    let mut faults = |row: Row| column.cell(&row).1;
    let shows = || row("show", "show {team}");
    let grants = || row("grant", "grant {team} {dave} --read-only --folder Sent");

    assert_eq!(faults(shows()), [""; 0]);
    told(&faults(shows().code(2)), "it ended with Some(0)");
    told(&faults(shows().says(&["{dave}"])), "it does not say");
    told(&faults(shows().says_not(&["{alice}"])), "it says");
    let never = shows().changes(&["+ holds dave lrs on team Sent"]);
    told(
        &faults(never),
        "this did not happen: + opens dave lrs on team Sent",
    );

    let right = &["+ holds dave lrs on team Sent"];
    assert_eq!(faults(grants().changes(right)), [""; 0]);
    let other = faults(grants().changes(&["+ holds dave lrs on team INBOX"]));
    told(
        &other,
        "this did not happen: + entry dave lrs on team INBOX",
    );
    told(&other, "this happened: + entry dave lrs on team Sent");
    let less = faults(grants().changes(&["+ holds dave lr on team Sent"]));
    told(&less, "this happened: + opens dave lrs on team Sent");
    let open = faults(grants().changes(right).closes("dave", &["team"]));
    told(&open, "it is told as done, and opens dave lrs on team Sent");
}

#[test]
fn what_changes_behind_a_row_that_may_change_nothing_is_told() {
    let mut column = Column::begin(Setup::Dovecot, Situation::Plain);
    let shows = row("show", "show {team}");
    let grants = row("grant", "grant {team} {dave} --read-only --folder Sent");
    assert_eq!(column.cell(&shows).1, [""; 0]);
    assert_eq!(column.look_again(), [""; 0]);
    assert_eq!(column.cell(&grants).1, [""; 0]);
    assert_eq!(column.cell(&shows).1, [""; 0]);
    let found = column.look_again();
    told(&found, "one of grant, show changed this");
    told(&found, "+ entry dave lrs on team Sent");
    told(&found, "+ opens dave lrs on team Sent");
    // Whatever comes next finds the world as it was.
    let nothing = row(
        "again",
        "grant {team} {dave} --read-only --folder Sent --dry-run",
    );
    assert_eq!(column.cell(&nothing.says(&["would be made"])).1, [""; 0]);
    assert_eq!(column.look_again(), [""; 0]);
}
