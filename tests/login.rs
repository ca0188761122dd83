//! `sharemail login` and `logout`: a profile that was tried before it is written.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::provider::run::run;
use crate::provider::{Cyrus, Dovecot, Mailbox, PASSWORD, Provider, Ran, command};
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

/// Answers questions on a terminal of its own: each answer waits for the prompt before it. `^C`,
/// `^D` and `^M` are typed as what they are.
const TERMINAL: &str = r#"
import os, pty, re, select, sys, termios, time
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
def asks(text):
    # What draws and hides progress is no text.
    text = re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", text)
    return text.rstrip().endswith((b":", b"[y/N]"))
for answer in sys.argv[1].split("|") if sys.argv[1] else []:
    heard, end = len(said), time.time() + 90
    while not asks(said[heard:]) and time.time() < end:
        if not listen(0.05):
            end = 0
    if not asks(said[heard:]):
        said += b"\nno question came for " + answer.encode() + repr(said[heard:]).encode()
        break
    # A password's echo is switched off only after the question.
    hidden = b"assword of" in said[heard:].rstrip().split(b"\n")[-1]
    while hidden and termios.tcgetattr(terminal)[3] & termios.ECHO and time.time() < end:
        time.sleep(0.02)
    typed = {"^C": b"\x03", "^D": b"\x04", "^M": b"\n"}.get(answer, answer.encode() + b"\n")
    os.write(terminal, typed)
end = time.time() + 300
while time.time() < end and listen(1):
    pass
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
try:
    said += b"" if termios.tcgetattr(terminal)[3] & termios.ECHO else b"\nthe echo is still off\n"
except termios.error:
    pass
sys.stdout.buffer.write(said)
sys.exit(code)
"#;

/// Runs `sharemail` on a terminal where these answers are typed, one for each question.
fn at_terminal(sharemail: &Command, words: &[&str], answers: &str) -> Ran {
    let mut terminal = Command::new("python3");
    let environment = sharemail.get_envs();
    terminal
        .env_clear()
        .envs(environment.filter_map(|(name, value)| Some((name, value?))));
    if let Some(folder) = sharemail.get_current_dir() {
        terminal.current_dir(folder);
    }
    terminal
        .args(["-c", TERMINAL, answers])
        .arg(sharemail.get_program());
    run(terminal.args(words), [""; 0])
}

/// `sharemail login` on a terminal, with the certificates of this provider.
fn asked(newcomer: &Newcomer, provider: &Provider, words: &[&str], answers: &str) -> Ran {
    let ca = provider.ca_path();
    let ca = ca.to_str().unwrap();
    let words = [&["login", "--ca-file", ca], words].concat();
    at_terminal(&newcomer.sharemail(), &words, answers)
}

#[test]
fn a_person_at_a_terminal_is_asked_for_what_is_missing() {
    let newcomer = Newcomer::new();
    let mailbox = Mailbox::on(Dovecot::running(), &[], 0);
    let dovecot = mailbox.provider;
    // The first answer is no host name, and is asked for again.
    let answers = format!(
        "no host|localhost|admin|example.test|{}|password|-",
        mailbox.address
    );
    let port = dovecot.imaps_port().to_string();
    let ran = asked(&newcomer, dovecot, &["--port", &port], &answers).exits(0);
    let ran = ran
        .says("IMAP server, with its port where it is not the usual one: ")
        .says("is not a host name")
        .says("Password of admin")
        .says("the password was not kept: there is no keyring service here");
    // Answers are echoed by the terminal; the password is not.
    assert!(
        ran.stdout.contains("localhost") && !ran.stdout.contains("password\r\n"),
        "{ran:?}"
    );
    let text = newcomer.text();
    assert!(text.contains("host = \"localhost\"") && text.contains("domain = \"example.test\""));
    assert!(text.contains(&mailbox.address), "{text}");
}

