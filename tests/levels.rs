//! Levels that a profile makes up: `[profile.NAME.levels] editor = "lrswipte"`.

use std::fs;
use std::path::PathBuf;

use crate::plan::Wishes;
use crate::provider::run::run;
use crate::provider::{Client, Dovecot, Kind, Mailbox, Ran, Toy, on_both};

const FOLDERS: [&str; 2] = ["Sent", "Archive"];

/// A profile like the provider's own, with these levels.
fn profile(mailbox: &Mailbox, called: &str, levels: &str) -> PathBuf {
    let provider = mailbox.provider;
    let config = fs::read_to_string(provider.config_path()).unwrap();
    let name = match provider.kind() {
        Kind::Dovecot => "dovecot",
        Kind::Cyrus => "cyrus",
        Kind::Courier => "courier",
    };
    let path = provider
        .dir()
        .join(format!("{called}-{}.toml", mailbox.address));
    fs::write(
        &path,
        format!("{config}\n[profile.{name}.levels]\n{levels}\n"),
    )
    .unwrap();
    path
}

/// sharemail with that profile.
fn with(mailbox: &Mailbox, config: &PathBuf, words: &[&str]) -> Ran {
    let mut sharemail = mailbox.provider.sharemail();
    sharemail.env("SHAREMAIL_MAILBOXES", &mailbox.address);
    run(sharemail.env("SHAREMAIL_CONFIG", config), words)
}

const EDITOR: &str = "editor = \"lrswipte\"\nclerk = \"lrsi\"";

/// Puts a message into her INBOX of the mailbox, and opens it.
fn opened(mailbox: &Mailbox, person: &str) -> Client {
    let mut client = mailbox.member(person);
    let inbox = mailbox.seen("INBOX");
    client.append(&inbox, "Subject: one\r\n\r\ntext\r\n");
    client.ok(&format!("SELECT \"{inbox}\""));
    client
}

#[test]
fn an_editor_can_do_what_her_level_says_and_nothing_else() {
    for mailbox in on_both(&FOLDERS, 2) {
        let (alice, bob) = (mailbox.alice(), mailbox.bob());
        let config = profile(&mailbox, "editor", EDITOR);
        let words = ["grant", &mailbox.address, alice, "--level", "editor"];
        with(&mailbox, &config, &[&words[..], &["--dry-run"]].concat())
            .exits(0)
            .says("lrswipte (editor)");
        let planned = with(
            &mailbox,
            &config,
            &[&words[..], &["--dry-run", "-o", "json"]].concat(),
        );
        let planned = planned.exits(0).json();
        let changes = planned["changes"].as_array().unwrap().iter();
        let changes: Vec<_> = changes
            .filter(|c| c["folder"] == "Sent" && c["level"] == "editor")
            .collect();
        assert_eq!(changes.len(), 1, "{planned}");
        assert_eq!(changes[0]["after"], "lrswipte");
        assert_eq!(mailbox.stored("Sent", alice), None);
        let ran = with(&mailbox, &config, &words).exits(0);
        ran.says(&format!(
            "{alice}: editor on 3 folders of {}",
            mailbox.address
        ))
        .says("verified as")
        .says_not("without l");
        assert_eq!(mailbox.rights(alice, "Sent").as_deref(), Some("eilprstw"));

        let archive = mailbox.seen("Archive");
        let mut client = opened(&mailbox, alice);
        client.ok(&format!("UID MOVE 1:* \"{archive}\""));
        client.ok(&format!("SELECT \"{archive}\""));
        client.ok("STORE 1 +FLAGS (\\Deleted)");
        client.ok("EXPUNGE");
        assert!(
            client
                .ok(&format!("STATUS \"{archive}\" (MESSAGES)"))
                .contains("(MESSAGES 0)")
        );
        // Dovecot ends a session that asked for the selected folder's deletion, refused as that was.
        client.ok("UNSELECT");
        client.no(&format!("CREATE \"{}\"", mailbox.seen("Archive/New")));
        client.no(&format!("DELETE \"{archive}\""));
        let mine = mailbox.spelled(alice);
        client.no(&format!("SETACL \"{archive}\" \"{mine}\" lrswipkxtea"));

        // And a writer cannot, as the note says.
        let ran = with(
            &mailbox,
            &config,
            &["grant", &mailbox.address, bob, "--write"],
        )
        .exits(0);
        ran.says("write neither deletes mail nor moves it to another folder, which takes te; this does: ")
            .says(&format!("sharemail grant {} {bob} --level editor", mailbox.address));
        opened(&mailbox, bob).no(&format!("UID MOVE 1:* \"{archive}\""));
    }
}

