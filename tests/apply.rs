//! `sharemail apply`: mailboxes become what a file says, seen from the other side.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::plan::{FOLDERS, Wishes};
use crate::provider::client::{is_ok, quoted};
use crate::provider::proxy::{Cut, Proxy};
use crate::provider::{Client, Cyrus, Dovecot, Kind, Mailbox, Provider, on_both, run, terminal};

const SEND_AS: &str = "Identities/Send As";
const ON_BEHALF: &str = "Identities/Send on Behalf";

/// What all folders hold, identities too.
fn everything(mailbox: &Mailbox, folders: &[&str]) -> BTreeMap<String, BTreeMap<String, String>> {
    let all = folders.iter().chain(&[SEND_AS, ON_BEHALF, "INBOX"]);
    all.map(|folder| ((*folder).to_owned(), mailbox.entries(folder)))
        .collect()
}

/// A whole file for a mailbox with three people and [`FOLDERS`].
fn whole(mailbox: &Mailbox) -> Wishes {
    let [alice, bob, carol] = [0, 1, 2].map(|n| mailbox.people[n].as_str());
    let text = format!(
        "folders = [\"Plans/Entwürfe\"]\nfull-access = [\"{alice}\"]\nwrite = [\"{bob}\"]\n\
         send-as = [\"{alice}\"]\nsend-on-behalf = [\"{bob}\"]\n\
         [folder.\"Archive\"]\nread-only = [\"{bob}\"]\nrights = {{ \"{carol}\" = \"lrsw\" }}\n\
         [folder.\"Archive/2025\"]\nnone = [\"{bob}\"]\n"
    );
    Wishes::of(mailbox, &text)
}

#[test]
fn the_file_comes_true_and_a_second_run_sends_no_change() {
    for mailbox in on_both(&FOLDERS, 3) {
        let [alice, bob, carol] = [0, 1, 2].map(|n| mailbox.people[n].as_str());
        mailbox.set("Sent", carol, "lrs");
        let wishes = whole(&mailbox);
        let ran = wishes.run(&mailbox, "apply", &["--yes"]).exits(0);
        ran.says("verified as").says("changes made");
        for folder in ["INBOX", "Sent", "Archive", "Plans", "Plans/Entwürfe"] {
            assert_eq!(
                mailbox.stored(folder, alice).as_deref(),
                Some(mailbox.everything()),
                "{folder}"
            );
        }
        assert_eq!(mailbox.stored("Sent", bob).as_deref(), Some("ilprsw"));
        assert_eq!(
            mailbox.stored("Plans/Entwürfe", bob).as_deref(),
            Some("ilprsw")
        );
        assert_eq!(mailbox.stored("Archive", bob).as_deref(), Some("lrs"));
        assert_eq!(mailbox.stored("Archive/2025", bob), None);
        assert_eq!(mailbox.stored("Archive", carol).as_deref(), Some("lrsw"));
        assert_eq!(mailbox.stored("Sent", carol), None);
        assert_eq!(mailbox.stored(SEND_AS, alice).as_deref(), Some("lp"));
        assert_eq!(mailbox.stored(SEND_AS, bob), None);
        assert_eq!(mailbox.stored(ON_BEHALF, bob).as_deref(), Some("lp"));
        assert_eq!(mailbox.stored("Identities", alice), None);
        let again = wishes.run(&mailbox, "apply", &["--yes", "-vv"]).exits(0);
        assert_eq!(again.changes(), [""; 0]);
        again.says("nothing to do");
        wishes.run(&mailbox, "check", &[]).exits(0);
    }
}

