//! Identities: who may send for a mailbox, kept where no member can change it.

use serde_json::{Value, json};

use crate::provider::client::{is_ok, quoted, utf7};
use crate::provider::toy::IDENTITIES;
use crate::provider::{Client, Cyrus, Dovecot, Kind, Mailbox, PASSWORD, Ran, Toy, on_both};

const FOLDERS: [&str; 2] = ["Sent", "Archive"];
const SEND_AS: &str = IDENTITIES[1];
const ON_BEHALF: &str = IDENTITIES[2];

/// What an entry on the folder of an identity gives.
fn held(mailbox: &Mailbox, person: &str, folder: &str) -> Option<String> {
    mailbox.stored(folder, person)
}

/// The member as `show` tells her.
fn shown(mailbox: &Mailbox, person: &str) -> Value {
    let shown = mailbox.run(["show", &mailbox.address, "-o", "json"]).json();
    let members = shown["members"].as_array().unwrap();
    let is_her = |member: &&Value| member["identifier"] == *mailbox.spelled(person);
    members.iter().find(is_her).cloned().unwrap_or(Value::Null)
}

/// The kinds of what `check` finds.
fn found(mailbox: &Mailbox) -> Vec<String> {
    let ran = mailbox.run(["check", &mailbox.address, "-o", "json"]);
    let checked = ran.json();
    let findings = checked["mailboxes"][0]["findings"].as_array().unwrap();
    let kinds = findings.iter().map(|f| f["finding"].as_str().unwrap());
    kinds.map(str::to_owned).collect()
}

#[test]
fn whoever_may_send_as_the_mailbox_holds_lp_and_nothing_else() {
    for mailbox in on_both(&FOLDERS, 1) {
        let alice = mailbox.alice();
        let ran = mailbox.grant([alice, "--send-as"]).exits(0);
        ran.says(&format!("may send as {}", mailbox.address))
            .says("verified as");
        assert_eq!(held(&mailbox, alice, SEND_AS).as_deref(), Some("lp"));
        for folder in ["INBOX", "Sent", "Identities", ON_BEHALF] {
            assert_eq!(mailbox.rights(alice, folder), None, "{folder}");
        }
        assert_eq!(mailbox.rights(alice, SEND_AS).as_deref(), Some("lp"));
        assert_eq!(shown(&mailbox, alice)["identities"], json!(["send-as"]));
    }
}

#[test]
fn with_full_access_nobody_gets_hold_of_the_identity_folders() {
    for mailbox in on_both(&FOLDERS, 2) {
        let (alice, bob) = (mailbox.alice(), mailbox.bob());
        let ran = mailbox.grant([alice, "--full-access"]).exits(0);
        ran.says("full access gives no right to send")
            .says("--send-as");
        mailbox.grant([alice, "--send-as"]).exits(0);
        let mut session = mailbox.member(alice);
        let person = mailbox.spelled(bob);
        for folder in IDENTITIES {
            let name = quoted(&mailbox.seen(folder));
            session.no(&format!("SETACL {name} {} lp", quoted(person)));
            session.no(&format!(
                "SETACL {name} {} lp",
                quoted(mailbox.spelled(alice))
            ));
            session.no(&format!(
                "DELETEACL {name} {}",
                quoted(mailbox.spelled(alice))
            ));
            session.no(&format!("RENAME {name} {}", quoted(&mailbox.seen("Mine"))));
            session.no(&format!("DELETE {name}"));
        }
        session.no(&format!(
            "CREATE {}",
            quoted(&mailbox.seen("Identities/Send As/x"))
        ));
        session.no(&format!("CREATE {}", quoted(&mailbox.seen("Identities/x"))));
        for folder in [SEND_AS, ON_BEHALF] {
            assert_eq!(held(&mailbox, bob, folder), None);
        }
        assert_eq!(held(&mailbox, alice, SEND_AS).as_deref(), Some("lp"));
        assert_eq!(found(&mailbox), [""; 0]);
    }
}

