//! `sharemail label`: what messages carry, seen by a client of the tests' own.

use std::collections::BTreeMap;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::provider::client::quoted;
use crate::provider::{Courier, Cyrus, Mailbox, OTHER_DOMAIN, Ran, Toy, on_both};

const FOLDERS: [&str; 3] = ["Sent", "Archive", "Entwürfe/März"];

/// Three messages in INBOX, two in Archive and one in Entwürfe/März.
fn fill(mailbox: &Mailbox) {
    let mail = [
        (
            "INBOX",
            "carol@billing.example.com",
            "=?UTF-8?Q?Rechnung_f=C3=BCr_M=C3=A4rz?=",
        ),
        ("INBOX", "dave@example.com", "hello"),
        ("INBOX", "carol@billing.example.com", "reminder"),
        ("Archive", "carol@billing.example.com", "old"),
        ("Archive", "erin@example.com", "older"),
        (
            "Entw&APw-rfe/M&AOQ-rz",
            "carol@billing.example.com",
            "draft",
        ),
    ];
    let mut owner = mailbox.member(&mailbox.address);
    for (n, (folder, from, subject)) in mail.into_iter().enumerate() {
        let message = format!(
            "From: {from}\nTo: support@example.test\nSubject: {subject}\n\
             Message-ID: <{n}@example.test>\nDate: Sat, 21 Nov 2026 10:00:00 +0000\n\nworld\n"
        );
        owner.append(folder, &message);
    }
}

/// What each message of a folder carries but `\Recent` and `\Seen`, as somebody with access sees it.
fn carried(mailbox: &Mailbox, who: &str, folder: &str) -> Vec<String> {
    let mut session = mailbox.member(who);
    session.ok(&format!("SELECT {}", quoted(&mailbox.seen(folder))));
    let told = session.ok("UID FETCH 1:* (FLAGS)");
    let fetched = told
        .lines()
        .filter(|line| line.starts_with("* ") && line.contains(" FETCH "));
    let flags = fetched.map(|line| {
        let flags = line
            .split_once("FLAGS (")
            .unwrap()
            .1
            .split_once(')')
            .unwrap()
            .0;
        let flags = flags
            .split(' ')
            .filter(|flag| !["\\Recent", "\\Seen"].contains(flag));
        let mut flags: Vec<&str> = flags.collect();
        flags.sort_unstable();
        flags.join(" ")
    });
    flags.collect()
}

/// The same of all folders.
fn all(mailbox: &Mailbox, who: &str) -> BTreeMap<&'static str, Vec<String>> {
    let folders = ["INBOX", "Archive", "Entwürfe/März"];
    let folders = folders.into_iter();
    folders
        .map(|folder| (folder, carried(mailbox, who, folder)))
        .collect()
}

/// The words of what is typed after `sharemail label`, of which the first is the verb; what has a blank stands
/// in quotes.
fn words(mailbox: &str, typed: &str) -> Vec<String> {
    let parts = typed.split('\'').enumerate();
    let typed = parts.flat_map(|(n, part)| match n % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect(),
        _ => vec![part.to_owned()],
    });
    let mut words: Vec<String> = vec!["label".to_owned()];
    words.extend(typed);
    words.insert(2, mailbox.to_owned());
    words
}

fn label(mailbox: &Mailbox, typed: &str) -> Ran {
    let words = words(&mailbox.address, typed).into_iter();
    mailbox.provider.run(words.chain(["-vv".to_owned()]))
}

/// The same on a toy.
fn at(toy: &Toy, typed: &str) -> Ran {
    toy.run(words("support@example.test", typed))
}

/// The commands of a run that change what messages carry.
fn stores(ran: &Ran) -> usize {
    let sent = ran.sent().into_iter();
    sent.filter(|command| command.starts_with("UID STORE"))
        .count()
}

fn filled() -> [Mailbox<'static>; 2] {
    on_both(&FOLDERS, 1).map(|mailbox| {
        mailbox.grant([mailbox.alice(), "--read-only"]).exits(0);
        fill(&mailbox);
        mailbox
    })
}

