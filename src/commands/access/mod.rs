//! access: what somebody reaches, and the same for somebody else.

mod copy;
mod who;

use crate::cli::access::{Access, AccessCommand};
use crate::error::Result;
use crate::exit::Exit;
use crate::run::Run;

/// Tells what somebody reaches, or gives it to somebody else too.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn access(args: &Access, run: &Run) -> Result<Exit> {
    match &args.command {
        None => who::who(args, run),
        Some(AccessCommand::Copy(args)) => copy::copy(args, run),
    }
}