#[test]
fn what_is_not_named_stays_unless_it_is_pruned() {
    for mailbox in on_both(&FOLDERS, 2) {
        let (alice, bob) = (mailbox.alice(), mailbox.bob());
        mailbox.grant([alice, bob, "--write"]).exits(0);
        let wishes = Wishes::of(
            &mailbox,
            &format!("write = [\"{alice}\"]\nsend-on-behalf = [\"{alice}\"]\n"),
        );
        wishes
            .run(&mailbox, "apply", &["--yes"])
            .exits(0)
            .says("nothing to do");
        assert_eq!(mailbox.stored("Sent", bob).as_deref(), Some("ilprsw"));
        let folders = mailbox.owner().list("*").len();
        wishes
            .run(&mailbox, "apply", &["--yes", "--prune"])
            .exits(77);
        wishes
            .run(&mailbox, "apply", &["--yes", "--prune", "--force"])
            .exits(0);
        for folder in ["INBOX", "Sent", "Archive/2025", ON_BEHALF] {
            assert_eq!(mailbox.stored(folder, bob), None, "{folder}");
        }
        assert_eq!(mailbox.stored("Sent", alice).as_deref(), Some("ilprsw"));
        assert_eq!(mailbox.owner().list("*").len(), folders);
    }
}

#[test]
fn nobody_is_asked_where_nobody_can_answer() {
    let mailbox = Mailbox::on(Dovecot::running(), &FOLDERS, 1);
    let wishes = Wishes::of(
        &mailbox,
        &format!("read-only = [\"{}\"]\n", mailbox.alice()),
    );
    let ran = wishes.run(&mailbox, "apply", &["-vv"]).exits(64);
    assert_eq!(ran.changes(), [""; 0]);
    ran.says("--yes");
    let path = wishes.path();
    let words = ["apply", "-f", path.to_str().unwrap()];
    let ran = terminal::run(&mailbox.provider.sharemail(), &words, "n\n").exits(1);
    ran.says("Make these changes?").says("nothing was changed");
    assert_eq!(mailbox.stored("Sent", mailbox.alice()), None);
    terminal::run(&mailbox.provider.sharemail(), &words, "y\n").exits(0);
    assert_eq!(
        mailbox.stored("Sent", mailbox.alice()).as_deref(),
        Some("lrs")
    );
}

#[test]
fn a_saved_plan_is_carried_out_exactly_and_only_if_nothing_has_changed() {
    for mailbox in on_both(&FOLDERS, 3) {
        let carol = &mailbox.people[2];
        let wishes = whole(&mailbox);
        let plan = wishes.beside("plan.json");
        let plan = plan.to_str().unwrap();
        wishes.run(&mailbox, "plan", &["--out", plan]).exits(0);
        mailbox.set("Sent", carol, "lrs");
        let ran = mailbox.run(["apply", plan, "--yes", "-vv"]).exits(65);
        assert_eq!(ran.changes(), [""; 0]);
        ran.says("is not what it was when the plan was made");
        wishes.run(&mailbox, "plan", &["--out", plan]).exits(0);
        // What the file says by now does not count.
        std::fs::write(wishes.path(), "nothing").unwrap();
        mailbox.run(["apply", plan, "--yes"]).exits(0);
        assert_eq!(
            mailbox.stored(SEND_AS, mailbox.alice()).as_deref(),
            Some("lp")
        );
        assert_eq!(
            mailbox.stored("Plans/Entwürfe", mailbox.bob()).as_deref(),
            Some("ilprsw")
        );
        assert_eq!(mailbox.stored("Sent", carol), None);
        mailbox.run(["apply", plan, "--yes"]).exits(65);
        whole(&mailbox).run(&mailbox, "check", &[]).exits(0);
    }
}

#[test]
fn a_plan_that_somebody_else_wrote_is_not_believed() {
    let mailbox = Mailbox::on(Dovecot::running(), &FOLDERS, 1);
    let wishes = Wishes::of(
        &mailbox,
        &format!("read-only = [\"{}\"]\n", mailbox.alice()),
    );
    let plan = wishes.beside("plan.json");
    wishes
        .run(&mailbox, "plan", &["--out", plan.to_str().unwrap()])
        .exits(0);
    let text = std::fs::read_to_string(&plan).unwrap();
    std::fs::write(&plan, text.replace("\"lrs\"", "\"lrswipkxtea\"")).unwrap();
    let ran = mailbox
        .run(["apply", plan.to_str().unwrap(), "--yes"])
        .exits(65);
    ran.says("its checksum does not fit");
    std::fs::write(&plan, "{}").unwrap();
    mailbox
        .run(["apply", plan.to_str().unwrap(), "--yes"])
        .exits(65)
        .says("is no saved plan");
    mailbox.run(["apply"]).exits(64);
    mailbox.run(["apply", "x", "-f", "y"]).exits(64);
}

