//! `sharemail grant`, seen from the member's side.

use crate::provider::client::quoted;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::thread;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::provider::{Client, Cyrus, Dovecot, Kind, Mailbox, PASSWORD, Toy, on_both, run};

const FOLDERS: [&str; 3] = ["Sent", "Archive", "Archive/2025"];
const MESSAGE: &str = "From: robin@example.com\nSubject: hello\n\nworld\n";

/// The folders of a mailbox made with [`FOLDERS`].
fn folders() -> impl Iterator<Item = &'static str> {
    ["INBOX"].into_iter().chain(FOLDERS)
}

/// What an entry gives, folder by folder.
fn stored(mailbox: &Mailbox, person: &str) -> Vec<Option<String>> {
    folders()
        .map(|folder| mailbox.stored(folder, person))
        .collect()
}

fn everywhere(rights: &str) -> Vec<Option<String>> {
    vec![Some(rights.to_owned()); 4]
}

/// Alice's session with the mailbox's INBOX selected, which holds one message.
fn reading(mailbox: &Mailbox) -> Client {
    mailbox.member(&mailbox.address).append("INBOX", MESSAGE);
    let mut alice = mailbox.member(mailbox.alice());
    let reply = alice.ok(&format!("SELECT {}", quoted(&mailbox.seen("INBOX"))));
    assert!(reply.contains("* 1 EXISTS"), "{reply}");
    assert!(alice.ok("FETCH 1 BODY.PEEK[TEXT]").contains("world"));
    alice
}

#[test]
fn full_access_lets_a_member_do_everything_everywhere() {
    for mailbox in on_both(&FOLDERS, 1) {
        let alice = mailbox.alice();
        assert_eq!(mailbox.rights(alice, "INBOX"), None);
        let ran = mailbox.grant([alice, "--full-access"]).exits(0);
        ran.says("full-access on 4 folders").says("verified as");
        for folder in folders() {
            let rights = mailbox.rights(alice, folder);
            assert_eq!(rights.as_deref(), Some(mailbox.everything()), "{folder}");
        }
        let mut member = reading(&mailbox);
        member.append(&mailbox.seen("Sent"), MESSAGE);
        member.ok("STORE 1 +FLAGS (\\Deleted)");
        assert!(member.ok("EXPUNGE").contains("* 1 EXPUNGE"));
        member.create(&mailbox.seen("Archive/2026"));
        member.setacl(&mailbox.seen("Archive"), "erin", "lr");
    }
}

#[test]
fn a_reader_reads_and_changes_nothing() {
    for mailbox in on_both(&FOLDERS, 1) {
        mailbox
            .grant([mailbox.alice(), "--read-only"])
            .exits(0)
            .says("read-only on 4 folders");
        for folder in folders() {
            assert_eq!(
                mailbox.rights(mailbox.alice(), folder).as_deref(),
                Some("lrs")
            );
        }
        let (mut alice, inbox) = (reading(&mailbox), quoted(&mailbox.seen("INBOX")));
        alice.ok("STORE 1 +FLAGS (\\Seen)");
        alice.no(&format!("APPEND {inbox} {{1+}}\r\nx"));
        alice.no(&format!("SETACL {inbox} erin lr"));
        alice.no(&format!("CREATE {}", quoted(&mailbox.seen("Mine"))));
        alice.command("STORE 1 +FLAGS (\\Deleted)");
        alice.command("EXPUNGE");
        assert!(alice.ok("FETCH 1 FLAGS").contains("* 1 FETCH"));
    }
}

#[test]
fn a_writer_adds_and_files_and_deletes_nothing() {
    for mailbox in on_both(&FOLDERS, 1) {
        mailbox
            .grant([mailbox.alice(), "--write"])
            .exits(0)
            .says("write on 4 folders");
        for folder in folders() {
            assert_eq!(
                mailbox.rights(mailbox.alice(), folder).as_deref(),
                Some("ilprsw")
            );
        }
        let mut alice = reading(&mailbox);
        alice.append(&mailbox.seen("INBOX"), MESSAGE);
        alice.ok("STORE 1 +FLAGS (\\Flagged)");
        alice.ok(&format!("COPY 1 {}", quoted(&mailbox.seen("Sent"))));
        alice.command("STORE 1 +FLAGS (\\Deleted)");
        assert!(!alice.ok("FETCH 1 FLAGS").contains("\\Deleted"));
        alice.command("EXPUNGE");
        assert!(alice.ok("FETCH 1 FLAGS").contains("* 1 FETCH"));
    }
}

