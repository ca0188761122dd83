//! `sharemail mail archive --to-mailbox`: each message hashed by a client of the tests' own before and after, with its
//! flags, keywords and date, in both mailboxes.

use std::fs;
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

use sha2::Digest as _;

use crate::mail_archive::{FOLDERS, all, archive, changes, filled, lying, message, sorted};
use crate::provider::client::{Client, quoted};
use crate::provider::proxy::Proxy;
use crate::provider::{Courier, Cyrus, Dovecot, Mailbox, Ran, run};

const PLACES: [&str; 5] = ["INBOX", "Sent", "Archive", "Archive/2024", "Entwürfe/März"];

/// An empty mailbox beside `mailbox`.
fn beside(mailbox: &Mailbox) -> Mailbox<'static> {
    let archive = match mailbox.provider.kind() {
        crate::provider::Kind::Dovecot => Dovecot::running(),
        crate::provider::Kind::Cyrus => Cyrus::running(),
        crate::provider::Kind::Courier => Courier::running(),
    };
    let mut names = archive.fresh_all(&["archive"]);
    Mailbox {
        provider: archive,
        address: names.remove(0),
        people: mailbox.people.clone(),
    }
}

fn into(mailbox: &Mailbox, to: &Mailbox, typed: &str) -> Ran {
    archive(mailbox, &format!("{typed} --to-mailbox {}", to.address))
}

/// All of a mailbox, by its owner.
fn whole(mailbox: &Mailbox) -> [Vec<String>; 5] {
    all(mailbox, PLACES)
}

#[test]
fn each_message_lies_in_the_other_mailbox_as_it_lay_in_this_one() {
    for mailbox in filled() {
        let other = beside(&mailbox);
        let before = whole(&mailbox);
        let typed = "--before 2025-01-01";
        let dry = into(&mailbox, &other, &format!("{typed} -n --detailed-exitcode"));
        assert_eq!((changes(&dry), dry.code), (0, Some(2)));
        let unasked = into(&mailbox, &other, typed);
        assert_eq!((unasked.code, changes(&unasked)), (Some(64), 0));
        assert_eq!(whole(&mailbox), before);
        // What is there already by its Message-ID, byte for byte, is not put there twice.
        let twin = lying_twin(&mailbox, &other);
        let ran = into(&mailbox, &other, &format!("{typed} --yes"));
        assert!(ran.sent().iter().all(|sent| !sent.starts_with("EXPUNGE")));
        let appends = ran
            .sent()
            .iter()
            .filter(|sent| sent.starts_with("APPEND"))
            .count();
        ran.exits(0)
            .says("7 of 7 messages archived")
            .says_not("secret");
        assert_eq!(appends, 6, "{twin}");
        assert_eq!(whole(&other), before);
        assert!(whole(&mailbox).iter().all(Vec::is_empty));
        let again = into(&mailbox, &other, &format!("{typed} --yes"));
        assert_eq!(changes(&again), 0);
        again.exits(0).says("no message is meant, nothing to do");
        logged(&mailbox, &other);
        into(&mailbox, &mailbox, &format!("{typed} --yes"))
            .exits(64)
            .says("its own archive");
        // And back, by years.
        archive(
            &other,
            &format!(
                "--folder INBOX --no-recurse --to-folder {{year}} --to-mailbox {} --yes",
                mailbox.address
            ),
        )
        .exits(0);
        let years = all(&mailbox, ["2018", "2021", "2024"]);
        assert_eq!(sorted([&years[0], &years[1], &years[2]]), before[0]);
    }
}

