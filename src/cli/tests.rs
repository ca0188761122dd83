use super::grant::LevelChoice;
use super::*;
use crate::exit::Exit;
use crate::model::rights::Rights;
use std::ffi::OsString;

fn words(line: &str) -> Vec<OsString> {
    split(line).into_iter().map(OsString::from).collect()
}

fn parsed(line: &str) -> Args {
    parse(words(line)).unwrap_or_else(|exited| panic!("{line}: {}", exited.plain))
}

fn refused(line: &str) -> Exited {
    parse(words(line)).expect_err(line)
}

/// The words of an example, as a shell would see them up to a comment or a redirection.
fn split(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            '#' | '<' | '>' if !quoted => break,
            ' ' if !quoted => words.push(String::new()),
            _ => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn every_command() -> Vec<clap::Command> {
    let mut todo = vec![command()];
    let mut all = Vec::new();
    while let Some(command) = todo.pop() {
        todo.extend(command.get_subcommands().cloned());
        all.push(command);
    }
    all.retain(|command| !command.is_hide_set());
    all
}

fn examples(command: &clap::Command) -> Vec<String> {
    let help = command
        .get_after_help()
        .cloned()
        .unwrap_or_default()
        .to_string();
    let help = help.replace("\\\n", "");
    let lines = help
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("sharemail "));
    lines.map(str::to_owned).collect()
}

#[test]
fn the_tree_is_sound() {
    command().debug_assert();
}

#[test]
fn every_example_can_be_typed() {
    for command in every_command() {
        let examples = examples(&command);
        assert!(!examples.is_empty(), "{}", command.get_name());
        for example in examples {
            parsed(example.split('|').next().unwrap());
        }
    }
}

/// The README and the pages of the manual, each with its name.
fn texts() -> Vec<(String, &'static str)> {
    let pages = docs::manual::PAGES
        .iter()
        .map(|page| (page.name.to_owned(), page.source));
    let readme = ("README".to_owned(), include_str!("../../README.md"));
    [readme].into_iter().chain(pages).collect()
}

#[test]
fn every_command_of_the_manual_can_be_typed() {
    let mut count = 0;
    for (name, text) in texts() {
        for block in text.split("```sh\n").skip(1) {
            let block = block.split("```").next().unwrap_or_default();
            let block = block.replace("\\\n", "");
            for line in block.lines().filter(|line| line.starts_with("sharemail ")) {
                // What stands before a pipe is a whole command.
                let command = line.split(" | ").next().unwrap_or(line);
                parse(words(command)).unwrap_or_else(|exited| panic!("{name}: {}", exited.plain));
                count += 1;
            }
        }
    }
    assert!(count > 60, "{count}");
}

#[test]
fn the_manual_has_a_row_for_every_exit_code() {
    let page = docs::manual::PAGES
        .iter()
        .find(|page| page.name == "sharemail-scripts");
    for (exit, _) in Exit::ALL {
        assert!(
            page.unwrap()
                .source
                .contains(&format!("\n| {} |", exit.code()))
        );
    }
}

#[test]
fn every_command_leads_to_a_page_of_the_manual() {
    let mut root = command().disable_help_subcommand(true);
    root.build();
    let mut todo = vec![root];
    while let Some(command) = todo.pop() {
        todo.extend(command.get_subcommands().cloned());
        let name = command.get_display_name().unwrap_or(command.get_name());
        let told = docs::manual::PAGES.iter().any(|page| page.names(name));
        assert!(told || command.is_hide_set(), "no page has **{name}**(1)");
    }
}