#[test]
fn every_report_calls_it_by_its_name() {
    for mailbox in on_both(&FOLDERS, 2) {
        let (alice, bob, support) = (mailbox.alice(), mailbox.bob(), mailbox.address.as_str());
        let config = profile(&mailbox, "told", EDITOR);
        let with = |words: &[&str]| with(&mailbox, &config, words);
        with(&["grant", support, alice, "--level", "editor"]).exits(0);
        with(&["show", support]).exits(0).says("editor");
        let shown = with(&["show", support, "-o", "json"]).exits(0).json();
        let hers = |value: &serde_json::Value| {
            let members = value["members"].as_array().unwrap().clone();
            let mut members = members.into_iter();
            members.find(|m| m["who"] == alice).unwrap()
        };
        assert_eq!(hers(&shown)["level"], "editor");
        with(&["access", alice]).exits(0).says("editor");
        // A profile without it tells the letters.
        mailbox
            .run(["show", support])
            .exits(0)
            .says("custom  lrswipte");
        let report = with(&["report", support, "-o", "json"]).json();
        assert_eq!(report["about"]["levels"]["editor"], "lrswipte");
        let grants = report["mailboxes"][0]["grants"].as_array().unwrap().clone();
        assert!(
            grants
                .iter()
                .any(|g| g["who"] == alice && g["level"] == "editor")
        );
        with(&["report", support, "-o", "table"]).says("editor");
        let page = mailbox.provider.dir().join(format!("{support}.html"));
        with(&["report", support, "--out", page.to_str().unwrap()])
            .exits(0)
            .says("1 editor");

        let file = with(&["export", support]).exits(0);
        let file = file.says(&format!("editor = [\"{alice}\"]"));
        let wishes = Wishes::new(&file.stdout);
        let path = wishes.path();
        let path = path.to_str().unwrap();
        with(&["plan", "-f", path]).exits(0).says("nothing to do");
        with(&["check", "-f", path]).exits(0);
        mailbox
            .run(["plan", "-f", path])
            .exits(65)
            .says("unknown key \"editor\"");

        let ran = with(&["access", "copy", alice, bob, "--yes"]);
        ran.says("editor");
        assert_eq!(mailbox.rights(bob, "Sent").as_deref(), Some("eilprstw"));
        with(&["doctor", support])
            .says("editor")
            .says("lrswipte: see, read");
    }
}