#[test]
fn write_includes_send_on_behalf_unless_told_otherwise() {
    for mailbox in on_both(&FOLDERS, 2) {
        let (alice, bob) = (mailbox.alice(), mailbox.bob());
        mailbox
            .grant([alice, "--write"])
            .exits(0)
            .says(&format!("may send on behalf of {}", mailbox.address));
        mailbox.grant([bob, "--write", "--no-send"]).exits(0);
        assert_eq!(held(&mailbox, alice, ON_BEHALF).as_deref(), Some("lp"));
        assert_eq!(held(&mailbox, alice, SEND_AS), None);
        assert_eq!(held(&mailbox, bob, ON_BEHALF), None);
        assert_eq!(shown(&mailbox, bob)["identities"], json!([]));
    }
}

#[test]
fn an_identity_can_be_taken_alone_and_goes_with_the_rest() {
    for mailbox in on_both(&FOLDERS, 1) {
        let alice = mailbox.alice();
        mailbox.grant([alice, "--write", "--send-as"]).exits(0);
        let ran = mailbox.revoke([alice, "--send-as"]).exits(0);
        ran.says_not("go on reading");
        assert_eq!(held(&mailbox, alice, SEND_AS), None);
        assert_eq!(held(&mailbox, alice, ON_BEHALF).as_deref(), Some("lp"));
        assert_eq!(mailbox.stored("Sent", alice).as_deref(), Some("ilprsw"));
        let ran = mailbox.revoke([alice]).exits(0).says("verified");
        ran.says(&format!(
            "may no longer send on behalf of {}",
            mailbox.address
        ));
        for folder in FOLDERS.into_iter().chain(["INBOX"]).chain(IDENTITIES) {
            assert_eq!(mailbox.stored(folder, alice), None, "{folder}");
        }
        assert_eq!(shown(&mailbox, alice), Value::Null);
    }
}

#[test]
fn a_second_run_sends_nothing() {
    for mailbox in on_both(&FOLDERS, 1) {
        let alice = mailbox.alice();
        let words = [
            alice,
            "--full-access",
            "--send-as",
            "--send-on-behalf",
            "-vv",
        ];
        assert!(!mailbox.grant(words).exits(0).changes().is_empty());
        let second = mailbox.grant(words).exits(0);
        assert_eq!(second.changes(), [""; 0]);
        second.says("nothing changed");
        let alone = mailbox.grant([alice, "--send-as", "-vv"]).exits(0);
        assert_eq!(alone.changes(), [""; 0]);
        alone.says("nothing changed");
    }
}

#[test]
fn a_reader_who_still_may_send_is_told() {
    for mailbox in on_both(&FOLDERS, 1) {
        let alice = mailbox.alice();
        mailbox.grant([alice, "--write"]).exits(0);
        let ran = mailbox.grant([alice, "--read-only"]).exits(0);
        ran.says("still may send on behalf")
            .says("--send-on-behalf");
        assert_eq!(held(&mailbox, alice, ON_BEHALF).as_deref(), Some("lp"));
        // What was asked for in the same breath is no news.
        let words = [alice, "--read-only", "--send-on-behalf"];
        mailbox.grant(words).exits(0).says_not("still");
    }
}

#[test]
fn the_owner_needs_no_identity_and_gets_none() {
    for mailbox in on_both(&FOLDERS, 0) {
        let ran = mailbox.grant([&mailbox.address, "--send-as"]).exits(0);
        ran.says("needs no permission to send");
        assert_eq!(mailbox.entries(SEND_AS).len(), 0);
    }
}

#[test]
fn a_group_that_the_server_does_not_know_is_told_to_have_nothing() {
    let mailbox = Mailbox::on(Cyrus::running(), &FOLDERS, 0);
    let ran = mailbox.grant(["group:nosuchgroup", "--send-as"]).exits(77);
    ran.says("not changed: still may not send")
        .says("Invalid identifier")
        .says_not("stored");
}

