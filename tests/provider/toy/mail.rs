//! How a toy answers what concerns messages.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::World;
use super::answer::place;
use super::letters::{Letter, MOMENT};
use super::search::{fits, holds};
use crate::provider::fake::Peer;

/// UID SEARCH, FETCH, STORE, EXPUNGE, COPY and MOVE.
pub fn obey(peer: &mut Peer, world: &World, user: &str, words: &[String]) {
    let word = |n: usize| words.get(n).map_or("", String::as_str);
    let kept = world.found.lock().unwrap().get(&peer.number).cloned();
    let kept = kept.unwrap_or_default();
    let is_meant = |letter: &Letter| match word(2) {
        "$" => kept.contains(&letter.uid),
        set => holds(set, letter.uid),
    };
    let told = world.with_selected(peer.number, |letters| match word(1) {
        "SEARCH" => {
            let (returns, keys) = returns(&words[2..]);
            let found = letters.all.iter().filter(|one| fits(one, keys));
            let found: Vec<u32> = found.map(|one| one.uid).collect();
            let told = searched(peer.tag(), returns.is_empty(), &found);
            if returns.contains("SAVE") {
                world.found.lock().unwrap().insert(peer.number, found);
            }
            told
        }
        "FETCH" => {
            let items = words[3..].join(" ");
            let each = (1..).zip(&letters.all).filter(|(_, one)| is_meant(one));
            each.map(|(n, one)| format!("* {n} FETCH ({})\r\n", fetched(one, &items)))
                .collect()
        }
        "STORE" => {
            for one in letters.all.iter_mut().filter(|one| is_meant(one)) {
                store(one, word(3), &flags(&words[4..].join(" ")));
            }
            String::new()
        }
        "EXPUNGE" => {
            letters
                .take(|one| is_meant(one) && one.flags.contains("\\Deleted"))
                .0
        }
        _ => String::new(),
    });
    match word(1) {
        "COPY" | "MOVE" => carry(peer, world, words, place(world, user, word(3))),
        _ => {
            peer.send(told);
            peer.ok("done");
        }
    }
}

/// What `RETURN (SAVE ALL)` at the beginning of a search says, and the keys behind it.
fn returns(words: &[String]) -> (String, &[String]) {
    if words.first().is_none_or(|word| word != "RETURN") {
        return (String::new(), words);
    }
    let end = words.iter().position(|word| word.ends_with(')')).unwrap();
    (words[1..=end].join(" "), &words[end + 1..])
}

fn searched(tag: &str, is_plain: bool, found: &[u32]) -> String {
    let uids: Vec<String> = found.iter().map(u32::to_string).collect();
    match (is_plain, uids.is_empty()) {
        (true, _) => format!("* SEARCH {}\r\n", uids.join(" ")).replace(" \r", "\r"),
        (false, true) => format!("* ESEARCH (TAG \"{tag}\") UID\r\n"),
        (false, false) => format!("* ESEARCH (TAG \"{tag}\") UID ALL {}\r\n", uids.join(",")),
    }
}

/// APPEND of a message.
pub fn append(peer: &mut Peer, world: &World, user: &str, (command, text): (&str, &str)) {
    let words = super::words(command);
    let (mailbox, folder) = place(world, user, words.get(1).map_or("", String::as_str));
    if world.entries(mailbox, folder).is_none() {
        return peer.no("[TRYCREATE] no such folder");
    }
    let date = words
        .iter()
        .find_map(|word| DateTime::parse_from_str(word.trim(), MOMENT).ok());
    let marks = command
        .split_once('(')
        .and_then(|(_, rest)| rest.split_once(')'));
    let uid = world.with_letters(mailbox, folder, |letters| {
        letters.add(Letter {
            uid: 0,
            flags: flags(marks.map_or("", |(marks, _)| marks)),
            arrived: date.unwrap_or_else(|| Utc::now().fixed_offset()),
            saved: Utc::now().fixed_offset(),
            text: text.to_owned(),
        })
    });
    peer.ok(&format!("[APPENDUID 7 {uid}] done"));
}

