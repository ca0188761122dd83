//! The log of changes, on real servers: what is in it, what is not done without it, and what is
//! found when somebody has been at it.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::provider::client::quoted;
use crate::provider::proxy::Proxy;
use crate::provider::{Cyrus, Dovecot, Kind, Mailbox, Postfix, Provider, Ran, on_both, run};

const FOLDERS: [&str; 2] = ["Sent", "Entwürfe & Co"];
const TRY_AGAIN: i32 = 75;
const CONFIG: i32 = 78;

/// A mailbox, and a log of one's own.
struct Office<'p> {
    mailbox: Mailbox<'p>,
    state: TempDir,
}

fn offices(people: usize) -> [Office<'static>; 2] {
    on_both(&FOLDERS, people).map(Office::of)
}

impl<'p> Office<'p> {
    fn of(mailbox: Mailbox<'p>) -> Self {
        let state = tempfile::tempdir().unwrap();
        Office { mailbox, state }
    }

    fn own(&self, mut command: Command) -> Command {
        command.env("XDG_STATE_HOME", self.state.path());
        command
    }

    fn sharemail(&self) -> Command {
        self.own(self.mailbox.provider.sharemail())
    }

    fn run<const N: usize>(&self, words: [&str; N]) -> Ran {
        run::run(&mut self.sharemail(), words)
    }

    fn grant<const N: usize>(&self, words: [&str; N]) -> Ran {
        let words = ["grant", &self.mailbox.address].into_iter().chain(words);
        run::run(&mut self.sharemail(), words)
    }

    fn path(&self) -> PathBuf {
        self.state.path().join("sharemail/audit.jsonl")
    }

    fn text(&self) -> String {
        fs::read_to_string(self.path()).unwrap()
    }

