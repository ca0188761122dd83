//! Courier: the main job and its unhappy paths, seen from the member's side.

mod desired;
mod people;
mod sending;

use crate::provider::client::{is_ok, quoted};
use crate::provider::{Courier, Mailbox, PASSWORD, Ran, address, run};
use serde_json::{Value, json};

const FOLDERS: [&str; 3] = ["Sent", "Archive", "Archive/Größe"];

fn mailbox(people: usize) -> Mailbox<'static> {
    Mailbox::on(Courier::running(), &FOLDERS, people)
}

/// What Courier itself stores on a folder: groups as well, and every letter.
pub(super) fn native(mailbox: &Mailbox, folder: &str) -> String {
    let name = quoted(&mailbox.seen(folder));
    mailbox.owner().ok(&format!("LIST (ACL) \"\" {name}"))
}

/// An entry as the administrator writes it natively.
pub(super) fn store(mailbox: &Mailbox, folder: &str, identifier: &str, rights: &str) {
    let name = quoted(&mailbox.seen(folder));
    let (identifier, rights) = (quoted(identifier), quoted(rights));
    let mut admin = mailbox.owner();
    let told = admin.ok(&format!("ACL STORE {name} {identifier} {rights}"));
    assert!(!told.contains("ACLFAILED"), "{told}");
}

fn run_with(mailbox: &Mailbox, change: impl Fn(&str) -> String, words: &[&str]) -> Ran {
    let provider = mailbox.provider;
    let config = std::fs::read_to_string(provider.config_path()).unwrap();
    let path = provider.dir().join(format!("{}.toml", mailbox.address));
    std::fs::write(&path, change(&config)).unwrap();
    let mut command = provider.sharemail();
    command.env("SHAREMAIL_CONFIG", path);
    run::run(&mut command, words)
}

#[test]
fn a_grant_counts_for_the_member_on_every_folder() {
    let mailbox = mailbox(1);
    let alice = mailbox.alice();
    let ran = mailbox.grant([alice, "--write"]).exits(0);
    ran.says("write on 4 folders")
        .says("stored, not verified")
        .says("Courier lets nobody act as somebody else");
    for folder in ["INBOX", "Sent", "Archive", "Archive/Größe"] {
        let stored = native(&mailbox, folder);
        assert!(stored.contains(&format!("(\"user={alice}\" \"ilrsw\")")));
        assert_eq!(mailbox.rights(alice, folder).as_deref(), Some("ilrsw"));
    }
    let mut session = mailbox.member(alice);
    session.append_asking(&mailbox.seen("Archive/Größe"), "Subject: hello\n\nworld\n");
    session.ok(&format!(
        "SELECT {}",
        quoted(&mailbox.seen("Archive/Größe"))
    ));
    assert!(session.ok("FETCH 1 (BODY.PEEK[])").contains("world"));
    // Nothing that deletes: Courier drops the flag, or refuses it.
    session.command("STORE 1 +FLAGS.SILENT (\\Deleted)");
    session.command("EXPUNGE");
    assert!(session.ok("FETCH 1 (UID)").contains("UID"));
}

#[test]
fn a_revoked_member_reaches_nothing_any_more() {
    let mailbox = mailbox(2);
    let (alice, bob) = (mailbox.alice(), mailbox.bob());
    mailbox.grant([alice, bob, "--full-access"]).exits(0);
    mailbox.revoke([alice]).exits(0).says("no access");
    assert!(!native(&mailbox, "Sent").contains(alice));
    let mut session = mailbox.member(alice);
    session.no(&format!("SELECT {}", quoted(&mailbox.seen("Sent"))));
    assert!(!session.list("#shared.*").contains(&mailbox.seen("INBOX")));
    assert_eq!(mailbox.rights(bob, "Sent").as_deref(), Some("ailrsw"));
    let again = mailbox.revoke([alice, "-vv"]).exits(0);
    assert_eq!(again.changes(), [""; 0]);
}

#[test]
fn a_second_grant_sends_no_change() {
    let mailbox = mailbox(1);
    for level in ["--read-only", "--write", "--full-access"] {
        let first = mailbox.grant([mailbox.alice(), level, "-vv"]).exits(0);
        assert!(!first.changes().is_empty());
        let second = mailbox.grant([mailbox.alice(), level, "-vv"]).exits(0);
        assert_eq!(second.changes(), [""; 0]);
    }
}

