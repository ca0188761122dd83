//! Running programs against the clock.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::provider::{PASSWORD, Provider};
use super::table::Samples;

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

/// One of the scripts beside this file.
pub fn script(name: &str) -> Command {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/thousand_folders");
    let mut command = Command::new("python3");
    command.arg(here.join(name)).env("PASSWORD", PASSWORD);
    command
}

/// The start of the program alone.
pub fn version(provider: &Provider) -> Samples {
    let mut samples = Samples::default();
    for _ in 0..30 {
        let mut command = provider.sharemail();
        command.arg("--version");
        samples.push(timed(command));
    }
    samples
}
