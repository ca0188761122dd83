//! `sharemail mail usage`: its numbers beside those that a client of the tests' own sees.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::provider::client::{is_ok, quoted, utf7};
use crate::provider::{Courier, Kind, Mailbox, Ran, on_both};

const FOLDERS: [&str; 2] = ["Archive", "Entwürfe/März"];

/// A message for a folder: when it arrived, if that is not now, its Message-ID, its other fields and how long
/// its body is.
const MAIL: [(&str, &str, &str, &str, usize); 7] = [
    (
        "INBOX",
        "",
        "one",
        "From: \"boss@example.net\" <Dave@Example.com>\nSubject: =?utf-8?q?=1B]0;owned=07?=\n",
        30_000,
    ),
    (
        "INBOX",
        "",
        "twice",
        "From: dave@example.com\nSubject: a\n",
        2_000,
    ),
    (
        "Archive",
        "",
        "twice",
        "From: dave@example.com\nSubject: a\n",
        2_000,
    ),
    // It is called so and is another one.
    (
        "Archive",
        "",
        "one",
        "From: dave@example.com\nSubject: b\n",
        900,
    ),
    (
        "Archive",
        "31-Dec-2024 22:00:00 +0000",
        "old",
        "From: =?utf-8?q?J=C3=B6rg?= <joerg@example.com>\nSubject: old\n",
        100,
    ),
    (
        "Entwürfe/März",
        "01-Jan-2025 12:00:00 +0000",
        "draft",
        "Subject: draft\n",
        200_000,
    ),
    (
        "INBOX",
        "18-Jan-2038 03:14:07 +0000",
        "late",
        "From: nobody\nSubject: x\n",
        5,
    ),
];

fn filled() -> [Mailbox<'static>; 2] {
    on_both(&FOLDERS, 1).map(|mailbox| {
        mailbox.grant([mailbox.alice(), "--read-only"]).exits(0);
        let mut owner = mailbox.member(&mailbox.address);
        for (folder, date, id, fields, length) in MAIL {
            let date = match date {
                "" => String::new(),
                date => format!("\"{date}\" "),
            };
            let body = "x".repeat(60) + "\r\n";
            let fields = fields.replace('\n', "\r\n");
            let message = format!(
                "{fields}Message-ID: <{id}@{}>\r\n\r\n{}",
                mailbox.address,
                body.repeat(length / 62 + 1)
            );
            let told = owner.command(&format!(
                "APPEND {} {date}{{{}+}}\r\n{message}",
                quoted(&utf7(folder)),
                message.len()
            ));
            assert!(is_ok(&told), "{told}");
        }
        mailbox
    })
}

fn usage<const N: usize>(mailbox: &Mailbox, words: [&str; N]) -> Ran {
    let first = ["mail", "usage", &mailbox.address];
    mailbox
        .provider
        .run(first.iter().chain(&words).chain(&["-vv"]))
}

/// The sizes of the messages of a folder, as the member's own client has them.
fn sizes(mailbox: &Mailbox, folder: &str) -> Vec<u64> {
    let mut alice = mailbox.member(mailbox.alice());
    alice.ok(&format!("EXAMINE {}", quoted(&mailbox.seen(folder))));
    let told = alice.ok("UID FETCH 1:* (RFC822.SIZE)");
    let sizes = told.split("RFC822.SIZE ").skip(1);
    let digits = |text: &str| {
        text.chars()
            .take_while(char::is_ascii_digit)
            .collect::<String>()
    };
    sizes.map(|text| digits(text).parse().unwrap()).collect()
}

/// Whether another client is told that the message from 2038 is from then.
fn is_from_2038(mailbox: &Mailbox) -> bool {
    let mut owner = mailbox.member(&mailbox.address);
    owner.ok("EXAMINE INBOX");
    owner.ok("UID FETCH 1:* (INTERNALDATE)").contains("2038")
}

/// Messages and bytes by key.
fn counted(rows: &Value) -> BTreeMap<String, (u64, u64)> {
    let row = |row: &Value| {
        let number = |key: &str| row[key].as_u64().unwrap();
        let key = row["key"].as_str().unwrap().to_owned();
        (key, (number("messages"), number("bytes")))
    };
    rows.as_array().unwrap().iter().map(row).collect()
}

fn tally(value: &Value) -> (u64, u64) {
    let number = |key: &str| value[key].as_u64().unwrap();
    (number("messages"), number("bytes"))
}

