//! `sharemail mail archive`: each message hashed by a client of the tests' own before and after, with its flags,
//! keywords and date.

use std::fs;
use std::thread;
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use crate::provider::client::{Client, quoted, utf7};
use crate::provider::proxy::Proxy;
use crate::provider::{Courier, Cyrus, Mailbox, OTHER_DOMAIN, Ran, Toy, on_both, run};

pub const FOLDERS: [&str; 4] = ["Sent", "Archive", "Archive/2024", "Entwürfe/März"];

/// What lies there: folder, INTERNALDATE, Date, flags.
const MAIL: [(&str, &str, &str, &str); 7] = [
    (
        "INBOX",
        "03-Mar-2024 10:00:00 +0000",
        "Sun, 3 Mar 2024 09:00:00 +0000",
        "\\Seen \\Answered urgent",
    ),
    // Written long before it came, and long after.
    (
        "INBOX",
        "05-Mar-2024 10:00:00 +0200",
        "Tue, 1 Jan 2019 09:00:00 +0000",
        "\\Flagged",
    ),
    (
        "INBOX",
        "05-Mar-2019 10:00:00 +0000",
        "Sat, 2 Jan 2021 09:00:00 +0000",
        "$label1 Urgent",
    ),
    // A clock that is wrong.
    (
        "INBOX",
        "31-Dec-2018 23:59:59 +0000",
        "Tue, 19 Jan 2038 03:14:07 +0000",
        "",
    ),
    (
        "Sent",
        "01-Jan-1970 00:00:01 +0000",
        "Thu, 1 Jan 1970 00:00:00 +0000",
        "\\Seen",
    ),
    ("Entwürfe/März", "04-Apr-2024 10:00:00 +0000", "", "\\Draft"),
    ("Archive/2024", "04-Apr-2024 10:00:00 +0000", "", ""),
];

pub fn message(n: usize, date: &str) -> String {
    let date = match date {
        "" => String::new(),
        date => format!("Date: {date}\n"),
    };
    format!(
        "From: carol@example.com\nSubject: secret {n} \x1b[31m\n{date}Message-ID: <{n}@example.test>\n\nworld {}\n",
        "x".repeat(n * 100)
    )
}

pub fn fill(mailbox: &Mailbox) {
    let mut owner = mailbox.member(&mailbox.address);
    for (n, (folder, arrived, date, flags)) in MAIL.into_iter().enumerate() {
        let text = message(n, date).replace('\n', "\r\n");
        owner.ok(&format!(
            "APPEND {} ({flags}) {} {{{}+}}\r\n{text}",
            quoted(&utf7(folder)),
            quoted(arrived),
            text.len()
        ));
    }
}

