//! From the words of the command line to [`Args`].

use super::Args;
use super::docs::help;
use crate::error::{is_printable, printable};
use crate::exit::Exit;
use crate::model::command;
use crate::output::ColorChoice;
use clap::builder::Resettable;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, FromArgMatches, ValueEnum};
use std::ffi::OsString;

/// The parser ended the run: help or version was asked for, or the words make no command.
#[derive(Clone, Debug)]
pub struct Exited {
    /// How the run ends.
    pub exit: Exit,
    /// What to print.
    pub plain: String,
    /// The same with colours.
    pub styled: String,
    /// What `--color` says, as far as it could be understood.
    pub color: ColorChoice,
    /// Whether it is the result (help that was asked for) and goes to stdout.
    pub to_stdout: bool,
}

/// The tree of all commands, as the help, the man pages and the completions describe it.
pub fn command() -> clap::Command {
    Args::command()
}

/// Understands `argv`, the program's name first.
///
/// # Errors
/// When there is nothing to run: see [`Exited`].
pub fn parse(argv: impl IntoIterator<Item = OsString>) -> Result<Args, Exited> {
    let argv: Vec<OsString> = argv.into_iter().collect();
    let parsed = without_empty_variables(command()).try_get_matches_from(&argv);
    let args = parsed.and_then(|matches| Args::from_arg_matches(&matches));
    args.map_err(|error| {
        let error = with_output(with_option(without_hidden(readable(error, &argv))));
        exited(&error, &argv)
    })
}

/// The same help in the order in which it is read, where help is what is shown.
fn readable(error: clap::Error, argv: &[OsString]) -> clap::Error {
    if !matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    ) {
        return error;
    }
    let again = without_empty_variables(help::readable(command())).try_get_matches_from(argv);
    again.err().unwrap_or(error)
}

/// A variable that is set to nothing counts as not set: CI systems set what they do not know so.
fn without_empty_variables(command: clap::Command) -> clap::Command {
    command.mut_args(|arg| {
        let name = arg.get_env();
        let empty = name.is_some_and(|name| std::env::var_os(name).is_some_and(|v| v.is_empty()));
        if empty {
            arg.env(Resettable::Reset)
        } else {
            arg
        }
    })
}

/// The parser suggests hidden commands too, which nobody should be led to.
fn without_hidden(mut error: clap::Error) -> clap::Error {
    let Some(ContextValue::Strings(mut names)) = error.remove(ContextKind::SuggestedSubcommand)
    else {
        return error;
    };
    let root = command();
    names.retain(|name| {
        let found = root.find_subcommand(name);
        !found.is_some_and(clap::Command::is_hide_set)
    });
    if names.is_empty() {
        // What is left of the tips is an empty line.
        error.remove(ContextKind::Suggested);
    } else {
        let names = ContextValue::Strings(names);
        error.insert(ContextKind::SuggestedSubcommand, names);
    }
    error
}

/// Where a word stands alone that means nothing without its option, the option is named.
fn with_option(mut error: clap::Error) -> clap::Error {
    let text = |value: Option<&ContextValue>| value.map(ToString::to_string).unwrap_or_default();
    let word = text(error.get(ContextKind::InvalidArg));
    let usage = text(error.get(ContextKind::Usage));
    let is_plan = usage.split_whitespace().any(|word| word == "plan");
    if error.kind() != ErrorKind::UnknownArgument || !is_plan || word.starts_with('-') {
        return error;
    }
    let is_mailbox = word.contains('@') && !word.contains('/');
    let tip = match is_mailbox {
        true => {
            "a plan is about all mailboxes that the files name: sharemail plan -f FILE".to_owned()
        }
        false => format!(
            "what a file says is planned by: {}",
            command::command(["plan", "-f", &word])
        ),
    };
    let tips = ContextValue::StyledStrs(vec![tip.into()]);
    error.insert(ContextKind::Suggested, tips);
    error
}

/// Whoever asks for another form in the words of another tool is told ours.
fn with_output(mut error: clap::Error) -> clap::Error {
    let word = error.get(ContextKind::InvalidArg).map(ToString::to_string);
    let form = match word.as_deref() {
        Some("--json" | "--format" | "--formatjson") => "json",
        Some("--csv") => "csv",
        _ => return error,
    };
    if error.kind() == ErrorKind::UnknownArgument {
        let tip = format!("the form of the result is chosen by --output {form}");
        error.insert(
            ContextKind::Suggested,
            ContextValue::StyledStrs(vec![tip.into()]),
        );
        // The parser knows only what is spelled alike.
        error.remove(ContextKind::SuggestedArg);
    }
    error
}

/// Usage errors exit with 64, because 2 says that something was found. No command at all is a
/// usage error too, although its message is the help: a script whose variable was empty must not
/// look like success.
fn exited(error: &clap::Error, argv: &[OsString]) -> Exited {
    let asked = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    );
    let rendered = error.render();
    let sane = argv
        .iter()
        .all(|word| word.to_string_lossy().chars().all(is_printable));
    let plain = rendered.to_string();
    let styled = rendered.ansi().to_string();
    let (plain, styled) = if sane {
        (plain, styled)
    } else {
        // The message repeats what was typed.
        let lines: String = plain.lines().map(|line| printable(line) + "\n").collect();
        (lines.clone(), lines)
    };
    Exited {
        exit: if asked { Exit::Done } else { Exit::Usage },
        plain,
        styled,
        color: color(argv),
        to_stdout: asked,
    }
}

/// The words that were refused may still say how their refusal should look.
fn color(argv: &[OsString]) -> ColorChoice {
    let words: Vec<&str> = argv.iter().filter_map(|word| word.to_str()).collect();
    let joined = words.iter().find_map(|word| word.strip_prefix("--color="));
    let apart = || {
        words
            .windows(2)
            .find_map(|pair| (pair[0] == "--color").then_some(pair[1]))
    };
    let choice = joined.or_else(apart).unwrap_or_default();
    ColorChoice::from_str(choice, false).unwrap_or_default()
}
