//! What goes to stdout and stderr, in which form, and how a run ends.

use std::fs::{self, File, OpenOptions};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::provider::toy::SUPPORT;
use crate::provider::{Dovecot, Mailbox, Ran, Toy, on_both, run, terminal};

/// A mailbox with a member, a folder that differs, and everything that the verbs tell.
fn shared() -> Mailbox<'static> {
    let mailbox = Mailbox::on(Dovecot::running(), &["Sent", "Archive"], 1);
    mailbox.grant([mailbox.alice(), "--write"]).exits(0);
    mailbox
}

/// A run that tells its result in this format.
fn formatted(mailbox: &Mailbox, words: &[&str], format: &str) -> Ran {
    let mut command = mailbox.provider.sharemail();
    command.env("SHAREMAIL_MAILBOXES", &mailbox.address);
    run::run(command.args(words), ["-o", format]).exits(0)
}

/// The keys of an object, sorted.
fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    keys
}

/// Every key in a document is lower case.
fn lower_case(value: &Value) -> bool {
    match value {
        Value::Object(object) => object.iter().all(|(key, value)| {
            key.chars().all(|c| c.is_ascii_lowercase() || c == '_') && lower_case(value)
        }),
        Value::Array(array) => array.iter().all(lower_case),
        _ => true,
    }
}

#[test]
fn json_has_the_same_keys_whatever_there_is_to_tell() {
    let mailbox = shared();
    let (address, alice) = (mailbox.address.as_str(), mailbox.alice());
    let documents: &[(&[&str], &str)] = &[
        (&["list"], "failures mailboxes notes"),
        (
            &["show", address],
            "folders intruders mailbox matrix members messages owner quota quota_untold unreadable",
        ),
        (&["check", address], "failures mailboxes partition report"),
        (
            &["grant", address, alice, "--write"],
            "cut_short failures folders made mailbox members notes warnings",
        ),
        (
            &["revoke", address, "erin"],
            "cut_short failures folders made mailbox members notes warnings",
        ),
        (
            &["grant", address, "bob", "--write", "-n"],
            "changes cut_short dry_run mailbox unknown unread",
        ),
        (
            &["create", address],
            "changes cut_short dry_run mailbox unknown unread",
        ),
        (
            &["explain", address, alice],
            "entries folders identifier identities login mailbox mend not_verified notes offers path unread \
             verdict who",
        ),
        (
            &["access", alice],
            "access failures looked_into nonexistent not_looked_up unknown who",
        ),
        (&["folder", "list", address], "folders mailbox unread"),
        (
            &["folder", "create", address, "Sent"],
            "changes cut_short dry_run mailbox unknown unread",
        ),
        (
            &["folder", "subscribe", address, alice],
            "dry_run mailbox members",
        ),
    ];
    for (words, wanted) in documents {
        let document = formatted(&mailbox, words, "json").json();
        assert_eq!(keys(&document).join(" "), *wanted, "{words:?}");
        assert!(lower_case(&document), "{document:#}");
    }
}

#[test]
fn json_has_arrays_where_there_is_nothing() {
    let toy = Toy::new(&[]);
    let shown = toy.run(["show", "support@", "-o", "json"]).exits(0).json();
    for key in ["members", "matrix", "quota", "unreadable", "intruders"] {
        assert_eq!(shown[key], serde_json::json!([]), "{key}");
    }
    let checked = toy.run(["check", "support@", "-o", "json"]).exits(0).json();
    assert_eq!(checked["mailboxes"][0]["findings"], serde_json::json!([]));
    assert_eq!(checked["failures"], serde_json::json!([]));
    let revoked = toy
        .run(["revoke", "support@", "alice", "-o", "json"])
        .exits(0)
        .json();
    assert_eq!(revoked["failures"], serde_json::json!([]));
    let planned = toy
        .run(["revoke", "support@", "alice", "-n", "-o", "json"])
        .exits(0)
        .json();
    assert_eq!(planned["changes"], serde_json::json!([]));
}

#[test]
fn json_of_a_grant_tells_the_proof() {
    for mailbox in on_both(&["Sent"], 1) {
        let words = [
            "grant",
            &mailbox.address,
            mailbox.alice(),
            "--write",
            "-o",
            "json",
        ];
        let granted = mailbox.run(words).exits(0).json();
        let member = &granted["members"][0];
        let wanted = "changed folders had identifier identities level proof rights subscribed undone unknown \
             who";
        assert_eq!(keys(member).join(" "), wanted);
        assert_eq!(member["identities"], serde_json::json!(["send-on-behalf"]));
        assert_eq!(member["identifier"], mailbox.spelled(mailbox.alice()));
        assert_eq!([&member["level"], &member["rights"]], ["write", "lrswip"]);
        // Two folders, and Send on Behalf.
        assert_eq!([&member["folders"], &member["changed"]], [2, 3]);
        assert_eq!(member["proof"]["result"], "verified");
        assert_eq!(member["proof"]["path"], mailbox.seen("INBOX"));
    }
}

