//! Files on Courier: plan, apply, check -f, export.

use std::fs;

use super::{native, store};
use crate::plan::{Wishes, with_file};
use crate::provider::{Courier, Mailbox};

/// With a folder of every sort that a file makes.
fn wishes(mailbox: &Mailbox) -> Wishes {
    let [alice, bob, carol] = [0, 1, 2].map(|n| mailbox.people[n].as_str());
    let text = format!(
        "folders = [\"Archive/Größe\", \"Größe\", \"Pläne/'x' \\\"y\\\"\"]\n\
         full-access = [\"{alice}\", \"group:helpdesk\"]\nwrite = [\"{bob}\"]\n\
         send-as = [\"{alice}\"]\nsend-on-behalf = [\"{bob}\"]\n\
         [folder.Archive]\nread-only = [\"{bob}\"]\n\
         rights = {{ \"{carol}\" = \"lrsw\", \"id:-{bob}\" = \"s\" }}\n"
    );
    Wishes::of(mailbox, &text)
}

fn on(provider: &crate::provider::Provider) -> Mailbox<'_> {
    let mailbox = Mailbox::on(provider, &["Archive", "Sent"], 3);
    store(&mailbox, "INBOX", "anyone", "l");
    mailbox
}

#[test]
fn the_file_comes_true_and_a_second_run_sends_no_change() {
    let mailbox = on(Courier::running());
    let [alice, bob, carol] = [0, 1, 2].map(|n| mailbox.people[n].as_str());
    let kim = format!("kim.{}", mailbox.address);
    mailbox.provider.add_user(&kim, &["group=helpdesk"]);
    let file = wishes(&mailbox);
    let planned = file.run(&mailbox, "plan", &["-vv"]).exits(0);
    assert_eq!(planned.changes(), [""; 0]);
    file.run(&mailbox, "plan", &[])
        .exits(0)
        .says("+ folders Archive/Größe, Größe, Pläne")
        .says("group:helpdesk: full-access")
        // It puts these on every folder itself.
        .says_not("administrators")
        .says_not("id:owner");
    file.run(&mailbox, "check", &[]).exits(2);
    let ran = file.run(&mailbox, "apply", &["--yes"]).exits(0);
    ran.says("stored, not verified").says_not("(verified");
    for folder in ["INBOX", "Sent", "Größe", "Archive/Größe", "Pläne/'x' \"y\""] {
        assert_eq!(
            mailbox.rights(alice, folder).as_deref(),
            Some("ailrsw"),
            "{folder}"
        );
        assert_eq!(
            mailbox.rights(bob, folder).as_deref(),
            Some("ilrsw"),
            "{folder}"
        );
        assert_eq!(
            mailbox.rights(&kim, folder).as_deref(),
            Some("ailrsw"),
            "{folder}"
        );
    }
    assert_eq!(mailbox.rights(bob, "Archive").as_deref(), Some("lr"));
    assert_eq!(mailbox.rights(carol, "Archive").as_deref(), Some("lrsw"));
    assert!(native(&mailbox, "Archive").contains(&format!("(\"-user={bob}\" \"s\")")));
    // A new folder has what the mailbox itself gives to those whom the file does not name.
    assert!(native(&mailbox, "Größe").contains("(\"anyone\" \"l\")"));
    assert!(!native(&mailbox, "Archive/Größe").contains(carol));
    let again = file.run(&mailbox, "apply", &["--yes", "-vv"]).exits(0);
    assert_eq!(again.changes(), [""; 0]);
    file.run(&mailbox, "check", &[]).exits(0);
}

#[test]
fn what_is_not_listed_is_pruned_but_for_what_courier_keeps() {
    let mailbox = on(Courier::running());
    wishes(&mailbox).run(&mailbox, "apply", &["--yes"]).exits(0);
    let carol = &mailbox.people[2];
    let file = Wishes::of(&mailbox, &format!("read-only = [\"{carol}\"]\n"));
    let words = ["--yes", "--prune", "--force"];
    file.run(&mailbox, "apply", &words).exits(0);
    for folder in ["INBOX", "Archive", "Größe", "Identities/Send As"] {
        let stored = native(&mailbox, folder);
        for kept in ["owner", "administrators"] {
            assert!(
                stored.contains(&format!("(\"{kept}\" \"acdilrsw\")")),
                "{stored}"
            );
        }
        for gone in ["helpdesk", "anyone", mailbox.alice(), mailbox.bob()] {
            assert!(!stored.contains(gone), "{gone} {stored}");
        }
    }
    file.run(&mailbox, "check", &["--prune"]).exits(0);
}

