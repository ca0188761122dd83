//! identities: who may send as what, for people and for the programs that enforce it.

use crate::cli::identities::{Identities as Args, Login, Target};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::export::postfix::{Logins, Table};
use crate::export::{Groups, Shared, exchange, gam};
use crate::model::command::command;
use crate::model::failure::Unopened;
use crate::model::login::Spelling;
use crate::model::state::Mailbox;
use crate::observe::Ask;
use crate::observe::everywhere::{Survey, survey};
use crate::output::Output;
use crate::reach::Provider;
use crate::report::access::identities::{Identities, IdentitiesReport, TableReport};
use crate::run::Run;
use crate::run::files;
use std::collections::BTreeSet;
use std::path::Path;

/// Lists who may send as what, prints it for the program that enforces it, or compares it with
/// what is installed there.
///
/// # Errors
/// Whatever is wrong with a file, or stands in the way of reading any mailbox.
pub fn identities(args: &Args, run: &Run) -> Result<Exit> {
    let (provider, output) = (run.provider()?, run.output());
    // What is wrong with a file is told before any mailbox is read.
    let groups = files::groups(args.group_file.as_deref(), provider.profile())?;
    let installed = args
        .check
        .as_deref()
        .map(|path| installed(path, output))
        .transpose()?;
    if let Some(target) = args
        .format
        .filter(|t| *t != Target::Postfix && installed.is_some())
    {
        let what = format!("--check compares Postfix tables, and --format is {target:?}");
        return Err(Error::new(Exit::Usage, what.to_lowercase()));
    }
    let is_table = args
        .format
        .map_or(installed.is_some(), |t| t == Target::Postfix);
    if args.with_on_behalf && !is_table {
        let what = "--with-on-behalf is about the table for Postfix";
        return Err(Error::new(Exit::Usage, what).hint("add --format postfix, or --check FILE"));
    }
    let survey = survey(provider, &args.mailboxes, Ask::default(), output)?.of_something()?;
    let export = Export::new(args, provider, &groups, &survey.mailboxes);
    let unread = |mailbox: &Mailbox| !mailbox.unread().is_empty();
    let exit = survey.exit(|mailbox| !unread(mailbox));
    let mut failed = export.mailboxes.iter().any(|shared| shared.is_nameless);
    // A list shows the warning beside it; what is installed by a program must not lack senders unsaid.
    if args.format.is_some() || installed.is_some() {
        failed |= export.mailboxes.iter().any(|shared| shared.is_disbelieved);
    }
    let mut found = false;
    match (args.format, &installed) {
        (_, Some(installed)) => {
            let report = export.compared(args, installed, &survey);
            found = !report.difference.is_empty();
            failed |= !report.not_compared.is_empty();
            output.report(&report)?;
        }
        (None, None) => output.report(&listed(&survey))?,
        (Some(target), None) => {
            output.text(&export.text(target))?;
            warn(&survey, &export.remarks(target), output);
            for shared in export.mailboxes.iter().filter(|m| m.is_disbelieved) {
                let mend = command(["check", &shared.name, "--fix"]);
                output.hint(&format!("{mend} mends what is not believed"));
            }
        }
    }
    Ok(match exit {
        Exit::Done if failed => Exit::Partly,
        Exit::Done if found => Exit::Found,
        exit => exit,
    })
}

fn listed(survey: &Survey) -> IdentitiesReport {
    IdentitiesReport {
        mailboxes: survey.mailboxes.iter().map(Identities::new).collect(),
        failures: survey.failures.iter().map(Unopened::new).collect(),
        notes: notes(survey).into_iter().collect(),
    }
}

fn notes(survey: &Survey) -> Option<String> {
    survey.missed()
}

fn warn(survey: &Survey, remarks: &[String], output: &Output) {
    for remark in remarks {
        output.warning(remark);
    }
    for failure in survey.failures.iter().map(Unopened::new) {
        output.warning(&format!("{}: {}", failure.mailbox, failure.why));
    }
    if let Some(missed) = survey.missed() {
        output.hint(&missed);
    }
}

/// What was found, as the targets want it.
struct Export {
    mailboxes: Vec<Shared>,
    table: Table,
    left_out: Vec<String>,
    with_on_behalf: bool,
}

impl Export {
    fn new(args: &Args, provider: &Provider, groups: &Groups, found: &[Mailbox]) -> Self {
        let levels = provider.profile().levels.clone();
        let shared = |mailbox| Shared::new(mailbox, groups, &levels);
        let mailboxes: Vec<Shared> = found.iter().map(shared).collect();
        let spelling = args.login.map(|login| match login {
            Login::Address => Spelling::Address,
            Login::LocalPart => Spelling::LocalPart,
        });
        let home = provider.profile().domain.as_deref();
        let logins = Logins {
            spelling,
            home,
            with_on_behalf: args.with_on_behalf,
        };
        let (table, left_out) = Table::new(&mailboxes, groups, logins);
        Self {
            mailboxes,
            table,
            left_out,
            with_on_behalf: args.with_on_behalf,
        }
    }

    fn text(&self, target: Target) -> String {
        match target {
            Target::Postfix => {
                self.table
                    .text(&self.mailboxes, &self.left_out, self.with_on_behalf)
            }
            Target::Exchange => exchange::text(&self.mailboxes),
            Target::Gam => gam::text(&self.mailboxes),
        }
    }

    fn compared(&self, args: &Args, installed: &Table, survey: &Survey) -> TableReport {
        let shared = self.mailboxes.iter().filter(|shared| shared.is_partial);
        let partial = shared.map(|shared| &shared.name);
        let partial = partial.chain(survey.failures.iter().map(|(name, _)| name));
        let partial: BTreeSet<String> = partial.map(|name| name.to_lowercase()).collect();
        let difference = self.table.difference(installed);
        let (difference, not_compared) = self.table.judged(difference, installed, &partial);
        let file = args.check.as_deref().unwrap_or(Path::new(""));
        TableReport {
            file: file.display().to_string(),
            up_to_date: difference.is_empty() && not_compared.is_empty(),
            not_compared,
            difference,
            remarks: self
                .remarks(Target::Postfix)
                .into_iter()
                .chain(notes(survey))
                .collect(),
            failures: survey.failures.iter().map(Unopened::new).collect(),
        }
    }

    fn remarks(&self, target: Target) -> Vec<String> {
        let is_table = target == Target::Postfix;
        let of = |shared: &Shared| {
            let remarks = shared.remarks.iter().cloned();
            let without = shared.without_address().filter(|_| !is_table);
            remarks
                .chain(without)
                .map(|remark| format!("{}: {remark}", shared.name))
                .collect::<Vec<_>>()
        };
        let left_out = self.left_out.iter().filter(|_| is_table).cloned();
        self.mailboxes.iter().flat_map(of).chain(left_out).collect()
    }
}

fn installed(path: &Path, output: &Output) -> Result<Table> {
    let text = files::text(path, Table::MOST)?.unwrap_or_else(|| {
        let file = path.display();
        output.warning(&format!(
            "{file}: there is no such file: compared with none"
        ));
        String::new()
    });
    files::fits(text.as_bytes(), Table::LINE, path)?;
    Table::parse(&text).map_err(|error| files::about(error, path))
}
