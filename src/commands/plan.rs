//! plan: what would make mailboxes what a file says of them.

use crate::cli;
use crate::error::Result;
use crate::exit::Exit;
use crate::journey;
use crate::journey::Foreseen;
use crate::manifest::SavedPlan;
use crate::model::command::command;
use crate::output::NewFile;
use crate::report::part::Part;
use crate::run::Run;
use std::path::Path;

/// Tells the difference between the files and the provider, and saves it where that is asked for.
///
/// # Errors
/// What is wrong with the files, what stands in the way of reading any mailbox, and
/// [`Exit::Refused`] for a plan that changes very much at once.
pub fn plan(args: &cli::plan::Plan, run: &Run) -> Result<Exit> {
    let (provider, output) = (run.provider()?, run.output());
    // What is wrong with the file is told before any mailbox is read.
    let file = args.out.as_deref().map(room_for_a_plan).transpose()?;
    let wishes = crate::run::wishes::read(&args.files, provider.profile(), output)?;
    let foreseen = Foreseen::new(provider, &wishes, args.files.prune, output)?;
    foreseen.warn(output);
    let saved = foreseen.saved(provider);
    let most = journey::most(args.look_up.into());
    let people = journey::unknown(&foreseen, &wishes, most, |_| false, provider, output);
    let difference = foreseen.difference(provider, &saved.checksum).with(people);
    output.report(&Part::new("plan", args.files.partition, difference))?;
    if !args.force {
        foreseen.unobjectionable(output)?;
    }
    if let (Some(path), Some(file)) = (&args.out, file) {
        file.fill_with(|out| saved.write(out))?;
        let name = path.display().to_string();
        output.note(&format!("saved: {}", command(["apply", &name])));
    }
    let found = if args.detailed_exitcode {
        Exit::Found
    } else {
        Exit::Done
    };
    Ok(foreseen.exit(found))
}

/// A new file at `path`, where nothing else than a plan is replaced.
fn room_for_a_plan(path: &Path) -> Result<NewFile> {
    let file = NewFile::at(path)?;
    SavedPlan::may_replace(path)?;
    Ok(file)
}
