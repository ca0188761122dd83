//! audit: what the log of changes says, and whether it is whole.

use crate::audit::{self, Chain, Filter, Place};
use crate::cli;
use crate::cli::audit::{AuditCommand, AuditShow, AuditVerify, LogFiles};
use crate::cli::moment::Moment;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::command::command;
use crate::profile::{Environment, state_folder};
use crate::report::audit::{Logged, RotateReport, VerifyReport};
use crate::run::Run;

/// Shows, checks or rotates the log.
///
/// # Errors
/// When the log cannot be read, and whatever is wrong with the profile that says where it is.
pub fn audit(args: &cli::audit::Audit, run: &Run) -> Result<Exit> {
    match &args.command {
        AuditCommand::Show(args) => show(args, run),
        AuditCommand::Verify(args) => verify(args, run),
        AuditCommand::Rotate(_) => {
            let rotated = audit::rotate(place(run)?.log_file()?)?;
            let rotated = rotated.display().to_string();
            run.output().report(&RotateReport { rotated })?;
            Ok(Exit::Done)
        }
    }
}

fn show(args: &AuditShow, run: &Run) -> Result<Exit> {
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

fn verify(args: &AuditVerify, run: &Run) -> Result<Exit> {
    let chain = chain(&args.files, run)?;
    let verdict = audit::verify(&chain, args.head, args.archived)?;
    run.output().report(&VerifyReport::new(&chain, &verdict))?;
    Ok(if verdict.findings.is_empty() {
        Exit::Done
    } else {
        Exit::Found
    })
}

/// The files that are named, else those of the profile's log.
fn chain(files: &LogFiles, run: &Run) -> Result<Chain> {
    if !files.files.is_empty() {
        return Chain::of(&files.files);
    }
    let place = place(run)?;
    let path = place.log_file()?;
    let chain = Chain::find(path)?;
    if chain.parts.is_empty() && chain.head.is_none() {
        let what = "there is no log yet: nothing was changed from here";
        let error = Error::new(Exit::NotFound, what).about(path.display().to_string());
        return Err(error.hint("another user's log is shown by naming its file"));
    }
    Ok(chain)
}

fn place(run: &Run) -> Result<Place> {
    Place::new(&run.profile()?.audit, || {
        state_folder(&Environment::of_process())
    })
}