#[test]
fn exact_rights_are_stored_exactly() {
    for mailbox in on_both(&FOLDERS, 1) {
        let alice = mailbox.alice();
        mailbox
            .grant([alice, "--rights", "lrswit"])
            .exits(0)
            .says("custom (lrswit)");
        assert_eq!(stored(&mailbox, alice), everywhere("ilrstw"));
        mailbox
            .grant([alice, "--rights", "lrq"])
            .exits(65)
            .says("does not know q");
        mailbox.grant([alice, "--rights", "lR"]).exits(64);
        assert_eq!(stored(&mailbox, alice), everywhere("ilrstw"));
    }
}

#[test]
fn a_lower_level_takes_the_place_of_a_higher_one() {
    for mailbox in on_both(&FOLDERS, 1) {
        mailbox.grant([mailbox.alice(), "--full-access"]).exits(0);
        mailbox.grant([mailbox.alice(), "--read-only"]).exits(0);
        assert_eq!(
            mailbox.rights(mailbox.alice(), "Archive/2025").as_deref(),
            Some("lrs")
        );
    }
}

#[test]
fn several_people_are_granted_at_once() {
    for mailbox in on_both(&FOLDERS, 3) {
        let [alice, bob, carol] = [0, 1, 2].map(|n| mailbox.people[n].as_str());
        mailbox
            .grant([alice, bob, carol, alice, "--write"])
            .exits(0);
        for person in [alice, bob, carol] {
            assert_eq!(stored(&mailbox, person), everywhere("ilprsw"));
            assert_eq!(mailbox.rights(person, "Sent").as_deref(), Some("ilprsw"));
        }
    }
}

#[test]
fn a_second_run_sends_no_change() {
    for mailbox in on_both(&FOLDERS, 1) {
        mailbox.make_identities();
        let first = mailbox.grant([mailbox.alice(), "--write", "-vv"]).exits(0);
        // Four folders, and Send on Behalf.
        assert_eq!(first.changes().len(), 5, "{first:?}");
        let second = mailbox.grant([mailbox.alice(), "--write", "-vv"]).exits(0);
        assert_eq!(second.changes(), [""; 0]);
        second.says("nothing changed");
    }
}

#[test]
fn only_what_differs_is_sent() {
    for mailbox in on_both(&FOLDERS, 1) {
        mailbox.set("Archive", mailbox.alice(), "lrswip");
        mailbox.set("Sent", mailbox.alice(), "lr");
        mailbox.make_identities();
        let ran = mailbox.grant([mailbox.alice(), "--write", "-vv"]).exits(0);
        let to_identities = |change: &&&str| change.contains("Identities");
        let changes = ran.changes();
        assert_eq!(changes.iter().filter(to_identities).count(), 1, "{ran:?}");
        assert_eq!(changes.len(), 3 + 1, "{ran:?}");
    }
}

#[test]
fn a_dry_run_changes_nothing_and_tells_the_plan() {
    for mailbox in on_both(&FOLDERS, 1) {
        let alice = mailbox.alice();
        let ran = mailbox
            .grant([alice, "--write", "--dry-run", "-vv"])
            .exits(0);
        assert_eq!(ran.changes(), [""; 0]);
        // Four folders, Send on Behalf, and the folders that keep identities.
        ran.says("8 changes would be made")
            .says("Identities/Send on Behalf")
            .says("Archive/2025")
            .says("lrswip");
        assert_eq!(stored(&mailbox, alice), vec![None; 4]);
        let exit_code = ["--dry-run", "--detailed-exitcode"];
        mailbox
            .grant([alice, "--write", exit_code[0], exit_code[1]])
            .exits(2);
        mailbox.grant([alice, "--write"]).exits(0);
        mailbox
            .grant([alice, "--write", exit_code[0], exit_code[1]])
            .exits(0)
            .says("nothing to do");
    }
}

