//! The throwaway Postfix enforces senders, answers for each recipient, and delivers.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::provider::proxy::{Cut, Proxy};
use crate::provider::{Client, PASSWORD, Postfix, Provider, SmtpClient};

const HELLO: &str = "From: support@example.test\nSubject: hello\n\nworld\n";

/// MAIL and RCPT, and the code of the latter.
fn rcpt(client: &mut SmtpClient, from: &str, to: &str) -> (u16, String) {
    client.ok("RSET");
    client.ok(&format!("MAIL FROM:<{from}>"));
    let reply = client.command(&format!("RCPT TO:<{to}>"));
    (reply.code, reply.text())
}

#[test]
fn an_owner_of_the_sender_gets_through_and_others_are_told_at_rcpt() {
    let postfix = Postfix::running();
    let people = postfix.fresh_all(&["support", "alice", "bob"]);
    let [support, alice, bob] = &people[..] else {
        panic!()
    };
    let refused = |(code, text): (u16, String)| code == 553 && text.contains("not owned by user");
    let mut early = SmtpClient::login(postfix, alice);
    assert!(refused(rcpt(&mut early, support, bob)));

    postfix.sender_owners(support, &[support, alice]);
    SmtpClient::login(postfix, alice).deliver(support, &[bob], HELLO);
    let mail = postfix.mail_of(bob).remove(0);
    assert_eq!(mail.field("Return-Path").unwrap(), format!("<{support}>"));
    assert_eq!(mail.field("From").unwrap(), "support@example.test");
    assert_eq!(mail.body(), b"world\r\n");
    assert_eq!(mail.flags, ["\\Recent"]);

    let mut other = SmtpClient::login(postfix, bob);
    assert!(refused(rcpt(&mut other, support, alice)));
    assert_eq!(rcpt(&mut other, bob, alice).0, 250);
    assert_eq!(rcpt(&mut other, "", alice).0, 250);
}

#[test]
fn every_recipient_gets_an_answer_of_its_own() {
    let postfix = Postfix::running();
    let bob = postfix.fresh("bob");
    let mut client = SmtpClient::login(postfix, "alice@example.test");
    let mut code = |to: &str| rcpt(&mut client, "alice@example.test", to).0;
    assert_eq!(code(&bob), 250);
    assert_eq!(code("nobody@example.test"), 550);
    assert_eq!(code("defer@example.test"), 450);
    assert_eq!(code("anybody@sink.test"), 250);
    assert_eq!(code("somebody@elsewhere.test"), 550);
}

#[test]
fn two_hundred_recipients_go_in_one_flight_and_three_are_bad() {
    let postfix = Postfix::running();
    let start = Instant::now();
    let mut client = SmtpClient::login(postfix, "alice@example.test");
    let people = (0..197).map(|n| format!("p{n}@sink.test"));
    let bad = (0..3).map(|n| format!("bad{n}@example.test"));
    let rcpts = people.chain(bad).map(|to| format!("RCPT TO:<{to}>"));
    let mail = "MAIL FROM:<alice@example.test>".to_owned();
    let replies = client.pipeline(&[mail].into_iter().chain(rcpts).collect::<Vec<_>>());
    let codes = |code| replies.iter().filter(|reply| reply.code == code).count();
    assert_eq!((codes(250), codes(550)), (198, 3));
    assert!(client.data(HELLO).is_ok());
    postfix.settled();
    println!("200 recipients in {:?}", start.elapsed());
}

#[test]
fn logins_are_those_of_dovecot() {
    let postfix = Postfix::running();
    let code = |authzid, user, password| {
        let mut client = SmtpClient::connect_tls(postfix);
        client.ehlo();
        let code = client.auth_plain(authzid, user, password).code;
        (code == 235).then(|| rcpt(&mut client, "alice@example.test", "bob@example.test").0)
    };
    assert_eq!(code("", "alice@example.test", PASSWORD), Some(250));
    assert_eq!(code("", "alice@example.test*admin", PASSWORD), Some(250));
    assert_eq!(code("alice@example.test", "admin", PASSWORD), Some(250));
    assert_eq!(code("", "bob@example.test*admin", PASSWORD), Some(553));
    assert_eq!(code("", "nobody@example.test*admin", PASSWORD), None);
    assert_eq!(
        code("alice@example.test", "bob@example.test", PASSWORD),
        None
    );
    assert_eq!(code("", "alice@example.test", "wrong"), None);
}

