//! `sharemail report`, compared with what the servers hold.

use std::fs;
use std::path::PathBuf;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::provider::{Cyrus, Dovecot, Mailbox, Toy, on_both, run, terminal};

const FOLDERS: [&str; 2] = ["Sent", "Entwürfe"];

/// The review of one mailbox as JSON.
fn reviewed(mailbox: &Mailbox, words: &[&str]) -> Value {
    let first = ["report", &mailbox.address, "-o", "json"];
    let ran = mailbox.provider.run(first.iter().chain(words)).exits(0);
    ran.json()["mailboxes"][0].clone()
}

fn grant<'a>(mailbox: &'a Value, who: &str) -> &'a Value {
    let grants = mailbox["grants"].as_array().unwrap();
    let found = grants.iter().find(|grant| grant["who"] == who);
    found.unwrap_or_else(|| panic!("no {who} in {mailbox:#}"))
}

/// A file of a test's own.
fn file(mailbox: &Mailbox, name: &str) -> PathBuf {
    let name = format!("{}-{name}", mailbox.address);
    mailbox.provider.dir().join(name)
}

/// Without what Cyrus gives to everybody by itself.
fn orderly(people: usize) -> [Mailbox<'static>; 2] {
    let mailboxes = on_both(&FOLDERS, people);
    for mailbox in &mailboxes {
        for folder in ["INBOX", "Sent", "Entwürfe"] {
            let owned = mailbox.owned(folder);
            mailbox.owner().ok(&format!("DELETEACL \"{owned}\" anyone"));
        }
    }
    mailboxes
}

#[test]
fn it_says_who_holds_what_where_and_who_may_send() {
    for mailbox in orderly(3) {
        let [alice, bob, carol] = &mailbox.people[..] else {
            panic!()
        };
        mailbox
            .grant([alice, "--full-access", "--send-as"])
            .exits(0);
        mailbox.grant([bob, "--read-only"]).exits(0);
        mailbox.set("Entwürfe", bob, "lrswip");
        mailbox
            .grant([carol, "--rights", "lrp", "--send-on-behalf"])
            .exits(0);
        let told = reviewed(&mailbox, &[]);
        assert_eq!(told["folders"], 3);
        assert_eq!(grant(&told, alice)["level"], "full-access");
        assert_eq!(grant(&told, alice)["identities"][0], "send-as");
        let bobs = grant(&told, bob);
        assert_eq!(
            (&bobs["level"], &bobs["folders"]),
            (&"read-only".into(), &2.into())
        );
        assert_eq!(
            bobs["differs"][0]["folders"],
            serde_json::json!(["Entwürfe"])
        );
        assert_eq!(grant(&told, carol)["level"], "custom");
        let page = mailbox.run(["report", &mailbox.address]).exits(0);
        page.says("<h1>Access review</h1>")
            .says(&format!("<th scope=\"row\">{alice}</th>"))
            .says("2 of 3 folders · write on Entwürfe")
            .says("see, read, post");
    }
}

#[test]
fn the_review_says_of_what_when_and_by_whom_it_is() {
    for provider in [Dovecot::running(), Cyrus::running()] {
        let mailbox = Mailbox::on(provider, &[], 0);
        let told = mailbox.run(["report", &mailbox.address, "-o", "json"]);
        let about = &told.exits(0).json()["about"];
        assert_eq!(about["provider"], provider.host());
        assert_eq!(about["login"], provider.admin());
        assert_eq!(about["version"], env!("CARGO_PKG_VERSION"));
        let at = about["at"].as_str().unwrap();
        assert!(
            at.len() == 20 && at.starts_with("20") && at.ends_with('Z'),
            "{at}"
        );
        assert_eq!(about["levels"]["read-only"], "lrs");
    }
}

#[test]
fn rows_are_fit_for_a_spreadsheet() {
    for mailbox in orderly(1) {
        let alice = mailbox.alice();
        mailbox.grant([alice, "--write"]).exits(0);
        let negative = format!("-{}", mailbox.spelled(alice));
        let owned = mailbox.owned("Sent");
        mailbox.owner().setacl(&owned, &negative, "w");
        let csv = mailbox
            .run(["report", &mailbox.address, "--format", "csv"])
            .exits(0)
            .stdout;
        let mut lines = csv.lines();
        assert!(
            lines
                .next()
                .unwrap()
                .starts_with("mailbox,who,via,kind,level,rights,")
        );
        let hers = format!("{},{alice},,person,write,lrswip,", mailbox.address);
        assert!(csv.contains(&hers), "{csv}");
        assert!(csv.contains(&format!(",'{negative},")), "{csv}");
        assert!(!csv.contains(&format!(",{negative},")), "{csv}");
    }
}