#[test]
fn files_and_sheets_name_it() {
    for mailbox in on_both(&FOLDERS, 2) {
        let (alice, bob, support) = (mailbox.alice(), mailbox.bob(), mailbox.address.as_str());
        let config = profile(&mailbox, "files", EDITOR);
        let wishes = Wishes::of(
            &mailbox,
            &format!("editor = [\"{alice}\"]\n[folder.Sent]\nclerk = [\"{alice}\"]\n"),
        );
        let path = wishes.path();
        let plan = wishes.beside("plan.json");
        let (path, plan) = (path.to_str().unwrap(), plan.to_str().unwrap());
        with(&mailbox, &config, &["plan", "-f", path, "--out", plan])
            .exits(0)
            .says(&format!("+ {alice}: editor on"))
            .says(&format!("+ {alice}: clerk on Sent"));
        // What was planned is what is done, whatever the profile says meanwhile.
        let changed = profile(&mailbox, "changed", "editor = \"lrswipkxtea\"");
        with(&mailbox, &changed, &["apply", plan, "--yes"]).exits(0);
        assert_eq!(mailbox.rights(alice, "INBOX").as_deref(), Some("eilprstw"));
        assert_eq!(mailbox.rights(alice, "Sent").as_deref(), Some("ilrs"));

        let sheet = wishes.beside("grants.csv");
        let rows = format!("mailbox,who,level\n{support},{bob},Editor\n{support},{alice},editr\n");
        fs::write(&sheet, &rows).unwrap();
        let sheet = sheet.to_str().unwrap();
        let ran = with(&mailbox, &config, &["grant", "--yes", "--csv", sheet]).exits(65);
        ran.says("row 3, level: \"editr\" is no level")
            .says("did you mean \"editor\"?");
        fs::write(sheet, rows.lines().take(2).collect::<Vec<_>>().join("\n")).unwrap();
        let ran = with(&mailbox, &config, &["grant", "--yes", "--csv", sheet]).exits(0);
        ran.says(&format!("{bob}: editor on 3 folders"));
        assert_eq!(mailbox.rights(bob, "Archive").as_deref(), Some("eilprstw"));
    }
}

#[test]
fn what_takes_it_back_holds_the_rights_and_not_the_name() {
    for mailbox in on_both(&FOLDERS, 1) {
        let (alice, support) = (mailbox.alice(), mailbox.address.as_str());
        let config = profile(&mailbox, "undo", EDITOR);
        with(
            &mailbox,
            &config,
            &["grant", support, alice, "--level", "clerk"],
        )
        .exits(0);
        let folder = Wishes::new("");
        let paper = folder.beside("undo.json");
        let paper = paper.to_str().unwrap();
        let words = [
            "grant",
            support,
            alice,
            "--level",
            "editor",
            "--undo-file",
            paper,
        ];
        with(&mailbox, &config, &words).exits(0);
        assert_eq!(mailbox.rights(alice, "Sent").as_deref(), Some("eilprstw"));
        let changed = profile(&mailbox, "changed-undo", "clerk = \"lrswipkxtea\"");
        with(&mailbox, &changed, &["undo", paper, "--yes"]).exits(0);
        assert_eq!(mailbox.rights(alice, "Sent").as_deref(), Some("ilrs"));
    }
}

#[test]
fn a_level_that_is_none_is_told_with_those_that_are() {
    let mailbox = Mailbox::on(Dovecot::running(), &[], 1);
    let config = profile(&mailbox, "unknown", EDITOR);
    let words = [
        "grant",
        &mailbox.address,
        mailbox.alice(),
        "--level",
        "editr",
    ];
    let ran = with(&mailbox, &config, &words).exits(64);
    ran.says("\"editr\" is no level of profile \"dovecot\"").says(
        "did you mean \"editor\"? The levels are read-only, write, full-access, clerk, editor; one of \
         your own stands under [profile.dovecot.levels]",
    );
    assert_eq!(mailbox.stored("INBOX", mailbox.alice()), None);
    let words = [
        "grant",
        &mailbox.address,
        mailbox.alice(),
        "--level",
        "write",
        "--no-send",
    ];
    let ran = with(&mailbox, &config, &words).exits(0);
    ran.says("write on 1 folder").says_not("Send on Behalf");
    let words = [
        "grant",
        &mailbox.address,
        mailbox.alice(),
        "--level",
        "editor",
        "--no-send",
    ];
    with(&mailbox, &config, &words)
        .exits(64)
        .says("--no-send goes with --write alone");
    let words = [
        "grant",
        &mailbox.address,
        mailbox.alice(),
        "--level",
        "editor",
        "--write",
    ];
    with(&mailbox, &config, &words).exits(64);

    let shadow = profile(
        &mailbox,
        "shadow",
        "none = \"lrs\"\nwirte = \"lrsw\"\nreader = \"lrs\"",
    );
    let ran = with(&mailbox, &shadow, &["show", &mailbox.address]).exits(78);
    ran.says("\"none\" is no name for a level: the word means something already")
        .says("\"wirte\" is no name for a level: it is nearly write");
    let alias = profile(&mailbox, "alias", "reader = \"lrs\"");
    let ran = with(&mailbox, &alias, &["show", &mailbox.address]).exits(78);
    ran.says("levels.reader: lrs is called read-only already");
}