#[test]
fn nobody_sends_without_a_login_and_none_is_offered_before_tls() {
    let mut client = SmtpClient::connect(Postfix::running());
    let offer = client.ehlo();
    assert!(offer.offers("STARTTLS") && offer.offers("PIPELINING") && !offer.offers("AUTH"));
    assert_eq!(
        client.auth_plain("", "alice@example.test", PASSWORD).code,
        503
    );
    client.starttls();
    let offer = client.ehlo();
    assert!(!offer.offers("STARTTLS") && offer.offers("AUTH"));
    for keyword in ["8BITMIME", "SMTPUTF8", "DSN", "SIZE", "CHUNKING"] {
        assert!(offer.offers(keyword), "{keyword}: {offer:?}");
    }
    let refused = rcpt(&mut client, "alice@example.test", "bob@example.test");
    assert_eq!(refused.0, 554);
    client.ok("RSET");
    assert_eq!(
        client.auth_plain("", "alice@example.test", PASSWORD).code,
        235
    );
}

#[test]
fn sender_and_recipient_tables_count_from_the_next_connection_on() {
    let postfix = Postfix::start();
    postfix.sender_login_maps("sales@example.test alice@example.test\n");
    postfix.sender_access("erin@example.test 550 5.7.1 suspended\n");
    postfix.recipient_access("bob@example.test 452 4.2.2 full\n");
    let mut alice = SmtpClient::login(&postfix, "alice@example.test");
    let mut code = |from, to| rcpt(&mut alice, from, to).0;
    assert_eq!(code("sales@example.test", "carol@example.test"), 250);
    assert_eq!(code("alice@example.test", "carol@example.test"), 553);
    assert_eq!(code("sales@example.test", "bob@example.test"), 452);
    assert_eq!(code("erin@example.test", "carol@example.test"), 550);
    let refused = |_| {
        let start = Instant::now();
        postfix.sender_owners("sales@example.test", &["bob@example.test"]);
        let mut alice = SmtpClient::login(&postfix, "alice@example.test");
        let refused = rcpt(&mut alice, "sales@example.test", "carol@example.test");
        assert_eq!(refused.0, 553);
        start.elapsed()
    };
    // Postfix would wait two seconds each time for young files to cool down; a busy machine does not.
    let best = (0..5).map(refused).min().unwrap();
    assert!(best < Duration::from_secs(2), "{best:?}");
}

#[test]
fn senders_need_not_be_checked() {
    let postfix = Postfix::with(&["--no-sender-check"]);
    let mut client = SmtpClient::login(&postfix, "bob@example.test");
    client.deliver("support@example.test", &["carol@example.test"], HELLO);
    client.deliver("nobody@example.test", &["carol@example.test"], HELLO);
    assert_eq!(postfix.mails_of("carol@example.test", 2).len(), 2);
}

#[test]
fn options_take_away_what_a_client_hopes_for() {
    let size = Postfix::with(&["--size-limit", "2000"]);
    let mut client = SmtpClient::login(&size, "alice@example.test");
    let offer = client.ehlo();
    assert!(offer.lines.contains(&"SIZE 2000".to_owned()));
    let reply = client.command("MAIL FROM:<alice@example.test> SIZE=2001");
    assert_eq!(reply.code, 552);

    let bare = Postfix::with(&["--no-starttls"]);
    let mut client = SmtpClient::connect(&bare);
    let offer = client.ehlo();
    assert!(!offer.offers("STARTTLS") && offer.offers("AUTH"));
    assert!(
        client
            .auth_plain("", "alice@example.test", PASSWORD)
            .is_ok()
    );
    SmtpClient::login(&bare, "alice@example.test");

    let refusing = Postfix::with(&["--auth-refused"]);
    Client::login(&refusing, "alice@example.test", PASSWORD);
    let mut client = SmtpClient::connect_tls(&refusing);
    client.ehlo();
    for user in ["alice@example.test", "alice@example.test*admin"] {
        assert_eq!(client.auth_plain("", user, PASSWORD).code, 535);
    }
}

