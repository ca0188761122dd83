//! Completion at run time: the shell asks the program while the user types.

use clap_complete::engine::CompletionCandidate;
use std::sync::OnceLock;

/// Where candidates come from. They must be quick, quiet and local: a shell waits for them.
#[derive(Clone, Copy, Debug)]
pub struct Sources {
    /// Names of the profiles in the configuration file.
    pub profiles: fn() -> Vec<String>,
    /// Shared mailboxes that the current profile names.
    pub mailboxes: fn() -> Vec<String>,
}

static SOURCES: OnceLock<Sources> = OnceLock::new();

/// The environment variable by which a completion script asks; its value names the shell.
pub const VARIABLE: &str = "SHAREMAIL_COMPLETE";

/// Answers a shell's question, if this run is one: true means that the run is over.
///
/// Nothing else may have been written to stdout. Questions that cannot be answered are answered
/// with nothing, because a message would end up in the user's command line.
pub fn answer(sources: Sources) -> bool {
    let _ = SOURCES.set(sources);
    let engine = clap_complete::CompleteEnv::with_factory(super::command);
    let current_dir = std::env::current_dir().ok();
    let answered = engine
        .var(VARIABLE)
        .try_complete(std::env::args_os(), current_dir.as_deref());
    answered.unwrap_or(true)
}

/// Candidates for `--profile`.
pub fn profiles() -> Vec<CompletionCandidate> {
    candidates(SOURCES.get().map(|sources| sources.profiles))
}

/// Candidates for MAILBOX.
pub fn mailboxes() -> Vec<CompletionCandidate> {
    candidates(SOURCES.get().map(|sources| sources.mailboxes))
}

/// A value with a control character could press Enter in the user's shell: it is no candidate.
fn candidates(source: Option<fn() -> Vec<String>>) -> Vec<CompletionCandidate> {
    let values = source.map(|source| source()).unwrap_or_default();
    let sane = values
        .into_iter()
        .filter(|value| value.chars().all(crate::error::is_printable));
    sane.map(CompletionCandidate::new).collect()
}
