//! `sharemail offboard`, seen from the side of whoever leaves and whoever takes over.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::provider::client::quoted;
use crate::provider::{
    Client, Cyrus, Dovecot, Kind, Mailbox, Provider, Ran, Toy, on_both, run, terminal,
};

const FOLDERS: [&str; 3] = ["Sent", "Archive", "Entwürfe/März"];

/// A profile that names these mailboxes.
pub fn config(provider: &Provider, mailboxes: &[&str]) -> PathBuf {
    let config = fs::read_to_string(provider.config_path()).unwrap();
    let domain = "domain = \"example.test\"\n";
    let config = config.replace(domain, &format!("{domain}mailboxes = {mailboxes:?}\n"));
    let name = mailboxes[0].replace(['@', '.', '/'], "_");
    let path = provider
        .dir()
        .join(format!("people-{name}-{}.toml", mailboxes.len()));
    fs::write(&path, config).unwrap();
    path
}

/// sharemail with a profile that names these mailboxes.
pub fn over(mailboxes: &[&Mailbox], words: &[&str]) -> Ran {
    let provider = mailboxes[0].provider;
    let names: Vec<&str> = mailboxes.iter().map(|m| m.address.as_str()).collect();
    let path = config(provider, &names);
    run::run(provider.sharemail().env("SHAREMAIL_CONFIG", path), words)
}

/// Every entry of the mailbox, folder by folder.
pub fn entries(mailbox: &Mailbox) -> BTreeMap<String, BTreeMap<String, String>> {
    let kept = [
        "Identities",
        "Identities/Send As",
        "Identities/Send on Behalf",
    ];
    let mut owner = mailbox.owner();
    let names = ["INBOX"].into_iter().chain(FOLDERS).chain(kept);
    let there = |folder: &&str| {
        let name = mailbox.owned(folder);
        !owner.list(&name).is_empty()
    };
    let there: Vec<&str> = names.filter(there).collect();
    there
        .into_iter()
        .map(|folder| (folder.to_owned(), mailbox.entries(folder)))
        .collect()
}

/// The undo file that a run says it wrote.
pub fn undo_file(ran: &Ran) -> String {
    let said = format!("{}{}", ran.stdout, ran.stderr);
    let said = said
        .split("sharemail undo ")
        .nth(1)
        .unwrap_or_else(|| panic!("{said}"));
    said.lines().next().unwrap().trim().to_owned()
}

fn names_nobody_but(mailbox: &Mailbox, others: &[&str]) {
    for (folder, entries) in entries(mailbox) {
        let known =
            |who: &String| who == "anyone" || others.iter().any(|o| mailbox.spelled(o) == who);
        assert!(entries.keys().all(known), "{folder}: {entries:?}");
    }
}

/// Two mailboxes of one provider, the people of the first.
fn two(provider: &Provider, people: usize) -> [Mailbox<'_>; 2] {
    [people, 0].map(|people| Mailbox::on(provider, &FOLDERS, people))
}

#[test]
fn whoever_leaves_is_out_of_every_mailbox_folder_and_identity() {
    for provider in [Dovecot::running(), Cyrus::running()] {
        let mailboxes = two(provider, 2);
        let [first, second] = &mailboxes;
        let (alice, bob) = (first.alice(), first.bob());
        first
            .grant([alice, bob, "--full-access", "--send-as"])
            .exits(0);
        second
            .grant([alice, "--read-only", "--send-on-behalf"])
            .exits(0);
        second
            .grant([alice, "--write", "--folder", "Entwürfe/März"])
            .exits(0);
        let ran = over(&[first, second], &["offboard", alice, "--yes"]).exits(0);
        ran.says("taken out of 2 shared mailboxes (2 mailboxes looked into)")
            .says("full-access")
            .says("verified as")
            .says("groups that they may be in cannot be seen");
        names_nobody_but(first, &[bob]);
        names_nobody_but(second, &[]);
        let mut session = first.member(alice);
        for mailbox in &mailboxes {
            session.no(&format!("SELECT {}", quoted(&mailbox.seen("INBOX"))));
            assert!(
                session
                    .list("*")
                    .iter()
                    .all(|name| !name.contains(&mailbox.seen("INBOX")))
            );
        }
        assert_eq!(
            first.rights(bob, "Entwürfe/März").unwrap(),
            first.everything()
        );
        let again = over(&[first, second], &["offboard", alice, "--yes", "-vv"]).exits(0);
        assert_eq!(again.changes(), [""; 0]);
        again.says("no entry in the 2 mailboxes looked into");
    }
}

