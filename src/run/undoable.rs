//! Changes that can be taken back: each is written into an undo file before it is made.

use super::Run;
use crate::cli::options::shared::{Change, Undoable};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::command::command;
use crate::profile::Environment;
use crate::profile::state_folder;
use crate::reach::Provider;
use crate::undo::{Header, UndoFile};

impl Run<'_> {
    /// The provider, what `command` changes on it written into the file that `options` name, if they
    /// do; the end of the run says then how that is taken back ([`Run::end`]).
    ///
    /// # Errors
    /// As [`Run::provider`]; a file that is there already, before anything is done.
    pub fn undoable(&self, options: &Undoable, command: &str) -> Result<Provider> {
        let Some(path) = &options.undo_file else {
            return Ok(self.provider()?.same());
        };
        let header = Header::new(self.provider()?.profile(), command);
        let file = UndoFile::at(path, header)?;
        let file = self.undo_file.get_or_init(|| file);
        Ok(self.provider()?.same().witnessed_by(file.clone()))
    }

    /// The provider, what `command` changes on it written into the file that `options` name, or else
    /// one in the state folder. The verb's own report says how that is taken back ([`advice`]).
    ///
    /// # Errors
    /// As [`Run::provider`], and where that file is there already, or cannot be there.
    pub fn always_undoable(
        &self,
        options: &Undoable,
        command: &str,
    ) -> Result<(Provider, UndoFile)> {
        let provider = self.provider()?.same();
        let header = Header::new(provider.profile(), command);
        let file = match &options.undo_file {
            Some(path) => UndoFile::at(path, header)?,
            None => UndoFile::below(&state_folder(&Environment::of_process())?, header)?,
        };
        Ok((provider.witnessed_by(file.clone()), file))
    }

    /// Says how what was changed is taken back, also where the verb then failed.
    pub fn end(&self) {
        if let Some(advice) = self.undo_file.get().and_then(advice) {
            self.output.hint(&advice);
        }
    }
}

/// Refuses an undo file for what cannot come back: nobody shall rely on one.
///
/// # Errors
/// [`Exit::Usage`].
pub fn never_undone(options: &Change) -> Result<()> {
    if options.undoable.undo_file.is_none() {
        return Ok(());
    }
    let what = "mail that is deleted does not come back: no undo file could hold it";
    Err(Error::new(Exit::Usage, what)
        .hint("leave --undo-file out; export or back up first what may be needed"))
}

/// How what was written down is taken back, where something was.
pub fn advice(file: &UndoFile) -> Option<String> {
    let path = file.written()?.display().to_string();
    Some(format!("this takes it back: {}", command(["undo", &path])))
}
