//! Another program, run to its end: bounded in time and in what is kept of its output, and stopped
//! with all that it has started.

pub mod trust;

use crate::error::printable;
use crate::interrupt;
use secrecy::zeroize::Zeroizing;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long output may lag behind the end of the program.
const GRACE: Duration = Duration::from_millis(500);

/// How much of a complaint is shown, in bytes.
pub const COMPLAINT: usize = 4096;

/// How a program is run.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// How long it may take.
    pub deadline: Duration,
    /// How long it may clean up after itself when it is stopped; nothing where it is killed at once.
    pub farewell: Duration,
    /// How much of its output is kept, in bytes.
    pub stdout: usize,
    /// Whether it gets a process group of its own, so that all it has started is stopped with it.
    pub own_group: bool,
    /// Whether it is stopped as soon as somebody wants this run to stop.
    pub heeds_interruptions: bool,
}

/// A program that was run.
#[derive(Debug)]
pub struct Ran {
    /// How it ended.
    pub end: End,
    /// What it wrote to standard output, cut to [`Terms::stdout`].
    pub stdout: Zeroizing<Vec<u8>>,
    /// Whether that is all there was: it was not cut, and nobody holds the pipe any more who could
    /// write on.
    pub is_whole: bool,
    stderr: Zeroizing<Vec<u8>>,
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// By itself, or by somebody else's signal.
    Status(ExitStatus),
    /// It took longer than it may, and was stopped.
    TimedOut,
    /// Somebody wanted this run to stop, and it was stopped.
    Interrupted,
}

impl Ran {
    /// Runs `command` without any input.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn of(command: &mut Command, terms: Terms) -> std::io::Result<Self> {
        // The provider's password is nobody else's business.
        command.env_remove("SHAREMAIL_PASSWORD");
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let own_group = terms.own_group && separate(command);
        let mut child = command.spawn()?;
        let followed = own_group.then(|| interrupt::follow(child.id()));
        let stdout = Collector::start(child.stdout.take(), terms.stdout);
        let stderr = Collector::start(child.stderr.take(), COMPLAINT);
        let end = wait(&mut child, terms, own_group);
        // From here on its number may be another's.
        drop(followed);
        let (stdout, is_whole) = stdout.collected();
        Ok(Self {
            end,
            stdout,
            is_whole,
            stderr: stderr.collected().0,
        })
    }

    /// What it complained of, in one line fit for a terminal; nothing where it said nothing.
    pub fn complaint(&self) -> Option<String> {
        let text = String::from_utf8_lossy(&self.stderr);
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let lines = lines.collect::<Vec<_>>().join(" | ");
        (!lines.is_empty()).then(|| printable(&lines))
    }
}

/// Where the program `named` lies: at its path, or where `PATH` leads to.
///
/// # Errors
/// Why it cannot be run, in words.
pub fn whereabouts(named: &Path) -> Result<PathBuf, String> {
    if named.components().count() > 1 {
        return runnable(named).map(|()| named.to_owned());
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&folders).map(|folder| folder.join(named));
    let found = places.into_iter().find(|place| runnable(place).is_ok());
    found.ok_or_else(|| "PATH leads to no program of this name".to_owned())
}

fn runnable(path: &Path) -> Result<(), String> {
    let metadata = path.metadata().map_err(|error| error.to_string())?;
    if !metadata.is_file() {
        return Err("it is no file".to_owned());
    }
    #[cfg(unix)]
    rustix::fs::access(path, rustix::fs::Access::EXEC_OK)
        .map_err(|_| "it is not executable for this user".to_owned())?;
    Ok(())
}

