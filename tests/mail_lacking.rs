//! Servers that lack what others have, and one that says more than it is asked: what is told and done of mail is the
//! same, or is refused before anything is done.

use crate::provider::fake::Peer;
use crate::provider::toy::{IDENTITIES, SUPPORT, Town, World};
use crate::provider::{Ran, Toy};

/// All that is made use of.
const ALL: &str = "MOVE UIDPLUS SAVEDATE ESEARCH SEARCHRES";
/// The same without some of it.
const LESS: [&str; 5] = [
    "MOVE UIDPLUS SAVEDATE ESEARCH",
    "MOVE UIDPLUS SAVEDATE",
    "MOVE UIDPLUS",
    "MOVE ESEARCH SEARCHRES",
    "UIDPLUS ESEARCH SEARCHRES",
];
const FOLDERS: [&str; 6] = [
    "Archive",
    "Orders",
    "Team",
    "Team/Settings",
    "Trash",
    "Empty",
];

/// One that offers this; from then on `twist` sees each command.
fn toy(
    offered: &str,
    twist: impl Fn(&mut Peer, &str, &World) -> bool + Send + Sync + 'static,
) -> Toy {
    let folders = FOLDERS.iter().chain(&IDENTITIES);
    let folders = folders.map(|folder| (*folder).to_owned()).collect();
    let town = Town {
        mailboxes: vec![(SUPPORT.to_owned(), folders)],
        ..Town::default()
    };
    let toy = Toy::of(&town, twist);
    toy.world().offer(offered);
    for folder in ["INBOX", "Orders", "INBOX", "Archive", "Trash"] {
        toy.world().deliver(SUPPORT, folder, &["\\Seen"]);
        toy.world().deliver(SUPPORT, folder, &["urgent"]);
    }
    toy
}

fn plain(offered: &str) -> Toy {
    toy(offered, |_, _, _| false)
}

fn run(toy: &Toy, line: &str) -> Ran {
    toy.run(line.split(' '))
}

/// What is told of mail, what is changed, and what lies where then.
fn told_and_done(toy: &Toy) -> (Vec<String>, Vec<String>) {
    let lines = [
        "mail list support@ -o json",
        "mail list support@ --before 2020-01-06 --label urgent -o csv",
        "retention set support@ INBOX --after 1y --then archive --to Old --yes",
        "retention set support@ Orders --after 1y --then archive --to Old --yes",
        "retention plan support@ -o json",
        "retention check support@",
        "label add support@ project --from customer --yes",
        "label add support@ project --folder Orders --yes",
        "mail archive support@ --folder INBOX --folder Orders --before 2020-01-06 --to-folder Old --yes -o json",
        "mail list support@ -o json",
    ];
    let told = lines.map(|line| {
        let ran = run(toy, line);
        assert!(matches!(ran.code, Some(0 | 2)), "{line}: {ran:?}");
        ran.stdout
    });
    let mut holds = toy.world().holds();
    // Without UIDPLUS what was replaced there stays, marked as deleted.
    holds.retain(|line| !line.contains("Team/Settings"));
    (told.into(), holds)
}

#[test]
fn what_a_server_lacks_is_done_without() {
    let all = told_and_done(&plain(ALL));
    assert!(all.0[0].contains("\"found\": 10"), "{}", all.0[0]);
    for less in LESS {
        let toy = plain(less);
        assert_eq!(told_and_done(&toy), all, "{less}");
        toy.finish();
    }
}

#[test]
fn what_a_server_says_unasked_in_the_middle_is_not_taken_for_an_answer() {
    let all = told_and_done(&plain(ALL));
    for offered in [ALL, "MOVE UIDPLUS SAVEDATE"] {
        let noisy = toy(offered, |peer, line, _| {
            // What others do meanwhile may be told before any answer (RFC 9051, section 7).
            if line.contains("UID FETCH") || line.contains("UID SEARCH") {
                peer.send(
                    "* 1 FETCH (FLAGS (\\Flagged other))\r\n\
                     * OK [ALERT] tea is ready\r\n* 99 EXISTS\r\n* FLAGS (\\Seen other)\r\n",
                );
            }
            false
        });
        let told = told_and_done(&noisy);
        assert_eq!(told.1, all.1, "{offered}");
        assert_eq!(told.0, all.0, "{offered}");
    }
}

#[test]
fn where_nothing_can_move_nothing_is_begun() {
    let toy = plain("ESEARCH SEARCHRES");
    let before = toy.world().holds();
    let line = "mail archive support@ --folder INBOX --to-folder Archive --yes";
    let ran = run(&toy, line);
    assert_eq!(ran.code, Some(77), "{ran:?}");
    assert_eq!(toy.world().holds(), before);
    for verb in [
        "UID MOVE",
        "UID COPY",
        "UID STORE",
        "UID EXPUNGE",
        "EXPUNGE",
    ] {
        let sent: Vec<String> = toy.heard();
        assert!(
            sent.iter().all(|command| !command.starts_with(verb)),
            "{sent:?}"
        );
    }
}
