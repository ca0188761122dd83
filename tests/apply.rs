//! `sharemail apply`: mailboxes become what a file says, seen from the other side.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::plan::{FOLDERS, Wishes};
use crate::provider::client::{is_ok, quoted};
use crate::provider::proxy::Proxy;
use crate::provider::{Client, Cyrus, Dovecot, Kind, Mailbox, on_both, run, terminal};
use crate::secrets::with_input;

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
        let ran = ran.says("verified as").says("changes made");
        let hint = "many mail programs show nothing until the folders are subscribed";
        assert_eq!(ran.stderr.matches(hint).count(), 1, "{ran:?}");
        ran.says(&format!("sharemail folder subscribe {}", mailbox.address));
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
        again.says("nothing to do").says_not(hint);
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
        // All of it stands already.
        let ran = mailbox.run(["apply", plan, "--yes", "-vv"]).exits(0);
        assert_eq!(ran.changes(), [""; 0]);
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
}

#[test]
fn somebody_who_does_not_exist_is_told_in_every_run() {
    for mailbox in on_both(&FOLDERS, 1) {
        let (alice, alcie) = (mailbox.alice(), mailbox.spelled("alcie@example.test"));
        let text = format!("read-only = [\"{alice}\", \"alcie\"]\nsend-as = [\"alcie\"]\n");
        let wishes = Wishes::of(&mailbox, &text);
        let told = "alcie@example.test is nobody whom the server knows: entries on 5 folders: ";
        wishes.run(&mailbox, "plan", &[]).exits(0).says_not(told);
        let ran = wishes.run(&mailbox, "plan", &["--look-up", "some"]);
        ran.exits(0)
            .says(&format!("warning: {}: {told}", mailbox.address));
        wishes.run(&mailbox, "apply", &["--yes"]).exits(3);
        let again = wishes.run(&mailbox, "apply", &["--yes", "-vv"]).exits(3);
        assert_eq!(again.changes(), [""; 0]);
        again.says(told).says(
            "nothing to do: 1 mailbox is as the files say; 1 person is unknown to the server",
        );
        let none = ["--yes", "--proof", "none"];
        wishes.run(&mailbox, "apply", &none).exits(0).says_not(told);
        let checked = wishes.run(&mailbox, "check", &[]).exits(2).says(told);
        assert!(!checked.stdout.contains("checksum"), "{}", checked.stdout);
        wishes
            .run(&mailbox, "check", &["--look-up", "some"])
            .exits(2);
        let quiet = wishes
            .run(&mailbox, "check", &["--look-up", "none"])
            .exits(0);
        assert_eq!(quiet.stdout + &quiet.stderr, "");
        let json = wishes
            .run(&mailbox, "check", &["-o", "json"])
            .exits(2)
            .json();
        assert_eq!(json["findings"][0]["finding"], "unknown-person");
        assert_eq!(json["findings"][0]["mailbox"], mailbox.address);
        assert_eq!(json["findings"][0]["identifier"], alcie);
        assert_eq!(json["people_not_looked_up"], serde_json::json!([]));
        let csv = wishes.run(&mailbox, "check", &["-o", "csv"]).exits(2);
        csv.says(&format!(
            "{},,Sent,{alcie},,,unknown-person",
            mailbox.address
        ));
        // Who stands in no file is the business of check without one.
        let wishes = Wishes::of(&mailbox, &format!("read-only = [\"{alice}\"]\n"));
        wishes.run(&mailbox, "check", &[]).exits(0);
        wishes
            .run(&mailbox, "apply", &["--yes", "--prune"])
            .exits(0);
        assert_eq!(mailbox.stored("Sent", "alcie@example.test"), None);
    }
}

#[test]
fn a_plan_is_for_one_server_of_a_host() {
    for mailbox in on_both(&FOLDERS, 1) {
        let wishes = Wishes::of(
            &mailbox,
            &format!("read-only = [\"{}\"]\n", mailbox.alice()),
        );
        let plan = wishes.beside("plan.json");
        let out = ["--out", plan.to_str().unwrap()];
        wishes.run(&mailbox, "plan", &out).exits(0);
        // The very same server by another port is taken for another.
        let proxy = Proxy::plain(mailbox.provider, Duration::ZERO, None);
        let apply = |plan: &std::path::Path| {
            let mut command = proxy.sharemail(mailbox.provider);
            command.args(["apply", "--yes", "-vv"]).arg(plan);
            run::wait(run::start(&mut command)).exits(65)
        };
        let ran = apply(&plan);
        assert_eq!(ran.changes(), [""; 0]);
        ran.says(&format!(
            ", and this profile's server is localhost:{}",
            proxy.port()
        ));
        apply(&wishes.path()).says(&format!(
            "access.toml is no saved plan\n  hint: to apply a file that says what mailboxes shall be \
             like: sharemail apply -f {}",
            wishes.path().display()
        ));
        let old = std::fs::read_to_string(&plan).unwrap();
        let old = old.replace("\"sharemail-plan\": 2", "\"sharemail-plan\": 1");
        std::fs::write(&plan, old).unwrap();
        apply(&plan).says("is a plan of version 1");
        mailbox
            .run(["apply", plan.to_str().unwrap(), "--yes"])
            .exits(65);
        assert_eq!(mailbox.stored("Sent", mailbox.alice()), None);
    }
}

