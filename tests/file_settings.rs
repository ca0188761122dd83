//! Labels and rules in a file: `plan`, `apply`, `check -f` and `export`, seen by a client of the tests' own.

use std::fs;

use crate::plan::{Wishes, with_file};
use crate::provider::client::quoted;
use crate::provider::{Cyrus, Mailbox, on_both};

const SETTINGS: &str = "Team/Settings";

/// What a file says of the labels and the rules of a mailbox, below its own table.
const SAID: &str = "\n[labels]\ninvoice = \"Rechnung\"\nurgent = { key = \"$label1\", name = \"Dringend\", colour = \"#cc0000\" }\n\
     [[rule]]\nname = \"invoices\"\nwhen = { from = \"*@billing.example.com\", not = { subject = \"draft\" } }\n\
     then = { label = [\"invoice\"], move = \"Archive\", stop = true }\n\
     [retention]\n\"Archive\" = { after = \"10y\", then = \"delete\" }\n\
     [[hold]]\ncase = \"2026-17\"\nmatch = { from = \"*@acme.example\" }\nuntil = 2028-01-01\n";

/// A file that says `above` of the mailbox, and [`SAID`].
fn wishes(mailbox: &Mailbox, above: &str) -> Wishes {
    let name = format!("mailbox.\"{}\"", mailbox.address);
    let said = SAID
        .replace("\n[labels]", &format!("\n[{name}.labels]"))
        .replace("\n[[rule]]", &format!("\n[[{name}.rule]]"))
        .replace("\n[retention]", &format!("\n[{name}.retention]"))
        .replace("\n[[hold]]", &format!("\n[[{name}.hold]]"));
    Wishes::of(mailbox, &format!("{above}{said}"))
}

/// The text of all that lies among the settings, as somebody reads it.
fn settings(mailbox: &Mailbox, who: &str) -> String {
    let mut session = mailbox.member(who);
    session.ok(&format!("EXAMINE {}", quoted(&mailbox.seen(SETTINGS))));
    session.ok("UID FETCH 1:* (FLAGS BODY.PEEK[])")
}

fn exported(mailbox: &Mailbox) -> String {
    let ran = mailbox.provider.run(["export", &mailbox.address]).exits(0);
    ran.stdout
}

#[test]
fn labels_and_rules_come_true_with_all_the_rest_and_a_second_run_sends_nothing() {
    for mailbox in on_both(&["Sent", "Archive"], 2) {
        let (alice, bob) = (mailbox.alice(), mailbox.bob());
        let wishes = wishes(&mailbox, &format!("full-access = [\"{alice}\"]\n"));
        let plan = wishes.run(&mailbox, "plan", &["-vv"]).exits(0);
        assert_eq!(plan.changes(), [""; 0]);
        plan.says("+ a folder that keeps its settings")
            .says("+ labels")
            .says("      + \"invoice\" = \"Rechnung\"")
            .says("+ rules")
            .says("      + name = \"invoices\"");
        wishes.run(&mailbox, "check", &[]).exits(2);
        wishes
            .run(&mailbox, "apply", &["--yes"])
            .exits(0)
            .says("verified as");
        let read = settings(&mailbox, alice);
        for said in [
            "Rechnung",
            "$label1",
            "#cc0000",
            "*@billing.example.com",
            "10y",
            "2028-01-01",
        ] {
            assert!(read.contains(said), "{read}");
        }
        assert_eq!(mailbox.stored(SETTINGS, alice).as_deref(), Some("lr"));
        let mut hers = mailbox.member(alice);
        hers.no(&format!("DELETE {}", quoted(&mailbox.seen(SETTINGS))));
        let again = wishes.run(&mailbox, "apply", &["--yes", "-vv"]).exits(0);
        assert_eq!(again.changes(), [""; 0]);
        wishes.run(&mailbox, "check", &[]).exits(0);
        // The verbs read what the file said.
        let listed = mailbox.run(["label", "list", &mailbox.address]).exits(0);
        listed.says("Dringend").says("Rechnung");
        mailbox
            .run(["rule", "list", &mailbox.address])
            .exits(0)
            .says("invoices");
        mailbox
            .run(["retention", "show", &mailbox.address])
            .exits(0)
            .says("10y")
            .says("2026-17");
        // What was exported changes nothing, and what is not named stays.
        let text = exported(&mailbox);
        let file = wishes.beside("exported.toml");
        fs::write(&file, &text).unwrap();
        let same = with_file(&mailbox, "apply", &file, &["--yes", "-vv"]).exits(0);
        assert_eq!(same.changes(), [""; 0], "{text}");
        let bare = Wishes::of(&mailbox, &format!("read-only = [\"{bob}\"]\n"));
        bare.run(&mailbox, "apply", &["--yes"]).exits(0);
        assert_eq!(mailbox.stored(SETTINGS, bob).as_deref(), Some("lr"));
        assert!(settings(&mailbox, bob).contains("Rechnung"));
    }
}

