//! A terminal of one's own for sharemail, made by the util-linux program that records one.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use super::Ran;
use super::run::wait;

/// How wide the terminal is.
pub const WIDTH: usize = 200;

/// Runs what `sharemail` would run, with these words more, on a terminal where somebody types
/// `answer`. What it says to stderr is in the result too.
pub fn run(sharemail: &Command, words: &[&str], answer: &str) -> Ran {
    let program = sharemail.get_program().to_str().unwrap();
    let line: String = words.iter().map(|word| format!(" '{word}'")).collect();
    typed(sharemail, &format!("exec {program}{line}"), answer)
}

/// The same for a line that somebody types into a shell there, where `sharemail` is what it would run.
pub fn typed(sharemail: &Command, line: &str, answer: &str) -> Ran {
    let line = format!("stty cols {WIDTH}; {line}");
    let mut script = Command::new("script");
    script.args(["-qec", &line, "/dev/null"]).env_clear();
    for (name, value) in sharemail.get_envs() {
        script.env(name, value.unwrap_or_default());
    }
    let folder = Path::new(sharemail.get_program()).parent().unwrap();
    let found = std::env::var("PATH").unwrap_or_default();
    script.env("PATH", format!("{}:{found}", folder.display()));
    script.env("SHELL", "/bin/sh");
    script.env("TERM", "xterm").stdin(Stdio::piped());
    let streams = script.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = streams.spawn().unwrap();
    // It stays open: the end of what is typed would be the end of the terminal.
    let mut keyboard = child.stdin.take().unwrap();
    keyboard.write_all(answer.as_bytes()).unwrap();
    wait(child)
}
