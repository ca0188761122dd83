//! Servers that send much, and files that hold much: the program keeps to the memory that it may take,
//! and says what was too much. Each run has a hard limit of the system's above that, at which it would
//! be aborted.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use crate::provider::Ran;
use crate::provider::command::sharemail;
use crate::provider::fake::{Fake, Peer};
use crate::provider::run::run;

/// What the program may take, and where the system puts an end to it (`ulimit -d`, in KiB): the rest is
/// what it makes of the last of what it read.
const ALLOWED: &str = "64MiB";
const LIMIT: &str = "196608";
/// The end where nothing comes that is too much.
const SMALL: &str = "65536";

/// `command` with these words, in so little memory.
fn frugally(command: &Command, words: &[&str]) -> Ran {
    within(LIMIT, command, words)
}

fn within(limit: &str, command: &Command, words: &[&str]) -> Ran {
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -d \"$0\" && exec \"$@\"", limit]);
    limited.arg(command.get_program()).env_clear();
    let variables = command.get_envs();
    limited.envs(variables.filter_map(|(name, value)| Some((name, value?))));
    limited.env("SHAREMAIL_MEMORY", ALLOWED);
    limited.current_dir(command.get_current_dir().unwrap());
    run(&mut limited, words)
}

const CAPABILITIES: &str = "IMAP4rev1 SASL-IR AUTH=PLAIN ACL RIGHTS=texk NAMESPACE";

/// Answers each command as a server would that has a mailbox with `folders`, and `entries` on each.
fn serve(peer: &mut Peer, folders: &str, entries: &str) {
    if !peer.let_in(CAPABILITIES) {
        return;
    }
    while let Some(command) = peer.next() {
        let mut words = command.splitn(3, ' ').skip(1);
        let (verb, rest) = (words.next().unwrap(), words.next().unwrap_or_default());
        match verb {
            "NAMESPACE" => peer.send("* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n"),
            "LIST" => peer.send(folders),
            "GETACL" => peer.send(format!("* ACL {rest} {entries}\r\n")),
            "LISTRIGHTS" => peer.send("* LISTRIGHTS INBOX anyone \"\" l r s w i p k x t e a\r\n"),
            "MYRIGHTS" => peer.send(format!("* MYRIGHTS {rest} lrswipkxtea\r\n")),
            _ => true,
        };
        peer.ok("done");
    }
}

fn folders(count: usize) -> String {
    let mut list = "* LIST () \"/\" INBOX\r\n".to_owned();
    for n in 0..count {
        write!(list, "* LIST () \"/\" \"Archive/customer-{n:07}\"\r\n").unwrap();
    }
    list
}

const FEW: &str = "support@example.test lrswipkxtea bob@example.test lrs";

fn hoards(folders: String, entries: String, asked: &str) {
    let fake = Fake::plain(move |peer| serve(peer, &folders, &entries));
    let command = fake.sharemail();
    let ran = frugally(&command, &["show", "support@"]).exits(76);
    let ran = ran
        .says(&format!("the answer to {asked}"))
        .says(" is too much: ");
    ran.says("MiB of memory where 64 MiB are allowed")
        .says("SHAREMAIL_MEMORY=256MiB");
}

#[test]
fn a_million_folders_are_read_up_to_what_may_be_kept() {
    hoards(folders(1_000_000), FEW.to_owned(), "LIST");
}

#[test]
fn long_names_are_read_up_to_what_may_be_kept() {
    let name = "x".repeat(8000);
    let mut list = String::new();
    for n in 0..12_000 {
        write!(list, "* LIST () \"/\" \"{n}{name}\"\r\n").unwrap();
    }
    hoards(list, FEW.to_owned(), "LIST");
}

#[test]
fn tiny_entries_are_read_up_to_what_may_be_kept() {
    // Each takes twenty times its length.
    let mut entries = FEW.to_owned();
    for n in 0..100_000 {
        write!(entries, " {n:x} l").unwrap();
    }
    hoards(folders(100), entries, "GETACL");
}

#[test]
fn what_is_allowed_is_enough_for_an_ordinary_mailbox() {
    let fake = Fake::plain(|peer| serve(peer, &folders(2000), FEW));
    let ran = frugally(&fake.sharemail(), &["show", "support@"]).exits(0);
    ran.says("bob@example.test");
    fake.finish();
}

/// So many messages in as many folders.
const MESSAGES: usize = 50_000;
const FOLDERS: usize = 10;

/// Answers as a server would in whose folders so many messages lie, and none in INBOX.
fn keeps_mail(peer: &mut Peer) {
    if !peer.let_in(&format!("{CAPABILITIES} ESEARCH SEARCHRES")) {
        return;
    }
    let mut folder = String::new();
    while let Some(command) = peer.next() {
        let mut words = command.splitn(3, ' ').skip(1);
        let (verb, rest) = (words.next().unwrap(), words.next().unwrap_or_default());
        match verb {
            "NAMESPACE" => peer.send("* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n"),
            "LIST" => peer.send(folders(FOLDERS)),
            "GETACL" => peer.send(format!("* ACL {rest} {FEW}\r\n")),
            "LISTRIGHTS" => peer.send("* LISTRIGHTS INBOX anyone \"\" l r s w i p k x t e a\r\n"),
            "EXAMINE" => {
                folder = rest.trim_matches('"').to_owned();
                peer.send("* 1 EXISTS\r\n* OK [UIDVALIDITY 7] numbered\r\n")
            }
            "UID" if folder == "INBOX" => true,
            "UID" if rest.starts_with("SEARCH") => {
                let (tag, each) = (peer.tag().to_owned(), MESSAGES / FOLDERS);
                peer.send(format!("* ESEARCH (TAG \"{tag}\") UID ALL 1:{each}\r\n"))
            }
            "UID" => peer.send(mail(&folder)),
            _ => true,
        };
        peer.ok("done");
    }
}