#[test]
fn an_undo_file_is_always_written_and_nobody_else_reads_it() {
    for mailbox in on_both(&FOLDERS, 1) {
        mailbox.grant([mailbox.alice(), "--write"]).exits(0);
        let ran = over(
            &[&mailbox],
            &["offboard", mailbox.alice(), "--yes", "-o", "json"],
        )
        .exits(0);
        let path = ran.json()["undo_file"].as_str().unwrap().to_owned();
        assert!(
            path.contains("/.local/state/sharemail/undo/offboard-"),
            "{path}"
        );
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
        assert!(
            fs::read_to_string(&path)
                .unwrap()
                .contains(&mailbox.address)
        );
    }
}

#[test]
fn every_spelling_goes_and_so_do_entries_that_take_away() {
    for mailbox in on_both(&FOLDERS, 2) {
        let (alice, bob) = (mailbox.alice(), mailbox.bob());
        let local = alice.split('@').next().unwrap();
        mailbox.make_identities();
        let spellings = [
            ("INBOX", local.to_owned()),
            ("INBOX", alice.to_owned()),
            ("Sent", local.to_uppercase()),
            ("Archive", format!("-{local}")),
            ("Entwürfe/März", format!("-{alice}")),
            ("Identities", local.to_owned()),
            ("Identities/Send As", alice.to_owned()),
        ];
        let mut owner = mailbox.owner();
        for (folder, identifier) in &spellings {
            owner.setacl(&mailbox.owned(folder), identifier, "lrswip");
        }
        // Somebody whose name only begins alike, and somebody of another domain.
        for other in [format!("{local}2"), format!("{local}@other.test")] {
            owner.setacl(&mailbox.owned("Sent"), &other, "lr");
        }
        mailbox.set("Sent", bob, "lr");
        let ran = over(&[&mailbox], &["offboard", local, "--yes"]).exits(0);
        ran.says("-").says(local);
        let left: Vec<String> = entries(&mailbox)
            .into_values()
            .flat_map(BTreeMap::into_keys)
            .filter(|who| who != "anyone")
            .collect();
        assert_eq!(left.len(), 3, "{left:?}");
        assert!(
            left.contains(&format!("{local}2")) && left.contains(&format!("{local}@other.test"))
        );
    }
}

#[test]
fn what_was_held_is_handed_over_and_added_to_what_is_there() {
    for mailbox in on_both(&FOLDERS, 2) {
        let (alice, bob) = (mailbox.alice(), mailbox.bob());
        mailbox.grant([alice, "--read-only", "--send-as"]).exits(0);
        mailbox.set("Sent", alice, "lrswip");
        mailbox.set("Archive", bob, "lrsi");
        mailbox.set("INBOX", bob, "lrs");
        let ran = over(&[&mailbox], &["offboard", alice, "--to", bob, "--yes"]).exits(0);
        ran.says("has it (verified as");
        names_nobody_but(&mailbox, &[bob]);
        let rights = |folder| mailbox.rights(bob, folder).unwrap_or_default();
        assert_eq!(rights("INBOX"), "lrs");
        assert_eq!(rights("Sent"), "ilprsw");
        assert_eq!(rights("Archive"), "ilrs");
        assert_eq!(rights("Entwürfe/März"), "lrs");
        assert_eq!(
            mailbox.stored("Identities/Send As", bob).as_deref(),
            Some("lp")
        );
        let identities = mailbox
            .run(["identities", &mailbox.address, "-o", "json"])
            .exits(0)
            .json();
        assert_eq!(identities["mailboxes"][0]["send_as"], json!([bob]));
    }
}