#[test]
fn what_went_is_told_by_a_manifest_whose_hash_the_log_has() {
    for mailbox in filled() {
        let other = beside(&mailbox);
        let before = whole(&mailbox);
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("went.jsonl");
        let typed = format!("--before 2025-01-01 --manifest {} --yes", file.display());
        let ran = into(&mailbox, &other, &typed);
        ran.exits(0).says("7 messages are in it");
        let text = fs::read(&file).unwrap();
        let hash: String = sha2::Sha256::digest(&text)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let words = ["audit", "show", "--mailbox", &mailbox.address, "-o", "json"];
        let told = mailbox.provider.run(words).exits(0).stdout;
        assert!(told.contains(&hash) && told.contains("\"keep\""), "{told}");
        let lines: Vec<serde_json::Value> = text
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_slice(line).unwrap())
            .collect();
        assert_eq!(lines.len(), 7);
        // Each is what the other mailbox has, by a client of the tests' own.
        let mut there = other.member(&other.address);
        for line in &lines {
            let folder = crate::provider::client::utf7(line["to_folder"].as_str().unwrap());
            there.ok(&format!("EXAMINE {}", quoted(&folder)));
            let id = line["message_id"].as_str().unwrap();
            let found = there.ok(&format!("UID SEARCH HEADER Message-ID {}", quoted(id)));
            let uid = found.split("* SEARCH ").nth(1).unwrap();
            let uid = uid.split_whitespace().next().unwrap();
            let told = there.command_bytes(format!("UID FETCH {uid} (BODY.PEEK[])").as_bytes());
            let size = line["size"].as_u64().unwrap() as usize;
            let mark = format!("{{{size}}}\r\n");
            let at = told
                .windows(mark.len())
                .position(|part| part == mark.as_bytes())
                .unwrap();
            let body = &told[at + mark.len()..at + mark.len() + size];
            let hash: String = sha2::Sha256::digest(body)
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            assert_eq!(line["sha256"], hash.as_str());
        }
        assert_eq!(whole(&other), before);
        let again = into(&mailbox, &other, &typed);
        assert_eq!(changes(&again), 0);
        again.exits(64).says("never written over");
        assert_eq!(fs::read(&file).unwrap(), text);
    }
}

/// Copies one message into the other mailbox as another client does.
fn lying_twin(mailbox: &Mailbox, other: &Mailbox) -> String {
    let mut owner = mailbox.member(&mailbox.address);
    owner.ok("EXAMINE Sent");
    let told = owner.ok("UID FETCH 1 (BODY.PEEK[])");
    let text = told.split_once("}\r\n").unwrap().1;
    let length: usize = told
        .split_once("BODY[] {")
        .unwrap()
        .1
        .split('}')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let text = &text[..length];
    let mut owner = other.member(&other.address);
    if other.provider.kind() == crate::provider::Kind::Dovecot {
        owner.ok("CREATE Sent");
    } else {
        other.make(&["Sent"]);
    }
    owner.ok(&format!(
        "APPEND Sent (\\Seen) \"01-Jan-1970 00:00:01 +0000\" {{{length}+}}\r\n{text}"
    ));
    text.to_owned()
}

/// The log of either mailbox tells what came and went, and nothing of what it says.
fn logged(mailbox: &Mailbox, other: &Mailbox) {
    let told = |mailbox: &Mailbox| {
        let words = ["audit", "show", "--mailbox", &mailbox.address, "-o", "json"];
        mailbox.provider.run(words).exits(0).stdout
    };
    let (here, there) = (told(mailbox), told(other));
    for word in ["\"export\"", "\"expunge\""] {
        assert!(here.contains(word), "{word} in {here}");
    }
    assert!(
        there.contains("\"receive\"") && there.contains(&mailbox.address),
        "{there}"
    );
    assert!(!here.contains("secret") && !there.contains("secret"));
}

#[test]
fn what_carries_something_else_there_or_nothing_that_is_kept_stays() {
    for mailbox in filled() {
        let other = beside(&mailbox);
        lying_twin(&mailbox, &other);
        let mut owner = mailbox.member(&mailbox.address);
        owner.ok("SELECT Sent");
        owner.ok("UID STORE 1 +FLAGS (\\Flagged)");
        let before = all(&mailbox, ["Sent"]);
        into(&mailbox, &other, "--folder Sent --yes")
            .exits(3)
            .says("0 of 1 message")
            .says("it lies there already, and carries something else");
        assert_eq!(all(&mailbox, ["Sent"]), before);
        assert_eq!(all(&other, ["Sent"])[0].len(), 1);
    }
}