/// What is told of each of the messages in `folder`.
fn mail(folder: &str) -> String {
    let mut all = String::new();
    for n in 1..=MESSAGES / FOLDERS {
        let header = format!(
            "From: Customer {n} <customer{n}@customers.example>\r\nTo: support@example.test\r\n\
             Subject: Order {n} of {folder}\r\nDate: Tue, 01 Jan 2019 00:00:00 +0000\r\n\
             Message-ID: <{n}.{folder}@customers.example>\r\n\r\n"
        );
        let length = header.len();
        write!(
            all,
            "* {n} FETCH (UID {n} FLAGS (\\Seen) INTERNALDATE \" 1-Jan-2019 00:00:00 +0000\" \
             RFC822.SIZE 2000 BODY[HEADER.FIELDS (DATE FROM)] {{{length}}}\r\n{header})\r\n"
        )
        .unwrap();
    }
    all
}

#[test]
fn a_list_of_many_messages_is_kept_in_little_more_than_their_texts() {
    let fake = Fake::plain(keeps_mail);
    for form in ["csv", "json", "table"] {
        let words = ["mail", "list", "support@", "--sort", "subject", "-o", form];
        let ran = within(SMALL, &fake.sharemail(), &words).exits(0);
        assert!(ran.stdout.lines().count() > MESSAGES, "{form}");
        let last = format!("Order 4999 of Archive/customer-{:07}", FOLDERS - 1);
        assert!(ran.stdout.contains(&last), "{form}");
    }
    fake.finish();
}

/// A profile of a server that nobody asks.
const PROFILE: &str = "[profile.p]\ndomain = \"example.test\"\nreach = \"impersonate\"\n\
                       [profile.p.imap]\nhost = \"127.0.0.1\"\nport = 1\ntls = \"none\"\n\
                       user = \"admin\"\nimpersonate = \"{mailbox}*{admin}\"\n";

#[test]
fn a_file_that_holds_too_much_is_not_made_anything_of() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.toml");
    fs::write(&config, PROFILE).unwrap();
    let list = |open: &str, item: &str, count: usize, close: &str| {
        [open, &item.repeat(count), close].concat()
    };
    let mailbox = "[mailbox.\"a@example.test\"]\nread-only = [";
    let plan = "{\"sharemail-plan\":2,\"host\":\"h\",\"port\":1,\"checksum\":\"x\",\"mailboxes\":[";
    let undo = "{\"sharemail\":\"undo\",\"version\":1,\"profile\":\"p\",\"host\":\"h\",\"port\":1,\
                \"command\":\"grant\",\"made\":\"2026-11-21T09:30:00Z\"}\n";
    let recorded = "{\"mailbox\":\"a@example.test\",\"changes\":[]}\n";
    let report = "{\"report\":\"list\",\"partition\":\"1/1\",\"mailboxes\":[";
    let cases = [
        (
            "a.toml",
            list(mailbox, "\"b\",", 1_000_000, "]\n"),
            &["plan", "-f"][..],
        ),
        (
            "b.toml",
            list("x = [", "{a={}},", 500_000, "]\n"),
            &["plan", "-f"],
        ),
        (
            "c.toml",
            list("", "a.b.c.d.e.f.g.h = 1\n", 100_000, ""),
            &["plan", "-f"],
        ),
        (
            "d.json",
            list(
                "{\"mailbox\":{\"a@b.c\":{\"read-only\":[",
                "\"b\",",
                1_000_000,
                "\"b\"]}}}",
            ),
            &["plan", "-f"],
        ),
        (
            "e.json",
            list(plan, "{\"mailbox\":\"a\"},", 1_000_000, "{}]}"),
            &["apply"],
        ),
        ("f.jsonl", list(undo, recorded, 200_000, ""), &["undo"]),
        (
            "g.json",
            list(report, "{},", 300_000, "{}]}"),
            &["report", "merge"],
        ),
        (
            "h.csv",
            list("mailbox,who,level\n", "a@b.c,a@b.c,write\n", 200_000, ""),
            &["grant", "--yes", "--csv"],
        ),
    ];
    for (name, text, words) in cases {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        let mut command = sharemail(folder.path());
        command.env("SHAREMAIL_CONFIG", &config);
        command.env("SHAREMAIL_PASSWORD", "x");
        let words = [words, &[path.to_str().unwrap()]].concat();
        let ran = frugally(&command, &words).exits(65).says(name);
        let ran = ran.says("the file holds too much: it would take some ");
        ran.says("split the file, or allow more: SHAREMAIL_MEMORY=256MiB");
    }
}

#[test]
fn what_is_no_size_of_memory_is_a_wrong_configuration() {
    let folder = tempfile::tempdir().unwrap();
    for wrong in ["much", "1MiB", "64"] {
        let mut command = sharemail(folder.path());
        command.env("SHAREMAIL_MEMORY", wrong);
        let ran = run(&mut command, ["list"]).exits(78);
        ran.says("SHAREMAIL_MEMORY: ").says("such as 2GiB");
    }
}