#[test]
fn a_group_is_granted_and_its_members_get_in() {
    let mailbox = mailbox(0);
    let zoe = address(&format!("zoe.{}", mailbox.address.replace('@', "-at-")));
    let zoe = mailbox.provider.add_user(&zoe, &["group=night shift"]);
    assert_eq!(mailbox.rights(&zoe, "Sent"), None);
    mailbox
        .grant(["group:night shift", "--read-only"])
        .exits(77)
        .says("Sent");
    let kim = format!("kim.{}", mailbox.address);
    mailbox.provider.add_user(&kim, &["group=night-shift"]);
    mailbox.grant(["group:night-shift", "--write"]).exits(0);
    assert!(native(&mailbox, "Sent").contains("(\"group=night-shift\" \"ilrsw\")"));
    assert_eq!(mailbox.rights(&kim, "Sent").as_deref(), Some("ilrsw"));
    mailbox.revoke(["group:night-shift"]).exits(0);
    assert!(!native(&mailbox, "Sent").contains("night-shift"));
    assert_eq!(mailbox.rights(&kim, "Sent"), None);
}

#[test]
fn entries_of_others_are_shown_and_kept() {
    let mailbox = mailbox(2);
    store(&mailbox, "Sent", "group=helpdesk", "lrsw");
    store(&mailbox, "Sent", "-user=carol@example.test", "w");
    store(&mailbox, "Sent", "anyone", "l");
    mailbox.grant([mailbox.alice(), "--read-only"]).exits(0);
    mailbox.revoke([mailbox.alice()]).exits(0);
    let stored = native(&mailbox, "Sent");
    for kept in [
        "(\"owner\" \"acdilrsw\")",
        "(\"administrators\" \"acdilrsw\")",
        "(\"group=helpdesk\" \"lrsw\")",
        "(\"-user=carol@example.test\" \"w\")",
        "(\"anyone\" \"l\")",
    ] {
        assert!(stored.contains(kept), "{kept} {stored}");
    }
    let shown = mailbox.run(["show", &mailbox.address]).exits(0);
    shown
        .says("group:helpdesk")
        .says("id:-carol@example.test (takes away)")
        .says("anyone")
        .says_not("administrators");
    let found = mailbox.run(["check", &mailbox.address]).exits(2);
    found.says("-carol@example.test takes rights away");
}

#[test]
fn the_administrators_entry_cannot_be_taken_away() {
    let mailbox = mailbox(0);
    let ran = mailbox.revoke(["id:administrators"]);
    assert_ne!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    let stored = native(&mailbox, "INBOX");
    assert!(stored.contains("(\"administrators\" \"acdilrsw\")"));
    mailbox.revoke(["id:owner"]).exits(77).says("administrator");
}

#[test]
fn the_letters_are_those_of_rfc_4314_and_courier_gets_its_own() {
    let mailbox = mailbox(1);
    let alice = mailbox.alice();
    let stored = |letters: &str| {
        let stored = native(&mailbox, "INBOX");
        let entry = format!("(\"user={alice}\" \"{letters}\")");
        assert!(stored.contains(&entry), "{entry} {stored}");
    };
    mailbox.grant([alice, "--full-access"]).exits(0);
    stored("acdilrsw");
    mailbox.grant([alice, "--rights", "lrkt"]).exits(0);
    stored("clrt");
    // MYRIGHTS shows no t here, the server obeys it all the same.
    let mut session = mailbox.member(alice);
    session.create(&format!("{}.Hers", mailbox.seen("INBOX")));
    let name = quoted(&mailbox.seen("INBOX"));
    let told = session.ok(&format!("LIST (MYRIGHTS) \"\" {name}"));
    assert!(told.contains("\"clrt\""), "{told}");
    session.no(&format!("DELETE {}", quoted(&mailbox.seen("Sent"))));
    mailbox.grant([alice, "--rights", "lrx"]).exits(0);
    stored("lrx");
    let mut session = mailbox.member(alice);
    session.ok(&format!("DELETE {}", quoted(&mailbox.seen("Sent"))));
    let shown = mailbox.run(["show", &mailbox.address]).exits(0);
    shown.says("lrx");
}

