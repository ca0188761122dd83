//! generate: the man pages and completions, written into the program's own tree.

use crate::cli::completions::Generate;
use crate::cli::docs::generate;
use crate::error::Result;
use crate::exit::Exit;
use crate::run::Run;

/// Writes them all below the folder.
///
/// # Errors
/// When a folder or a file cannot be written.
pub fn generate(args: &Generate, _: &Run) -> Result<Exit> {
    generate::write_below(&args.dir)?;
    Ok(Exit::Done)
}