#[test]
fn messages_that_are_meant_carry_the_label_for_a_member_and_no_others_do() {
    for mailbox in filled() {
        let typed = "add important --from *@billing.example.com";
        let dry = label(&mailbox, &format!("{typed} -n --detailed-exitcode"));
        let dry = dry
            .exits(2)
            .says("4 messages would be labelled Important ($label1)");
        assert_eq!(stores(&dry), 0);
        assert_eq!(all(&mailbox, mailbox.alice())["INBOX"], ["", "", ""]);
        label(&mailbox, typed)
            .exits(0)
            .says("4 messages labelled Important ($label1)");
        let seen = all(&mailbox, mailbox.alice());
        assert_eq!(seen["INBOX"], ["$label1", "", "$label1"]);
        assert_eq!(seen["Archive"], ["$label1", ""]);
        assert_eq!(seen["Entwürfe/März"], ["$label1"]);
        let again = label(&mailbox, typed).exits(0);
        assert_eq!(stores(&again), 0);
        again.says("4 messages carrying Important ($label1) already, nothing to do");
        label(
            &mailbox,
            "remove IMPORTANT --folder INBOX --subject 'für März'",
        )
        .exits(0)
        .says("1 message rid of Important");
        assert_eq!(
            carried(&mailbox, mailbox.alice(), "INBOX"),
            ["", "", "$label1"]
        );
        let none = label(&mailbox, "add work --from nobody@example.com");
        none.exits(0).says("no message is meant, nothing to do");
    }
}

#[test]
fn an_undo_takes_a_label_from_those_alone_that_got_it() {
    for mailbox in filled() {
        let who = mailbox.alice();
        label(&mailbox, "add 'Waiting for Bob' <3@example.test>").exits(0);
        let before = all(&mailbox, who);
        assert_eq!(before["Archive"], ["waiting_for_bob", ""]);
        let file = mailbox
            .provider
            .dir()
            .join(format!("{}.undo", mailbox.address));
        let file = file.to_str().unwrap();
        let typed = "add 'waiting for bob' --since 2020-01-01 --undo-file";
        label(&mailbox, &format!("{typed} {file}"))
            .exits(0)
            .says("5 messages labelled waiting_for_bob, 1 had it already")
            .says("sharemail undo");
        let undo = || mailbox.provider.run(["undo", file, "--yes", "-vv"]);
        undo().exits(0).says("to put back what label add did");
        assert_eq!(all(&mailbox, who), before);
        let again = undo().exits(0).says("nothing to put back");
        assert_eq!(stores(&again), 0);
        assert_eq!(all(&mailbox, who), before);
        // What somebody took off meanwhile stays off.
        fs::remove_file(file).unwrap();
        let typed = "remove 'waiting for bob' --folder Archive --undo-file";
        label(&mailbox, &format!("{typed} {file}"))
            .exits(0)
            .says("1 message rid of waiting_for_bob, 1 did not carry it");
        undo().exits(0);
        assert_eq!(all(&mailbox, who), before);
    }
}

/// Sessions share the folders, and each reads what another one has set.
#[test]
fn many_folders_are_labelled_by_several_sessions_and_only_where_it_is_meant() {
    let folders: Vec<String> = (1..=21).map(|n| format!("Customer {n:02}")).collect();
    let names: Vec<&str> = folders.iter().map(String::as_str).collect();
    for mailbox in on_both(&names, 1) {
        mailbox.grant([mailbox.alice(), "--read-only"]).exits(0);
        let mut owner = mailbox.member(&mailbox.address);
        for (n, folder) in names.iter().enumerate() {
            for (m, from) in ["carol@billing.example.com", "dave@example.com"]
                .into_iter()
                .enumerate()
            {
                let message = format!(
                    "From: {from}\nSubject: {n}\nMessage-ID: <{n}.{m}@example.test>\n\nworld\n"
                );
                owner.append(folder, &message);
            }
        }
        let who = mailbox.alice();
        let carried = |expected: &[&str]| {
            for folder in &names {
                assert_eq!(carried(&mailbox, who, folder), expected, "{folder}");
            }
        };
        let typed = "--since 2020-01-01 --from billing.example.com";
        let ran = label(&mailbox, &format!("add project {typed}"));
        let ran = ran.exits(0).says("21 messages labelled project");
        assert_eq!(stores(&ran), 21);
        carried(&["project", ""]);
        let logins = |ran: &Ran| {
            ran.sent()
                .iter()
                .filter(|one| one.contains("AUTHENTICATE"))
                .count()
        };
        // None is opened only to read; on Cyrus the administrator's own session comes before.
        let said = logins(&ran);
        assert!((2..=5).contains(&said), "{said}");
        let again = label(&mailbox, &format!("add project {typed}"));
        assert_eq!(stores(&again.exits(0)), 0);
        let ran = label(&mailbox, &format!("remove project {typed} --connections 1"));
        let ran = ran.exits(0).says("21 messages rid of project");
        assert!(logins(&ran) < said.max(4));
        carried(&["", ""]);
    }
}

