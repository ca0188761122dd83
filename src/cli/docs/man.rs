//! Man pages: one per command, made of the help texts and of what holds for all commands.

use super::file::{Generated, rendered};
use super::groups::grouped;
use super::manual::PAGES;
use super::roff::{AS_TYPED, ascii, title};
use crate::error::Result;
use crate::exit::Exit;
use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, roman};
use std::path::Path;

/// Variables that do not stand for a key of the profile.
const ENVIRONMENT: [(&str, &str); 16] = [
    ("SHAREMAIL_PROFILE", "The profile to use, as --profile."),
    ("SHAREMAIL_CONFIG", "The configuration file, as --config."),
    ("SHAREMAIL_OUTPUT", "The form of the result, as --output."),
    (
        "SHAREMAIL_PASSWORD",
        "The password, or the token of the OAuth mechanisms. It comes before the profile's \
         password-file, password-command and the keyring.",
    ),
    (
        "SHAREMAIL_DOMAIN, SHAREMAIL_IDENTIFIER, SHAREMAIL_REACH, SHAREMAIL_MAILBOXES",
        "The keys of the profile. Lists are separated by commas or blanks.",
    ),
    (
        "SHAREMAIL_IMAP_HOST, SHAREMAIL_IMAP_PORT, SHAREMAIL_IMAP_USER, ...",
        "The keys of the profile's imap table: SHAREMAIL_IMAP_ and the key in capitals, with _ \
         for -. With these no configuration file is needed.",
    ),
    (
        "SHAREMAIL_SMTP_HOST, SHAREMAIL_SMTP_PORT, SHAREMAIL_SMTP_USER, ...",
        "The same for the smtp table. What it does not say of the login is as for IMAP.",
    ),
    (
        "SHAREMAIL_ACCOUNTS_CREATE, SHAREMAIL_ACCOUNTS_LIST, ...",
        "The programs of the profile's accounts table, each as in the file: [\"/usr/local/sbin/x\", \
         \"list\"].",
    ),
    (
        "SHAREMAIL_IDENTITY_CHECK, SHAREMAIL_SENT_COPY",
        "imap or server: who decides whether somebody may send, and who files the copy. imap is \
         sharemail itself; server leaves it to the SMTP server.",
    ),
    (
        "SHAREMAIL_MAX_KEYWORDS",
        "How many different labels a folder of Dovecot keeps.",
    ),
    (
        "SHAREMAIL_AUDIT_FILE, SHAREMAIL_AUDIT_SYSLOG, SHAREMAIL_AUDIT_ROTATE",
        "Where changes are logged: a file, or none; true, false or a socket for the system's log; from \
         which size on another file is begun.",
    ),
    (
        "SHAREMAIL_LEVEL_READ_ONLY, SHAREMAIL_LEVEL_WRITE, SHAREMAIL_LEVEL_FULL_ACCESS",
        "The rights that the levels stand for.",
    ),
    (
        "SHAREMAIL_LEVEL_NAME",
        "The rights of a level that the profile makes up: SHAREMAIL_LEVEL_EDITOR=lrswipte is --level \
         editor.",
    ),
    (
        "SHAREMAIL_MEMORY",
        "How much memory what a server sends and what a file holds may take, such as 4GiB; 1GiB otherwise.",
    ),
    (
        "NO_COLOR, CLICOLOR_FORCE",
        "Colour never, or also in a pipe; --color comes first.",
    ),
    (
        "COLUMNS",
        "The width that tables are fitted into on a terminal.",
    ),
];

const FILES: [(&str, &str); 5] = [
    (
        "$XDG_CONFIG_HOME/sharemail/config.toml",
        "The profiles. Where XDG_CONFIG_HOME is not set, ~/.config/sharemail/config.toml.",
    ),
    (
        "$XDG_STATE_HOME/sharemail/audit.jsonl",
        "The log of changes, with its last line in audit.jsonl.head and older files beside it. Where \
         XDG_STATE_HOME is not set, ~/.local/state/sharemail/audit.jsonl.",
    ),
    (
        "$XDG_STATE_HOME/sharemail/outbox",
        "Messages that are being sent, or whose copy is not filed. Where XDG_STATE_HOME is not set, \
         ~/.local/state/sharemail/outbox.",
    ),
    (
        "$XDG_STATE_HOME/sharemail/undo",
        "What offboard changed, for sharemail undo.",
    ),
    (
        "$XDG_STATE_HOME/sharemail/unsettled",
        "Folders that apply is making, until it has settled who has access to them.",
    ),
];

/// The pages of all commands that are not hidden, the program's own first.
///
/// # Errors
/// When a page cannot be rendered.
pub(super) fn pages() -> Result<Vec<Generated>> {
    let mut root = crate::cli::command().disable_help_subcommand(true);
    root.build();
    let mut pages = Vec::new();
    add_pages(&root, &mut pages)?;
    Ok(pages)
}

fn add_pages(command: &Command, pages: &mut Vec<Generated>) -> Result<()> {
    pages.push(page(command)?);
    let below = command
        .get_subcommands()
        .filter(|command| !command.is_hide_set());
    for command in below {
        add_pages(command, pages)?;
    }
    Ok(())
}