fn wait(child: &mut Child, terms: Terms, own_group: bool) -> End {
    let deadline = Instant::now() + terms.deadline;
    let mut pause = Duration::from_millis(1);
    loop {
        if let Ok(Some(status)) = child.try_wait() {
            return End::Status(status);
        }
        let end = if terms.heeds_interruptions && interrupt::requested() {
            Some(End::Interrupted)
        } else {
            (Instant::now() >= deadline).then_some(End::TimedOut)
        };
        if let Some(end) = end {
            stop(child, terms.farewell, own_group);
            return end;
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

/// Asks the whole group to end, and kills what is left of it then: a child may live on where its
/// parent has gone.
fn stop(child: &mut Child, farewell: Duration, own_group: bool) {
    if own_group && !farewell.is_zero() {
        signal_group(child, false);
        let end = Instant::now() + farewell;
        while Instant::now() < end && matches!(child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
    if own_group {
        signal_group(child, true);
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// Reads a pipe in a thread of its own, so that a full one never stops the program.
struct Collector {
    kept: Arc<Mutex<Kept>>,
    done: Receiver<()>,
}

struct Kept {
    bytes: Zeroizing<Vec<u8>>,
    is_cut: bool,
}

impl Collector {
    fn start(pipe: Option<impl Read + Send + 'static>, max: usize) -> Self {
        let kept = Arc::new(Mutex::new(Kept {
            bytes: Zeroizing::new(Vec::new()),
            is_cut: false,
        }));
        let (sender, done) = channel();
        let shared = Arc::clone(&kept);
        let read = move || {
            if let Some(pipe) = pipe {
                collect(pipe, &shared, max);
            }
            drop(sender);
        };
        // Without a thread nothing is collected, and the pipe is closed: that is no whole output.
        if std::thread::Builder::new().spawn(read).is_err() {
            lock(&kept).is_cut = true;
        }
        Self { kept, done }
    }

    /// What has come, and whether that is all. Whoever inherited the pipe may keep it open: the end
    /// is not waited for.
    fn collected(&self) -> (Zeroizing<Vec<u8>>, bool) {
        let ended = self.done.recv_timeout(GRACE) != Err(RecvTimeoutError::Timeout);
        let kept = lock(&self.kept);
        (kept.bytes.clone(), ended && !kept.is_cut)
    }
}

fn lock(kept: &Mutex<Kept>) -> std::sync::MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps the first `max` bytes and drops the rest, to the end of the pipe.
fn collect(mut pipe: impl Read, kept: &Mutex<Kept>, max: usize) {
    let mut buffer = Zeroizing::new([0; 4096]);
    loop {
        let count = match pipe.read(&mut *buffer) {
            Ok(0) => return,
            Ok(count) => count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(_) => {
                lock(kept).is_cut = true;
                return;
            }
        };
        let mut kept = lock(kept);
        let room = max - kept.bytes.len();
        kept.is_cut |= count > room;
        kept.bytes.extend_from_slice(&buffer[..count.min(room)]);
    }
}

#[cfg(unix)]
fn separate(command: &mut Command) -> bool {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
    true
}

#[cfg(not(unix))]
fn separate(_: &mut Command) -> bool {
    false
}

#[cfg(unix)]
fn signal_group(child: &Child, kill: bool) {
    use rustix::process::{Pid, Signal, kill_process_group};
    let signal = if kill { Signal::KILL } else { Signal::TERM };
    let _ = kill_process_group(Pid::from_child(child), signal);
}

#[cfg(not(unix))]
fn signal_group(_: &Child, _: bool) {}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    fn run(script: &str, deadline: Duration) -> Ran {
        let terms = Terms {
            deadline,
            farewell: Duration::from_secs(5),
            stdout: 1000,
            own_group: true,
            heeds_interruptions: false,
        };
        Ran::of(Command::new("sh").args(["-c", script]), terms).unwrap()
    }

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn what_it_wrote_is_kept_up_to_its_bound() {
        let ran = run("echo one; echo two >&2; exit 3", LONG);
        assert_eq!(&**ran.stdout, b"one\n");
        assert!(ran.is_whole);
        assert_eq!(ran.complaint().as_deref(), Some("two"));
        assert!(matches!(ran.end, End::Status(status) if status.code() == Some(3)));
        let flood = run(
            "head -c 5000000 /dev/zero; head -c 5000000 /dev/zero >&2",
            LONG,
        );
        assert_eq!(flood.stdout.len(), 1000);
        assert!(!flood.is_whole);
        assert!(matches!(flood.end, End::Status(status) if status.success()));
    }

    #[test]
    fn a_complaint_cannot_reach_the_terminal() {
        let ran = run("printf 'a\\033[2Jb\\nc\\r\\n' >&2", LONG);
        assert_eq!(ran.complaint().as_deref(), Some("a\\u{1b}[2Jb | c"));
    }

    #[test]
    fn all_that_it_started_is_stopped_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let pid = folder.path().join("pid");
        let script = format!("sleep 600 & echo $! >{}; wait", pid.display());
        // However slow the machine is, the child is there before the end of the patience.
        let ran = run(&script, Duration::from_secs(2));
        assert_eq!(ran.end, End::TimedOut);
        let pid: i32 = std::fs::read_to_string(&pid)
            .unwrap()
            .trim()
            .parse()
            .unwrap();
        let alive = || {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            let state = stat
                .rsplit_once(") ")
                .and_then(|(_, rest)| rest.chars().next());
            state.is_some_and(|state| state != 'Z')
        };
        for _ in 0..1000 {
            if !alive() {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("{pid} lives on");
    }

    #[test]
    fn one_that_minds_no_farewell_is_killed_all_the_same() {
        let terms = Terms {
            deadline: Duration::from_millis(500),
            farewell: Duration::from_millis(100),
            stdout: 10,
            own_group: true,
            heeds_interruptions: false,
        };
        let script = "trap '' TERM; while :; do sleep 1; done";
        let ran = Ran::of(Command::new("sh").args(["-c", script]), terms).unwrap();
        assert_eq!(ran.end, End::TimedOut);
    }

    #[test]
    fn output_that_somebody_holds_open_is_not_whole() {
        let ran = run("sleep 600 & echo $!", LONG);
        assert!(!ran.is_whole);
        let pid = String::from_utf8_lossy(&ran.stdout).trim().parse().unwrap();
        let pid = rustix::process::Pid::from_raw(pid).unwrap();
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
    }

    #[test]
    fn the_providers_password_is_not_handed_on() {
        let mut command = Command::new("sh");
        command.env("SHAREMAIL_PASSWORD", "hunter2");
        command.args(["-c", "echo \"<$SHAREMAIL_PASSWORD>\""]);
        let terms = Terms {
            deadline: LONG,
            farewell: Duration::ZERO,
            stdout: 100,
            own_group: false,
            heeds_interruptions: false,
        };
        assert_eq!(&**Ran::of(&mut command, terms).unwrap().stdout, b"<>\n");
    }
}
