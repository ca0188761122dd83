//! Servers that are odd in one way each: what a member's session tells is not all, or not what is
//! stored. All that verbs do is tried on each.

use std::collections::HashSet;
use std::sync::Mutex;

use super::Toy;
use super::fake::Peer;
use super::toy::World;

/// Whom the servers here are odd to.
pub const CAROL: &str = "carol@example.test";
/// Whoever has an entry, in a group with carol where the server has groups.
pub const BOB: &str = "bob@example.test";
/// The mailbox as its members see it.
pub const SHARED: &str = "shared/support@example.test";
const ALL: &str = "lrswipkxtea";

/// The folder of the mailbox that a member's command is about, as its owner calls it.
pub fn asked<'l>(line: &'l str, verb: &str) -> Option<&'l str> {
    let (_, command) = line.split_once(' ')?;
    let name = command.strip_prefix(verb)?.trim_start().trim_matches('"');
    match name.strip_prefix(SHARED)? {
        "" => Some("INBOX"),
        below => below.strip_prefix('/'),
    }
}

/// Answers MYRIGHTS by these letters of what is stored.
pub fn tell(peer: &mut Peer, line: &str, rights: &str) {
    let name = line.splitn(3, ' ').nth(2).unwrap();
    peer.send(format!(
        "* MYRIGHTS {name} {}\r\n",
        if rights.is_empty() { "\"\"" } else { rights }
    ));
    peer.ok("done");
}

fn without(rights: &str, letters: &str) -> String {
    rights.chars().filter(|c| !letters.contains(*c)).collect()
}

/// One whose MYRIGHTS shows neither `l` nor `a` to anybody.
pub fn without_l_and_a() -> Toy {
    Toy::twisted(&["Sent"], |peer, line, world| {
        if line.ends_with("MYRIGHTS \"INBOX\"") {
            tell(peer, line, &without(ALL, "la"));
            return true;
        }
        let Some(stored) = asked(line, "MYRIGHTS").and_then(|folder| world.stored(folder, CAROL))
        else {
            return false;
        };
        tell(peer, line, &without(&stored, "la"));
        true
    })
}

/// One where what a group gives counts when a folder is opened, and MYRIGHTS knows nothing of it.
pub fn by_group() -> Toy {
    Toy::twisted(&["Sent"], |peer, line, world| {
        let folder = asked(line, "EXAMINE");
        let opens = folder.is_some_and(|folder| world.stored(folder, BOB).is_some());
        if opens {
            peer.send("* 3 EXISTS\r\n* FLAGS (\\Seen)\r\n* OK [UIDVALIDITY 1] fine\r\n");
            peer.ok("[READ-ONLY] done");
        }
        opens
    })
}

/// One that denies that there is anything where a member asks MYRIGHTS.
pub fn denying() -> Toy {
    Toy::twisted(&["Sent"], |peer, line, _| {
        let is_asked = asked(line, "MYRIGHTS").is_some();
        if is_asked {
            peer.no("[NONEXISTENT] no such folder");
        }
        is_asked
    })
}

/// Stores closed sets, and gives them back in an order of its own.
fn store_closed(peer: &mut Peer, line: &str, world: &World) -> bool {
    let words: Vec<&str> = line.split('"').collect();
    let [command, folder, _, who, _, rights, ..] = words[..] else {
        return false;
    };
    if !command.contains("SETACL") {
        return false;
    }
    let stored = match rights {
        "lp" => "p".to_owned(),
        rights if rights.contains('s') => {
            "w".to_owned()
                + &rights
                    .chars()
                    .rev()
                    .filter(|c| *c != 'w')
                    .collect::<String>()
        }
        rights => rights.to_owned(),
    };
    world.set(folder, who, &stored);
    peer.ok("done");
    true
}