    fn lines(&self) -> Vec<Value> {
        let text = self.text();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    fn events(&self, event: &str) -> Vec<Value> {
        let mut lines = self.lines();
        lines.retain(|line| line["event"] == event);
        lines
    }

    fn verify(&self) -> Ran {
        self.run(["audit", "verify"])
    }

    /// The changes that `audit show` tells with these options.
    fn shown<const N: usize>(&self, options: [&str; N]) -> Vec<Value> {
        let words = ["audit", "show", "--output", "json"].into_iter();
        let ran = run::run(&mut self.sharemail(), words.chain(options));
        let shown = ran.exits(0).json();
        shown["changes"].as_array().unwrap().clone()
    }

    /// Nobody but the owner has an entry anywhere.
    fn is_untouched(&self) -> bool {
        let folders = FOLDERS.iter().chain(&["INBOX"]);
        let person = self.mailbox.alice();
        folders
            .map(|f| self.mailbox.stored(f, person))
            .all(|e| e.is_none())
    }
}

#[test]
fn a_grant_is_logged_before_and_after() {
    for office in offices(1) {
        let (mailbox, alice) = (&office.mailbox, office.mailbox.alice());
        mailbox.set("Entwürfe & Co", alice, "lr");
        office
            .grant([alice, "--write", "--folder", "Entwürfe & Co"])
            .exits(0);
        let runs = office.events("run");
        assert_eq!(runs.len(), 1);
        let run = &runs[0];
        assert_eq!(run["command"], "grant");
        let typed = [&mailbox.address, alice, "--write", "--folder=Entwürfe & Co"];
        let arguments: BTreeSet<&str> = run["arguments"]
            .as_array()
            .unwrap()
            .iter()
            .map(|word| word.as_str().unwrap())
            .collect();
        assert_eq!(arguments, typed.into_iter().collect());
        assert_eq!(run["login"], mailbox.provider.admin());
        assert_eq!(run["uid"], rustix::process::getuid().as_raw());
        let server = format!(
            "{}:{}",
            mailbox.provider.host(),
            mailbox.provider.imaps_port()
        );
        assert_eq!(run["server"], server);
        let [intents, outcomes] = ["intent", "outcome"].map(|event| office.events(event));
        assert_eq!(intents.len(), outcomes.len());
        let is_entry = |line: &&Value| line["folder"] == "Entwürfe & Co";
        let outcome = outcomes.iter().find(is_entry).unwrap();
        let intent = intents.iter().find(is_entry).unwrap();
        assert_eq!(intent["id"], outcome["id"]);
        assert_eq!(
            (&intent["fate"], &outcome["fate"]),
            (&Value::Null, &json!("done"))
        );
        assert_eq!(outcome["identifier"], mailbox.spelled(alice));
        assert_eq!(
            (&outcome["before"], &outcome["after"]),
            (&json!("lr"), &json!("lrswip"))
        );
        assert_eq!(outcome["mailbox"], *mailbox.address);
        let acting = match mailbox.provider.kind() {
            Kind::Dovecot => json!(mailbox.address),
            _ => Value::Null,
        };
        assert_eq!(outcome["as"], acting);
        let mode = fs::metadata(office.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        office.verify().exits(0).says("whole");
        assert!(!office.text().contains("password"));
        let shown = office.shown(["--who", alice.split('@').next().unwrap(), "--since", "1h"]);
        assert_eq!(shown.len(), 1);
        assert_eq!(office.shown(["--until", "1h"]).len(), 0);
        for when in [
            "1h",
            "9999999999999999999d",
            "-1d",
            "2026-13-01",
            "tomorrow",
            "1h\u{1b}",
        ] {
            let words = ["audit", "show", "--since", when, "--until", "2h"];
            office.run(words).exits(64);
        }
        for (zone, since, until, found) in [
            ("UTC0", "1h", "2026-01-01T00:00Z", None),
            ("<+05>-5", "2026-01-01", "9000-01-01 00:00", Some(true)),
            (
                "<+05>-5",
                "9000-01-01T10:00",
                "9000-01-01 10:30",
                Some(false),
            ),
            (
                "UTC0",
                "2026-01-01T10:00Z",
                "9000-01-01 10:00 +01:00",
                Some(true),
            ),
        ] {
            let mut command = office.sharemail();
            command.env("TZ", zone);
            let words = ["audit", "show", "--since", since, "--until", until];
            let ran = run::run(&mut command, words);
            let Some(found) = found else {
                ran.exits(64);
                continue;
            };
            let local = alice.split('@').next().unwrap();
            assert_eq!(ran.stdout.contains(local), found, "{since} {ran:?}");
            // Which time zone was taken is told where none was given.
            let is_told = ran.stderr.contains("by this machine's time zone");
            assert_eq!(is_told, !since.ends_with('Z'), "{since} {ran:?}");
            if is_told {
                ran.says("+05:00");
            }
        }
        assert_eq!(office.shown(["--command", "revoke"]).len(), 0);
        assert_eq!(office.shown(["--mailbox", "nobody@"]).len(), 0);
        let told = office
            .run(["audit", "show", "--mailbox", &mailbox.address])
            .exits(0);
        told.says("lr → lrswip").says("Entwürfe & Co").says("done");
    }
}

#[test]
fn every_kind_of_change_is_logged() {
    for office in offices(1) {
        let (address, alice) = (office.mailbox.address.clone(), office.mailbox.alice());
        office
            .grant([alice, "--full-access", "--subscribe"])
            .exits(0);
        office
            .run(["folder", "create", &address, "Neu/Ärger"])
            .exits(0);
        office
            .run(["folder", "rename", &address, "Neu/Ärger", "Alt", "--yes"])
            .exits(0);
        office
            .run(["folder", "subscribe", &address, alice])
            .exits(0);
        office
            .run(["folder", "delete", &address, "Alt", "--yes"])
            .exits(0);
        let sets_quota = office.mailbox.provider.sets_quota();
        office.run(["create", &address, "--quota", "2GiB"]);
        office.run(["revoke", &address, alice]).exits(0);
        let outcomes = office.events("outcome");
        let kinds: BTreeSet<&str> = outcomes
            .iter()
            .map(|l| l["change"].as_str().unwrap())
            .collect();
        let expected = ["create", "delete", "entry", "quota", "rename", "subscribe"];
        let expected = expected
            .into_iter()
            .filter(|kind| sets_quota || *kind != "quota");
        assert_eq!(kinds, expected.collect());
        let rename = outcomes
            .iter()
            .find(|line| line["change"] == "rename")
            .unwrap();
        assert_eq!(
            (&rename["folder"], &rename["to"]),
            (&json!("Neu/Ärger"), &json!("Alt"))
        );
        assert_eq!(rename["command"], "folder rename");
        let subscribed = outcomes
            .iter()
            .find(|l| l["change"] == "subscribe")
            .unwrap();
        let login = subscribed["as"].as_str().unwrap();
        assert_eq!(login.split('@').next(), alice.split('@').next());
        assert_eq!(office.events("intent").len(), outcomes.len());
        let by_folder = office.shown(["--command", "folder"]);
        assert!(by_folder.iter().any(|line| line["change"] == "entry"));
        assert!(!by_folder.iter().any(|line| line["command"] == "revoke"));
        office.verify().exits(0);
    }
}

#[test]
fn what_the_server_refuses_is_logged_in_its_words() {
    let office = Office::of(Mailbox::on(Dovecot::running(), &FOLDERS, 2));
    let (alice, bob) = (office.mailbox.alice(), office.mailbox.bob());
    for folder in FOLDERS.iter().chain(&["INBOX"]) {
        office.mailbox.set(folder, alice, "lrs");
    }
    let mut command = office.sharemail();
    command.env("SHAREMAIL_IMAP_USER", alice);
    command.env("SHAREMAIL_REACH", "namespace");
    let words = [
        "grant",
        &office.mailbox.address,
        bob,
        "--read-only",
        "--force",
    ];
    let ran = run::run(&mut command, words);
    assert_ne!(ran.code, Some(0));
    let refused = office.shown([]);
    assert!(!refused.is_empty(), "{}", ran.stderr);
    for line in refused {
        assert_eq!(
            (&line["fate"], &line["login"]),
            (&json!("refused"), &json!(alice))
        );
        assert!(!line["why"].as_str().unwrap().is_empty());
    }
    assert!(office.mailbox.stored("Sent", bob).is_none());
}

#[test]
fn what_changes_nothing_logs_nothing() {
    for office in offices(1) {
        let (address, alice) = (&office.mailbox.address, office.mailbox.alice());
        office.run(["show", address]).exits(0);
        office.grant([alice, "--write", "--dry-run"]).exits(0);
        assert!(!office.path().exists());
        office.verify().exits(67).says("no log yet");
        office.grant([alice, "--write"]).exits(0);
        let lines = office.lines().len();
        office.grant([alice, "--write"]).exits(0);
        assert_eq!(office.lines().len(), lines);
    }
}

/// A grant that may make no file longer than so many blocks of 512 bytes: a disk that is full.
fn grant_within(office: &Office, blocks: u64, person: &str) -> Ran {
    let sharemail = office.sharemail();
    let mut shell = Command::new("sh");
    let script = "trap '' XFSZ; ulimit -f \"$1\"; shift; exec \"$@\"";
    shell.args(["-c", script, "sh", &blocks.to_string()]);
    shell.arg(sharemail.get_program());
    for (name, value) in sharemail.get_envs() {
        shell.env(name, value.unwrap());
    }
    let words = ["grant", &office.mailbox.address, person, "--write", "-vv"];
    run::run(&mut shell, words)
}

#[test]
fn nothing_is_changed_while_the_disk_is_full() {
    for office in offices(2) {
        let (alice, bob) = (office.mailbox.alice(), office.mailbox.bob());
        office.grant([bob, "--write"]).exits(0);
        let before = office.text();
        let blocks = before.len() as u64 / 512 + 1;
        let ran = grant_within(&office, blocks, alice).exits(TRY_AGAIN);
        assert_eq!(ran.changes(), [""; 0]);
        ran.says("no change is made that cannot be logged")
            .says("audit-file");
        assert!(office.is_untouched());
        assert_eq!(office.text(), before);
        office.verify().exits(0);
        office.grant([alice, "--write"]).exits(0);
        office.verify().exits(0);
    }
}

#[test]
fn a_change_whose_outcome_cannot_be_logged_is_told() {
    let names: Vec<String> = (0..40).map(|n| format!("F{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for provider in [Dovecot::running(), Cyrus::running()] {
        let office = Office::of(Mailbox::on(provider, &names, 2));
        let (alice, bob) = (office.mailbox.alice(), office.mailbox.bob());
        office.grant([bob, "--write"]).exits(0);
        let before = office.text().len() as u64;
        office.grant([bob, "--read-only"]).exits(0);
        // Room for the intents and for half of the outcomes.
        let room = (office.text().len() as u64 - before) * 3 / 4;
        let blocks = (office.text().len() as u64 + room) / 512;
        let ran = grant_within(&office, blocks, alice).exits(3);
        ran.says("the changes were made, and that could not be written down");
        assert_eq!(
            office.mailbox.stored("F1", alice).as_deref(),
            Some("ilprsw")
        );
        office.verify().exits(0);
        let unfinished = office.shown(["--who", alice]);
        assert!(unfinished.len() > 40);
        assert!(unfinished.iter().all(|line| line["event"] == "intent"));
        office.run(["audit", "show"]).exits(0).says("unfinished");
    }
}

#[test]
fn a_step_that_was_made_is_told_where_the_next_cannot_be_logged() {
    let names: Vec<String> = (0..40).map(|n| format!("F{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for provider in [Dovecot::running(), Cyrus::running()] {
        let office = Office::of(Mailbox::on(provider, &names, 1));
        let alice = office.mailbox.alice();
        // Room for the folders that keep identities, and for no entry.
        let mut blocks = 1;
        let ran = loop {
            let ran = grant_within(&office, blocks, alice);
            if ran.code != Some(TRY_AGAIN) {
                break ran.exits(3);
            }
            assert_eq!(ran.changes(), [""; 0]);
            blocks += 4;
        };
        ran.says("made before that, for identities: Identities, Identities/Send As")
            .says("no change is made that cannot be logged");
        assert!(
            !office
                .mailbox
                .owner()
                .list(&office.mailbox.owned("Identities"))
                .is_empty()
        );
        assert_eq!(office.mailbox.stored("INBOX", alice), None);
        office.grant([alice, "--write"]).exits(0);
        office.verify().exits(0);
    }
}

#[test]
fn where_the_log_cannot_be_nothing_is_changed() {
    for office in offices(1) {
        let alice = office.mailbox.alice();
        let elsewhere = office.state.path().join("elsewhere");
        fs::write(&elsewhere, "").unwrap();
        let link = office.state.path().join("link");
        symlink(&elsewhere, &link).unwrap();
        let open = office.state.path().join("open");
        fs::write(&open, "").unwrap();
        fs::set_permissions(&open, fs::Permissions::from_mode(0o666)).unwrap();
        let folder = office.state.path().join("folder");
        fs::create_dir(&folder).unwrap();
        let shared = office.state.path().join("shared");
        fs::create_dir(&shared).unwrap();
        fs::set_permissions(&shared, fs::Permissions::from_mode(0o777)).unwrap();
        let fifo = office.state.path().join("fifo");
        assert!(
            Command::new("mkfifo")
                .arg(&fifo)
                .status()
                .unwrap()
                .success()
        );
        let below = elsewhere.join("audit.jsonl");
        let path = |path: &str| PathBuf::from(path);
        for file in [
            link,
            open,
            folder,
            below,
            fifo,
            shared.join("audit.jsonl"),
            path("/dev/full"),
            path("/proc/audit.jsonl"),
        ] {
            let mut command = office.sharemail();
            command.env("SHAREMAIL_AUDIT_FILE", &file);
            let words = ["grant", &office.mailbox.address, alice, "--write", "-vv"];
            let ran = run::run(&mut command, words).exits(CONFIG);
            assert_eq!(ran.changes(), [""; 0], "{file:?}");
            ran.says("no change is made that cannot be logged")
                .says("audit-file");
            assert!(office.is_untouched());
        }
        assert_eq!(fs::read(&elsewhere).unwrap(), b"");
        let mut command = office.sharemail();
        command.env("SHAREMAIL_AUDIT_FILE", "none");
        let words = ["grant", &office.mailbox.address, alice, "--write"];
        run::run(&mut command, words)
            .exits(CONFIG)
            .says("log no change anywhere");
        assert!(office.is_untouched());
    }
}

#[test]
fn a_log_that_others_could_have_changed_is_read_and_written_by_nobody() {
    for office in offices(1) {
        let alice = office.mailbox.alice();
        office.grant([alice, "--write"]).exits(0);
        let head = office.path().with_extension("jsonl.head");
        let folder = office.path().parent().unwrap().to_owned();
        for (path, mode, whole) in [
            (office.path(), 0o666, 0o600),
            (head, 0o620, 0o600),
            (folder, 0o777, 0o700),
        ] {
            let set = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            set(mode);
            let grant = office.grant([alice, "--read-only", "-vv"]).exits(CONFIG);
            assert_eq!(grant.changes(), [""; 0]);
            for ran in [
                grant,
                office.verify().exits(CONFIG),
                office.run(["audit", "show"]).exits(CONFIG),
                office.run(["audit", "rotate"]).exits(CONFIG),
            ] {
                ran.says("the log cannot be trusted: others may write")
                    .says("chmod go-w");
            }
            let log = office.path();
            let named = ["audit", "verify", log.to_str().unwrap()];
            office.run(named).exits(0).says("whole");
            set(whole);
            office.verify().exits(0);
        }
        if rustix::process::getuid().is_root() {
            std::os::unix::fs::chown(office.path(), Some(54321), None).unwrap();
            let words = "belongs to user 54321, who can change it, and not to root";
            office.verify().exits(CONFIG).says(words);
            office
                .grant([alice, "--read-only"])
                .exits(CONFIG)
                .says(words);
        }
    }
}

#[test]
fn the_systems_log_gets_the_same_lines_or_has_them_alone() {
    for office in offices(2) {
        let (alice, bob) = (office.mailbox.alice(), office.mailbox.bob());
        let socket = office.state.path().join("log");
        let run = |file: &str, who: &str| {
            let mut command = office.sharemail();
            command.env("SHAREMAIL_AUDIT_SYSLOG", &socket);
            command.env("SHAREMAIL_AUDIT_FILE", file);
            run::run(
                &mut command,
                ["grant", &office.mailbox.address, who, "--write"],
            )
        };
        let path = office.path();
        let path = path.to_str().unwrap();
        for file in [path, "none"] {
            run(file, alice).exits(TRY_AGAIN).says("audit-syslog");
            assert!(office.is_untouched() && !office.path().exists());
        }
        let listener = UnixDatagram::bind(&socket).unwrap();
        listener
            .set_read_timeout(Some(Duration::from_millis(200)))
            .unwrap();
        let received = || {
            let (mut messages, mut buffer) = (Vec::new(), [0; 4096]);
            while let Ok(length) = listener.recv(&mut buffer) {
                messages.push(String::from_utf8(buffer[..length].to_vec()).unwrap());
            }
            messages
        };
        let listen = |file: &str, who: &str| {
            thread::scope(|scope| {
                let ran = scope.spawn(|| run(file, who).exits(0));
                let mut messages = Vec::new();
                while !ran.is_finished() {
                    messages.extend(received());
                }
                messages.extend(received());
                messages
            })
        };
        let messages = listen(path, alice);
        let said = |message: &String| message.split_once("]: ").unwrap().1.to_owned();
        let lines: Vec<String> = messages.iter().map(said).collect();
        assert_eq!(lines.join("\n") + "\n", office.text());
        assert!(
            messages
                .iter()
                .all(|m| m.starts_with("<86>") && m.contains(" sharemail["))
        );
        let before = office.text();
        let messages = listen("none", bob);
        assert!(messages.len() > 2);
        let line: Value = serde_json::from_str(&said(messages.last().unwrap())).unwrap();
        assert_eq!(
            (&line["event"], &line["fate"]),
            (&json!("outcome"), &json!("done"))
        );
        assert_eq!(office.text(), before);
    }
}

#[test]
fn whoever_changes_the_log_is_found_out() {
    for office in offices(1) {
        office.grant([office.mailbox.alice(), "--write"]).exits(0);
        office
            .grant([office.mailbox.alice(), "--read-only"])
            .exits(0);
        let whole = office.text();
        let lines: Vec<&str> = whole.lines().collect();
        let verified = office
            .run(["audit", "verify", "-o", "json"])
            .exits(0)
            .json();
        let head = verified["head"].as_str().unwrap().to_owned();
        assert!(head.starts_with(&format!("{}:", lines.len())));
        let write = |lines: &[&str]| fs::write(office.path(), lines.join("\n") + "\n").unwrap();
        let mut changed = lines.clone();
        let forged = changed[2].replacen("example.test", "example.com", 1);
        changed[2] = &forged;
        write(&changed);
        office
            .verify()
            .exits(2)
            .says("audit.jsonl:4: number 3 was changed");
        let removed = [&lines[..2], &lines[3..]].concat();
        write(&removed);
        office
            .verify()
            .exits(2)
            .says("audit.jsonl:3: before it number 3 is missing");
        let appended = [&lines[..], &[lines[1]]].concat();
        write(&appended);
        let place = format!("audit.jsonl:{}: number 2 is out of place", lines.len() + 1);
        office.verify().exits(2).says(&place);
        write(&lines[..lines.len() - 2]);
        office.verify().exits(2).says("its end was cut off");
        fs::remove_file(office.state.path().join("sharemail/audit.jsonl.head")).unwrap();
        office.verify().exits(2).says("(.head) is not there");
        office
            .run(["audit", "verify", "--head", &head])
            .exits(2)
            .says("cut off");
        fs::write(office.path(), &whole).unwrap();
        office.run(["audit", "verify", "--head", &head]).exits(2);
        let link = format!("{head}\n");
        let remembers = office.state.path().join("sharemail/audit.jsonl.head");
        fs::write(&remembers, link).unwrap();
        fs::set_permissions(&remembers, PermissionsExt::from_mode(0o600)).unwrap();
        office.run(["audit", "verify", "--head", &head]).exits(0);
        let copy = office.state.path().join("copy");
        fs::write(&copy, &whole).unwrap();
        let copy = copy.to_str().unwrap();
        office
            .run(["audit", "verify", copy, "--config", "/nonexistent"])
            .exits(0);
        office
            .run(["audit", "show", copy, "--config", "/nonexistent"])
            .exits(0)
            .says("grant");
        office.run(["audit", "verify", "--head", "1:x"]).exits(64);
    }
}

#[test]
fn a_hostile_log_cannot_drive_the_terminal() {
    let office = Office::of(Mailbox::on(Dovecot::running(), &FOLDERS, 1));
    office.grant([office.mailbox.alice(), "--write"]).exits(0);
    let hostile = "{\"n\":1,\"prev\":\"\",\"at\":\"2026\u{1b}[2J\",\"event\":\"outcome\",\"mailbox\":\"\u{9b}2J\u{202e}\",\
                   \"change\":\"entry\",\"folder\":\"a\\u001b[2J\\r\\n\",\"login\":\"\\u0007\"}\n";
    let endless = "x".repeat(3 << 20) + "\n";
    let bytes = [
        office.text().as_bytes(),
        hostile.as_bytes(),
        b"\xff\xfe\n\n\0\0\n",
        endless.as_bytes(),
        hostile.replace('\u{1b}', "").as_bytes(),
    ]
    .concat();
    fs::write(office.path(), bytes).unwrap();
    for format in ["table", "json", "csv"] {
        let ran = office.run(["audit", "show", "-o", format]).exits(0);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        let bad = said
            .chars()
            .find(|c| c.is_control() && *c != '\n' || *c == '\u{202e}');
        assert_eq!(bad, None);
        ran.says("lines are no lines of the log, and were left out");
        let ran = office.run(["audit", "verify", "-o", format]).exits(2);
        assert!(!ran.stdout.chars().any(|c| c.is_control() && c != '\n'));
    }
    // Whoever goes on with it says what was found.
    office
        .run(["revoke", &office.mailbox.address, office.mailbox.alice()])
        .exits(0);
    let bytes = fs::read(office.path()).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    assert_eq!(text.matches("\"event\":\"broken\"").count(), 1);
}

#[test]
fn a_change_is_told_in_the_same_words_in_json_and_csv() {
    for office in offices(1) {
        let alice = office.mailbox.alice();
        office.grant([alice, "--write"]).exits(0);
        let csv = office.run(["audit", "show", "-o", "csv"]).exits(0).stdout;
        let mut lines = csv.lines();
        let columns: Vec<&str> = lines.next().unwrap().split(',').collect();
        let cells: Vec<&str> = lines.next().unwrap().split(',').collect();
        let json = &office.shown([])[0];
        for (column, cell) in columns.iter().zip(cells) {
            let told = match &json[*column] {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            assert_eq!(told, cell, "{column}");
        }
        for word in ["identifier", "fate", "why", "event"] {
            assert!(columns.contains(&word), "{columns:?}");
        }
        fs::write(office.path(), office.text() + "x\n").unwrap();
        office
            .run(["audit", "show"])
            .exits(0)
            .says("1 line is no line of the log, and was left out");
    }
}

#[test]
fn several_at_once_write_one_chain() {
    for provider in [Dovecot::running(), Cyrus::running()] {
        let offices: Vec<Office> = (0..3)
            .map(|_| Office::of(Mailbox::on(provider, &FOLDERS, 2)))
            .collect();
        let log = offices[0].path();
        thread::scope(|scope| {
            for office in &offices {
                let log = &log;
                scope.spawn(move || {
                    for level in ["--write", "--read-only", "--full-access"] {
                        let mut command = office.sharemail();
                        command.env("SHAREMAIL_AUDIT_FILE", log);
                        // From here on it is rotated in between.
                        command.env("SHAREMAIL_AUDIT_ROTATE", "8KiB");
                        let (alice, bob) = (office.mailbox.alice(), office.mailbox.bob());
                        let words = ["grant", &office.mailbox.address, alice, bob, level];
                        run::run(&mut command, words).exits(0);
                    }
                });
            }
            scope.spawn(|| {
                for _ in 0..5 {
                    thread::sleep(Duration::from_millis(150));
                    offices[0].run(["audit", "rotate"]);
                    let ran = offices[0].verify();
                    assert!(matches!(ran.code, Some(0 | 67)), "{}", ran.stdout);
                }
            });
        });
        offices[0].verify().exits(0);
        for office in &offices {
            let shown = offices[0].shown(["--mailbox", &office.mailbox.address]);
            let sent = shown.iter().filter(|l| {
                l["folder"] == "Sent"
                    && l["identifier"] == office.mailbox.spelled(office.mailbox.alice())
            });
            assert_eq!(sent.count(), 3);
            assert!(shown.iter().all(|line| line["event"] == "outcome"));
        }
        let files = fs::read_dir(log.parent().unwrap()).unwrap().count();
        assert!(files > 3, "{files}");
    }
}

#[test]
fn a_log_that_another_program_rotates_goes_on() {
    for office in offices(1) {
        let alice = office.mailbox.alice();
        office.grant([alice, "--write"]).exits(0);
        fs::rename(office.path(), office.path().with_extension("jsonl.1")).unwrap();
        office.verify().exits(0);
        office.grant([alice, "--read-only"]).exits(0);
        assert_eq!(office.lines()[0]["event"], "rotated");
        office.verify().exits(0).says("2 files");
        fs::copy(office.path(), office.path().with_extension("jsonl.2")).unwrap();
        fs::write(office.path(), "").unwrap();
        office.grant([alice, "--write"]).exits(0);
        office.verify().exits(0).says("3 files");
        office
            .run(["audit", "rotate"])
            .exits(0)
            .says("audit.jsonl.20");
        office.verify().exits(0).says("4 files");
        let shown = office.shown(["--who", alice]);
        assert!(shown.len() >= 9, "{}", shown.len());
        fs::remove_file(office.path().with_extension("jsonl.1")).unwrap();
        office
            .verify()
            .exits(2)
            .says("are in a file that is not here");
        office.run(["audit", "verify", "--archived"]).exits(0);
    }
}

fn a_killed_grant_has_said_what_it_meant(provider: &Provider) {
    let names: Vec<String> = (0..300).map(|n| format!("F{n:03}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let office = Office::of(Mailbox::on(provider, &names, 1));
    let (mailbox, alice) = (&office.mailbox, office.mailbox.alice());
    let proxy = Proxy::plain(provider, Duration::from_millis(20), None);
    let mut command = office.own(proxy.sharemail(provider));
    command.args(["grant", &mailbox.address, alice, "--write"]);
    let mut child = run::start(&mut command);
    let patience = Instant::now() + Duration::from_secs(300);
    let mut owner = mailbox.owner();
    let inbox = mailbox.owned("INBOX");
    while !owner.getacl(&inbox).contains_key(mailbox.spelled(alice)) {
        assert!(Instant::now() < patience, "nothing was granted");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // What it had received is done by the server all the same.
    proxy.wait_for_the_server();
    office.verify().exits(0);
    let unfinished = office.shown(["--who", alice]);
    let meant: BTreeSet<&str> = unfinished
        .iter()
        .filter(|line| line["event"] == "intent")
        .map(|line| line["folder"].as_str().unwrap())
        .collect();
    let has = |folder: &&str| {
        owner
            .getacl(&mailbox.owned(folder))
            .contains_key(mailbox.spelled(alice))
    };
    let granted: Vec<&str> = names.iter().copied().chain(["INBOX"]).filter(has).collect();
    assert!(!granted.is_empty());
    assert!(granted.iter().all(|folder| meant.contains(folder)));
    office.run(["audit", "show"]).exits(0).says("unfinished");
    office.grant([alice, "--write"]).exits(0);
    office.verify().exits(0);
}

#[test]
fn a_killed_grant_on_dovecot_has_said_what_it_meant() {
    a_killed_grant_has_said_what_it_meant(Dovecot::running());
}

#[test]
fn a_killed_grant_on_cyrus_has_said_what_it_meant() {
    a_killed_grant_has_said_what_it_meant(Cyrus::running());
}

#[test]
fn sent_mail_is_logged_without_its_content() {
    let office = Office::of(Mailbox::on(Postfix::running(), &["Sent"], 1));
    let (address, alice) = (&office.mailbox.address, office.mailbox.alice());
    office.grant([alice, "--full-access", "--send-as"]).exits(0);
    Postfix::running().sender_owners(address, &[address, alice]);
    let robin = Postfix::running().fresh("robin");
    let words = [
        "send",
        address,
        "--user",
        alice,
        "--to",
        &robin,
        "--subject",
        "SECRET",
        "--body",
        "SECRET\n",
    ];
    let mut without = office.sharemail();
    without.env("SHAREMAIL_AUDIT_FILE", "/dev/full");
    run::run(&mut without, words)
        .exits(CONFIG)
        .says("no change is made that cannot be logged");
    office.run(["outbox"]).exits(0).says_not(address);
    assert!(sent_folder(&office, alice).contains(" 0 EXISTS"));
    office.run(words).exits(0);
    let shown = office.shown(["--command", "send"]);
    let sent = &shown[0];
    assert_eq!(
        (&sent["change"], &sent["fate"]),
        (&json!("send"), &json!("done"))
    );
    assert_eq!(
        (&sent["sender"], &sent["identity"]),
        (&json!(alice), &json!("send-as"))
    );
    assert_eq!(
        (&sent["recipients"], &sent["accepted"]),
        (&json!(1), &json!(1))
    );
    assert!(sent["answer"].as_str().unwrap().contains("250"));
    let filed = &shown[1];
    assert_eq!(
        (&filed["change"], &filed["folder"]),
        (&json!("file"), &json!("Sent"))
    );
    assert_eq!(filed["message_id"], sent["message_id"]);
    let text = office.text();
    assert!(!text.contains("SECRET") && !text.contains(&robin));
    office
        .run(["audit", "show", "--who", alice])
        .exits(0)
        .says("send-as to 1");
    assert!(sent_folder(&office, alice).contains(" 1 EXISTS"));
    office.verify().exits(0);
}

fn sent_folder(office: &Office, person: &str) -> String {
    let folder = quoted(&office.mailbox.seen("Sent"));
    office
        .mailbox
        .member(person)
        .ok(&format!("EXAMINE {folder}"))
}