#[test]
fn no_argument_takes_a_control_character() {
    let lines: Vec<String> = every_command().iter().flat_map(examples).collect();
    let long = "sharemail doctor --domain d --host h --port 1 --ca-file f --user u --timeout 1s \
        --impersonate i --connections 1 --config c --profile p";
    for line in lines.iter().map(String::as_str).chain([long]) {
        let words = words(line.split('|').next().unwrap());
        for index in 1..words.len() {
            for bad in ["\r\n. LOGOUT", "\n", "\0", "\u{1b}[2J", "\u{9b}2J"] {
                let mut words = words.clone();
                words[index].push(bad);
                let exited = parse(words).expect_err(line);
                assert_eq!(exited.exit, Exit::Usage);
                for text in [exited.plain, exited.styled] {
                    let unsafe_char = text.chars().find(|c| *c != '\n' && c.is_control());
                    assert_eq!(unsafe_char, None, "{text}");
                }
            }
        }
    }
}

#[test]
fn a_member_may_begin_with_a_dash() {
    let who = |line| match parsed(line).command {
        Command::Revoke(revoke) => revoke.members.who,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        who("sharemail revoke support@ id:-bob carol"),
        ["id:-bob", "carol"]
    );
    assert_eq!(
        who("sharemail revoke support@ -- -bob -carol"),
        ["-bob", "-carol"]
    );
    assert_eq!(refused("sharemail revoke support@ -bob").exit, Exit::Usage);
}

#[test]
fn a_grant_has_exactly_one_level() {
    let level = |flags: &str| match parsed(&format!("sharemail grant s@ a {flags}")).command {
        Command::Grant(grant) => grant.level.choice(),
        other => panic!("{other:?}"),
    };
    assert_eq!(level("--read-only"), Some(LevelChoice::ReadOnly));
    assert_eq!(level("--write"), Some(LevelChoice::Write));
    assert_eq!(level("--full-access"), Some(LevelChoice::FullAccess));
    let rights = Rights::parse("lrs").unwrap();
    assert_eq!(level("--rights lrs"), Some(LevelChoice::Exactly(rights)));
    assert_eq!(
        level("--level editor"),
        Some(LevelChoice::Named("editor".into()))
    );
    for flags in [
        "",
        "--write --read-only",
        "--write --rights lrs",
        "--rights=",
        "--rights lR",
    ] {
        assert_eq!(
            refused(&format!("sharemail grant s@ a {flags}")).exit,
            Exit::Usage,
            "{flags}"
        );
    }
}

#[test]
fn help_that_was_asked_for_is_the_result() {
    for line in [
        "sharemail --help",
        "sharemail -V",
        "sharemail help grant",
        "sharemail folder -h",
    ] {
        let exited = refused(line);
        assert_eq!(
            (exited.exit, exited.to_stdout),
            (Exit::Done, true),
            "{line}"
        );
    }
}

#[test]
fn nothing_to_do_is_wrong_usage_and_shows_the_main_job() {
    let exited = refused("sharemail");
    assert_eq!((exited.exit, exited.to_stdout), (Exit::Usage, false));
    assert!(
        exited
            .plain
            .contains("sharemail grant support@ alice --full-access")
    );
    assert_eq!(refused("sharemail folder").exit, Exit::Usage);
}

#[test]
fn a_slip_of_the_finger_gets_a_suggestion() {
    let exited = refused("sharemail gratn support@ alice");
    assert_eq!(exited.exit, Exit::Usage);
    assert!(exited.plain.contains("'grant'"), "{}", exited.plain);
    for typo in ["gratn", "generat", "genrate"] {
        let exited = refused(&format!("sharemail {typo}"));
        assert!(!exited.plain.contains("'generate'"), "{}", exited.plain);
    }
    let exited = refused("sharemail folder creat support@");
    assert!(exited.plain.contains("'create'"), "{}", exited.plain);
}

#[test]
fn options_of_the_provider_become_keys_of_the_profile() {
    let global = parsed("sharemail list --host h --ca-file=c.pem").global;
    let keys: Vec<_> = global
        .provider
        .overrides()
        .iter()
        .map(|o| (o.key, o.value))
        .collect();
    assert_eq!(keys, [("imap.host", "h"), ("imap.ca-file", "c.pem")]);
    let heading = Some("Provider options");
    for option in command()
        .get_arguments()
        .filter(|o| o.get_help_heading() == heading)
    {
        let long = option.get_long().unwrap_or_default();
        assert!(gives_a_key(long), "--{long} gives no key");
    }
}