#[test]
fn a_member_who_made_the_folder_herself_is_not_believed() {
    let mailbox = Mailbox::on(Cyrus::running(), &FOLDERS, 2);
    let (alice, bob) = (mailbox.alice(), mailbox.bob());
    // Before the administrator made them, by somebody who held k without sharemail's help.
    for folder in ["INBOX", "Sent", "Archive"] {
        mailbox.set(folder, alice, "lrswipkxtea");
    }
    assert_eq!(found(&mailbox), ["identity-unprotected"]);
    let mut session = mailbox.member(alice);
    session.create(&mailbox.seen("Identities"));
    session.create(&mailbox.seen(SEND_AS));
    session.setacl(&mailbox.seen(SEND_AS), mailbox.spelled(bob), "lp");
    mailbox.make(&[ON_BEHALF]);
    assert_eq!(shown(&mailbox, bob), Value::Null);
    let ran = mailbox.run(["show", &mailbox.address]).exits(0);
    ran.says("not believed").says(mailbox.spelled(alice));
    mailbox.grant([bob, "--send-as"]).exits(77).says("check");
    assert!(found(&mailbox).contains(&"identity-not-believed".to_owned()));
    // A level does not wait for it.
    mailbox
        .grant([bob, "--write"])
        .exits(0)
        .says("was not given");
    mailbox
        .run(["check", &mailbox.address, "--fix", "--yes"])
        .exits(0);
    for folder in IDENTITIES {
        assert_eq!(mailbox.stored(folder, alice), None, "{folder}");
        assert_eq!(mailbox.stored(folder, bob), None, "{folder}");
    }
    mailbox.grant([bob, "--send-as"]).exits(0).says("verified");
    let name = quoted(&mailbox.seen(SEND_AS));
    mailbox.member(alice).no(&format!("DELETE {name}"));
    assert!(
        !found(&mailbox)
            .iter()
            .any(|kind| kind.starts_with("identity"))
    );
}

#[test]
fn dovecot_lets_no_member_make_the_folders_herself() {
    let mailbox = Mailbox::on(Dovecot::running(), &FOLDERS, 1);
    mailbox.set("INBOX", mailbox.alice(), "lrswipkxtea");
    let name = quoted(&mailbox.seen("Identities"));
    mailbox
        .member(mailbox.alice())
        .no(&format!("CREATE {name}"));
    // Forged all the same, by whoever could.
    mailbox.make(&IDENTITIES);
    mailbox.set(SEND_AS, mailbox.alice(), "lpx");
    assert!(found(&mailbox).contains(&"identity-not-believed".to_owned()));
    assert_eq!(shown(&mailbox, mailbox.alice())["identities"], json!([]));
    mailbox
        .run(["check", &mailbox.address, "--fix", "--yes"])
        .exits(0);
    assert_eq!(mailbox.stored(SEND_AS, mailbox.alice()), None);
}

#[test]
fn whoever_was_given_the_level_above_makes_nothing_that_is_believed() {
    let mailbox = Mailbox::on(Dovecot::running(), &FOLDERS, 2);
    let (alice, bob) = (mailbox.alice(), mailbox.bob());
    // By somebody who knew nothing of identities: she holds k there, and nothing anywhere else.
    mailbox.make(&["Identities"]);
    mailbox.set("Identities", alice, "lk");
    assert_eq!(found(&mailbox), ["identity-not-believed"]);
    mailbox.member(alice).create(&mailbox.seen(SEND_AS));
    assert_eq!(mailbox.stored(SEND_AS, alice).as_deref(), Some("kl"));
    mailbox.set(SEND_AS, bob, "lp");
    assert_eq!(shown(&mailbox, bob), Value::Null);
    mailbox.grant([bob, "--send-as"]).exits(77).says("check");
    let listed = mailbox.run(["identities", &mailbox.address, "--format", "postfix"]);
    listed.exits(3).says("not believed").says_not(bob);
    mailbox
        .run(["check", &mailbox.address, "--fix", "--yes", "--force"])
        .exits(0);
    assert_eq!(found(&mailbox), [""; 0]);
    for folder in ["Identities", SEND_AS] {
        assert_eq!(mailbox.entries(folder).len(), 0, "{folder}");
    }
    mailbox.grant([bob, "--send-as"]).exits(0).says("verified");
}

