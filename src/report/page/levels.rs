//! The levels of the page: those of every profile, and those that profiles make up.

use crate::model::member::Kind;
use crate::report::review::{Grant, Review};
use std::collections::BTreeSet;

/// So many colours there are for levels of one's own; then they come round again.
const COLOURS: usize = 6;

/// A level as the style sheet and the script know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    /// One that every page has, by its letter.
    Common(char),
    /// One of a profile's own, by its place.
    Own(usize),
}

/// A level in a list of all.
pub(super) struct Entry<'a> {
    pub(super) code: Code,
    /// What stands in the matrix.
    pub(super) short: &'a str,
    pub(super) name: &'a str,
}

/// The levels that a review is told by.
pub(super) struct Levels<'a> {
    /// Those of profiles that somebody holds, sorted by name.
    own: Vec<&'a str>,
    shorts: Vec<String>,
}

impl Code {
    /// What the script and the filter know it by: letters and digits.
    pub(super) fn key(self) -> String {
        match self {
            Code::Common(letter) => letter.to_string(),
            Code::Own(place) => format!("o{place}"),
        }
    }

    /// The classes of its badge.
    pub(super) fn class(self) -> String {
        match self {
            Code::Common(letter) => format!("b {letter}"),
            Code::Own(place) => format!("b h{}", place % COLOURS),
        }
    }
}

/// The letter of a level; `o` for one that a profile makes up.
pub(super) fn letter(grant: &Grant) -> char {
    match grant.level.as_str() {
        _ if grant.kind == Kind::Negative => 'x',
        "full-access" => 'f',
        "write" => 'w',
        "read-only" => 'r',
        "none" => 'n',
        "custom" => 'c',
        _ => 'o',
    }
}

impl<'a> Levels<'a> {
    /// Those of `review`.
    pub(super) fn of(review: &'a Review) -> Self {
        let grants = review.mailboxes.iter().flat_map(|mailbox| &mailbox.grants);
        let own = grants.filter(|grant| letter(grant) == 'o');
        let own: BTreeSet<&str> = own.map(|grant| grant.level.as_str()).collect();
        let own: Vec<&str> = own.into_iter().collect();
        let mut shorts: Vec<String> = Vec::new();
        for name in &own {
            let short = short(name, &shorts);
            shorts.push(short);
        }
        Self { own, shorts }
    }

    /// The names of those that profiles make up.
    pub(super) fn own(&self) -> &[&'a str] {
        &self.own
    }

    /// What `grant` is.
    pub(super) fn code(&self, grant: &Grant) -> Code {
        match (letter(grant), self.place(&grant.level)) {
            ('o', Some(place)) => Code::Own(place),
            // Every one is among those that the review was looked through for.
            ('o', None) => Code::Common('c'),
            (letter, _) => Code::Common(letter),
        }
    }

    /// The place among those of one's own of the level called `name`.
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.own.binary_search(&name).ok()
    }

    /// What stands in the matrix for `code`.
    pub(super) fn short(&self, code: Code) -> &str {
        let all = self.all();
        let found = all.into_iter().find(|entry| entry.code == code);
        found.map_or("", |entry| entry.short)
    }

    /// All of them, the strongest first, then those of profiles, then what is none.
    pub(super) fn all(&self) -> Vec<Entry<'_>> {
        let common = |letter, short, name| Entry {
            code: Code::Common(letter),
            short,
            name,
        };
        let own = self.own.iter().zip(&self.shorts).enumerate();
        let own = own.map(|(place, (name, short))| Entry {
            code: Code::Own(place),
            short,
            name,
        });
        let mut all = vec![
            common('f', "F", "full-access"),
            common('w', "W", "write"),
            common('r', "R", "read-only"),
        ];
        all.extend(own);
        all.extend([
            common('c', "C", "custom"),
            common('n', "·", "some folders or none"),
            common('x', "−", "takes away"),
        ]);
        all
    }
}

/// The shortest beginning of `name` that stands for no other level.
fn short(name: &str, taken: &[String]) -> String {
    const LONGEST: usize = 6;
    let is_free =
        |short: &String| !["F", "W", "R", "C"].contains(&short.as_str()) && !taken.contains(short);
    let letters: Vec<char> = name.chars().take(LONGEST).collect();
    let begins = |n: usize| letters[..n].iter().collect::<String>().to_uppercase();
    let mut beginnings = (1..=letters.len()).map(begins);
    let found = beginnings.find(is_free);
    let first = begins(letters.len().min(1));
    let numbered = || (2..).map(|n| format!("{first}{n}")).find(is_free);
    found.or_else(numbered).unwrap_or_default()
}

/// How many hold each level of `review`, in words: `2 full-access, 1 editor`; entries that take away
/// are none.
pub(in crate::report) fn held(review: &Review) -> Vec<(String, usize)> {
    let levels = Levels::of(review);
    let grants = || review.mailboxes.iter().flat_map(|mailbox| &mailbox.grants);
    let count = |entry: &Entry<'_>| {
        let mut n = 0;
        for grant in grants().filter(|grant| grant.kind != Kind::Negative) {
            n += usize::from(levels.code(grant) == entry.code);
        }
        (entry.name.to_owned(), n)
    };
    let all = levels.all();
    let told = all.iter().map(count);
    told.filter(|(_, n)| *n > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_has_letters_of_its_own() {
        let mut taken = Vec::new();
        let names = [
            "clerk",
            "crew",
            "e",
            "ed",
            "editor",
            "f",
            "w",
            "write-2",
            "",
            "editorials",
            "editorial",
        ];
        for name in names {
            let short = short(name, &taken);
            taken.push(short);
        }
        assert_eq!(
            taken,
            [
                "CL", "CR", "E", "ED", "EDI", "F2", "W2", "WR", "2", "EDIT", "EDITO"
            ]
        );
    }
}
