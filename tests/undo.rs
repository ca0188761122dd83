//! `sharemail undo`, and the files that it is told by.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::offboard::{entries, over, undo_file};
use crate::plan::Wishes;
use crate::provider::{Cyrus, Dovecot, Mailbox, Ran, Toy, on_both};

const FOLDERS: [&str; 3] = ["Sent", "Archive", "Entwürfe/März"];

/// A path for an undo file that is not there yet.
fn fresh(mailbox: &Mailbox, name: &str) -> String {
    let name = format!("{name}-{}.undo", mailbox.address);
    mailbox
        .provider
        .dir()
        .join(name)
        .to_str()
        .unwrap()
        .to_owned()
}

fn undo(mailbox: &Mailbox, file: &str) -> Ran {
    over(&[mailbox], &["undo", file, "--yes", "-vv"])
}

#[test]
fn an_offboarding_is_put_back_to_the_letter() {
    for mailbox in on_both(&FOLDERS, 2) {
        let (alice, bob) = (mailbox.alice(), mailbox.bob());
        mailbox
            .grant([alice, "--full-access", "--send-as"])
            .exits(0);
        mailbox.set("Sent", alice, "lrsi");
        let mut owner = mailbox.owner();
        owner.setacl(&mailbox.owned("Archive"), &format!("-{alice}"), "x");
        mailbox.set("Archive", bob, "l");
        let before = entries(&mailbox);
        let ran = over(&[&mailbox], &["offboard", alice, "--to", bob, "--yes"]).exits(0);
        assert_ne!(entries(&mailbox), before);
        let file = undo_file(&ran);
        undo(&mailbox, &file)
            .exits(0)
            .says("to put back what offboard did");
        assert_eq!(entries(&mailbox), before);
        assert_eq!(mailbox.rights(alice, "Sent").as_deref(), Some("ilrs"));
        let again = undo(&mailbox, &file).exits(0);
        assert_eq!(again.changes(), [""; 0]);
        again.says("nothing to put back: everything is as it was before");
    }
}

#[test]
fn what_is_put_back_is_proved_where_somebody_asks_for_it() {
    for mailbox in on_both(&FOLDERS, 1) {
        let alice = mailbox.alice();
        mailbox.grant([alice, "--write", "--no-send"]).exits(0);
        let revoke = fresh(&mailbox, "proved");
        mailbox.revoke([alice, "--undo-file", &revoke]).exits(0);
        let words = ["undo", &*revoke, "--yes", "--proof", "all", "-o", "json"];
        let back = over(&[&mailbox], &words).exits(0).json();
        let proofs = back["mailboxes"][0]["proofs"].as_array().unwrap();
        assert_eq!(proofs.len(), 1, "{back:#}");
        assert_eq!(proofs[0]["who"], alice);
        assert_eq!(proofs[0]["proof"]["result"], "verified", "{back:#}");
        // What was back already is not looked at.
        let again = over(&[&mailbox], &words).exits(0).json();
        assert!(again["mailboxes"][0].get("proofs").is_none(), "{again:#}");
    }
}

#[test]
fn a_revocation_and_a_grant_are_put_back() {
    for mailbox in on_both(&FOLDERS, 1) {
        let alice = mailbox.alice();
        mailbox.make_identities();
        mailbox.set("Sent", alice, "lrs");
        let before = entries(&mailbox);
        let grant = fresh(&mailbox, "grant");
        let words = [alice, "--write", "--send-as", "--undo-file", &grant];
        mailbox.grant(words).exits(0).says("sharemail undo");
        let granted = entries(&mailbox);
        let revoke = fresh(&mailbox, "revoke");
        mailbox.revoke([alice, "--undo-file", &revoke]).exits(0);
        undo(&mailbox, &revoke).exits(0);
        assert_eq!(entries(&mailbox), granted);
        undo(&mailbox, &grant).exits(0);
        assert_eq!(entries(&mailbox), before);
        for file in [&grant, &revoke] {
            let mode = fs::metadata(file).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600);
        }
    }
}

