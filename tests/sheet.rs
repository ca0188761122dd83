//! `sharemail grant --csv`: many grants from the rows of a sheet.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use serde_json::Value;

use crate::provider::proxy::Proxy;
use crate::provider::{Client, Cyrus, Dovecot, Mailbox, Provider, Ran, Toy, on_both, run};

const FOLDERS: [&str; 3] = ["Archive", "Archive/2025", "Entwürfe, alt"];

/// A sheet in the provider's folder.
fn sheet(provider: &Provider, name: &str, text: &str) -> PathBuf {
    let path = provider.dir().join(name);
    fs::write(&path, text).unwrap();
    path
}

/// `grant --csv` with this sheet.
fn grant(mailbox: &Mailbox, text: &str, words: &[&str]) -> Ran {
    let path = sheet(mailbox.provider, &format!("{}.csv", mailbox.address), text);
    let first = ["grant", "--yes", "--csv", path.to_str().unwrap()];
    mailbox.provider.run(first.iter().chain(words))
}

fn results(ran: &Ran) -> Vec<String> {
    let json = ran.json();
    let rows = json["rows"].as_array().unwrap().clone();
    let word = |row: &Value| row["result"].as_str().unwrap().to_owned();
    rows.iter().map(word).collect()
}

#[test]
fn every_row_is_granted_and_proved() {
    for mailbox in on_both(&FOLDERS, 3) {
        let [alice, bob, carol] = [0, 1, 2].map(|n| mailbox.people[n].as_str());
        let support = &mailbox.address;
        // As Excel writes it: a mark, semicolons, CR LF.
        let text = format!(
            "\u{feff}mailbox;who;level;rights;send-as;folders;recurse\r\n\
             {support};{alice};full-access;;yes;;\r\n\
             {support};{bob};read-only;;;;\r\n\
             {support};{bob};write;;;Archive;\r\n\
             {support};{bob};;lrsw;;Archive/2025;no\r\n\
             {support};{carol};;;;Entwürfe, alt;\r\n"
        );
        let broken = grant(&mailbox, &text, &[]).exits(65);
        broken.says("row 6: nothing is given");
        assert_eq!(mailbox.stored("INBOX", alice), None);

        let text = text.replace(&format!("{carol};;"), &format!("{carol};read-only;"));
        let ran = grant(&mailbox, &text, &[]).exits(0);
        let verified = ran.stdout.matches("(verified as").count();
        assert_eq!(verified, 5, "{ran:?}");
        let ran = ran
            .says(&format!(
                "row 2: {alice}: full-access on 4 folders of {support}"
            ))
            .says(&format!("row 3: {bob}: read-only on 2 folders"))
            .says("5 rows: 5 done");
        // Once for all rows.
        assert_eq!(
            ran.stderr,
            format!(
                "  hint: many mail programs show nothing until the folders are subscribed: sharemail \
                 folder subscribe {support} {alice} {bob} {carol}\n"
            )
        );
        assert_eq!(
            mailbox.rights(alice, "Archive").as_deref(),
            Some(mailbox.everything())
        );
        assert_eq!(
            mailbox.stored("Identities/Send As", alice).as_deref(),
            Some("lp")
        );
        let rights = |person, folder| mailbox.rights(person, folder);
        assert_eq!(rights(bob, "INBOX").as_deref(), Some("lrs"));
        assert_eq!(rights(bob, "Archive").as_deref(), Some("ilprsw"));
        assert_eq!(rights(bob, "Archive/2025").as_deref(), Some("lrsw"));
        assert_eq!(rights(bob, "Entwürfe, alt").as_deref(), Some("lrs"));
        assert_eq!(rights(carol, "INBOX"), None);
        assert_eq!(rights(carol, "Entwürfe, alt").as_deref(), Some("lrs"));

        let again = grant(&mailbox, &text, &["-vv"]).exits(0);
        assert_eq!(again.changes(), [""; 0]);
        again.says("5 rows: 5 unchanged").says("nothing changed");
    }
}

