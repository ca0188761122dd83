//! `sharemail retention`: what is said of mail, and what became of it, judged by a client of the tests' own.

use std::thread;

use crate::mail_archive::lying;
use crate::provider::client::{Client, quoted};
use crate::provider::{Courier, Mailbox, Ran, on_both};

fn run(mailbox: &Mailbox, typed: &[&str]) -> Ran {
    let [verb, rest @ ..] = typed else { panic!() };
    let words = ["retention", verb, mailbox.address.as_str()];
    mailbox.provider.run([&words, rest, &["-vv"]].concat())
}

fn everywhere(folders: &[&str]) -> Vec<Mailbox<'static>> {
    let mut all = Vec::from(on_both(folders, 1));
    all.push(Mailbox::on(Courier::running(), folders, 1));
    all
}

#[test]
fn policies_and_holds_are_said_shown_and_taken_back() {
    for mailbox in everywhere(&["Trash", "Archive"]) {
        mailbox.grant([mailbox.alice(), "--write"]).exits(0);
        run(&mailbox, &["show"])
            .exits(0)
            .says("no policy: nothing goes by itself, no holds");
        let typed = ["set", "Trash", "--after", "30d", "--then", "delete"];
        run(
            &mailbox,
            &[&typed[..], &["-n", "--detailed-exitcode"]].concat(),
        )
        .exits(2)
        .says("retention");
        run(&mailbox, &["show"]).exits(0).says("no policy");
        run(&mailbox, &typed).exits(0);
        run(&mailbox, &typed).exits(0).says("nothing to do");
        let file = mailbox
            .provider
            .dir()
            .join(format!("{}.kept", mailbox.address));
        let file = file.to_str().unwrap();
        let inbox = [
            "set",
            "INBOX",
            "--after",
            "1y",
            "--then",
            "archive",
            "--to",
            "Archive/{year}",
        ];
        run(
            &mailbox,
            &[&inbox[..], &["--only", "answered", "--undo-file", file]].concat(),
        )
        .exits(0);
        let held = [
            "hold",
            "2026-17",
            "--match",
            "from = \"*@acme.example\"",
            "--until",
            "2999-01-01",
        ];
        run(&mailbox, &held).exits(0);
        run(
            &mailbox,
            &[
                "hold",
                "2026-17",
                "--match",
                "subject = \"x\"",
                "--until",
                "2999-01-01",
            ],
        )
        .exits(64)
        .says("another hold is of the case");
        let shown = run(&mailbox, &["show", "-o", "json"]).exits(0).stdout;
        for part in [
            "\"after\": \"30d\"",
            "Archive/{year}",
            "2026-17",
            "2999-01-01",
            "acme.example",
        ] {
            assert!(shown.contains(part), "{shown}");
        }
        // Members read it, and cannot change it.
        let mut alice = mailbox.member(mailbox.alice());
        let folder = mailbox.seen("Team/Settings");
        alice.ok(&format!("EXAMINE {}", quoted(&folder)));
        assert!(
            !mailbox
                .rights(mailbox.alice(), "Team/Settings")
                .unwrap()
                .contains(['i', 'w', 't'])
        );
        mailbox.provider.run(["undo", file, "--yes"]).exits(0);
        run(&mailbox, &["show"])
            .exits(0)
            .says("1 policy, 1 hold")
            .says_not("{year}");
        run(&mailbox, &["release", "2026-18"])
            .exits(67)
            .says("did you mean \"2026-17\"");
        run(&mailbox, &["release", "2026-17"]).exits(0);
        run(&mailbox, &["set", "Trash", "--none"]).exits(0);
        run(&mailbox, &["set", "Trash", "--none"]).exits(67);
        run(&mailbox, &["show"])
            .exits(0)
            .says("no policy: nothing goes by itself, no holds");
    }
}

