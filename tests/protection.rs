//! What protects a login: certificates, STARTTLS, LOGINDISABLED, and the mechanisms.

use std::process::Command;

use crate::provider::authority::Authority;
use crate::provider::fake::Fake;
use crate::provider::run::run;
use crate::provider::{Cyrus, Dovecot, PASSWORD, Provider, Ran};

/// sharemail by STARTTLS on the provider's clear-text port.
fn starttls(provider: &Provider) -> Command {
    let mut command = provider.sharemail();
    command.env("SHAREMAIL_IMAP_PORT", provider.imap_port().to_string());
    command.env("SHAREMAIL_IMAP_TLS", "starttls");
    command
}

#[test]
fn a_certificate_that_proves_nothing_is_refused() {
    for (kind, words) in [
        ("expired", "certificate has expired"),
        ("wrong-host", "ostname mismatch"),
        ("self-signed", "self-signed certificate"),
    ] {
        let dovecot = Dovecot::with(&["--cert", kind]);
        for mut command in [dovecot.sharemail(), starttls(&dovecot)] {
            let ran = run(&mut command, ["show", "support@", "-vv"]).exits(69);
            ran.says("TLS failed")
                .says(words)
                .says_not("AUTHENTICATE")
                .says_not(" LOGIN ");
        }
    }
}

#[test]
fn an_authority_that_nobody_named_is_not_trusted() {
    let dovecot = Dovecot::running();
    let other = Authority::new("good");
    let mut command = dovecot.sharemail();
    command.env("SHAREMAIL_IMAP_CA_FILE", other.ca_path());
    run(&mut command, ["show", "support@"])
        .exits(69)
        .says("TLS failed")
        .says("ca-file");
    let config = std::fs::read_to_string(dovecot.config_path()).unwrap();
    let without: String = config
        .lines()
        .filter(|l| !l.starts_with("ca-file"))
        .map(|l| format!("{l}\n"))
        .collect();
    let path = dovecot.dir().join("system-authorities.toml");
    std::fs::write(&path, without).unwrap();
    let mut command = dovecot.sharemail();
    command.env("SHAREMAIL_CONFIG", path);
    run(&mut command, ["show", "support@"])
        .exits(69)
        .says("TLS failed");
}

#[test]
fn a_ca_file_without_certificates_is_a_wrong_configuration() {
    let dovecot = Dovecot::running();
    for (path, words) in [
        ("/dev/null", "no PEM certificate"),
        ("/nowhere", "cannot be read"),
    ] {
        let mut command = dovecot.sharemail();
        command.env("SHAREMAIL_IMAP_CA_FILE", path);
        run(&mut command, ["show", "support@"])
            .exits(78)
            .says(words);
    }
}

#[test]
fn starttls_protects_the_login() {
    for provider in [Dovecot::running(), Cyrus::running()] {
        run(&mut starttls(provider), ["show", "support@"]).exits(0);
    }
}

#[test]
fn a_server_that_forbids_the_login_in_clear_text_is_obeyed() {
    let dovecot = Dovecot::with(&["--login-disabled"]);
    let mut clear = dovecot.sharemail();
    clear.env("SHAREMAIL_IMAP_PORT", dovecot.imap_port().to_string());
    clear.env("SHAREMAIL_IMAP_TLS", "none");
    let ran = run(&mut clear, ["show", "support@", "-vv"]).exits(78);
    ran.says("use TLS")
        .says_not("C: a1 LOGIN")
        .says_not("C: a1 AUTHENTICATE");
    run(&mut starttls(&dovecot), ["show", "support@"]).exits(0);
}

#[test]
fn no_mechanism_gets_around_logindisabled() {
    for mechanism in ["plain", "login"] {
        let fake = Fake::plain(|peer| {
            peer.send("* OK [CAPABILITY IMAP4rev1 ACL LOGINDISABLED STARTTLS] ready\r\n");
            while let Some(line) = peer.next() {
                assert!(!line.contains("LOGIN") && !line.contains("AUTH"), "{line}");
                peer.ok("done");
            }
        });
        let mut command = fake.sharemail();
        command.env("SHAREMAIL_IMAP_MECHANISM", mechanism);
        run(&mut command, ["show", "support@"]).exits(78);
        fake.finish();
    }
}

#[test]
fn words_from_before_the_handshake_end_the_session() {
    let fake = Fake::starttls(|peer| {
        peer.send("* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] ready\r\n");
        peer.expect("STARTTLS");
        let injected = format!(
            "{} OK begin\r\n* CAPABILITY IMAP4rev1 ACL LOGINDISABLED\r\n",
            peer.tag()
        );
        peer.send(injected);
        assert!(peer.line().is_none_or(|line| !line.contains("AUTH")));
    });
    let ran = run(&mut fake.sharemail(), ["show", "support@"]);
    ran.exits(76).says("somebody may be in between");
    fake.finish();
}