#[test]
fn a_folder_is_granted_with_those_below_unless_told_otherwise() {
    for mailbox in on_both(&["Archive", "Archive/2025", "Archived"], 2) {
        let (alice, bob) = (mailbox.alice(), mailbox.bob());
        mailbox
            .grant([alice, "--write", "--folder", "Archive"])
            .exits(0)
            .says("2 folders");
        mailbox
            .grant([bob, "--write", "--folder", "Archive", "--no-recurse"])
            .exits(0)
            .says("1 folder");
        let seen = |person| {
            let folders = ["INBOX", "Archive", "Archive/2025", "Archived"];
            folders.map(|folder| mailbox.rights(person, folder).is_some())
        };
        assert_eq!(seen(alice), [false, true, true, false]);
        assert_eq!(seen(bob), [false, true, false, false]);
        let ran = mailbox
            .grant([alice, "--write", "--folder", "archive/2052"])
            .exits(67);
        ran.says("Archive/2025");
    }
}

#[test]
fn a_grant_to_somebody_whom_the_server_does_not_know_is_undone() {
    for mailbox in on_both(&FOLDERS, 0) {
        let ran = mailbox.grant(["nobody", "--write"]).exits(67);
        ran.says("undone").says("the server knows no user");
        assert_eq!(stored(&mailbox, "nobody@example.test"), vec![None; 4]);
        mailbox
            .grant(["nobody", "--write", "--force"])
            .exits(0)
            .says("gives nothing");
        assert_eq!(
            stored(&mailbox, "nobody@example.test"),
            everywhere("ilprsw")
        );
    }
}

#[test]
fn those_whom_the_server_knows_keep_their_grant_when_others_are_unknown() {
    for mailbox in on_both(&FOLDERS, 1) {
        mailbox
            .grant([mailbox.alice(), "nobody", "--write"])
            .exits(3)
            .says("undone");
        assert_eq!(stored(&mailbox, "nobody@example.test"), vec![None; 4]);
        assert_eq!(
            mailbox.rights(mailbox.alice(), "Sent").as_deref(),
            Some("ilprsw")
        );
    }
}

#[test]
fn a_spelling_that_gives_nothing_is_found_out() {
    let mailbox = Mailbox::on(Cyrus::running(), &FOLDERS, 1);
    let words = [mailbox.alice(), "--write", "--identifier", "address"];
    mailbox.grant(words).exits(67).says("spells people");
    assert_eq!(
        mailbox
            .entries("INBOX")
            .keys()
            .find(|who| who.contains("alice")),
        None
    );
    let mailbox = Mailbox::on(Dovecot::running(), &FOLDERS, 1);
    let words = [mailbox.alice(), "--write", "--identifier", "local-part"];
    let code = mailbox.grant(words).code;
    assert!([Some(67), Some(77)].contains(&code), "{code:?}");
    assert_eq!(mailbox.entries("INBOX").len(), 0);
}

#[test]
fn a_group_reaches_its_members_and_makes_no_user_of_that_name() {
    let mailbox = Mailbox::on(Dovecot::running(), &FOLDERS, 0);
    let dave = "dave@example.test";
    assert_eq!(mailbox.rights(dave, "Sent"), None);
    mailbox
        .grant(["group:helpdesk", "--read-only"])
        .exits(0)
        .says("read-only on 4 folders");
    let entries = mailbox.entries("Sent");
    assert_eq!(entries.keys().collect::<Vec<_>>(), ["$helpdesk"]);
    assert_eq!(mailbox.rights(dave, "Sent").as_deref(), Some("lrs"));
    assert_eq!(mailbox.rights("erin@example.test", "Sent"), None);
}

