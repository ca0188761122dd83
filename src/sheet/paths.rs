//! Several folders in one cell: `|` stands between them, and is doubled within a name.

/// The paths in `cell`.
///
/// # Errors
/// What is wrong with it.
pub(super) fn split(cell: &str) -> Result<Vec<String>, &'static str> {
    let mut paths = vec![String::new()];
    let mut chars = cell.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, paths.last_mut()) {
            ('|', _) if chars.next_if_eq(&'|').is_none() => paths.push(String::new()),
            (c, Some(path)) => path.push(c),
            (_, None) => {}
        }
    }
    if paths.iter().any(|path| path.trim().is_empty()) {
        return Err("a folder without a name stands before or after a |");
    }
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_separates_and_two_are_one_in_a_name() {
        assert_eq!(split("Archive/2025").unwrap(), ["Archive/2025"]);
        assert_eq!(
            split("Sent|Entwürfe, alt").unwrap(),
            ["Sent", "Entwürfe, alt"]
        );
        assert_eq!(split("a||b|c").unwrap(), ["a|b", "c"]);
        for wrong in ["|Sent", "Sent|", "a| |b"] {
            assert!(split(wrong).is_err(), "{wrong}");
        }
    }
}