/// One that stores closed sets, and lists a folder to whoever may post there.
pub fn closing() -> Toy {
    Toy::twisted(&["Sent"], |peer, line, world| {
        // To whoever may post there, the folder is listed.
        if line.contains("LIST \"\" \"shared") {
            for name in world.names() {
                if world.stored(&name, CAROL).is_some() {
                    let path = if name == "INBOX" {
                        String::new()
                    } else {
                        format!("/{name}")
                    };
                    peer.send(format!("* LIST () \"/\" \"{SHARED}{path}\"\r\n"));
                }
            }
            peer.ok("done");
            return true;
        }
        store_closed(peer, line, world)
    })
}

/// One that answers these verbs of a member by a refusal which says nothing of the folder.
pub fn refusing(verbs: &'static [&'static str], words: &'static str) -> Toy {
    Toy::twisted(&["Sent"], move |peer, line, _| {
        let is_asked = verbs.iter().any(|verb| asked(line, verb).is_some());
        if is_asked {
            peer.no(words);
        }
        is_asked
    })
}

/// One that hangs up on carol's login, and on nobody else's.
pub fn shutting_out() -> Toy {
    Toy::twisted(&["Sent"], |peer, line, _| {
        use base64::prelude::*;
        let login = BASE64_STANDARD.encode(format!("\0{CAROL}*admin\0password"));
        let hers = line.contains(&login);
        if hers {
            peer.close();
        }
        hers
    })
}

/// Names below `shared`, whose prefix it tells without a separator at its end.
pub fn without_separator() -> Toy {
    Toy::twisted(&["Sent"], |peer, line, _| {
        let is_asked = line.ends_with(" NAMESPACE");
        if is_asked {
            peer.send("* NAMESPACE ((\"\" \"/\")) ((\"shared\" \"/\")) NIL\r\n");
            peer.ok("done");
        }
        is_asked
    })
}

/// Where the mailbox's own name is a level, and INBOX lies below it.
pub fn below_a_level() -> Toy {
    Toy::twisted(&["Sent"], |peer, line, world| {
        let Some((_, command)) = line.split_once(' ') else {
            return false;
        };
        let Some((verb @ ("MYRIGHTS" | "EXAMINE"), name)) = command.split_once(' ') else {
            if command.starts_with("LIST \"\" \"shared") && world.stored("INBOX", CAROL).is_some() {
                peer.send(format!("* LIST (\\Noselect) \"/\" \"{SHARED}\"\r\n"));
                for path in ["INBOX", "Sent"] {
                    peer.send(format!("* LIST () \"/\" \"{SHARED}/{path}\"\r\n"));
                }
                peer.ok("done");
                return true;
            }
            return false;
        };
        let name = name.trim_matches('"');
        let stored = world.stored("INBOX", CAROL);
        match (name.strip_prefix(SHARED), stored) {
            (Some(""), _) => peer.no("[NONEXISTENT] that is only a level"),
            (Some("/INBOX"), Some(rights)) if verb == "MYRIGHTS" => tell(peer, line, &rights),
            (Some("/INBOX"), Some(_)) => peer.ok("[READ-ONLY] done"),
            (Some("/INBOX"), None) => peer.no("[NONEXISTENT] no such folder"),
            _ => return false,
        }
        true
    })
}

/// A folder is not there for whoever has not listed it.
pub fn behind_a_list() -> Toy {
    let listed: Mutex<HashSet<usize>> = Mutex::default();
    Toy::twisted(&["Sent"], move |peer, line, _| {
        let Some((verb, rest)) = line.split_once(' ').and_then(|(_, c)| c.split_once(' ')) else {
            return false;
        };
        if verb == "LIST" {
            listed.lock().unwrap().insert(peer.number);
        }
        let asks = ["GETACL", "MYRIGHTS", "EXAMINE"].contains(&verb) && rest != "\"INBOX\"";
        let hidden = asks && !listed.lock().unwrap().contains(&peer.number);
        if hidden {
            peer.no("[NONEXISTENT] no such folder");
        }
        hidden
    })
}