#[test]
fn a_full_quota_ends_it_and_each_message_is_there_once() {
    for mailbox in filled() {
        let other = beside(&mailbox);
        let mut owner = mailbox.member(&mailbox.address);
        for n in 0..6 {
            let text =
                format!("{}{}\n", message(20 + n, ""), "y".repeat(70_000)).replace('\n', "\r\n");
            owner.ok(&format!("APPEND Sent {{{}+}}\r\n{text}", text.len()));
        }
        let before = all(&mailbox, ["Sent"]);
        other.limit_storage(200);
        let ran = into(&mailbox, &other, "--folder Sent --yes");
        ran.exits(3).says("is full");
        let [here] = all(&mailbox, ["Sent"]);
        let [there] = all(&other, ["Sent"]);
        assert!(
            !there.is_empty() && !here.is_empty(),
            "{} {}",
            here.len(),
            there.len()
        );
        assert_eq!(sorted([&here, &there]), before[0]);
        other.limit_storage(100_000);
        into(&mailbox, &other, "--folder Sent --yes").exits(0);
        assert_eq!(all(&other, ["Sent"]), before);
    }
}

#[test]
fn it_goes_to_another_provider_too() {
    let mailbox = Mailbox::on(Dovecot::running(), &FOLDERS, 0);
    let other = beside(&Mailbox::on(Cyrus::running(), &[], 0));
    let mut owner = mailbox.member(&mailbox.address);
    let text = message(1, "").replace('\n', "\r\n");
    owner.ok(&format!(
        "APPEND INBOX (\\Seen urgent $label1) \"01-Feb-2001 00:00:01 +0100\" {{{}+}}\r\n{text}",
        text.len()
    ));
    let before = all(&mailbox, ["INBOX"]);
    let configs =
        [(mailbox.provider, "here"), (other.provider, "there")].map(|(provider, name)| {
            let text = fs::read_to_string(provider.config_path()).unwrap();
            let was = text.split("[profile.").nth(1).unwrap();
            let was = was.split(['.', ']']).next().unwrap();
            let text = text.replace(&format!("[profile.{was}"), &format!("[profile.{name}"));
            let is_own =
                |line: &&str| line.starts_with("default-profile") || line.starts_with("ca-file");
            let lines = text.lines().filter(|line| !is_own(line));
            let text = lines.collect::<Vec<_>>().join("\n");
            let head = format!("[profile.{name}.imap]");
            let trusted = format!("{head}\nca-file = {:?}", provider.ca_path());
            text.replace(&head, &trusted)
        });
    let path = mailbox
        .provider
        .dir()
        .join(format!("{}.toml", mailbox.address));
    fs::write(&path, configs.join("\n")).unwrap();
    let mut command = mailbox.provider.sharemail();
    command.env("SHAREMAIL_CONFIG", &path);
    let words = format!(
        "mail archive {} --folder INBOX --no-recurse --to-mailbox {} --to-profile there -p here --yes",
        mailbox.address, other.address
    );
    run::run(&mut command, words.split(' '))
        .exits(0)
        .says("1 of 1 message archived");
    assert_eq!(instants(&all(&other, ["INBOX"])[0]), instants(&before[0]));
    assert!(all(&mailbox, ["INBOX"])[0].is_empty());
}

/// Without the day as it is spelled: servers tell the same instant in zones of their own.
fn instants(told: &[String]) -> Vec<String> {
    let zoned = |one: &String| {
        let at = one.find(']').unwrap() + 2;
        let (date, rest) = one[at..].split_at(26);
        let date = chrono::DateTime::parse_from_str(date, "%d-%b-%Y %H:%M:%S %z").unwrap();
        format!("{} {} {rest}", &one[..at], date.timestamp())
    };
    told.iter().map(zoned).collect()
}

#[test]
fn courier_takes_and_gives_too() {
    let mailbox = Mailbox::on(Courier::running(), &["Sent"], 1);
    let alice = mailbox.alice().to_owned();
    mailbox.grant([&*alice, "--full-access"]).exits(0);
    let other = Mailbox::on(Courier::running(), &["Sent"], 0);
    other.grant([&*alice, "--full-access"]).exits(0);
    let mut member = mailbox.member(&alice);
    let sent = mailbox.seen("Sent");
    for n in 0..3 {
        member.append_asking(&sent, &message(n, ""));
    }
    member.ok(&format!("SELECT {}", quoted(&sent)));
    member.ok("UID STORE 2 +FLAGS (\\Answered urgent)");
    let before = lying(&mut member, &sent);
    into(&mailbox, &other, "--folder Sent --yes")
        .exits(0)
        .says("3 of 3 messages archived");
    let mut member: Client = mailbox.member(&alice);
    assert!(lying(&mut member, &sent).is_empty());
    assert_eq!(lying(&mut member, &other.seen("Sent")), before);
}

