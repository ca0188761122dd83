//! The owner is the login, whatever a member with full access does to her entries; and what could not
//! be read is neither believed nor mended.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use crate::plan::Wishes;
use crate::provider::client::quoted;
use crate::provider::toy::IDENTITIES;
use crate::provider::{Dovecot, Mailbox, Provider, Ran, Toy, run};

const FOLDERS: [&str; 2] = ["Sent", "Archive"];
const ALL: [&str; 3] = ["INBOX", "Sent", "Archive"];
const SEND_AS: &str = IDENTITIES[1];
const MEND: &str = "doveadm acl delete -u";

/// A mailbox where alice may write and carol may send, and where bob, who has full access, does this to
/// the owner's entry, with a client of his own. The table of senders is installed before.
fn robbed(identifier: &str, rights: &str, folders: &[&str]) -> (Mailbox<'static>, String) {
    robbed_on(Dovecot::running(), identifier, rights, folders)
}

fn robbed_on<'p>(
    provider: &'p Provider,
    identifier: &str,
    rights: &str,
    folders: &[&str],
) -> (Mailbox<'p>, String) {
    let mailbox = Mailbox::on(provider, &FOLDERS, 3);
    let [alice, bob, carol] = [0, 1, 2].map(|n| mailbox.people[n].as_str());
    mailbox.grant([carol, "--send-as"]).exits(0);
    mailbox.grant([alice, "--write"]).exits(0);
    mailbox.grant([bob, "--full-access"]).exits(0);
    let table = sharemail(&mailbox, &["identities", "--format", "postfix"]).exits(0);
    let identifier = identifier.replace("support", mailbox.spelled(&mailbox.address));
    let mut session = mailbox.member(bob);
    for folder in folders {
        let name = quoted(&mailbox.seen(folder));
        session.ok(&format!("SETACL {name} {} {rights}", quoted(&identifier)));
    }
    (mailbox, table.stdout)
}

const ROBBERIES: [(&str, &str); 4] = [
    ("owner", "lrs"),
    ("-owner", "a"),
    ("support", "lrs"),
    ("-support", "a"),
];

/// What `ran` says to do on the server, folder by folder, done there.
fn do_on_the_server(provider: &Provider, ran: &Ran) -> usize {
    let told = ran
        .stdout
        .lines()
        .filter_map(|line| line.find(MEND).map(|at| &line[at..]));
    let config = provider.dir().join("server/dovecot.conf");
    let beginning = "doveadm() { command doveadm -c \"$CONFIG\" \"$@\"; }";
    let inside = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/provider/inside");
    let mut done = 0;
    for line in told {
        let mut shell = Command::new(inside);
        shell.args(["sh", "-ec", &format!("{beginning}; {line}")]);
        let said = shell.env("CONFIG", &config).output().unwrap();
        assert!(said.status.success(), "{line}: {said:?}");
        done += 1;
    }
    done
}

fn sharemail(mailbox: &Mailbox, words: &[&str]) -> Ran {
    let mut command = mailbox.provider.sharemail();
    command.env("SHAREMAIL_MAILBOXES", &mailbox.address);
    run::run(&mut command, words)
}

fn carol<'m>(mailbox: &'m Mailbox) -> &'m str {
    &mailbox.people[2]
}

/// By an independent client: carol holds the identity that she was given.
#[track_caller]
fn carol_may_send(mailbox: &Mailbox) {
    let held = mailbox.stored(SEND_AS, carol(mailbox));
    assert_eq!(held.as_deref(), Some("lp"));
    let seen = mailbox.rights(carol(mailbox), SEND_AS);
    assert_eq!(seen.as_deref(), Some("lp"));
}

/// `identities --check` with the table in `file`.
fn comparing(file: &str) -> [&str; 5] {
    ["identities", "--check", file, "-o", "json"]
}

/// Not all is known, and so no line of the table is to be removed.
fn nothing_to_remove(ran: Ran) -> Value {
    let compared = ran.exits(3).json();
    assert_eq!(compared["remove"], json!([]), "{compared:#}");
    compared
}