#[test]
fn a_member_of_a_group_loses_nothing_by_what_is_handed_over() {
    let mailbox = Mailbox::on(Dovecot::running(), &FOLDERS, 1);
    mailbox.grant(["group:helpdesk", "--full-access"]).exits(0);
    mailbox.grant([mailbox.alice(), "--read-only"]).exits(0);
    let dave = "dave@example.test";
    over(
        &[&mailbox],
        &["offboard", mailbox.alice(), "--to", dave, "--yes"],
    )
    .exits(0);
    assert_eq!(mailbox.rights(dave, "Sent").unwrap(), mailbox.everything());
    assert_eq!(mailbox.stored("Sent", dave), None);
    assert_eq!(mailbox.stored("Sent", mailbox.alice()), None);
}

#[test]
fn nobody_loses_anything_to_somebody_whom_the_server_does_not_know() {
    for mailbox in on_both(&FOLDERS, 1) {
        mailbox.grant([mailbox.alice(), "--write"]).exits(0);
        let before = entries(&mailbox);
        let words = [
            "offboard",
            mailbox.alice(),
            "--to",
            "nobody",
            "--yes",
            "-vv",
        ];
        let ran = over(&[&mailbox], &words).exits(67);
        assert_eq!(ran.changes(), [""; 0]);
        assert_eq!(entries(&mailbox), before);
    }
}

#[test]
fn nobody_loses_what_the_other_was_not_seen_to_have() {
    let mailbox = Mailbox::on(Dovecot::running(), &FOLDERS, 2);
    let (alice, bob) = (mailbox.alice(), mailbox.bob());
    mailbox.grant([alice, "--read-only"]).exits(0);
    mailbox
        .owner()
        .setacl(&mailbox.owned("Sent"), &format!("-{bob}"), "lrs");
    let ran = over(&[&mailbox], &["offboard", alice, "--to", bob, "--yes"]).exits(3);
    ran.says("NOT COMPLETE").says("kept: ");
    assert_eq!(mailbox.rights(alice, "Sent").as_deref(), Some("lrs"));
    assert_eq!(mailbox.rights(bob, "INBOX").as_deref(), Some("lrs"));
}

#[test]
fn what_is_handed_over_and_seen_by_nobody_is_told_in_a_plain_word() {
    for mailbox in on_both(&FOLDERS, 2) {
        let (alice, bob) = (mailbox.alice(), mailbox.bob());
        mailbox.grant([alice, "--write"]).exits(0);
        let words = ["offboard", alice, "--to", bob, "--yes", "--proof", "none"];
        over(&[&mailbox], &words)
            .exits(0)
            .says(&format!(
                "{bob} has it (stored, not verified: nobody asked for it)"
            ))
            .says("nothing (not verified: nobody asked for it)")
            .says(&format!(
                "no session of {bob}'s was looked at (--proof none)"
            ))
            .says(&format!("nobody looked through the eyes of {alice}"));
        assert_eq!(mailbox.rights(bob, "Sent").as_deref(), Some("ilprsw"));
        names_nobody_but(&mailbox, &[bob]);
    }
}

#[test]
fn nobody_loses_what_the_other_was_not_read_back_to_have() {
    let toy = Toy::twisted(&["Sent"], |peer, line, _| {
        let refused = line.contains("SETACL") && line.contains("Sent") && line.contains("bob");
        if refused {
            peer.no("[NOPERM] not yours");
        }
        refused
    });
    toy.set("INBOX", "alice@example.test", "lrs");
    toy.set("Sent", "alice@example.test", "lrs");
    let words = [
        "offboard", "alice", "--to", "bob", "--yes", "--proof", "none",
    ];
    toy.run(words).says("kept: ").says("NOT COMPLETE");
    assert_eq!(toy.heard_of("DELETEACL"), [""; 0]);
    toy.finish();
}