#[test]
fn a_row_that_fails_does_not_stop_the_others_and_can_be_run_again() {
    for mailbox in on_both(&FOLDERS, 2) {
        let (alice, bob, support) = (mailbox.alice(), mailbox.bob(), &mailbox.address);
        let text = format!(
            "comment,mailbox,who,level,folders\n\
             \"first, of all\",{support},{alice},write,\n\
             ,{support},nobody,write,\n\
             ,{support},{bob},read-only,Archiv\n\
             ,nothing@example.test,{bob},read-only,\n\
             ,{support},{bob},read-only,Archive\n"
        );
        let ran = grant(&mailbox, &text, &["-o", "csv"]).exits(3);
        let lines: Vec<&str> = ran.stdout.lines().collect();
        assert_eq!(
            lines[0],
            "comment,mailbox,who,level,folders,result,proof,why"
        );
        assert!(
            lines[1].starts_with(&format!(
                "\"first, of all\",{support},{alice},write,,done,verified,"
            )),
            "{ran:?}"
        );
        assert!(
            lines[2].contains(",failed,nothing,") && lines[2].contains("(undone)"),
            "{ran:?}"
        );
        assert!(
            lines[3].contains("did you mean \"\"Archive\"\"?"),
            "{ran:?}"
        );
        assert!(lines[4].contains(",failed,,"), "{ran:?}");
        assert!(lines[5].contains(",done,verified,"), "{ran:?}");
        assert_eq!(mailbox.stored("Archive", bob).as_deref(), Some("lrs"));
        assert_eq!(mailbox.stored("INBOX", "nobody@example.test"), None);

        // The rows that failed, mended, run again as they were written.
        let failed: Vec<String> = lines
            .iter()
            .filter(|line| !line.contains(",done,"))
            .map(|line| line.replace(",Archiv,", ",\"Entwürfe, alt\","))
            .filter(|line| !line.contains("nobody") && !line.contains("nothing@"))
            .collect();
        let again = grant(&mailbox, &failed.join("\n"), &["-o", "json"]).exits(0);
        assert_eq!(results(&again), ["done"]);
        assert_eq!(mailbox.stored("Entwürfe, alt", bob).as_deref(), Some("lrs"));
        // All of it: what is so already is no change.
        let all = grant(&mailbox, &ran.stdout, &["-o", "json"]).exits(3);
        assert_eq!(
            results(&all),
            ["unchanged", "failed", "failed", "failed", "unchanged"]
        );
        // Nothing but failures ends with the code of the first.
        let none = format!("mailbox,who,level\n{support},nobody,write\n");
        grant(&mailbox, &none, &[])
            .exits(67)
            .says("1 row: 1 failed");
        grant(&mailbox, &none, &["--force"])
            .exits(0)
            .says("gives nothing");
    }
}

#[test]
fn a_dry_run_of_a_sheet_tells_the_changes_and_makes_none() {
    for mailbox in on_both(&FOLDERS, 2) {
        let (alice, bob, support) = (mailbox.alice(), mailbox.bob(), &mailbox.address);
        mailbox.set("Archive", alice, "lrs");
        let text = format!(
            "mailbox,who,level,folders\n{support},{alice},read-only,Archive\n\
             {support},{alice},write,\n{support},{bob},read-only,Wolke\n"
        );
        let ran = grant(&mailbox, &text, &["--dry-run", "-vv"]).exits(3);
        assert_eq!(ran.changes(), [""; 0]);
        ran.says("row 2: ").says("would be made").says("1 failed");
        let text = text.replace("Wolke", "Archive/2025");
        let told = grant(
            &mailbox,
            &text,
            &["-n", "--detailed-exitcode", "-o", "json"],
        )
        .exits(2);
        assert_eq!(results(&told).len(), 3);
        grant(&mailbox, &text, &[]).exits(0);
        grant(&mailbox, &text, &["-n", "--detailed-exitcode"])
            .exits(0)
            .says("3 rows: 3 unchanged");
    }
}

#[test]
fn five_hundred_rows_over_fifty_mailboxes() {
    for provider in [Dovecot::start(), Cyrus::start()] {
        let stems: Vec<String> = (0..50).map(|n| format!("box{n}-")).collect();
        let stems: Vec<&str> = stems.iter().map(String::as_str).collect();
        let mailboxes = provider.fresh_all(&stems);
        let people = provider.fresh_all(&[
            "ann", "ben", "cem", "dan", "eva", "fay", "gus", "hal", "ida",
        ]);
        let mut text = "mailbox,who,level\n".to_owned();
        for person in people.iter().map(String::as_str).chain(["nobody"]) {
            for mailbox in &mailboxes {
                text.push_str(&format!("{mailbox},{person},read-only\n"));
            }
        }
        let path = sheet(&provider, "many.csv", &text);
        let words = [
            "grant",
            "--yes",
            "--csv",
            path.to_str().unwrap(),
            "-o",
            "json",
        ];
        let ran = provider
            .run(words.iter().chain(&["--connections", "4"]))
            .exits(3);
        let found = results(&ran);
        let count = |word: &str| found.iter().filter(|result| *result == word).count();
        assert_eq!(
            (found.len(), count("done"), count("failed")),
            (500, 450, 50)
        );
        println!("{:?}: 500 rows in {:?}", provider.kind(), ran.took);
        let json = ran.json();
        let proved = |row: &Value| row["member"]["proof"]["result"] == "verified";
        let rows = json["rows"].as_array().unwrap();
        assert_eq!(rows.iter().filter(|row| proved(row)).count(), 450);
        let again = provider
            .run(words.iter().chain(&["--connections", "4"]))
            .exits(3);
        println!("{:?}: again in {:?}", provider.kind(), again.took);
        assert_eq!(
            results(&again).iter().filter(|r| *r == "unchanged").count(),
            450
        );
    }
}