fn gives_a_key(long: &str) -> bool {
    let value = match long {
        "password-stdin" => return true,
        "tls" => "none",
        "mechanism" => "plain",
        "reach" => "namespace",
        "identifier" => "address",
        _ => "1",
    };
    let global = parsed(&format!("sharemail list --{long} {value}")).global;
    global
        .provider
        .overrides()
        .iter()
        .any(|o| o.flag == format!("--{long}"))
}

#[test]
fn the_parser_never_looks_at_the_password() {
    for command in every_command() {
        let variables = command.get_arguments().filter_map(clap::Arg::get_env);
        assert!(variables.into_iter().all(|name| name == "SHAREMAIL_OUTPUT"));
    }
}

#[test]
fn pending_changes_are_asked_for_with_a_dry_run() {
    assert_eq!(
        refused("sharemail revoke s@ a --detailed-exitcode").exit,
        Exit::Usage
    );
    parsed("sharemail revoke s@ a --dry-run --detailed-exitcode");
    assert_eq!(refused("sharemail check --dry-run").exit, Exit::Usage);
    assert_eq!(
        refused("sharemail grant s@ a --write --no-recurse").exit,
        Exit::Usage
    );
}

#[test]
fn whatever_changes_mailboxes_takes_the_whole_group() {
    let group = ["dry_run", "detailed_exitcode", "yes", "proof", "undo_file"];
    let mut count = 0;
    for command in every_command() {
        let has = |id: &&&str| command.get_arguments().any(|arg| arg.get_id() == **id);
        let known = group.iter().filter(has).count();
        // Mail is sent, pages are installed, a plan changes nothing; subscribing is each member's own affair.
        let is_other = ["send", "install-docs", "subscribe", "plan"].contains(&command.get_name());
        let whole = known == group.len();
        assert!(
            known == 0 || whole || is_other,
            "{}: {known}",
            command.get_name()
        );
        count += usize::from(whole);
    }
    assert!(count >= 15, "{count}");
    for alone in ["--undo-file x", "--proof all", "--yes", "--dry-run"] {
        let refused = refused(&format!("sharemail check support@ {alone}"));
        assert_eq!(refused.exit, Exit::Usage, "{alone}");
    }
    parsed("sharemail check support@ --fix --yes --proof some --undo-file x");
    parsed("sharemail check --fix --dry-run --detailed-exitcode");
}

#[test]
fn a_refusal_keeps_to_the_colour_that_was_asked_for() {
    use crate::output::ColorChoice;
    assert_eq!(
        refused("sharemail gratn --color=never").color,
        ColorChoice::Never
    );
    assert_eq!(
        refused("sharemail --color always gratn").color,
        ColorChoice::Always
    );
    assert_eq!(refused("sharemail gratn --color").color, ColorChoice::Auto);
}

#[test]
fn the_short_help_of_a_command_fits_on_a_screen_and_shows_how_it_is_written_first() {
    for line in help_of_every_command() {
        let help = refused(&format!("{line} -h")).plain;
        let lines = help.lines().count();
        assert!(lines <= 40, "{line} -h has {lines} lines");
        assert!(
            help.trim_end().ends_with("see 'sharemail --help'."),
            "{line}"
        );
        assert!(!help.contains("--host <HOST>"), "{line}");
        assert!(
            help.find("\nUsage: ") < help.find("\nExamples:\n"),
            "{line}"
        );
        assert!(
            help.find("\nExamples:\n") < help.find("\nOptions:\n"),
            "{line}"
        );
    }
}

