//! What files say of mailboxes: what plan, apply and check -f share.

use crate::cli::options::files::Files;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::interrupt;
use crate::manifest;
use crate::model::desired::Desired;
use crate::output::Output;
use crate::profile::Profile;

/// What the files say, as far as this run is about it. All that is wrong with them is told.
///
/// # Errors
/// [`Exit::BadInput`] where anything is.
pub fn read(files: &Files, profile: &Profile, output: &Output) -> Result<Desired> {
    let reading = manifest::Reading {
        domain: profile.domain.as_deref(),
        levels: &profile.levels,
    };
    // A file may be a pipe.
    let read = interrupt::idle(|| manifest::read(&files.files, reading));
    let mut desired = read.map_err(|mut errors| {
        let last = errors.pop();
        errors.iter().for_each(|error| output.error(error));
        last.unwrap_or_else(|| Error::new(Exit::BadInput, "the files cannot be read"))
    })?;
    if desired.mailboxes.is_empty() {
        let what = "the files name no mailbox";
        let hint = "a mailbox is a table: [mailbox.\"support@example.com\"]";
        return Err(Error::new(Exit::BadInput, what).hint(hint));
    }
    if let Some(partition) = files.partition {
        desired.mailboxes.retain(|name, _| partition.holds(name));
    }
    Ok(desired)
}