#[test]
fn a_sheet_is_read_from_standard_input_behind_the_password() {
    let toy = Toy::new(&["Sent"]);
    let mut command = toy.sharemail();
    command
        .args(["grant", "--yes", "--csv", "-"])
        .stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let text = "mailbox,who,level\nsupport@,alice,write\n";
    child
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    run::wait(child)
        .exits(0)
        .says("row 2: alice@example.test: write on 2 folders");
    assert_eq!(
        toy.stored("Sent", "alice@example.test").as_deref(),
        Some("lrswip")
    );
}

#[test]
fn nothing_is_sent_while_anything_in_the_sheet_is_wrong() {
    let toy = Toy::new(&["Sent"]);
    let path = toy.write("grants.csv", "mailbox,who,levle\nsupport@,alice,write\n");
    let words = ["grant", "--yes", "--csv", path.to_str().unwrap()];
    toy.run(words)
        .exits(65)
        .says("row 1: unknown column \"levle\"")
        .says("did you mean \"level\"?");
    toy.write(
        "grants.csv",
        "mailbox,who,level\nsupport@,alice,write\nsupport@,-bob,wirte\n",
    );
    let ran = toy.run(words).exits(65);
    ran.says("row 3, who: \"-bob\" names nobody")
        .says("row 3, level: \"wirte\" is no level");
    assert_eq!(toy.connections(), 0);
    toy.run(["grant", "--yes", "--csv", "/nonexistent/x.csv"])
        .exits(65)
        .says("cannot be read");
    toy.run(["grant", "support@", "alice", "--csv", "x.csv"])
        .exits(64);
}

#[test]
fn nobody_is_granted_a_sheet_unasked() {
    let toy = Toy::new(&["Sent"]);
    let path = toy.write("grants.csv", "mailbox,who,level\nsupport@,alice,write\n");
    let path = path.to_str().unwrap();
    let ran = toy.run(["grant", "--csv", path]).exits(64);
    let ran = ran.says("1 row").says("--yes");
    assert_eq!(ran.changes(), [""; 0]);
    assert_eq!(toy.stored("Sent", "alice@example.test"), None);
    toy.run(["grant", "--csv", path, "--yes"]).exits(0);
    // Where nothing is left to be done, nobody need be asked.
    toy.run(["grant", "--csv", path]).exits(0);
}

#[test]
fn a_sheet_that_changes_very_much_of_a_mailbox_is_refused_unless_that_is_meant() {
    let mailbox = Mailbox::on(Dovecot::running(), &[], 0);
    let (_, domain) = mailbox.address.split_once('@').unwrap();
    let members: Vec<String> = (0..10).map(|n| format!("member{n}@{domain}")).collect();
    members
        .iter()
        .for_each(|who| mailbox.set("INBOX", who, "lrs"));
    let row = |who: &String| format!("{},id:{who},l\n", mailbox.address);
    let rows: String = members.iter().take(4).map(row).collect();
    let text = format!("mailbox,who,rights\n{rows}");
    let ran = grant(&mailbox, &text, &[]).exits(77);
    ran.says("refused: ").says("--force");
    let stored = |who: &String| mailbox.member(&mailbox.address).getacl("INBOX").remove(who);
    assert_eq!(stored(&members[0]).as_deref(), Some("lrs"));
    grant(&mailbox, &text, &["--force"]);
    assert_eq!(stored(&members[0]).as_deref(), Some("l"));
    assert_eq!(stored(&members[9]).as_deref(), Some("lrs"));
}