#[test]
fn a_checksum_holds_the_two_steps_of_a_pipeline_together() {
    for mailbox in on_both(&FOLDERS, 2) {
        let wishes = Wishes::of(
            &mailbox,
            &format!("read-only = [\"{}\"]\n", mailbox.alice()),
        );
        let sum = |ran: crate::provider::Ran| ran.json()["checksum"].as_str().unwrap().to_owned();
        let first = sum(wishes.run(&mailbox, "plan", &["-o", "json"]).exits(0));
        mailbox.set("Sent", mailbox.bob(), "lrs");
        let ran = wishes
            .run(&mailbox, "apply", &["--yes", "--checksum", &first, "-vv"])
            .exits(65);
        assert_eq!(ran.changes(), [""; 0]);
        let second = sum(wishes.run(&mailbox, "plan", &["-o", "json"]).exits(0));
        wishes
            .run(&mailbox, "apply", &["--yes", "--checksum", &second])
            .exits(0);
        assert_eq!(
            mailbox.stored("Sent", mailbox.alice()).as_deref(),
            Some("lrs")
        );
    }
}

#[test]
fn what_fails_is_named_and_the_rest_is_done() {
    for mailbox in on_both(&FOLDERS, 1) {
        let alice = mailbox.alice();
        let other = mailbox.provider.fresh("other");
        let text = format!(
            "[mailbox.\"{}\"]\nread-only = [\"{alice}\"]\n[mailbox.\"{other}\"]\n\
             folders = [\"bad/../name\"]\nread-only = [\"{alice}\"]\n",
            mailbox.address
        );
        let ran = Wishes::new(&text)
            .run(&mailbox, "apply", &["--yes"])
            .exits(3);
        ran.says(&format!("{other}: "));
        assert_eq!(mailbox.stored("Sent", alice).as_deref(), Some("lrs"));
    }
}

#[test]
fn somebody_who_does_not_exist_is_told_and_her_entry_kept() {
    let mailbox = Mailbox::on(Dovecot::running(), &FOLDERS, 1);
    let text = format!("read-only = [\"{}\", \"nobody-yet\"]\n", mailbox.alice());
    let wishes = Wishes::of(&mailbox, &text);
    let ran = wishes.run(&mailbox, "apply", &["--yes"]).exits(3);
    ran.says("gives nothing: the server knows no user nobody-yet@example.test");
    assert_eq!(
        mailbox.stored("Sent", "nobody-yet@example.test").as_deref(),
        Some("lrs")
    );
    wishes.run(&mailbox, "apply", &["--yes"]).exits(0);
}

#[test]
fn a_mailbox_that_is_not_there_is_made_with_nothing_but_what_the_file_says() {
    let cyrus = Cyrus::start();
    let mailbox = Mailbox::on(&cyrus, &[], 2);
    let (alice, bob) = (mailbox.alice(), mailbox.bob());
    let name = "brandnew@example.test";
    let text = format!(
        "[mailbox.\"{name}\"]\nquota = \"5 MiB\"\nfolders = [\"Sent\", \"Plans/Entwürfe\"]\nfull-access = [\"{alice}\"]\n\
         send-as = [\"{bob}\"]\n[mailbox.\"{name}\".folder.Sent]\nread-only = [\"{bob}\"]\n"
    );
    let wishes = Wishes::new(&text);
    wishes
        .run(&mailbox, "plan", &["--detailed-exitcode"])
        .exits(2)
        .says("(to be made)");
    wishes.run(&mailbox, "apply", &["--yes"]).exits(0);
    let mut admin = Client::admin(&cyrus);
    let inbox = admin.getacl("user/brandnew");
    assert_eq!(
        inbox.keys().collect::<Vec<_>>(),
        ["alice1", "brandnew"],
        "{inbox:?}"
    );
    let sent = admin.getacl("user/brandnew/Sent");
    assert_eq!(
        sent.keys().collect::<Vec<_>>(),
        ["alice1", "bob1", "brandnew"],
        "{sent:?}"
    );
    assert!(admin.ok("GETQUOTA user/brandnew").contains("5120"));
    wishes.run(&mailbox, "check", &["--prune"]).exits(0);
    wishes
        .run(&mailbox, "plan", &["--detailed-exitcode"])
        .exits(0);
    // The same by a saved plan.
    let other = Wishes::new(&text.replace("brandnew", "another"));
    let plan = other.beside("plan.json");
    other
        .run(&mailbox, "plan", &["--out", plan.to_str().unwrap()])
        .exits(0);
    mailbox
        .run(["apply", plan.to_str().unwrap(), "--yes"])
        .exits(0);
    let inbox = admin.getacl("user/another");
    assert_eq!(
        inbox.keys().collect::<Vec<_>>(),
        ["alice1", "another"],
        "{inbox:?}"
    );
    other.run(&mailbox, "check", &["--prune"]).exits(0);
    mailbox
        .run(["apply", plan.to_str().unwrap(), "--yes"])
        .exits(65);
}