#[test]
fn a_saved_plan_is_carried_out_as_it_stands_and_can_be_taken_back() {
    for mailbox in on_both(&["Archive"], 2) {
        let alice = mailbox.alice();
        let wishes = wishes(&mailbox, &format!("write = [\"{alice}\"]\n"));
        let [plan, undo] = ["plan.json", "undo.json"].map(|name| wishes.beside(name));
        let [plan, undo] = [&plan, &undo].map(|path| path.to_str().unwrap());
        wishes.run(&mailbox, "plan", &["--out", plan]).exits(0);
        let words = ["apply", plan, "--yes", "--undo-file", undo];
        mailbox.run(words).exits(0).says("verified as");
        assert!(settings(&mailbox, alice).contains("Rechnung"));
        // It stands already: nothing is sent again.
        let again = mailbox.run(["apply", plan, "--yes", "-vv"]).exits(0);
        assert_eq!(again.changes(), [""; 0]);
        wishes.run(&mailbox, "check", &[]).exits(0);
        mailbox.run(["undo", undo, "--yes"]).exits(0);
        assert_eq!(mailbox.stored("INBOX", alice), None);
        mailbox
            .run(["label", "list", &mailbox.address])
            .exits(0)
            .says_not("Rechnung");
        mailbox
            .run(["rule", "list", &mailbox.address])
            .exits(0)
            .says_not("invoices");
        // Somebody defines a label meanwhile: the plan is of another mailbox then.
        wishes.run(&mailbox, "plan", &["--out", plan]).exits(0);
        let other = ["label", "define", &mailbox.address, "other", "--yes"];
        mailbox.run(other).exits(0);
        mailbox.run(["apply", plan, "--yes"]).exits(65);
        mailbox
            .run(["label", "list", &mailbox.address])
            .exits(0)
            .says("other")
            .says_not("Rechnung");
    }
}

#[test]
fn a_mailbox_is_made_with_its_limit_and_its_labels_at_once() {
    let mut mailbox = Mailbox::on(Cyrus::running(), &[], 1);
    mailbox.address = mailbox.address.replace("support", "fresh");
    let alice = mailbox.alice().to_owned();
    let wishes = wishes(
        &mailbox,
        &format!("quota = \"1 GiB\"\nwrite = [\"{alice}\"]\n"),
    );
    let json = wishes
        .run(&mailbox, "apply", &["--yes", "-o", "json"])
        .exits(0)
        .json();
    let changes = json["mailboxes"][0]["changes"].as_array().unwrap();
    let set: Vec<&str> = changes
        .iter()
        .filter_map(|change| change["kind"].as_str())
        .collect();
    assert!(
        set.contains(&"labels") && set.contains(&"rules"),
        "{changes:?}"
    );
    assert!(settings(&mailbox, &alice).contains("Rechnung"));
    wishes.run(&mailbox, "check", &[]).exits(0);
}

#[test]
fn what_members_could_have_written_is_neither_built_upon_nor_exported() {
    for mailbox in on_both(&["Archive"], 2) {
        let bob = mailbox.bob();
        let wishes = wishes(&mailbox, "");
        wishes.run(&mailbox, "apply", &["--yes"]).exits(0);
        mailbox.set(SETTINGS, bob, "lri");
        let other = Wishes::of(&mailbox, "labels = {}\n");
        other
            .run(&mailbox, "plan", &[])
            .exits(77)
            .says("is not obeyed");
        let told = mailbox.run(["export", &mailbox.address]);
        assert!(!told.stdout.contains("Rechnung"), "{told:?}");
        told.says("its settings are left out").says("is not obeyed");
        mailbox.set(SETTINGS, bob, "lr");
        other
            .run(&mailbox, "apply", &["--yes"])
            .exits(0)
            .says("labels");
        let left = exported(&mailbox);
        assert!(
            !left.contains("Rechnung") && left.contains("invoices"),
            "{left}"
        );
    }
}

#[test]
fn what_is_wrong_in_a_file_is_told_with_its_place() {
    let mailbox = Mailbox::on(Cyrus::running(), &[], 1);
    let text = "labels = { a = { key = \"b]\" } }\nrule = [{ name = \"x\", when = {}, then = { flag = true } }]\n";
    let wishes = Wishes::of(&mailbox, text);
    let ran = wishes.run(&mailbox, "plan", &[]).exits(65);
    ran.says("access.toml:2:")
        .says("no keyword holds")
        .says("access.toml:3:")
        .says("every message would be meant");
}