#[test]
fn dangerous_rights_are_told_where_they_are_given() {
    let mailbox = Mailbox::on(Dovecot::running(), &[], 1);
    let config = profile(
        &mailbox,
        "danger",
        "deputy = \"lrswipteax\"\nmarker = \"lrst\"",
    );
    let (alice, support) = (mailbox.alice(), mailbox.address.as_str());
    let ran = with(
        &mailbox,
        &config,
        &["grant", support, alice, "--level", "deputy"],
    )
    .exits(0);
    ran.says("deputy: a gives herself and others every right")
        .says("deputy: x deletes and renames whole folders");
    let ran = with(
        &mailbox,
        &config,
        &["grant", support, alice, "--level", "marker"],
    )
    .exits(0);
    ran.says("marker: t without e marks mail as deleted and never removes it");
    with(&mailbox, &config, &["doctor", support]).says("a gives herself and others every right");
}

#[test]
fn a_server_that_cannot_give_it_is_told_with_the_levels_name() {
    let toy = Toy::twisted(&["Sent"], |peer, line, _| {
        let asked = line.contains("LISTRIGHTS");
        if asked {
            peer.send("* LISTRIGHTS INBOX support@example.test \"\" l r s w i p c d a\r\n");
            peer.ok("done");
        }
        asked
    });
    let mut sharemail = toy.sharemail();
    sharemail.env("SHAREMAIL_LEVEL_EDITOR", "lrswipte");
    let ran = run(
        &mut sharemail,
        ["grant", "support@", "alice", "--level", "editor"],
    )
    .exits(65);
    ran.says("editor cannot be granted: the server does not know te; it knows lrswipa");
    assert_eq!(toy.stored("Sent", "alice@example.test"), None);
    // Nothing there gives what write lacks, and nothing is named.
    let ran = toy.run(["grant", "support@", "alice", "--write"]);
    ran.says("write on").says_not("--rights");
}

#[test]
fn a_server_that_keeps_less_of_it_is_told() {
    let toy = Toy::twisted(&["Sent"], |peer, line, world| {
        let stored = line.contains(" SETACL ") && line.contains("lrswipte");
        if stored {
            for folder in ["INBOX", "Sent"] {
                world.set(folder, "alice@example.test", "lrswip");
            }
            peer.ok("done");
        }
        stored
    });
    let mut sharemail = toy.sharemail();
    sharemail.env("SHAREMAIL_LEVEL_EDITOR", "lrswipte");
    let ran = run(
        &mut sharemail,
        ["grant", "support@", "alice", "--level", "editor"],
    );
    assert_ne!(ran.code, Some(0), "{ran:?}");
    ran.says("lrswip").says_not("verified as");
}

#[test]
fn the_shell_completes_levels() {
    let mailbox = Mailbox::on(Dovecot::running(), &[], 0);
    let config = profile(&mailbox, "completed", EDITOR);
    let mut sharemail = mailbox.provider.sharemail();
    sharemail
        .env("SHAREMAIL_CONFIG", &config)
        .env("SHAREMAIL_COMPLETE", "fish");
    let ran = run(&mut sharemail, ["--", "sharemail", "grant", "--level", ""]).exits(0);
    let words: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(
        words,
        ["read-only", "write", "full-access", "clerk", "editor"]
    );
}