/// COPY or MOVE into a folder.
fn carry(peer: &mut Peer, world: &World, words: &[String], (mailbox, folder): (&str, &str)) {
    if world.entries(mailbox, folder).is_none() {
        return peer.no("[TRYCREATE] no such folder");
    }
    let is_meant = |one: &Letter| holds(&words[2], one.uid);
    let (gone, taken) = world.with_selected(peer.number, |letters| match &*words[1] {
        "MOVE" => letters.take(is_meant),
        _ => {
            let meant = letters.all.iter().filter(|one| is_meant(one));
            (String::new(), meant.cloned().collect())
        }
    });
    let from: Vec<String> = taken.iter().map(|one| one.uid.to_string()).collect();
    let to: Vec<String> = world.with_letters(mailbox, folder, |letters| {
        let each = taken.into_iter();
        let saved = Utc::now().fixed_offset();
        each.map(|one| letters.add(Letter { saved, ..one }).to_string())
            .collect()
    });
    let code = format!("[COPYUID 7 {} {}]", from.join(","), to.join(","));
    match &*words[1] {
        _ if from.is_empty() => peer.ok("nothing"),
        "MOVE" => {
            peer.send(format!("* OK {code} moved\r\n{gone}"));
            peer.ok("done");
        }
        _ => peer.ok(&format!("{code} done")),
    }
}

/// `(\Seen urgent)`
fn flags(words: &str) -> BTreeSet<String> {
    let words = words.trim_matches(['(', ')']).split_whitespace();
    words.map(str::to_owned).collect()
}

fn store(letter: &mut Letter, how: &str, flags: &BTreeSet<String>) {
    match how.starts_with('+') {
        true => letter.flags.extend(flags.iter().cloned()),
        false => letter.flags.retain(|flag| !flags.contains(flag)),
    }
}

/// What FETCH tells of the items that it is asked for.
fn fetched(letter: &Letter, items: &str) -> String {
    let mut told = vec![format!("UID {}", letter.uid)];
    if items.contains("FLAGS") {
        let flags: Vec<&str> = letter.flags.iter().map(String::as_str).collect();
        told.push(format!("FLAGS ({})", flags.join(" ")));
    }
    if items.contains("INTERNALDATE") {
        told.push(format!(
            "INTERNALDATE \"{}\"",
            letter.arrived.format(MOMENT)
        ));
    }
    if items.contains("SAVEDATE") {
        told.push(format!("SAVEDATE \"{}\"", letter.saved.format(MOMENT)));
    }
    if items.contains("RFC822.SIZE") {
        told.push(format!("RFC822.SIZE {}", letter.text.len()));
    }
    if let Some((section, rest)) = items
        .split_once("BODY.PEEK[")
        .and_then(|(_, rest)| rest.split_once(']'))
    {
        let (from, text) = piece(&part(letter, section), rest);
        told.push(format!(
            "BODY[{section}]{from} {{{}}}\r\n{text}",
            text.len()
        ));
    }
    told.join(" ")
}

/// What a section of a message says.
fn part(letter: &Letter, section: &str) -> String {
    match section.strip_prefix("HEADER.FIELDS ") {
        Some(names) => {
            let names: Vec<&str> = names.trim_matches(['(', ')']).split(' ').collect();
            letter.fields(&names) + "\r\n"
        }
        None if section == "HEADER" => letter.halves().0.to_owned(),
        None => letter.text.clone(),
    }
}

/// The bytes of `text` that are asked for by `<from.count>`, and how it is said from where on they are.
fn piece(text: &str, wanted: &str) -> (String, String) {
    let range = wanted
        .strip_prefix('<')
        .and_then(|rest| rest.split_once('>'));
    let Some((from, count)) = range.and_then(|(range, _)| range.split_once('.')) else {
        return (String::new(), text.to_owned());
    };
    let (start, count): (usize, usize) = (from.parse().unwrap(), count.parse().unwrap());
    let bytes = text.bytes().skip(start).take(count).collect();
    (format!("<{from}>"), String::from_utf8(bytes).unwrap())
}