fn page(command: &Command) -> Result<Generated> {
    let is_root = command
        .get_display_name()
        .is_none_or(|name| name == command.get_name());
    let man = Man::new(if is_root {
        root_page(command)
    } else {
        verb_page(command)
    });
    let file = man.get_filename();
    let sections = rendered(|out| {
        man.render_name_section(out)?;
        man.render_synopsis_section(out)?;
        man.render_description_section(out)?;
        man.render_options_section(out)?;
        if is_root {
            verbs(command).to_writer(out)?;
        } else if command.has_subcommands() {
            man.render_subcommands_section(out)?;
        }
        closing(command, is_root).to_writer(out)
    })?;
    Ok(Generated {
        content: title(file.trim_end_matches(".1"), 1)
            + AS_TYPED
            + &ascii(&once_defined(&sections)),
        path: Path::new("man").join(file),
    })
}

/// Each section defines the apostrophe anew; once is enough.
fn once_defined(sections: &str) -> String {
    let mut seen = 0;
    let keep = |line: &&str| {
        let defines = line.contains(".ds Aq");
        seen += usize::from(defines);
        !defines || seen <= 2
    };
    sections
        .lines()
        .filter(keep)
        .map(|line| format!("{line}\n"))
        .collect()
}

/// A page is long help: options that the short help leaves out are told too.
fn root_page(command: &Command) -> Command {
    with_usage(command.clone().mut_args(|arg| arg.hide_short_help(false)))
        .subcommand_help_heading("COMMANDS")
}

/// What every command takes is told once, in sharemail(1).
fn verb_page(command: &Command) -> Command {
    let own = |arg: clap::Arg| {
        let global = arg.is_global_set();
        arg.hide(global)
    };
    with_usage(command.clone().mut_args(own)).subcommand_help_heading("COMMANDS")
}

/// The synopsis as the help shows it, without a list of all options.
fn with_usage(mut command: Command) -> Command {
    let usage = command.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim().to_owned();
    command.override_usage(usage)
}

/// The verbs of the program, group by group.
fn verbs(root: &Command) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["COMMANDS"]);
    for (heading, verbs) in grouped(root) {
        roff.control("SS", [heading]);
        for verb in verbs {
            let about = verb
                .get_about()
                .map(ToString::to_string)
                .unwrap_or_default();
            let page = verb.get_display_name().unwrap_or(verb.get_name());
            roff.control("TP", []);
            roff.text([bold(page), roman("(1)")]);
            roff.text([roman(about)]);
        }
    }
    roff
}

/// The sections after the options.
fn closing(command: &Command, is_root: bool) -> Roff {
    let mut roff = Roff::new();
    if !is_root {
        roff.control("SH", ["GLOBAL OPTIONS"]);
        roff.text([
            roman("The options that every command takes are described in "),
            bold("sharemail"),
            roman("(1)."),
        ]);
    }
    examples(&mut roff, command);
    roff.control("SH", ["EXIT STATUS"]);
    for (exit, meaning) in Exit::ALL {
        entry(&mut roff, &exit.code().to_string(), meaning);
    }
    roff.control("SH", ["ENVIRONMENT"]);
    ENVIRONMENT
        .iter()
        .for_each(|(name, meaning)| entry(&mut roff, name, meaning));
    roff.control("SH", ["FILES"]);
    FILES
        .iter()
        .for_each(|(name, meaning)| entry(&mut roff, name, meaning));
    see_also(&mut roff, command, is_root);
    roff
}

fn entry(roff: &mut Roff, term: &str, meaning: &str) {
    roff.control("TP", []);
    roff.text([bold(term)]);
    roff.text([roman(meaning)]);
}

/// The indented lines after "Examples:" in the help, as they stand.
fn examples(roff: &mut Roff, command: &Command) {
    let help = command
        .get_after_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    let lines: Vec<&str> = help
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
        .collect();
    if lines.is_empty() {
        return;
    }
    roff.control("SH", ["EXAMPLES"]);
    roff.control("nf", []);
    for line in lines {
        roff.text([roman(line)]);
    }
    roff.control("fi", []);
}

fn see_also(roff: &mut Roff, command: &Command, is_root: bool) {
    let below = command
        .get_subcommands()
        .filter(|command| !command.is_hide_set());
    let below = below.filter_map(Command::get_display_name);
    let commands = (!is_root).then_some("sharemail").into_iter().chain(below);
    let own = command.get_display_name().unwrap_or_default();
    let manual = PAGES.iter().filter(|page| is_root || page.names(own));
    let manual = manual.map(|page| (page.name, page.section));
    let pages: Vec<(&str, u8)> = commands.map(|name| (name, 1)).chain(manual).collect();
    let mut text: Vec<Inline> = Vec::new();
    for (name, section) in pages {
        if !text.is_empty() {
            text.push(roman(", "));
        }
        text.extend([bold(name), roman(format!("({section})"))]);
    }
    roff.control("SH", ["SEE ALSO"]);
    roff.text(text);
}