#[test]
fn what_can_be_no_policy_is_refused_in_plain_words() {
    for mailbox in on_both(&["Trash"], 1) {
        let refused = |typed: &str, exit: i32, what: &str| {
            let words: Vec<&str> = typed.split(' ').collect();
            run(&mailbox, &words).exits(exit).says(what);
        };
        refused(
            "set Nowhere --after 30d --then delete",
            67,
            "no folder \"Nowhere\"",
        );
        refused(
            "set INBOX --after 30d --then delete",
            64,
            "neither the trash nor the archive",
        );
        refused(
            "set INBOX --after 30 --then delete",
            64,
            "write 30d, 4w or 10y",
        );
        refused(
            "set INBOX --after 30d --then trash --at-once",
            64,
            "for --then delete alone",
        );
        refused("set INBOX --after 30d --then archive", 64, "--to");
        refused(
            "set INBOX --after 30d --then archive --to Team/Settings",
            64,
            "kept for",
        );
        refused(
            "set Trash --after 30d --then trash",
            64,
            "is the trash itself",
        );
        refused("set Team/Settings --after 30d --then trash", 64, "kept for");
        refused("hold x --match a=1 --until 2028-01-01", 65, "unknown key");
        refused(
            "hold x --match from='a' --until 2028-13-01",
            64,
            "2028-13-01",
        );
    }
}

/// What lies there: folder, INTERNALDATE, Date, flags, sender.
type Mail<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str);

const OLD: &str = "03-Mar-2013 10:00:00 +0000";
const MAIL: [Mail; 16] = [
    (
        "INBOX",
        OLD,
        "Sun, 3 Mar 2013 09:00:00 +0000",
        "\\Answered",
        "a",
    ),
    (
        "INBOX",
        "05-Mar-2014 10:00:00 +0000",
        "",
        "\\Seen \\Answered urgent",
        "b",
    ),
    // Clocks that are wrong.
    (
        "INBOX",
        "01-Jan-1970 00:00:01 +0000",
        "Sun, 3 Mar 2013 09:00:00 +0000",
        "\\Answered",
        "c",
    ),
    (
        "INBOX",
        "05-Mar-2012 10:00:00 +0000",
        "Tue, 19 Jan 2038 03:14:07 +0000",
        "\\Answered",
        "d",
    ),
    // Not answered, flagged, written later than it came, come later than it was written, held.
    ("INBOX", OLD, "", "\\Seen", "e"),
    ("INBOX", OLD, "", "\\Answered \\Flagged", "f"),
    (
        "INBOX",
        OLD,
        "Sat, 28 Nov 2026 09:00:00 +0000",
        "\\Answered",
        "g",
    ),
    (
        "INBOX",
        "",
        "Thu, 1 Jan 1970 00:00:00 +0000",
        "\\Answered",
        "h",
    ),
    (
        "INBOX",
        OLD,
        "Sun, 3 Mar 2013 09:00:00 +0000",
        "\\Answered",
        "acme",
    ),
    ("Sent", OLD, "", "\\Seen", "i"),
    ("Sent", "", "", "\\Seen", "j"),
    // In the trash since today.
    ("Trash", OLD, "", "", "k"),
    ("Archive", "01-Feb-2001 10:00:00 +0000", "", "\\Seen", "l"),
    (
        "Archive",
        "01-Feb-2001 10:00:00 +0000",
        "",
        "\\Seen",
        "acme",
    ),
    ("Archive", "01-Feb-2024 10:00:00 +0000", "", "\\Seen", "m"),
    (
        "Archive",
        "01-Feb-2024 10:00:00 +0000",
        "",
        "\\Deleted",
        "n",
    ),
];

fn message(n: usize, date: &str, from: &str) -> String {
    let date = match date {
        "" => String::new(),
        date => format!("Date: {date}\n"),
    };
    format!(
        "From: {from}@{from}.example\nSubject: secret {n}\n{date}Message-ID: <{n}@{from}.test>\n\nworld {n}\n"
    )
}

fn put(session: &mut Client, (folder, arrived, date, flags, from): Mail, n: usize) {
    let text = message(n, date, from).replace('\n', "\r\n");
    let arrived = match arrived {
        "" => String::new(),
        arrived => format!("{} ", quoted(arrived)),
    };
    let (folder, length) = (quoted(folder), text.len());
    session.ok(&format!(
        "APPEND {folder} ({flags}) {arrived}{{{length}+}}\r\n{text}"
    ));
}

const PLACES: [&str; 9] = [
    "INBOX",
    "Sent",
    "Trash",
    "Archive",
    "Archive/2012",
    "Archive/2013",
    "Archive/2014",
    "Archive/1970",
    "Archive/2038",
];

fn all(mailbox: &Mailbox) -> [Vec<String>; 9] {
    let mut owner = mailbox.member(&mailbox.address);
    PLACES.map(|folder| lying(&mut owner, folder))
}

fn sorted(parts: &[Vec<String>]) -> Vec<String> {
    let mut all = parts.concat();
    all.sort();
    all
}

