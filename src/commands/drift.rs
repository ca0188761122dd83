//! check -f: where mailboxes are not what a file says of them.

use super::desired::{self, Foreseen};
use crate::cli::files::Files;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::Output;
use crate::reach::Provider;
use crate::report::part::Part;

/// Says nothing where all is as the files say, else the difference.
///
/// # Errors
/// What is wrong with the files, and what stands in the way of reading any mailbox.
pub fn drift(files: &Files, provider: &Provider, output: &Output) -> Result<Exit> {
    let wishes = desired::read(files, provider.profile(), output)?;
    let foreseen = Foreseen::new(provider, &wishes, files.prune, output)?;
    let exit = foreseen.exit(Exit::Found);
    let checksum = foreseen.saved(provider).checksum;
    let difference = foreseen.difference(provider, &checksum);
    if exit == Exit::Done {
        output.report(&Part::new("check", files.partition, difference.silent()))?;
    } else {
        output.report(&Part::new("check", files.partition, difference))?;
    }
    Ok(exit)
}
