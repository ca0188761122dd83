//! check -f: where mailboxes are not what a file says of them.

use crate::cli::check::Check;
use crate::error::Result;
use crate::exit::Exit;
use crate::interrupt;
use crate::journey;
use crate::journey::Foreseen;
use crate::model::whom::Whom;
use crate::report::part::Part;
use crate::run::Run;

/// Says nothing where all is as the files say and the server knows everybody in them, else the
/// difference.
///
/// # Errors
/// What is wrong with the files, and what stands in the way of reading any mailbox.
pub fn drift(args: &Check, run: &Run) -> Result<Exit> {
    let (provider, output) = (run.provider()?, run.output());
    let files = &args.files;
    let wishes = crate::run::wishes::read(files, provider.profile(), output)?;
    let foreseen = Foreseen::new(provider, &wishes, files.prune, output)?;
    let foreseen = foreseen.with_what_is_out_of_reach();
    let most = journey::most(args.look_up.map_or(Whom::All, Whom::from));
    let people = journey::unknown(&foreseen, &wishes, most, |_| false, provider, output);
    let exit = match foreseen.exit(Exit::Found) {
        _ if interrupt::requested() => Exit::Interrupted,
        Exit::Done if people.failed => Exit::Partly,
        Exit::Done if !people.findings.is_empty() => Exit::Found,
        exit => exit,
    };
    let is_told = exit != Exit::Done || !people.people_in_doubt.is_empty();
    let checksum = foreseen.saved(provider).checksum;
    let difference = foreseen.difference(provider, &checksum);
    let difference = difference.with(people).found_by_check();
    if is_told {
        output.report(&Part::new("check", files.partition, difference))?;
    } else {
        output.report(&Part::new("check", files.partition, difference.silent()))?;
    }
    Ok(exit)
}