#[test]
fn a_copy_is_put_back_and_the_folders_of_identities_stay() {
    for mailbox in on_both(&FOLDERS, 2) {
        let (alice, bob) = (mailbox.alice(), mailbox.bob());
        for folder in ["INBOX", "Sent"] {
            mailbox.set(folder, alice, mailbox.everything());
        }
        let file = fresh(&mailbox, "copy");
        over(
            &[&mailbox],
            &["access", "copy", alice, bob, "--undo-file", &file],
        )
        .exits(0);
        assert_eq!(mailbox.rights(bob, "Sent").unwrap(), mailbox.everything());
        let ran = undo(&mailbox, &file).exits(0);
        ran.says("the folders that keep identities stay");
        assert_eq!(mailbox.rights(bob, "Sent"), None);
        assert_eq!(mailbox.stored("Identities/Send As", alice), None);
        mailbox
            .run(["show", &mailbox.address])
            .exits(0)
            .says_not("not believed");
    }
}

#[test]
fn what_a_file_made_of_a_mailbox_is_put_back() {
    for mailbox in on_both(&FOLDERS, 2) {
        let (alice, bob) = (mailbox.alice(), mailbox.bob());
        mailbox.make_identities();
        mailbox.set("Sent", bob, "lrs");
        let before = entries(&mailbox);
        let text = format!(
            "folders = [\"Neu/Größe\"]\nfull-access = [\"{alice}\"]\nwrite = [\"{bob}\"]\n\
             send-as = [\"{alice}\"]\n"
        );
        let wishes = Wishes::of(&mailbox, &text);
        let file = fresh(&mailbox, "apply");
        let ran = wishes.run(&mailbox, "apply", &["--yes", "--undo-file", &file]);
        ran.exits(0).says("sharemail undo");
        assert_eq!(mailbox.stored("Neu/Größe", bob).as_deref(), Some("ilprsw"));
        undo(&mailbox, &file).exits(0).says("what apply did");
        assert_eq!(entries(&mailbox), before);
        let there = |folder| !mailbox.owner().list(&mailbox.owned(folder)).is_empty();
        assert_eq!(["Neu/Größe", "Sent"].map(there), [false, true]);
        let again = undo(&mailbox, &file).exits(0);
        assert_eq!(again.changes(), [""; 0]);
    }
}

#[test]
fn what_somebody_changed_since_is_left_alone_and_named() {
    for mailbox in on_both(&FOLDERS, 1) {
        let alice = mailbox.alice();
        mailbox.grant([alice, "--write", "--no-send"]).exits(0);
        let ran = over(&[&mailbox], &["offboard", alice, "--yes"]).exits(0);
        mailbox.set("Sent", alice, "l");
        let name = mailbox.owned("Archive");
        let delete = format!("DELETE {}", crate::provider::client::quoted(&name));
        let mut owner = mailbox.owner();
        if mailbox.provider.kind() == crate::provider::Kind::Cyrus {
            owner.setacl(&name, "cyrus", "lrswipkxtea");
        }
        owner.ok(&delete);
        let file = undo_file(&ran);
        for _ in 0..2 {
            let ran = undo(&mailbox, &file).exits(3);
            ran.says("it was changed since: it is l now, and was left as none")
                .says("the folder is gone");
        }
        assert_eq!(mailbox.stored("Sent", alice).as_deref(), Some("l"));
        assert_eq!(mailbox.stored("INBOX", alice).as_deref(), Some("ilprsw"));
    }
}

#[test]
fn an_undo_can_be_undone() {
    for mailbox in on_both(&FOLDERS, 1) {
        let alice = mailbox.alice();
        mailbox.grant([alice, "--write"]).exits(0);
        let (file, redo) = (fresh(&mailbox, "first"), fresh(&mailbox, "redo"));
        mailbox.revoke([alice, "--undo-file", &file]).exits(0);
        let gone = entries(&mailbox);
        let words = ["undo", &file, "--yes", "--undo-file", &redo];
        over(&[&mailbox], &words).exits(0).says(&redo);
        assert_ne!(entries(&mailbox), gone);
        undo(&mailbox, &redo).exits(0);
        assert_eq!(entries(&mailbox), gone);
    }
}

