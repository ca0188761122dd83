//! The help of a command, in the order in which it is read: what it is for, how it is written,
//! examples, and only then every option.

use super::groups::grouped;
use clap::builder::StyledStr;
use clap::{Arg, Command};
use std::fmt::Write as _;

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

/// The tree with its verbs in groups, and the help of each in reading order: only to show help, as it
/// takes a while to build.
pub(in crate::cli) fn readable(mut root: Command) -> Command {
    root.build();
    let usage = root.render_usage();
    let (usage, verbs) = (usage.ansi(), verbs(&root));
    let template = format!(
        "{{about-with-newline}}\n{usage}\n\n{}{{all-args}}{{after-help}}",
        verbs.ansi()
    );
    // The template tells of them; clap's own list of them is left out.
    let hidden = |verb: Command| reordered(verb).hide(true);
    root.mut_subcommands(hidden).help_template(template)
}

/// The verbs, group by group. clap has no headings for verbs, so that they are part of the template.
fn verbs(root: &Command) -> StyledStr {
    let styles = root.get_styles();
    let (header, literal) = (styles.get_header(), styles.get_literal());
    let groups = grouped(root);
    let names = groups.iter().flat_map(|(_, verbs)| verbs);
    let width = names.map(|verb| verb.get_name().len()).max().unwrap_or(0);
    let mut text = StyledStr::new();
    for (heading, verbs) in groups {
        // Writing to a string always works.
        let _ = writeln!(text, "{header}{heading}:{header:#}");
        for verb in verbs {
            let (name, about) = (verb.get_name(), plain(verb.get_about()));
            let gap = width - name.len() + 2;
            let _ = writeln!(text, "  {literal}{name}{literal:#}{:gap$}{about}", "");
        }
        let _ = writeln!(text);
    }
    text
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
