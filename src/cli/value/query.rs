//! What may be said of the messages that are meant.

use super::{moment, text};
use crate::mail::message::MessageId;
use crate::model::label::Typed;
use chrono::{Local, NaiveDate};

/// A message by its number in a folder, or by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Id {
    /// Its UID.
    Uid(u32),
    /// Its Message-ID.
    Name(MessageId),
    /// What its Message-ID begins with.
    Beginning(String),
}

/// The fewest characters that a Message-ID is meant by.
const BEGINNING: usize = 4;

/// `4711`, or `<left@right>` with or without its brackets, or its beginning with three dots, as lists have it.
///
/// # Errors
/// What is wrong with it, for the user.
pub fn id(given: &str) -> Result<Id, String> {
    let given = text::text(given)?;
    if let Some(beginning) = given.strip_suffix("...").or(given.strip_suffix('…')) {
        return begins(beginning);
    }
    let uid = given.bytes().all(|b| b.is_ascii_digit());
    let uid = given.parse().ok().filter(|n| uid && *n > 0).map(Id::Uid);
    let name = MessageId::parse(&given).filter(|_| given.contains('@'));
    let id = uid.or(name.map(Id::Name));
    id.ok_or_else(|| "it is no UID and no Message-ID: write 4711 or '<left@right>'".to_owned())
}

fn begins(beginning: &str) -> Result<Id, String> {
    let beginning = beginning.trim_start_matches('<');
    let fits = beginning
        .bytes()
        .all(|b| b.is_ascii_graphic() && !b"<>\"\\".contains(&b));
    match fits && beginning.len() >= BEGINNING {
        true => Ok(Id::Beginning(beginning.to_owned())),
        false => Err(format!(
            "a Message-ID is meant by at least {BEGINNING} characters of its beginning, before the three dots"
        )),
    }
}

/// A label by the name that people give it.
///
/// # Errors
/// Why it is no label of any mailbox, for the user.
pub fn label(given: &str) -> Result<Typed, String> {
    Typed::new(&text::text(given)?).map_err(|why| why.to_string())
}

/// What a field holds: a part of it, for which a `*` at either end may stand for the rest.
///
/// # Errors
/// What is wrong with it, for the user.
pub fn part(given: &str) -> Result<String, String> {
    let part = text::text(given)?;
    let part = part.trim_matches('*').trim();
    match part {
        "" => Err("it says nothing: leave it out".to_owned()),
        part if part.contains('*') => Err(
            "a * stands at the beginning or the end alone: name one part of the field".to_owned(),
        ),
        part => Ok(part.to_owned()),
    }
}

/// A whole day of this machine: a date, or so long ago.
///
/// # Errors
/// What is wrong with it, for the user.
pub fn day(given: &str) -> Result<NaiveDate, String> {
    let moment = moment::parse(given)?;
    Ok(moment.at.with_timezone(&Local).date_naive())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_named_by_a_number_or_by_its_name() {
        assert_eq!(id("4711"), Ok(Id::Uid(4711)));
        let name = MessageId::parse("a@b").map(Id::Name);
        assert_eq!((id("<a@b>").ok(), id("a@b").ok()), (name.clone(), name));
        let begins = |text: &str| Ok(Id::Beginning(text.to_owned()));
        assert_eq!(
            (id("abcd..."), id("<abcd…")),
            (begins("abcd"), begins("abcd"))
        );
        for bad in [
            "0",
            "4294967296",
            "hello",
            "",
            "<>",
            "abc...",
            "a b c...",
            "...",
            "a\"bcd…",
        ] {
            assert!(id(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_star_stands_for_the_rest_of_a_field_at_its_ends() {
        assert_eq!(
            part("*@billing.example.com").as_deref(),
            Ok("@billing.example.com")
        );
        assert_eq!(part("* invoice *").as_deref(), Ok("invoice"));
        for bad in ["a*b", "*", ""] {
            assert!(part(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_day_is_that_of_this_machine() {
        assert_eq!(
            day("2026-11-21"),
            Ok(NaiveDate::from_ymd_opt(2026, 11, 21).unwrap())
        );
        assert!(day("tomorrow").is_err());
    }
}
