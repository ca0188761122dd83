//! Mailboxes that are accounts: made, renamed, removed and listed by the provider's own programs, and
//! seen from the other side.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::provider::run::{run, start, wait};
use crate::provider::{Client, Courier, Dovecot, PASSWORD, Provider, Ran};

/// Where the programs of these tests lie, and what they leave behind.
struct Programs {
    folder: TempDir,
}

impl Programs {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A shell script; `$here` is its folder.
    fn script(&self, name: &str, body: &str) -> String {
        let path = self.path(name);
        let here = self.folder.path().display();
        fs::write(&path, format!("#!/bin/sh\nhere={here}\n{body}\n")).unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

/// The words of a program as the environment gives them.
fn words(words: &[&str]) -> String {
    serde_json::to_string(words).unwrap()
}

/// The program of tests/provider for `task`, with what follows.
fn steward(provider: &Provider, task: &str, names: &[&str]) -> Vec<String> {
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/provider/accounts");
    let dir = provider.dir().to_str().unwrap();
    [program, dir, task]
        .iter()
        .chain(names)
        .map(|word| (*word).to_owned())
        .collect()
}

/// sharemail with all programs of tests/provider in its profile.
fn sharemail(provider: &Provider) -> Command {
    let mut command = provider.sharemail();
    for (task, names) in [
        ("create", &["{address}"][..]),
        ("rename", &["{address}", "{to}"]),
        ("delete", &["{address}"]),
        ("list", &[]),
        ("has-login", &["{address}"]),
    ] {
        let variable = format!(
            "SHAREMAIL_ACCOUNTS_{}",
            task.to_uppercase().replace('-', "_")
        );
        let program = steward(provider, task, names);
        command.env(variable, serde_json::to_string(&program).unwrap());
    }
    command
}

fn sm(provider: &Provider, words: &[&str]) -> Ran {
    run(&mut sharemail(provider), words)
}

/// The same with one program of its own.
fn with(provider: &Provider, task: &str, program: &[&str], typed: &[&str]) -> Ran {
    let variable = format!(
        "SHAREMAIL_ACCOUNTS_{}",
        task.to_uppercase().replace('-', "_")
    );
    run(sharemail(provider).env(variable, words(program)), typed)
}

/// What the program of tests/provider does for `task`, as a line of a shell script.
fn line(provider: &Provider, task: &str) -> String {
    steward(provider, task, &[]).join(" ")
}

fn csv(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.has_headers(false).from_reader(text.as_bytes());
    let cells = |row: csv::StringRecord| row.iter().map(str::to_owned).collect();
    reader.records().map(|row| cells(row.unwrap())).collect()
}

fn owner(provider: &Provider, name: &str) -> Client {
    Client::impersonate(provider, &format!("{name}@example.test"))
}

fn is_there(provider: &Provider, name: &str) -> bool {
    provider
        .dir()
        .join(format!("server/users/{name}@example.test"))
        .exists()
}

fn all_lists(client: &mut Client, name: &str) -> bool {
    client.ok("LIST \"\" \"*\"").contains(name)
}

/// Whether the list of a member goes on showing a mailbox that nobody has any more, as on Dovecot 2.4:
/// there nothing can be opened.
fn is_listed_only(client: &mut Client, name: &str) -> bool {
    let is_listed = all_lists(client, name);
    let refused = client.no(&format!("EXAMINE shared/{name}"));
    if is_listed {
        assert!(refused.contains("[NONEXISTENT]"), "{refused}");
        let refused = client.no(&format!("MYRIGHTS shared/{name}"));
        assert!(refused.contains("[NONEXISTENT]"), "{refused}");
    }
    is_listed
}

#[test]
fn a_shared_mailbox_is_made_and_has_no_password() {
    let dovecot = Dovecot::running();
    let alice = dovecot.fresh("alice");
    let ran = sm(
        dovecot,
        &["create", "founded@", "--folder", "Invoices/2025"],
    )
    .exits(0);
    ran.says("10 of 10 changes made");
    let mut folders = owner(dovecot, "founded").list("*");
    folders.sort_unstable();
    for folder in [
        "INBOX",
        "Sent",
        "Drafts",
        "Invoices/2025",
        "Identities/Send As",
    ] {
        assert!(folders.iter().any(|made| made == folder), "{folders:?}");
    }
    for password in [PASSWORD, "", "!", "{CRYPT}!"] {
        assert!(Client::try_login(dovecot, "founded@example.test", password).is_err());
    }
    sm(dovecot, &["grant", "founded@", &alice, "--write"])
        .exits(0)
        .says("verified as");
    assert!(all_lists(
        &mut Client::login(dovecot, &alice, PASSWORD),
        "founded@example.test"
    ));
    sm(
        dovecot,
        &["create", "founded@", "--folder", "Invoices/2025"],
    )
    .exits(0)
    .says("nothing to do");
    sm(dovecot, &["check", "founded@"])
        .exits(0)
        .says("in order");
}

#[test]
fn a_dry_run_prints_the_command_and_runs_nothing() {
    let dovecot = Dovecot::running();
    let programs = Programs::new();
    let odd = programs.script("it's one", "touch \"$here/ran\"");
    let program = [odd.as_str(), "--name={local}", "{address}", "a b"];
    let ran = with(
        dovecot,
        "create",
        &program,
        &["create", "dry@", "--dry-run"],
    )
    .exits(0);
    let told = format!(
        "would run: '{}' --name=dry dry@example.test 'a b'",
        odd.replace('\'', "'\\''")
    );
    ran.says(&told).says("create  Sent");
    let typed = [
        "create",
        "dry@",
        "--dry-run",
        "--detailed-exitcode",
        "-o",
        "json",
    ];
    let json = with(dovecot, "create", &program, &typed).exits(2).json();
    assert!(
        json["program"]
            .as_str()
            .unwrap()
            .ends_with("dry@example.test 'a b'")
    );
    let typed = ["create", "dry@", "--dry-run", "-o", "csv"];
    let rows = csv(&with(dovecot, "create", &program, &typed).exits(0).stdout);
    // The folders are made over IMAP.
    let by_program = |row: &&Vec<String>| !row[7].is_empty();
    let made: Vec<&Vec<String>> = rows[1..].iter().filter(by_program).collect();
    assert_eq!(made.len(), 1, "{rows:?}");
    assert_eq!(made[0][1..3], ["create", "INBOX"]);
    assert_eq!(made[0][7], json["program"]);
    sm(dovecot, &["create", "kept@"]).exits(0);
    for (task, verb) in [("delete", "delete"), ("rename", "rename")] {
        let program = [
            odd.as_str(),
            "{address}",
            if task == "rename" { "{to}" } else { "x" },
        ];
        let mut typed = vec![verb, "kept@"];
        typed.extend((task == "rename").then_some("other@"));
        typed.push("--dry-run");
        with(dovecot, task, &program, &typed)
            .exits(0)
            .says("would run: ");
        typed.extend(["-o", "csv"]);
        let rows = with(dovecot, task, &program, &typed).exits(0);
        let rows = csv(&rows.stdout);
        assert_eq!(rows[0].last().unwrap(), "program");
        let told: Vec<&str> = rows[1..]
            .iter()
            .map(|row| row.last().unwrap().as_str())
            .collect();
        assert!(
            told.iter().all(|told| told.contains(" kept@example.test ")),
            "{told:?}"
        );
    }
    assert!(!programs.path("ran").exists());
    assert!(is_there(dovecot, "kept"));
}

#[test]
fn what_a_shell_is_told_by_a_dry_run_does_the_same() {
    let dovecot = Dovecot::running();
    let programs = Programs::new();
    let odd = programs.script("say it", "printf '<%s>\\n' \"$@\"");
    let program = [
        odd.as_str(),
        "it's {local}",
        "$HOME {{}}",
        "\\",
        "",
        "{address}",
    ];
    let ran = with(
        dovecot,
        "create",
        &program,
        &["create", "told@", "--dry-run", "-o", "json"],
    );
    let told = ran.exits(0).json();
    let said = Command::new("sh")
        .args(["-c", told["program"].as_str().unwrap()])
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8(said.stdout).unwrap(),
        "<it's told>\n<$HOME {}>\n<\\>\n<>\n<told@example.test>\n"
    );
}

#[test]
fn a_renamed_mailbox_keeps_mail_members_and_identities_and_is_listed_for_them() {
    let dovecot = Dovecot::running();
    let people = dovecot.fresh_all(&["alice", "bob", "carol"]);
    let [alice, bob, carol] = [&people[0], &people[1], &people[2]];
    sm(dovecot, &["create", "team@"]).exits(0);
    owner(dovecot, "team").append("INBOX", "Subject: hello\n\nworld\n");
    sm(
        dovecot,
        &["grant", "team@", alice, bob, "--full-access", "--send-as"],
    )
    .exits(0);
    sm(
        dovecot,
        &[
            "grant",
            "team@",
            carol,
            "--read-only",
            "--folder",
            "Archive",
        ],
    )
    .exits(0);
    let entries = || {
        let mut session = owner(dovecot, "team");
        let folders = session.list("*");
        let entries = folders
            .into_iter()
            .map(|folder| (session.getacl(&folder), folder));
        entries.collect::<Vec<_>>()
    };
    let before = entries();
    let file = dovecot.dir().join("team.undo");
    let file = file.to_str().unwrap();
    let words = ["rename", "team@", "crew@", "--yes", "--undo-file", file];
    let ran = sm(dovecot, &words).exits(0);
    let ran = ran
        .says("5 folders")
        .says("1 message")
        .says("3 members see it under its new name");
    assert!(!is_there(dovecot, "team"));
    let mut still_listed = 0;
    for who in [alice, bob, carol] {
        // As a mail program asks, without knowing the name.
        let mut session = Client::login(dovecot, who, PASSWORD);
        assert!(all_lists(&mut session, "shared/crew@example.test"), "{who}");
        let is_listed = is_listed_only(&mut session, "team@example.test");
        still_listed += usize::from(is_listed);
    }
    if still_listed == 0 {
        ran.says_not("still show");
    } else {
        ran.says(&format!(
            "the lists of {still_listed} members still show team@example.test, of which the server \
             says that it does not exist"
        ));
    }
    let mut session = Client::login(dovecot, alice, PASSWORD);
    assert!(
        session
            .ok("EXAMINE shared/crew@example.test")
            .contains("1 EXISTS")
    );
    let shown = sm(dovecot, &["show", "crew@", "-o", "json"])
        .exits(0)
        .json();
    assert!(shown.to_string().contains(carol.as_str()));
    assert!(!shown.to_string().contains("sharemail-nobody"));
    sm(dovecot, &["identities", "crew@"])
        .exits(0)
        .says(alice)
        .says(bob);
    sm(dovecot, &["check", "crew@"]).exits(0);
    // The program gives the name back, and nobody has more or less by it than before.
    sm(dovecot, &["undo", file, "--yes"])
        .exits(0)
        .says("to put back what rename did")
        .says("3 members see it under its new name");
    assert!(!is_there(dovecot, "crew"));
    assert_eq!(entries(), before);
    for who in [alice, bob, carol] {
        let mut session = Client::login(dovecot, who, PASSWORD);
        assert!(all_lists(&mut session, "shared/team@example.test"), "{who}");
        is_listed_only(&mut session, "crew@example.test");
    }
    let mut session = Client::login(dovecot, alice, PASSWORD);
    let opened = session.ok("EXAMINE shared/team@example.test");
    assert!(opened.contains("1 EXISTS"));
    sm(dovecot, &["undo", file, "--yes"])
        .exits(0)
        .says("nothing to put back");
}

#[test]
fn a_name_that_is_taken_is_not_renamed_to() {
    let dovecot = Dovecot::running();
    sm(dovecot, &["create", "one@"]).exits(0);
    sm(dovecot, &["create", "two@"]).exits(0);
    let programs = Programs::new();
    let mark = programs.script("mark", "touch $here/ran");
    let program = [mark.as_str(), "{address}", "{to}"];
    with(
        dovecot,
        "rename",
        &program,
        &["rename", "one@", "two@", "--yes"],
    )
    .exits(1)
    .says("two@example.test exists already");
    sm(dovecot, &["rename", "none@", "three@", "--yes"]).exits(67);
    // Without a terminal nobody can be asked.
    sm(dovecot, &["rename", "one@", "four@"])
        .exits(64)
        .says("--yes");
    assert!(!programs.path("ran").exists());
}

#[test]
fn a_deleted_mailbox_is_gone_for_all() {
    let dovecot = Dovecot::running();
    let alice = dovecot.fresh("alice");
    sm(dovecot, &["create", "parting@"]).exits(0);
    owner(dovecot, "parting").append("INBOX", "Subject: hello\n\nworld\n");
    sm(dovecot, &["grant", "parting@", &alice, "--write"]).exits(0);
    sm(dovecot, &["delete", "parting@", "--dry-run"])
        .exits(0)
        .says("1 message");
    let ran = sm(dovecot, &["delete", "parting@", "--yes"]).exits(0);
    ran.says("delete  INBOX").says("1 of 1 change made");
    assert!(!is_there(dovecot, "parting"));
    is_listed_only(
        &mut Client::login(dovecot, &alice, PASSWORD),
        "parting@example.test",
    );
    // Of an older one nothing comes back.
    sm(dovecot, &["create", "parting@"]).exits(0);
    let mut session = Client::login(dovecot, &alice, PASSWORD);
    assert!(!all_lists(&mut session, "parting@example.test"));
    session.no("EXAMINE shared/parting@example.test");
    sm(dovecot, &["show", "parting@"]).exits(0).says_not(&alice);
}

#[test]
fn mail_and_entries_that_somebody_left_are_told_and_taken_away() {
    let dovecot = Dovecot::running();
    let alice = dovecot.fresh("alice");
    sm(dovecot, &["create", "left@"]).exits(0);
    owner(dovecot, "left").append("INBOX", "Subject: hello\n\nworld\n");
    sm(dovecot, &["grant", "left@", &alice, "--write"]).exits(0);
    let users = dovecot.dir().join("server/users");
    let programs = Programs::new();
    let forget = programs.script("forget", &format!("rm {}/$1", users.display()));
    let program = [forget.as_str(), "{address}"];
    with(dovecot, "delete", &program, &["delete", "left@", "--yes"]).exits(0);
    let again = programs.script(
        "again",
        &format!(
            "echo \"$1:{{PLAIN}}x:::Shared mailbox:::\" >{}/$1",
            users.display()
        ),
    );
    let program = [again.as_str(), "{address}"];
    let ran = with(dovecot, "create", &program, &["create", "left@"]).exits(3);
    ran.says("is not empty: 1 message")
        .says("has a login of its own");
    let mut session = Client::login(dovecot, &alice, PASSWORD);
    assert!(
        !session
            .command("SELECT shared/left@example.test")
            .contains("EXISTS")
    );
}

#[test]
fn a_courier_makes_lists_renames_and_deletes_them_too() {
    let courier = Courier::start();
    sm(&courier, &["create", "team@"])
        .exits(0)
        .says("team@example.test");
    sm(&courier, &["grant", "team@", "alice", "--write"]).exits(0);
    let listed = sm(&courier, &["list", "-o", "json"]).exits(0).json();
    let names: Vec<&str> = listed["mailboxes"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|mailbox| mailbox["mailbox"].as_str())
        .collect();
    assert!(names.contains(&"team@example.test") && names.contains(&"support@example.test"));
    sm(&courier, &["check", "team@"]).says_not("login of its own");
    let ran = sm(&courier, &["rename", "team@", "crew@", "--yes"]).exits(0);
    ran.says("was not looked at: ").says("act as somebody else");
    let mut alice = Client::login(&courier, "alice@example.test", PASSWORD);
    assert!(
        alice
            .ok("LIST \"\" \"#shared.*\"")
            .contains("crew@example test")
    );
    sm(&courier, &["show", "crew@"])
        .exits(0)
        .says("alice@example.test");
    sm(&courier, &["delete", "crew@", "--yes"]).exits(0);
    sm(&courier, &["show", "crew@"]).exits(67);
}

#[test]
fn every_verb_knows_the_mailboxes_that_the_program_lists() {
    let dovecot = Dovecot::start();
    for name in ["sea@", "sky@"] {
        sm(&dovecot, &["create", name]).exits(0);
    }
    sm(&dovecot, &["grant", "sea@", "alice", "--write"]).exits(0);
    let (sea, sky) = ("sea@example.test", "sky@example.test");
    sm(&dovecot, &["list"])
        .exits(0)
        .says(sea)
        .says(sky)
        .says_not("cannot list accounts");
    sm(&dovecot, &["check"]).exits(2).says("5 mailboxes");
    sm(&dovecot, &["export"]).exits(0).says(sea).says(sky);
    let report = sm(&dovecot, &["report", "-o", "json"]).exits(0).json();
    assert!(report.to_string().contains(sky));
    sm(&dovecot, &["identities"]).exits(0).says(sea);
    sm(&dovecot, &["access", "alice"]).exits(0).says(sea);
    sm(&dovecot, &["access", "copy", "alice", "bob"]).exits(0);
    let parted = sm(&dovecot, &["offboard", "alice", "--yes"]).exits(0);
    parted
        .says(sea)
        .says("those that the profile's program lists");
    sm(&dovecot, &["show", "sea@"])
        .exits(0)
        .says_not("alice@")
        .says("bob@");
    // Those that the profile names are read as well, each once.
    let mut command = sharemail(&dovecot);
    let listed = run(
        command.env("SHAREMAIL_MAILBOXES", "support@ sea@"),
        ["list", "-o", "csv"],
    );
    let listed = listed.exits(0);
    assert_eq!(listed.stdout.matches("sea@example.test").count(), 1);
    listed.says("support@example.test");
}

#[test]
fn a_mistyped_mailbox_is_found_in_the_list() {
    let dovecot = Dovecot::running();
    sm(dovecot, &["create", "weatherline@"]).exits(0);
    let alice = dovecot.fresh("alice");
    for words in [
        &["show", "wetherline@"][..],
        &["grant", "wetherline@", &alice, "--read-only"],
        &["explain", "wetherline@", &alice],
    ] {
        sm(dovecot, words)
            .exits(67)
            .says("did you mean weatherline@example.test?");
    }
    // Whoever makes what is not there is not asked whether something else was meant.
    let programs = Programs::new();
    let lists = line(dovecot, "list");
    let list = programs.script("list", &format!("echo run >>\"$here/runs\"; exec {lists}"));
    let runs = || fs::read_to_string(programs.path("runs")).unwrap_or_default();
    let listing = |typed: &[&str]| with(dovecot, "list", &[&list], typed);
    listing(&["create", "weatherlane@", "--dry-run"]).exits(0);
    listing(&["create", "weatherlane@"]).exits(0);
    listing(&["rename", "weatherlane@", "weatherlone@", "--yes"]).exits(0);
    listing(&["delete", "weatherlone@", "--yes"]).exits(0);
    assert_eq!(runs(), "");
    let two = ["check", "wetherline@", "wethrline@"];
    listing(&two).says("did you mean weatherline@example.test?");
    assert_eq!(runs(), "run\n");
    // Without a list nobody knows what is there.
    let blind = dovecot.run(["show", "wetherline@"]);
    blind.exits(67).says_not("did you mean");
}

#[test]
fn a_list_that_cannot_be_read_is_no_empty_provider() {
    let dovecot = Dovecot::running();
    let programs = Programs::new();
    let cases = [
        (
            "fails",
            "echo team@; echo 'database is locked' >&2; exit 4",
            1,
            "database is locked",
        ),
        ("empty", "exit 0", 1, "printed nothing"),
        (
            "junk",
            "echo '<html>'; echo 'no such page here'",
            65,
            "it holds a blank",
        ),
        ("killed", "kill -9 $$", 1, "signal: 9"),
        ("hangs", "sleep 600", 75, "did not end within 1 s"),
        (
            "keeps",
            "echo team@; sleep 600 & exit 0",
            1,
            "went on writing",
        ),
        (
            "floods",
            "yes team@example.test | head -c 40000000",
            65,
            "more than 32 MiB",
        ),
    ];
    for (name, body, code, says) in cases {
        let script = programs.script(name, body);
        for verb in ["list", "check", "export", "report"] {
            let mut command = sharemail(dovecot);
            command.env("SHAREMAIL_ACCOUNTS_LIST", words(&[&script]));
            // As long as it takes, where it ends by itself.
            let patience = if name == "hangs" { "1s" } else { "10m" };
            command.env("SHAREMAIL_ACCOUNTS_TIMEOUT", patience);
            run(&mut command, [verb])
                .exits(code)
                .says("accounts.list")
                .says(says);
        }
    }
    with(dovecot, "list", &["/nonexistent/accounts"], &["list"])
        .exits(78)
        .says("could not be started");
    // What is known otherwise is read, and nobody takes it for all.
    let script = programs.script("fails", "exit 4");
    let mut command = sharemail(dovecot);
    command.env("SHAREMAIL_ACCOUNTS_LIST", words(&[&script]));
    command.env("SHAREMAIL_MAILBOXES", "support@");
    let ran = run(&mut command, ["list", "-o", "json"]).exits(3);
    let json = ran.json();
    assert_eq!(json["mailboxes"][0]["mailbox"], "support@example.test");
    assert_eq!(json["failures"][0]["mailbox"], "accounts.list");
}

#[test]
fn lines_that_name_nobody_are_told_and_the_others_read() {
    let dovecot = Dovecot::running();
    let programs = Programs::new();
    let body =
        "printf 'support@\\r\\nsales@example.test\\n\\033[2J@example.test\\n\\377\\nsupport@\\n'";
    let script = programs.script("odd", body);
    let ran = with(dovecot, "list", &[&script], &["list"]).exits(3);
    let ran = ran
        .says("line 3 names no mailbox")
        .says("line 4 names no mailbox");
    assert!(!ran.stderr.contains('\u{1b}'));
    assert_eq!(ran.stdout.matches("support@example.test").count(), 1);
    ran.says("sales@example.test");
}

#[test]
fn a_program_is_not_believed() {
    let dovecot = Dovecot::running();
    let programs = Programs::new();
    let nothing = programs.script("nothing", "echo done");
    with(
        dovecot,
        "create",
        &[&nothing, "{address}"],
        &["create", "liar@"],
    )
    .exits(1)
    .says("ended with 0, and the mailbox is not there");
    sm(dovecot, &["create", "stays@"]).exits(0);
    with(
        dovecot,
        "delete",
        &[&nothing, "{address}"],
        &["delete", "stays@", "--yes"],
    )
    .exits(1)
    .says("ended with 0, and the mailbox is still there");
    let rename = [nothing.as_str(), "{address}", "{to}"];
    with(
        dovecot,
        "rename",
        &rename,
        &["rename", "stays@", "moves@", "--yes"],
    )
    .exits(1)
    .says("stays@example.test is there as before, and moves@example.test is not");
    sm(dovecot, &["show", "stays@"]).exits(0);
}

#[test]
fn a_program_that_fails_is_told_with_what_is_there() {
    let dovecot = Dovecot::running();
    let programs = Programs::new();
    let fails = programs.script("fails", "printf 'no \\033[31mquota\\n' >&2; exit 7");
    let ran = with(
        dovecot,
        "create",
        &[&fails, "{address}"],
        &["create", "failed@"],
    )
    .exits(1);
    let ran = ran
        .says("was not made")
        .says("exit status: 7")
        .says("no \\u{1b}[31mquota");
    assert!(!ran.stderr.contains('\u{1b}'));
    let late = |task: &str| {
        let body = format!(
            "{} \"$@\"; echo 'no mail was sent' >&2; exit 7",
            line(dovecot, task)
        );
        programs.script(task, &body)
    };
    let ran = with(
        dovecot,
        "create",
        &[&late("create"), "{address}"],
        &["create", "late@"],
    );
    ran.exits(3)
        .says("no mail was sent; the mailbox is there all the same")
        .says("Drafts");
    let rename = [&late("rename"), "{address}", "{to}"];
    let ran = with(
        dovecot,
        "rename",
        &rename,
        &["rename", "late@", "later@", "--yes"],
    );
    ran.exits(3)
        .says("later@example.test is there in place of late@example.test all the same");
    let ran = with(
        dovecot,
        "delete",
        &[&late("delete"), "{address}"],
        &["delete", "later@", "--yes"],
    );
    ran.exits(3).says("the mailbox is gone all the same");
    // It renamed only one half.
    sm(dovecot, &["create", "half@"]).exits(0);
    let body = format!("rm {}/server/users/$1", dovecot.dir().display());
    let half = programs.script("half", &body);
    let ran = with(
        dovecot,
        "rename",
        &[&half, "{address}", "{to}"],
        &["rename", "half@", "whole@", "--yes"],
    );
    ran.exits(3)
        .says("neither half@example.test nor whole@example.test is there");
}

#[test]
fn one_that_is_cut_short_leaves_open_what_it_did() {
    let dovecot = Dovecot::running();
    let programs = Programs::new();
    let cut = |task: &str, name: &str, body: &str, typed: &[&str]| {
        let script = programs.script(name, body);
        let mut program = vec![script.as_str(), "{address}"];
        program.extend((task == "rename").then_some("{to}"));
        let mut command = sharemail(dovecot);
        command.env(
            format!("SHAREMAIL_ACCOUNTS_{}", task.to_uppercase()),
            words(&program),
        );
        command.env("SHAREMAIL_ACCOUNTS_TIMEOUT", "3s");
        run(&mut command, typed)
            .exits(3)
            .says("did not end within 3 s and was stopped")
    };
    cut(
        "create",
        "before",
        "trap '' TERM; while :; do sleep 1; done",
        &["create", "cut1@"],
    )
    .says("is not there now, which may change");
    // The mailbox is there, however slow this machine is: only then it hangs.
    let make = format!(
        "{} \"$1\" && touch $here/made; sleep 600",
        line(dovecot, "create")
    );
    cut("create", "after", &make, &["create", "cut2@"])
        .says("whether all of it was made is not known");
    sm(dovecot, &["create", "cut2@"]).exits(0).says("Sent");
    let body = format!("{} \"$@\"; sleep 600", line(dovecot, "rename"));
    cut(
        "rename",
        "rename",
        &body,
        &["rename", "cut2@", "cut3@", "--yes"],
    )
    .says("cut3@example.test is there in place of cut2@example.test");
    let body = format!("{} \"$@\"; sleep 600", line(dovecot, "delete"));
    cut("delete", "delete", &body, &["delete", "cut3@", "--yes"]).says("is not there now");
}

#[test]
fn floods_and_children_that_stay_keep_nobody_waiting() {
    let dovecot = Dovecot::running();
    let programs = Programs::new();
    let flood = format!(
        "yes | head -c 30000000; yes >&2 | head -c 30000000; {} \"$@\" && yes | head -c 30000000 >&2; exit 3",
        line(dovecot, "create")
    );
    let flood = flood.replace("yes >&2 | head -c 30000000; ", "");
    let script = programs.script("flood", &flood);
    let ran = with(
        dovecot,
        "create",
        &[&script, "{address}"],
        &["create", "flood@"],
    )
    .exits(3);
    assert!(ran.stderr.len() < 30_000, "{}", ran.stderr.len());
    let body = format!(
        "{} \"$@\"; sleep 600 & echo $! >$here/pid",
        line(dovecot, "create")
    );
    let script = programs.script("daemon", &body);
    with(
        dovecot,
        "create",
        &[&script, "{address}"],
        &["create", "daemon@"],
    )
    .exits(0);
    let pid = fs::read_to_string(programs.path("pid")).unwrap();
    Command::new("kill").arg(pid.trim()).status().unwrap();
    let script = programs.script("killed", "kill -9 $$");
    let ran = with(
        dovecot,
        "create",
        &[&script, "{address}"],
        &["create", "killed@"],
    )
    .exits(1);
    ran.says("signal: 9");
}

#[test]
fn no_name_becomes_an_option_or_a_path() {
    let dovecot = Dovecot::running();
    let programs = Programs::new();
    let mark = programs.script("mark", "touch $here/ran");
    let program = [mark.as_str(), "{address}", "{local}"];
    for name in [
        "-x@example.test",
        "--help@",
        "a/../b@example.test",
        "..@",
        "o'brien@",
        "a\"b@",
        "a:b@",
        "a;b@",
        "$(id)@",
        "a b@",
        "a\nb@",
        "a@-b.test",
        "{to}@",
    ] {
        let ran = with(dovecot, "create", &program, &["create", "--", name]);
        assert!(
            matches!(ran.code, Some(64 | 65 | 67 | 77)),
            "{name:?}: {:?}\n{}",
            ran.code,
            ran.stderr
        );
    }
    sm(dovecot, &["create", "plain@"]).exits(0);
    let program = [mark.as_str(), "{address}", "{to}"];
    for name in ["-x@", "a/b@", "o'brien@"] {
        let ran = with(
            dovecot,
            "rename",
            &program,
            &["rename", "--yes", "plain@", "--", name],
        );
        assert!(
            matches!(ran.code, Some(64 | 77)),
            "{name}: {:?}\n{}",
            ran.code,
            ran.stderr
        );
    }
    assert!(!programs.path("ran").exists());
    assert!(is_there(dovecot, "plain"));
}

#[test]
fn a_mailbox_of_another_domain_is_not_made_by_its_bare_name() {
    let dovecot = Dovecot::running();
    let programs = Programs::new();
    let mark = programs.script("mark", "touch $here/ran");
    with(
        dovecot,
        "create",
        &[&mark, "{local}"],
        &["create", "sales9@foreign.test"],
    )
    .exits(64)
    .says("of another domain than the profile's");
    assert!(!programs.path("ran").exists());
    // With its domain it is one like others.
    sm(dovecot, &["create", "sales9@foreign.test"]).exits(0);
    assert!(
        dovecot
            .dir()
            .join("server/users/sales9@foreign.test")
            .exists()
    );
    assert!(!is_there(dovecot, "sales9"));
}

#[test]
fn applying_a_file_makes_what_is_not_there() {
    let dovecot = Dovecot::running();
    let alice = dovecot.fresh("alice");
    let programs = Programs::new();
    let file = programs.path("team.toml");
    let text = format!(
        "[mailbox.\"file1@\"]\nfull-access = [\"{alice}\"]\nfolders = [\"Tickets\"]\n\n[mailbox.\"file2@\"]\nwrite = [\"{alice}\"]\n"
    );
    fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();
    sm(dovecot, &["plan", "-f", file]).says("file1@example.test");
    let program = steward(dovecot, "create", &["file1@example.test"]).join(" ");
    for verb in ["plan", "apply"] {
        let dry = |more: &[&str]| {
            let mut typed = vec![verb, "-f", file];
            typed.extend((verb == "apply").then_some("--dry-run"));
            typed.extend(more);
            sm(dovecot, &typed)
        };
        dry(&[]).says(&format!("would run: {program}\n"));
        let rows = csv(&dry(&["-o", "csv"]).stdout);
        let by_program = |row: &&Vec<String>| row[0] == "file1@example.test" && !row[7].is_empty();
        let made: Vec<&Vec<String>> = rows[1..].iter().filter(by_program).collect();
        assert_eq!(made.len(), 1, "{rows:?}");
        assert_eq!((&made[0][2], &made[0][7]), (&"INBOX".to_owned(), &program));
    }
    let json = sm(dovecot, &["apply", "-f", file, "--dry-run", "-o", "json"]).json();
    assert_eq!(json["mailboxes"][0]["program"], program);
    assert!(!is_there(dovecot, "file1"));
    sm(dovecot, &["apply", "-f", file, "--yes"]).exits(0);
    assert!(is_there(dovecot, "file1") && is_there(dovecot, "file2"));
    let mut session = Client::login(dovecot, &alice, PASSWORD);
    assert!(all_lists(&mut session, "shared/file1@example.test/Tickets"));
    sm(dovecot, &["apply", "-f", file, "--yes"])
        .exits(0)
        .says("nothing to do");
    // Without the program it is as it was: the account is not there.
    let other = programs.path("other.toml");
    fs::write(&other, "[mailbox.\"file3@\"]\nread-only = [\"alice\"]\n").unwrap();
    dovecot
        .run(["apply", "-f", other.to_str().unwrap(), "--yes"])
        .exits(67)
        .says("create under [profile.dovecot.accounts]");
}

#[test]
fn an_interruption_stops_the_program_with_all_it_started() {
    let dovecot = Dovecot::running();
    let programs = Programs::new();
    let body = "sleep 600 & echo $! >$here/child; touch $here/runs; wait";
    let script = programs.script("waits", body);
    let mut command = sharemail(dovecot);
    command.env("SHAREMAIL_ACCOUNTS_CREATE", words(&[&script, "{address}"]));
    let child = start(command.args(["create", "stopped@"]));
    until(|| programs.path("runs").exists());
    let pid = child.id().to_string();
    Command::new("kill").args(["-INT", &pid]).status().unwrap();
    wait(child)
        .exits(130)
        .says("was stopped by the interruption")
        .says("is not there now");
    let sleeper = fs::read_to_string(programs.path("child")).unwrap();
    until(|| !lives(sleeper.trim()));
}

#[test]
fn a_run_that_was_cut_anywhere_is_finished_by_the_next() {
    let dovecot = Dovecot::running();
    let programs = Programs::new();
    let make = line(dovecot, "create");
    for (at, body) in [
        ("before", "kill -9 $PPID; sleep 1".to_owned()),
        ("after", format!("{make} \"$1\"; kill -9 $PPID; sleep 1")),
    ] {
        let script = programs.script(at, &body);
        let name = format!("crash-{at}@");
        let ran = with(
            dovecot,
            "create",
            &[&script, "{address}"],
            &["create", &name],
        );
        assert_eq!(ran.code, None);
        sm(dovecot, &["create", &name]).exits(0);
        let folders = owner(dovecot, name.trim_end_matches('@')).list("*");
        assert!(
            folders.iter().any(|folder| folder == "Archive"),
            "{folders:?}"
        );
    }
    // The log has what was meant, and that nobody saw the end of it.
    let log = sm(
        dovecot,
        &["audit", "show", "-o", "json", "--mailbox", "crash-after@"],
    )
    .exits(0);
    log.says("/after");
}

#[test]
fn what_cannot_be_logged_is_not_done() {
    let dovecot = Dovecot::running();
    let programs = Programs::new();
    let mark = programs.script("mark", "touch $here/ran");
    let mut command = sharemail(dovecot);
    command.env("SHAREMAIL_ACCOUNTS_CREATE", words(&[&mark, "{address}"]));
    command.env("SHAREMAIL_AUDIT_FILE", "/dev/null/log");
    run(&mut command, ["create", "unlogged@"]).says("no change is made that cannot be logged");
    assert!(!programs.path("ran").exists());
}

#[test]
fn the_log_says_which_program_did_it() {
    let dovecot = Dovecot::running();
    sm(dovecot, &["create", "logged@"]).exits(0);
    sm(dovecot, &["rename", "logged@", "logged2@", "--yes"]).exits(0);
    sm(dovecot, &["delete", "logged2@", "--yes"]).exits(0);
    let log = dovecot
        .dir()
        .join("home/.local/state/sharemail/audit.jsonl");
    let lines: Vec<Value> = fs::read_to_string(log)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .filter(|line: &Value| line["program"].is_string())
        .filter(|line| line["mailbox"].as_str().unwrap().starts_with("logged"))
        .collect();
    let told = |event: &str, change: &str| {
        lines
            .iter()
            .any(|line| line["event"] == event && line["change"] == change)
    };
    for change in ["create", "rename", "delete"] {
        assert!(
            told("intent", change) && told("outcome", change),
            "{lines:#?}"
        );
    }
    let program = lines[0]["program"].as_str().unwrap();
    assert!(program.ends_with("tests/provider/accounts"), "{program}");
    sm(dovecot, &["audit", "verify"]).exits(0);
}

#[test]
fn two_runs_at_once_make_one_mailbox() {
    let dovecot = Dovecot::running();
    let runs: Vec<_> = (0..2)
        .map(|_| start(sharemail(dovecot).args(["create", "twice@"])))
        .collect();
    let ended: Vec<Ran> = runs.into_iter().map(wait).collect();
    for ran in &ended {
        assert!(matches!(ran.code, Some(0 | 3)), "{ended:?}");
    }
    sm(dovecot, &["create", "twice@"])
        .exits(0)
        .says("nothing to do");
}

#[test]
fn a_login_of_its_own_is_a_finding() {
    let dovecot = Dovecot::running();
    let support = dovecot.fresh("support");
    sm(dovecot, &["check", &support])
        .exits(2)
        .says("has a login of its own");
    let json = sm(dovecot, &["check", &support, "-o", "json"])
        .exits(2)
        .json();
    assert!(json.to_string().contains("own-login"));
    let programs = Programs::new();
    for (name, body, says) in [
        ("error", "echo 'no database' >&2; exit 2", "no database"),
        ("killed", "kill -9 $$", "signal: 9"),
    ] {
        let script = programs.script(name, body);
        with(
            dovecot,
            "has-login",
            &[&script, "{address}"],
            &["check", &support],
        )
        .exits(3)
        .says("whether it has a login of its own is not known")
        .says(says);
        let review = ["report", &support, "-o", "json"];
        let review = with(dovecot, "has-login", &[&script, "{address}"], &review);
        review
            .exits(3)
            .says("whether it has a login of its own is not known");
    }
    sm(dovecot, &["check", "--fix", "--yes", &support]).exits(2);
    let review = |more: &[&str]| {
        let typed = ["report", &support].into_iter().chain(more.iter().copied());
        sm(dovecot, &typed.collect::<Vec<_>>())
    };
    let json = review(&["-o", "json"]).exits(0).json();
    let found = json["mailboxes"][0]["findings"].as_array().unwrap();
    assert!(
        found.iter().any(|told| told["finding"] == "own-login"),
        "{json:#}"
    );
    let rows = csv(&review(&["-o", "csv"]).exits(0).stdout);
    assert!(
        rows.iter()
            .any(|row| row[3] == "mailbox" && row[10] == "own-login"),
        "{rows:?}"
    );
    let page = Programs::new().path("review.html");
    let out = page.to_str().unwrap().to_owned();
    fs::create_dir_all(page.parent().unwrap()).unwrap();
    review(&["--format", "html", "--out", &out])
        .exits(0)
        .says(&format!("warning: {support} has a login of its own"));
    let page = fs::read_to_string(&out).unwrap();
    assert!(page.contains("<td>own login</td>"), "{page}");
    assert!(page.contains("it has a login of its own: whoever knows"));
}

#[test]
fn doctor_looks_at_the_programs() {
    let dovecot = Dovecot::running();
    sm(dovecot, &["create", "seen@"]).exits(0);
    let of = |ran: Ran, task: &str| -> Value {
        let json = ran.json();
        let mut all = json["findings"].as_array().unwrap().iter();
        let subject = format!("accounts.{task}");
        all.find(|finding| finding["subject"] == *subject)
            .cloned()
            .unwrap_or_else(|| panic!("{json:#}"))
    };
    let ran = sm(dovecot, &["doctor", "-o", "json"]).exits(0);
    let json = ran.json();
    let verdict = |subject: &str| {
        let mut all = json["findings"].as_array().unwrap().iter();
        all.find(|finding| finding["subject"] == subject).unwrap()["verdict"].clone()
    };
    assert_eq!(verdict("accounts.create"), "works");
    assert_eq!(verdict("create"), "works");
    assert_eq!(verdict("delete, rename"), "works");
    assert_eq!(of(ran, "list")["verdict"], "works");
    let doctor = ["doctor", "-o", "json"];
    let missing = with(dovecot, "create", &["/nonexistent/x", "{address}"], &doctor).exits(0);
    assert_eq!(of(missing, "create")["verdict"], "fails");
    let missing = with(
        dovecot,
        "create",
        &["no-such-program-here", "{address}"],
        &doctor,
    );
    assert_eq!(of(missing.exits(0), "create")["verdict"], "fails");
    let found = with(dovecot, "create", &["true", "{address}"], &doctor).exits(0);
    assert_eq!(of(found, "create")["verdict"], "works");
    let programs = Programs::new();
    let script = programs.script("open", "true");
    fs::set_permissions(&script, PermissionsExt::from_mode(0o777)).unwrap();
    let open = with(dovecot, "create", &[&script, "{address}"], &doctor).exits(0);
    let open = of(open, "create");
    assert_eq!(open["verdict"], "fails");
    assert!(
        open["says"].as_str().unwrap().contains("mode 0777"),
        "{open}"
    );
    // Nor is it run by whoever needs it.
    let marks = programs.script("marks", "touch \"$here/ran\"");
    fs::set_permissions(&marks, PermissionsExt::from_mode(0o777)).unwrap();
    for program in [
        &[marks.as_str(), "{address}"][..],
        &["sh", &marks, "{address}"],
    ] {
        let made = with(dovecot, "create", program, &["create", "unsafe@"]);
        made.exits(78)
            .says(&format!("(mode 0777): chmod go-w {marks}"));
    }
    assert!(!programs.path("ran").exists());
    fs::set_permissions(&script, PermissionsExt::from_mode(0o644)).unwrap();
    let plain = with(dovecot, "create", &[&script, "{address}"], &doctor);
    let plain = of(plain.exits(0), "create");
    assert_eq!(plain["verdict"], "fails", "{plain}");
}

#[test]
fn the_table_is_read_strictly_and_login_keeps_it() {
    let dovecot = Dovecot::running();
    let programs = Programs::new();
    let config = fs::read_to_string(dovecot.config_path()).unwrap();
    let dir = dovecot.dir();
    let path = programs.path("config.toml");
    fs::copy(dovecot.ca_path(), programs.path("ca.pem")).unwrap();
    fs::copy(dir.join("password"), programs.path("password")).unwrap();
    let typed = |table: &str, words: &[&str]| {
        fs::write(
            &path,
            format!("{config}\n[profile.dovecot.accounts]\n{table}\n"),
        )
        .unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
        let config = ["--config", path.to_str().unwrap()];
        dovecot.run(words.iter().chain(&config))
    };
    typed("craete = [\"/bin/x\", \"{address}\"]", &["list"])
        .exits(78)
        .says("did you mean \"create\"?");
    typed("create = \"/bin/x {address}\"", &["list"])
        .exits(78)
        .says("expected an array of strings");
    typed("create = [\"bin/x\", \"{address}\"]", &["list"])
        .exits(78)
        .says("write its whole path");
    typed("create = [\"/bin/x\", \"{adress}\"]", &["list"])
        .exits(78)
        .says("is no placeholder");
    typed("delete = [\"/bin/x\"]", &["list"])
        .exits(78)
        .says("{address} is missing");
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/provider/accounts");
    let table = format!(
        "# Ours.\nlist = [\"{program}\", \"{}\", \"list\"] # all\ntimeout = \"2m\"\n",
        dir.display()
    );
    sm(dovecot, &["create", "listed@"]).exits(0);
    typed(&table, &["list"])
        .exits(0)
        .says("listed@example.test");
    typed(&table, &["login", "--mailbox", "support@"]).exits(0);
    let kept = fs::read_to_string(&path).unwrap();
    assert!(
        kept.contains(&table) && kept.contains("mailboxes = [\"support@\"]"),
        "{kept}"
    );
}

fn lives(pid: &str) -> bool {
    let stat = fs::read_to_string(Path::new("/proc").join(pid).join("stat")).unwrap_or_default();
    let state = stat
        .rsplit_once(") ")
        .and_then(|(_, rest)| rest.chars().next());
    state.is_some_and(|state| state != 'Z')
}

fn until(done: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(300);
    while !done() {
        assert!(Instant::now() < end, "it never came");
        std::thread::sleep(Duration::from_millis(10));
    }
}
