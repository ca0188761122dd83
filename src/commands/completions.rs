//! completions: the script by which a shell completes.

use crate::cli::completions::Completions;
use crate::cli::docs::script;
use crate::error::Result;
use crate::exit::Exit;
use crate::run::Run;

/// Prints the script.
///
/// # Errors
/// When it cannot be rendered, or stdout does not take it.
pub fn completions(args: &Completions, run: &Run) -> Result<Exit> {
    run.output().text(&script::text(args.shell)?)?;
    Ok(Exit::Done)
}