#[test]
fn a_public_mailbox_is_made_too() {
    let provider = Dovecot::start();
    let mailbox = Mailbox::on(&provider, &[], 1);
    let text = format!(
        "[mailbox.\"Public/Team\"]\nfolders = [\"Plans\"]\nread-only = [\"{}\"]\n",
        mailbox.alice()
    );
    let wishes = Wishes::new(&text);
    let path = wishes.path();
    let apply = || {
        let mut command = provider.sharemail();
        let words = ["apply", "-f", path.to_str().unwrap(), "--yes"];
        run::run(command.env("SHAREMAIL_REACH", "namespace"), words)
    };
    apply().exits(0);
    apply().exits(0).says("nothing to do");
    let mut member = Client::impersonate(&provider, mailbox.alice());
    assert!(
        member
            .list("Public/*")
            .contains(&"Public/Team/Plans".to_owned())
    );
}

#[test]
fn odd_names_go_through_a_file_as_they_are() {
    let folders = [
        "a \"b\" \\c",
        "R&D",
        "100%",
        "日本語",
        "st*r",
        "'x'",
        "#hash",
    ];
    for mailbox in on_both(&[], 1) {
        let (mut there, mut owner) = (Vec::new(), mailbox.owner());
        for folder in folders {
            // What a server refuses is no folder's name there.
            if is_ok(&owner.command(&format!("CREATE {}", quoted(&mailbox.owned(folder))))) {
                there.push(folder);
            }
        }
        assert!(there.len() > 2, "{there:?}");
        let dovecot = mailbox.provider.kind() == Kind::Dovecot;
        let people: &[&str] = if dovecot {
            &["id:x y", "id:q\"uo\\te", "id:-bob", "id:ü"]
        } else {
            &["id:-bob", "id:x@y@z"]
        };
        let toml = |text: &str| serde_json::to_string(text).unwrap();
        let list: Vec<String> = people.iter().map(|who| toml(who)).collect();
        let mut text = format!("read-only = [{}]\n", list.join(", "));
        for folder in &there {
            text += &format!(
                "[folder.{}]\nrights = {{ \"{}\" = \"lrw\" }}\n",
                toml(folder),
                mailbox.alice()
            );
        }
        let wishes = Wishes::of(&mailbox, &text);
        wishes
            .run(&mailbox, "apply", &["--yes", "--no-proof"])
            .exits(0);
        for folder in &there {
            assert_eq!(
                mailbox.stored(folder, mailbox.alice()).as_deref(),
                Some("lrw"),
                "{folder}"
            );
            for who in people {
                let identifier = who.strip_prefix("id:").unwrap();
                assert_eq!(
                    mailbox.entries(folder).get(identifier).map(String::as_str),
                    Some("lrs"),
                    "{who} {folder}"
                );
            }
        }
        wishes.run(&mailbox, "check", &[]).exits(0);
    }
}

#[test]
fn two_at_once_converge() {
    for mailbox in on_both(&FOLDERS, 3) {
        let wishes = whole(&mailbox);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| wishes.run(&mailbox, "apply", &["--yes"]));
            }
        });
        wishes.run(&mailbox, "apply", &["--yes"]).exits(0);
        wishes.run(&mailbox, "check", &[]).exits(0);
        assert_eq!(
            mailbox.stored(SEND_AS, mailbox.alice()).as_deref(),
            Some("lp")
        );
    }
}

