//! export: what shared mailboxes are like, as the file that makes them so.

use crate::cli;
use crate::decide::{self, Described};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::journey::learn_settings_of;
use crate::manifest::{self, Form, Page};
use crate::model::address::MailboxName;
use crate::model::failure::Unopened;
use crate::model::state::Mailbox;
use crate::observe::Ask;
use crate::observe::everywhere::{Survey, survey};
use crate::output::{Format, NewFile, Output};
use crate::run::Run;
use std::path::Path;

/// Writes what the mailboxes are like. One that cannot be read is named, and the others are written.
///
/// # Errors
/// Where nothing can be read, or the file not be written.
pub fn export(args: &cli::export::Export, run: &Run) -> Result<Exit> {
    let (provider, output) = (run.provider()?, run.output());
    // What is wrong with the file is told before any mailbox is read.
    let file = args.out.as_deref().map(NewFile::at).transpose()?;
    let mut survey = survey(provider, &args.mailboxes, Ask::QUOTA, output)?.of_something()?;
    let domain = provider.profile().domain.as_deref();
    learn_settings_of(provider, &mut survey.mailboxes, output);
    let exit = survey.exit(|mailbox| !mailbox.is_partly_unread() && !has_unread_settings(mailbox));
    // What is described need not be kept: there may be a million entries.
    let mut told: Vec<Told> = std::mem::take(&mut survey.mailboxes)
        .into_iter()
        .map(|state| {
            let mut described = decide::describe(&state, &provider.profile().levels);
            let is_nameable = is_nameable(&state.name, domain);
            if !is_nameable {
                described.remarks = vec!["left out: no file can name it".to_owned()];
            }
            Told {
                name: state.name,
                described,
                is_written: is_nameable,
            }
        })
        .collect();
    told.extend(survey.failures.iter().map(Told::unread));
    told.sort_by(|a, b| a.name.cmp(&b.name));
    // One that was asked for under two names.
    told.dedup_by(|a, b| a.name == b.name);
    for told in &told {
        for remark in &told.described.remarks {
            output.warning(&format!("{}: {remark}", told.name));
        }
    }
    let pages: Vec<Page> = told.iter().map(Told::page).collect();
    let text = manifest::write(&pages, form(args, output.format()));
    match file {
        Some(file) => file.fill(&text)?,
        None => output.text(&text)?,
    }
    tell(args.out.as_deref(), &told, &survey, output);
    Ok(exit)
}

/// Whether nobody could look into the settings of `mailbox`.
fn has_unread_settings(mailbox: &Mailbox) -> bool {
    let settings = mailbox.settings.as_ref();
    settings.is_some_and(|settings| settings.unread.is_some())
}

/// A mailbox, and what is said of it.
struct Told {
    name: String,
    described: Described,
    is_written: bool,
}

impl Told {
    fn unread(failure: &(String, Error)) -> Self {
        let unopened = Unopened::new(failure);
        Self {
            name: unopened.mailbox,
            described: Described {
                remarks: vec![format!("left out: {}", unopened.why)],
                ..Described::default()
            },
            is_written: false,
        }
    }

    fn page(&self) -> Page<'_> {
        Page {
            name: &self.name,
            mailbox: self.is_written.then_some(&self.described.mailbox),
            remarks: &self.described.remarks,
        }
    }
}

/// Whether a file that names `name` means it.
fn is_nameable(name: &str, domain: Option<&str>) -> bool {
    let read = MailboxName::parse(name, domain);
    read.is_ok_and(|read| read.to_string() == name)
}

fn form(args: &cli::export::Export, general: Format) -> Form {
    let is_json = |path: &Path| {
        path.extension()
            .is_some_and(|given| given.eq_ignore_ascii_case("json"))
    };
    match args.format {
        Some(cli::export::Form::Json) => Form::Json,
        Some(cli::export::Form::Toml) => Form::Toml,
        None if args.out.as_deref().is_some_and(is_json) => Form::Json,
        None if general == Format::Json => Form::Json,
        None => Form::Toml,
    }
}

fn tell(file: Option<&Path>, told: &[Told], survey: &Survey, output: &Output) {
    if let Some(file) = file {
        let n = told.iter().filter(|told| told.is_written).count();
        let mailboxes = if n == 1 { "mailbox" } else { "mailboxes" };
        output.note(&format!("{n} {mailboxes} written to {}", file.display()));
    }
    if let Some(missed) = survey.missed() {
        output.hint(&missed);
    }
}