#[test]
fn every_number_is_what_another_client_sees() {
    for mailbox in filled() {
        let told = usage(&mailbox, ["-o", "json"]).exits(0).json();
        let folders = ["INBOX", "Archive", "Entwürfe/März"].map(|folder| {
            let sizes = sizes(&mailbox, folder);
            (
                folder.to_owned(),
                (sizes.len() as u64, sizes.iter().sum::<u64>()),
            )
        });
        let all = folders.iter().map(|(_, (_, bytes))| bytes).sum();
        assert_eq!(tally(&told), (7, all));
        let told_folders: BTreeMap<_, _> = counted(&told["folders"])
            .into_iter()
            .filter(|(_, (messages, _))| *messages > 0)
            .collect();
        assert_eq!(told_folders, folders.clone().into());
        let draft = folders[2].1.1;
        let years = counted(&told["years"]);
        assert_eq!(years["2025"], (1, draft));
        assert_eq!(years["2024"].0, 1);
        // A server may say of what is to come that it came now, as Dovecot does.
        let last = sizes(&mailbox, "INBOX")[2];
        let is_cyrus = mailbox.provider.kind() == Kind::Cyrus;
        assert!(!is_cyrus || is_from_2038(&mailbox));
        let (late, future) = match is_from_2038(&mailbox) {
            true => (1, last),
            false => (0, 0),
        };
        assert_eq!(tally(&told["in_future"]), (late, future));
        let recent = tally(&told["pace"]);
        assert_eq!(recent, (5 - late, all - draft - years["2024"].1 - future));
        let senders = counted(&told["senders"]);
        let from_dave = senders["dave@example.com"];
        let of_nobody = if late == 1 { (0, 0) } else { (1, last) };
        assert_eq!(
            (from_dave.0 + of_nobody.0, from_dave.1 + of_nobody.1),
            recent,
            "{senders:?}"
        );
        assert_eq!(senders["joerg@example.com"], years["2024"]);
        assert_eq!(senders.len(), 2);
        assert_eq!(tally(&told["without_sender"]), (2, draft + last));
        let sizes = counted(&told["sizes"]);
        assert_eq!(sizes["up to 1 MiB"], (1, draft));
        let sum: u64 = sizes.values().map(|(messages, _)| messages).sum();
        assert_eq!(sum, 7);
        let months = told["months"].as_array().unwrap();
        assert_eq!(months.len(), 12);
        assert!(
            months[11]["messages"].as_u64() >= Some(4) || months[10]["messages"].as_u64() > Some(0)
        );
        let largest = &told["largest"][0];
        assert_eq!(largest["folder"], "Entwürfe/März");
        assert_eq!(largest["size"], draft);
        let id = largest["id"].as_str().unwrap();
        mailbox
            .provider
            .run(["mail", "show", &mailbox.address, id])
            .exits(0)
            .says("Subject: draft");
        let mut owner = mailbox.member(&mailbox.address);
        owner.ok("EXAMINE INBOX");
        let flags = owner.ok("UID FETCH 1:* (FLAGS)");
        assert!(!flags.contains("\\Seen"), "{flags}");
    }
}

#[test]
fn what_lies_there_twice_is_told_by_name_and_size_and_folder() {
    for mailbox in filled() {
        let told = usage(&mailbox, ["-o", "json"]).exits(0).json();
        let found = &told["duplicates"];
        let size = sizes(&mailbox, "Archive")[0];
        assert_eq!((&found["groups"], &found["copies"]), (&1.into(), &1.into()));
        assert_eq!(found["bytes"], size);
        assert_eq!(found["contents_compared"], false);
        let group = &found["largest"][0];
        assert_eq!(group["message_id"], format!("<twice@{}>", mailbox.address));
        let folders: Vec<&str> = group["folders"]
            .as_array()
            .unwrap()
            .iter()
            .map(|lying| lying["folder"].as_str().unwrap())
            .collect();
        assert_eq!(folders.len(), 2);
        assert!(
            folders.contains(&"INBOX") && folders.contains(&"Archive"),
            "{folders:?}"
        );
        usage(&mailbox, [])
            .exits(0)
            .says("contents were not compared");
        // Of one folder alone it is no copy.
        let told = usage(&mailbox, ["--folder", "Archive", "-o", "json"]);
        let told = told.exits(0).json();
        assert_eq!(told["duplicates"]["groups"], 0);
        assert_eq!(tally(&told).0, 3);
    }
}

#[test]
fn the_quota_and_the_pace_give_the_days() {
    for mailbox in filled() {
        const LIMIT: u64 = 4_096;
        if mailbox.provider.kind() == Kind::Cyrus {
            usage(&mailbox, []).exits(0).says("no limit of storage");
        }
        mailbox.limit_storage(LIMIT as u32);
        let told = usage(&mailbox, ["-o", "json"]).exits(0).json();
        let quota = &told["quota"];
        assert_eq!(quota["limit_kib"], LIMIT, "{quota}");
        let used = quota["used_kib"].as_u64().unwrap();
        let owner = mailbox.member(&mailbox.address).ok("GETQUOTAROOT INBOX");
        assert!(
            owner.contains(&format!("STORAGE {used} {LIMIT}")),
            "{owner}"
        );
        assert_eq!(quota["percent"], used * 100 / LIMIT);
        let recent = tally(&told["pace"]).1;
        assert_eq!(told["until_full"], "days");
        assert_eq!(told["days_until_full"], (LIMIT - used) * 1024 * 90 / recent);
        usage(&mailbox, [])
            .exits(0)
            .says("of 4 MiB used")
            .says("what was deleted since is not seen");
        // Of a part nobody can say it.
        let part = usage(&mailbox, ["--folder", "INBOX", "-o", "json"])
            .exits(0)
            .json();
        assert_eq!(part["until_full"], "not-all-counted");
        assert_eq!(part["days_until_full"], Value::Null);
        let part = usage(&mailbox, ["--before", "2025-06-01", "-o", "csv"]).exits(0);
        part.says("days-until-full,not-all-counted")
            .says("year,2024,1,");
    }
}

