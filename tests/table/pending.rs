//! Cells that fail because of a fault that is known, each with what it waits for.
//!
//! A cell that passes must go from here: the table fails until it does.

/// A fault, and the cells that wait for its end: `SET-UP/SITUATION/ROW`.
pub type Waiting = (&'static str, &'static [&'static str]);

/// All that wait.
pub const PENDING: &[Waiting] = &[];

/// What is to be told of a cell: a fault that nobody waits for, or a wait that is over.
pub fn verdict(pending: &[Waiting], cell: &str, faults: &[String]) -> Option<String> {
    let waits = pending.iter().find(|(_, cells)| cells.contains(&cell));
    match (faults, waits) {
        ([], None) => None,
        ([], Some((fault, _))) => Some(format!("{cell} passes: it waits no longer for {fault}")),
        (_, Some(_)) => None,
        (faults, None) => Some(format!("{cell}:\n  {}", faults.join("\n  "))),
    }
}

/// Cells of one column that wait and that there are not.
pub fn strays(pending: &[Waiting], column: &str, cells: &[String]) -> Vec<String> {
    let names = pending.iter().flat_map(|(_, cells)| cells.iter());
    let here = names.filter(|name| name.starts_with(&format!("{column}/")));
    let strays = here.filter(|name| !cells.iter().any(|cell| cell == *name));
    strays
        .map(|name| format!("{name} waits, and there is no such cell"))
        .collect()
}

#[test]
fn a_wait_that_is_over_is_told() {
    let pending: &[Waiting] = &[("a fault", &["one/plain/show", "one/plain/lost"])];
    let fault = ["it ended with 1".to_owned()];
    assert_eq!(verdict(pending, "one/plain/show", &fault), None);
    assert_eq!(verdict(pending, "one/plain/list", &[]), None);
    let over = verdict(pending, "one/plain/show", &[]).unwrap();
    assert!(over.contains("no longer for a fault"), "{over}");
    let new = verdict(pending, "one/plain/list", &fault).unwrap();
    assert!(new.contains("it ended with 1"), "{new}");
    let cells = ["one/plain/show".to_owned()];
    assert_eq!(strays(pending, "one/plain", &cells).len(), 1);
    assert_eq!(strays(pending, "two/plain", &[]).len(), 0);
}