#[test]
fn letters_that_it_does_not_have_are_refused_before_anything_is_sent() {
    let mailbox = mailbox(1);
    for (letters, why) in [("lrc", "obsolete"), ("lrd", "obsolete"), ("lrp", "know p")] {
        let ran = mailbox.grant([mailbox.alice(), "--rights", letters, "-vv"]);
        let ran = ran.exits(65).says(why);
        assert_eq!(ran.changes(), [""; 0]);
    }
    assert!(!native(&mailbox, "INBOX").contains(mailbox.alice()));
}

#[test]
fn its_ok_to_an_authorisation_identity_is_not_believed() {
    let provider = Courier::with(&["--authzid"]);
    let mailbox = Mailbox::on(&provider, &["Sent"], 1);
    let admins = |who: &str| {
        let mut admin = mailbox.owner();
        admin.ok("LIST (ACL) \"\" \"*\"").contains(who)
    };
    for words in [
        ["grant", &mailbox.address, mailbox.alice(), "--write"].as_slice(),
        &["revoke", &mailbox.address, mailbox.alice()],
        &["show", &mailbox.address],
        &["create", &mailbox.address],
        &["grant", "nobody@example.test", mailbox.alice(), "--write"],
    ] {
        let ran = provider.run(words.iter().copied().chain(["-vv"])).exits(77);
        assert_eq!(ran.changes(), [""; 0]);
        ran.says("Courier ignores the authorisation identity")
            .says("reach = \"namespace\"");
        assert!(!admins(mailbox.alice()));
    }
    // Nor where the mailbox's name stands with all rights in the administrator's own INBOX.
    let mut admin = mailbox.owner();
    admin.ok(&format!("SETACL INBOX {} acdilrsw", mailbox.address));
    let ran = provider.run(["grant", &mailbox.address, mailbox.alice(), "--write"]);
    ran.exits(77).says("Courier ignores");
    assert!(!admins(mailbox.alice()));
    let doctor = provider.run(["doctor", &mailbox.address]);
    assert_ne!(doctor.code, Some(0));
    doctor.says("Courier ignores the authorisation identity");
}

#[test]
fn nobody_else_is_tried_as_where_it_is_known_to_be_courier() {
    let mailbox = mailbox(2);
    let words = [mailbox.alice(), mailbox.bob(), "--write", "-vv"];
    mailbox.grant(words).exits(0);
    // A refused login takes it 5 s.
    let log = mailbox.provider.log();
    assert!(!log.contains(&format!("LOGIN FAILED, user={}", mailbox.alice())));
}

#[test]
fn the_reach_is_found_out_where_the_profile_does_not_say() {
    let mailbox = mailbox(1);
    let unsaid = |config: &str| config.replace("reach = \"namespace\"\n", "");
    let words = ["grant", &mailbox.address, mailbox.alice(), "--read-only"];
    run_with(&mailbox, unsaid, &words).exits(0);
    assert_eq!(
        mailbox.rights(mailbox.alice(), "Sent").as_deref(),
        Some("lrs")
    );
}

#[test]
fn who_is_no_administrator_is_refused_in_plain_words() {
    let mailbox = mailbox(2);
    let (alice, bob) = (mailbox.alice(), mailbox.bob());
    let as_alice = |config: &str| config.replace("admin@example.test", alice);
    let words = ["grant", &mailbox.address, bob, "--write"];
    run_with(&mailbox, as_alice, &words)
        .exits(67)
        .says("no shared mailbox");
    mailbox.set("INBOX", alice, "lr");
    let ran = run_with(&mailbox, as_alice, &words).exits(77);
    ran.says("Access denied");
    assert!(!native(&mailbox, "INBOX").contains(bob));
    // Whoever holds a may give rights, without being an administrator.
    mailbox.grant([alice, "--full-access"]).exits(0);
    run_with(&mailbox, as_alice, &words).exits(0);
    assert_eq!(mailbox.rights(bob, "Sent").as_deref(), Some("ilrsw"));
}