#[test]
fn a_row_that_would_lock_everybody_out_is_refused_and_the_others_are_made() {
    let mailbox = Mailbox::on(Dovecot::running(), &[], 1);
    let own = format!("id:{}", mailbox.address);
    let text = format!(
        "mailbox,who,level\n{0},{own},read-only\n{0},{1},read-only\n",
        mailbox.address,
        mailbox.alice()
    );
    let ran = grant(&mailbox, &text, &[]).exits(3);
    ran.says("refused: on").says("2 rows: 1 done, 1 failed");
}

#[test]
fn a_password_that_is_wrong_is_not_tried_with_every_mailbox() {
    let toy = Toy::twisted(&["Sent"], |peer, line, _| {
        let login = line.contains("AUTHENTICATE");
        if login {
            peer.no("[AUTHENTICATIONFAILED] no");
        }
        login
    });
    let rows: String = (0..40).map(|n| format!("box{n}@,alice,write\n")).collect();
    let path = toy.write("grants.csv", &format!("mailbox,who,level\n{rows}"));
    let ran = toy
        .run(["grant", "--yes", "--csv", path.to_str().unwrap()])
        .exits(77);
    ran.says("not tried");
    assert!(toy.connections() < 15, "{}", toy.connections());
}

#[test]
fn what_a_sheet_granted_can_be_taken_back() {
    for mailbox in on_both(&["Sent"], 2) {
        let (alice, bob, support) = (mailbox.alice(), mailbox.bob(), &mailbox.address);
        mailbox.set("Sent", alice, "lr");
        mailbox.make_identities();
        let text =
            format!("mailbox,who,level\n{support},{alice},write\n{support},{bob},read-only\n");
        let undo = mailbox.provider.dir().join(format!("{support}.undo"));
        let undo = undo.to_str().unwrap();
        grant(&mailbox, &text, &["--undo-file", undo]).exits(0);
        assert_eq!(mailbox.stored("INBOX", bob).as_deref(), Some("lrs"));
        mailbox.run(["undo", undo, "--yes"]).exits(0);
        assert_eq!(mailbox.stored("Sent", alice).as_deref(), Some("lr"));
        assert_eq!(mailbox.stored("INBOX", alice), None);
        assert_eq!(mailbox.stored("INBOX", bob), None);
    }
}

#[test]
fn an_interrupted_sheet_says_of_each_row_how_far_it_came() {
    let provider = Dovecot::running();
    let stems: Vec<String> = (0..12).map(|n| format!("stop{n}-")).collect();
    let stems: Vec<&str> = stems.iter().map(String::as_str).collect();
    let mailboxes = provider.fresh_all(&stems);
    let alice = provider.fresh("alice");
    let rows = mailboxes
        .iter()
        .map(|mailbox| format!("{mailbox},{alice},write\n"));
    let text = format!("mailbox,who,level\n{}", rows.collect::<String>());
    let path = sheet(provider, "stop.csv", &text);
    let proxy = Proxy::tls(provider, Duration::from_millis(20), None);
    let mut command = proxy.sharemail(provider);
    command.args([
        "grant",
        "--yes",
        "--csv",
        path.to_str().unwrap(),
        "-o",
        "json",
    ]);
    let child = run::start(&mut command);
    let pid = Pid::from_raw(child.id().cast_signed()).unwrap();
    let has = |mailbox: &String| {
        let entries = Client::owner(provider, mailbox).getacl("INBOX");
        entries.contains_key(&alice)
    };
    let patience = Instant::now() + Duration::from_secs(300);
    while !has(&mailboxes[2]) {
        assert!(Instant::now() < patience, "nothing was granted");
        thread::sleep(Duration::from_millis(5));
    }
    kill_process(pid, Signal::INT).unwrap();
    let ran = run::wait(child).exits(130);
    let found = results(&ran);
    assert_eq!((found.len(), found[0].as_str()), (12, "done"), "{ran:?}");
    assert_eq!(found[11], "not-tried", "{ran:?}");
    for (mailbox, result) in mailboxes.iter().zip(&found) {
        match result.as_str() {
            "done" => assert!(has(mailbox), "{mailbox}"),
            "not-tried" => assert!(!has(mailbox), "{mailbox}"),
            _ => {}
        }
    }
    let words = [
        "grant",
        "--yes",
        "--csv",
        path.to_str().unwrap(),
        "-o",
        "json",
    ];
    let again = provider.run(words).exits(0);
    assert_eq!(results(&again)[0], "unchanged");
    assert!(mailboxes.iter().all(has));
}
