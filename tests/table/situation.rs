//! The columns: what is otherwise than usual while a verb runs.

use std::process::Command;

use super::relay::{Relay, Twist};
use super::row::{Expect, Row};
use super::setup::Setup;
use super::world::{MADE, World};
use crate::provider::client::quoted;

/// One column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Situation {
    /// All is as it should be.
    Plain,
    /// `team@` of a domain that the server does not know is typed.
    Foreign,
    /// `team@` of the server's other domain is typed.
    Twin,
    /// People of a domain that the server does not know are typed.
    Stranger,
    /// The server hangs up whenever somebody logs in as carol.
    Dropped,
    /// The entries of Archive cannot be read.
    Unreadable,
    /// bob, who has full access, has done all the harm that he can.
    Hostile,
}

/// The people whom rows type.
const PEOPLE: [&str; 4] = ["alice", "bob", "carol", "dave"];

impl Situation {
    /// How the list of pending cells calls it.
    pub fn name(self) -> &'static str {
        match self {
            Situation::Plain => "plain",
            Situation::Foreign => "foreign",
            Situation::Twin => "twin",
            Situation::Stranger => "stranger",
            Situation::Dropped => "dropped",
            Situation::Unreadable => "unreadable",
            Situation::Hostile => "hostile",
        }
    }

    /// Whether a row means anything here.
    pub fn concerns(self, row: &Row, setup: Setup) -> bool {
        match self {
            Situation::Foreign => row.names("{team}"),
            Situation::Twin => setup == Setup::CyrusTwo && row.names("{team}"),
            Situation::Stranger => PEOPLE.iter().any(|who| row.typed.contains(&braced(who))),
            _ => true,
        }
    }

    /// Puts names in place of what stands in braces.
    pub fn fill(self, world: &World, text: &str) -> String {
        let mut text = text.to_owned();
        let team = match self {
            Situation::Foreign => world.address("team@evil.test"),
            Situation::Twin => world.address("team@other.test"),
            _ => world.address("team"),
        };
        text = text.replace("{team}", &team);
        for who in PEOPLE {
            let typed = match self {
                Situation::Stranger => world.address(&format!("{who}@evil.test")),
                _ => world.short(who),
            };
            text = text.replace(&braced(who), &typed);
        }
        text = text.replace("{true}", &world.address("team"));
        for name in ["info", "crew"] {
            text = text.replace(&braced(name), &world.address(name));
        }
        text
    }

    /// What is right here for a row that says nothing else.
    pub fn usual(self, row: &Row, plain: Expect) -> Expect {
        let changed = |codes: &[i32]| Expect {
            codes: codes.to_vec(),
            may: plain.must.clone(),
            may_touch: plain.may_touch.clone(),
            closed: plain.closed.clone(),
            ..Expect::default()
        };
        match self {
            Situation::Plain => plain,
            Situation::Foreign => Expect {
                codes: vec![67, 78],
                not: PEOPLE
                    .iter()
                    .filter(|who| !row.names(&braced(who)))
                    .map(|who| braced(who))
                    .chain(["verified as".to_owned()])
                    .collect(),
                ..Expect::default()
            },
            Situation::Twin => Expect {
                codes: vec![0, 1, 2, 3, 65, 67, 77, 78],
                may_touch: match plain.must.is_empty() {
                    true => Vec::new(),
                    false => vec!["team@other.test".to_owned()],
                },
                ..Expect::default()
            },
            Situation::Stranger => Expect {
                codes: vec![67, 78],
                not: vec!["verified as".to_owned()],
                ..Expect::default()
            },
            Situation::Dropped => {
                let codes = [plain.codes.as_slice(), &[3, 69, 75]].concat();
                let unknown = [
                    "knows no user {carol}",
                    "{carol} is nobody",
                    "verified as {carol}",
                ];
                changed(&codes).not(&unknown)
            }
            Situation::Unreadable => Expect {
                says: vec!["Archive".to_owned()],
                ..changed(&[3]).not(&["in order", "nobody but its owner"])
            },
            Situation::Hostile => {
                let codes = [plain.codes.as_slice(), &[0, 2, 3, 77]].concat();
                let mut expect = changed(&codes);
                expect.whole = plain.says;
                if plain.must.is_empty() {
                    return expect;
                }
                // Folders that bob has made are folders like others, and what he left on Archive
                // may go or be followed.
                let made = ["team Archive/Identities", "team Identities/Send as"];
                expect.may_below = made.map(str::to_owned).to_vec();
                expect.may(&[
                    "- holds carol {all} on team Archive",
                    "- entry carol {all} on team Archive",
                ])
            }
        }
    }

    /// Brings it about, behind sharemail's back.
    pub fn begin(self, world: &World) {
        match self {
            Situation::Unreadable if world.setup.is_dovecot() => {
                // The owner still lists the folder, and is refused its entries.
                let archive = world.setup.seen(&world.address("team"), "Archive");
                let mut bob = world.setup.member(&world.server, &world.address("bob"));
                bob.setacl(&archive, "-owner", "a");
            }
            Situation::Hostile => harm(world),
            _ => {}
        }
    }

    /// What stands between sharemail and the server.
    pub fn way(self, world: &World) -> Option<Relay> {
        let twist = match self {
            Situation::Dropped => Twist::HangUpOn(world.address("carol")),
            Situation::Unreadable if world.setup.is_cyrus() => {
                Twist::DenyAcl(world.setup.owned(&world.address("team"), "Archive"))
            }
            _ => return None,
        };
        Some(Relay::start(world.server.imap_port(), twist))
    }
}

/// Sends a run of sharemail through the relay.
pub fn through(command: &mut Command, relay: Option<&Relay>) {
    if let Some(relay) = relay {
        command.env("SHAREMAIL_IMAP_PORT", relay.port().to_string());
    }
}

/// Everything that somebody with full access may send to harm the owner: what the server refuses
/// is its own good luck.
fn harm(world: &World) {
    let team = world.address("team");
    let seen = |folder: &str| quoted(&world.setup.seen(&team, folder));
    let owner = match world.setup {
        Setup::Dovecot | Setup::DovecotBare => "owner".to_owned(),
        _ => world.setup.identifier(&team),
    };
    let carol = quoted(&world.setup.identifier(&world.address("carol")));
    let mut bob = world.setup.member(&world.server, &world.address("bob"));
    // The owner no longer holds `a` by any entry of INBOX.
    bob.command(&format!("SETACL {} {owner} lrs", seen("INBOX")));
    bob.command(&format!("SETACL {} -{owner} a", seen("INBOX")));
    // carol has everything on a folder that the owner no longer lists.
    let all = world.setup.all();
    bob.command(&format!("SETACL {} {carol} {all}", seen("Archive")));
    bob.command(&format!("SETACL {} -{owner} l", seen("Archive")));
    // Folders that look like those of identities.
    for folder in MADE {
        let made = bob.command(&format!("CREATE {}", seen(folder)));
        if crate::provider::client::is_ok(&made) {
            bob.command(&format!("SETACL {} {carol} lp", seen(folder)));
        }
    }
}

fn braced(name: &str) -> String {
    format!("{{{name}}}")
}
