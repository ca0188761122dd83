//! mail usage: where the storage of a mailbox goes.

use crate::cli::mail::MailUsage;
use crate::decide::{self, naming};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::journey::opening::read;
use crate::model::moment::utc;
use crate::model::pace::Pace;
use crate::model::usage::{Clock, Usage};
use crate::model::wish::Scope;
use crate::observe::{self, Ask};
use crate::output::{Format, NewFile};
use crate::profile::names;
use crate::report::mail::usage::{UsageReport, page};
use crate::run::Run;
use chrono::Local;
use std::path::PathBuf;
use std::time::SystemTime;

/// Counts the messages, and tells which folders could not be looked into.
///
/// # Errors
/// Whatever opening and reading the mailbox may meet; [`Exit::NotFound`] where messages are named, and none of
/// them is there.
pub fn usage(args: &MailUsage, run: &Run) -> Result<Exit> {
    // What is meant is known before anybody logs in.
    let selection = args.selection.meant_of_all()?;
    let (provider, output) = (run.provider()?, run.output());
    let named =
        |path: &PathBuf| -> Result<_> { Ok((path.display().to_string(), NewFile::at(path)?)) };
    let file = args.out.as_ref().map(named).transpose()?;
    let name = names::mailbox(&args.target.mailbox, provider.profile())?;
    let ask = Ask {
        settings: true,
        ..Ask::QUOTA
    };
    let mut opened = provider.open_for_mail(&name, &ask.look())?;
    let state = read(provider, &mut opened, ask, output)?;
    let folders = decide::select(&state, &selection.folders)?;
    let query = naming::query(&state, &selection)?;
    let clock = Clock::at(Local::now().fixed_offset());
    let mut usage = Usage::new(clock, usize::from(args.top));
    let progress = output.progress(Some(folders.len() as u64), "counting messages");
    let tick = |n: usize| progress.tick(n as u64);
    let pace = Pace::telling(&tick);
    observe::usage(&mut opened, &folders, &query, &pace, &mut usage)?;
    drop(progress);
    let is_found = usage.sums.all.messages > 0 || !usage.unread.is_empty();
    if query.names_messages() && !is_found {
        let what = "there is no such message in the folders that are meant";
        return Err(Error::new(Exit::NotFound, what).about(&state.name));
    }
    let is_all = selection.folders == Scope::Every && query.is_everything();
    let report = UsageReport::new(&state, &usage, usize::from(args.top), is_all);
    match file {
        None => output.report(&report)?,
        Some((name, file)) => {
            let text = match output.format() {
                Format::Table => page(&report, &utc(SystemTime::now())),
                format => output.told(&report, format)?,
            };
            file.fill(&text)?;
            output.note(&format!("{name}: {}", report.in_a_line()));
            output.warnings_of(&report);
        }
    }
    Ok(report.exit())
}