/// What an undisturbed run makes of a mailbox like `mailbox`, its people called as in that one.
fn undisturbed(mailbox: &Mailbox) -> BTreeMap<String, BTreeMap<String, String>> {
    let wishes = whole(mailbox);
    wishes
        .run(mailbox, "apply", &["--yes", "--no-proof"])
        .exits(0);
    everything(
        mailbox,
        &["Sent", "Archive", "Archive/2025", "Plans/Entwürfe"],
    )
}

#[test]
fn a_connection_lost_at_any_command_is_made_good_by_a_second_run() {
    for provider in [Dovecot::running(), Cyrus::running()] {
        let mut cut_short = 0;
        for lines in [6, 9, 12, 15, 18, 21, 26, 32, 40, 60] {
            let mailbox = Mailbox::on(provider, &FOLDERS, 3);
            let proxy = Proxy::plain(provider, Duration::ZERO, Some(Cut::AfterLines(lines)));
            let wishes = whole(&mailbox);
            let mut command = proxy.sharemail(provider);
            let path = wishes.path();
            command
                .args(["apply", "--yes", "--no-proof", "-f"])
                .arg(&path);
            let ran = run::wait(run::start(&mut command));
            cut_short += usize::from(ran.code != Some(0));
            let after = undisturbed(&mailbox);
            wishes.run(&mailbox, "check", &[]).exits(0);
            let bob = mailbox.spelled(mailbox.bob());
            assert_eq!(after["Archive"][bob], "lrs", "{lines}");
            assert!(!after["Archive/2025"].contains_key(bob), "{lines}");
            assert_eq!(
                after[SEND_AS].keys().collect::<Vec<_>>(),
                [mailbox.spelled(mailbox.alice())],
                "{lines}"
            );
        }
        assert!(cut_short >= 4, "{cut_short}");
    }
}

#[test]
fn whoever_is_killed_is_made_good_by_a_second_run() {
    for (n, provider) in [Dovecot::running(), Cyrus::running()]
        .into_iter()
        .enumerate()
    {
        for wait in [150, 400, 700] {
            let mailbox = Mailbox::on(provider, &FOLDERS, 3);
            let proxy = Proxy::tls(provider, Duration::from_millis(10), None);
            let wishes = whole(&mailbox);
            let mut command = proxy.sharemail(provider);
            command.args(["apply", "--yes", "-f"]).arg(wishes.path());
            let child = run::start(&mut command);
            let pid = Pid::from_raw(child.id().cast_signed()).unwrap();
            std::thread::sleep(Duration::from_millis(wait));
            kill_process(pid, Signal::KILL).unwrap();
            run::wait(child);
            let after = undisturbed(&mailbox);
            assert_eq!(after[SEND_AS].len(), 1, "{n} {wait} {after:?}");
            wishes.run(&mailbox, "check", &[]).exits(0);
        }
    }
}

/// A thousand mailboxes that are not there yet, and one that is.
fn thousand(mailbox: &Mailbox) -> Wishes {
    let table = |n: usize| {
        format!(
            "[mailbox.\"m{n:04}@example.test\"]\nfolders = [\"Sent\"]\nwrite = [\"{}\", \"ops\"]\n",
            mailbox.alice()
        )
    };
    let all: String = (0..1000).map(table).collect();
    Wishes::new(&format!("{all}[team]\nops = [\"{}\"]\n", mailbox.bob()))
}

fn plan_takes(provider: &Provider, limit: Duration) {
    let mailbox = Mailbox::on(provider, &[], 2);
    let wishes = thousand(&mailbox);
    let begin = Instant::now();
    let ran = wishes.run(&mailbox, "plan", &["-o", "json"]).exits(0);
    println!("a thousand mailboxes planned in {:?}", begin.elapsed());
    assert!(begin.elapsed() < limit, "{:?}", begin.elapsed());
    assert_eq!(ran.json()["mailboxes"].as_array().unwrap().len(), 1000);
}

#[test]
fn a_thousand_mailboxes_are_planned_in_one_session() {
    plan_takes(&Cyrus::start(), Duration::from_secs(60));
}