#[test]
fn anyone_is_everybody_where_the_server_allows_it() {
    let dovecot = Dovecot::with(&["--anyone"]);
    for mailbox in [
        Mailbox::on(&dovecot, &FOLDERS, 0),
        Mailbox::on(Cyrus::open_to_anyone(), &FOLDERS, 0),
    ] {
        mailbox.grant(["anyone", "--read-only"]).exits(0);
        assert_eq!(
            mailbox.rights("erin@example.test", "Sent").as_deref(),
            Some("lrs")
        );
    }
    let strict = Mailbox::on(Dovecot::running(), &FOLDERS, 0);
    strict
        .grant(["anyone", "--read-only"])
        .exits(77)
        .says("not granted on any of 4 folders")
        .says_not("as before")
        .says("disallowed");
    assert_eq!(strict.entries("INBOX").len(), 0);
}

#[test]
fn a_name_with_a_leading_dash_needs_to_be_meant() {
    for mailbox in on_both(&FOLDERS, 1) {
        let dashed = format!("-{}", mailbox.alice());
        mailbox.grant([&dashed, "--write"]).exits(64);
        mailbox
            .grant(["--write", "--", &dashed])
            .exits(64)
            .says("id:-");
        assert_eq!(
            mailbox
                .entries("INBOX")
                .keys()
                .find(|who| who.starts_with('-')),
            None
        );
    }
}

#[test]
fn a_negative_entry_takes_away_what_others_give() {
    for mailbox in on_both(&FOLDERS, 1) {
        let alice = mailbox.alice();
        mailbox.grant([alice, "--write"]).exits(0);
        let negative = format!("id:-{}", mailbox.spelled(alice));
        mailbox.grant([&negative, "--rights", "wip"]).exits(0);
        assert_eq!(mailbox.rights(alice, "Sent").as_deref(), Some("lrs"));
    }
}

#[test]
fn case_does_not_make_another_person() {
    for mailbox in on_both(&FOLDERS, 1) {
        mailbox
            .grant([&mailbox.alice().to_uppercase(), "--write"])
            .exits(0)
            .says("verified");
        assert_eq!(stored(&mailbox, mailbox.alice()), everywhere("ilprsw"));
    }
}

#[test]
fn two_hundred_members_share_a_folder() {
    for mailbox in on_both(&[], 1) {
        let members: Vec<String> = (0..200)
            .map(|n| format!("member{n}@example.test"))
            .collect();
        // Without l, for which Dovecot keeps a list of who sees what that takes it seconds.
        let (mut owner, folder) = (mailbox.owner(), quoted(&mailbox.owned("INBOX")));
        let who = members.iter().map(|member| mailbox.spelled(member));
        owner.all_ok(who.map(|who| format!("SETACL {folder} {who} rs")));
        let ran = mailbox.grant([mailbox.alice(), "--write"]).exits(0);
        ran.says("verified");
        let entries = mailbox.entries("INBOX");
        let rights = |member: &String| entries[mailbox.spelled(member)].as_str();
        assert!(members.iter().all(|member| rights(member) == "rs"));
        let shown = mailbox
            .run(["show", &mailbox.address, "-o", "json"])
            .exits(0)
            .json();
        assert!(shown["members"].as_array().unwrap().len() >= 201);
    }
}

#[test]
fn subscribe_puts_the_folders_into_the_members_list() {
    for mailbox in on_both(&FOLDERS, 2) {
        let (alice, bob) = (mailbox.alice(), mailbox.bob());
        mailbox
            .grant([alice, "--read-only", "--subscribe"])
            .exits(0)
            .says("subscribed to 4 folders");
        mailbox.grant([bob, "--read-only"]).exits(0);
        let lists = |person| mailbox.member(person).ok("LSUB \"\" \"*\"");
        for folder in folders() {
            assert!(lists(alice).contains(&mailbox.seen(folder)), "{folder}");
        }
        assert!(!lists(bob).contains(&mailbox.seen("Sent")));
    }
}

#[test]
fn two_grants_at_the_same_time_are_both_made() {
    for mailbox in on_both(&FOLDERS, 3) {
        thread::scope(|scope| {
            for person in &mailbox.people {
                scope.spawn(|| mailbox.grant([person, "--write"]).exits(0).says("verified"));
            }
        });
        for person in &mailbox.people {
            assert_eq!(stored(&mailbox, person), everywhere("ilprsw"));
        }
    }
}