#[test]
fn the_long_help_tells_of_the_provider_last() {
    for line in help_of_every_command() {
        let help = refused(&format!("{line} --help")).plain;
        let (own, shared) = help.split_once("\nOptions of every command:\n").unwrap();
        assert!(own.contains("\nExamples:\n"), "{line}");
        assert!(!own.contains("--profile <NAME>"), "{line}");
        assert!(shared.contains("--profile") && shared.contains("--host"));
        assert!(!shared.contains("\nOptions:\n"), "{line}");
    }
    let about = refused("sharemail help grant").plain;
    let told = "Afterwards the folders are read again";
    assert!(about.find("sharemail grant --csv") < about.find(told));
    assert_eq!(about.matches("Give people or groups access").count(), 1);
    assert!(about.find(told) < about.find("\nOptions:\n"), "{about}");
}

#[test]
fn the_words_of_other_tools_for_a_form_lead_to_ours() {
    for (line, tip) in [
        ("sharemail show support@ --json", "--output json"),
        ("sharemail list --format json", "--output json"),
        ("sharemail list --csv", "--output csv"),
    ] {
        let exited = refused(line);
        assert_eq!(exited.exit, Exit::Usage);
        assert!(exited.plain.contains(tip), "{}", exited.plain);
        assert!(!exited.plain.contains("similar"), "{}", exited.plain);
    }
}

#[test]
fn a_short_option_means_the_same_everywhere() {
    let mut meanings = std::collections::BTreeMap::new();
    for command in every_command() {
        for arg in command.get_arguments() {
            let (Some(short), Some(long)) = (arg.get_short(), arg.get_long()) else {
                continue;
            };
            let meant = *meanings.entry(short).or_insert(long.to_owned()) == *long;
            assert!(meant, "-{short} of {} is --{long}", command.get_name());
        }
    }
    assert_eq!(meanings.get(&'f').map(String::as_str), Some("file"));
}

/// `sharemail VERB` for each, those in a noun too.
fn help_of_every_command() -> Vec<String> {
    let mut root = command().disable_help_subcommand(true);
    root.build();
    let mut todo: Vec<clap::Command> = root.get_subcommands().cloned().collect();
    let mut lines = Vec::new();
    while let Some(command) = todo.pop() {
        todo.extend(command.get_subcommands().cloned());
        if !command.is_hide_set() {
            lines.extend(command.get_bin_name().map(str::to_owned));
        }
    }
    lines
}

#[test]
fn every_verb_is_in_exactly_one_group() {
    let mut root = command();
    root.build();
    let mut verbs: Vec<&str> = root
        .get_subcommands()
        .filter(|verb| !verb.is_hide_set())
        .map(clap::Command::get_name)
        .collect();
    let mut grouped: Vec<&str> = docs::groups::GROUPS
        .iter()
        .flat_map(|(_, names)| *names)
        .copied()
        .collect();
    verbs.sort_unstable();
    grouped.sort_unstable();
    assert_eq!(grouped, verbs);
}

#[test]
fn the_help_has_the_verbs_in_their_groups_on_a_screen_of_80_columns() {
    for line in [
        "sharemail",
        "sharemail -h",
        "sharemail --help",
        "sharemail help",
    ] {
        let help = refused(line).plain;
        let mut at = help.find("\nUsage: ").unwrap();
        for (heading, verbs) in docs::groups::GROUPS {
            let heading = help
                .find(&format!("\n{heading}:\n"))
                .unwrap_or_else(|| panic!("{help}"));
            assert!(at < heading, "{help}");
            at = heading;
            for verb in verbs {
                let verb = help[at..]
                    .find(&format!("\n  {verb}  "))
                    .unwrap_or_else(|| panic!("{verb}"));
                at += verb;
            }
        }
        assert!(help.find("\nOptions:\n") > Some(at), "{help}");
        assert!(
            !help.contains("Commands:") && !help.contains("generate"),
            "{help}"
        );
        for verb in help.lines().skip_while(|line| *line != "Every day:") {
            if verb == "Options:" {
                break;
            }
            assert!(verb.chars().count() <= 80, "{verb}");
        }
    }
}
