//! Running programs against the clock.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How long a program takes from start to end; it must succeed.
pub fn timed(mut command: Command) -> Duration {
    let begin = Instant::now();
    let said = command.stdin(Stdio::null()).output().unwrap();
    let time = begin.elapsed();
    assert!(
        said.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&said.stderr)
    );
    time
}

/// What a program prints; it must succeed.
pub fn said(mut command: Command) -> String {
    let said = command.stdin(Stdio::null()).output().unwrap();
    let problem = String::from_utf8_lossy(&said.stderr);
    assert!(said.status.success(), "{command:?}: {problem}");
    String::from_utf8(said.stdout).unwrap()
}
