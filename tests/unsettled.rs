//! `sharemail apply`, cut off between making a folder and settling who has access to it.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::plan::Wishes;
use crate::provider::proxy::{Cut, Proxy};
use crate::provider::{Client, Cyrus, Dovecot, Mailbox, Provider, run};

const MADE: [&str; 3] = ["Archive/Größe", "Pläne", "Pläne/2030"];

/// A mailbox with two people whom no file names: bob has INBOX, carol the archive alone.
fn inherited(provider: &Provider) -> Mailbox<'_> {
    let mailbox = Mailbox::on(provider, &["Archive", "Sent"], 3);
    mailbox.set("INBOX", mailbox.bob(), "lrs");
    mailbox.set("Archive", &mailbox.people[2], "lrsw");
    mailbox
}

fn wishes(mailbox: &Mailbox) -> Wishes {
    let made = MADE.map(|folder| format!("{folder:?}")).join(", ");
    let alice = mailbox.alice();
    Wishes::of(
        mailbox,
        &format!("folders = [{made}]\nfull-access = [\"{alice}\"]\nsend-as = [\"{alice}\"]\n"),
    )
}

/// Who has what on the folders that the file makes, people by their place in the test.
fn settled(mailbox: &Mailbox) -> BTreeMap<String, BTreeMap<String, String>> {
    let spelled: Vec<&str> = mailbox.people.iter().map(|p| mailbox.spelled(p)).collect();
    let number = |who: String| match spelled.iter().position(|person| *person == who) {
        Some(n) => format!("person {n}"),
        None => who,
    };
    let owner = mailbox.spelled(&mailbox.address).to_owned();
    let made = MADE.iter().chain(&["Identities/Send As", "Identities"]);
    made.map(|folder| {
        let mut entries = mailbox.entries(folder);
        entries.remove(&owner);
        let entries = entries
            .into_iter()
            .map(|(who, rights)| (number(who), rights));
        ((*folder).to_owned(), entries.collect())
    })
    .collect()
}

fn apply(proxy: &Proxy, mailbox: &Mailbox, wishes: &Wishes) -> crate::provider::Ran {
    let mut command = proxy.sharemail(mailbox.provider);
    command.args(["apply", "--yes", "--proof", "none", "-f"]);
    command.arg(wishes.path());
    run::wait(run::start(&mut command))
}

#[test]
fn folders_that_a_lost_run_left_unsettled_become_what_a_whole_run_makes() {
    for provider in [Dovecot::running(), Cyrus::running()] {
        let whole = inherited(provider);
        let file = wishes(&whole);
        file.run(&whole, "apply", &["--yes", "--proof", "none"])
            .exits(0);
        let expected = settled(&whole);
        assert_eq!(expected["Pläne"].len(), 2, "{expected:?}");
        let mut broken_off = 0;
        for cut in (1..=6)
            .map(|n| Cut::After("CREATE ", n))
            .chain([1, 2, 3].map(|n| Cut::After("SETACL ", n)))
        {
            let mailbox = inherited(provider);
            let file = wishes(&mailbox);
            let proxy = Proxy::plain(provider, Duration::ZERO, Some(cut.clone()));
            let ran = apply(&proxy, &mailbox, &file);
            // Where a new session shows that the last folder was made, the run goes on.
            match ran.code {
                Some(0) => drop(file.run(&mailbox, "check", &[]).exits(0)),
                _ => {
                    broken_off += 1;
                    file.run(&mailbox, "check", &[]).exits(2);
                    file.run(&mailbox, "apply", &["--yes"]).exits(0);
                }
            }
            assert_eq!(settled(&mailbox), expected, "{cut:?} {:?}", provider.kind());
            file.run(&mailbox, "check", &[]).exits(0);
            let again = file.run(&mailbox, "apply", &["--yes", "-vv"]).exits(0);
            assert_eq!(again.changes(), [""; 0]);
        }
        assert!(broken_off > 5, "{broken_off}");
    }
}

#[test]
fn a_mailbox_that_a_lost_run_left_unsettled_loses_what_the_server_put_on_it() {
    let provider = Cyrus::start();
    let people = Mailbox::on(&provider, &[], 1);
    let mut cuts = 0;
    for n in 3..20 {
        let alice = people.alice();
        let file = Wishes::new(&format!(
            "[mailbox.\"new{n}@example.test\"]\nfolders = [\"Größe\"]\nwrite = [\"{alice}\"]\n"
        ));
        let proxy = Proxy::plain(&provider, Duration::ZERO, Some(Cut::AfterLines(n)));
        if apply(&proxy, &people, &file).code != Some(0) {
            cuts += 1;
            file.run(&people, "check", &[]).exits(2);
        }
        file.run(&people, "apply", &["--yes"]).exits(0);
        let mut admin = Client::admin(&provider);
        for folder in ["", "/Gr&APYA3w-e"] {
            let entries = admin.getacl(&format!("user/new{n}{folder}"));
            let names: Vec<&String> = entries.keys().collect();
            assert_eq!(
                names,
                [people.spelled(alice), &format!("new{n}")],
                "{n}{folder}"
            );
        }
        file.run(&people, "check", &["--prune"]).exits(0);
    }
    assert!(cuts > 5, "{cuts}");
}

#[test]
fn a_saved_plan_that_broke_off_can_be_carried_out_once_more() {
    for provider in [Dovecot::running(), Cyrus::running()] {
        let whole = inherited(provider);
        let file = wishes(&whole);
        file.run(&whole, "apply", &["--yes", "--proof", "none"])
            .exits(0);
        let expected = settled(&whole);
        let mailbox = inherited(provider);
        let file = wishes(&mailbox);
        let plan = file.beside("plan.json");
        let plan = plan.to_str().unwrap();
        file.run(&mailbox, "plan", &["--out", plan]).exits(0);
        let proxy = Proxy::plain(provider, Duration::ZERO, Some(Cut::After("CREATE ", 2)));
        let mut command = proxy.sharemail(provider);
        command.args(["apply", "--yes", "--proof", "none", plan]);
        assert_ne!(run::wait(run::start(&mut command)).code, Some(0));
        mailbox.run(["apply", plan, "--yes"]).exits(0);
        assert_eq!(settled(&mailbox), expected);
        file.run(&mailbox, "check", &[]).exits(0);
    }
}

#[test]
fn a_note_that_cannot_be_read_is_not_taken_for_none() {
    let mailbox = inherited(Dovecot::running());
    let file = wishes(&mailbox);
    let state = tempfile::tempdir().unwrap();
    let cut = Cut::After("CREATE ", 2);
    let proxy = Proxy::plain(mailbox.provider, Duration::ZERO, Some(cut));
    let apply = |mut command: std::process::Command| {
        command.env("XDG_STATE_HOME", state.path());
        command.args(["apply", "--yes", "--proof", "none", "-f"]);
        run::wait(run::start(command.arg(file.path())))
    };
    assert_ne!(apply(proxy.sharemail(mailbox.provider)).code, Some(0));
    let notes = std::fs::read_dir(state.path().join("sharemail/unsettled")).unwrap();
    for note in notes {
        std::fs::write(note.unwrap().path(), "{ half a no").unwrap();
    }
    apply(mailbox.provider.sharemail())
        .says("a note of a run that may have broken off cannot be read")
        .says("may have stayed");
}