#[test]
fn a_folder_that_was_made_goes_only_while_nothing_lies_in_it() {
    for mailbox in on_both(&FOLDERS, 0) {
        mailbox.make(&["Leer", "Voll", "Voll/Größe", "Geteilt"]);
        mailbox.set("Geteilt", "somebody@example.test", "lr");
        let mut owner = mailbox.member(&mailbox.address);
        let separator = mailbox.provider.separator();
        let below = crate::provider::client::utf7("Größe");
        owner.append(
            &format!("Voll{separator}{below}"),
            "Subject: hello\n\nworld\n",
        );
        let profile = match mailbox.provider.kind() {
            crate::provider::Kind::Cyrus => "cyrus",
            _ => "dovecot",
        };
        let create = |folder: &str| format!(r#"{{"change":"create","folder":"{folder}"}}"#);
        let made = ["Leer", "Voll", "Voll/Größe", "Geteilt"]
            .map(create)
            .join(",");
        let text = format!(
            "{{\"sharemail\":\"undo\",\"version\":1,\"profile\":\"{profile}\",\"host\":\"{}\",\
             \"command\":\"apply\",\"made\":\"now\"}}\n{{\"mailbox\":\"{}\",\"changes\":[{made},\
             {{\"change\":\"delete\",\"folder\":\"Alt\",\"messages\":3}}]}}\n",
            mailbox.provider.host(),
            mailbox.address
        );
        let file = fresh(&mailbox, "made");
        fs::write(&file, text).unwrap();
        let asked = over(&[&mailbox], &["undo", &file, "-vv"]).exits(64);
        assert_eq!(asked.changes(), [""; 0]);
        asked
            .says(&format!(
                "and DELETE Leer of {}, to put back",
                mailbox.address
            ))
            .says("--yes");
        let ran = undo(&mailbox, &file).exits(3);
        ran.says("it holds messages")
            .says("it is shared with somebody")
            .says("there are folders below it")
            .says("it was deleted, and cannot come back");
        let there = |folder| !mailbox.owner().list(&mailbox.owned(folder)).is_empty();
        assert_eq!(
            ["Leer", "Voll", "Voll/Größe", "Geteilt"].map(there),
            [false, true, true, true]
        );
    }
}

#[test]
fn a_mailbox_that_was_made_stays_and_is_named() {
    let cyrus = Cyrus::running();
    let member = Mailbox::on(cyrus, &[], 1);
    let (alice, name) = (member.alice(), "provisioned@example.test");
    let text = format!("[mailbox.{name:?}]\nfolders = [\"Neu\"]\nread-only = [{alice:?}]\n");
    let wishes = cyrus.dir().join("provisioned.toml");
    fs::write(&wishes, text).unwrap();
    let file = fresh(&member, "provisioned");
    let words = [
        "apply",
        "-f",
        wishes.to_str().unwrap(),
        "--yes",
        "--undo-file",
        &file,
    ];
    cyrus.run(words).exits(0);
    let ran = cyrus.run(["undo", &file, "--yes"]).exits(0);
    ran.says(&format!("{name} itself stays"))
        .says(&format!("sharemail delete {name}"));
    let shown = cyrus.run(["show", name]).exits(0);
    shown.says_not(alice).says_not("Neu");
    let again = cyrus.run(["undo", &file, "--yes", "-vv"]).exits(0);
    assert_eq!(again.changes(), [""; 0]);
    again.says("nothing to put back but what stays");
    cyrus.run(["delete", name, "--yes"]).exits(0);
    let gone = cyrus.run(["undo", &file, "--yes"]).exits(0);
    gone.says("everything is as it was before")
        .says_not("itself stays");
}

#[test]
fn a_file_of_another_provider_is_refused() {
    let [dovecot, cyrus] = on_both(&FOLDERS, 1);
    dovecot.grant([dovecot.alice(), "--write"]).exits(0);
    let file = fresh(&dovecot, "mine");
    dovecot
        .revoke([dovecot.alice(), "--undo-file", &file])
        .exits(0);
    let ran = cyrus.run(["undo", &file, "--yes"]).exits(78);
    ran.says("was made with profile \"dovecot\"")
        .says("--profile dovecot");
    let port = dovecot.provider.imaps_port();
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replacen(&port.to_string(), "1", 1)).unwrap();
    let ran = over(&[&dovecot], &["undo", &file, "--yes", "-vv"]).exits(78);
    assert_eq!(ran.sent(), [""; 0]);
    ran.says(":1, and this is profile")
        .says(&format!("{}:{port}", dovecot.provider.host()));
    fs::write(&file, text).unwrap();
    on_any_port(&file);
    undo(&dovecot, &file).exits(0);
}