#[test]
fn a_file_keeps_the_password_where_no_keyring_does() {
    let newcomer = Newcomer::new();
    let mailbox = Mailbox::on(Dovecot::running(), &[], 1);
    let server = format!("localhost:{}", mailbox.provider.imaps_port());
    // Enter takes the file that is offered.
    let answers = format!("{server}|admin|-|{}|password|", mailbox.address);
    let ran = asked(
        &newcomer,
        mailbox.provider,
        &["--profile", "prod"],
        &answers,
    )
    .exits(0);
    let file = newcomer.config().with_file_name("prod.password");
    let ran = ran.says("there is no keyring service here. File to keep the password in");
    ran.says(&format!(
        "the password is kept in {}, which only you can read",
        file.display()
    ));
    assert_eq!(mode(&file), 0o600);
    assert_eq!(fs::read_to_string(&file).unwrap(), "password\n");
    let text = newcomer.text();
    assert!(
        text.contains(&format!("password-file = \"{}\"", file.display())),
        "{text}"
    );
    assert!(!text.contains("password = "), "{text}");
    let words = ["grant", &mailbox.address, mailbox.alice(), "--read-only"];
    run(&mut newcomer.sharemail(), words)
        .exits(0)
        .says("verified as");

    // What is there stays, unless its owner says otherwise.
    fs::write(&file, "somebody else's\n").unwrap();
    let config = newcomer.text();
    let without: Vec<&str> = config
        .lines()
        .filter(|l| !l.starts_with("password-file"))
        .collect();
    fs::write(newcomer.config(), without.join("\n")).unwrap();
    let other = newcomer.config().with_file_name("other");
    // The domain that was none is asked for again.
    let answers = format!("-|password||n|{}", other.display());
    let ran = asked(&newcomer, mailbox.provider, &[], &answers).exits(0);
    ran.says("prod.password is there already. Replace it? [y/N]");
    assert_eq!(fs::read_to_string(&file).unwrap(), "somebody else's\n");
    assert_eq!(mode(&other), 0o600);
}

#[test]
fn a_file_that_is_named_is_made_for_the_password_that_is_given() {
    let newcomer = Newcomer::new();
    let dovecot = Dovecot::running();
    let file = newcomer.home.path().join("home/secrets/mail");
    let mut login = newcomer.login(dovecot);
    login.arg("--password-file").arg(&file).args(["-o", "json"]);
    let mut wrong = newcomer.login(dovecot);
    wrong.arg("--password-file").arg(&file);
    with_input(&mut wrong, ["--password-stdin"], "wrong\n").exits(77);
    assert!(!file.exists() && !newcomer.config().exists());
    let ran = with_input(&mut login, ["--password-stdin"], "password\n").exits(0);
    let kept = &ran.json()["password"];
    assert_eq!(
        (&kept["kept"], &kept["made"]),
        (&"file".into(), &true.into())
    );
    assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
    run(&mut newcomer.sharemail(), ["show", "support@"]).exits(0);
    // One that is there is read, and stays.
    fs::write(&file, "other\n").unwrap();
    run(
        &mut newcomer.login(dovecot),
        ["--password-file", file.to_str().unwrap()],
    )
    .exits(77);
    assert_eq!(fs::read_to_string(&file).unwrap(), "other\n");
}

#[test]
fn after_a_failure_only_what_may_be_wrong_is_asked_for_again() {
    let newcomer = Newcomer::new();
    let mailbox = Mailbox::on(Dovecot::running(), &[], 0);
    let dovecot = mailbox.provider;
    let right = format!("localhost:{}", dovecot.imaps_port());
    let clear = format!("localhost:{}", dovecot.imap_port());
    // A port where nothing is, one that does not begin with TLS, the right one; a wrong password,
    // a wrong user, and both right.
    let answers = format!(
        "localhost:1|admin|example.test|{}|wrong|{clear}|{right}|||wrong|nobody|password",
        mailbox.address
    );
    let ran = asked(&newcomer, dovecot, &[], &answers);
    let said = ran.stdout.clone();
    let ran = ran.exits(77);
    let ran = ran
        .says("nothing takes connections on this port: check the port")
        .says("IMAP server, with its port where it is not the usual one [localhost:1]:")
        .says("what listens on this port does not begin with TLS")
        .says("check the user name and the password")
        .says("such as admin@example.test")
        .says("this goes on with what was answered: sharemail login --host localhost");
    ran.says_not("the echo is still off");
    // Once each.
    for question in ["Domain of the addresses", "Shared mailboxes to begin with"] {
        assert_eq!(said.matches(question).count(), 1, "{question} in {said}");
    }
    assert!(!newcomer.config().exists());
}