/// Hash, date and flags of each message of a folder, as a session sees it that has it open.
pub fn lying(session: &mut Client, folder: &str) -> Vec<String> {
    let selected = session.command(&format!("EXAMINE {}", quoted(folder)));
    if selected.contains("* 0 EXISTS") || !selected.contains("EXISTS") {
        return Vec::new();
    }
    let told = session.command_bytes(b"UID FETCH 1:* (INTERNALDATE FLAGS BODY.PEEK[])");
    let mut all = Vec::new();
    let mut rest = &told[..];
    while let Some(at) = find(rest, b"BODY[] {") {
        let start = at + b"BODY[] {".len();
        let end = start + find(&rest[start..], b"}\r\n").unwrap();
        let length: usize = std::str::from_utf8(&rest[start..end])
            .unwrap()
            .parse()
            .unwrap();
        let head = String::from_utf8_lossy(&rest[..at]).into_owned();
        let text = &rest[end + 3..end + 3 + length];
        rest = &rest[end + 3 + length..];
        // What stands behind the text belongs to the same message.
        let line = find(rest, b"\r\n").unwrap();
        let head = head + &String::from_utf8_lossy(&rest[..line]);
        rest = &rest[line..];
        let part = |name: &str, last: char| {
            let from = head.rfind(name).unwrap() + name.len();
            head[from..].split(last).next().unwrap().to_owned()
        };
        let flags = part("FLAGS (", ')');
        let mut flags: Vec<&str> = flags
            .split(' ')
            .filter(|flag| *flag != "\\Recent")
            .collect();
        flags.sort_unstable();
        all.push(format!(
            "{:x?} {} {}",
            &Sha256::digest(text)[..6],
            part("INTERNALDATE \"", '"'),
            flags.join(" ").to_lowercase()
        ));
    }
    all.sort();
    all
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

/// The same of folders of a mailbox, by its owner.
pub fn all<const N: usize>(mailbox: &Mailbox, folders: [&str; N]) -> [Vec<String>; N] {
    let mut owner = mailbox.member(&mailbox.address);
    folders.map(|folder| lying(&mut owner, &utf7(folder)))
}

pub fn sorted<const N: usize>(parts: [&[String]; N]) -> Vec<String> {
    let mut all = parts.concat();
    all.sort();
    all
}

pub fn archive(mailbox: &Mailbox, typed: &str) -> Ran {
    let words = format!("mail archive {} {typed} -vv", mailbox.address);
    let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
    mailbox.provider.run(words)
}

/// The commands of a run that move, copy or remove.
pub fn changes(ran: &Ran) -> usize {
    let sent = ran.sent().into_iter();
    let verbs = [
        "UID MOVE",
        "UID COPY",
        "UID STORE",
        "UID EXPUNGE",
        "EXPUNGE",
        "CREATE",
    ];
    sent.filter(|command| verbs.iter().any(|verb| command.starts_with(verb)))
        .count()
}

const PLACES: [&str; 9] = [
    "INBOX",
    "Sent",
    "Entwürfe/März",
    "Archive",
    "Archive/1970",
    "Archive/2018",
    "Archive/2019",
    "Archive/2021",
    "Archive/2024",
];

pub fn filled() -> [Mailbox<'static>; 2] {
    on_both(&FOLDERS, 1).map(|mailbox| {
        mailbox.grant([mailbox.alice(), "--write"]).exits(0);
        fill(&mailbox);
        mailbox
    })
}

#[test]
fn each_message_goes_to_its_year_as_it_is_and_comes_back() {
    for mailbox in filled() {
        let before = all(&mailbox, PLACES);
        let typed = "--before 2025-01-01 --to-folder Archive/{year}";
        let dry = archive(&mailbox, &format!("{typed} -n --detailed-exitcode"));
        assert_eq!(changes(&dry), 0);
        dry.exits(2)
            .says("6 of 6 messages would be archived")
            .says_not("secret");
        assert_eq!(all(&mailbox, PLACES), before);
        let file = mailbox
            .provider
            .dir()
            .join(format!("{}.moved", mailbox.address));
        let file = file.to_str().unwrap();
        let ran = archive(&mailbox, &format!("{typed} --undo-file {file}"));
        ran.exits(0)
            .says("6 of 6 messages archived")
            .says("1 message says that it was written later than now")
            .says_not("secret");
        let after = all(&mailbox, PLACES);
        let [inbox, sent, drafts, ..] = &before;
        assert!(after[..4].iter().all(Vec::is_empty), "{after:?}");
        assert_eq!(after[4], *sent);
        assert_eq!(after[5].len() + after[7].len() + after[6].len(), 2);
        assert_eq!((after[5].len(), after[7].len()), (1, 1));
        let whole = sorted([&after[5], &after[7], &after[8]]);
        assert_eq!(whole, sorted([inbox, drafts, &before[8]]));
        // A new folder is as `folder create` makes it.
        assert!(mailbox.stored("Archive/2021", mailbox.alice()).is_some());
        let again = archive(&mailbox, typed);
        assert_eq!(changes(&again), 0);
        again.exits(0).says("no message is meant, nothing to do");
        let undo = || mailbox.provider.run(["undo", file, "--yes", "-vv"]);
        undo().says("to put back what mail archive did");
        let back = all(&mailbox, PLACES);
        assert_eq!(back[..4], before[..4]);
        assert_eq!(back[8], before[8]);
        let twice = undo();
        assert_eq!(all(&mailbox, PLACES)[..4], before[..4]);
        twice.says("moved on since or back already");
        fs::remove_file(file).unwrap();
    }
}

#[test]
fn only_what_carries_the_label_goes_whatever_people_call_it() {
    for mailbox in filled() {
        let before = all(&mailbox, ["INBOX", "Sent", "Archive"]);
        mailbox
            .provider
            .run([
                "label",
                "define",
                &mailbox.address,
                "urgent",
                "--name",
                "Sofort",
            ])
            .exits(0);
        let words = ["--label", "Sofort", "--to-folder", "Archive"].join(" ");
        archive(&mailbox, &words)
            .exits(0)
            .says("2 of 2 messages archived");
        archive(&mailbox, "--no-label Sofort --folder Sent --to-folder Sent")
            .exits(0)
            .says("0 of 1 message");
        let [inbox, sent, archived] = all(&mailbox, ["INBOX", "Sent", "Archive"]);
        assert_eq!((inbox.len(), &sent), (2, &before[1]));
        assert!(archived.iter().all(|one| one.contains("urgent")));
        assert_eq!(sorted([&inbox, &archived]), before[0]);
    }
}

#[test]
fn what_moved_on_is_named_and_stays_where_it_is() {
    for mailbox in filled() {
        let file = mailbox
            .provider
            .dir()
            .join(format!("{}.on", mailbox.address));
        let file = file.to_str().unwrap();
        archive(
            &mailbox,
            &format!("--folder INBOX --no-recurse --to-folder Archive --undo-file {file}"),
        )
        .exits(0);
        let mut owner = mailbox.member(&mailbox.address);
        owner.ok("SELECT Archive");
        owner.ok("UID MOVE 2 Sent");
        mailbox
            .provider
            .run(["undo", file, "--yes"])
            .says("1 message moved there is not there any more");
        let [inbox, archive, sent] = all(&mailbox, ["INBOX", "Archive", "Sent"]);
        assert_eq!((inbox.len(), archive.len(), sent.len()), (3, 0, 2));
    }
}

#[test]
fn rights_that_are_lacking_are_told_before_anything_is_sent() {
    for mailbox in filled() {
        let everything = mailbox.everything();
        let before = all(&mailbox, ["INBOX", "Sent", "Archive", "Archive/2024"]);
        for (folder, letters, what) in [
            (
                "Sent",
                "te",
                "out of Sent: whoever opens the mailbox lacks the t and the e right",
            ),
            ("Sent", "e", "lacks the e right there"),
            (
                "Archive",
                "i",
                "into Archive: whoever opens the mailbox lacks the i right",
            ),
        ] {
            let left = everything.replace(|letter| letters.contains(letter), "");
            // Of Cyrus d and c are letters of their own.
            let left = left.replace(['d', 'c'], "");
            mailbox.set(folder, &mailbox.address, &left);
            let ran = archive(&mailbox, "--folder Sent --to-folder Archive");
            assert_eq!(changes(&ran), 0);
            ran.exits(77).says(what);
            mailbox.set(folder, &mailbox.address, everything);
        }
        assert_eq!(
            all(&mailbox, ["INBOX", "Sent", "Archive", "Archive/2024"]),
            before
        );
    }
}

#[test]
fn a_folder_that_cannot_be_looked_into_is_told_and_the_others_are_done() {
    for mailbox in filled() {
        let everything = mailbox.everything();
        let before = all(&mailbox, ["INBOX", "Sent", "Archive"]);
        mailbox.set("Sent", &mailbox.address, "la");
        let typed = "--folder INBOX --folder Sent --no-recurse --to-folder Archive";
        archive(&mailbox, &format!("{typed} -n"))
            .exits(3)
            .says("Sent\" could not be looked into");
        archive(&mailbox, typed)
            .exits(3)
            .says("Sent\" could not be looked into")
            .says("4 of 4 messages archived");
        archive(&mailbox, "--folder Sent --to-folder Archive")
            .exits(77)
            .says("could not be looked into");
        mailbox.set("Sent", &mailbox.address, everything);
        let [inbox, sent, archived] = all(&mailbox, ["INBOX", "Sent", "Archive"]);
        assert_eq!(
            (inbox, sent, archived),
            (vec![], before[1].clone(), before[0].clone())
        );
    }
}

#[test]
fn the_log_has_what_moved_and_nothing_of_what_it_says() {
    for mailbox in filled() {
        archive(&mailbox, "--folder Sent --to-folder Archive").exits(0);
        let words = ["audit", "show", "--mailbox", &mailbox.address, "-o", "json"];
        let told = mailbox.provider.run(words).exits(0).stdout;
        assert!(
            told.contains("\"move\"") && told.contains("in UIDVALIDITY"),
            "{told}"
        );
        assert!(
            !told.contains("secret") && !told.contains("carol"),
            "{told}"
        );
    }
}

#[test]
fn no_message_is_lost_or_doubled_where_two_archive_at_once() {
    for mailbox in filled() {
        let before = sorted(all(&mailbox, PLACES).each_ref().map(Vec::as_slice));
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let ran = archive(&mailbox, "--before 2025-01-01 --to-folder Archive/{year}");
                    assert!(
                        [Some(0), Some(3), Some(75)].contains(&ran.code),
                        "{}",
                        ran.stderr
                    );
                });
            }
        });
        archive(&mailbox, "--before 2025-01-01 --to-folder Archive/{year}").exits(0);
        assert_eq!(
            sorted(all(&mailbox, PLACES).each_ref().map(Vec::as_slice)),
            before
        );
    }
}

