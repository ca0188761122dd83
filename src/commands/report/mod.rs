//! report: the access review, and reports of several parts put together.

mod merge;

use crate::cli::report::{Form, Into, Report as Args, ReportCommand};
use crate::document::Report;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::journey::review::{Wanted, review};
use crate::journey::verdict;
use crate::output::{Format, NewFile, Output};
use crate::report::page::page;
use crate::report::review::Review;
use crate::run::{Run, files, wishes};
use std::path::Path;

/// Writes who holds what on the mailboxes named, or on all there are; or puts together what was
/// written in parts.
///
/// # Errors
/// Whatever is wrong with a file, or stands in the way of reading any mailbox.
pub fn report(args: &Args, run: &Run) -> Result<Exit> {
    let output = run.output();
    if let Some(ReportCommand::Merge(args)) = &args.command {
        return merge::merge(args, run);
    }
    let place = Place::of(&args.into, output)?;
    let provider = run.provider()?;
    let profile = provider.profile();
    let since = args.since.as_deref();
    let wanted = Wanted {
        mailboxes: &args.mailboxes,
        partition: args.partition,
        groups: files::groups(args.group_file.as_deref(), profile)?,
        former: since
            .map(|file| wishes::former(file, profile, output))
            .transpose()?,
    };
    let review = review(&wanted, provider, output)?;
    place.put(&review, output)?;
    Ok(exit(&review))
}

fn exit(review: &Review) -> Exit {
    let failed = review.failures.iter().map(|failure| failure.exit);
    let read = review.mailboxes.iter().map(|_| Exit::Done);
    match verdict(failed.chain(read), false) {
        Exit::Done if !review.complete => Exit::Partly,
        exit => exit,
    }
}

/// Where a review goes, and in which form.
struct Place {
    form: Form,
    file: Option<(String, NewFile)>,
}

impl Place {
    /// What is wrong with a file is told before any mailbox is read.
    fn of(into: &Into, output: &Output) -> Result<Self> {
        let form = into.form(output.format());
        if form == Form::Html && into.out.is_none() && output.is_on_screen() {
            let what = "a page of HTML is nothing to look at in a terminal";
            return Err(Error::new(Exit::Usage, what).hint("name a file: --out review.html"));
        }
        let file = into.out.as_deref();
        let named =
            |path: &Path| -> Result<_> { Ok((path.display().to_string(), NewFile::at(path)?)) };
        let file = file.map(named).transpose()?;
        Ok(Self { form, file })
    }

    fn put(self, review: &Review, output: &Output) -> Result<()> {
        let text = match self.form {
            Form::Html => page(review),
            Form::Csv => output.told(review, Format::Csv)?,
            Form::Json => output.told(review, Format::Json)?,
        };
        self.write(&text, review, output)
    }

    fn write(self, text: &str, report: &impl Report, output: &Output) -> Result<()> {
        match self.file {
            None => output.text(text)?,
            Some((name, file)) => {
                file.fill(text)?;
                let sums = output.told(report, Format::Table)?;
                output.note(&format!("{name}: {}", sums.trim_end()));
            }
        }
        output.warnings_of(report);
        Ok(())
    }
}
