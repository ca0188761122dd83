//! Rights as people type them, who also type words that happen to be spelled with right letters.

use super::rights::Rights;

/// Words that other tools take for a set of rights and that are spelled with right letters too.
const WORDS: [(&str, &str); 9] = [
    ("all", "--full-access"),
    ("full", "--full-access"),
    ("admin", "--full-access"),
    ("read", "--read-only"),
    ("reader", "--read-only"),
    ("write", "--write"),
    ("post", "--rights lp"),
    ("delete", "--rights lrte"),
    ("none", "sharemail revoke"),
];

/// The set of rights that `letters` are.
///
/// # Errors
/// What is wrong with them, for the user.
pub fn rights(letters: &str) -> Result<Rights, String> {
    if let Some((word, meant)) = WORDS.iter().find(|(word, _)| *word == letters) {
        return Err(format!(
            "{word} is a word, and rights are letters: is {meant} meant?"
        ));
    }
    let twice = |(at, c): &(usize, char)| letters[..*at].contains(*c);
    if let Some((_, c)) = letters.char_indices().find(twice) {
        return Err(format!(
            "{c} stands there twice: rights are single letters, such as lrs"
        ));
    }
    let rights = Rights::parse(letters).map_err(|bad| bad.to_string())?;
    if rights.is_empty() {
        return Err("there is no right in it: use 'sharemail revoke' to take access away".into());
    }
    Ok(rights)
}