#[cfg(unix)]
#[test]
fn the_file_is_nobody_elses_and_is_asked_for_before_the_work() {
    use std::os::unix::fs::PermissionsExt;
    let mailbox = Mailbox::on(Dovecot::running(), &[], 0);
    let path = file(&mailbox, "review.html");
    let out = path.to_str().unwrap();
    let ran = mailbox
        .run(["report", &mailbox.address, "--out", out])
        .exits(0);
    assert_eq!(ran.stdout, "");
    ran.says("1 mailbox, 0 people");
    let mode = path.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let page = fs::read_to_string(&path).unwrap();
    assert!(page.starts_with("<!doctype html>\n") && page.ends_with("</html>\n"));
    let none = path.join("x");
    let words = ["report", "--out", none.to_str().unwrap(), "-vv"];
    let ran = mailbox.run(words).exits(64);
    assert_eq!(ran.sent(), [""; 0]);
}

#[test]
fn a_page_is_not_poured_into_a_terminal_and_a_pipe_gets_it() {
    let mailbox = Mailbox::on(Dovecot::running(), &["Sent"], 0);
    let command = mailbox.provider.sharemail();
    let words = ["report", &mailbox.address];
    let ran = terminal::run(&command, &words, "").exits(64);
    ran.says("--out review.html").says_not("<html");
    let ran = terminal::run(
        &command,
        &["report", &mailbox.address, "--format", "csv"],
        "",
    );
    ran.exits(0).says("mailbox,");
    let ran = mailbox.run(words).exits(0);
    assert!(ran.stdout.contains("<html"), "{ran:?}");
}

#[test]
fn a_review_that_misses_something_says_so_and_ends_with_3() {
    let mailbox = Mailbox::on(Dovecot::running(), &[], 0);
    let words = ["report", &mailbox.address, "nothing@"];
    let page = mailbox.run(words).exits(3);
    page.says("This review is not complete")
        .says("<li>nothing@example.test: ");
    let rows = mailbox.run(["report", &mailbox.address, "nothing@", "-o", "csv"]);
    rows.exits(3).says("nothing@example.test,,,not-read,");
    let toy = Toy::twisted(&["Sent"], |peer, line, _| {
        let refused = line.contains("GETACL \"Sent\"");
        if refused {
            peer.no("[NOPERM] hidden <b>");
        }
        refused
    });
    let page = toy.run(["report", "support@"]).exits(3);
    page.says("0 mailboxes and 1 folder could not be read")
        .says("hidden &lt;b&gt;");
}