#[test]
fn mail_of_a_mailbox_of_the_same_name_elsewhere_stays() {
    let provider = Cyrus::default_domain();
    let names = provider.fresh_all(&["team", &format!("team@{OTHER_DOMAIN}"), "alice"]);
    let [home, abroad] = [0, 1].map(|n| Mailbox {
        provider,
        address: names[n].clone(),
        people: vec![names[2].clone()],
    });
    for mailbox in [&home, &abroad] {
        mailbox.make(&["Sent", "Archive"]);
        mailbox
            .member(&mailbox.address)
            .append("Sent", "Subject: hello\n\nworld\n");
    }
    archive(&abroad, "--folder Sent --to-folder Archive").exits(0);
    let lying = |mailbox: &Mailbox| all(mailbox, ["Sent", "Archive"]).map(|all| all.len());
    assert_eq!((lying(&home), lying(&abroad)), ([1, 0], [0, 1]));
}

#[test]
fn courier_copies_compares_and_removes_exactly_those() {
    let mailbox = Mailbox::on(Courier::running(), &["Sent", "Archive"], 1);
    let alice = mailbox.alice();
    mailbox.grant([alice, "--full-access"]).exits(0);
    let mut member = mailbox.member(alice);
    let (sent, archived) = (mailbox.seen("Sent"), mailbox.seen("Archive"));
    for n in 0..3 {
        member.append_asking(&sent, &message(n, ""));
    }
    member.ok(&format!("SELECT {}", quoted(&sent)));
    member.ok("UID STORE 1 +FLAGS (\\Answered urgent)");
    // Somebody else has marked it, and it is not meant.
    member.ok("UID STORE 3 +FLAGS (\\Deleted)");
    let before = lying(&mut member, &sent);
    let ran = archive(&mailbox, "1 2 --folder Sent --to-folder Archive");
    let sent_commands = ran.sent();
    assert!(
        sent_commands
            .iter()
            .all(|command| !command.starts_with("EXPUNGE"))
    );
    ran.exits(0).says("2 of 2 messages archived");
    let after = [lying(&mut member, &sent), lying(&mut member, &archived)];
    assert_eq!((after[0].len(), after[1].len()), (1, 2));
    assert_eq!(sorted([&after[0], &after[1]]), before);
    // A run that broke off after it had copied: what is there already is not copied again.
    member.ok(&format!("SELECT {}", quoted(&sent)));
    member.ok(&format!("UID COPY 3 {}", quoted(&archived)));
    archive(&mailbox, "3 --folder Sent --to-folder Archive").exits(0);
    let after = [lying(&mut member, &sent), lying(&mut member, &archived)];
    assert_eq!((after[0].len(), after[1].len()), (0, 3));
}

