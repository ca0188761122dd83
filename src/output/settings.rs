//! How the output looks: format, colour, width.

use std::io::{IsTerminal, stderr, stdout};

/// In what form the result goes to stdout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Tables and sentences, for people
    #[default]
    Table,
    /// One JSON value, indented; keys are stable between versions
    Json,
    /// Comma-separated values with a header line (RFC 4180)
    Csv,
}

/// Whether to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE forces it
    #[default]
    Auto,
    /// Also in a pipe
    Always,
    /// Never
    Never,
}

/// What the command line asks of the output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Form of the result.
    pub format: Format,
    /// Whether to colour.
    pub color: ColorChoice,
    /// Leave out notes, hints and progress.
    pub quiet: bool,
    /// How often `-v` was given: 1 tells the steps, 2 the IMAP dialogue.
    pub verbosity: u8,
}

/// What a stream can show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Whether escape sequences for colour may be written.
    pub color: bool,
    /// Columns of the terminal; nothing where lines may be as long as they like.
    pub width: Option<usize>,
}

impl Look {
    /// What stdout can show.
    pub fn of_stdout(choice: ColorChoice) -> Self {
        let terminal = stdout().is_terminal();
        Self {
            color: allows_color(choice, terminal, &|name| variable(name)),
            width: if terminal { terminal_width() } else { None },
        }
    }

    /// What stderr can show.
    pub fn of_stderr(choice: ColorChoice) -> Self {
        Self {
            color: allows_color(choice, stderr().is_terminal(), &|name| variable(name)),
            width: None,
        }
    }
}

/// The flag decides, then NO_COLOR (<https://no-color.org>), then CLICOLOR_FORCE
/// (<https://bixense.com/clicolors/>), then whether a person is looking.
fn allows_color(
    choice: ColorChoice,
    terminal: bool,
    variable: &dyn Fn(&str) -> Option<String>,
) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if variable("NO_COLOR").is_some() => false,
        ColorChoice::Auto if variable("CLICOLOR_FORCE").is_some_and(|v| v != "0") => true,
        ColorChoice::Auto => terminal && variable("TERM").is_none_or(|term| term != "dumb"),
    }
}

/// An environment variable; an empty one counts as not set, as both conventions say.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// COLUMNS where somebody set it, else what the terminal says; absurd values are not believed.
fn terminal_width() -> Option<usize> {
    let told = variable("COLUMNS").and_then(|columns| columns.parse().ok());
    let seen = || terminal_size::terminal_size_of(stdout()).map(|(width, _)| usize::from(width.0));
    told.or_else(seen).filter(|width| *width >= 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(choice: ColorChoice, terminal: bool, set: &[(&str, &str)]) -> bool {
        allows_color(choice, terminal, &|name| {
            let found = set.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_flag_beats_the_environment() {
        assert!(allowed(ColorChoice::Always, false, &[("NO_COLOR", "1")]));
        assert!(!allowed(
            ColorChoice::Never,
            true,
            &[("CLICOLOR_FORCE", "1")]
        ));
    }

    #[test]
    fn left_alone_colour_is_for_terminals_that_know_it() {
        let auto = ColorChoice::Auto;
        assert!(allowed(auto, true, &[("TERM", "xterm")]));
        assert!(!allowed(auto, true, &[("TERM", "dumb")]));
        assert!(!allowed(auto, false, &[]));
        assert!(!allowed(auto, true, &[("NO_COLOR", "1")]));
        assert!(allowed(auto, false, &[("CLICOLOR_FORCE", "1")]));
        assert!(!allowed(auto, false, &[("CLICOLOR_FORCE", "0")]));
        assert!(!allowed(
            auto,
            false,
            &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]
        ));
    }
}