/// The commands of a run that change something.
fn changes(ran: &Ran) -> usize {
    let verbs = [
        "UID MOVE",
        "UID COPY",
        "UID STORE",
        "UID EXPUNGE",
        "EXPUNGE",
        "CREATE",
        "APPEND",
    ];
    let sent = ran.sent().into_iter();
    sent.filter(|command| verbs.iter().any(|verb| command.starts_with(verb)))
        .count()
}

fn filled() -> [Mailbox<'static>; 2] {
    on_both(&["Sent", "Trash", "Archive"], 1).map(|mailbox| {
        mailbox.grant([mailbox.alice(), "--write"]).exits(0);
        let mut owner = mailbox.member(&mailbox.address);
        for (n, mail) in MAIL.into_iter().enumerate() {
            put(&mut owner, mail, n);
        }
        for n in 20..34 {
            for folder in ["INBOX", "Archive"] {
                put(&mut owner, (folder, "", "", "", "young"), n);
            }
        }
        for typed in [
            "set INBOX --after 1y --then archive --to Archive/{year} --only answered",
            "set Sent --after 1y --then trash",
            "set Trash --after 30d --then delete",
            "set Archive --after 10y --then delete --at-once",
            "hold 2026-17 --match from='*@acme.example' --until 2999-01-01",
        ] {
            run(&mailbox, &typed.split(' ').collect::<Vec<_>>()).exits(0);
        }
        mailbox
    })
}

#[test]
fn what_is_old_goes_where_it_shall_and_everything_else_is_there() {
    for mailbox in filled() {
        let before = all(&mailbox);
        let plan = run(&mailbox, &["plan"]);
        assert_eq!(changes(&plan), 0);
        plan.exits(0)
            .says("6 of 44 messages would go")
            .says("1 held (2026-17)")
            .says("1 unanswered")
            .says("1 flagged")
            .says("1 message says that it was written later than now")
            .says_not("secret");
        let json = run(&mailbox, &["plan", "-o", "json"]).exits(0).json();
        let folder = &json["mailboxes"][0]["folders"][0];
        assert_eq!(
            (&folder["folder"], &folder["goes"]),
            (&"INBOX".into(), &4.into())
        );
        let dry = run(&mailbox, &["run", "-n", "--detailed-exitcode"]);
        assert_eq!(changes(&dry), 0);
        dry.exits(2);
        // Nobody is there to be asked.
        let unasked = run(&mailbox, &["run"]);
        assert_eq!(changes(&unasked), 0);
        unasked.exits(64).says("for good? There is no way back");
        assert_eq!(all(&mailbox), before);
        let file = mailbox
            .provider
            .dir()
            .join(format!("{}.gone", mailbox.address));
        let file = file.to_str().unwrap();
        let ran = run(&mailbox, &["run", "--yes", "--undo-file", file]);
        assert!(
            ran.sent()
                .iter()
                .all(|command| !command.starts_with("EXPUNGE"))
        );
        ran.exits(0).says("6 of 6 messages went").says_not("secret");
        let after = all(&mailbox);
        let count = after.each_ref().map(Vec::len);
        assert_eq!(count, [19, 1, 2, 17, 1, 2, 1, 0, 0]);
        // All of them as they were, but for the one that went for good.
        let (was, mut is) = (sorted(&before), sorted(&after));
        let mut gone = was.clone();
        for one in &is {
            gone.remove(gone.iter().position(|other| other == one).unwrap());
        }
        assert_eq!(gone.len(), 1);
        assert!(before[3].contains(&gone[0]));
        is.push(gone[0].clone());
        is.sort();
        assert_eq!(is, was);
        let again = run(&mailbox, &["run", "--yes"]);
        assert_eq!(changes(&again), 0);
        again.exits(0).says("nothing to do");
        let words = ["audit", "show", "--mailbox", &mailbox.address, "-o", "json"];
        let told = mailbox.provider.run(words).exits(0).stdout;
        assert!(
            told.contains("\"expunge\"") && !told.contains("secret"),
            "{told}"
        );
        mailbox
            .provider
            .run(["undo", file, "--yes"])
            .says("1 message was deleted for good, and cannot come back");
        let back = all(&mailbox);
        assert_eq!(
            (&back[0], &back[1], &back[2]),
            (&before[0], &before[1], &before[2])
        );
    }
}

