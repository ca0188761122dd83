//! Rights as people type them, who also type words that happen to be spelled with right letters.

use super::rights::Rights;

/// What is meant by words that other tools take for a set of rights and that are spelled with right
/// letters too.
#[derive(Clone, Copy)]
enum Meant {
    Level(&'static str),
    Letters(&'static str),
    Nothing,
}

const WORDS: [(&str, Meant); 9] = [
    ("all", Meant::Level("full-access")),
    ("full", Meant::Level("full-access")),
    ("admin", Meant::Level("full-access")),
    ("read", Meant::Level("read-only")),
    ("reader", Meant::Level("read-only")),
    ("write", Meant::Level("write")),
    ("post", Meant::Letters("lp")),
    ("delete", Meant::Letters("lrte")),
    ("none", Meant::Nothing),
];

/// The set of rights that `letters` are.
///
/// # Errors
/// What is wrong with them, for whoever typed an option.
pub fn rights(letters: &str) -> Result<Rights, String> {
    let rights = letters_of(letters, |meant| match meant {
        Meant::Level(level) => format!("--{level}"),
        Meant::Letters(letters) => format!("--rights {letters}"),
        Meant::Nothing => "sharemail revoke".to_owned(),
    })?;
    if rights.is_empty() {
        return Err("there is no right in it: use 'sharemail revoke' to take access away".into());
    }
    Ok(rights)
}

/// The same in a file that says what mailboxes shall be like, where an entry may be without rights.
///
/// # Errors
/// What is wrong with them, for whoever wrote the file.
pub fn rights_in_file(letters: &str) -> Result<Rights, String> {
    letters_of(letters, |meant| match meant {
        Meant::Level(level) => format!("the key {level}"),
        Meant::Letters(letters) => format!("{letters:?}"),
        Meant::Nothing => "the key none".to_owned(),
    })
}

/// The same in a profile, which says what a level means.
///
/// # Errors
/// What is wrong with them, for whoever wrote the profile.
pub fn rights_of_level(letters: &str) -> Result<Rights, String> {
    letters_of(letters, |meant| match meant {
        Meant::Level(level) => format!("the letters of {level}"),
        Meant::Letters(letters) => format!("{letters:?}"),
        Meant::Nothing => "no level at all".to_owned(),
    })
}

/// The letters of `rights` as [`rights_in_file`] reads them: some sets spell a word.
pub fn written(rights: Rights) -> String {
    let letters = rights.to_string();
    match WORDS.iter().any(|(word, _)| *word == letters) {
        true => letters.chars().rev().collect(),
        false => letters,
    }
}

fn letters_of(letters: &str, meant: impl Fn(Meant) -> String) -> Result<Rights, String> {
    if let Some((word, what)) = WORDS.iter().find(|(word, _)| *word == letters) {
        let meant = meant(*what);
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
    Rights::parse(letters).map_err(|bad| bad.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_set_is_written_as_a_word_that_is_refused() {
        for (word, _) in WORDS {
            assert!(rights(word).is_err() && rights_in_file(word).is_err());
            let set = Rights::parse(word).unwrap();
            assert_eq!(rights_in_file(&written(set)), Ok(set));
        }
        assert_eq!(written(Rights::parse("dear").unwrap()), "daer");
    }
}
