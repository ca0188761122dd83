//! Candidates for values, while the user types: what a shell that asks for them is told.

use clap_complete::engine::CompletionCandidate;
use std::sync::OnceLock;

/// Where candidates come from. They must be quick, quiet and local: a shell waits for them.
#[derive(Clone, Copy, Debug)]
pub struct Sources {
    /// Names of the profiles in the configuration file.
    pub profiles: fn() -> Vec<String>,
    /// Shared mailboxes that the profile in use names.
    pub mailboxes: fn() -> Vec<String>,
    /// Names of the levels that the profile in use knows.
    pub levels: fn() -> Vec<String>,
}

static SOURCES: OnceLock<Sources> = OnceLock::new();

/// Takes candidates from `sources` from now on.
pub fn take_from(sources: Sources) {
    let _ = SOURCES.set(sources);
}

/// Candidates for `--profile`.
pub fn profiles() -> Vec<CompletionCandidate> {
    candidates(SOURCES.get().map(|sources| sources.profiles))
}

/// Candidates for MAILBOX.
pub fn mailboxes() -> Vec<CompletionCandidate> {
    candidates(SOURCES.get().map(|sources| sources.mailboxes))
}

/// Candidates for `--level`.
pub fn levels() -> Vec<CompletionCandidate> {
    candidates(SOURCES.get().map(|sources| sources.levels))
}

/// A value with a control character could press Enter in the user's shell: it is no candidate.
fn candidates(source: Option<fn() -> Vec<String>>) -> Vec<CompletionCandidate> {
    let values = source.map(|source| source());
    let sane = values
        .unwrap_or_default()
        .into_iter()
        .filter(|value| value.chars().all(crate::error::is_printable));
    sane.map(CompletionCandidate::new).collect()
}