#[test]
fn what_a_member_made_in_a_public_namespace_is_not_believed() {
    let dovecot = Dovecot::with(&["--no-impersonation"]);
    let mut admin = Client::admin(&dovecot);
    let desk = "Public/Größe & Maß";
    let (alice, bob) = ("alice@example.test", "bob@example.test");
    let wire = |folder: &str| utf7(&format!("{desk}{folder}"));
    admin.create(&wire(""));
    admin.setacl(&wire(""), alice, "lrswipkxtea");
    let run = |words: &[&str]| dovecot.run([words[0], desk].iter().chain(&words[1..]));
    run(&["check"])
        .exits(2)
        .says("identities are not protected");
    let mut hers = Client::login(&dovecot, alice, PASSWORD);
    let send_as = wire("/Identities/Send As");
    hers.create(&wire("/Identities"));
    hers.create(&send_as);
    hers.setacl(&send_as, bob, "lp");
    // The folder itself looks clean; the one above it still is hers.
    hers.setacl(&send_as, alice, "lp");
    run(&["show"]).exits(0).says("not believed").says(alice);
    run(&["grant", "carol", "--send-as"])
        .exits(77)
        .says("check");
    run(&["grant", "carol", "--write"])
        .exits(0)
        .says("was not given");
    let listed = run(&["identities", "-o", "json"]).exits(0).json();
    assert_eq!(listed["mailboxes"][0]["send_as"], json!([]));
    assert_eq!(
        listed["mailboxes"][0]["disbelieved"][0]["identifier"],
        alice
    );
    run(&["check", "--fix", "--yes"]).exits(0).says("mended");
    let mut admin = Client::admin(&dovecot);
    for folder in [
        "/Identities",
        "/Identities/Send As",
        "/Identities/Send on Behalf",
    ] {
        let held = admin.getacl(&wire(folder));
        assert_eq!(held.into_keys().collect::<Vec<_>>(), ["admin"], "{folder}");
    }
    run(&["grant", "carol", "--send-as"]).exits(0);
    let mut hers = Client::login(&dovecot, alice, PASSWORD);
    hers.no(&format!("SETACL {} {alice} lp", quoted(&send_as)));
    hers.no(&format!("DELETE {}", quoted(&send_as)));
    let (old, new) = (quoted(&wire("/Identities")), quoted(&wire("/Mine")));
    hers.no(&format!("RENAME {old} {new}"));
}

#[test]
fn missing_folders_are_made_by_check() {
    for mailbox in on_both(&FOLDERS, 1) {
        for folder in ["INBOX", "Sent", "Archive"] {
            mailbox.set(folder, mailbox.alice(), "lrswipkxtea");
        }
        assert_eq!(found(&mailbox), ["identity-unprotected"]);
        let planned = mailbox.run(["check", &mailbox.address, "--fix", "--dry-run"]);
        planned.exits(2).says("Identities/Send As");
        let fixed = mailbox
            .run(["check", &mailbox.address, "--fix", "--yes"])
            .exits(0);
        fixed.says("mended: create Identities/Send As\n");
        assert_eq!(found(&mailbox), [""; 0]);
        for folder in IDENTITIES {
            assert_eq!(mailbox.rights(mailbox.alice(), folder), None, "{folder}");
        }
    }
}

#[test]
fn an_entry_that_makes_no_holder_is_found() {
    for mailbox in on_both(&FOLDERS, 1) {
        mailbox.make_identities();
        mailbox.set(SEND_AS, mailbox.alice(), "l");
        assert_eq!(found(&mailbox), ["identity-incomplete"]);
        assert_eq!(shown(&mailbox, mailbox.alice()), Value::Null);
    }
}

#[test]
fn a_dovecot_that_hands_on_what_inbox_gives_is_told_to_protect_nothing() {
    let dovecot = Dovecot::with(&["--defaults-from-inbox"]);
    let mailbox = Mailbox::on(&dovecot, &FOLDERS, 1);
    let ran = mailbox.grant([mailbox.alice(), "--full-access"]);
    ran.says("identities are not protected here")
        .says("acl_defaults_from_inbox");
    assert_eq!(found(&mailbox), ["identity-exposed"]);
    let explained = mailbox.run(["explain", &mailbox.address, mailbox.alice()]);
    explained.says("could give themselves");
}

