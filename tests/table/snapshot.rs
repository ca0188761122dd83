//! All that a server holds, as facts: seen by independent clients, never by sharemail.

use std::collections::{BTreeMap, BTreeSet};

use super::world::World;
use crate::provider::client::{is_ok, quoted, replies};
use crate::provider::{Client, Kind, PASSWORD};

/// Lines such as `entry carol lrs on team Archive/2025`; the folder stands last.
pub type Facts = BTreeSet<String>;

/// What a world showed when it was made, for the next time that it is made.
#[derive(Default)]
pub struct Made(Option<(Facts, Facts)>);

/// Everything, through the administrator's or the owners' sessions and through everybody's own.
pub fn take(world: &World) -> Facts {
    let mut sessions = sessions(world);
    let mut facts = held(world, &mut sessions);
    let seen = seen(world, &mut sessions, &facts);
    facts.extend(seen);
    facts
}

/// The same of a world that was made a moment ago: where the server holds what it held the last time
/// but for the numbers of new folders, everybody sees the same again.
pub fn take_made(world: &World, made: &mut Made) -> Facts {
    let mut sessions = match world.setup.is_cyrus() {
        true => BTreeMap::new(),
        false => sessions(world),
    };
    let held = held(world, &mut sessions);
    let bare: Facts = held.iter().map(|fact| unnumbered(fact)).collect();
    let seen = match made.0.take() {
        Some((before, seen)) if before == bare => seen,
        _ => {
            if sessions.is_empty() {
                sessions = self::sessions(world);
            }
            seen(world, &mut sessions, &held)
        }
    };
    made.0 = Some((bare, seen.clone()));
    held.into_iter().chain(seen).collect()
}

/// Without the UIDVALIDITY, which is another one for each folder that is made.
fn unnumbered(fact: &str) -> String {
    let mut words = fact.split(' ').collect::<Vec<_>>();
    if let Some(place) = words.iter().position(|word| word.ends_with("UIDVALIDITY")) {
        words.drain(place..(place + 2).min(words.len()));
    }
    words.join(" ")
}

fn sessions(world: &World) -> BTreeMap<&'static str, Client> {
    let mut sessions = BTreeMap::new();
    // On Cyrus the mailboxes themselves need no session: the administrator sees them.
    let sees = |name: &&str| !world.setup.is_cyrus() || !["team", "info"].contains(name);
    for person in world.setup.everybody().into_iter().filter(sees) {
        let login = world.setup.login(&world.address(person));
        if let Ok(session) = Client::try_login(&world.server, &login, PASSWORD) {
            sessions.insert(person, session);
        }
    }
    sessions
}

/// What the server holds: folders, mail, entries, limits.
fn held(world: &World, sessions: &mut BTreeMap<&'static str, Client>) -> Facts {
    let mut facts = Facts::new();
    match world.server.kind() {
        Kind::Dovecot => owners(world, sessions, &mut facts),
        _ => administrator(world, &mut facts),
    }
    facts
}

/// What everybody sees of it.
fn seen(world: &World, sessions: &mut BTreeMap<&'static str, Client>, held: &Facts) -> Facts {
    let mut facts = Facts::new();
    let there: Vec<(String, String)> = held.iter().filter_map(|fact| place(fact)).collect();
    for (person, session) in sessions {
        subscriptions(world, session, person, &there, &mut facts);
        others(world, session, person, &there, &mut facts);
    }
    facts
}

/// What there was and is no more with `-`, what is new with `+`.
pub fn difference(before: &Facts, after: &Facts) -> BTreeSet<String> {
    let gone = before.difference(after).map(|fact| format!("- {fact}"));
    let new = after.difference(before).map(|fact| format!("+ {fact}"));
    gone.chain(new).collect()
}

/// Where the administrator sees all mailboxes.
fn administrator(world: &World, facts: &mut Facts) {
    let mut admin = Client::admin(&world.server);
    let reply = admin.ok("LIST \"\" \"*\" RETURN (STATUS (MESSAGES UIDNEXT UIDVALIDITY UNSEEN))");
    let found = replies(&reply, "STATUS");
    let acls = admin.each(found.iter().map(|words| getacl(&words[0])));
    for (words, acl) in found.iter().zip(acls) {
        let (mailbox, folder) = world.setup.placed(&words[0]);
        facts.insert(format!("folder on {mailbox} {folder}"));
        facts.insert(format!("mail {} on {mailbox} {folder}", words[1]));
        entries(world, &acl, &mailbox, &folder, facts);
        if folder == "INBOX" {
            limits(&mut admin, &words[0], &mailbox, facts);
        }
    }
}

/// Where only its owner sees a mailbox.
fn owners(world: &World, sessions: &mut BTreeMap<&str, Client>, facts: &mut Facts) {
    let mut bob = world.setup.member(&world.server, &world.address("bob"));
    for (mailbox, session) in sessions {
        let mut folders: BTreeSet<String> = session.list("*").into_iter().collect();
        folders.retain(|folder| !folder.starts_with("shared/") && !folder.starts_with("Public/"));
        // What somebody has hidden from the owner is there all the same.
        folders.extend(hidden(world, mailbox));
        let acls = session.each(folders.iter().map(|folder| getacl(folder)));
        let items = "(MESSAGES UIDNEXT UIDVALIDITY UNSEEN RECENT)";
        let status = |folder: &String| format!("STATUS {} {items}", quoted(folder));
        let states = session.each(folders.iter().map(status));
        for ((folder, acl), state) in folders.iter().zip(acls).zip(states) {
            facts.insert(format!("folder on {mailbox} {folder}"));
            let state = replies(&state, "STATUS")
                .pop()
                .and_then(|mut words| words.pop());
            let state = state.unwrap_or_else(|| "hidden".to_owned());
            facts.insert(format!("mail {state} on {mailbox} {folder}"));
            // Whoever has full access may look where the owner may no longer.
            let seen = world.setup.seen(&world.address(mailbox), folder);
            let acl = match is_ok(&acl) {
                true => acl,
                false => bob.command(&getacl(&seen)),
            };
            entries(world, &acl, mailbox, folder, facts);
        }
        limits(session, "INBOX", mailbox, facts);
    }
}