#[test]
fn labels_in_use_are_counted_folder_by_folder() {
    for mailbox in filled() {
        label(&mailbox, "add urgent --folder INBOX").exits(0);
        label(&mailbox, "add URGENT --folder Archive --from erin@").exits(0);
        label(&mailbox, "add $Forwarded --label urgent --subject *hello*").exits(0);
        // What nobody carries any more is not in use, whatever the server remembers.
        label(&mailbox, "add later --folder INBOX").exits(0);
        label(&mailbox, "remove later --folder INBOX").exits(0);
        let listed = label(&mailbox, "list -o json").exits(0).json();
        let labels = listed["labels"].as_array().unwrap();
        let told: Vec<String> = labels
            .iter()
            .map(|row| format!("{} {} {}", row["keyword"], row["messages"], row["folders"]))
            .collect();
        assert_eq!(
            told,
            [
                "\"$Forwarded\" 1 {\"INBOX\":1}",
                "\"urgent\" 4 {\"Archive\":1,\"INBOX\":3}"
            ]
        );
        assert!(
            listed["folders"]
                .as_array()
                .unwrap()
                .iter()
                .all(|folder| folder["new"] == true)
        );
        label(&mailbox, "list -o csv")
            .exits(0)
            .says("Archive,urgent,urgent,1");
    }
}

#[test]
fn messages_are_named_one_by_one_in_one_folder() {
    let [mailbox, _] = filled();
    label(&mailbox, "add work 1 3 --folder INBOX").exits(0);
    assert_eq!(
        carried(&mailbox, mailbox.alice(), "INBOX"),
        ["$label2", "", "$label2"]
    );
    label(&mailbox, "add work 1").exits(64).says("--folder");
    label(&mailbox, "add work 99 --folder INBOX")
        .exits(67)
        .says("no such message");
    label(&mailbox, "add work <none@example.test>").exits(67);
    label(&mailbox, "add work")
        .exits(64)
        .says("not said which messages");
    label(&mailbox, "add \\Seen --folder INBOX")
        .exits(64)
        .says("no label");
    label(&mailbox, "add a]b --folder INBOX")
        .exits(64)
        .says("no keyword holds");
    let long = "x".repeat(51);
    label(&mailbox, &format!("add {long} --folder INBOX"))
        .exits(64)
        .says("Dovecot keeps no label");
    label(&mailbox, "add work --folder Nowhere").exits(67);
    label(&mailbox, &format!("add {} --folder INBOX", &long[1..])).exits(0);
}

#[test]
fn whoever_opens_the_mailbox_and_lacks_the_w_right_is_told_before_anything_is_changed() {
    for mailbox in filled() {
        // The mailbox is opened as its owner, who gave it away.
        let others = mailbox.everything().replace('w', "");
        mailbox.set("Archive", &mailbox.address, &others);
        let before = all(&mailbox, mailbox.alice());
        let ran = label(&mailbox, "add urgent --from carol@").exits(77);
        assert_eq!(stores(&ran), 0);
        ran.says("labels cannot be changed in Archive: whoever opens the mailbox lacks the w right there");
        assert_eq!(all(&mailbox, mailbox.alice()), before);
        label(&mailbox, "add urgent --folder INBOX --from carol@").exits(0);
    }
}

#[test]
fn what_was_done_stands_in_the_log_without_what_the_mail_says() {
    for mailbox in filled() {
        label(&mailbox, "add urgent --folder INBOX --subject hello").exits(0);
        let words = ["audit", "show", "--mailbox", &mailbox.address, "-o", "json"];
        let told = mailbox.provider.run(words).exits(0).stdout;
        assert!(
            told.contains("\"urgent\"") && told.contains("\"uids\""),
            "{told}"
        );
        assert!(!told.contains("hello"), "{told}");
    }
}

#[test]
fn a_label_reaches_no_mailbox_of_the_same_name_elsewhere() {
    let provider = Cyrus::default_domain();
    let names = provider.fresh_all(&["team", &format!("team@{OTHER_DOMAIN}"), "alice"]);
    let [home, abroad] = [0, 1].map(|n| Mailbox {
        provider,
        address: names[n].clone(),
        people: vec![names[2].clone()],
    });
    for mailbox in [&home, &abroad] {
        mailbox.make(&["Archive"]);
        mailbox
            .member(&mailbox.address)
            .append("Archive", "Subject: hello\n\nworld\n");
    }
    label(&abroad, "add urgent --folder Archive")
        .exits(0)
        .says("1 message labelled");
    let carries = |mailbox: &Mailbox| {
        let mut owner = mailbox.member(&mailbox.address);
        owner.ok("SELECT Archive");
        owner.ok("UID FETCH 1:* (FLAGS)").contains("urgent")
    };
    assert!(carries(&abroad) && !carries(&home));
}