#[test]
fn on_courier_a_copy_is_what_is_alike_in_everything_and_one_is_the_copy_of_one() {
    let mailbox = Mailbox::on(Courier::running(), &["Sent", "Archive"], 1);
    let alice = mailbox.alice();
    mailbox.grant([alice, "--full-access"]).exits(0);
    let mut member = mailbox.member(alice);
    let (sent, archived) = (mailbox.seen("Sent"), mailbox.seen("Archive"));
    let [to_sent, to_archive] = [&sent, &archived].map(|folder| quoted(folder));
    // Nobody gave it a name.
    member.append_asking(&sent, "Subject: nameless\n\nworld\n");
    member.ok(&format!("SELECT {to_sent}"));
    member.ok(&format!("UID COPY 1 {to_archive}"));
    member.ok("UID STORE 1 +FLAGS (\\Flagged)");
    let flagged = lying(&mut member, &sent);
    let plain = lying(&mut member, &archived);
    assert_ne!(flagged, plain);
    // What has other flags is another one.
    archive(&mailbox, "1 --folder Sent --to-folder Archive").exits(0);
    assert!(lying(&mut member, &sent).is_empty());
    assert_eq!(lying(&mut member, &archived), sorted([&flagged, &plain]));
    // Twins, of which one was copied, and marked before the run broke off.
    member.ok(&format!("SELECT {to_archive}"));
    member.ok(&format!("UID COPY 1 {to_sent}"));
    member.ok(&format!("UID COPY 1 {to_sent}"));
    member.ok("UID STORE 1:* +FLAGS.SILENT (\\Deleted)");
    member.ok("UID EXPUNGE 1:*");
    member.ok(&format!("SELECT {to_sent}"));
    member.ok(&format!("UID COPY 2 {to_archive}"));
    member.ok("UID STORE 2 +FLAGS.SILENT (\\Deleted)");
    archive(&mailbox, "2 3 --folder Sent --to-folder Archive").exits(0);
    assert!(lying(&mut member, &sent).is_empty());
    assert_eq!(lying(&mut member, &archived), sorted([&plain, &plain]));
}