#[test]
fn the_owner_cannot_be_reduced() {
    for mailbox in on_both(&FOLDERS, 0) {
        let before = mailbox.owner().getacl(&mailbox.owned("INBOX"));
        mailbox
            .grant([&mailbox.address, "--read-only"])
            .exits(77)
            .says("refused");
        assert_eq!(mailbox.owner().getacl(&mailbox.owned("INBOX")), before);
    }
}

#[test]
fn an_unknown_mailbox_is_named() {
    for provider in [Dovecot::running(), Cyrus::running()] {
        provider
            .run(["grant", "nothing@", "alice", "--write"])
            .exits(67)
            .says("nothing@example.test");
    }
}

#[test]
fn a_profile_may_redefine_the_levels() {
    for mailbox in on_both(&FOLDERS, 1) {
        let config = std::fs::read_to_string(mailbox.provider.config_path()).unwrap();
        let name = if config.contains("[profile.cyrus]") {
            "cyrus"
        } else {
            "dovecot"
        };
        let config = format!("{config}\n[profile.{name}.levels]\nread-only = \"lr\"\n");
        let path = mailbox
            .provider
            .dir()
            .join(format!("levels-{}.toml", mailbox.address));
        std::fs::write(&path, config).unwrap();
        let path = path.to_str().unwrap();
        mailbox
            .grant([mailbox.alice(), "--read-only", "--config", path])
            .exits(0);
        assert_eq!(
            mailbox.rights(mailbox.alice(), "Sent").as_deref(),
            Some("lr")
        );
        let shown = mailbox
            .run(["show", &mailbox.address, "--config", path])
            .exits(0);
        shown.says("read-only");
    }
}

#[test]
fn a_server_of_rfc_2086_gets_its_own_rights() {
    let toy = Toy::twisted(&["Sent"], |peer, line, _| {
        let asked = line.contains("LISTRIGHTS");
        if asked {
            peer.send("* LISTRIGHTS INBOX support@example.test \"\" l r s w i p c d a\r\n");
            peer.ok("done");
        }
        asked
    });
    toy.run(["grant", "support@", "alice", "--full-access"]);
    let stored = toy.stored("Sent", "alice@example.test").unwrap();
    assert_eq!(stored, "lrswipa");
}

#[test]
fn a_tied_right_is_refused_with_its_reason() {
    let toy = Toy::twisted(&[], |peer, line, _| {
        let asked = line.contains("LISTRIGHTS");
        if asked {
            peer.send("* LISTRIGHTS INBOX support@example.test \"\" l r s wte i p k x a\r\n");
            peer.ok("done");
        }
        asked
    });
    let ran = toy.run(["grant", "support@", "alice", "--write"]);
    assert_ne!(ran.code, Some(0));
    ran.says("lrswip only together with te");
    assert_eq!(toy.heard_of("SETACL"), [""; 0]);
    toy.run(["grant", "support@", "alice", "--read-only"])
        .exits(0);
}

#[test]
fn a_group_of_cyrus_is_one_that_the_system_knows() {
    let mailbox = Mailbox::on(Cyrus::running(), &FOLDERS, 0);
    let ran = mailbox
        .grant(["group:no-such-group", "--read-only"])
        .exits(77);
    ran.says("not granted on any of 4 folders");
    mailbox
        .grant(["group:mail", "--read-only"])
        .exits(0)
        .says("read-only on 4 folders");
    assert_eq!(mailbox.entries("Sent")["group:mail"], "lrs");
}

#[test]
fn a_grant_goes_on_past_a_folder_that_is_refused() {
    for mailbox in on_both(&FOLDERS, 2) {
        let (alice, bob) = (mailbox.alice(), mailbox.bob());
        mailbox.grant([alice, "--full-access"]).exits(0);
        mailbox.set("Archive", alice, "lrswip");
        let mut command = mailbox.provider.sharemail();
        command.env("SHAREMAIL_PASSWORD", PASSWORD);
        command.args(["--user", alice, "--reach", "namespace"]);
        let ran = run::run(&mut command, ["grant", &mailbox.address, bob, "--write"]).exits(3);
        ran.says("write on 3 folders").says("Archive: ");
        let stored =
            ["INBOX", "Sent", "Archive", "Archive/2025"].map(|f| mailbox.stored(f, bob).is_some());
        assert_eq!(stored, [true, true, false, true]);
    }
}