#[test]
fn courier_keeps_a_label_as_long_as_no_older_session_sets_another() {
    let mailbox = Mailbox::on(Courier::running(), &["Archive"], 1);
    let alice = mailbox.alice();
    mailbox.grant([alice, "--write"]).exits(0);
    let archive = mailbox.seen("Archive");
    mailbox
        .member(alice)
        .append_asking(&archive, "Subject: hello\n\nworld\n");
    label(&mailbox, "add urgent --folder Archive")
        .exits(0)
        .says("1 message labelled");
    assert_eq!(carried(&mailbox, alice, "Archive"), ["urgent"]);
    label(&mailbox, "add urgent --folder Archive")
        .exits(0)
        .says("nothing to do");
    label(&mailbox, "remove urgent --folder Archive").exits(0);
    assert_eq!(carried(&mailbox, alice, "Archive"), [""]);
    let mut open = mailbox.member(alice);
    open.ok(&format!("SELECT {}", quoted(&archive)));
    label(&mailbox, "add urgent --folder Archive").exits(0);
    open.ok("UID STORE 1 +FLAGS (other)");
    assert_eq!(carried(&mailbox, alice, "Archive"), ["other"]);
}

/// A toy that has messages in INBOX, with what `told` says of them.
fn toy(permanent: &'static str, refuses: &'static str) -> Toy {
    let selects = AtomicUsize::new(0);
    Toy::twisted(&["Archive"], move |peer, line, _| {
        let command = line.split_once(' ').map_or("", |(_, command)| command);
        match command.split(' ').next().unwrap_or_default() {
            "SELECT" | "EXAMINE" if command.contains(refuses) => {
                peer.no("[NOPERM] not yours");
            }
            "SELECT" | "EXAMINE" => {
                let n = selects.fetch_add(1, Ordering::SeqCst);
                let validity = if permanent.contains("anew") { n + 1 } else { 7 };
                peer.send(format!(
                    "* 2 EXISTS\r\n* OK [PERMANENTFLAGS ({permanent})] kept\r\n\
                     * OK [UIDVALIDITY {validity}] so\r\n"
                ));
                peer.ok("in");
            }
            "UID" if command.starts_with("UID SEARCH") => {
                peer.send("* SEARCH 1 2\r\n");
                peer.ok("found");
            }
            "UID" if command.starts_with("UID FETCH") => {
                peer.send("* 1 FETCH (UID 1 FLAGS (urgent))\r\n* 2 FETCH (UID 2 FLAGS ())\r\n");
                peer.ok("told");
            }
            _ => return false,
        }
        true
    })
}

#[test]
fn what_a_folder_does_not_keep_is_refused_before_anything_is_changed() {
    let toy = toy("\\Seen \\Answered", "nothing");
    let ran = at(&toy, "add urgent --folder INBOX");
    ran.exits(77).says("keeps no new keywords in INBOX");
    assert!(
        toy.heard_of("UID")
            .iter()
            .all(|command| !command.contains("STORE"))
    );
    let list = at(&toy, "list").exits(0);
    list.says("INBOX keeps no new labels");
    toy.finish();
}

#[test]
fn a_folder_that_cannot_be_looked_into_is_told_and_the_others_are_done() {
    let toy = toy("\\Seen \\*", "\"Archive\"");
    // One of two messages got it: what nobody can tell is not said to be done.
    at(&toy, "add urgent --flagged")
        .exits(3)
        .says("\"Archive\" could not be looked into (NOPERM): not yours")
        .says("unknown: the label is on 1 of 2 messages now");
    at(&toy, "list --folder Archive").exits(77);
    toy.finish();
}

#[test]
fn a_folder_that_was_made_anew_since_it_was_looked_at_is_left_alone() {
    let toy = toy("\\* anew", "nothing");
    at(&toy, "add urgent --folder INBOX")
        .exits(77)
        .says("the UIDs are those of others");
    assert!(
        toy.heard_of("UID")
            .iter()
            .all(|command| !command.contains("STORE"))
    );
    toy.finish();
}

#[test]
fn no_member_is_promised_to_be_looked_at_for_a_label() {
    let toy = toy("\\*", "nothing");
    at(&toy, "add urgent --folder INBOX --proof all")
        .exits(64)
        .says("no member is looked at for a label");
    at(&toy, "add urgent --folder INBOX --proof none").says_not("no member is looked at");
    toy.finish();
}
