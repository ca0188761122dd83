//! The help of a command, in the order in which it is read: what it is for, how it is written,
//! examples, and only then every option.

use clap::builder::StyledStr;
use clap::{Arg, Command};

/// How many examples the short help shows; the first say most.
const SHORT_EXAMPLES: usize = 5;

/// The heading of what every command takes, in the long help of a command.
const EVERYWHERE: &str = "Options of every command";

/// What stands for them in the short help.
const MORE: &str =
    "Every command takes --profile, --output, --quiet, ... too: see 'sharemail --help'.";

/// The examples stand before the options. What is meant for the end of the short help has no place
/// of its own in clap; what stands "before" the help is at its end here.
const ORDER: &str = "\
{about-with-newline}
{usage-heading} {usage}{after-help}

{all-args}

{before-help}";

/// The tree with the help of every command but the root in reading order: only to show help, as it
/// takes a while to build.
pub(super) fn readable(mut root: Command) -> Command {
    root.build();
    root.mut_subcommands(reordered)
}

fn reordered(command: Command) -> Command {
    let command = command.mut_subcommands(reordered);
    if command.get_name() == "help" {
        return command;
    }
    let examples = plain(command.get_after_help());
    let about = plain(command.get_about());
    let told = plain(command.get_long_about());
    let description = told.strip_prefix(&about).unwrap_or(&told).trim();
    let long = format!("{examples}\n\n{description}");
    command
        .help_template(ORDER)
        .long_about(about)
        .after_help(shortened(&examples))
        .after_long_help(long.trim_end().to_owned())
        .before_help(MORE)
        .before_long_help("")
        .mut_args(folded)
}

/// What every command takes is told at the end of the long help alone.
fn folded(arg: Arg) -> Arg {
    if arg.is_global_set() {
        arg.help_heading(EVERYWHERE).hide_short_help(true)
    } else {
        arg
    }
}

/// The first paragraph, and of that so many examples.
fn shortened(examples: &str) -> String {
    let paragraph = examples.split("\n\n").next().unwrap_or_default();
    let lines: Vec<&str> = paragraph.lines().take(SHORT_EXAMPLES + 1).collect();
    lines.join("\n")
}

fn plain(text: Option<&StyledStr>) -> String {
    text.map(ToString::to_string).unwrap_or_default()
}
