//! Names of others, as long as a line of the log can bear.

/// No name in a line is longer, in bytes.
const MOST: usize = 8 << 10;

/// A name that leaves the line readable, whatever a server calls its folders.
pub(super) fn bounded(name: &str) -> String {
    if name.len() <= MOST {
        return name.to_owned();
    }
    let end = (0..=MOST).rev().find(|at| name.is_char_boundary(*at));
    format!("{}…", &name[..end.unwrap_or_default()])
}
