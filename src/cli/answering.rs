//! Completion at run time: the shell asks the program while the user types.

use super::complete::{self, Sources};
use super::options::global::Global;
use clap::FromArgMatches;
use std::ffi::OsString;

/// The environment variable by which a completion script asks; its value names the shell.
pub const VARIABLE: &str = "SHAREMAIL_COMPLETE";

/// Answers a shell's question, if this run is one: true means that the run is over.
///
/// Nothing else may have been written to stdout. Questions that cannot be answered are answered
/// with nothing, because a message would end up in the user's command line.
pub fn answer(sources: Sources) -> bool {
    complete::take_from(sources);
    let engine = clap_complete::CompleteEnv::with_factory(super::command);
    let current_dir = std::env::current_dir().ok();
    let answered = engine
        .var(VARIABLE)
        .try_complete(std::env::args_os(), current_dir.as_deref());
    answered.unwrap_or(true)
}

/// The options on the unfinished line of this run, which completes it.
pub fn typed() -> Option<Global> {
    typed_in(std::env::args_os())
}

/// The options on the unfinished line, which a shell hands over after `--`.
fn typed_in(argv: impl Iterator<Item = OsString>) -> Option<Global> {
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
            let global = typed_in(words).unwrap();
            assert_eq!(global.profile.as_deref(), Some("prod"), "{line}");
            assert_eq!(global.config, Some("c".into()), "{line}");
        }
    }
}
