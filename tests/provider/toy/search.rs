//! Which messages a toy's UID SEARCH finds (RFC 9051, section 6.4.4).

use std::slice::Iter;

use chrono::NaiveDate;

use super::letters::Letter;

/// Whether all of these keys fit it.
pub fn fits(letter: &Letter, keys: &[String]) -> bool {
    let mut keys = keys.iter();
    let mut fits = true;
    while keys.len() > 0 {
        fits &= next_fits(letter, &mut keys);
    }
    fits
}

/// Whether the next key, which is taken with all that belongs to it, fits it.
fn next_fits(letter: &Letter, keys: &mut Iter<String>) -> bool {
    let key = word(keys);
    match key {
        "ALL" => true,
        "CHARSET" => !word(keys).is_empty(),
        "NOT" => !next_fits(letter, keys),
        "OR" => {
            let one = next_fits(letter, keys);
            next_fits(letter, keys) || one
        }
        "UID" => holds(word(keys), letter.uid),
        "KEYWORD" => letter.flags.contains(word(keys)),
        "UNKEYWORD" => !letter.flags.contains(word(keys)),
        "HEADER" => has(&letter.fields(&[word(keys)]), word(keys)),
        "FROM" | "TO" | "CC" | "SUBJECT" => has(&letter.fields(&[key]), word(keys)),
        "BODY" => has(letter.halves().1, word(keys)),
        "SINCE" => letter.arrived.date_naive() >= day(word(keys)),
        "BEFORE" => letter.arrived.date_naive() < day(word(keys)),
        "LARGER" => letter.text.len() > number(word(keys)),
        "SMALLER" => letter.text.len() < number(word(keys)),
        _ => match key.strip_prefix("UN") {
            Some(flag) => !is_marked(letter, flag),
            None => is_marked(letter, key),
        },
    }
}

fn word<'k>(keys: &mut Iter<'k, String>) -> &'k str {
    keys.next().map_or("", String::as_str)
}

fn has(text: &str, part: &str) -> bool {
    text.to_lowercase().contains(&part.to_lowercase())
}

fn is_marked(letter: &Letter, name: &str) -> bool {
    let flag = format!("\\{name}");
    letter
        .flags
        .iter()
        .any(|other| other.eq_ignore_ascii_case(&flag))
}

fn day(text: &str) -> NaiveDate {
    NaiveDate::parse_from_str(text, "%d-%b-%Y").unwrap()
}

fn number(text: &str) -> usize {
    text.parse().unwrap()
}

/// Whether a set such as `1,3:5,9:*` holds it.
pub fn holds(set: &str, uid: u32) -> bool {
    set.split(',').any(|range| {
        let (first, last) = range.split_once(':').unwrap_or((range, range));
        let number = |word: &str| word.parse().unwrap_or(u32::MAX);
        (number(first)..=number(last)).contains(&uid)
    })
}