#[test]
fn a_server_that_can_neither_move_nor_remove_exactly_is_not_asked_to() {
    let toy = Toy::twisted(&["Archive"], |peer, line, _| {
        let command = line.split_once(' ').map_or("", |(_, command)| command);
        if command.starts_with("SELECT") || command.starts_with("EXAMINE") {
            peer.send("* 1 EXISTS\r\n* OK [UIDVALIDITY 7] so\r\n");
            peer.ok("in");
        } else if command.starts_with("UID SEARCH") {
            peer.send("* SEARCH 1\r\n");
            peer.ok("found");
        } else if command.starts_with("UID FETCH") {
            peer.send("* 1 FETCH (UID 1 RFC822.SIZE 9 FLAGS ())\r\n");
            peer.ok("told");
        } else {
            return false;
        }
        true
    });
    let words = "mail archive support@example.test --folder INBOX --no-recurse --to-folder Archive";
    toy.run(words.split(' '))
        .exits(77)
        .says("neither moves messages (MOVE) nor removes exactly those");
    let heard = toy.heard_of("UID");
    assert!(
        heard
            .iter()
            .all(|command| command.contains("SEARCH") || command.contains("FETCH"))
    );
    toy.finish();
}

#[test]
fn what_a_killed_run_copies_late_lies_there_once() {
    let mailbox = Mailbox::on(Courier::running(), &["Sent", "Archive"], 0);
    let mut owner = mailbox.member(&mailbox.address);
    let day = "07-Feb-2020 10:00:00 +0000";
    for n in 0..3 {
        owner.append_of("INBOX.Sent", day, &message(n, ""));
    }
    let before = lying(&mut owner, "INBOX.Sent");
    let proxy = Proxy::plain(mailbox.provider, Duration::ZERO, None);
    let mut late = mailbox.member(&mailbox.address);
    proxy.before(" UID COPY ", move || {
        for n in [0, 2] {
            late.append_of("INBOX.Archive", day, &message(n, ""));
        }
    });
    let mut command = proxy.sharemail(mailbox.provider);
    let typed = "--folder Sent --to-folder Archive";
    let mut words = vec!["mail", "archive", &mailbox.address];
    words.extend(typed.split(' '));
    run::run(&mut command, words)
        .exits(0)
        .says("3 of 3 messages archived");
    assert!(lying(&mut owner, "INBOX.Sent").is_empty());
    assert_eq!(
        sorted([&lying(&mut owner, "INBOX.Archive")]),
        sorted([&before])
    );
}
