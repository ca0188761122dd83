//! A shell command that prints the password or token.

use super::secret_text::{MAX, checked};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::program::trust::trusted_command;
use crate::program::{End, Ran, Terms};
use secrecy::SecretString;
use std::io::IsTerminal;
use std::process::Command;
use std::time::Duration;

/// How long the command may take: somebody may have to touch a key or type a passphrase.
const DEADLINE: Duration = Duration::from_secs(60);

/// The secret that `command` prints. The command itself never stands in an error: people write
/// passwords into it.
///
/// # Errors
/// When it cannot be started, fails, takes longer than a minute, or prints no secret.
pub(super) fn run(command: &str) -> Result<SecretString> {
    run_within(command, DEADLINE)
}

fn run_within(command: &str, deadline: Duration) -> Result<SecretString> {
    let fail = |what: String| Error::new(Exit::Config, what);
    trusted_command(command, std::env::home_dir().as_deref()).map_err(fail)?;
    let terms = Terms {
        deadline,
        farewell: Duration::ZERO,
        // Two bytes more than a secret may have: its line end, and one to see that it is longer.
        stdout: MAX + 3,
        // At a terminal it stays in our group: from another it could not ask for a passphrase, nor
        // hear Ctrl-C.
        own_group: !std::io::stdin().is_terminal() && !std::io::stderr().is_terminal(),
        heeds_interruptions: false,
    };
    let ran = Ran::of(&mut shell(command), terms)
        .map_err(|error| fail(format!("could not be started: {error}")))?;
    let complaint = ran.complaint();
    let complaint = complaint.map_or(String::new(), |complaint| format!(": {complaint}"));
    match ran.end {
        End::Status(status) if status.success() => checked(&ran.stdout, "its output"),
        End::Status(status) => Err(fail(format!("failed ({status}){complaint}"))),
        End::TimedOut | End::Interrupted => {
            let seconds = deadline.as_secs_f32();
            Err(fail(format!(
                "did not end within {seconds} s and was stopped{complaint}"
            )))
        }
    }
}

#[cfg(unix)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", command]);
    shell
}

#[cfg(not(unix))]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("cmd");
    shell.args(["/C", command]);
    shell
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    fn what(command: &str) -> String {
        run(command).unwrap_err().what().to_owned()
    }

    #[test]
    fn what_others_may_write_is_not_run() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        std::fs::write(&path, "#!/bin/sh\ntouch \"$0.ran\"; echo hunter2\n").unwrap();
        let command = path.display().to_string();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o757)).unwrap();
        let why = what(&command);
        assert!(
            why.ends_with(&format!("(mode 0757): chmod go-w {command}")),
            "{why}"
        );
        assert!(!folder.path().join("password.ran").exists());
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
        assert_eq!(run(&command).unwrap().expose_secret(), "hunter2");
    }

    #[test]
    fn the_output_is_the_secret() {
        assert_eq!(run("echo 'hunter 2'").unwrap().expose_secret(), "hunter 2");
        assert_eq!(run("printf tok=en").unwrap().expose_secret(), "tok=en");
    }

    #[test]
    fn a_failure_shows_status_and_complaint_but_not_the_command() {
        let what = what("echo hunter2; echo 'gpg: no key' >&2; echo more >&2; exit 3");
        assert_eq!(what, "failed (exit status: 3): gpg: no key | more");
    }

    #[test]
    fn what_it_cannot_find_is_said_by_the_shell() {
        assert!(what("no-such-program-here").contains("not found"));
    }

    #[test]
    fn nothing_many_lines_and_too_much_are_refused() {
        assert_eq!(what("true"), "its output holds no password");
        assert_eq!(
            what("printf 'a\\nb\\n'"),
            "its output holds more than one line"
        );
        let endless = "head -c 10000000 /dev/zero | tr '\\0' x";
        assert_eq!(what(endless), "its output is longer than 64 KiB");
    }

    #[test]
    fn a_flood_of_complaints_neither_blocks_nor_fills_the_memory() {
        let secret = run("head -c 10000000 /dev/zero >&2; echo ok").unwrap();
        assert_eq!(secret.expose_secret(), "ok");
    }

    #[test]
    fn one_that_does_not_end_is_stopped() {
        let error = run_within("sleep 600 & sleep 600; wait", Duration::from_millis(200));
        let what = error.unwrap_err().what().to_owned();
        assert_eq!(what, "did not end within 0.2 s and was stopped");
    }

    #[test]
    fn one_that_leaves_a_daemon_behind_is_not_waited_for() {
        let secret = run("sleep 60 & echo $!").unwrap();
        let daemon: i32 = secret.expose_secret().parse().unwrap();
        let daemon = rustix::process::Pid::from_raw(daemon).unwrap();
        // It is still there, or was stopped with the command's group.
        let _ = rustix::process::kill_process(daemon, rustix::process::Signal::KILL);
    }

    #[test]
    fn it_reads_nothing_of_our_input() {
        assert_eq!(what("cat"), "its output holds no password");
    }
}
