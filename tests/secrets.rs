//! Where a password may come from, what keeps it unseen, and what is said when there is none.

use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::provider::run::{run, wait};
use crate::provider::{Dovecot, Mailbox, PASSWORD, Provider, Ran, Toy};

const SECRET: &str = "hunter2-Zx81-secret";
const SHOW: [&str; 2] = ["show", "support@"];
const STDIN: [&str; 3] = ["show", "support@", "--password-stdin"];

/// sharemail with nothing but the environment to go by.
fn without_file(provider: &Provider) -> Command {
    let mut command = provider.sharemail();
    command
        .env_remove("SHAREMAIL_CONFIG")
        .env("SHAREMAIL_IMAP_HOST", provider.host())
        .env("SHAREMAIL_IMAP_PORT", provider.imaps_port().to_string())
        .env("SHAREMAIL_IMAP_CA_FILE", provider.ca_path())
        .env("SHAREMAIL_IMAP_USER", provider.admin())
        .env("SHAREMAIL_DOMAIN", "example.test");
    command
}

/// Runs `command` with `input` on its stdin.
pub fn with_input<const N: usize>(command: &mut Command, words: [&str; N], input: &str) -> Ran {
    let command = command.args(words).stdin(Stdio::piped());
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // It may leave before it has read anything.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    wait(child)
}

/// A file with these permissions, in the provider's folder.
fn file(provider: &Provider, name: &str, content: &str, mode: u32) -> PathBuf {
    let path = provider.dir().join(name);
    fs::write(&path, content).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    path
}

/// Fails when `secret` can be read in what was said: as it is, or in base64 at any offset.
#[track_caller]
fn assert_unseen(ran: &Ran, secret: &str) {
    let said = format!("{}{}", ran.stdout, ran.stderr);
    assert!(!said.contains(secret), "{said}");
    for before in ["", "x", "xx"] {
        let encoded = BASE64_STANDARD.encode(format!("{before}{secret}"));
        let inner = &encoded[4..encoded.len() - 4];
        assert!(!said.contains(inner), "{inner} in {said}");
    }
}

#[test]
fn a_wrong_password_is_refused_and_never_shown() {
    let dovecot = Dovecot::running();
    for words in [
        &["show", "support@"][..],
        &["show", "support@", "-vv"],
        &["doctor", "-vv"],
    ] {
        let ran = run(dovecot.sharemail().env("SHAREMAIL_PASSWORD", SECRET), words);
        let ran = ran.exits(77).says("the server refused the login of");
        assert_unseen(&ran, SECRET);
    }
}

#[test]
fn the_dialogue_shows_neither_password_nor_token() {
    for (mechanism, verb) in [("plain", "AUTHENTICATE PLAIN"), ("login", "LOGIN")] {
        let toy = Toy::new(&[]);
        let mut command = toy.sharemail();
        command.env("SHAREMAIL_PASSWORD", SECRET);
        command.env("SHAREMAIL_IMAP_MECHANISM", mechanism);
        let ran = run(&mut command, ["show", "support@", "-vv"]);
        let ran = ran.says(&format!("{verb} ***"));
        assert_unseen(&ran, SECRET);
    }
    let dovecot = Dovecot::running();
    let token = dovecot.token("admin", 60);
    let signature = token.rsplit('.').next().unwrap();
    for mechanism in ["xoauth2", "oauthbearer"] {
        let mut command = dovecot.sharemail();
        command.env("SHAREMAIL_PASSWORD", &token);
        command.env("SHAREMAIL_IMAP_MECHANISM", mechanism);
        // Dovecot 2.4 lets whoever holds a token be nobody but herself.
        let code = if dovecot.is_dovecot_2_4() { 77 } else { 0 };
        let ran = run(&mut command, ["show", "support@", "-vv"]).exits(code);
        assert_unseen(&ran, signature);
    }
}

#[test]
fn a_refused_token_is_not_shown_either() {
    let dovecot = Dovecot::running();
    for token in [dovecot.token("admin", -5), SECRET.to_owned()] {
        for mechanism in ["xoauth2", "oauthbearer"] {
            let mut command = dovecot.sharemail();
            command.env("SHAREMAIL_PASSWORD", &token);
            command.env("SHAREMAIL_IMAP_MECHANISM", mechanism);
            let ran = run(&mut command, ["show", "support@", "-vv"]).exits(77);
            assert_unseen(&ran, token.rsplit('.').next().unwrap());
        }
    }
}

#[test]
fn a_server_that_repeats_the_login_does_not_show_it() {
    for form in [
        "* BAD what is LINE?",
        "TAG BAD what is LINE?",
        "TAG NO [LINE] no",
        "* BYE LINE",
    ] {
        let toy = Toy::twisted(&[], move |peer, line, _| {
            if line.contains("AUTHENTICATE") {
                let (tag, said) = line.split_once(' ').unwrap();
                let said = form.replace("LINE", said).replace("TAG", tag);
                peer.send(format!("{said}\r\n"));
                peer.close();
            }
            line.contains("AUTHENTICATE")
        });
        for words in [&["show", "support@"][..], &["show", "support@", "-vv"]] {
            let ran = run(toy.sharemail().env("SHAREMAIL_PASSWORD", SECRET), words);
            assert_ne!(ran.code, Some(0));
            assert_unseen(&ran, SECRET);
        }
    }
}

