//! How a toy answers, command by command.

use super::{ALL, SUPPORT, World};
use crate::provider::fake::Peer;

/// Where the others see the mailboxes.
const SHARED: &str = "shared/";

/// The mailbox and the folder that `user` calls so: an owner by the folder alone, others behind
/// `shared/`. Nothing else is anywhere, and all others' own folders are taken for support's.
pub fn place<'a>(world: &World, user: &'a str, name: &'a str) -> (&'a str, &'a str) {
    let known = |name: &&str| {
        let owner = name.split('/').next().unwrap_or_default();
        world.is_town() || world.owners().iter().any(|known| known == owner)
    };
    // A small one may be given more by a test, under the whole name.
    match name.strip_prefix(SHARED).filter(known) {
        Some(rest) => rest.split_once('/').unwrap_or((rest, "INBOX")),
        None if world.owners().iter().any(|owner| owner == user) => (user, name),
        None => (SUPPORT, name),
    }
}

/// A connection of `user`: the mailbox is the owner's INBOX, and shared/… for the others.
pub fn answer(peer: &mut Peer, world: &World, user: &str, words: &[String]) {
    let word = |n: usize| words.get(n).map_or("", String::as_str);
    let (mailbox, folder) = place(world, user, word(1));
    let foreign = user != mailbox && folder == word(1);
    let reply = match word(0) {
        "ID" => "* ID (\"name\" \"Toy\")\r\n".to_owned(),
        "NAMESPACE" => "* NAMESPACE ((\"\" \"/\")) ((\"shared/\" \"/\")) NIL\r\n".to_owned(),
        "CAPABILITY" => format!("* CAPABILITY {}\r\n", world.capabilities()),
        "LIST" if world.owners().iter().any(|owner| owner == user) => {
            let pattern = word(2);
            let names = world.names_of(user).into_iter();
            names
                .filter(|name| pattern.contains(['*', '%']) || pattern == name)
                .map(|name| format!("* LIST () \"/\" \"{name}\"\r\n"))
                .collect()
        }
        "LIST" => {
            let pattern = word(2);
            seen(world, user, pattern)
        }
        "STATUS" if world.is_town() => {
            let (messages, next) = world.count(mailbox, folder);
            format!(
                "* STATUS \"{}\" (MESSAGES {messages} UIDNEXT {next} UIDVALIDITY 7)\r\n",
                word(1)
            )
        }
        "MYRIGHTS" if foreign && folder == "INBOX" => format!("* MYRIGHTS INBOX {ALL}\r\n"),
        "SELECT" | "EXAMINE" if world.has_mail() => {
            let rights = world.stored_on(mailbox, folder, user);
            if rights.is_none_or(|rights| !rights.contains('r')) {
                return peer.no("[NOPERM] not yours to read");
            }
            world.select(peer.number, mailbox, folder);
            let (messages, next) = world.count(mailbox, folder);
            format!(
                "* {messages} EXISTS\r\n* OK [UIDVALIDITY 7] counted\r\n* OK [UIDNEXT {next}] so\r\n\
                 * OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft \\*)] kept\r\n"
            )
        }
        "EXAMINE" => match world.stored_on(mailbox, folder, user) {
            Some(rights) if rights.contains('r') => "* 0 EXISTS\r\n* FLAGS ()\r\n".to_owned(),
            Some(rights) if rights.contains('l') => return peer.no("[NOPERM] not yours to read"),
            _ => return peer.no("[NONEXISTENT] no such folder"),
        },
        "GETACL" if foreign && folder == "INBOX" => format!("* ACL INBOX \"{user}\" {ALL}\r\n"),
        "GETACL" => match world.entries(mailbox, folder) {
            Some(entries) => format!("* ACL \"{}\"{entries}\r\n", word(1)),
            None => return peer.no("[NONEXISTENT] no such folder"),
        },
        "LISTRIGHTS" => format!(
            "* LISTRIGHTS \"{}\" \"{}\" \"\" l r s w i p k x t e a c d\r\n",
            word(1),
            word(2)
        ),
        "MYRIGHTS" => match world.stored_on(mailbox, folder, user) {
            Some(rights) => format!("* MYRIGHTS \"{}\" {rights}\r\n", word(1)),
            None => return peer.no("[NONEXISTENT] no such folder"),
        },
        "SETACL" => {
            world.set_on(mailbox, folder, word(2), word(3));
            String::new()
        }
        "CREATE" if foreign => return peer.no("[NOPERM] not yours"),
        "CREATE" if world.create(mailbox, folder) => String::new(),
        "CREATE" => return peer.no("[ALREADYEXISTS] there is one"),
        "RENAME" if world.rename((mailbox, folder), place(world, user, word(2))) => String::new(),
        "DELETE" if world.delete(mailbox, folder) => String::new(),
        "RENAME" | "DELETE" => return peer.no("[NONEXISTENT] no such folder"),
        "DELETEACL" => {
            world.remove(mailbox, folder, word(2));
            String::new()
        }
        _ => String::new(),
    };
    peer.send(reply);
    peer.ok("done");
}

/// LIST of what somebody who owns no mailbox sees of those that there are.
fn seen(world: &World, user: &str, pattern: &str) -> String {
    let prefix = pattern.trim_end_matches(['*', '%']);
    let wide = prefix != pattern;
    let mut names = Vec::new();
    for owner in world.owners() {
        let root = format!("{SHARED}{owner}");
        let sees = |name: &String| {
            let rights = world.stored_on(&owner, name, user);
            rights.is_some_and(|rights| rights.contains('l'))
        };
        let shown = |name: String| match &*name {
            "INBOX" => root.clone(),
            below => format!("{root}/{below}"),
        };
        let folders = world.names_of(&owner).into_iter();
        names.extend(folders.filter(sees).map(shown));
    }
    let names = names.into_iter();
    names
        .filter(|name| match name.strip_prefix(prefix) {
            Some(rest) if wide => pattern.ends_with('*') || !rest.contains('/'),
            rest => rest == Some(""),
        })
        .map(|name| format!("* LIST () \"/\" \"{name}\"\r\n"))
        .collect()
}

/// Atoms and quoted strings, unquoted.
pub fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let (mut quoted, mut escaped) = (false, false);
    for c in command.chars() {
        let last = words.len() - 1;
        match c {
            '"' if !escaped => quoted = !quoted,
            '\\' if quoted && !escaped => {
                escaped = true;
                continue;
            }
            ' ' if !quoted => words.push(String::new()),
            c => words[last].push(c),
        }
        escaped = false;
    }
    words
}
