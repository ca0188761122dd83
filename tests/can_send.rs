//! `sharemail can-send`: the grants and a real Postfix, held against each other.

use crate::provider::{Dovecot, Mailbox, Postfix, run};

#[test]
fn whoever_holds_an_identity_that_the_server_knows_can_send() {
    let postfix = Postfix::running();
    let support = Mailbox::on(postfix, &[], 3);
    let [alice, bob, carol] = &support.people[..] else {
        panic!()
    };
    support.grant([alice, "--send-as"]).exits(0);
    support.grant([carol, "--send-on-behalf"]).exits(0);
    let ask = |who: &str| support.run(["can-send", &support.address, who]);

    // The server's table does not know it yet.
    ask(alice)
        .exits(2)
        .says("the server refuses it")
        .says("not owned by user");
    postfix.sender_owners(&support.address, &[&support.address, alice]);
    ask(alice).exits(0).says("may send as");
    ask(bob).exits(77).says("may not send").says("--send-as");
    ask(carol).exits(0).says("on behalf of");

    // A table that gives her the mailbox's envelope is more than the grant, unless it is meant.
    postfix.sender_owners(&support.address, &[&support.address, alice, carol]);
    ask(carol).exits(2).says("--with-on-behalf");
    let meant = ["can-send", &support.address, carol, "--with-on-behalf"];
    support.run(meant).exits(0).says("on behalf of");
    postfix.sender_owners(&support.address, &[&support.address, alice]);
    support.run(meant).exits(2).says("the server refuses it");

    let told = support.run(["can-send", &support.address, alice, "-o", "json"]);
    let told = told.exits(0).json();
    assert_eq!(told["verdict"], "allowed");
    assert_eq!(told["login"].as_str(), Some(alice.as_str()));
    assert_eq!(told["grants"]["send_as"], true);
    let answers: Vec<_> = told["answers"].as_array().unwrap().iter().collect();
    let answers: Vec<_> = answers
        .iter()
        .map(|a| a["answer"].as_str().unwrap())
        .collect();
    assert_eq!(answers, ["taken", "taken", "not-owned"]);

    // The server allows more than the grants.
    support.revoke([alice, "--send-as"]).exits(0);
    ask(alice)
        .exits(2)
        .says("may not send as")
        .says("identities --format postfix");
    postfix.settled();
    assert!(postfix.mail_in(&support.address, "INBOX").is_empty());
}

#[test]
fn without_who_the_login_itself_is_asked_about() {
    let postfix = Postfix::running();
    let support = Mailbox::on(postfix, &[], 1);
    let alice = support.alice();
    support.grant([alice, "--send-as"]).exits(0);
    postfix.sender_owners(&support.address, &[&support.address, alice]);
    let config = std::fs::read_to_string(postfix.config_path()).unwrap();
    let config = config.replace("user = \"admin\"", &format!("user = \"{alice}\""));
    let path = postfix.dir().join(format!("own-{alice}.toml"));
    std::fs::write(&path, config).unwrap();
    let words = [
        "can-send",
        &support.address,
        "--config",
        path.to_str().unwrap(),
    ];
    support.run(words).exits(0).says("may send as").says(alice);
    let other = support.run(["can-send", "info@", "--config", path.to_str().unwrap()]);
    other.exits(77).says("may not send");
    // Who keeps the mailboxes may send as the mailbox itself.
    let ran = support.run(["can-send", &support.address]).exits(77);
    ran.says(&format!("--user {}", support.address));
    let admin = support
        .run(["can-send", &support.address, "-o", "csv"])
        .exits(77);
    assert!(
        admin
            .stdout
            .starts_with("mailbox,who,send_as,send_on_behalf,verdict,")
    );
}