#[test]
fn a_wrong_password_costs_nothing_else() {
    let newcomer = Newcomer::new();
    let mailbox = Mailbox::on(Dovecot::running(), &[], 0);
    let dovecot = mailbox.provider;
    let answers = format!(
        "imaps://localhost:{}|nobody|example.test|{}|wrong|admin|password|-",
        dovecot.imaps_port(),
        mailbox.address
    );
    let ran = asked(&newcomer, dovecot, &[], &answers).exits(0);
    let ran = ran.says("Login name of the administrator [nobody]:");
    assert_eq!(ran.stdout.matches("IMAP server").count(), 1, "{ran:?}");
    let text = newcomer.text();
    assert!(
        text.contains("user = \"admin\"") && text.contains("tls = \"implicit\""),
        "{text}"
    );
}

#[test]
fn a_certificate_that_is_not_trusted_costs_nothing_else() {
    let newcomer = Newcomer::new();
    let dovecot = Dovecot::running();
    let ca = dovecot.ca_path();
    let server = format!("localhost:{}", dovecot.imaps_port());
    // The same server, now with the file of its authority; first one that is not there.
    let answers = format!("{server}|admin|-|-|password||/nowhere|{}|-", ca.display());
    let ran = at_terminal(&newcomer.sharemail(), &["login"], &answers).exits(0);
    ran.says("the certificate is refused")
        .says("for a private certificate authority set ca-file")
        .says("the certificates cannot be read");
    assert!(
        newcomer.text().contains("ca-file = "),
        "{}",
        newcomer.text()
    );
}

#[test]
fn a_host_without_an_address_is_told_from_a_port_without_a_service() {
    let newcomer = Newcomer::new();
    let login = |host: &str| {
        let words = [
            "login",
            "--host",
            host,
            "--user",
            "admin",
            "--password-stdin",
        ];
        with_input(&mut newcomer.sharemail(), words, "password\n")
    };
    login("no-such-host.invalid")
        .exits(69)
        .says("no address is found for this host name")
        .says("check the host name");
    login("localhost:1")
        .exits(69)
        .says("check the port, and that the service runs");
    login("[::1]:1").exits(69).says("[::1]:1: cannot connect");
    login("localhost:0")
        .exits(64)
        .says("imap.port: 0 is not between 1 and 65535");
    let words = [
        "show",
        "x@",
        "--host",
        "localhost:1",
        "--port",
        "2",
        "--user",
        "a",
    ];
    run(&mut newcomer.sharemail(), words)
        .exits(64)
        .says("imap.port is given by --host too, and differs");
}

#[test]
fn the_end_of_what_is_typed_and_an_interruption_end_a_login() {
    let newcomer = Newcomer::new();
    let dovecot = Dovecot::running();
    let ended = "the input ended";
    for (answers, code, words) in [
        ("^D", 64, ended),
        ("localhost|^D", 64, ended),
        ("localhost|admin|^D", 64, ended),
        ("localhost|admin|-|^D", 64, ended),
        ("localhost|admin|-|-|^D", 64, ended),
        ("localhost|admin|-|-|||", 64, "nothing was entered"),
        (
            "localhost|admin|-|-||^D",
            64,
            "this goes on with what was answered",
        ),
        ("^C", 130, ""),
        ("localhost|^C", 130, ""),
        ("localhost|admin|-|-|^C", 130, ""),
    ] {
        let port = dovecot.imaps_port().to_string();
        let ran = asked(&newcomer, dovecot, &["--port", &port], answers);
        ran.exits(code)
            .says(words)
            .says_not("the echo is still off")
            .says_not("panicked");
        assert!(!newcomer.config().exists());
    }
}