#[test]
fn the_profile_names_the_folders() {
    for mailbox in on_both(&FOLDERS, 1) {
        let config = std::fs::read_to_string(mailbox.provider.config_path()).unwrap();
        let name = match mailbox.provider.kind() {
            Kind::Cyrus => "cyrus",
            Kind::Dovecot => "dovecot",
            Kind::Courier => "courier",
        };
        let config = format!(
            "{config}\n[profile.{name}.identities]\nsend-as = \"Senders/Als\"\n\
             send-on-behalf = \"Senders/Für\"\n"
        );
        let path = format!("identities-{}.toml", mailbox.address);
        let path = mailbox.provider.dir().join(path);
        std::fs::write(&path, config).unwrap();
        let config = path.to_str().unwrap();
        let alice = mailbox.alice();
        mailbox
            .grant([alice, "--write", "--send-as", "--config", config])
            .exits(0);
        assert_eq!(held(&mailbox, alice, "Senders/Als").as_deref(), Some("lp"));
        assert_eq!(held(&mailbox, alice, "Senders/Für").as_deref(), Some("lp"));
        let shown = mailbox.run(["show", &mailbox.address, "-o", "json", "--config", config]);
        assert_eq!(shown.json()["folders"].as_array().unwrap().len(), 3);
    }
}

#[test]
fn identity_folders_are_counted_nowhere_and_no_other_command_touches_them() {
    for mailbox in on_both(&FOLDERS, 1) {
        mailbox
            .grant([mailbox.alice(), "--write"])
            .exits(0)
            .says("3 folders");
        let address = mailbox.address.as_str();
        let shown = mailbox.run(["show", address]).exits(0);
        shown.says("3 folders").says("on behalf");
        let listed = mailbox.run(["folder", "list", address]).exits(0);
        listed.says_not("Identities");
        let refused: [&[&str]; 6] = [
            &["folder", "create", address, "Identities/Send As"],
            &["folder", "create", address, "Identities/Send As/x"],
            &["folder", "rename", address, "Identities", "Old", "--yes"],
            &[
                "folder",
                "rename",
                address,
                "Sent",
                "Identities/Send As/Sent",
                "--yes",
            ],
            &[
                "folder",
                "delete",
                address,
                "Identities/Send on Behalf",
                "--yes",
            ],
            &[
                "grant",
                address,
                mailbox.alice(),
                "--full-access",
                "--folder",
                "Identities",
            ],
        ];
        for words in refused {
            mailbox.provider.run(words).exits(64).says("who may send");
        }
        assert_eq!(
            held(&mailbox, mailbox.alice(), ON_BEHALF).as_deref(),
            Some("lp")
        );
    }
}

#[test]
fn a_mailbox_is_deleted_with_its_identities() {
    let dovecot = Dovecot::with(&["--no-impersonation"]);
    let mut admin = Client::admin(&dovecot);
    admin.create("Public/Gone");
    dovecot
        .run(["grant", "Public/Gone", "bob", "--write"])
        .exits(0);
    assert_eq!(admin.list("Public/Gone*").len(), 4);
    let ran = dovecot.run(["delete", "Public/Gone", "--yes"]).exits(0);
    ran.says("1 folder");
    assert_eq!(Client::admin(&dovecot).list("Public/Gone*"), [""; 0]);
}

#[test]
fn explain_and_access_tell_who_may_send() {
    for mailbox in on_both(&FOLDERS, 2) {
        let (alice, bob) = (mailbox.alice(), mailbox.bob());
        mailbox.grant([alice, "--send-as"]).exits(0);
        let explain = |person| mailbox.run(["explain", &mailbox.address, person, "-o", "json"]);
        let (hers, his) = (explain(alice).json(), explain(bob).json());
        assert_eq!(hers["identities"], json!(["send-as"]));
        assert!(
            hers["verdict"]
                .to_string()
                .contains("may send as the mailbox")
        );
        assert_eq!(his["identities"], json!([]));
        let offers = his["offers"].to_string();
        assert!(offers.contains("--send-as") && offers.contains("--send-on-behalf"));
        let reached = mailbox.run(["access", alice, "-o", "json"]).exits(0).json();
        let reached = reached["access"].as_array().unwrap();
        let row = reached
            .iter()
            .find(|row| row["mailbox"] == *mailbox.address);
        let row = row.unwrap();
        assert_eq!(row["identities"], json!(["send-as"]), "{row:#}");
        assert_eq!(row["folders"], json!([]), "{row:#}");
    }
}

#[test]
fn a_group_may_send_and_its_members_with_it() {
    let mailbox = Mailbox::on(Dovecot::running(), &FOLDERS, 0);
    mailbox.grant(["group:helpdesk", "--send-as"]).exits(0);
    let dave = ["explain", &mailbox.address, "dave", "-o", "json"];
    let explained = mailbox.run(dave).json();
    assert_eq!(explained["identities"], json!(["send-as"]), "{explained:#}");
    let verdict = explained["verdict"].to_string();
    assert!(verdict.contains("group:helpdesk"), "{verdict}");
}