#[test]
fn folders_are_made_renamed_and_deleted_with_their_entries() {
    let mailbox = mailbox(1);
    let alice = mailbox.alice();
    mailbox.grant([alice, "--write"]).exits(0);
    store(&mailbox, "INBOX", "group=helpdesk", "lr");
    let folder = |words: &[&str]| {
        let words = ["folder", words[0], &mailbox.address]
            .into_iter()
            .chain(words[1..].iter().copied());
        mailbox.provider.run(words)
    };
    folder(&["create", "Pläne/2026", "a*b"]).exits(0);
    for made in ["Pläne/2026", "a*b"] {
        assert_eq!(
            mailbox.rights(alice, made).as_deref(),
            Some("ilrsw"),
            "{made}"
        );
        assert!(native(&mailbox, made).contains("group=helpdesk"));
    }
    folder(&["rename", "Pläne", "Später", "--yes"]).exits(0);
    assert_eq!(
        mailbox.rights(alice, "Später/2026").as_deref(),
        Some("ilrsw")
    );
    assert_eq!(mailbox.rights(alice, "Pläne/2026"), None);
    folder(&["delete", "a*b", "--yes"]).exits(0);
    assert_eq!(mailbox.rights(alice, "a*b"), None);
    // The dot separates, so that a slash is none of its letters.
    folder(&["create", "x.y"])
        .exits(77)
        .says("Invalid mailbox name");
    folder(&["list"])
        .exits(0)
        .says("Später/2026")
        .says("Archive/Größe");
}

#[test]
fn what_courier_cannot_do_is_said_plainly() {
    let mailbox = mailbox(0);
    let run = |words: &[&str]| mailbox.provider.run(words);
    run(&["create", "unborn@"])
        .exits(67)
        .says("Courier's mailboxes are accounts");
    run(&["delete", &mailbox.address, "--yes"])
        .exits(1)
        .says("an account cannot be deleted over IMAP");
    run(&["rename", &mailbox.address, "other@", "--yes"])
        .exits(1)
        .says("an account cannot be renamed over IMAP");
    run(&["create", &mailbox.address, "--quota", "1G"])
        .exits(77)
        .says("takes no limits of storage");
    let doctor = run(&["doctor", &mailbox.address]);
    doctor
        .says("treated as Courier")
        .says("group:helpdesk is spelled group=helpdesk")
        .says("Courier lets nobody act as somebody else")
        .says("can be read; this server takes no limits")
        .says("x, t and e together are its d")
        .says("another program gives in the same moment can be lost");
}

#[test]
fn create_makes_the_folders_of_an_account_once() {
    let mailbox = Mailbox::on(Courier::running(), &[], 1);
    let ran = mailbox.run(["create", &mailbox.address]).exits(0);
    ran.says("7 of 7 changes made");
    let again = mailbox.run(["create", &mailbox.address, "-vv"]).exits(0);
    assert_eq!(again.changes(), [""; 0]);
    let stored = native(&mailbox, "Drafts");
    assert!(!stored.contains("user="), "{stored}");
}

#[test]
fn identities_are_kept_and_believed() {
    let mailbox = Mailbox::on(Courier::running(), &[], 2);
    let (alice, bob) = (mailbox.alice(), mailbox.bob());
    mailbox.run(["create", &mailbox.address]).exits(0);
    mailbox.grant([alice, "--write", "--send-as"]).exits(0);
    let folder = "Identities/Send As";
    assert!(native(&mailbox, folder).contains(&format!("(\"user={alice}\" \"l\")")));
    assert_eq!(mailbox.rights(alice, folder).as_deref(), Some("l"));
    let told = mailbox.run(["identities", &mailbox.address]).exits(0);
    told.says(alice).says_not(bob);
    // Full access to the mailbox is none to the folders that keep them.
    mailbox.grant([bob, "--full-access"]).exits(0);
    let name = quoted(&mailbox.seen(folder));
    let mut session = mailbox.member(bob);
    for command in [
        format!("SETACL {name} {bob} l"),
        format!("ACL STORE {name} user={bob} l"),
        format!("DELETE {name}"),
        format!("RENAME {name} {}", quoted(&mailbox.seen("Mine"))),
        format!(
            "CREATE {}",
            quoted(&mailbox.seen("Identities/Send As/More"))
        ),
    ] {
        session.command(&command);
    }
    assert!(!native(&mailbox, folder).contains(bob));
    assert!(native(&mailbox, folder).contains(alice));
    // She could give it to others: nobody's identity is believed.
    store(&mailbox, folder, &format!("user={bob}"), "la");
    let told = mailbox.run(["identities", &mailbox.address]);
    told.says_not(&format!("{alice}  as it"));
    mailbox.run(["check", &mailbox.address]).exits(2).says(bob);
}