#[test]
fn a_file_is_never_overwritten_and_nothing_is_changed_without_it() {
    for mailbox in on_both(&FOLDERS, 1) {
        let alice = mailbox.alice();
        let file = fresh(&mailbox, "there");
        fs::write(&file, "precious").unwrap();
        for (path, words) in [
            (file.as_str(), "the file is there already"),
            ("/nonexistent/x.undo", "there is no such folder"),
        ] {
            let ran = mailbox
                .grant([alice, "--write", "--undo-file", path, "-vv"])
                .exits(65);
            assert_eq!(ran.changes(), [""; 0]);
            ran.says(words);
        }
        // A folder in which nobody can make a file.
        let ran = mailbox.grant([alice, "--write", "--undo-file", "/proc/self/x.undo", "-vv"]);
        assert_eq!(ran.changes(), [""; 0], "{}", ran.stderr);
        assert_ne!(ran.code, Some(0));
        assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
        assert_eq!(mailbox.stored("INBOX", alice), None);
    }
}

#[test]
fn a_run_that_changes_nothing_writes_no_file() {
    for mailbox in on_both(&FOLDERS, 1) {
        let file = fresh(&mailbox, "nothing");
        mailbox
            .revoke([mailbox.alice(), "--undo-file", &file])
            .exits(0);
        assert!(!Path::new(&file).exists());
        undo(&mailbox, &file).exits(67);
    }
}

#[test]
fn an_odd_name_that_stood_there_goes_back() {
    let toy = Toy::new(&["Sent"]);
    let odd = "odd\u{7}name";
    let file = toy.write("undo", "");
    fs::remove_file(&file).unwrap();
    let file = file.to_str().unwrap();
    toy.run(["grant", "support@", "bob", "--write"]).exits(0);
    let revoke = ["revoke", "support@", "bob", "--undo-file", file];
    toy.run(revoke).exits(0);
    let good = fs::read_to_string(file).unwrap();
    for (name, code) in [
        ("odd\\u0007name", 0),
        ("odd\\u0000name", 65),
        ("odd\\nname", 65),
    ] {
        fs::write(file, good.replace("bob@example.test", name)).unwrap();
        let ran = toy.run(["undo", file, "--yes"]).exits(code);
        let said = [ran.stdout, ran.stderr].concat();
        assert!(!said.contains('\u{7}'), "{said}");
    }
    assert_eq!(toy.stored("INBOX", odd).as_deref(), Some("lrswip"));
    toy.finish();
}

#[test]
fn a_hostile_file_is_refused_and_shown_before_it_is_followed() {
    let mailbox = Mailbox::on(Dovecot::running(), &FOLDERS, 1);
    let alice = mailbox.alice();
    mailbox.grant([alice, "--write"]).exits(0);
    let file = fresh(&mailbox, "good");
    mailbox.revoke([alice, "--undo-file", &file]).exits(0);
    let good = fs::read_to_string(&file).unwrap();
    let bad = fresh(&mailbox, "bad");
    for (from, to) in [
        (alice, "a\\r\\nx LOGOUT"),
        ("\"version\":1", "\"version\":9"),
        ("lrswip", "l\u{1b}[2J"),
        ("\"change\":\"entry\"", "\"change\":\"\\u001b[2J\""),
        ("{\"sharemail\"", "{\"x\""),
    ] {
        fs::write(&bad, good.replace(from, to)).unwrap();
        let ran = undo(&mailbox, &bad).exits(65);
        assert!(!ran.stderr.contains('\u{1b}'), "{}", ran.stderr);
        assert_eq!(ran.sent(), [""; 0]);
    }
    over(&[&mailbox], &["undo", &file])
        .exits(64)
        .says("--yes")
        .says("grant INBOX");
    assert_eq!(mailbox.stored("INBOX", alice), None);
    let fifo = fresh(&mailbox, "fifo");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status();
    assert!(made.unwrap().success());
    for path in [&fifo, "/dev/zero"] {
        for words in [["undo", path, "--yes"], ["audit", "verify", path]] {
            over(&[&mailbox], &words).exits(65).says("no regular file");
        }
    }
    over(&[&mailbox], &["undo", &file, "-n", "--detailed-exitcode"]).exits(2);
}

/// Older files named no port: so this one, which was made through a proxy, is good behind it.
fn on_any_port(file: &str) {
    let text = fs::read_to_string(file).unwrap();
    let port = text.find(",\"port\":").unwrap();
    let end = port + 1 + text[port + 1..].find(',').unwrap();
    fs::write(file, format!("{}{}", &text[..port], &text[end..])).unwrap();
}
