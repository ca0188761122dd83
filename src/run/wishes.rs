//! What files say of mailboxes: as they shall be (plan, apply, check -f), or as they were (report --since).

use crate::cli::options::files::Files;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::interrupt;
use crate::journey::review::Former;
use crate::manifest;
use crate::model::desired::Desired;
use crate::output::Output;
use crate::profile::Profile;
use std::path::{Path, PathBuf};

/// What the files say, as far as this run is about it. All that is wrong with them is told.
///
/// # Errors
/// [`Exit::BadInput`] where anything is.
pub fn read(files: &Files, profile: &Profile, output: &Output) -> Result<Desired> {
    let mut desired = said(&files.files, profile, output)?;
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

/// What the file at `path` said of mailboxes, or those in the folder there.
///
/// # Errors
/// The last thing that is wrong with it; the others are told.
pub fn former(path: &Path, profile: &Profile, output: &Output) -> Result<Former> {
    Ok(Former {
        file: path.display().to_string(),
        desired: said(&[path.to_owned()], profile, output)?,
    })
}

fn said(paths: &[PathBuf], profile: &Profile, output: &Output) -> Result<Desired> {
    let reading = manifest::Reading {
        domain: profile.domain.as_deref(),
        levels: &profile.levels,
    };
    // A file may be a pipe.
    let read = interrupt::idle(|| manifest::read(paths, reading));
    read.map_err(|mut errors| {
        let last = errors.pop();
        errors.iter().for_each(|error| output.error(error));
        last.unwrap_or_else(|| Error::new(Exit::BadInput, "the files cannot be read"))
    })
}