/// The folders that lie on the disk, in Maildir++.
fn hidden(world: &World, mailbox: &str) -> Vec<String> {
    let home = world
        .server
        .dir()
        .join("server/mail")
        .join(world.setup.account(&world.address(mailbox)));
    let folders = std::fs::read_dir(home.join("Maildir")).unwrap().flatten();
    let names = folders.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let names = names.filter_map(|name| Some(name.strip_prefix('.')?.replace('.', "/")));
    names.collect()
}

fn getacl(folder: &str) -> String {
    format!("GETACL {}", quoted(folder))
}

fn entries(world: &World, acl: &str, mailbox: &str, folder: &str, facts: &mut Facts) {
    if !is_ok(acl) {
        facts.insert(format!("unread on {mailbox} {folder}"));
        return;
    }
    let words = replies(acl, "ACL").pop().unwrap_or_default();
    for pair in words.get(1..).unwrap_or_default().chunks(2) {
        let (who, rights) = (world.who(&pair[0]), letters(&pair[1]));
        facts.insert(format!("entry {who} {rights} on {mailbox} {folder}"));
    }
}

fn limits(session: &mut Client, wire: &str, mailbox: &str, facts: &mut Facts) {
    let reply = session.command(&format!("GETQUOTAROOT {}", quoted(wire)));
    for words in replies(&reply, "QUOTA") {
        let list = words.last().map(String::as_str).unwrap_or_default();
        let numbers: Vec<&str> = list.trim_matches(['(', ')']).split(' ').collect();
        for resource in numbers.chunks_exact(3) {
            let (name, limit) = (resource[0], resource[2]);
            facts.insert(format!("limit {name} {limit} on {mailbox} INBOX"));
        }
    }
}

fn subscriptions(
    world: &World,
    session: &mut Client,
    person: &str,
    there: &[(String, String)],
    facts: &mut Facts,
) {
    let reply = session.ok("LSUB \"\" \"*\"");
    for name in replies(&reply, "LSUB")
        .into_iter()
        .filter_map(|mut words| words.pop())
        .filter(|name| !world.is_gone(name))
    {
        let seen = |(mailbox, folder): &&(String, String)| {
            world.setup.seen(&world.address(mailbox), folder) == name
        };
        let place = match there.iter().find(seen) {
            Some((mailbox, folder)) => format!("{mailbox} {folder}"),
            None => format!("{person} {name}"),
        };
        facts.insert(format!("subscribed {person} on {place}"));
    }
}

/// What one person may do with the mailboxes of others: MYRIGHTS tells, EXAMINE shows.
fn others(
    world: &World,
    session: &mut Client,
    person: &str,
    there: &[(String, String)],
    facts: &mut Facts,
) {
    let shared = match person {
        "alice" | "bob" | "carol" | "dave" => ["team", "info"].as_slice(),
        "bob@other.test" => &["team@other.test"],
        _ => return,
    };
    let places = there
        .iter()
        .filter(|(mailbox, _)| shared.contains(&mailbox.as_str()));
    let places: Vec<&(String, String)> = places.collect();
    let commands = places.iter().flat_map(|(mailbox, folder)| {
        let name = quoted(&world.setup.seen(&world.address(mailbox), folder));
        [format!("MYRIGHTS {name}"), format!("EXAMINE {name}")]
    });
    let said = session.each(commands);
    for ((mailbox, folder), said) in places.into_iter().zip(said.chunks(2)) {
        let rights = replies(&said[0], "MYRIGHTS")
            .pop()
            .and_then(|mut words| words.pop());
        let rights = letters(&rights.unwrap_or_default());
        if is_ok(&said[1]) {
            facts.insert(format!("opens {person} {rights} on {mailbox} {folder}"));
            let mut lines = said[1].lines();
            let new = |line: &&str| line.ends_with(" RECENT") && *line != "* 0 RECENT";
            if let Some(line) = lines.find(new) {
                let count = line.trim_start_matches("* ").trim_end_matches(" RECENT");
                facts.insert(format!("recent {person} {count} on {mailbox} {folder}"));
            }
        } else if rights != "-" {
            facts.insert(format!("sees {person} {rights} on {mailbox} {folder}"));
        }
    }
}

/// `folder on team Archive/2025` is a place.
fn place(fact: &str) -> Option<(String, String)> {
    let (mailbox, folder) = fact.strip_prefix("folder on ")?.split_once(' ')?;
    Some((mailbox.to_owned(), folder.to_owned()))
}

/// Without the obsolete c and d, in alphabetical order.
fn letters(rights: &str) -> String {
    let mut letters: Vec<char> = rights.chars().filter(|l| !"cd".contains(*l)).collect();
    letters.sort_unstable();
    match letters.is_empty() {
        true => "-".to_owned(),
        false => letters.into_iter().collect(),
    }
}