#[test]
fn the_password_comes_from_each_of_its_places() {
    let dovecot = Dovecot::running();
    let own = || {
        let mut command = without_file(dovecot);
        command.env("SHAREMAIL_MAILBOXES", "support@");
        command
    };
    run(own().env("SHAREMAIL_PASSWORD", PASSWORD), SHOW).exits(0);
    with_input(&mut own(), STDIN, "password\nrest\n").exits(0);
    let path = file(dovecot, "secret-600", "password\n", 0o600);
    run(own().env("SHAREMAIL_IMAP_PASSWORD_FILE", &path), SHOW).exits(0);
    let command = "printf 'pass%s\\n' word";
    run(own().env("SHAREMAIL_IMAP_PASSWORD_COMMAND", command), SHOW).exits(0);
}

#[test]
fn standard_input_comes_before_the_variable_and_that_before_the_profile() {
    let dovecot = Dovecot::running();
    let with = |variable: &str| {
        let mut command = dovecot.sharemail();
        command.env("SHAREMAIL_PASSWORD", variable);
        command
    };
    with_input(&mut with("wrong"), STDIN, "password\n").exits(0);
    with_input(&mut with("password"), STDIN, "wrong\n").exits(77);
    run(&mut with("wrong"), SHOW).exits(77);
}

#[test]
fn a_password_file_that_others_can_read_is_refused() {
    let dovecot = Dovecot::running();
    for mode in [0o640, 0o604, 0o644, 0o666] {
        let path = file(dovecot, &format!("secret-{mode:o}"), "password\n", mode);
        let mut command = dovecot.sharemail();
        command.env("SHAREMAIL_IMAP_PASSWORD_FILE", &path);
        let ran = run(&mut command, SHOW).exits(78);
        ran.says(path.to_str().unwrap()).says("chmod 600");
    }
    let mut command = dovecot.sharemail();
    command.env("SHAREMAIL_IMAP_PASSWORD_FILE", "/nowhere/secret");
    run(&mut command, SHOW).exits(78).says("/nowhere/secret");
}

#[test]
fn a_password_command_that_fails_shows_what_it_complained_of() {
    let dovecot = Dovecot::running();
    let with = |text: &str| {
        let mut command = dovecot.sharemail();
        command.env("SHAREMAIL_IMAP_PASSWORD_COMMAND", text);
        run(&mut command, SHOW)
    };
    let ran = with("echo hunter2; echo 'the vault is locked' >&2; exit 3");
    ran.exits(78)
        .says("the vault is locked")
        .says_not("hunter2");
    with("true").exits(78).says("no password");
    with("no-such-program-here").exits(78);
    with("printf 'a\\nb\\n'")
        .exits(78)
        .says("more than one line");
}

#[test]
fn without_a_keyring_service_nobody_waits() {
    let dovecot = Dovecot::running();
    let mut command = without_file(dovecot);
    let ran = run(&mut command, SHOW).exits(78);
    let lines = ran.stderr.lines().count();
    assert_eq!(lines, 2, "{ran:?}");
    ran.says("no password for admin@localhost")
        .says("SHAREMAIL_PASSWORD");
}

#[test]
fn everything_can_come_from_the_environment() {
    let mailbox = Mailbox::on(Dovecot::running(), &["Sent"], 1);
    let mut command = without_file(mailbox.provider);
    command.env("SHAREMAIL_PASSWORD", PASSWORD);
    command.env("SHAREMAIL_REACH", "impersonate");
    command.env("SHAREMAIL_IMAP_IMPERSONATE", "{mailbox}*{admin}");
    let ran = run(
        &mut command,
        ["grant", &mailbox.address, mailbox.alice(), "--write"],
    );
    ran.exits(0).says("verified as");
    assert_eq!(
        mailbox.rights(mailbox.alice(), "Sent").as_deref(),
        Some("ilprsw")
    );
}

/// Runs with this text as the configuration.
fn with_config(folder: &Path, text: &str) -> Ran {
    let path = folder.join("broken.toml");
    fs::write(&path, text).unwrap();
    let mut command = crate::provider::command::sharemail(folder);
    run(command.env("SHAREMAIL_CONFIG", path), SHOW)
}

#[test]
fn what_is_wrong_in_the_file_is_named_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let server = "[profile.a.imap]\nhost = \"localhost\"\nuser = \"admin\"\n";
    for (more, place, words) in [
        ("hots = \"x\"\n", "broken.toml:4:1: ", "did you mean"),
        ("port = \"x\"\n", "broken.toml:4:8: ", "port"),
        ("tls = \"tsl\"\n", "broken.toml:4:1: ", "implicit"),
        ("password-file = 3\n", "broken.toml:4:17: ", "password-file"),
        ("[profile.b\n", "broken.toml:4:", "broken.toml"),
        ("timeout = \"never\"\n", "broken.toml:4:1: ", "30s"),
    ] {
        let ran = with_config(folder.path(), &format!("{server}{more}"));
        ran.exits(78).says(place).says(words);
    }
    let ran = with_config(folder.path(), "[profile.a.imap]\nhost = \"localhost\"\n");
    ran.exits(78)
        .says("broken.toml:1:")
        .says("imap.user is missing")
        .says("SHAREMAIL_IMAP_USER");
}

#[test]
fn clear_text_leaves_this_machine_under_no_name() {
    let dovecot = Dovecot::running();
    let mut command = dovecot.sharemail();
    command.env("SHAREMAIL_IMAP_HOST", "imap.example.com");
    command.env("SHAREMAIL_IMAP_TLS", "none");
    run(&mut command, SHOW).exits(78).says("in clear text");
}