#[test]
fn a_server_that_checks_no_sender_is_told_from_one_that_allows() {
    let postfix = Postfix::with(&["--no-sender-check"]);
    let support = Mailbox::on(&postfix, &[], 2);
    support.grant([support.alice(), "--send-as"]).exits(0);
    for who in &support.people {
        let ran = support.run(["can-send", &support.address, who]).exits(2);
        ran.says("does not check")
            .says("reject_sender_login_mismatch");
    }
}

#[test]
fn a_refusal_for_another_reason_is_no_question_of_ownership() {
    let postfix = Postfix::start();
    let support = Mailbox::on(&postfix, &[], 1);
    let (address, alice) = (&support.address, support.alice());
    support.grant([alice, "--send-as"]).exits(0);
    postfix.sender_owners(address, &[address, alice]);
    let to = |to: &str| support.run(["can-send", address, alice, "--to", to]);
    to("nobody@example.test").exits(1).says("another reason");
    to("defer@example.test").exits(75).says("come back later");
    to("anybody@sink.test").exits(0);
    postfix.sender_access(&format!("{address} 550 5.1.8 domain not found\n"));
    to("anybody@sink.test").exits(1).says("domain not found");
}

#[test]
fn a_group_counts_as_far_as_her_own_session_says_so() {
    let postfix = Postfix::running();
    let support = Mailbox::on(postfix, &[], 1);
    let erin = support.alice().replace("alice", "erin");
    postfix.add_user(&erin, &["acl_groups=helpdesk"]);
    postfix.log_in_once(&erin);
    support.grant(["group:helpdesk", "--send-as"]).exits(0);
    postfix.sender_owners(&support.address, &[&support.address, &erin]);
    support.run(["can-send", &support.address, &erin]).exits(0);
    let ran = support.run(["can-send", &support.address, "group:helpdesk"]);
    ran.exits(64).says("no person");
}

#[test]
fn what_is_not_believed_allows_nothing() {
    let postfix = Postfix::running();
    let support = Mailbox::on(postfix, &[], 2);
    support.grant([support.alice(), "--send-as"]).exits(0);
    let folder = support.owned("Identities/Send As");
    support
        .owner()
        .ok(&format!("SETACL \"{folder}\" {} lpa", support.bob()));
    for who in &support.people {
        let ran = support.run(["can-send", &support.address, who]).exits(77);
        ran.says("not believed").says("sharemail check");
    }
}

#[test]
fn a_login_that_cannot_be_had_is_told() {
    let postfix = Postfix::with(&["--auth-refused"]);
    let support = Mailbox::on(&postfix, &[], 1);
    let ran = support.run(["can-send", &support.address, support.alice()]);
    ran.exits(77).says("no SMTP session as").says("impersonate");
    let dovecot = Mailbox::on(Dovecot::running(), &[], 1);
    let ran = dovecot.run(["can-send", &dovecot.address, dovecot.alice()]);
    ran.exits(78)
        .says("no SMTP server")
        .says("under [profile.dovecot.smtp]");
}

#[test]
fn the_smtp_user_is_asked_about_in_the_session_of_her_own() {
    let postfix = Postfix::running();
    let support = Mailbox::on(postfix, &[], 1);
    // The administrator logs in without a domain, and is nobody's member.
    let ran = support.run(["can-send", &support.address]).exits(77);
    ran.says("the server's table lacks it")
        .says_not("no session as")
        .says_not("not believed")
        .says_not("is not hers");
    // An administrator's own login tells what is not believed, too.
    let alice = support.alice();
    support.grant([alice, "--send-as"]).exits(0);
    support.grant([alice, "--full-access"]).exits(0);
    support.set(
        "Identities",
        &support.address.replace("support", "bob"),
        "lk",
    );
    let mut hers = postfix.sharemail();
    hers.env("SHAREMAIL_SMTP_USER", alice).env(
        "SHAREMAIL_SMTP_PASSWORD_FILE",
        postfix.dir().join("password"),
    );
    let ran = run::run(&mut hers, ["can-send", &support.address]).exits(77);
    ran.says("not believed").says("sharemail check");
}
