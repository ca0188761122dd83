//! A file that is made of the command tree.

use crate::error::{Error, Result};
use crate::exit::Exit;
use std::path::PathBuf;

/// A file made of the command tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// Where it belongs, below the folder it is generated into.
    pub path: PathBuf,
    /// What is in it.
    pub content: String,
}

pub(super) fn unwritten(error: &std::io::Error) -> Error {
    Error::new(Exit::Failure, format!("cannot write: {error}"))
}

/// What a renderer wrote to memory, as text.
pub(super) fn rendered(render: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> Result<String> {
    let mut bytes = Vec::new();
    let text = render(&mut bytes).map(|()| String::from_utf8_lossy(&bytes).into_owned());
    text.map_err(|error| unwritten(&error))
}