/// A toy that has no identity folders, and makes none.
fn stubborn() -> Toy {
    Toy::bare(&["Sent"], |peer, line, _| {
        let refused = line.contains("CREATE");
        if refused {
            peer.no("[NOPERM] no new folders here");
        }
        refused
    })
}

#[test]
fn a_level_does_not_wait_for_folders_that_the_server_refuses() {
    let toy = stubborn();
    let grant = |options: &[&str]| toy.run(["grant", "support@", "alice"].iter().chain(options));
    grant(&["--read-only"])
        .exits(0)
        .says("read-only on 2 folders")
        .says("identities cannot be given")
        .says("no new folders here");
    grant(&["--write"])
        .exits(0)
        .says("write on 2 folders")
        .says("Send on Behalf was not given");
    grant(&["--full-access"])
        .exits(0)
        .says("full-access on 2 folders")
        .says("identities may not be protected here");
    grant(&["--write", "--send-as"])
        .exits(3)
        .says("write on 2 folders")
        .says("Identities/Send As");
    grant(&["--send-as"])
        .exits(77)
        .says("could not be made")
        .says("no new folders here");
    grant(&["--full-access"]);
    toy.run(["check", "support@"])
        .exits(2)
        .says("identities are not protected");
}

#[test]
fn a_toy_without_identity_folders_gets_them_before_any_right() {
    let toy = Toy::bare(&["Sent"], |_, _, _| false);
    toy.run(["grant", "support@", "alice", "--full-access"])
        .exits(0);
    let heard = toy.heard();
    let first = |verb: &str| heard.iter().position(|command| command.starts_with(verb));
    assert!(first("CREATE") < first("SETACL"), "{heard:?}");
    assert_eq!(toy.heard_of("CREATE").len(), 3);
    toy.run(["grant", "support@", "bob", "--full-access"])
        .exits(0);
    assert_eq!(toy.heard_of("CREATE").len(), 3);
}

#[test]
fn a_member_cannot_see_the_parent_and_still_holds_the_identity() {
    for mailbox in on_both(&[], 1) {
        mailbox.grant([mailbox.alice(), "--send-as"]).exits(0);
        let mut alice = mailbox.member(mailbox.alice());
        let myrights = format!("MYRIGHTS {}", quoted(&mailbox.seen("Identities")));
        assert!(!is_ok(&alice.command(&myrights)));
        assert!(alice.list("*").contains(&mailbox.seen(SEND_AS)));
    }
}

#[test]
fn a_mailbox_without_a_sent_folder_is_told_before_the_first_message() {
    for mailbox in on_both(&["Entwürfe & Ideen"], 1) {
        let (alice, name) = (mailbox.alice(), &*mailbox.address);
        let make = format!("sharemail folder create {name} Sent");
        mailbox.grant([alice, "--write"]).exits(0).says_not(&make);
        mailbox.grant([alice, "--send-as"]).exits(0).says(&make);
        let copies = |ran: &Ran| {
            let findings = ran.json()["findings"].as_array().unwrap().clone();
            let copies = findings.into_iter().find(|f| f["subject"] == "copies");
            copies.expect("a finding")
        };
        let told = mailbox.run(["doctor", name, "-o", "json"]);
        assert_eq!(copies(&told)["verdict"], "warning");
        assert_eq!(copies(&told)["change"], *make);
        mailbox.run(["folder", "create", name, "Sent"]).exits(0);
        mailbox.grant([alice, "--send-as"]).exits(0).says_not(&make);
        let told = mailbox.run(["doctor", name, "-o", "json"]);
        assert_eq!(copies(&told)["value"], "Sent");
    }
    // Cyrus keeps special uses for each user apart: nobody but the owner sees it.
    let mailbox = Mailbox::on(Cyrus::running(), &["Gesendet"], 1);
    let mut owner = Client::impersonate(mailbox.provider, &mailbox.address);
    owner.ok("SETMETADATA Gesendet (/private/specialuse \"\\Sent\")");
    let ran = mailbox.grant([mailbox.alice(), "--send-as"]).exits(0);
    ran.says_not("has no Sent folder");
}
