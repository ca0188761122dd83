//! `sharemail rename`, compared with what the servers hold.

use crate::provider::client::quoted;
use crate::provider::{Client, Cyrus, Dovecot, Mailbox, PASSWORD, Provider};

#[test]
fn a_mailbox_in_a_public_namespace_gets_another_name_and_keeps_the_rest() {
    let dovecot = Dovecot::with(&["--no-impersonation"]);
    let mut admin = Client::admin(&dovecot);
    for name in ["Public/Team", "Public/Team/Plans"] {
        admin.create(name);
        admin.setacl(name, "bob@example.test", "lrs");
    }
    admin.append("Public/Team/Plans", "Subject: hello\n\nworld\n");
    dovecot
        .run(["rename", "Public/Team", "Public/Crew"])
        .exits(64)
        .says("--yes");
    let dry = dovecot
        .run(["rename", "Public/Team", "Public/Crew", "--dry-run", "-vv"])
        .exits(0);
    assert_eq!(dry.changes(), [""; 0]);
    dovecot
        .run(["rename", "Public/Team", "Public/Crew", "--yes"])
        .exits(0);
    let mut bob = Client::login(&dovecot, "bob@example.test", "password");
    assert_eq!(bob.list("Public/*"), ["Public/Crew", "Public/Crew/Plans"]);
    assert!(bob.ok("SELECT Public/Crew/Plans").contains("* 1 EXISTS"));
    assert_eq!(bob.myrights("Public/Crew/Plans").as_deref(), Some("lrs"));
    let unseen = "sees was not looked at";
    comes_back(&dovecot, "Public/Undone", "Public/Other", unseen);
}

/// What bob has of a mailbox: what his lists show, what he is subscribed to, and what he may do.
fn had(provider: &Provider, bob: &str, name: &str) -> Vec<String> {
    let mut session = Client::login(provider, bob, PASSWORD);
    let mut had = session.list("*");
    let subscribed = session.ok("LSUB \"\" \"*\"");
    let lines = subscribed.lines().filter(|line| line.starts_with("* LSUB"));
    had.extend(lines.map(str::to_owned));
    let plans = format!("{name}{}Plans", provider.separator());
    let plans = had.iter().find(|name| name.ends_with(&plans)).cloned();
    had.extend(plans.and_then(|plans| session.myrights(&plans)));
    had.sort();
    had
}

/// The mailbox called `old` is renamed to `new` and back; of its member is told what `looked` says.
fn comes_back(provider: &Provider, old: &str, new: &str, looked: &str) {
    let bob = &provider.fresh("bob");
    let mut admin = Client::admin(provider);
    let plans = format!("{old}{}Plans", provider.separator());
    for name in [old, &plans] {
        admin.create(name);
        admin.setacl(name, provider.spelled(bob), "lrs");
    }
    let mut session = Client::login(provider, bob, PASSWORD);
    // A member's names may begin otherwise than the administrator's.
    let mut listed = session.list("*").into_iter();
    let hers = listed.find(|name| name.ends_with(&plans)).unwrap();
    session.ok(&format!("SUBSCRIBE {}", quoted(&hers)));
    let (before, entries) = (had(provider, bob, old), admin.getacl(&plans));
    let file = provider.dir().join("renamed.undo");
    let file = file.to_str().unwrap();
    let words = [
        "rename",
        old,
        new,
        "--yes",
        "--proof",
        "all",
        "--undo-file",
        file,
    ];
    let ran = provider.run(words).exits(0);
    ran.says(looked).says("sharemail undo");
    assert_ne!(had(provider, bob, new), before);
    let dry = provider
        .run(["undo", file, "--dry-run", "-o", "json"])
        .exits(0);
    let change = dry.json()["mailboxes"][0]["changes"][0].clone();
    assert_eq!([&change["folder"], &change["to"]], [new, old]);
    let undo = || provider.run(["undo", file, "--yes", "--proof", "all", "-vv"]);
    undo()
        .exits(0)
        .says("1 of 1 change made to put back what rename did")
        .says(looked);
    assert_eq!(had(provider, bob, old), before);
    assert_eq!(Client::admin(provider).getacl(&plans), entries);
    let again = undo().exits(0).says("nothing to put back");
    assert_eq!(again.changes(), [""; 0]);
    // Somebody else has the name by then.
    std::fs::remove_file(file).unwrap();
    provider.run(words).exits(0);
    Client::admin(provider).create(old);
    let taken = undo().exits(3).says(&format!("there is another {old}"));
    assert_eq!(taken.changes(), [""; 0]);
    assert!(
        had(provider, bob, new)
            .iter()
            .any(|name| name.contains(new))
    );
}

#[test]
fn a_mailbox_of_cyrus_gets_its_name_back_too() {
    let seen = "1 member see it under its new name";
    // Of its own: what is made there is open to everybody at first.
    comes_back(&Cyrus::start(), "Undone", "Other", seen);
}

#[test]
fn a_users_mailbox_is_renamed_or_the_refusal_explained() {
    let mailbox = Mailbox::on(Cyrus::running(), &["Sent"], 1);
    mailbox.grant([mailbox.alice(), "--write"]).exits(0);
    let new = format!("new{}", mailbox.address);
    let ran = mailbox
        .run(["rename", &mailbox.address, &new, "--yes"])
        .exits(77);
    ran.says("allowusermoves");
    assert_eq!(
        mailbox.rights(mailbox.alice(), "Sent").as_deref(),
        Some("ilprsw")
    );
}

#[test]
fn a_name_that_is_taken_is_refused() {
    let cyrus = Cyrus::running();
    let ran = cyrus
        .run(["rename", "sales@", "billing@", "--yes", "-vv"])
        .exits(1);
    assert_eq!(ran.changes(), [""; 0]);
    ran.says("billing@example.test exists already");
}

#[test]
fn an_account_is_renamed_at_the_provider() {
    let mailbox = Mailbox::on(Dovecot::running(), &["Sent"], 0);
    let ran = mailbox
        .run(["rename", &mailbox.address, "new@", "--yes"])
        .exits(1);
    ran.says("at the provider");
}

#[test]
fn an_unknown_mailbox_is_named() {
    for provider in [Dovecot::running(), Cyrus::running()] {
        provider
            .run(["rename", "nothing@", "new@", "--yes"])
            .exits(67)
            .says("nothing@example.test");
        // An earlier run may have got as far as that.
        provider
            .run(["rename", "nothing@", "sales@", "--yes"])
            .exits(67)
            .says("sales@example.test is there")
            .says("sharemail check sales@example.test");
    }
}
