//! audit show: what the log of changes says.

use super::chain;
use crate::audit::{self, Filter};
use crate::cli::audit::AuditShow;
use crate::cli::value::moment::Moment;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::command::command;
use crate::report::audit::Logged;
use crate::run::Run;

/// Shows the lines that are asked for, as they are read.
///
/// # Errors
/// When the log cannot be read.
pub fn show(args: &AuditShow, run: &Run) -> Result<Exit> {
    let output = run.output();
    for (option, moment) in [("--since", &args.since), ("--until", &args.until)] {
        if let Some(local) = moment.as_ref().and_then(|moment| moment.local.as_ref()) {
            output.note(&format!(
                "{option} {local}, by this machine's time zone; the log is in UTC"
            ));
        }
    }
    let at = |moment: &Option<Moment>| moment.as_ref().map(|moment| moment.at);
    let (since, until) = (at(&args.since), at(&args.until));
    if let (Some(since), Some(until)) = (since, until)
        && since >= until
    {
        let what = "--since is not before --until: nothing lies between them";
        return Err(Error::new(Exit::Usage, what));
    }
    let chain = chain(&args.files, run)?;
    let filter = Filter {
        mailbox: args.mailbox.clone(),
        who: args.who.clone(),
        by: args.by.clone(),
        command: args.command.clone(),
        since,
        until,
    };
    let (mut strange, mut any) = (0, false);
    output.stream("changes", |each| {
        strange = audit::show(&chain, &filter, &mut |shown| {
            any = true;
            each(Logged(shown))
        })?;
        Ok(())
    })?;
    if !any {
        output.note("the log has no such change");
    }
    if strange > 0 {
        let lines = match strange {
            1 => "1 line is no line of the log, and was left out".to_owned(),
            n => format!("{n} lines are no lines of the log, and were left out"),
        };
        let files = args
            .files
            .files
            .iter()
            .map(|file| file.display().to_string());
        let words = ["audit", "verify"].map(str::to_owned).into_iter();
        output.warning(&format!("{lines}: see {}", command(words.chain(files))));
    }
    Ok(Exit::Done)
}
