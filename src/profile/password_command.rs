//! A shell command that prints the password or token.

use super::secret::{MAX, checked};
use crate::error::{Error, Result};
use crate::exit::Exit;
use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;
use std::io::{IsTerminal, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long the command may take: somebody may have to touch a key or type a passphrase.
const DEADLINE: Duration = Duration::from_secs(60);

/// How much of its complaint is shown, in bytes.
const MAX_COMPLAINT: usize = 4096;

/// How long output may lag behind the end of the command.
const GRACE: Duration = Duration::from_millis(500);

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
    let mut running =
        Running::start(command).map_err(|error| fail(format!("could not be started: {error}")))?;
    let status = running.wait(deadline);
    let complaint = running.complaint();
    match status {
        Some(status) if status.success() => checked(&running.stdout.collected(), "its output"),
        Some(status) => Err(fail(format!("failed ({status}){complaint}"))),
        None => {
            let seconds = deadline.as_secs_f32();
            Err(fail(format!(
                "did not end within {seconds} s and was stopped{complaint}"
            )))
        }
    }
}

struct Running {
    child: Child,
    stdout: Collector,
    stderr: Collector,
    own_group: bool,
}

impl Running {
    fn start(command: &str) -> std::io::Result<Self> {
        let mut shell = shell(command);
        let own_group = separate(&mut shell);
        shell
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = shell.spawn()?;
        // Two bytes more than a secret may have: its line end, and one to see that it is longer.
        let stdout = Collector::start(child.stdout.take(), MAX + 3);
        let stderr = Collector::start(child.stderr.take(), MAX_COMPLAINT);
        Ok(Self {
            child,
            stdout,
            stderr,
            own_group,
        })
    }

    /// How it ended; nothing when it had to be stopped.
    fn wait(&mut self, deadline: Duration) -> Option<ExitStatus> {
        let end = Instant::now() + deadline;
        let mut pause = Duration::from_millis(1);
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            if Instant::now() >= end {
                self.stop();
                return None;
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(20));
        }
    }

    fn stop(&mut self) {
        if self.own_group {
            kill_group(&self.child);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    fn complaint(&self) -> String {
        let bytes = self.stderr.collected();
        let text = String::from_utf8_lossy(&bytes);
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let lines = lines.collect::<Vec<_>>().join(" | ");
        if lines.is_empty() {
            lines
        } else {
            format!(": {lines}")
        }
    }
}

/// Reads a pipe in a thread of its own, so that a full one never stops the command.
struct Collector {
    bytes: Arc<Mutex<Zeroizing<Vec<u8>>>>,
    done: Receiver<()>,
}

impl Collector {
    fn start(pipe: Option<impl Read + Send + 'static>, max: usize) -> Self {
        let bytes = Arc::new(Mutex::new(Zeroizing::new(Vec::with_capacity(max))));
        let (sender, done) = channel();
        let shared = Arc::clone(&bytes);
        let read = move || {
            if let Some(pipe) = pipe {
                collect(pipe, &shared, max);
            }
            drop(sender);
        };
        // Without a thread nothing is collected, and an empty output is refused.
        let _ = std::thread::Builder::new().spawn(read);
        Self { bytes, done }
    }

    /// What has come. Whoever inherited the pipe may keep it open: the end is not waited for.
    fn collected(&self) -> Zeroizing<Vec<u8>> {
        let _ = self.done.recv_timeout(GRACE);
        self.bytes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// Keeps the first `max` bytes and drops the rest, to the end of the pipe.
fn collect(mut pipe: impl Read, kept: &Mutex<Zeroizing<Vec<u8>>>, max: usize) {
    let mut buffer = Zeroizing::new([0; 4096]);
    while let Ok(count @ 1..) = pipe.read(&mut *buffer) {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        let room = max - kept.len();
        kept.extend_from_slice(&buffer[..count.min(room)]);
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

/// Gives the command a process group of its own, so that all it started can be stopped. At a
/// terminal it stays in ours: from another it could not ask for a passphrase, nor hear Ctrl-C.
fn separate(shell: &mut Command) -> bool {
    let own = cfg!(unix) && !std::io::stdin().is_terminal() && !std::io::stderr().is_terminal();
    #[cfg(unix)]
    if own {
        use std::os::unix::process::CommandExt;
        shell.process_group(0);
    }
    #[cfg(not(unix))]
    let _ = shell;
    own
}

#[cfg(unix)]
fn kill_group(child: &Child) {
    use rustix::process::{Pid, Signal, kill_process_group};
    let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
}

#[cfg(not(unix))]
fn kill_group(_: &Child) {}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    fn what(command: &str) -> String {
        run(command).unwrap_err().what().to_owned()
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