#[test]
fn what_a_killed_run_puts_there_late_lies_there_once() {
    for mailbox in filled() {
        let other = beside(&mailbox);
        let mut owner = mailbox.member(&mailbox.address);
        let day = "07-Feb-2020 10:00:00 +0000";
        for n in 40..44 {
            owner.append_flagged("Archive/2024", "\\Answered", day, &message(n, ""));
        }
        drop(owner);
        other.member(&other.address).command("CREATE Archive/2024");
        let before = all(&mailbox, ["Archive/2024"]);
        let proxy = Proxy::plain(mailbox.provider, Duration::ZERO, None);
        let mut late = other.member(&other.address);
        // Of the third somebody else has one that carries less: it is no copy.
        proxy.before(" APPEND ", move || {
            for (n, flags) in [(40, "\\Answered"), (42, ""), (43, "\\Answered \\Seen")] {
                late.append_flagged("Archive/2024", flags, day, &message(n, ""));
            }
        });
        let mut command = proxy.sharemail(mailbox.provider);
        let typed = "--folder Archive/2024 --yes --to-mailbox";
        let mut words = vec!["mail", "archive", &mailbox.address];
        words.extend(typed.split(' ').chain([&*other.address]));
        run::run(&mut command, words)
            .exits(0)
            .says("5 of 5 messages archived");
        assert_eq!(all(&mailbox, ["Archive/2024"]), [vec![""; 0]]);
        let [there] = all(&other, ["Archive/2024"]);
        let same = before[0].iter().filter(|one| there.contains(one)).count();
        assert_eq!((there.len(), same), (6, 4), "{there:?}");
        let told = mailbox
            .provider
            .run(["audit", "show", "--mailbox", &other.address]);
        told.says("take 2 messages that lay twice out of Archive/2024");
    }
}

#[test]
fn what_several_killed_runs_put_there_lies_there_once() {
    for mailbox in filled() {
        let other = beside(&mailbox);
        let day = "07-Feb-2020 10:00:00 +0000";
        let mut owner = mailbox.member(&mailbox.address);
        // The first two are the same: two they stay.
        for n in [40, 40, 41] {
            owner.append_flagged("Sent", "\\Answered", day, &message(n, ""));
        }
        drop(owner);
        let before = all(&mailbox, ["Sent"]);
        let mut late = other.member(&other.address);
        late.command("CREATE Sent");
        // What lay there before any run is nobody's copy of late.
        late.append_flagged("Sent", "\\Answered", day, &message(50, ""));
        late.append_flagged("Sent", "\\Answered", day, &message(50, ""));
        let old = all(&other, ["Sent"]);
        let proxy = Proxy::plain(mailbox.provider, Duration::ZERO, None);
        let (tell, learn) = mpsc::channel::<u32>();
        proxy.before(" APPEND ", move || {
            let id = learn.recv().unwrap().to_string();
            let killed = Command::new("kill").args(["-9", &id]).status();
            assert!(killed.unwrap().success());
        });
        let typed = "--folder Sent --yes --to-mailbox";
        let mut words = vec!["mail", "archive", &mailbox.address];
        words.extend(typed.split(' ').chain([&*other.address]));
        let child = run::start(proxy.sharemail(mailbox.provider).args(&words));
        tell.send(child.id()).unwrap();
        assert_eq!(run::wait(child).code, None);
        proxy.wait_for_the_server();
        // The server goes on with what several runs sent it.
        for _ in 0..2 {
            late.append_flagged("Sent", "\\Answered", day, &message(40, ""));
            late.append_flagged("Sent", "\\Answered", day, &message(41, ""));
        }
        let ran = run::run(&mut proxy.sharemail(mailbox.provider), &words);
        ran.exits(0)
            .says("a run before this one did not come to its end: waiting");
        let [there] = all(&other, ["Sent"]);
        assert_eq!(sorted([&there]), sorted([&before[0], &old[0]]));
        // And that is the end of it.
        let again = run::run(&mut proxy.sharemail(mailbox.provider), &words);
        again.exits(0).says_not("did not come to its end");
    }
}