/// A profile without any secret.
fn without_a_secret(newcomer: &Newcomer, provider: &Provider) {
    let mut login = newcomer.login(provider);
    with_input(&mut login, ["--password-stdin"], "password\n").exits(0);
}

#[test]
fn a_terminal_without_any_secret_is_asked_for_it_and_a_script_is_told() {
    let newcomer = Newcomer::new();
    let mailbox = Mailbox::on(Dovecot::running(), &["Sent"], 1);
    without_a_secret(&newcomer, mailbox.provider);
    let support = mailbox.address.as_str();
    let words = ["grant", support, mailbox.alice(), "--read-only"];
    let ran = run(&mut newcomer.sharemail(), words).exits(78);
    ran.says("no password for admin@localhost")
        .says("SHAREMAIL_PASSWORD");
    let sharemail = newcomer.sharemail();
    let ran = at_terminal(&sharemail, &words, "password").exits(0);
    ran.says("Password of admin at localhost: ")
        .says("verified as");
    assert_eq!(
        mailbox.rights(mailbox.alice(), "Sent").as_deref(),
        Some("lrs")
    );
    at_terminal(&sharemail, &words, "wrong")
        .exits(77)
        .says("check the user name and the password");
    at_terminal(&sharemail, &words, "^C")
        .exits(130)
        .says_not("the echo is still off");
    at_terminal(&sharemail, &words, "^D")
        .exits(64)
        .says("the input ended");
    // A file that is named and not there is told, and nobody is asked for what it should say.
    let mut named = newcomer.sharemail();
    named.env("SHAREMAIL_IMAP_PASSWORD_FILE", "/nowhere");
    at_terminal(&named, &words, "").exits(78).says("/nowhere");
}

#[test]
fn no_question_takes_an_end_an_interruption_or_a_pipe_for_a_yes() {
    let newcomer = Newcomer::new();
    let mailbox = Mailbox::on(Dovecot::running(), &["Sent", "Old"], 1);
    without_a_secret(&newcomer, mailbox.provider);
    let (support, alice) = (mailbox.address.as_str(), mailbox.alice());
    mailbox.grant([alice, "--read-only"]).exits(0);
    let mut sharemail = newcomer.sharemail();
    sharemail
        .env("SHAREMAIL_PASSWORD", PASSWORD)
        .env("SHAREMAIL_MAILBOXES", support);
    let asking: [&[&str]; 5] = [
        &["delete", support],
        &["rename", support, "elsewhere@example.test"],
        &["offboard", alice],
        &["folder", "delete", support, "Old"],
        &["folder", "rename", support, "Old", "New"],
    ];
    for words in asking {
        let Ran { stdout, .. } = at_terminal(&sharemail, words, "^D");
        if !stdout.contains("[y/N]") {
            // What cannot be done here at all is refused before anybody is asked.
            continue;
        }
        for (answer, code) in [("^D", 1), ("^C", 130), ("^M", 1), ("no", 1)] {
            let ran = at_terminal(&sharemail, words, answer);
            assert_eq!(ran.code, Some(code), "{words:?} {answer:?} {ran:?}");
        }
        let mut piped = newcomer.sharemail();
        piped
            .env("SHAREMAIL_PASSWORD", PASSWORD)
            .env("SHAREMAIL_MAILBOXES", support);
        let ran = with_input(piped.args(words), [""; 0], "y\n").exits(64);
        ran.says("stdin is not a terminal").says("--yes");
    }
    assert_eq!(mailbox.rights(alice, "Old").as_deref(), Some("lrs"));
}
