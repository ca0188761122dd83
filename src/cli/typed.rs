//! What was typed, as the log tells it: the verb, and what came after it without secrets and
//! without the content of mail.

use crate::model::invocation::Typed;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};
use std::ffi::OsString;

/// Stands for a value that is nobody's business.
const HIDDEN: &str = "…";

/// No more than this is told, in bytes.
const MOST: usize = 4096;

/// Options of `send` whose values are neither content nor an address of somebody else.
const PUBLIC: [&str; 1] = ["dsn"];

/// What `argv`, the program's name first, says.
pub fn typed(argv: impl IntoIterator<Item = OsString>) -> Typed {
    let mut root = super::command();
    let Ok(matches) = root.try_get_matches_from_mut(argv) else {
        return Typed::default();
    };
    let (mut command, mut matches, mut verbs) = (&root, &matches, Vec::new());
    // What holds for every command is repeated in the innermost.
    while let Some((name, inner)) = matches.subcommand() {
        let Some(below) = command.find_subcommand(name) else {
            break;
        };
        (command, matches) = (below, inner);
        verbs.push(name);
    }
    let command_name = verbs.join(" ");
    Typed {
        arguments: abridged(words(command, matches, &command_name)),
        command: command_name,
    }
}

fn words(command: &Command, matches: &ArgMatches, name: &str) -> Vec<String> {
    let mut words: Vec<(usize, String)> = Vec::new();
    for arg in command.get_arguments() {
        let id = arg.get_id().as_str();
        if matches.value_source(id) != Some(ValueSource::CommandLine) {
            continue;
        }
        let shown = is_public(arg, name);
        let places = matches.indices_of(id).into_iter().flatten();
        if !arg.get_action().takes_values() {
            words.extend(places.map(|at| (at, option(arg).unwrap_or_default())));
            continue;
        }
        let values = matches.get_raw(id).into_iter().flatten();
        for (at, value) in places.zip(values) {
            let value = value.to_string_lossy();
            let value = if shown { &value } else { HIDDEN };
            words.push((
                at,
                match option(arg) {
                    Some(option) => format!("{option}={value}"),
                    None => value.to_owned(),
                },
            ));
        }
    }
    words.sort();
    words.into_iter().map(|(_, word)| word).collect()
}

fn option(arg: &Arg) -> Option<String> {
    arg.get_long().map(|long| format!("--{long}"))
}

/// A new option of `send` is hidden until somebody says that it need not be.
fn is_public(arg: &Arg, command: &str) -> bool {
    let id = arg.get_id().as_str();
    let of_mail = command == "send" && !arg.is_positional() && !arg.is_global_set();
    !id.contains("password") && (!of_mail || PUBLIC.contains(&id))
}

fn abridged(words: Vec<String>) -> Vec<String> {
    let (all, mut length) = (words.len(), 0);
    let mut kept: Vec<String> = Vec::new();
    for word in words {
        length += word.len() + 1;
        if length > MOST {
            kept.push(format!("{HIDDEN} and {} more", all - kept.len()));
            break;
        }
        kept.push(word);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(line: &[&str]) -> (String, Vec<String>) {
        let words = ["sharemail"].iter().chain(line).map(OsString::from);
        let Typed { command, arguments } = typed(words);
        (command, arguments)
    }

    #[test]
    fn a_command_is_told_in_its_order() {
        let (command, arguments) = said(&[
            "-p",
            "prod",
            "grant",
            "support@",
            "alice",
            "--write",
            "--folder",
            "Sent",
            "bob",
            "--folder=Archive",
        ]);
        assert_eq!(command, "grant");
        let expected = [
            "--profile=prod",
            "support@",
            "alice",
            "--write",
            "--folder=Sent",
            "bob",
            "--folder=Archive",
        ];
        let mut sorted = (arguments.clone(), expected.map(str::to_owned).to_vec());
        sorted.0.sort();
        sorted.1.sort();
        assert_eq!(sorted.0, sorted.1);
        assert_eq!(said(&["folder", "create", "s@", "A"]).0, "folder create");
    }

    #[test]
    fn neither_secrets_nor_content_are_told() {
        let (command, arguments) = said(&[
            "send",
            "support@",
            "--to",
            "robin@example.test",
            "--subject",
            "hunter2",
            "--body",
            "hunter2",
            "--header",
            "X: hunter2",
            "--as",
            "--user",
            "alice",
        ]);
        assert_eq!(command, "send");
        let told = arguments.join(" ");
        assert!(
            !told.contains("hunter2") && !told.contains("robin"),
            "{told}"
        );
        for word in ["support@", "--subject=…", "--as", "--user=alice"] {
            assert!(told.contains(word), "{told}");
        }
        let (_, arguments) = said(&["login", "--password-command", "echo hunter2"]);
        assert_eq!(arguments, ["--password-command=…"]);
    }

    #[test]
    fn a_thousand_people_are_abridged() {
        let people: Vec<String> = (0..1000).map(|n| format!("person{n}")).collect();
        let line = ["grant", "support@", "--write"].into_iter();
        let line: Vec<&str> = line.chain(people.iter().map(String::as_str)).collect();
        let (_, arguments) = said(&line);
        assert!(arguments.join(" ").len() < MOST + 50);
        assert!(arguments.last().unwrap().ends_with(" more"));
    }
}