#[test]
fn a_full_mailbox_returns_the_message() {
    let postfix = Postfix::running();
    let people = postfix.fresh_all(&["alice", "bob"]);
    postfix.fill_up(&people[1]);
    let long = format!("{HELLO}{}", "0123456789\n".repeat(1000));
    SmtpClient::login(postfix, &people[0]).deliver(&people[0], &[&people[1]], &long);
    let returned = postfix.mail_of(&people[0]).remove(0);
    assert_eq!(returned.field("Return-Path").unwrap(), "<>");
    assert!(returned.text().to_lowercase().contains("quota"));
    postfix.settled();
    assert!(postfix.mail_in(&people[1], "INBOX").is_empty());
}

#[test]
fn an_international_domain_is_known_by_both_names_and_reached_by_the_ascii_one() {
    let postfix = Postfix::running();
    let mut client = SmtpClient::login(postfix, "alice@example.test");
    client.deliver("alice@example.test", &["info@xn--bcher-kva.test"], HELLO);
    assert_eq!(postfix.mail_of("info@xn--bcher-kva.test").len(), 1);
    client.ok("MAIL FROM:<alice@example.test> SMTPUTF8");
    client.ok("RCPT TO:<info@bücher.test>");
    assert!(client.data(HELLO).is_ok());
    // Dovecot's LMTP offers no SMTPUTF8.
    postfix.settled();
    assert!(postfix.log().contains("SMTPUTF8 is required, but was not"));

    let without = Postfix::with(&["--no-smtputf8"]);
    let mut client = SmtpClient::login(&without, "alice@example.test");
    assert!(!client.ehlo().offers("SMTPUTF8"));
    client.ok("MAIL FROM:<alice@example.test>");
    assert!(!client.command("RCPT TO:<info@bücher.test>").is_ok());
}

#[test]
fn a_proxy_takes_the_answer_away_although_the_mail_arrives() {
    let postfix = Postfix::with(&["--no-starttls"]);
    let cut = Some(Cut::After(".\r\n", 1));
    let proxy = Proxy::submission(&postfix, Duration::ZERO, cut);
    let mut client = SmtpClient::connect_at(&postfix, proxy.port());
    client.ehlo();
    client.auth_plain("", "alice@example.test", PASSWORD);
    client.ok("MAIL FROM:<alice@example.test>");
    client.ok("RCPT TO:<bob@example.test>");
    assert_eq!(client.data(HELLO).code, 0);
    assert_eq!(postfix.mail_of("bob@example.test").len(), 1);
}

#[test]
fn the_profile_has_a_submission_server() {
    let section = |provider: &Provider| {
        let config = std::fs::read_to_string(provider.config_path()).unwrap();
        config
            .split_once("[profile.postfix.smtp]\n")
            .unwrap()
            .1
            .to_owned()
    };
    let implicit = Postfix::running();
    let port = implicit.submissions_port();
    let expected = format!("host = \"localhost\"\nport = {port}\ntls = \"implicit\"\n");
    assert_eq!(section(implicit), expected);
    implicit.run(["show", "info@"]).exits(0);
    let other = Postfix::with(&["--starttls"]);
    let port = other.smtp_port();
    let expected = format!("host = \"localhost\"\nport = {port}\ntls = \"starttls\"\n");
    assert_eq!(section(&other), expected);
}

#[test]
fn it_starts_fast_many_times_and_leaves_nothing_behind() {
    let start = Instant::now();
    let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(Postfix::start)).collect();
    let all: Vec<_> = threads.into_iter().map(|t| t.join().unwrap()).collect();
    println!("4 Postfixes in {:?}", start.elapsed());
    for postfix in all {
        SmtpClient::login(&postfix, "alice@example.test");
        let (dir, port) = (postfix.dir().to_owned(), postfix.smtp_port());
        drop(postfix);
        assert!(!dir.exists());
        assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
        let left = Command::new("ps").args(["-eo", "args"]).output().unwrap();
        let left = String::from_utf8_lossy(&left.stdout).into_owned();
        assert!(!left.contains(dir.to_str().unwrap()), "{left}");
    }
}