#[test]
fn entries_that_courier_never_gives_up_are_refused_before_anything_is_sent() {
    let mailbox = on(Courier::running());
    for (who, right) in [
        ("administrators", "l"),
        ("owner", "lr"),
        ("-administrators", "a"),
    ] {
        let file = Wishes::of(
            &mailbox,
            &format!("rights = {{ \"id:{who}\" = \"{right}\" }}\n"),
        );
        let ran = file.run(&mailbox, "apply", &["--yes", "-vv", "--force"]);
        let ran = ran.exits(77).says("would lose the right to give rights");
        assert_eq!(ran.changes(), [""; 0]);
    }
    mailbox.revoke(["id:administrators", "-vv"]).exits(77);
    let stored = native(&mailbox, "INBOX");
    assert!(
        stored.contains("(\"administrators\" \"acdilrsw\")"),
        "{stored}"
    );
}

#[test]
fn an_empty_courier_becomes_the_same_and_says_the_same() {
    let (first, second) = (Courier::start(), Courier::with(&["--munge"]));
    let there = on(&first);
    wishes(&there).run(&there, "apply", &["--yes"]).exits(0);
    let kept = "-group=helpdesk";
    store(&there, "Größe", kept, "a");
    let bare = Mailbox::on(&second, &[], 3);
    assert_eq!(bare.address, there.address);
    for form in ["toml", "json"] {
        let text = there
            .run(["export", &there.address, "--format", form])
            .exits(0);
        let path = first.dir().join(format!("all.{form}"));
        fs::write(&path, &text.stdout).unwrap();
        with_file(&there, "plan", &path, &[])
            .exits(0)
            .says("nothing to do");
        with_file(&bare, "apply", &path, &["--yes"]).exits(0);
        let again = bare
            .run(["export", &bare.address, "--format", form])
            .exits(0);
        assert_eq!(again.stdout, text.stdout);
    }
    assert!(native(&bare, "Größe").contains(&format!("(\"{kept}\" \"a\")")));
}

#[test]
fn a_saved_plan_is_carried_out_exactly_and_only_if_nothing_has_changed() {
    let mailbox = on(Courier::running());
    let file = wishes(&mailbox);
    let plan = file.beside("plan.json");
    let plan = plan.to_str().unwrap();
    file.run(&mailbox, "plan", &["--out", plan]).exits(0);
    store(&mailbox, "Sent", "group=helpdesk", "lr");
    let ran = mailbox.run(["apply", plan, "--yes", "-vv"]).exits(65);
    assert_eq!(ran.changes(), [""; 0]);
    store(&mailbox, "Sent", "group=helpdesk", "");
    let mut admin = mailbox.owner();
    let name = crate::provider::client::quoted(&mailbox.seen("Sent"));
    admin.ok(&format!("ACL DELETE {name} group=helpdesk"));
    mailbox.run(["apply", plan, "--yes"]).exits(0);
    file.run(&mailbox, "check", &[]).exits(0);
    // All of it stands already.
    let ran = mailbox.run(["apply", plan, "--yes", "-vv"]).exits(0);
    assert_eq!(ran.changes(), [""; 0]);
}

#[test]
fn a_limit_of_storage_that_the_server_does_not_take_stands_in_the_way_of_nothing() {
    let mailbox = on(Courier::running());
    let alice = mailbox.alice();
    let file = Wishes::of(
        &mailbox,
        &format!("quota = \"1 GiB\"\nwrite = [\"{alice}\"]\n"),
    );
    let ran = file.run(&mailbox, "apply", &["--yes"]).exits(0);
    ran.says("its limit of storage stays as it is");
    assert_eq!(mailbox.rights(alice, "Sent").as_deref(), Some("ilrsw"));
    file.run(&mailbox, "check", &[]).exits(2);
}