#[test]
fn a_grant_goes_on_past_a_folder_that_the_server_cannot_write() {
    let mailbox = Mailbox::on(Dovecot::running(), &FOLDERS, 1);
    let maildir = mailbox
        .provider
        .dir()
        .join("server/mail")
        .join(&mailbox.address)
        .join("Maildir");
    fs::set_permissions(maildir.join(".Sent"), Permissions::from_mode(0o500)).unwrap();
    let ran = mailbox.grant([mailbox.alice(), "--write"]).exits(3);
    ran.says("write on 3 folders").says("Sent: refused");
    let fixed = fs::set_permissions(maildir.join(".Sent"), Permissions::from_mode(0o700));
    fixed.unwrap();
    mailbox
        .grant([mailbox.alice(), "--write"])
        .exits(0)
        .says("write on 4 folders");
    assert_eq!(stored(&mailbox, mailbox.alice()), everywhere("ilprsw"));
}

#[test]
fn what_is_undone_is_what_there_was_before() {
    for mailbox in on_both(&FOLDERS, 0) {
        mailbox.set("Sent", "gone@example.test", "lr");
        mailbox.grant(["gone", "--write"]).exits(67).says("undone");
        assert_eq!(
            mailbox.stored("Sent", "gone@example.test").as_deref(),
            Some("lr")
        );
        assert_eq!(mailbox.stored("INBOX", "gone@example.test"), None);
    }
}

#[test]
fn a_grant_that_cannot_be_undone_is_told_to_be_there() {
    let toy = Toy::twisted(&["Sent"], |peer, line, _| {
        let refused = line.contains("DELETEACL");
        if refused {
            peer.no("[NOPERM] never");
        }
        refused
    });
    let ran = toy.run(["grant", "support@", "nobody", "--write", "-o", "json"]);
    assert!([Some(3), Some(67)].contains(&ran.code), "{ran:?}");
    assert_eq!(ran.json()["members"][0]["undone"], false, "{ran:?}");
    // Two folders, and Send on Behalf.
    let failures = ran.json()["failures"].as_array().unwrap().len();
    assert_eq!(failures, 3, "{ran:?}");
    let held = &ran.json()["members"][0]["identities"];
    assert_eq!(*held, serde_json::json!(["send-on-behalf"]), "{ran:?}");
    assert_eq!(
        toy.stored("Sent", "nobody@example.test").as_deref(),
        Some("lrswip")
    );
}

#[test]
fn a_member_whose_login_fails_for_another_reason_keeps_the_grant() {
    let alice = BASE64_STANDARD.encode("\0alice@example.test*admin\0password");
    for refusal in [
        "[UNAVAILABLE] later",
        "[LIMIT] too many",
        "[AUTHENTICATIONFAILED] no",
        "[ALERT] no",
    ] {
        let alice = alice.clone();
        let toy = Toy::twisted(&["Sent"], move |peer, line, _| {
            let refused = line.contains(&alice);
            if refused {
                peer.no(refusal);
            }
            refused
        });
        let ran = toy.run(["grant", "support@", "alice", "--write"]).exits(0);
        ran.says("write on 2 folders").says("not verified");
        assert_eq!(
            toy.stored("Sent", "alice@example.test").as_deref(),
            Some("lrswip")
        );
    }
}

#[test]
fn changes_are_read_back_in_a_session_of_their_own() {
    let toy = Toy::new(&["Sent"]);
    toy.run(["grant", "support@", "alice", "--write"]).exits(0);
    let support = BASE64_STANDARD.encode("\0support@example.test*admin\0password");
    let heard = toy.heard();
    let at = |text: &str| heard.iter().rposition(|line| line.contains(text)).unwrap();
    assert!(at("SETACL") < at(&support), "{heard:#?}");
    assert!(at(&support) < at("GETACL \"Sent\""), "{heard:#?}");
}