#[test]
fn a_folder_that_would_lose_much_or_all_needs_a_word_of_its_own() {
    for mailbox in on_both(&["Trash", "Old"], 1) {
        let mut owner = mailbox.member(&mailbox.address);
        for n in 0..4 {
            put(&mut owner, ("INBOX", OLD, "", "", "a"), n);
            put(&mut owner, ("Old", OLD, "", "", "a"), n);
        }
        for n in 4..12 {
            put(&mut owner, ("INBOX", "", "", "", "a"), n);
        }
        let typed = |typed: &str| run(&mailbox, &typed.split(' ').collect::<Vec<_>>());
        typed("set INBOX --after 1y --then trash").exits(0);
        typed("plan").exits(0).says("a run needs --force");
        let refused = typed("run --yes");
        assert_eq!(changes(&refused), 0);
        refused.exits(77).says("more than 30 %").says("--force");
        typed("run --yes --unsafe-allow-remove-all").exits(77);
        typed("run --yes --force")
            .exits(0)
            .says("4 of 4 messages went");
        typed("set Old --after 1y --then delete --at-once").exits(0);
        typed("run --yes --force")
            .exits(77)
            .says("would lose every message");
        typed("run --yes --unsafe-allow-remove-all")
            .exits(0)
            .says("4 of 4 messages went");
        // Rights are told before anything is sent.
        put(&mut owner, ("Old", OLD, "", "", "a"), 20);
        let everything = mailbox.everything();
        for (letters, what) in [
            ("te", "lacks the t and the e right"),
            ("e", "lacks the e right"),
        ] {
            let left = everything
                .replace(|letter| letters.contains(letter), "")
                .replace(['d', 'c'], "");
            mailbox.set("Old", &mailbox.address, &left);
            let ran = typed("run --yes --unsafe-allow-remove-all");
            assert_eq!(changes(&ran), 0);
            ran.exits(77).says(what);
        }
        mailbox.set("Old", &mailbox.address, everything);
        typed("run --yes --unsafe-allow-remove-all")
            .exits(0)
            .says("1 of 1 message");
        let folders = ["INBOX", "Old", "Trash"].map(|folder| lying(&mut owner, folder).len());
        assert_eq!(folders, [8, 0, 4]);
    }
}

/// Courier does not tell since when mail lies in a folder: the first run that saw it counts.
#[test]
fn on_courier_mail_lies_in_the_trash_since_the_first_run_that_saw_it() {
    let mailbox = Mailbox::on(Courier::running(), &["Trash"], 1);
    let alice = mailbox.alice();
    mailbox.grant([alice, "--full-access"]).exits(0);
    let mut member = mailbox.member(alice);
    let trash = mailbox.seen("Trash");
    for n in 0..3 {
        let from = ["a", "acme", "b"][n];
        member.append_of(&trash, OLD, &message(n, "", from));
    }
    // Somebody else has marked it, and it is held.
    member.ok(&format!("SELECT {}", quoted(&trash)));
    member.ok("UID STORE 2 +FLAGS (\\Deleted)");
    let typed = |typed: &str| run(&mailbox, &typed.split(' ').collect::<Vec<_>>());
    typed("set Trash --after 30d --then delete").exits(0);
    typed("hold case --match from='*@acme.example' --until 2999-01-01").exits(0);
    typed("plan")
        .exits(0)
        .says("2 not old enough")
        .says("1 held (case)");
    typed("run --yes").exits(0).says("nothing to do");
    let again = typed("run --yes");
    assert_eq!(changes(&again), 0);
    again.exits(0);
    // What that run has noted, long ago.
    let selected = member.ok(&format!("EXAMINE {}", quoted(&trash)));
    let validity = selected.split("UIDVALIDITY ").nth(1).unwrap();
    let validity = validity.split(']').next().unwrap();
    let (mut owner, settings) = (mailbox.owner(), mailbox.owned("Team/Settings"));
    let noted = format!(
        "From: a@example.test\nSubject: seen\n\n[seen]\n\"Trash\" = \"{validity} 2026-01-01:2\"\n"
    );
    owner.append_asking(&settings, &noted);
    owner.ok(&format!("SELECT {}", quoted(&settings)));
    owner.ok("STORE * +FLAGS (\\Draft)");
    let before = lying(&mut member, &trash);
    let ran = typed("run --yes --force");
    assert!(
        ran.sent()
            .iter()
            .all(|command| !command.starts_with("EXPUNGE"))
    );
    ran.exits(0).says("1 of 1 message went");
    let after = lying(&mut member, &trash);
    assert_eq!(after.len(), 2);
    assert!(after.iter().all(|one| before.contains(one)));
    typed("run --yes --force").exits(0).says("nothing to do");
}

