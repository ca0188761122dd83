//! `sharemail login` and `logout`: a profile that was tried before it is written.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::provider::run::run;
use crate::provider::{Cyrus, Dovecot, Mailbox, PASSWORD, Provider, command};
use crate::secrets::with_input;

/// A machine on which nobody has used sharemail yet.
struct Newcomer {
    home: TempDir,
}

impl Newcomer {
    fn new() -> Newcomer {
        let home = tempfile::tempdir().unwrap();
        Newcomer { home }
    }

    fn sharemail(&self) -> Command {
        command::sharemail(self.home.path())
    }

    /// `sharemail login` with the options that reach this provider.
    fn login(&self, provider: &Provider) -> Command {
        let mut command = self.sharemail();
        command.args([
            "login",
            "--host",
            provider.host(),
            "--user",
            provider.admin(),
        ]);
        command.args(["--port", &provider.imaps_port().to_string()]);
        command
            .args(["--domain", "example.test", "--ca-file"])
            .arg(provider.ca_path());
        command
    }

    fn config(&self) -> PathBuf {
        self.home.path().join("home/.config/sharemail/config.toml")
    }

    fn text(&self) -> String {
        fs::read_to_string(self.config()).unwrap()
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_first_login_makes_a_profile_that_works() {
    let mailbox = Mailbox::on(Dovecot::running(), &[], 1);
    let newcomer = Newcomer::new();
    let mut login = newcomer.login(mailbox.provider);
    login.args(["--mailbox", &mailbox.address]);
    let ran = with_input(
        &mut login,
        ["--profile", "prod", "--password-stdin"],
        "password\n",
    );
    ran.exits(0)
        .says("logged in as admin")
        .says(&format!(
            "{} was opened in a session of its own",
            mailbox.address
        ))
        .says("the password was not kept: there is no keyring service here")
        .says("password-command");
    assert_eq!(mode(&newcomer.config()), 0o600);
    assert_eq!(mode(newcomer.config().parent().unwrap()), 0o700);
    let text = newcomer.text();
    assert!(text.contains("default-profile = \"prod\""), "{text}");
    assert!(text.contains("impersonate = \"authzid\""), "{text}");
    assert!(!text.contains(PASSWORD), "{text}");
    let mut grant = newcomer.sharemail();
    grant.env("SHAREMAIL_PASSWORD", PASSWORD);
    let ran = run(
        &mut grant,
        ["grant", &mailbox.address, mailbox.alice(), "--read-only"],
    );
    ran.exits(0).says("verified as");
}

#[test]
fn cyrus_is_found_out_to_be_reached_by_namespace() {
    let mailbox = Mailbox::on(Cyrus::running(), &[], 1);
    let newcomer = Newcomer::new();
    let mut login = newcomer.login(mailbox.provider);
    let secret = mailbox.provider.dir().join("password");
    login
        .args(["--mailbox", &mailbox.address, "--password-file"])
        .arg(&secret);
    let ran = run(&mut login, ["-o", "json"]).exits(0);
    let report = ran.json();
    assert_eq!(report["mailboxes"][0]["reach"], "namespace");
    assert_eq!(report["mailboxes"][0]["identifier"], "local-part");
    assert_eq!(report["impersonate"], "authzid");
    assert_eq!(report["password"]["kept"], "file");
    let words = ["grant", &mailbox.address, mailbox.alice(), "--read-only"];
    run(&mut newcomer.sharemail(), words)
        .exits(0)
        .says("verified as");
}

#[test]
fn a_login_that_fails_writes_nothing() {
    let newcomer = Newcomer::new();
    let dovecot = Dovecot::running();
    with_input(
        &mut newcomer.login(dovecot),
        ["--password-stdin"],
        "wrong\n",
    )
    .exits(77);
    let mut unreachable = newcomer.login(dovecot);
    with_input(
        &mut unreachable,
        ["--port", "1", "--password-stdin"],
        "password\n",
    )
    .exits(64);
    let mut unreachable = newcomer.sharemail();
    let words = [
        "login",
        "--host",
        "localhost",
        "--user",
        "admin",
        "--port",
        "1",
        "--password-stdin",
    ];
    with_input(&mut unreachable, words, "password\n").exits(69);
    let mut badly_named = newcomer.login(dovecot);
    let words = ["--mailbox", "@", "--password-stdin"];
    assert_ne!(
        with_input(&mut badly_named, words, "password\n").code,
        Some(0)
    );
    assert!(!newcomer.config().parent().unwrap().exists());
}

#[test]
fn without_a_terminal_what_is_missing_is_named() {
    let newcomer = Newcomer::new();
    let ran = run(&mut newcomer.sharemail(), ["login"]).exits(64);
    ran.says("imap.host, imap.user")
        .says("--host or SHAREMAIL_IMAP_HOST");
    let ran = run(&mut newcomer.sharemail(), ["login", "--host", "localhost"]).exits(64);
    ran.says("missing: imap.user").says_not("imap.host");
    let ran = run(&mut newcomer.login(Dovecot::running()), [""; 0]).exits(78);
    ran.says("no password for admin@localhost")
        .says("--password-stdin");
    assert!(!newcomer.config().exists());
}

#[test]
fn a_mailbox_that_cannot_be_opened_is_named_and_the_profile_kept() {
    let newcomer = Newcomer::new();
    let mut login = newcomer.login(Dovecot::running());
    let words = ["--mailbox", "nosuch@", "--password-stdin"];
    let ran = with_input(&mut login, words, "password\n").exits(3);
    ran.says("nosuch@example.test").says("is written to");
    assert!(newcomer.text().contains("nosuch@"));
}

#[test]
fn a_second_login_changes_what_it_names_and_keeps_the_rest() {
    let newcomer = Newcomer::new();
    let dovecot = Dovecot::running();
    with_input(
        &mut newcomer.login(dovecot),
        ["--password-stdin"],
        "password\n",
    )
    .exits(0);
    let first = format!(
        "# mine\n{}\n[profile.other.imap]\nhost = \"other\"\n",
        newcomer.text()
    );
    fs::write(newcomer.config(), &first).unwrap();
    let mut second = newcomer.sharemail();
    second.args([
        "login",
        "--profile",
        "default",
        "--connections",
        "4",
        "--password-command",
    ]);
    run(&mut second, ["echo password"])
        .exits(0)
        .says("password-command");
    let text = newcomer.text();
    for kept in [
        "# mine",
        "[profile.other.imap]",
        "domain = \"example.test\"",
    ] {
        assert!(text.contains(kept), "{kept} in {text}");
    }
    assert!(text.contains("connections = 4"), "{text}");
    run(&mut newcomer.sharemail(), ["show", "support@"]).exits(0);
}

#[test]
fn logout_says_that_there_was_no_keyring_and_keeps_the_profile() {
    let newcomer = Newcomer::new();
    run(&mut newcomer.sharemail(), ["logout"]).exits(78);
    let mut login = newcomer.login(Dovecot::running());
    let secret = Dovecot::running().dir().join("password");
    run(login.arg("--password-file").arg(&secret), [""; 0]).exits(0);
    let before = newcomer.text();
    let ran = run(&mut newcomer.sharemail(), ["logout"]).exits(0);
    ran.says("there is no keyring service here")
        .says(secret.to_str().unwrap())
        .says("left alone");
    assert_eq!(newcomer.text(), before);
    assert!(secret.exists());
}

/// Answers the questions of a login on a terminal of its own.
const TERMINAL: &str = r#"
import os, pty, select, sys, time
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[2], sys.argv[2:])
said = b""
def listen(seconds):
    global said
    ready, _, _ = select.select([terminal], [], [], seconds)
    if not ready:
        return True
    try:
        more = os.read(terminal, 4096)
    except OSError:
        return False
    said += more
    return bool(more)
for answer in sys.argv[1].split("|"):
    heard, end = len(said), time.time() + 20
    while not said[heard:].rstrip().endswith(b":") and time.time() < end and listen(0.05):
        pass
    # A password's echo is switched off only after the question.
    time.sleep(0.3)
    os.write(terminal, answer.encode() + b"\n")
end = time.time() + 60
while time.time() < end and listen(1):
    pass
sys.stdout.buffer.write(said)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"#;

#[test]
fn a_person_at_a_terminal_is_asked_for_what_is_missing() {
    let newcomer = Newcomer::new();
    let mailbox = Mailbox::on(Dovecot::running(), &[], 0);
    let dovecot = mailbox.provider;
    // The first answer is no host name, and is asked for again.
    let answers = format!(
        "no host|localhost|admin|example.test|{}|password",
        mailbox.address
    );
    let sharemail = newcomer.sharemail();
    let mut terminal = Command::new("python3");
    terminal
        .env_clear()
        .envs(sharemail.get_envs().filter_map(|(k, v)| Some((k, v?))));
    terminal
        .args(["-c", TERMINAL, &answers])
        .arg(sharemail.get_program());
    terminal.args([
        "login",
        "--port",
        &dovecot.imaps_port().to_string(),
        "--ca-file",
    ]);
    let ran = run(terminal.arg(dovecot.ca_path()), [""; 0]).exits(0);
    let ran = ran
        .says("IMAP server: ")
        .says("is not a host name")
        .says("Password of admin");
    // Answers are echoed by the terminal; the password is not.
    assert!(
        ran.stdout.contains("localhost") && !ran.stdout.contains("password\r\n"),
        "{ran:?}"
    );
    let text = newcomer.text();
    assert!(text.contains("host = \"localhost\"") && text.contains("domain = \"example.test\""));
    assert!(text.contains(&mailbox.address), "{text}");
}