#[test]
fn identities_stay_whatever_a_member_with_full_access_takes_from_the_owner() {
    for (identifier, rights) in ROBBERIES {
        let (mailbox, table) = robbed(identifier, rights, &ALL);
        let (address, carol) = (mailbox.address.as_str(), carol(&mailbox));
        let ran = sharemail(&mailbox, &["check", "--fix", "--yes"]).exits(2);
        ran.says("the owner lacks the a right there")
            .says(&format!(
                "{MEND} {address} INBOX owner; {MEND} {address} INBOX user={address}"
            ))
            .says_not("identities are not believed");
        carol_may_send(&mailbox);
        let ran = sharemail(&mailbox, &["identities", "--format", "postfix"]).exits(3);
        let own = ran.stdout.lines().find(|l| l.starts_with(address));
        assert_eq!(
            own,
            Some(&*format!("{address} {carol},{address}")),
            "{ran:?}"
        );
        ran.says("the owner lacks the a right there");
        sharemail(&mailbox, &["identities"]).exits(3).says(carol);
        let file = mailbox.provider.dir().join(format!("{address}-table"));
        std::fs::write(&file, table).unwrap();
        let words = comparing(file.to_str().unwrap());
        let compared = nothing_to_remove(sharemail(&mailbox, &words));
        // The people whose entries could not be read may have access.
        assert!(!compared["not_compared"].as_array().unwrap().is_empty());
        carol_may_send(&mailbox);
    }
}

#[test]
fn every_verb_says_what_it_could_not_read_of_a_robbed_owner() {
    let (mailbox, _) = robbed("-owner", "a", &ALL);
    let (address, carol) = (mailbox.address.as_str(), carol(&mailbox));
    let list = sharemail(&mailbox, &["list", "-o", "json"]).exits(3).json();
    assert_eq!(list["mailboxes"][0]["members"], Value::Null);
    assert_eq!(list["mailboxes"][0]["send_as"], 1);
    sharemail(&mailbox, &["list"])
        .exits(3)
        .says("not all entries could be read");
    let page = sharemail(&mailbox, &["report"]).exits(3);
    page.says_not("nobody but its owner holds anything")
        .says("Not read: INBOX");
    let csv = sharemail(&mailbox, &["report", "--format", "csv"]).exits(3);
    csv.says_not("nobody but its owner");
    sharemail(&mailbox, &["export"])
        .exits(3)
        .says("could not be read");
    let show = sharemail(&mailbox, &["show", address]);
    show.says("the owner lacks the a right there")
        .says(MEND)
        .says_not("nobody but its owner has access");
    let explain = sharemail(&mailbox, &["explain", address, carol, "-o", "json"]).json();
    assert_eq!(explain["identities"], json!(["send-as"]));
    let grant = sharemail(&mailbox, &["grant", address, carol, "--write"]);
    assert_ne!(grant.code, Some(0), "{grant:?}");
    grant
        .says("could not be read")
        .says_not("identities are not believed");
    let revoke = sharemail(&mailbox, &["revoke", address, mailbox.alice()]);
    assert_ne!(revoke.code, Some(0), "{revoke:?}");
    revoke.says("could not be read");
    let text = format!(
        "write = [\"{}\"]\nsend-as = [\"{carol}\"]\n",
        mailbox.alice()
    );
    let wishes = Wishes::of(&mailbox, &text);
    let apply = wishes.run(&mailbox, "apply", &["--yes"]);
    assert_ne!(apply.code, Some(0), "{apply:?}");
    let drift = wishes.run(&mailbox, "check", &[]);
    assert_ne!(drift.code, Some(0), "{drift:?}");
    carol_may_send(&mailbox);
    let leave = sharemail(&mailbox, &["offboard", mailbox.alice(), "--yes"]);
    leave.exits(3).says("could not be read");
    carol_may_send(&mailbox);
}

