//! `sharemail mail export`: what lies in the files, read by Python's own reader of them, beside what a client of
//! the tests' own fetches.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use crate::provider::client::{Client, is_ok, quoted, utf7};
use crate::provider::proxy::{Cut, Proxy};
use crate::provider::{Courier, Cyrus, Dovecot, Kind, Mailbox, Ran, on_both, run};

const FOLDERS: [&str; 5] = ["Archive", "archive", "Entwürfe/März", "a:b", "con"];

/// Reads the files as Python does, and tells of each line of the manifest what hash its message has, once the
/// line breaks are CRLF again; and how many messages Python finds.
const JUDGE: &str = r#"
import hashlib, json, mailbox, os, re, sys
form, path = sys.argv[1:3]
entries = [json.loads(l) for l in open(path + '.jsonl' if form == 'mbox' else path + '/manifest.jsonl')]
told, found = [], 0
if form == 'mbox':
    box = mailbox.mbox(path, create=False)
    texts = [re.sub(rb'(?m)^>(>*From )', rb'\1', box.get_bytes(key)) for key in box.keys()]
    found = len(texts)
else:
    texts = [open(os.path.join(path, e['file']), 'rb').read() for e in entries]
if form == 'maildir':
    def all_of(box):
        return len(box) + sum(all_of(mailbox.Maildir(os.path.join(path, '.' + name), create=False)) for name in box.list_folders())
    found = all_of(mailbox.Maildir(path, create=False))
if form == 'eml':
    found = sum(name.endswith('.eml') for _, _, names in os.walk(path) for name in names)
for entry, text in zip(entries, texts):
    if entry.get('line_break_added'):
        assert text.endswith(b'\n')
        text = text[:-1]
    if entry['line_breaks'] == 'lf':
        text = text.replace(b'\n', b'\r\n')
    told.append([entry['folder'], entry['uid'], hashlib.sha256(text).hexdigest(), len(text)])
    assert entry['sha256'] == told[-1][2] and entry['size'] == len(text), entry
print(json.dumps({'told': told, 'found': found}))
"#;

pub type Hashes = BTreeMap<(String, u32), String>;

fn hash(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What Python finds in the files: each message once.
pub fn judged(form: &str, path: &Path) -> Hashes {
    let mut python = Command::new("python3");
    let ran = run::run(
        python.args(["-c", JUDGE, form]),
        [path.as_os_str().to_owned()],
    )
    .exits(0);
    let json = ran.json();
    let told = json["told"].as_array().unwrap();
    let all: Hashes = told
        .iter()
        .map(|one| {
            let uid = u32::try_from(one[1].as_u64().unwrap()).unwrap();
            let at = (one[0].as_str().unwrap().to_owned(), uid);
            (at, one[2].as_str().unwrap().to_owned())
        })
        .collect();
    assert_eq!(all.len(), told.len(), "each once");
    assert_eq!(json["found"], told.len());
    all
}

/// What `client` fetches of each of `folders`, by its path and its name there.
pub fn fetched(client: &mut Client, folders: &[(String, String)]) -> Hashes {
    let mut all = Hashes::new();
    for (path, wire) in folders {
        client.ok(&format!("EXAMINE {}", quoted(wire)));
        let reply = client.command_bytes(b"UID FETCH 1:* (UID BODY.PEEK[])");
        let mut rest = &reply[..];
        while rest.starts_with(b"* ") {
            let end = rest.iter().position(|byte| *byte == b'\n').unwrap();
            let line = String::from_utf8_lossy(&rest[..end]).into_owned();
            rest = &rest[end + 1..];
            let Some((_, size)) = line.rsplit_once('{') else {
                continue;
            };
            let size: usize = size.trim().trim_end_matches('}').parse().unwrap();
            let uid = line.split("UID ").nth(1).unwrap();
            let uid = uid.split(' ').next().unwrap().parse().unwrap();
            all.insert((path.clone(), uid), hash(&rest[..size]));
            rest = &rest[size..];
            let end = rest.iter().position(|byte| *byte == b'\n').unwrap();
            rest = &rest[end + 1..];
        }
    }
    all
}

fn append(client: &mut Client, folder: &str, flags: &str, message: &[u8]) {
    let folder = quoted(&utf7(folder));
    let command = format!("APPEND {folder} ({flags}) {{{}+}}\r\n", message.len());
    let reply = client.command_bytes(&[command.as_bytes(), message].concat());
    let reply = String::from_utf8_lossy(&reply).into_owned();
    assert!(is_ok(&reply), "{folder}: {reply}");
}

/// Messages of every kind.
fn messages() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let head = "From: \"From me\" <me@example.com>\r\nMessage-ID: <same@example.com>\r\n";
    let text =
        |subject: &str, body: &str| format!("{head}Subject: {subject}\r\n\r\n{body}").into_bytes();
    let mut bytes = text("8 bit", "gr");
    bytes.extend_from_slice(b"\xfc\xdfe\xff\x80\r\n\x01\x1b[2J\r\n");
    let line = format!("{}\r\n", "0123456789abcdef".repeat(4));
    let large = text("large", &line.repeat((8 << 20) / line.len()));
    // As long as one and two pieces that are asked for, and one byte more.
    let piece = 512 << 10;
    let padded = |size: usize| {
        let head = text("edge", "");
        let body = "x".repeat(size - head.len() - 2);
        text("edge", &format!("{body}\r\n"))
    };
    let froms = "From one\r\n>From two\r\n>>From three\r\nFromage\r\n\r\nFrom four\r\n";
    vec![
        ("INBOX", "\\Seen \\Answered $label1", text("from", froms)),
        ("INBOX", "", text("no end", "no line break")),
        (
            "INBOX",
            "",
            text("=?utf-8?q?../../etc=2Fpasswd=00=1B]0;x=07?=", "\r\n\r\n"),
        ),
        ("INBOX", "", text("from at the end", "x\r\n\r\nFrom ")),
        ("INBOX", "\\Flagged", bytes),
        ("INBOX", "", large),
        ("Archive", "", padded(piece)),
        ("Archive", "", padded(2 * piece)),
        ("archive", "", padded(piece + 1)),
        ("Entwürfe/März", "\\Draft", text("draft", ">")),
        ("a:b", "", text("twin", "a\r\n")),
        ("con", "", text("device", "a\r\n")),
    ]
}

