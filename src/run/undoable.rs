//! Commands whose changes can be taken back: each is written into an undo file before it is made.

use crate::cli::shared::Undoable;
use crate::error::Result;
use crate::exit::Exit;
use crate::model::command::command;
use crate::output::Output;
use crate::profile::Environment;
use crate::reach::Provider;
use crate::undo::{Header, UndoFile};

/// Runs `command` with `run`, its changes written into the file that `options` name, if they do.
///
/// # Errors
/// Whatever the command may meet; a file that is there already, before anything is done.
pub fn undoable(
    options: &Undoable,
    command: &str,
    provider: Provider,
    output: &Output,
    run: impl FnOnce(&Provider) -> Result<Exit>,
) -> Result<Exit> {
    let Some(path) = &options.undo_file else {
        return run(&provider);
    };
    let file = UndoFile::at(path, Header::new(provider.profile(), command))?;
    let exit = run(&provider.witnessed_by(file.clone()));
    if let Some(advice) = advice(&file) {
        output.hint(&advice);
    }
    exit
}

/// `provider` with its changes written into the file that `options` name, or else one in the state
/// folder.
///
/// # Errors
/// Where that file is there already, or cannot be there.
pub fn always_undoable(
    options: &Undoable,
    command: &str,
    provider: Provider,
) -> Result<(Provider, UndoFile)> {
    let header = Header::new(provider.profile(), command);
    let file = match &options.undo_file {
        Some(path) => UndoFile::at(path, header)?,
        None => {
            let state = crate::profile::state_folder(&Environment::of_process())?;
            UndoFile::below(&state, header)?
        }
    };
    Ok((provider.witnessed_by(file.clone()), file))
}

/// How what was written down is taken back, where something was.
pub fn advice(file: &UndoFile) -> Option<String> {
    let path = file.written()?.display().to_string();
    Some(format!("this takes it back: {}", command(["undo", &path])))
}
