//! Completion at run time: the shell asks the program while the user types.

use super::options::global::Global;
use clap::FromArgMatches;
use clap_complete::engine::CompletionCandidate;
use std::ffi::OsString;
use std::sync::OnceLock;

/// Where candidates come from. They must be quick, quiet and local: a shell waits for them.
#[derive(Clone, Copy, Debug)]
pub struct Sources {
    /// Names of the profiles in the configuration file.
    pub profiles: fn(&Global) -> Vec<String>,
    /// Shared mailboxes that the profile in use names.
    pub mailboxes: fn(&Global) -> Vec<String>,
    /// Names of the levels that the profile in use knows.
    pub levels: fn(&Global) -> Vec<String>,
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

/// Candidates for `--level`.
pub fn levels() -> Vec<CompletionCandidate> {
    candidates(SOURCES.get().map(|sources| sources.levels))
}

/// A value with a control character could press Enter in the user's shell: it is no candidate.
fn candidates(source: Option<fn(&Global) -> Vec<String>>) -> Vec<CompletionCandidate> {
    let global = typed(std::env::args_os());
    let values = source.zip(global).map(|(source, global)| source(&global));
    let sane = values
        .unwrap_or_default()
        .into_iter()
        .filter(|value| value.chars().all(crate::error::is_printable));
    sane.map(CompletionCandidate::new).collect()
}

/// The options on the unfinished line, which a shell hands over after `--`.
fn typed(argv: impl Iterator<Item = OsString>) -> Option<Global> {
    let line = argv.skip_while(|word| word != "--").skip(1);
    let matches = super::command()
        .ignore_errors(true)
        .try_get_matches_from(line);
    Global::from_arg_matches(&matches.ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_on_the_unfinished_line_count() {
        for line in [
            "sharemail -- sharemail --profile prod --config c show",
            "sharemail -- sharemail grant -p prod --config=c support@ --nonsense",
            "sharemail -- sharemail --config c folder list --profile=prod su",
            "sharemail -- sharemail --config c -pprod",
        ] {
            let words = line.split(' ').map(OsString::from);
            let global = typed(words).unwrap();
            assert_eq!(global.profile.as_deref(), Some("prod"), "{line}");
            assert_eq!(global.config, Some("c".into()), "{line}");
        }
    }
}
