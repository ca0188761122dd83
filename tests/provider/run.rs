//! A run of sharemail: what it said, and how it ended.

use std::ffi::OsStr;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// No run of a test may take longer.
const LONGEST: Duration = Duration::from_secs(600);

/// A run that has ended.
#[derive(Debug)]
pub struct Ran {
    /// The exit code, or `None` where a signal ended it.
    pub code: Option<i32>,
    /// The result.
    pub stdout: String,
    /// Everything else.
    pub stderr: String,
    /// How long it took.
    pub took: Duration,
}

/// Runs `command` with these words more.
pub fn run<W: AsRef<OsStr>>(command: &mut Command, words: impl IntoIterator<Item = W>) -> Ran {
    wait(start(command.args(words)))
}

/// Starts `command`, its output kept for [`wait`].
pub fn start(command: &mut Command) -> Child {
    let command = command.stdin(Stdio::null()).stdout(Stdio::piped());
    command.stderr(Stdio::piped()).spawn().unwrap()
}

/// Waits until the run has got so far that Ctrl-C is for it to answer.
pub fn until_it_obeys(child: &Child) {
    const INTERRUPT: u64 = 1 << 1;
    let begin = Instant::now();
    let status = format!("/proc/{}/status", child.id());
    loop {
        let status = std::fs::read_to_string(&status).unwrap();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        let caught = u64::from_str_radix(caught.unwrap().trim(), 16).unwrap();
        if caught & INTERRUPT != 0 {
            return;
        }
        assert!(begin.elapsed() < LONGEST, "it obeys nobody\n{status}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Waits for the end; a run without one fails the test.
pub fn wait(mut child: Child) -> Ran {
    let begin = Instant::now();
    let stdout = reader(child.stdout.take());
    let stderr = reader(child.stderr.take());
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break Some(status),
            None if begin.elapsed() > LONGEST => break None,
            None => thread::sleep(Duration::from_millis(3)),
        }
    };
    if status.is_none() {
        let _ = child.kill();
    }
    let (stdout, stderr) = (stdout.join().unwrap(), stderr.join().unwrap());
    Ran {
        code: status
            .unwrap_or_else(|| panic!("it did not end\n{stdout}\n{stderr}"))
            .code(),
        stdout,
        stderr,
        took: begin.elapsed(),
    }
}

impl Ran {
    /// It ended with this code.
    #[track_caller]
    pub fn exits(self, code: i32) -> Ran {
        assert_eq!(
            self.code,
            Some(code),
            "\n{}\n{}",
            self.stdout,
            tail(&self.stderr)
        );
        self
    }

    /// It said this, as its result or beside it.
    #[track_caller]
    pub fn says(self, text: &str) -> Ran {
        let said = self.stdout.contains(text) || self.stderr.contains(text);
        assert!(
            said,
            "no {text:?} in\n{}\n{}",
            self.stdout,
            tail(&self.stderr)
        );
        self
    }

    /// It did not say this.
    #[track_caller]
    pub fn says_not(self, text: &str) -> Ran {
        let said = self.stdout.contains(text) || self.stderr.contains(text);
        assert!(!said, "{text:?} in\n{}\n{}", self.stdout, self.stderr);
        self
    }

    /// The result as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}\n{}\n{}", self.stdout, self.stderr))
    }

    /// The commands that were sent, of a run with `-vv`, without their tags.
    pub fn sent(&self) -> Vec<&str> {
        let lines = self
            .stderr
            .lines()
            .filter_map(|line| line.strip_prefix("C: "));
        lines
            .map(|line| line.split_once(' ').map_or(line, |(_, command)| command))
            .collect()
    }

    /// Of those, the ones that change something.
    pub fn changes(&self) -> Vec<&str> {
        let verbs = [
            "SETACL",
            "DELETEACL",
            "ACL",
            "CREATE",
            "DELETE",
            "RENAME",
            "SUBSCRIBE",
            "SETQUOTA",
        ];
        let changing = |command: &&str| {
            command
                .split(' ')
                .next()
                .is_some_and(|verb| verbs.contains(&verb))
        };
        self.sent().into_iter().filter(changing).collect()
    }
}

/// A dialogue of a thousand folders helps nobody.
fn tail(text: &str) -> &str {
    let start = text.len().saturating_sub(4000);
    let start = (start..=text.len()).find(|at| text.is_char_boundary(*at));
    &text[start.unwrap_or_default()..]
}

fn reader(stream: Option<impl Read + Send + 'static>) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = stream.map(|mut stream| stream.read_to_end(&mut bytes));
        String::from_utf8_lossy(&bytes).into_owned()
    })
}