#[test]
fn many_who_leave_several_mailboxes_at_once_are_refused() {
    for provider in [Dovecot::running(), Cyrus::running()] {
        let mailboxes = two(provider, 2);
        let [first, second] = &mailboxes;
        let (alice, bob) = (first.alice(), first.bob());
        first.grant([alice, bob, "--read-only"]).exits(0);
        second.grant([alice, "--read-only"]).exits(0);
        let before = mailboxes.each_ref().map(entries);
        let offboard = |words: &[&str]| {
            let words = [&["offboard", alice, bob, "-vv"], words].concat();
            over(&[first, second], &words)
        };
        for words in [&["--yes"][..], &["--dry-run"]] {
            let ran = offboard(words).exits(77);
            assert_eq!(ran.changes(), [""; 0]);
            ran.says("refused: ")
                .says("nobody would be left: all 2 members would go")
                .says("if that is meant, add --force");
        }
        assert_eq!(mailboxes.each_ref().map(entries), before);
        offboard(&["--yes", "--force"]).exits(0);
        names_nobody_but(first, &[]);
        names_nobody_but(second, &[]);
    }
}

#[test]
fn what_a_group_still_gives_is_told_and_does_not_read_as_complete() {
    let dovecot = Dovecot::start();
    let mailbox = Mailbox::on(&dovecot, &FOLDERS, 0);
    let dave = "dave@example.test";
    mailbox.grant([dave, "--write"]).exits(0);
    mailbox.grant(["group:helpdesk", "--read-only"]).exits(0);
    let ran = over(&[&mailbox], &["offboard", dave, "--yes"]).exits(3);
    ran.says("NOT COMPLETE").says("through group:helpdesk");
    assert_eq!(mailbox.stored("INBOX", dave), None);
    mailbox.revoke(["group:helpdesk"]).exits(0);
    over(&[&mailbox], &["offboard", dave, "--yes"]).exits(0);
}

#[test]
fn what_is_open_to_everybody_is_told_and_no_failure() {
    let cyrus = Cyrus::start();
    let mailbox = Mailbox::on(&cyrus, &FOLDERS, 1);
    mailbox.grant([mailbox.alice(), "--write"]).exits(0);
    mailbox.grant(["anyone", "--read-only"]).exits(0);
    let ran = over(&[&mailbox], &["offboard", mailbox.alice(), "--yes"]).exits(0);
    ran.says("through anyone");
}

#[test]
fn what_is_open_to_whoever_logs_in_is_no_failure_either() {
    let dovecot = Dovecot::with(&["--anyone"]);
    let mailbox = Mailbox::on(&dovecot, &FOLDERS, 1);
    mailbox.grant([mailbox.alice(), "--write"]).exits(0);
    mailbox.owner().setacl("INBOX", "authenticated", "lr");
    let ran = over(&[&mailbox], &["offboard", mailbox.alice(), "--yes"]);
    let ran = ran.exits(0).says("through authenticated");
    ran.says_not("NOT COMPLETE");
}

#[test]
fn the_last_who_may_grant_goes_where_the_administrator_is_above_the_entries() {
    let cyrus = Cyrus::start();
    let mut admin = Client::admin(&cyrus);
    for name in ["Team", "Other"] {
        admin.create(name);
        for who in admin.getacl(name).into_keys() {
            admin.ok(&format!("DELETEACL {name} {}", quoted(&who)));
        }
        admin.setacl(name, "alice", "lrswipkxtea");
    }
    let path = config(&cyrus, &["Team", "Other"]);
    let offboard = |words: &[&str]| {
        let mut command = cyrus.sharemail();
        command
            .env("SHAREMAIL_CONFIG", &path)
            .args(["offboard", "alice", "--yes"]);
        run::run(&mut command, words)
    };
    // An administrator of Cyrus may give everything back, whatever the entries say.
    offboard(&[]).exits(0);
    assert!(admin.getacl("Team").is_empty());
    assert!(admin.getacl("Other").is_empty());
    admin.setacl("Team", "alice", "lrswipkxtea");
    offboard(&["--to", "bob"]).exits(0);
    assert_eq!(
        admin.getacl("Team").into_keys().collect::<Vec<_>>(),
        ["bob"]
    );
}