#[test]
fn csv_is_a_table_with_a_heading_and_whole_rows() {
    let mailbox = shared();
    let (address, alice) = (mailbox.address.as_str(), mailbox.alice());
    for words in [
        &["show", address][..],
        &["show", address, "--folders"],
        &["check", address],
        &["grant", address, alice, "--write"],
        &["grant", address, "bob", "--write", "-n"],
        &["explain", address, alice],
        &["access", alice],
        &["folder", "list", address],
        &["list"],
    ] {
        let ran = formatted(&mailbox, words, "csv");
        let mut reader = csv::Reader::from_reader(ran.stdout.as_bytes());
        let heading = reader.headers().unwrap().clone();
        assert!(heading.len() > 3, "{words:?}");
        let lower = |name: &str| name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        assert!(heading.iter().all(lower), "{heading:?}");
        for row in reader.records() {
            assert_eq!(row.unwrap().len(), heading.len(), "{words:?}");
        }
    }
}

#[test]
fn the_result_goes_to_stdout_and_everything_else_to_stderr() {
    let toy = Toy::new(&[]);
    let ran = toy.run(["revoke", "support@", "alice", "-vv"]).exits(0);
    assert!(
        !ran.stdout.contains("C: ") && ran.stderr.contains("C: "),
        "{ran:?}"
    );
    let failed = toy.run(["show", "nothing@"]).exits(67);
    assert_eq!(failed.stdout, "");
    assert!(
        failed.stderr.starts_with("sharemail: error: "),
        "{failed:?}"
    );
}

#[test]
fn quiet_leaves_only_the_result() {
    let mailbox = shared();
    let ran = mailbox.revoke([mailbox.alice(), "--quiet"]).exits(0);
    assert_eq!(ran.stderr, "");
    assert!(ran.stdout.contains("no access"), "{ran:?}");
}

#[test]
fn the_dialogue_shows_no_secret() {
    for mailbox in on_both(&[], 0) {
        let ran = mailbox.run(["show", &mailbox.address, "-vv"]).exits(0);
        let secrets = [
            "password",
            "cGFzc3dvcmQ",
            "AHBhc3N3b3Jk",
            "Bhc3N3b3Jk",
            "wYXNzd29yZA",
        ];
        for secret in secrets {
            assert!(!ran.stderr.contains(secret), "{secret} in {}", ran.stderr);
        }
        assert!(ran.stderr.contains("GETACL"), "{ran:?}");
    }
}

#[test]
fn there_is_no_colour_in_a_pipe_unless_asked_for() {
    let toy = Toy::new(&["Sent"]);
    toy.run(["grant", "support@", "alice", "--write"])
        .exits(0)
        .says_not("\x1b");
    toy.run(["show", "support@", "--color", "always"])
        .exits(0)
        .says("\x1b[");
    let colour = |name: &str, value: &str, words: &[&str]| {
        let mut command = toy.sharemail();
        command.env(name, value);
        run::run(&mut command, ["show", "support@"].iter().chain(words))
            .exits(0)
            .stdout
            .contains('\x1b')
    };
    assert!(colour("CLICOLOR_FORCE", "1", &[]));
    assert!(!colour("NO_COLOR", "1", &["--color", "auto"]));
    assert!(colour("NO_COLOR", "1", &["--color", "always"]));
}

/// A look at the mailbox on a terminal, with this variable set.
fn on_a_terminal(toy: &Toy, variable: &str, value: &str) -> Ran {
    let mut command = toy.sharemail();
    command.env(variable, value);
    terminal::run(&command, &["show", "support@", "--folders", "--quiet"], "")
}

#[test]
fn a_terminal_gets_colour_and_its_own_width() {
    let folders: Vec<String> = (0..40)
        .map(|n| format!("A folder with a long name {n}"))
        .collect();
    let toy = Toy::new(&folders.iter().map(String::as_str).collect::<Vec<_>>());
    toy.run([
        "grant",
        "support@",
        "alice",
        "--write",
        "--folder=A folder with a long name 7",
    ])
    .exits(0);
    let width = |ran: &Ran| {
        let plain = |line: &str| {
            let pieces = line.split('\x1b').enumerate();
            let pieces = pieces.map(|(n, piece)| {
                if n == 0 {
                    piece
                } else {
                    piece.split_once('m').map_or("", |(_, rest)| rest)
                }
            });
            pieces.collect::<String>().trim_end().chars().count()
        };
        ran.stdout.lines().map(plain).max().unwrap()
    };
    let narrow = on_a_terminal(&toy, "COLUMNS", "40").exits(0);
    assert!(narrow.stdout.contains('\x1b'), "{narrow:?}");
    assert!(
        width(&narrow) <= 40,
        "{}\n{}",
        width(&narrow),
        narrow.stdout
    );
    let wide = on_a_terminal(&toy, "COLUMNS", "").exits(0);
    assert!((41..=200).contains(&width(&wide)), "{}", width(&wide));
    let plain = on_a_terminal(&toy, "NO_COLOR", "1").exits(0);
    assert!(!plain.stdout.contains('\x1b'), "{plain:?}");
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let folders: Vec<String> = (0..3000).map(|n| format!("Folder{n}")).collect();
    let toy = Toy::new(&folders.iter().map(String::as_str).collect::<Vec<_>>());
    for format in ["table", "json", "csv"] {
        let mut command = toy.sharemail();
        let mut child =
            run::start(command.args(["show", "support@", "--folders", "-q", "-o", format]));
        drop(child.stdout.take());
        let ran = run::wait(child).exits(0);
        assert_eq!(ran.stderr, "", "{format}");
    }
    let pipe = format!(
        "{} show support@ --folders -q | head -1",
        env!("CARGO_BIN_EXE_sharemail")
    );
    let mut shell = Command::new("bash");
    for (name, value) in toy.sharemail().get_envs() {
        shell.env(name, value.unwrap_or_default());
    }
    let ran = run::run(shell.args(["-o", "pipefail", "-c", &pipe]), [""; 0]).exits(0);
    assert_eq!((ran.stdout.lines().count(), ran.stderr.as_str()), (1, ""));
}

