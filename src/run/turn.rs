//! One run at a time moves the mail of a mailbox: of two servers that were tried, both do two MOVEs of one message
//! that come at the same moment.

use super::Run;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::address::MailboxName;
use crate::model::digest::sha256;
use crate::private::{How, Place, lock};
use crate::profile::{Environment, state_folder};
use crate::reach::Provider;
use std::fs::File;

/// The right to move mail of a mailbox, which ends with this.
pub struct Turn {
    _locked: Option<File>,
}

impl Run<'_> {
    /// Has it for the mailbox called `name`. Runs on other machines, and of other users of this one, do not know of
    /// it.
    ///
    /// # Errors
    /// [`Exit::TryAgain`] where another run has it.
    pub fn turn(&self, provider: &Provider, name: &MailboxName) -> Result<Turn> {
        let Ok(folder) = state_folder(&Environment::of_process()) else {
            return Ok(Turn { _locked: None });
        };
        let host = &provider.profile().imap.host;
        let hash = sha256(format!("{host}\0{name}").as_bytes());
        let path = folder.join("turns").join(hash);
        let unusable = |why: String| {
            let what = format!("{} cannot be locked: {why}", path.display());
            Error::new(Exit::Failure, what)
        };
        let place =
            Place::making_folders(&path).map_err(|why| unusable(why.into_io().to_string()))?;
        let file = place.open(How::Append);
        let file = file.map_err(|error| unusable(error.to_string()))?;
        match lock(&file).map_err(|error| unusable(error.to_string()))? {
            true => Ok(Turn {
                _locked: Some(file),
            }),
            false => {
                let what = "another run is moving its mail: nothing was done";
                let error = Error::new(Exit::TryAgain, what).about(name.to_string());
                Err(error.hint("run it again when that is done"))
            }
        }
    }
}