#[test]
fn a_mailbox_that_cannot_be_read_is_named() {
    for mailbox in on_both(&FOLDERS, 1) {
        mailbox.grant([mailbox.alice(), "--write"]).exits(0);
        let path = config(
            mailbox.provider,
            &[&mailbox.address, "missing@example.test"],
        );
        let mut command = mailbox.provider.sharemail();
        command.env("SHAREMAIL_CONFIG", path);
        let ran = run::run(&mut command, ["offboard", mailbox.alice(), "--yes"]).exits(3);
        ran.says("NOT COMPLETE").says("missing@example.test: ");
        names_nobody_but(&mailbox, &[]);
    }
}

#[test]
fn mailboxes_that_nobody_named_are_found_by_the_leavers_own_session() {
    let dovecot = Dovecot::start();
    let mailbox = Mailbox::on(&dovecot, &FOLDERS, 1);
    mailbox.grant([mailbox.alice(), "--write"]).exits(0);
    let ran = mailbox.run(["offboard", mailbox.alice(), "--yes"]).exits(3);
    ran.says("IMAP cannot list accounts").says("NOT COMPLETE");
    names_nobody_but(&mailbox, &[]);
}

#[test]
fn a_cyrus_needs_no_list_of_its_mailboxes() {
    let cyrus = Cyrus::start();
    let mailbox = Mailbox::on(&cyrus, &FOLDERS, 1);
    mailbox.grant([mailbox.alice(), "--write"]).exits(0);
    mailbox.run(["offboard", mailbox.alice(), "--yes"]).exits(0);
    names_nobody_but(&mailbox, &[]);
    let mut own = mailbox.member(mailbox.alice());
    assert_eq!(own.myrights("INBOX").unwrap(), mailbox.everything());
}

#[test]
fn nothing_happens_without_a_yes() {
    for mailbox in on_both(&FOLDERS, 1) {
        let alice = mailbox.alice();
        mailbox.grant([alice, "--write", "--send-as"]).exits(0);
        let before = entries(&mailbox);
        over(&[&mailbox], &["offboard", alice])
            .exits(64)
            .says("--yes");
        let words = ["offboard", alice, "--dry-run", "--detailed-exitcode", "-vv"];
        let ran = over(&[&mailbox], &words).exits(2);
        ran.says("would be taken out of 1 shared mailbox")
            .says("as, on behalf");
        let path = config(mailbox.provider, &[&mailbox.address]);
        let mut command = mailbox.provider.sharemail();
        command.env("SHAREMAIL_CONFIG", path);
        terminal::run(&command, &["offboard", alice], "n\n")
            .exits(1)
            .says("Take")
            .says("nobody was taken out");
        assert_eq!(entries(&mailbox), before);
        terminal::run(&command, &["offboard", alice], "y\n").exits(0);
        names_nobody_but(&mailbox, &[]);
    }
}

#[test]
fn a_mistyped_name_does_not_look_as_if_somebody_were_gone() {
    for mailbox in on_both(&FOLDERS, 2) {
        let (alice, bob) = (mailbox.alice(), mailbox.bob());
        mailbox.grant([alice, bob, "--read-only"]).exits(0);
        let before = entries(&mailbox);
        let mistyped = alice.replacen("li", "il", 1);
        let offboard = |words: &[&str]| over(&[&mailbox], &[&["offboard", "-vv"], words].concat());
        for words in [
            &[mistyped.as_str(), "--yes"][..],
            &[bob, &mistyped, "--yes"],
            &[&mistyped, "--dry-run"],
        ] {
            let ran = offboard(words).exits(67);
            assert_eq!(ran.changes(), [""; 0]);
            ran.says(&format!(
                "{mistyped}: nobody of that name holds anything in the 1 mailbox"
            ))
            .says(&format!("did you mean {alice}?"))
            .says("--missing-ok");
        }
        assert_eq!(entries(&mailbox), before);
        offboard(&[&mistyped, "--missing-ok", "--yes"])
            .exits(0)
            .says("the server knows no user");
        assert_eq!(entries(&mailbox), before);
        // Of groups nobody knows whether they exist.
        let ran = offboard(&["group:hepldesk", "--yes"]).exits(0);
        ran.says_not("did you mean");
        if mailbox.provider.kind() == Kind::Dovecot {
            mailbox.grant(["group:helpdesk", "--read-only"]).exits(0);
            offboard(&["group:hepldesk", "--yes"])
                .exits(0)
                .says("group:hepldesk holds nothing: did you mean group:helpdesk?");
        }
        offboard(&[alice, "--yes"]).exits(0);
        offboard(&[alice, "--yes"]).exits(0);
    }
}

