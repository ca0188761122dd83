//! check -f: where mailboxes are not what a file says of them.

use super::desired::{self, Foreseen};
use crate::cli::files::Files;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::Output;
use crate::reach::Provider;

/// Says nothing where all is as the files say, else the difference.
///
/// # Errors
/// What is wrong with the files, and what stands in the way of reading any mailbox.
pub fn drift(files: &Files, provider: &Provider, output: &Output) -> Result<Exit> {
    let wishes = desired::read(files, provider.profile(), output)?;
    let foreseen = Foreseen::new(provider, &wishes, files.prune, output)?;
    let exit = foreseen.exit(Exit::Found);
    let difference = foreseen.difference(provider, &foreseen.saved(provider).checksum);
    if exit == Exit::Done {
        output.report(&difference.silent())?;
    } else {
        output.report(&difference)?;
    }
    Ok(exit)
}