#[test]
fn what_check_finds_is_in_it_and_is_no_failure() {
    for mailbox in orderly(1) {
        mailbox.set("INBOX", mailbox.alice(), "lrs");
        mailbox.set("Sent", mailbox.alice(), "lrs");
        mailbox.set("INBOX", "gone@example.test", "lrs");
        let told = reviewed(&mailbox, &[]);
        let checked = mailbox.run(["check", &mailbox.address, "-o", "json"]);
        let checked = &checked.json()["mailboxes"][0]["findings"];
        let kinds = |list: &Value| {
            let kinds = list.as_array().unwrap().iter();
            kinds.map(|f| f["finding"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(kinds(&told["findings"]), kinds(checked));
        let page = mailbox.run(["report", &mailbox.address]).exits(0);
        page.says("not inherited").says("unknown person");
    }
}

#[test]
fn groups_everybody_and_negative_entries_are_marked() {
    let dovecot = Dovecot::with(&["--anyone"]);
    for mailbox in [
        Mailbox::on(&dovecot, &[], 2),
        Mailbox::on(Cyrus::open_to_anyone(), &[], 2),
    ] {
        mailbox.grant(["group:mail", "--write"]).exits(0);
        let owned = mailbox.owned("INBOX");
        mailbox.owner().setacl(&owned, "anyone", "lr");
        let negative = format!("-{}", mailbox.spelled(mailbox.alice()));
        mailbox.owner().setacl(&owned, &negative, "w");
        let told = reviewed(&mailbox, &[]);
        let kinds = ["group:mail", "anyone", &format!("id:{negative}")]
            .map(|who| grant(&told, who)["kind"].clone());
        assert_eq!(kinds, ["group", "special", "negative"]);
        mailbox
            .run(["report", &mailbox.address])
            .exits(0)
            .says("IMAP cannot tell who is in it")
            .says("<span class=\"bad\">everybody</span>")
            .says("takes away: set flags");
        let groups = file(&mailbox, "groups");
        fs::write(&groups, format!("mail: {}\n", mailbox.bob())).unwrap();
        let words = ["report", &mailbox.address, "--group-file"];
        let words = words.iter().copied().chain([groups.to_str().unwrap()]);
        let page = mailbox.provider.run(words.clone()).exits(0);
        page.says(&format!("<h3>{}</h3>", mailbox.bob()))
            .says("by group:mail");
        let rows = mailbox.provider.run(words.chain(["--format", "csv"]));
        rows.exits(0)
            .says(&format!("{},group:mail,person,write,", mailbox.bob()));
    }
}

#[test]
fn what_changed_since_a_former_file_is_told() {
    for mailbox in orderly(3) {
        let [alice, bob, carol] = &mailbox.people[..] else {
            panic!()
        };
        mailbox.grant([alice, "--read-only"]).exits(0);
        mailbox.grant([bob, "--full-access", "--send-as"]).exits(0);
        let former = file(&mailbox, "former.toml");
        let exported = mailbox.run(["export", &mailbox.address]).exits(0);
        fs::write(&former, exported.stdout).unwrap();
        let told = reviewed(&mailbox, &["--since", former.to_str().unwrap()]);
        assert_eq!(told["changes"], serde_json::json!([]));
        let text = format!(
            "[mailbox.\"{}\"]\nread-only = [{alice:?}]\nwrite = [{bob:?}]\nfull-access = [{carol:?}]\n\
             [mailbox.\"gone@example.test\"]\nwrite = [{alice:?}]\n",
            mailbox.address
        );
        fs::write(&former, text).unwrap();
        let since = ["--since", former.to_str().unwrap()];
        let told = reviewed(&mailbox, &since);
        let changes = told["changes"].as_array().unwrap().iter();
        let mut changes: Vec<String> = changes
            .map(|c| {
                let text = |key: &str| c[key].as_str().unwrap().to_owned();
                ["change", "who", "before", "after"].map(text).join(" | ")
            })
            .collect();
        changes.sort();
        assert_eq!(
            changes,
            [
                format!("changed | {bob} | write | full-access; Send As"),
                format!("revoked | {carol} | full-access | nothing"),
            ]
        );
        let words = ["report", &mailbox.address, "--since", since[1]];
        let page = mailbox.run(words).exits(0);
        page.says("Changes since ").says("was write");
        fs::write(&former, "nonsense").unwrap();
        mailbox.run(words).exits(65);
    }
}

#[test]
fn waiting_for_a_former_file_that_is_a_pipe_can_be_stopped() {
    let [mailbox, _] = orderly(1);
    let pipe = file(&mailbox, "former.toml");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let mut command = mailbox.provider.sharemail();
    command.args(["report", "--since"]).arg(&pipe);
    let child = run::start(&mut command);
    let pid = Pid::from_raw(child.id().cast_signed()).unwrap();
    run::until_it_obeys(&child);
    kill_process(pid, Signal::INT).unwrap();
    run::wait(child).exits(130);
}

#[test]
fn parts_of_a_review_make_the_whole() {
    let mailbox = Mailbox::on(Dovecot::running(), &[], 1);
    mailbox.grant([mailbox.alice(), "--write"]).exits(0);
    let ran = mailbox.run(["report", &mailbox.address, "-o", "json"]);
    let mut part = ran.exits(0).json();
    let write = |name: &str, part: &Value| {
        let path = file(&mailbox, name);
        fs::write(&path, part.to_string()).unwrap();
        path.to_str().unwrap().to_owned()
    };
    part["partition"] = "1/2".into();
    let one = write("1.json", &part);
    part["partition"] = "2/2".into();
    part["mailboxes"][0]["mailbox"] = "sales@example.test".into();
    let two = write("2.json", &part);
    let whole = mailbox.run(["report", "merge", &one, &two, "-o", "json"]);
    let whole = whole.exits(0).json();
    assert_eq!(whole["mailboxes"].as_array().unwrap().len(), 2);
    assert_eq!(whole["partition"], Value::Null);
    let page = mailbox.run(["report", "merge", &two, &one]).exits(0);
    page.says("sales@example.test").says(&mailbox.address);
    mailbox
        .run(["report", "merge", &one])
        .exits(65)
        .says("2/2 missing");
    mailbox
        .run(["report", "merge", &one, &two, &one])
        .exits(65)
        .says("part 1/2 is told twice");
    part["failures"] = serde_json::json!([{"mailbox": "x@", "why": "no"}]);
    let two = write("2.json", &part);
    let page = mailbox.run(["report", "merge", &one, &two]).exits(3);
    page.says("This review is not complete").says("x@: no");
}

#[test]
fn the_parts_of_a_run_are_disjoint_and_make_what_one_run_tells() {
    let cyrus = Cyrus::start();
    let mailboxes: Vec<Mailbox> = (0..5).map(|_| Mailbox::on(&cyrus, &[], 1)).collect();
    for mailbox in &mailboxes {
        mailbox.grant([mailbox.alice(), "--read-only"]).exits(0);
    }
    for verb in ["report", "check"] {
        let parts = ["1/3", "2/3", "3/3"].map(|part| {
            let told = cyrus.run([verb, "--partition", part, "-o", "json"]).json();
            assert_eq!(told["partition"], part);
            let path = cyrus.dir().join(format!("{verb}-{}.json", &part[..1]));
            fs::write(&path, told.to_string()).unwrap();
            path.to_str().unwrap().to_owned()
        });
        let words = ["report", "merge", "-o", "json"].into_iter();
        let merged = cyrus.run(words.chain(parts.iter().map(String::as_str)));
        let (mut merged, mut whole) = (
            merged.exits(0).json(),
            cyrus.run([verb, "-o", "json"]).json(),
        );
        for told in [&mut merged, &mut whole] {
            told["about"]["at"] = Value::Null;
        }
        assert_eq!(merged, whole);
        assert!(merged["mailboxes"].as_array().unwrap().len() >= 5);
    }
}