#[test]
fn two_runs_at_once_take_each_message_once() {
    for mailbox in on_both(&["Trash", "Archive", "Old"], 1) {
        let typed = |typed: &str| run(&mailbox, &typed.split(' ').collect::<Vec<_>>());
        typed("set INBOX --after 1y --then archive --to Archive/{year}").exits(0);
        typed("set Old --after 1y --then delete --at-once").exits(0);
        let mut owner = mailbox.member(&mailbox.address);
        for n in 0..20 {
            for m in 0..3 {
                put(&mut owner, ("INBOX", OLD, "", "", "a"), 10 * n + m);
                put(&mut owner, ("Old", OLD, "", "", "b"), 10 * n + m);
                put(&mut owner, ("Old", "", "", "", "c"), 10 * n + m);
            }
            thread::scope(|scope| {
                for _ in 0..2 {
                    scope.spawn(|| {
                        let ran = typed("run --yes --force --unsafe-allow-remove-all");
                        assert!([Some(0), Some(75)].contains(&ran.code), "{}", ran.stderr);
                    });
                }
            });
            typed("run --yes --force --unsafe-allow-remove-all").exits(0);
            let folders = ["INBOX", "Old", "Archive/2013"];
            let lies = folders.map(|folder| lying(&mut owner, folder).len());
            assert_eq!(lies, [0, 3 * (n + 1), 3 * (n + 1)]);
        }
        let mut archived = lying(&mut owner, "Archive/2013");
        archived.dedup();
        assert_eq!(archived.len(), 60);
    }
}

#[test]
fn what_stands_in_the_way_is_found() {
    for mailbox in filled() {
        let alice = mailbox.alice();
        let found = run(&mailbox, &["check", "-o", "json"]).exits(2).json();
        let names = |found: &serde_json::Value| -> Vec<String> {
            let all = found["findings"].as_array().unwrap().iter();
            all.map(|one| format!("{} {}", one["finding"], one["folder"]).replace('"', ""))
                .collect()
        };
        assert_eq!(names(&found), ["late-arrival INBOX", "date-to-come INBOX"]);
        assert_eq!(found["findings"][0]["messages"], 1);
        mailbox.grant([alice, "--full-access"]).exits(0);
        let mut owner = mailbox.member(&mailbox.address);
        owner.ok("CREATE Gone");
        run(
            &mailbox,
            &["set", "Gone", "--after", "1y", "--then", "trash"],
        )
        .exits(0);
        owner.ok("DELETE Gone");
        run(
            &mailbox,
            &[
                "hold",
                "done",
                "--match",
                "from = \"x@y.test\"",
                "--until",
                "2020-01-01",
            ],
        )
        .exits(0);
        let ran = run(&mailbox, &["check"]).exits(2);
        let ran = ran
            .says("a policy is about \"Gone\"")
            .says("the hold \"done\" ended on 2020-01-01")
            .says_not("secret");
        let told = format!("{alice} may take away 1 message in \"Archive\" that is held (2026-17)");
        ran.says(&told);
        run(&mailbox, &["plan"])
            .exits(0)
            .says("there is no folder \"Gone\"");
    }
}

#[test]
fn courier_too_tells_what_came_years_after_it_was_written_and_who_may_take_held_mail() {
    let mailbox = Mailbox::on(Courier::running(), &["Trash"], 1);
    let alice = mailbox.alice();
    mailbox.grant([alice, "--full-access"]).exits(0);
    let mut member = mailbox.member(alice);
    let inbox = mailbox.seen("INBOX");
    for n in 0..3 {
        let text = message(n, "Thu, 1 Jan 2009 00:00:00 +0000", ["a", "acme", "b"][n]);
        member.append_of(&inbox, "02-Mar-2024 10:00:00 +0000", &text);
    }
    let words = "hold case --match from='*@acme.example' --until 2999-01-01";
    run(&mailbox, &words.split(' ').collect::<Vec<_>>()).exits(0);
    run(&mailbox, &["check"])
        .exits(2)
        .says("3 messages in \"INBOX\" came more than a year after the Date, most on 2024-03-02")
        .says(&format!(
            "{alice} may take away 1 message in \"INBOX\" that is held (case)"
        ));
}