fn filled() -> [Mailbox<'static>; 2] {
    on_both(&FOLDERS, 1).map(|mailbox| {
        let mut owner = mailbox.member(&mailbox.address);
        for (folder, flags, message) in messages() {
            append(&mut owner, folder, flags, &message);
        }
        mailbox
    })
}

fn all_of(mailbox: &Mailbox) -> Hashes {
    let mut names = vec!["INBOX"];
    names.extend(FOLDERS);
    let pair = |folder: &str| (folder.to_owned(), utf7(folder));
    let folders: Vec<(String, String)> = names.into_iter().map(pair).collect();
    let all = fetched(&mut mailbox.member(&mailbox.address), &folders);
    assert_eq!(all.len(), messages().len());
    all
}

fn export<const N: usize>(mailbox: &Mailbox, form: &str, path: &Path, words: [&str; N]) -> Ran {
    let first = ["mail", "export", &mailbox.address, "--into", form];
    let path = path.to_str().unwrap();
    let words = first.into_iter().chain([path]).chain(words);
    mailbox.provider.run(words)
}

/// What lies in the folder.
fn names(dir: &TempDir) -> Vec<String> {
    let all = fs::read_dir(dir.path()).unwrap();
    let mut all: Vec<String> = all
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    all.sort();
    all
}

#[cfg(unix)]
fn is_private(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = path.metadata().unwrap();
    assert_eq!(metadata.permissions().mode() & 0o077, 0, "{path:?}");
    if metadata.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            is_private(&entry.unwrap().path());
        }
    }
}

#[test]
fn every_message_is_there_once_byte_for_byte_in_each_form() {
    for mailbox in filled() {
        let expected = all_of(&mailbox);
        let dir = tempfile::tempdir().unwrap();
        for form in ["mbox", "maildir", "eml"] {
            let path = dir.path().join(form);
            // An empty folder is as good as none.
            if form == "eml" {
                fs::create_dir(&path).unwrap();
            }
            let told = export(&mailbox, form, &path, ["-o", "json"])
                .exits(0)
                .json();
            assert_eq!(told["exported"], expected.len());
            assert_eq!(told["folders"].as_array().unwrap().len(), 6);
            assert_eq!(judged(form, &path), expected, "{form}");
            is_private(&path);
            // Nothing that is there is written over, or mixed with.
            export(&mailbox, form, &path, [])
                .exits(64)
                .says("it is there already");
        }
        assert_eq!(names(&dir), ["eml", "maildir", "mbox", "mbox.jsonl"]);
        is_private(&dir.path().join("mbox.jsonl"));
        let mut owner = mailbox.member(&mailbox.address);
        owner.ok("EXAMINE INBOX");
        let seen = owner.ok("UID SEARCH SEEN");
        assert!(seen.contains("* SEARCH 1\r\n"), "{seen}");
        manifest_is_true(&mailbox, &dir.path().join("eml"));
        logged(&mailbox);
    }
}

