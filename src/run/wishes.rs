//! What files say of mailboxes: as they shall be (plan, apply, check -f), or as they were (report --since).

use crate::cli::options::files::Files;
use crate::decide::forwarding;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::interrupt;
use crate::journey::review::Former;
use crate::manifest::{self, rules};
use crate::model::desired::Desired;
use crate::model::setting::Kind;
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
    for (name, wish) in &desired.mailboxes {
        let text = wish.settings.get(&Kind::Rules);
        text.map_or(Ok(()), |text| forwards(&name.to_string(), text, profile))?;
    }
    if let Some(partition) = files.partition {
        desired.mailboxes.retain(|name, _| partition.holds(name));
    }
    Ok(desired)
}

/// That the rules of the mailbox called `name`, which `text` says, forward nowhere but where the profile lets them.
///
/// # Errors
/// [`Exit::Refused`] where they do; text that says no rules forwards nothing.
pub fn forwards(name: &str, text: &str, profile: &Profile) -> Result<()> {
    let rules = rules::parse(text).unwrap_or_default();
    forwarding::permitted(name, rules.iter(), &profile.forward_domains)
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