#[test]
fn capabilities_from_before_the_handshake_are_forgotten() {
    let fake = Fake::starttls(|peer| {
        // Somebody in between offers LOGIN alone, and claims to be rid of ACLs.
        peer.send("* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=NONE] ready\r\n");
        peer.expect("STARTTLS");
        peer.ok("begin");
        if !peer.starttls() {
            return;
        }
        peer.expect("CAPABILITY");
        peer.send("* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\r\n");
        peer.ok("done");
        peer.expect("AUTHENTICATE PLAIN");
        peer.no("[AUTHENTICATIONFAILED] no");
    });
    run(&mut fake.sharemail(), ["show", "support@"]).exits(77);
    fake.finish();
}

#[test]
fn without_starttls_nothing_is_said_in_the_clear() {
    for refusal in ["no-capability", "no", "bad"] {
        let fake = Fake::starttls(move |peer| {
            let offered = if refusal == "no-capability" {
                ""
            } else {
                " STARTTLS"
            };
            peer.send(format!(
                "* OK [CAPABILITY IMAP4rev1{offered} AUTH=PLAIN] ready\r\n"
            ));
            while let Some(line) = peer.next() {
                assert!(!line.contains("LOGIN ") && !line.contains("AUTH"), "{line}");
                match refusal {
                    "bad" => peer.send(format!("{} BAD what\r\n", peer.tag())),
                    _ => peer.send(format!("{} NO not now\r\n", peer.tag())),
                };
            }
        });
        let ran = run(&mut fake.sharemail(), ["show", "support@"]);
        assert!(matches!(ran.code, Some(69 | 76 | 77 | 78 | 1)), "{ran:?}");
        ran.says("STARTTLS");
        fake.finish();
    }
}

/// Dovecot 2.4 lets whoever holds a token be nobody but herself, and says OK to a login as somebody else.
#[track_caller]
fn in_by_token(dovecot: &Provider, ran: Ran) -> Ran {
    if dovecot.is_dovecot_2_4() {
        return ran
            .exits(77)
            .says("nothing shows that it is support@example.test's");
    }
    ran.exits(0).says("support@example.test")
}

#[test]
fn a_token_lets_the_administrator_in() {
    let dovecot = Dovecot::running();
    let token = dovecot.token("admin", 60);
    for mechanism in ["xoauth2", "oauthbearer"] {
        let mut command = dovecot.sharemail();
        command.env("SHAREMAIL_PASSWORD", &token);
        command.env("SHAREMAIL_IMAP_MECHANISM", mechanism);
        in_by_token(dovecot, run(&mut command, ["show", "support@"]));
    }
}

#[test]
fn a_token_from_a_command_is_asked_for_at_each_run() {
    let dovecot = Dovecot::running();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/provider/token");
    let mut command = dovecot.sharemail();
    let ask = format!("{script} {} admin 60", dovecot.dir().display());
    command.env("SHAREMAIL_IMAP_PASSWORD_COMMAND", ask);
    command.env("SHAREMAIL_IMAP_MECHANISM", "xoauth2");
    in_by_token(dovecot, run(&mut command, ["show", "support@"]));
}

#[test]
fn a_token_that_is_too_old_or_nobodys_is_refused() {
    let dovecot = Dovecot::running();
    let (late, others) = (
        dovecot.token("admin", -5),
        dovecot.token("alice@example.test", 60),
    );
    for mechanism in ["xoauth2", "oauthbearer"] {
        for token in [&late, &others, "nonsense"] {
            let mut command = dovecot.sharemail();
            command.env("SHAREMAIL_PASSWORD", token);
            command.env("SHAREMAIL_IMAP_MECHANISM", mechanism);
            let ran = run(&mut command, ["show", "support@"]).exits(77);
            let ran = ran.says_not(token);
            // There somebody's own token is good enough for a session, as herself.
            if !dovecot.is_dovecot_2_4() || *token != others {
                ran.says("token");
            }
        }
    }
}

#[test]
fn a_mechanism_that_the_server_lacks_is_not_replaced() {
    let cyrus = Cyrus::running();
    let mut command = cyrus.sharemail();
    command.env("SHAREMAIL_IMAP_MECHANISM", "xoauth2");
    command.env("SHAREMAIL_IMAP_IMPERSONATE", "{mailbox}*{admin}");
    command.env("SHAREMAIL_PASSWORD", PASSWORD);
    run(&mut command, ["list"])
        .exits(78)
        .says("mechanisms offered: login, plain");
}