/// What the manifest tells beside hashes, and what the files are called.
fn manifest_is_true(mailbox: &Mailbox, path: &Path) {
    let manifest = fs::read_to_string(path.join("manifest.jsonl")).unwrap();
    let lines: Vec<Value> = manifest
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let first = lines.iter().find(|l| l["folder"] == "INBOX").unwrap();
    assert_eq!(first["message_id"], "<same@example.com>");
    let flags: Vec<&str> = first["flags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f.as_str().unwrap())
        .collect();
    assert!(
        flags.contains(&"\\seen") && flags.contains(&"\\answered"),
        "{flags:?}"
    );
    assert_eq!(
        first["keywords"][0]
            .as_str()
            .map(str::to_lowercase)
            .as_deref(),
        Some("$label1")
    );
    let mut owner = mailbox.member(&mailbox.address);
    let status = owner.ok("STATUS INBOX (UIDVALIDITY)");
    assert!(
        status.contains(&format!("UIDVALIDITY {}", first["uid_validity"])),
        "{status}"
    );
    let date = first["internal_date"].as_str().unwrap();
    let date = chrono::DateTime::parse_from_rfc3339(date).unwrap();
    let file = path.join(first["file"].as_str().unwrap());
    let modified = file.metadata().unwrap().modified().unwrap();
    assert_eq!(chrono::DateTime::<chrono::Utc>::from(modified), date);
    let mut folders: Vec<&str> = lines
        .iter()
        .map(|line| line["file"].as_str().unwrap().rsplit_once('/').unwrap().0)
        .collect();
    folders.dedup();
    folders.sort_unstable();
    let apart = folders
        .iter()
        .filter(|name| name.starts_with(['a', 'A']))
        .count();
    assert_eq!(apart, 3, "{folders:?}");
    assert!(
        folders.contains(&"Entwürfe/März") && folders.contains(&"_con"),
        "{folders:?}"
    );
    assert!(folders.contains(&"a_b"), "{folders:?}");
}

/// Who looked at what is in the log, and nothing that is said in the mail.
fn logged(mailbox: &Mailbox) {
    let words = ["audit", "show", "--mailbox", &mailbox.address, "-o", "json"];
    let ran = mailbox.provider.run(words).exits(0);
    let json = ran.json();
    let all = json["changes"].as_array().unwrap();
    let inbox = |line: &&Value| line["change"] == "export" && line["folder"] == "INBOX";
    let inbox: Vec<&Value> = all.iter().filter(inbox).collect();
    assert_eq!(inbox.len(), 3, "{all:?}");
    assert_eq!(
        (&inbox[0]["uids"], &inbox[0]["messages"]),
        (&"1:6".into(), &6.into())
    );
    assert_eq!(inbox[0]["fate"], "done");
    assert!(!ran.stdout.contains("8 bit") && !ran.stdout.contains("same@"));
    mailbox
        .provider
        .run(["audit", "show"])
        .says("export INBOX: 6 messages");
}

#[test]
fn what_is_said_of_messages_chooses_them() {
    let [mailbox, _] = filled();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("some");
    let told = export(&mailbox, "eml", &path, ["--subject", "FROM", "-o", "csv"]).exits(0);
    told.says("INBOX,,,2,");
    assert_eq!(judged("eml", &path).len(), 2);
    let none = dir.path().join("none");
    export(&mailbox, "mbox", &none, ["<nobody@example.net>"]).exits(67);
    export(&mailbox, "pst", &none, [])
        .exits(64)
        .says("--into mbox FILE");
    assert_eq!(names(&dir), ["some"]);
    export(&mailbox, "mbox", &none, ["--subject", "nothing of it"])
        .exits(0)
        .says("no messages");
    assert_eq!(fs::read(&none).unwrap(), b"");
}

#[test]
fn a_folder_that_may_not_be_read_is_named_and_alone_leaves_no_files() {
    let [mailbox, _] = filled();
    let owner = mailbox.spelled(&mailbox.address);
    // On Dovecot the owner may take her own rights.
    mailbox.set("Archive", owner, "la");
    let dir = tempfile::tempdir().unwrap();
    export(&mailbox, "maildir", &dir.path().join("most"), [])
        .exits(3)
        .says("\"Archive\" could not be looked into");
    assert_eq!(
        judged("maildir", &dir.path().join("most")).len(),
        messages().len() - 2
    );
    export(
        &mailbox,
        "mbox",
        &dir.path().join("none"),
        ["--folder", "Archive"],
    )
    .exits(77)
    .says("nothing was written");
    assert_eq!(names(&dir), ["most"]);
}

#[test]
fn a_connection_that_breaks_leaves_no_files_and_the_next_run_is_whole() {
    for provider in [Dovecot::running(), Cyrus::running()] {
        let mailbox = Mailbox::on(provider, &[], 0);
        let mut owner = mailbox.member(&mailbox.address);
        for (_, flags, message) in messages() {
            append(&mut owner, "INBOX", flags, &message);
        }
        let cut = Some(Cut::AfterBytes(5_000_000));
        let proxy = Proxy::plain(provider, Duration::ZERO, cut);
        let dir = tempfile::tempdir().unwrap();
        for form in ["mbox", "maildir", "eml"] {
            let path = dir.path().join(form);
            let words = [
                "mail",
                "export",
                &mailbox.address,
                "--into",
                form,
                path.to_str().unwrap(),
            ];
            run::run(&mut proxy.sharemail(provider), words).exits(69);
            assert!(names(&dir).is_empty(), "{:?}", names(&dir));
        }
        let path = dir.path().join("whole");
        export(&mailbox, "mbox", &path, []).exits(0);
        let expected = fetched(&mut owner, &[("INBOX".to_owned(), "INBOX".to_owned())]);
        assert_eq!(judged("mbox", &path), expected);
    }
}

#[test]
fn a_disk_that_takes_no_more_is_told_and_leaves_no_files() {
    let [mailbox, _] = filled();
    let dir = tempfile::tempdir().unwrap();
    for form in ["mbox", "maildir", "eml"] {
        let command = mailbox.provider.sharemail();
        let mut shell = Command::new("sh");
        // Blocks of 512 bytes: 1 MiB.
        shell.args(["-c", "trap '' XFSZ; ulimit -f 2048; exec \"$0\" \"$@\""]);
        shell.arg(command.get_program()).args(command.get_args());
        shell.env_clear();
        shell.envs(
            command
                .get_envs()
                .filter_map(|(key, value)| Some((key, value?))),
        );
        // A log of its own: that of everybody may be longer than a file can be here.
        let state = tempfile::tempdir().unwrap();
        shell.env("XDG_STATE_HOME", state.path());
        let path = dir.path().join(form);
        let words = [
            "mail",
            "export",
            &mailbox.address,
            "--into",
            form,
            path.to_str().unwrap(),
        ];
        run::run(&mut shell, words)
            .exits(1)
            .says("cannot be written");
        assert!(names(&dir).is_empty(), "{:?}", names(&dir));
    }
}

#[test]
fn courier_gives_the_same_bytes_to_everybody() {
    let mailbox = Mailbox::on(Courier::running(), &["Archive", "Entwürfe/März"], 1);
    assert_eq!(mailbox.provider.kind(), Kind::Courier);
    let alice = mailbox.alice();
    mailbox.grant([alice, "--write"]).exits(0);
    let folders = ["INBOX", "Archive", "Entwürfe/März"];
    for (folder, _, message) in messages() {
        // It takes no bytes here that are no UTF-8, and folders by other names.
        if let (true, Ok(text)) = (folders.contains(&folder), std::str::from_utf8(&message)) {
            mailbox
                .member(alice)
                .append_asking(&mailbox.seen(folder), text);
        }
    }
    let named = folders.map(|folder| (folder.to_owned(), mailbox.seen(folder)));
    let expected = fetched(&mut mailbox.member(alice), &named);
    assert_eq!(expected.len(), 8);
    let dir = tempfile::tempdir().unwrap();
    for form in ["mbox", "maildir", "eml"] {
        let path = dir.path().join(form);
        export(&mailbox, form, &path, []).exits(0);
        assert_eq!(judged(form, &path), expected, "{form}");
    }
}
