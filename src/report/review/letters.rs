//! Rights in words, letter by letter (RFC 4314, section 2.1).

use crate::model::rights::Rights;

/// What `rights` let somebody do, in words.
pub fn in_words(rights: Rights) -> String {
    let words: Vec<String> = rights.iter().map(word).collect();
    if words.is_empty() {
        "nothing".to_owned()
    } else {
        words.join(", ")
    }
}

fn word(letter: char) -> String {
    let word = match letter {
        'l' => "see it in lists",
        'r' => "read",
        's' => "keep seen marks",
        'w' => "flag",
        'i' => "add mail",
        'p' => "post to its address",
        'k' => "make folders",
        'x' => "delete the folder",
        't' => "mark as deleted",
        'e' => "expunge",
        'a' => "grant to others",
        'n' => "annotate",
        'c' => "make folders (obsolete c)",
        'd' => "delete (obsolete d)",
        other => return format!("{other} (the site's own)"),
    };
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_has_its_words() {
        let words = |letters| in_words(Rights::parse(letters).unwrap());
        assert_eq!(words("lrs"), "see it in lists, read, keep seen marks");
        assert_eq!(
            words("ta9"),
            "mark as deleted, grant to others, 9 (the site's own)"
        );
        assert_eq!(words(""), "nothing");
    }
}