#[test]
fn what_a_robbed_owner_lost_comes_back_with_the_entry_that_took_it() {
    for (identifier, rights) in ROBBERIES {
        let (mailbox, _) = robbed(identifier, rights, &["Archive"]);
        sharemail(&mailbox, &["check"]).exits(2).says(MEND);
        let taker = identifier.replace("support", &mailbox.address);
        let name = quoted(&mailbox.seen("Archive"));
        let mut session = mailbox.member(mailbox.bob());
        session.ok(&format!("DELETEACL {name} {}", quoted(&taker)));
        let ran = sharemail(&mailbox, &["check"]);
        ran.exits(0).says("in order");
        let ran = sharemail(&mailbox, &["identities"]).exits(0);
        ran.says(carol(&mailbox));
    }
}

#[test]
fn what_is_told_to_do_on_the_server_gives_the_owner_back_what_she_lost() {
    let with_dots = Dovecot::with(&["--separator", "."]);
    let others = [Dovecot::without_domains(), &with_dots];
    let on_others = others
        .into_iter()
        .flat_map(|other| ROBBERIES.map(|how| (other, how)));
    let all = ROBBERIES.map(|how| (Dovecot::running(), how));
    for (provider, (identifier, rights)) in all.into_iter().chain(on_others) {
        let (mailbox, _) = robbed_on(provider, identifier, rights, &ALL);
        let mut owner = mailbox.owner();
        for folder in ALL {
            let refused = owner.command(&format!("GETACL {}", quoted(&mailbox.owned(folder))));
            assert!(refused.contains("NOPERM"), "{refused:?}");
        }
        let ran = sharemail(&mailbox, &["check"]).exits(2);
        assert_eq!(do_on_the_server(provider, &ran), ALL.len(), "{ran:?}");
        let mut owner = mailbox.owner();
        for folder in ALL {
            let name = quoted(&mailbox.owned(folder));
            let whom = mailbox.spelled(carol(&mailbox));
            owner.ok(&format!("SETACL {name} {} lr", quoted(whom)));
            assert_eq!(
                mailbox.stored(folder, carol(&mailbox)).as_deref(),
                Some("lr")
            );
            owner.ok(&format!("DELETEACL {name} {}", quoted(whom)));
        }
        sharemail(&mailbox, &["check"]).exits(0).says("in order");
    }
}

/// A toy that tells nobody the entries of this folder once `shut` is set.
fn unreadable(folder: &'static str, shut: Arc<AtomicBool>) -> Toy {
    let asked = format!("GETACL \"{folder}\"");
    let toy = Toy::twisted(&FOLDERS, move |peer, line, _| {
        let refused = line.contains(&asked) && shut.load(Ordering::SeqCst);
        if refused {
            peer.no("[NOPERM] hidden");
        }
        refused
    });
    toy.run(["grant", "support@", "alice", "--send-as"])
        .exits(0);
    toy
}

#[test]
fn an_identity_folder_that_cannot_be_read_is_unknown_and_left_as_it_is() {
    for folder in [IDENTITIES[0], SEND_AS] {
        let shut = Arc::new(AtomicBool::new(false));
        let toy = unreadable(folder, Arc::clone(&shut));
        let table = toy.run(["identities", "support@", "--format", "postfix"]);
        let file = toy.write("table", &table.exits(0).stdout);
        shut.store(true, Ordering::SeqCst);
        let ran = toy.run(["identities", "support@"]).exits(3);
        ran.says("not all is known").says_not("nobody may send");
        toy.run(["identities", "support@", "--format", "postfix"])
            .exits(3)
            .says("is not known and left out");
        let mut command = toy.sharemail();
        command.env("SHAREMAIL_MAILBOXES", "support@");
        let words = comparing(file.to_str().unwrap());
        let compared = nothing_to_remove(run::run(&mut command, words));
        assert_eq!(compared["up_to_date"], false);
        let before = toy.heard_of("SETACL").len() + toy.heard_of("DELETEACL").len();
        toy.run(["check", "support@", "--fix", "--yes"])
            .exits(2)
            .says("hidden");
        toy.run(["export", "support@"])
            .exits(3)
            .says("is not known");
        toy.run(["report", "support@"]).exits(3).says("Not read");
        let ran = toy
            .run(["grant", "support@", "alice", "--send-as"])
            .exits(77);
        ran.says("could not be read").says("hidden");
        let after = toy.heard_of("SETACL").len() + toy.heard_of("DELETEACL").len();
        assert_eq!(after, before);
        let held = toy.stored(SEND_AS, "alice@example.test");
        assert_eq!(held.as_deref(), Some("lp"));
    }
}