#[test]
fn a_closed_stdout_does_not_spoil_the_work() {
    let toy = Toy::new(&["Sent"]);
    let line = format!(
        "{} grant support@ alice --write >&-",
        env!("CARGO_BIN_EXE_sharemail")
    );
    let mut shell = Command::new("bash");
    for (name, value) in toy.sharemail().get_envs() {
        shell.env(name, value.unwrap_or_default());
    }
    run::run(shell.args(["-c", &line]), [""; 0]).says_not("panicked");
    assert_eq!(
        toy.stored("Sent", "alice@example.test").as_deref(),
        Some("lrswip")
    );
}

#[test]
fn a_full_disk_is_a_failure_that_says_what_stays() {
    let toy = Toy::new(&["Sent"]);
    for format in ["table", "json", "csv"] {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = toy.sharemail();
        command.args(["show", "support@", "-o", format]);
        let child = command
            .stdin(Stdio::null())
            .stdout(full)
            .stderr(Stdio::piped())
            .spawn();
        run::wait(child.unwrap()).exits(1).says("stays changed");
    }
}

#[test]
fn a_stderr_that_cannot_be_written_spoils_nothing() {
    let toy = Toy::new(&["Sent"]);
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = toy.sharemail();
    command.args(["grant", "support@", "alice", "--write", "-vv"]);
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(full)
        .spawn();
    run::wait(child.unwrap())
        .exits(0)
        .says("write on 2 folders");
}

#[test]
fn exit_codes_say_how_a_run_ended() {
    let toy = Toy::new(&["Sent"]);
    toy.run(["show", "support@"]).exits(0);
    toy.run([
        "grant",
        "support@",
        "alice",
        "--write",
        "-n",
        "--detailed-exitcode",
    ])
    .exits(2);
    toy.run(["grant", "support@", "alice", "nobody", "--write"])
        .exits(3);
    toy.run(["grant", "support@"]).exits(64);
    toy.run(["grunt"]).exits(64);
    toy.run([""; 0]).exits(64);
    toy.run(["show", "support@", "--timeout", "soon"]).exits(64);
    toy.run(["grant", "support@", "alice", "--rights", "lrz"])
        .exits(65);
    toy.run(["show", "nothing@"]).exits(67);
    toy.run(["show", "support@", "--port", "1"]).exits(69);
    toy.run(["show", "support@", "--profile", "none"]).exits(78);
    toy.run(["show", "support@", "--config", "/nonexistent/config.toml"])
        .exits(78);
    toy.run(["revoke", "support@", "support"]).exits(77);
    toy.run(["--version"]).exits(0).says("sharemail");
    toy.run(["--help"]).exits(0).says("Usage");
}

#[test]
fn a_wrong_password_is_told_as_that() {
    for mailbox in on_both(&[], 0) {
        let mut command = mailbox.provider.sharemail();
        command.env("SHAREMAIL_PASSWORD", "wrong-secret");
        let ran = run::run(&mut command, ["show", &mailbox.address]).exits(77);
        ran.says_not("wrong-secret");
    }
}

#[test]
fn nothing_is_drawn_where_nobody_watches() {
    let mailbox = shared();
    let ran = mailbox.run(["show", &mailbox.address]).exits(0);
    assert_eq!(ran.stderr, "");
    assert!(!ran.stdout.contains('\r'));
}

#[test]
fn output_can_be_chosen_by_environment() {
    let toy = Toy::new(&[]);
    let mut command = toy.sharemail();
    command.env("SHAREMAIL_OUTPUT", "json");
    assert_eq!(
        run::run(&mut command, ["show", "support@"]).exits(0).json()["mailbox"],
        SUPPORT
    );
}

#[test]
fn a_list_can_go_to_a_file() {
    let toy = Toy::new(&["Sent"]);
    let path = toy.write("result.json", "");
    let mut command = toy.sharemail();
    command.args(["show", "support@", "-o", "json"]);
    let status = command
        .stdin(Stdio::null())
        .stdout(File::create(&path).unwrap())
        .status();
    assert!(status.unwrap().success());
    let document: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(document["mailbox"], SUPPORT);
}
