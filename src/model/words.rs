//! Numbers and lists in words.

use super::state::{self, Folder};

/// `1 folder`, `12 folders`, `3 mailboxes`, `2 entries`.
pub fn count(n: usize, noun: &str) -> String {
    if n == 1 {
        return format!("1 {noun}");
    }
    match noun.strip_suffix("ry") {
        Some(stem) => format!("{n} {stem}ries"),
        None if noun.ends_with('x') => format!("{n} {noun}es"),
        None => format!("{n} {noun}s"),
    }
}

/// `1 message`, `12 messages`.
pub fn messages(n: u64) -> String {
    count(usize::try_from(n).unwrap_or(usize::MAX), "message")
}

/// The first few of many names, and how many more there are.
pub fn some(names: &[String]) -> String {
    const SHOWN: usize = 5;
    match names.len() {
        0..=SHOWN => names.join(", "),
        n => format!("{} and {} more", names[..SHOWN].join(", "), n - SHOWN),
    }
}

/// That lists show these mailboxes to `whom`, and that they do not exist.
pub fn listed_only(whom: &str, names: &[String]) -> String {
    format!(
        "listed to {whom}, although the server itself says that there is no such mailbox (NONEXISTENT): \
         {}; look again where an account of that name is made anew",
        some(names)
    )
}

/// An amount of storage in units of 1024 octets, as people write it.
pub(crate) fn storage(kib: u64) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    let (mut value, mut unit) = (kib as f64, 0);
    while value >= 1024.0 && unit + 1 < units.len() {
        value /= 1024.0;
        unit += 1;
    }
    let digits = if unit == 0 || value.fract() < 0.05 {
        0
    } else {
        1
    };
    format!("{value:.digits$} {}", units[unit])
}

/// How much is in `folders`, in words.
pub fn amount(folders: &[&Folder]) -> String {
    let all: Option<u64> = state::messages(folders.iter().copied());
    let messages = all.map_or("an unknown number of messages".to_owned(), messages);
    format!("{} and {messages}", count(folders.len(), "folder"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn storage_is_told_in_the_largest_unit_that_fits() {
        assert_eq!(storage(0), "0 KiB");
        assert_eq!(storage(1024), "1 MiB");
        assert_eq!(storage(5 * 1024 * 1024), "5 GiB");
        assert_eq!(storage(1536), "1.5 MiB");
    }

    #[test]
    fn a_long_list_is_cut_and_says_so() {
        let names: Vec<String> = (1..=8).map(|n| n.to_string()).collect();
        assert_eq!(some(&names), "1, 2, 3, 4, 5 and 3 more");
        assert_eq!(count(1, "folder"), "1 folder");
    }
}
