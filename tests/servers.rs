//! The throwaway servers are what they claim to be, seen with a client of their own.

mod courier;
mod cyrus;
mod dovecot;
mod fake_smtp;
mod faults;
mod postfix;

use std::thread;
use std::time::{Duration, Instant};

use crate::provider::{Client, Courier, Cyrus, Dovecot, Mailbox, PASSWORD, Provider, folder};

#[test]
fn many_servers_start_at_the_same_time() {
    let starts: Vec<_> = (0..8).map(|_| thread::spawn(Dovecot::start)).collect();
    let providers: Vec<Provider> = starts
        .into_iter()
        .map(|start| start.join().unwrap())
        .collect();
    for provider in &providers {
        Client::login(provider, "alice@example.test", PASSWORD);
    }
}

#[test]
fn a_server_leaves_nothing_behind() {
    for provider in [Dovecot::start(), Cyrus::start(), Courier::start()] {
        let (dir, port) = (provider.dir().to_owned(), provider.imap_port());
        drop(provider);
        assert!(!dir.exists());
        assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
    }
}

#[test]
fn a_folder_may_have_a_blank_in_its_name() {
    let above = folder::fresh();
    for script in ["dovecot", "cyrus", "courier", "postfix"] {
        let dir = above.join("of two words");
        std::fs::create_dir(&dir).unwrap();
        let provider = Provider::of(script, &dir);
        let zoe = provider.fresh("zoe");
        Client::login(&provider, &zoe, PASSWORD).ok("SELECT INBOX");
        provider.run(["show", "support@"]).exits(0);
        drop(provider);
        assert!(!dir.exists(), "{script}");
    }
    std::fs::remove_dir(above).unwrap();
}

#[test]
fn users_are_added_while_others_come_and_go() {
    let courier = Courier::running();
    let mailbox = Mailbox::on(courier, &["Sent"], 1);
    std::thread::scope(|scope| {
        let add = || (0..10).for_each(|_| drop(courier.fresh("zoe")));
        let adding = [scope.spawn(add), scope.spawn(add)];
        while !adding.iter().all(|adding| adding.is_finished()) {
            // Its files come and go, and its account is read.
            let mut owner = mailbox.member(&mailbox.address);
            owner.ok("SELECT INBOX");
            owner.ok("CREATE INBOX.Passing");
            owner.ok("DELETE INBOX.Passing");
        }
    });
}

#[test]
fn starttls_leads_to_a_login_on_both_servers() {
    for provider in [Dovecot::running(), Cyrus::running()] {
        let mut client = Client::connect_starttls(provider);
        client.ok("LOGIN alice@example.test password");
    }
}

#[test]
fn a_wrong_password_is_refused_at_once() {
    for provider in [Dovecot::running(), Cyrus::running()] {
        let refused = |_| {
            let start = Instant::now();
            assert!(Client::try_login(provider, "alice@example.test", "wrong").is_err());
            start.elapsed()
        };
        // As they come, both wait 2 s and more each time; a busy machine does not.
        let best = (0..5).map(refused).min().unwrap();
        assert!(best < Duration::from_secs(2), "{best:?}");
        Client::login(provider, "alice@example.test", PASSWORD);
    }
}

#[test]
fn login_is_disabled_before_tls_where_asked() {
    for provider in [
        Dovecot::with(&["--login-disabled"]),
        Cyrus::with(&["--login-disabled"]),
    ] {
        let mut client = Client::connect_plain(&provider);
        assert!(client.ok("CAPABILITY").contains("LOGINDISABLED"));
        client.no("LOGIN alice@example.test password");
        Client::login(&provider, "alice@example.test", PASSWORD);
    }
}

#[test]
fn users_can_be_added_while_the_server_runs() {
    for provider in [Dovecot::running(), Cyrus::running()] {
        let zoe = provider.fresh("zoe");
        Client::login(provider, &zoe, PASSWORD).ok("SELECT INBOX");
    }
}