#[test]
fn check_names_a_mailbox_that_is_nearly_full() {
    for mailbox in filled() {
        let check = |code: i32| {
            let ran = mailbox.run(["check", &mailbox.address, "-o", "json"]);
            ran.exits(code).json().to_string()
        };
        mailbox.limit_storage(4_096);
        assert!(!check(0).contains("nearly-full"));
        let owner = mailbox.member(&mailbox.address).ok("GETQUOTAROOT INBOX");
        let (_, used) = owner.split_once("(STORAGE ").unwrap();
        let used: u32 = used.split(' ').next().unwrap().parse().unwrap();
        mailbox.limit_storage(used + used / 20);
        assert!(check(2).contains("nearly-full"));
        mailbox
            .run(["check", &mailbox.address])
            .exits(2)
            .says("it is nearly full");
    }
}

#[test]
fn a_folder_that_may_not_be_read_is_named_and_no_days_are_told() {
    let [mailbox, _] = filled();
    mailbox.limit_storage(4_096);
    // On Dovecot the owner may take her own rights.
    mailbox.set("Archive", mailbox.spelled(&mailbox.address), "la");
    usage(&mailbox, [])
        .exits(3)
        .says("\"Archive\" could not be looked into")
        .says("4 messages")
        .says("in the folders that could be looked into")
        .says_not("at this pace");
    let told = usage(&mailbox, ["-o", "json"]).exits(3).json();
    assert_eq!(told["unread"][0]["folder"], "Archive");
    assert_eq!(told["until_full"], "not-all-counted");
    assert_eq!(told["duplicates"]["groups"], 0);
}

#[test]
fn the_table_is_fit_for_a_terminal_and_names_no_more_than_asked() {
    for mailbox in filled() {
        for form in ["table", "csv"] {
            let told = usage(&mailbox, ["-o", form]).exits(0);
            assert!(
                !told.stdout.contains(['\u{1b}', '\u{7}']),
                "{:?}",
                told.stdout
            );
            assert!(told.stdout.contains("Entwürfe/März"), "{}", told.stdout);
            assert!(
                form == "csv" || told.stdout.contains("owned"),
                "{}",
                told.stdout
            );
        }
        usage(&mailbox, ["--top", "1"])
            .exits(0)
            .says("(all other senders)")
            .says_not("joerg@example.com");
        usage(&mailbox, ["--top", "0"]).exits(64);
        usage(&mailbox, ["<none@example.com>"])
            .exits(67)
            .says("no such message");
        usage(&mailbox, ["--from", "none@example.com"])
            .exits(0)
            .says("0 messages");
    }
}

#[test]
fn courier_counts_as_the_others_do() {
    let mailbox = Mailbox::on(Courier::running(), &["Archive"], 1);
    let alice = mailbox.alice();
    mailbox.grant([alice, "--write"]).exits(0);
    let archive = mailbox.seen("Archive");
    for n in [1, 1, 2] {
        let message = format!("From: x@example.com\nMessage-ID: <{n}@example.com>\n\nworld\n");
        mailbox.member(alice).append_asking(&archive, &message);
    }
    let told = usage(&mailbox, ["-o", "json"]).exits(0).json();
    let sizes = sizes(&mailbox, "Archive");
    let sum = sizes.iter().sum::<u64>();
    assert_eq!(counted(&told["folders"])["Archive"], (3, sum));
    assert_eq!(counted(&told["senders"])["x@example.com"], (3, sum));
    assert_eq!(told["duplicates"]["bytes"], sizes[0]);
    assert_eq!(tally(&told["pace"]), (3, sum));
}

#[test]
fn a_page_tells_what_the_table_does_to_whoever_asked_for_it_alone() {
    for mailbox in filled() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("usage.html");
        let out = path.to_str().unwrap();
        let ran = usage(&mailbox, ["--out", out]).exits(0);
        ran.says("usage.html: ").says("7 messages");
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let page = std::fs::read_to_string(&path).unwrap();
        for word in [
            "Storage of",
            "Entwürfe/März",
            "joerg@example.com",
            "<svg",
            "<dd>7</dd>",
        ] {
            assert!(page.contains(word), "{word}\n{page}");
        }
        assert!(
            !page.contains('\u{1b}') && !page.contains("<script"),
            "{page}"
        );
        usage(&mailbox, ["--out", "/nowhere/usage.html"]).says("/nowhere/usage.html");
        let json = dir.path().join("usage.json");
        usage(&mailbox, ["--out", json.to_str().unwrap(), "-o", "json"]).exits(0);
        let json: Value = serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap();
        assert_eq!(json["messages"], 7);
    }
}