#[test]
fn an_entry_of_the_servers_configuration_costs_nobody_her_identity() {
    let entry = "user=frank@example.test lrwstipekxa";
    let dovecot = Dovecot::with(&["--global-acl", entry]);
    let mailbox = Mailbox::on(&dovecot, &FOLDERS, 1);
    let alice = mailbox.alice();
    mailbox.make(&IDENTITIES);
    mailbox.set(SEND_AS, alice, "lp");
    let words = ["check", &mailbox.address, "--fix", "--yes"];
    let ran = mailbox.run(words).exits(3);
    ran.says("frank@example.test")
        .says("identities are not believed")
        .says("failed: Identities/Send As: it was not emptied");
    assert_eq!(mailbox.stored(SEND_AS, alice).as_deref(), Some("lp"));
    let seen = mailbox.rights(alice, SEND_AS);
    assert_eq!(seen.as_deref(), Some("lp"));
}

/// As Dovecot 2.4 was seen to do where its configuration gives frank everything on every folder
/// (`acl user=…` within a namespace): what SETACL and DELETEACL say of him is taken with OK, GETACL
/// goes on telling the entry, and a negative one beside it that takes nothing.
fn configured() -> Toy {
    let toy = Toy::twisted(&FOLDERS, |peer, line, _| {
        let changes = line.contains("SETACL") || line.contains("DELETEACL");
        let kept = changes && line.contains("frank@example.test");
        if kept {
            peer.ok("Setacl complete.");
        }
        kept
    });
    for folder in [
        "INBOX",
        "Sent",
        "Archive",
        IDENTITIES[0],
        SEND_AS,
        IDENTITIES[2],
    ] {
        toy.set(folder, "frank@example.test", "lrswipkxtea");
        toy.set(folder, "-frank@example.test", "\"\"");
    }
    toy
}

#[test]
fn an_entry_that_takes_nothing_away_is_none() {
    let toy = configured();
    toy.set(SEND_AS, "alice@example.test", "lp");
    for verb in ["show", "check", "report", "export"] {
        toy.run([verb, "support@"]).says_not("-frank");
    }
    let ran = toy
        .run(["check", "support@", "--fix", "--yes", "--force"])
        .exits(3);
    ran.says("was not emptied");
    let held = toy.stored(SEND_AS, "alice@example.test");
    assert_eq!(held.as_deref(), Some("lp"));
    let ran = toy.run(["revoke", "support@", "frank"]);
    assert_ne!(ran.code, Some(0), "{ran:?}");
    ran.says("not revoked").says_not("verified");
}

#[test]
fn an_entry_of_the_servers_configuration_is_told_as_that() {
    let entry = "user=frank@example.test lrswipekxta";
    let dovecot = Dovecot::with(&["--global-acl", entry]);
    let mailbox = Mailbox::on(&dovecot, &["Sent"], 0);
    let before = mailbox.entries("Sent");
    let ran = mailbox.revoke(["frank@example.test"]);
    assert_eq!(mailbox.entries("Sent"), before);
    // Before 2.4 its entries bear a mark of their own.
    match dovecot.is_dovecot_2_4() {
        true => ran.exits(77).says("stands in its configuration"),
        false => ran.exits(3).says("others still give"),
    };
}