#[test]
fn everything_is_told_from_the_entries() {
    let mailbox = mailbox(2);
    let (alice, bob) = (mailbox.alice(), mailbox.bob());
    mailbox.grant([alice, "--write"]).exits(0);
    store(&mailbox, "Sent", &format!("-user={alice}"), "w");
    store(&mailbox, "Sent", "anyone", "l");
    let explain = |who: &str| -> Value {
        let words = ["explain", &mailbox.address, who, "-o", "json"];
        mailbox.run(words).exits(0).json()
    };
    let rights = |explained: &Value, folder: &str| {
        let folders = explained["folders"].as_array().unwrap();
        let sent = folders.iter().find(|f| f["folder"] == folder);
        sent.unwrap_or_else(|| panic!("{explained:#}"))["rights"].clone()
    };
    // Courier adds up what names her, and takes away what a negative entry names.
    assert_eq!(rights(&explain(alice), "Sent"), json!("lrsi"));
    assert_eq!(mailbox.rights(alice, "Sent").as_deref(), Some("ilrs"));
    assert_eq!(rights(&explain(bob), "Sent"), json!("l"));
    assert_eq!(mailbox.rights(bob, "Sent").as_deref(), Some("l"));
    assert_eq!(
        rights(&explain(&mailbox.address), "Sent"),
        json!("lrswikxtea")
    );
    let access = mailbox.provider.run(["access", alice]).exits(0);
    access.says(&mailbox.address).says("write");
    let list = mailbox.provider.run(["list"]).exits(0);
    list.says(&mailbox.address).says_not("#shared");
}

#[test]
fn names_beyond_ascii_and_with_equals_signs_are_stored_as_they_are() {
    let mailbox = mailbox(0);
    for who in ["jürgen@example.test", "a=b@example.test"] {
        mailbox.grant([who, "--read-only"]).exits(0);
        assert!(native(&mailbox, "Sent").contains(&format!("(\"user={who}\" \"lrs\")")));
        mailbox.revoke([who]).exits(0);
        assert!(!native(&mailbox, "Sent").contains(who));
    }
    mailbox.grant(["id:a b", "--read-only"]).exits(77);
    mailbox
        .grant(["id:user=dave@example.test", "--read-only"])
        .exits(0);
    assert!(native(&mailbox, "Sent").contains("(\"user=dave@example.test\" \"lrs\")"));
}

#[test]
fn munged_names_lead_to_the_same_mailboxes() {
    let provider = Courier::with(&["--munge"]);
    let mailbox = Mailbox::on(&provider, &FOLDERS, 1);
    mailbox.grant([mailbox.alice(), "--write"]).exits(0);
    let rights = mailbox.rights(mailbox.alice(), "Archive/Größe");
    assert_eq!(rights.as_deref(), Some("ilrsw"));
    provider.run(["list"]).exits(0).says(&mailbox.address);
}

#[test]
fn many_folders_are_read_by_one_question() {
    let names: Vec<String> = (0..200).map(|n| format!("Ordner ä{n}")).collect();
    let folders: Vec<&str> = names.iter().map(String::as_str).collect();
    let mailbox = Mailbox::on(Courier::running(), &folders, 1);
    let ran = mailbox.grant([mailbox.alice(), "--write", "-vv"]).exits(0);
    let asked = ran.sent().into_iter();
    let asked = asked.filter(|line| line.contains("ACL)") || line.starts_with("GETACL"));
    assert!(asked.count() <= 4);
    let rights = mailbox.rights(mailbox.alice(), "Ordner ä199");
    assert_eq!(rights.as_deref(), Some("ilrsw"));
}

#[test]
fn a_wrong_password_is_refused() {
    let mailbox = mailbox(0);
    let mut command = mailbox.provider.sharemail();
    command.env("SHAREMAIL_PASSWORD", format!("not {PASSWORD}"));
    run::run(&mut command, ["show", &mailbox.address]).exits(77);
    assert!(is_ok(&mailbox.owner().command("NOOP")));
}