#[test]
fn several_people_leave_at_once() {
    for mailbox in on_both(&FOLDERS, 3) {
        let [alice, bob, carol] = [0, 1, 2].map(|n| mailbox.people[n].as_str());
        mailbox.grant([alice, bob, carol, "--read-only"]).exits(0);
        mailbox.set("Sent", bob, "lrswi");
        let words = ["offboard", alice, bob, "--to", carol, "--yes", "-o", "csv"];
        let csv = over(&[&mailbox], &words).exits(0).stdout;
        assert_eq!(csv.lines().count(), 4, "{csv}");
        names_nobody_but(&mailbox, &[carol]);
        assert_eq!(mailbox.rights(carol, "Sent").as_deref(), Some("ilrsw"));
    }
}

#[test]
fn the_login_that_does_it_and_everybody_are_refused() {
    let mailbox = Mailbox::on(Dovecot::running(), &FOLDERS, 1);
    over(&[&mailbox], &["offboard", "admin", "--yes", "--force"]).exits(77);
    over(&[&mailbox], &["offboard", "anyone", "--yes"]).exits(64);
    let alice = mailbox.alice();
    over(&[&mailbox], &["offboard", alice, "--to", alice, "--yes"]).exits(64);
}

fn fifty_mailboxes_are_left(provider: &Provider) {
    let stems: Vec<String> = (0..50).map(|n| format!("team{n}x")).collect();
    let stems: Vec<&str> = stems
        .iter()
        .map(String::as_str)
        .chain(["alice", "bob"])
        .collect();
    let mut names = provider.fresh_all(&stems);
    let people = names.split_off(50);
    let alice = people[0].as_str();
    let mailboxes = names.into_iter().map(|address| Mailbox {
        provider,
        address,
        people: people.clone(),
    });
    let mailboxes: Vec<Mailbox> = mailboxes.collect();
    for mailbox in &mailboxes {
        mailbox.make(&["Sent"]);
        for folder in ["INBOX", "Sent"] {
            mailbox.set(folder, alice, "lrs");
        }
    }
    let all: Vec<&Mailbox> = mailboxes.iter().collect();
    let ran = over(&all, &["offboard", alice, "--yes", "-o", "json"]).exits(0);
    println!("50 mailboxes left in {:?}", ran.took);
    let report = ran.json();
    assert_eq!(report["left"].as_array().unwrap().len(), 50);
    let verified = |left: &Value| left["proof"]["result"] == "verified" && left["changed"] == 2;
    assert!(
        report["left"].as_array().unwrap().iter().all(verified),
        "{report:#}"
    );
    for mailbox in &mailboxes {
        assert_eq!(mailbox.stored("Sent", alice), None);
    }
    let path = report["undo_file"].as_str().unwrap();
    over(&all, &["undo", path, "--yes"])
        .exits(0)
        .says("100 changes made");
    for mailbox in &mailboxes {
        assert_eq!(mailbox.stored("Sent", alice).as_deref(), Some("lrs"));
    }
}

#[test]
fn fifty_mailboxes_of_dovecot_are_left_and_come_back() {
    fifty_mailboxes_are_left(&Dovecot::start());
}

#[test]
fn fifty_mailboxes_of_cyrus_are_left_and_come_back() {
    fifty_mailboxes_are_left(&Cyrus::start());
}