#[test]
fn a_spelling_that_gives_nothing_is_not_verified_by_what_another_entry_gives() {
    for mailbox in on_both(&["Sent"], 1) {
        let alice = mailbox.alice();
        mailbox.grant([alice, "--write"]).exits(0);
        let other = match mailbox.provider.kind() {
            Kind::Dovecot => alice.to_uppercase(),
            // Cyrus reads her without the domain.
            _ => alice.to_owned(),
        };
        let words = [&format!("id:{other}"), "--read-only"];
        let ran = mailbox.grant(words).exits(67);
        ran.says("not granted: the server spells her")
            .says(mailbox.spelled(alice))
            .says_not("verified as");
        assert_eq!(mailbox.entries("INBOX").get(&other), None, "{other}");
        let spelled = mailbox.spelled(alice).to_owned();
        assert_eq!(mailbox.entries("INBOX").get(&spelled).unwrap(), "ilprsw");
        // Nor does more than she has.
        let words = [&format!("id:{other}"), "--full-access"];
        mailbox.grant(words).exits(67);
        assert_eq!(mailbox.entries("INBOX").get(&other), None, "{other}");
    }
}

#[test]
fn who_may_read_now_is_told_to_be_subscribed_once_where_she_is_not() {
    let hint = "many mail programs show nothing until the folders are subscribed";
    for mailbox in on_both(&["Sent"], 3) {
        let [alice, bob, carol] = [0, 1, 2].map(|n| mailbox.people[n].as_str());
        let address = mailbox.address.as_str();
        let ran = mailbox.grant([alice, bob, "--write"]).exits(0);
        let command = format!("sharemail folder subscribe {address} {alice} {bob}");
        ran.says(&format!("{hint}: {command}"));
        let lists = || mailbox.member(alice).ok("LSUB \"\" \"*\"");
        assert!(!lists().contains(&mailbox.seen("Sent")), "{}", lists());
        mailbox.provider.run(crate::hints::shell(&command)).exits(0);
        assert!(lists().contains(&mailbox.seen("Sent")), "{}", lists());
        for words in [
            // Nothing new, the option itself, an identity alone, nothing that a list could show.
            [alice, "--write", "--no-send"],
            [carol, "--read-only", "--subscribe"],
            [bob, "--send-as", "--force"],
            [carol, "--rights", "rs"],
        ] {
            mailbox.grant(words).exits(0).says_not(hint);
        }
        mailbox.revoke([alice]).exits(0).says_not(hint);
        mailbox
            .grant([alice, "--write", "-q"])
            .exits(0)
            .says_not(hint);
        mailbox.revoke([alice]).exits(0);
        let told = mailbox
            .grant([alice, "--write", "-o", "json"])
            .exits(0)
            .json();
        assert!(told["notes"].to_string().contains(hint), "{told:#}");
    }
}

#[test]
fn what_is_proved_of_an_identity_and_what_is_not_is_told() {
    for mailbox in on_both(&["Sent"], 1) {
        let asks = format!(
            "sharemail can-send {} {} asks it",
            mailbox.address,
            mailbox.alice()
        );
        let ran = mailbox.grant([mailbox.alice(), "--send-as"]).exits(0);
        ran.says("proved over IMAP").says(&asks);
        let ran = mailbox.grant([mailbox.alice(), "--send-as"]).exits(0);
        ran.says_not("proved over IMAP");
    }
}

#[test]
fn nobody_is_looked_at_who_need_not_be() {
    for mailbox in on_both(&[], 1) {
        // Whoever logs in as her, by the master user too, is told by her name.
        let as_her = format!("Login: user=<{}>", mailbox.alice());
        let logins = || mailbox.provider.log().matches(&as_her).count();
        let before = logins();
        let ran = mailbox
            .grant([mailbox.alice(), "--read-only", "--proof", "none"])
            .exits(0);
        ran.says("not verified: nobody asked for it");
        assert_eq!(logins(), before);
        mailbox
            .grant([mailbox.alice(), "--read-only"])
            .exits(0)
            .says("verified as");
        if mailbox.provider.kind() == Kind::Dovecot {
            assert_eq!(logins(), before + 1);
        }
    }
}