#[test]
fn a_file_comes_from_standard_input_where_nothing_is_asked() {
    for mailbox in on_both(&FOLDERS, 1) {
        let alice = mailbox.alice();
        let with = |words: &[&str], text: &str| {
            let mut command = mailbox.provider.sharemail();
            with_input(command.args(words), [], text)
        };
        let toml = format!(
            "[mailbox.\"{}\"]\nread-only = [\"{alice}\"]\n",
            mailbox.address
        );
        let json = format!(
            "{{\"mailbox\": {{\"{}\": {{\"read-only\": [\"{alice}\"]}}}}}}",
            mailbox.address
        );
        for text in [&toml, &json] {
            let ran = with(&["plan", "-f", "-", "--detailed-exitcode"], text).exits(2);
            ran.says(&format!("+ {alice}: read-only on every folder"));
        }
        with(&["plan", "-f", "-"], "[mailbox]\nx = 1\n")
            .exits(65)
            .says("error: <stdin>:2:");
        with(&["apply", "-f", "-"], &toml)
            .exits(64)
            .says("add --yes");
        assert_eq!(mailbox.stored("Sent", alice), None);
        with(&["apply", "-f", "-", "--yes"], &toml).exits(0);
        assert_eq!(mailbox.stored("Sent", alice).as_deref(), Some("lrs"));
        with(&["check", "-f", "-"], &toml).exits(0);
    }
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
    // All of it stands already.
    let ran = mailbox
        .run(["apply", plan.to_str().unwrap(), "--yes", "-vv"])
        .exits(0);
    assert_eq!(ran.changes(), [""; 0]);
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
            .run(&mailbox, "apply", &["--yes", "--proof", "none"])
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
        let known = ["--look-up", "none"];
        wishes.run(&mailbox, "check", &known).exits(0);
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

/// A file about so many mailboxes.
fn many(mailbox: &Mailbox, count: usize, more: &str) -> Wishes {
    let table = |n: usize| {
        format!(
            "[mailbox.\"m{n:04}@example.test\"]\nfolders = [\"Sent\"]\nwrite = [\"{}\", \"ops\"]\n{more}",
            mailbox.alice()
        )
    };
    let all: String = (0..count).map(table).collect();
    Wishes::new(&format!("{all}[team]\nops = [\"{}\"]\n", mailbox.bob()))
}

#[test]
fn a_thousand_mailboxes_are_one_list_and_one_stream() {
    let provider = Cyrus::start();
    let mailbox = Mailbox::on(&provider, &[], 2);
    let mut admin = Client::admin(&provider);
    let both = |n| ["", "/Sent"].map(|folder| format!("CREATE \"user/m{n:04}{folder}\""));
    admin.all_ok((0..1000).flat_map(both));
    let wishes = many(&mailbox, 1000, "");
    let ran = wishes.run(&mailbox, "plan", &["-o", "json"]).exits(0);
    assert_eq!(ran.json()["mailboxes"].as_array().unwrap().len(), 1000);
    let ran = wishes.run(&mailbox, "apply", &["--yes", "-vv"]).exits(0);
    assert_eq!(ran.changes().len(), 4000);
    let sent = ran.sent();
    for verb in ["AUTHENTICATE", "LIST"] {
        let count = sent
            .iter()
            .filter(|l| l.split(' ').next() == Some(verb))
            .count();
        assert!(count < 10, "{count} {verb}");
    }
    assert_eq!(admin.getacl("user/m0999/Sent")["alice1"], "ilprsw");
    let ran = wishes.run(&mailbox, "check", &["-vv"]).exits(0);
    assert_eq!(ran.changes(), [""; 0]);
    // One of them drifts: it alone is touched.
    admin.setacl("user/m0500", "alice1", "lrs");
    let ran = wishes.run(&mailbox, "apply", &["--yes", "-vv"]).exits(0);
    assert_eq!(
        ran.changes(),
        ["SETACL \"user/m0500\" \"alice1\" \"lrswip\""]
    );
}

#[test]
fn an_apply_can_be_taken_back() {
    for mailbox in on_both(&FOLDERS, 3) {
        let folders = ["Sent", "Archive", "Archive/2025"];
        mailbox.make_identities();
        mailbox.set("Sent", &mailbox.people[2], "lrs");
        let before = everything(&mailbox, &folders);
        let wishes = whole(&mailbox);
        let undo = wishes.beside("undo.json");
        let undo = undo.to_str().unwrap();
        wishes
            .run(&mailbox, "apply", &["--dry-run", "--detailed-exitcode"])
            .exits(2);
        wishes
            .run(&mailbox, "apply", &["--yes", "--undo-file", undo])
            .exits(0);
        assert_ne!(everything(&mailbox, &folders), before);
        mailbox.run(["undo", undo, "--yes"]);
        assert_eq!(everything(&mailbox, &folders), before);
    }
}

#[test]
fn what_is_exported_is_applied_to_an_empty_provider_and_exported_again() {
    let (full, empty) = (Cyrus::start(), Cyrus::start());
    let mailbox = Mailbox::on(&full, &["Sent", "Archive", "Archive/2025", "Entwürfe"], 3);
    whole(&mailbox).run(&mailbox, "apply", &["--yes"]).exits(0);
    // The same people, but not yet the mailbox.
    let there = Mailbox::on(&empty, &[], 3);
    Client::admin(&empty).setacl("user/support1", "cyrus", "lrxa");
    Client::admin(&empty).ok("DELETE user/support1");
    let first = full.run(["export", &mailbox.address]).exits(0).stdout;
    let wishes = Wishes::new(&first);
    wishes.run(&there, "apply", &["--yes"]).exits(0);
    let second = empty.run(["export", &mailbox.address]).exits(0).stdout;
    let said = |text: &str| -> Vec<String> {
        text.lines()
            .filter(|line| !line.starts_with('#'))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(said(&first), said(&second));
    wishes.run(&there, "check", &["--prune"]).exits(0);
}

/// A plan whose checksum fits, whatever stands in it: written by somebody who knows how.
fn forged(wishes: &Wishes, plan: &str, from: &str, to: &str) {
    use sha2::{Digest, Sha256};
    let text = std::fs::read_to_string(plan).unwrap();
    assert!(text.contains(from), "{from} in {text}");
    let mut value: sharemail::manifest::SavedPlan =
        serde_json::from_str(&text.replace(from, to)).unwrap();
    let bytes = serde_json::to_vec(&(2, &value.host, value.port, &value.mailboxes)).unwrap();
    value.checksum = Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    std::fs::write(
        wishes.beside("forged.json"),
        serde_json::to_vec(&value).unwrap(),
    )
    .unwrap();
}

#[test]
fn a_forged_plan_does_no_more_than_a_plan_may() {
    let mailbox = Mailbox::on(Dovecot::running(), &FOLDERS, 2);
    let alice = mailbox.alice();
    mailbox.make_identities();
    let text =
        format!("folders = [\"Plans\"]\nread-only = [\"{alice}\"]\nsend-as = [\"{alice}\"]\n");
    let wishes = Wishes::of(&mailbox, &text);
    let plan = wishes.beside("plan.json");
    let plan = plan.to_str().unwrap();
    wishes.run(&mailbox, "plan", &["--out", plan]).exits(0);
    let pretty = "\"change\": \"create\",\n          \"folder\": \"Plans\",\n          \"special_use\": null";
    let delete =
        "\"change\": \"delete\",\n          \"folder\": \"Sent\",\n          \"messages\": null";
    let quota = "\"change\": \"quota\",\n          \"folder\": \"Sent\",\n          \"resource\": \"MESSAGE\", \"before\": null, \"after\": 0";
    for (from, to) in [
        (pretty, delete),
        (pretty, quota),
        ("\"folder\": \"Plans\"", "\"folder\": \"../x\""),
        ("\"folder\": \"Archive/2025\"", "\"folder\": \"nowhere\""),
        ("\"after\": \"lp\"", "\"after\": \"lpa\""),
        ("\"after\": \"lrs\"", "\"after\": \"lrsz\""),
        (
            &format!("\"identifier\": \"{alice}\""),
            "\"identifier\": \"a\\r\\nx\"",
        ),
        ("\"before\": null,", "\"before\": \"lr\","),
        ("\"new\": false", "\"new\": true"),
        ("localhost", "elsewhere"),
    ] {
        forged(&wishes, plan, from, to);
        let path = wishes.beside("forged.json");
        let ran = mailbox.run(["apply", path.to_str().unwrap(), "--yes", "--force", "-vv"]);
        assert!(matches!(ran.code, Some(64 | 65)), "{to}: {ran:?}");
        assert_eq!(ran.changes(), [""; 0], "{to}");
    }
}

#[test]
fn the_reports_of_the_parts_are_put_together() {
    let cyrus = Cyrus::start();
    let mailbox = Mailbox::on(&cyrus, &[], 2);
    let wishes = many(&mailbox, 8, "");
    let mut names = Vec::new();
    for part in ["1/2", "2/2"] {
        let ran = wishes
            .run(
                &mailbox,
                "apply",
                &["--yes", "--partition", part, "-o", "json"],
            )
            .exits(0);
        let path = wishes.beside(&format!("{}.json", part.len() + names.len()));
        std::fs::write(&path, ran.stdout).unwrap();
        names.push(path.to_str().unwrap().to_owned());
    }
    let ran = mailbox
        .run(["report", "merge", &names[0], &names[1], "-o", "json"])
        .exits(0);
    let all = ran.json();
    assert_eq!(all["mailboxes"].as_array().unwrap().len(), 8, "{all}");
    assert_eq!(all["checksums"].as_array().unwrap().len(), 2);
}
